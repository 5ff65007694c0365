//! Units in Chinese names: `香港理工大學 (應用生物及化學科技學系)`, `衞生署,衞生防護中心`, `仁安醫院病理部`.

use super::{chinese::fold, unit::Cut};

/// How a part of an organisation ends, in Simplified characters.
const UNITS: [&str; 16] = [
    "系",
    "部",
    "科",
    "处",
    "室",
    "组",
    "中心",
    "学院",
    "办事处",
    "化验室",
    "实验室",
    "研究所",
    "服务",
    "分行",
    "服务处",
    "联网",
];
/// How a part ends that follows its organisation without a mark.
const RUN_ON: [&str; 7] = ["学系", "系", "部", "病理科", "化验室", "实验室", "诊断科"];
/// How an organisation ends that may be followed so.
const BODIES: [&str; 4] = ["大學", "大学", "醫院", "医院"];

/// The Hospital Authority, whose hospitals are organisations of their own.
const AUTHORITY: [&str; 2] = ["醫院管理局", "医院管理局"];

/// Cuts the unit off a Chinese name. `expected` says that the English name beside it has one.
pub fn cut(text: &str, expected: bool, known: &dyn Fn(&str) -> bool) -> Cut {
    let whole = Cut { organisation: text.to_owned(), unit: None };
    if known(text) {
        return whole;
    }
    if let Some(rest) = AUTHORITY.iter().find_map(|authority| text.strip_prefix(authority))
        && let Some((hospital, unit)) = of_hospital(rest.trim_start_matches([' ', '-', '–', '—', '－', ',', '，']))
    {
        return Cut { organisation: hospital.to_owned(), unit: unit.map(str::to_owned) };
    }
    let mark = text.char_indices().skip(2).find(|(_, c)| "-–—－,，(（".contains(*c));
    if let Some((at, c)) = mark {
        let tail = text[at + c.len_utf8()..].trim_matches([' ', ')', '）', '-']);
        let head = text[..at].trim();
        let folded = fold(tail);
        if folded.ends_with("医院") && "-–—－".contains(c) && !head.contains("大學") && !head.contains("大学")
        {
            return Cut { organisation: tail.to_owned(), unit: None };
        }
        if !folded.ends_with("公司") && UNITS.iter().any(|unit| folded.ends_with(unit)) {
            return Cut { organisation: head.to_owned(), unit: Some(tail.to_owned()) };
        }
        return whole;
    }
    run_on(text, expected).unwrap_or(whole)
}

/// The hospital that a text begins with, and what follows it.
fn of_hospital(text: &str) -> Option<(&str, Option<&str>)> {
    let end = ["醫院", "医院"].iter().find_map(|word| text.find(word).map(|at| at + word.len()))?;
    let unit = text[end..].trim_matches([' ', ',', '，', '-']);
    Some((&text[..end], (!unit.is_empty()).then_some(unit)))
}

fn run_on(text: &str, expected: bool) -> Option<Cut> {
    let end = BODIES.iter().filter_map(|body| text.find(body).filter(|at| *at > 0).map(|at| at + body.len())).min()?;
    let (head, tail) = text.split_at(end);
    let folded = fold(tail);
    let endings = if expected { &UNITS[..] } else { &RUN_ON[..] };
    endings
        .iter()
        .any(|unit| folded.ends_with(unit))
        .then(|| Cut { organisation: head.trim().to_owned(), unit: Some(tail.trim().to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units() {
        for (text, organisation, unit) in [
            ("香港理工大學 (應用生物及化學科技學系)", "香港理工大學", "應用生物及化學科技學系"),
            ("香港理工大學應用生物及化學科技學系", "香港理工大學", "應用生物及化學科技學系"),
            ("香港生产力促进局-绿色生活化验室", "香港生产力促进局", "绿色生活化验室"),
            ("衞生署,衞生防護中心,公共衞生化驗服務處,微生物科", "衞生署", "衞生防護中心,公共衞生化驗服務處,微生物科"),
            ("立德国际公证香港有限公司-九龙湾办事处", "立德国际公证香港有限公司", "九龙湾办事处"),
            ("仁安醫院病理部", "仁安醫院", "病理部"),
            ("醫院管理局-明愛醫院病理科學部", "明愛醫院", "病理科學部"),
            ("医院管理局广华医院病理部", "广华医院", "病理部"),
        ] {
            let cut = cut(text, false, &|_| false);
            assert_eq!(cut, Cut { organisation: organisation.into(), unit: Some(unit.into()) }, "{text}");
        }
    }

    #[test]
    fn whole_names() {
        for text in [
            "香港大學深圳醫院",
            "香港科技大學霍英東研究院",
            "香港大學專業進修學院",
            "迅達升降機（香港）有限公司",
            "嘉諾撒醫院(明愛)",
            "甲乙有限公司(化驗)有限公司",
            "香港生產力促進局",
            "醫院管理局",
        ] {
            assert_eq!(cut(text, false, &|_| false).unit, None, "{text}");
        }
    }
}
