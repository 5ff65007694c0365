//! Units in Chinese names: `香港理工大學 (應用生物及化學科技學系)`, `衞生署,衞生防護中心`, `仁安醫院病理部`.

use crate::linking::{chinese::fold, unit::UnitSplit};

/// The suffixes of unit names, in Simplified characters.
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
/// The suffixes of units that follow their organisation without a separator.
const RUN_ON: [&str; 12] =
    ["学系", "系", "部", "病理科", "化验室", "实验室", "诊断科", "医学院", "法律学院", "工程学院", "理学院", "商学院"];
/// The suffixes of organisations that such a unit may follow.
const BODIES: [&str; 4] = ["大學", "大学", "醫院", "医院"];

/// Fields of work in Simplified characters, longest first. A field with a unit suffix identifies no organisation.
const FIELDS: [&str; 30] = [
    "微生物",
    "计算机",
    "临床",
    "病理",
    "化学",
    "分子",
    "生物",
    "诊断",
    "检测",
    "测试",
    "检验",
    "校准",
    "品质",
    "研究",
    "发展",
    "开发",
    "工程",
    "机械",
    "电子",
    "电机",
    "物理",
    "中央",
    "科学",
    "技术",
    "科技",
    "食品",
    "环境",
    "玩具",
    "纺织",
    "总",
];
/// Mainland places whose campuses and institutes are separate legal persons, in Simplified characters.
const CAMPUSES: [&str; 18] = [
    "深圳", "广州", "南沙", "东莞", "珠海", "北京", "上海", "佛山", "苏州", "南京", "杭州", "武汉", "前海", "福田",
    "横琴", "惠州", "成都", "无锡",
];

/// The Hospital Authority. Its hospitals are separate organisations.
const AUTHORITY: [&str; 2] = ["醫院管理局", "医院管理局"];

/// True if a folded Chinese text is only the name of a unit: `病理部`, `化验室`.
pub fn is_bare(folded: &str) -> bool {
    let mut rest = folded;
    while let Some(after) = FIELDS.iter().find_map(|field| rest.strip_prefix(field)) {
        rest = after;
    }
    UNITS.contains(&rest)
}

/// True if a folded text ends like a unit or names a campus.
pub fn is_unit(folded: &str) -> bool {
    UNITS.iter().any(|unit| folded.ends_with(unit)) || CAMPUSES.iter().any(|place| folded.contains(place))
}

fn is_part(folded: &str, endings: &[&str]) -> bool {
    endings.iter().any(|unit| folded.ends_with(unit))
        && !folded.ends_with("俱乐部")
        && !CAMPUSES.iter().any(|place| folded.contains(place))
}

/// Splits the unit from a Chinese name. `expected` is true if the English name has a unit.
pub fn cut(text: &str, expected: bool, known: &dyn Fn(&str) -> bool) -> UnitSplit {
    let whole = UnitSplit { organisation: text.to_owned(), unit: None };
    if known(text) {
        return whole;
    }
    if let Some(rest) = AUTHORITY.iter().find_map(|authority| text.strip_prefix(authority))
        && let Some((hospital, unit)) = of_hospital(rest.trim_start_matches([' ', '-', '–', '—', '－', ',', '，']))
    {
        return UnitSplit { organisation: hospital.to_owned(), unit };
    }
    at_marks(text, known).or_else(|| run_on(text, expected)).unwrap_or(whole)
}

/// Splits at the first separator before a unit or a hospital. Parentheses are a separator only at the end: `（香港）`
/// belongs to the name.
fn at_marks(text: &str, known: &dyn Fn(&str) -> bool) -> Option<UnitSplit> {
    let is_mark = |c: char| "-–—－,，".contains(c);
    let is_open = |c: char| "(（".contains(c);
    text.char_indices().skip(2).filter(|&(_, c)| is_mark(c) || is_open(c)).find_map(|(at, c)| {
        let head = text[..at].trim();
        let rest = text[at + c.len_utf8()..].trim_start_matches([' ', '-']);
        let tail = if is_open(c) { rest.trim_end().strip_suffix([')', '）'])? } else { rest }.trim();
        let first = tail.split(is_mark).next().unwrap_or_default();
        let folded = fold(first);
        let dash = !",，(（".contains(c);
        if dash && folded.ends_with("医院") && !fold(head).contains("大学") {
            return Some(UnitSplit { organisation: first.trim().to_owned(), unit: unit_of(&tail[first.len()..]) });
        }
        if is_open(c) && is_part(&fold(head), &UNITS) && !known(head) && is_host(tail, known) {
            return Some(UnitSplit { organisation: tail.to_owned(), unit: Some(head.to_owned()) });
        }
        let fits = !tail.contains(is_open) && !fold(tail).contains("公司") && is_part(&folded, &UNITS);
        (fits && !known(first)).then(|| UnitSplit { organisation: head.to_owned(), unit: Some(tail.to_owned()) })
    })
}

/// True if a text in parentheses is the organisation to which the unit before them belongs.
fn is_host(text: &str, known: &dyn Fn(&str) -> bool) -> bool {
    known(text) || text.ends_with("公司") || BODIES.iter().any(|body| text.ends_with(body))
}

fn unit_of(text: &str) -> Option<String> {
    let unit = text.trim_matches([' ', ',', '，', '-', '–', '—', '－']);
    (!unit.is_empty()).then(|| unit.to_owned())
}

/// Returns the hospital at the start of a text, and the rest.
fn of_hospital(text: &str) -> Option<(&str, Option<String>)> {
    let end = ["醫院", "医院"].iter().find_map(|word| text.find(word).map(|at| at + word.len()))?;
    Some((&text[..end], unit_of(&text[end..])))
}

fn run_on(text: &str, expected: bool) -> Option<UnitSplit> {
    let end = BODIES.iter().filter_map(|body| text.find(body).filter(|at| *at > 0).map(|at| at + body.len())).min()?;
    let (head, tail) = text.split_at(end);
    let folded = fold(tail);
    let endings = if expected { &UNITS[..] } else { &RUN_ON[..] };
    is_part(&folded, endings)
        .then(|| UnitSplit { organisation: head.trim().to_owned(), unit: Some(tail.trim().to_owned()) })
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
            ("甲乙(國際)有限公司 - 化驗室", "甲乙(國際)有限公司", "化驗室"),
            ("甲乙（香港）有限公司（測試中心）", "甲乙（香港）有限公司", "測試中心"),
            ("香港中文大學（深圳），研究部", "香港中文大學（深圳）", "研究部"),
            ("香港中文大學醫學院", "香港中文大學", "醫學院"),
            ("甲乙醫院—荃灣 - 化驗室", "甲乙醫院—荃灣", "化驗室"),
            ("醫院管理局-明愛醫院病理科學部", "明愛醫院", "病理科學部"),
            ("医院管理局广华医院病理部", "广华医院", "病理部"),
            ("幻想化學國家重點實驗室（香港大學）", "香港大學", "幻想化學國家重點實驗室"),
            ("病理部(仁安醫院)", "仁安醫院", "病理部"),
        ] {
            let cut = cut(text, false, &|_| false);
            assert_eq!(cut, UnitSplit { organisation: organisation.into(), unit: Some(unit.into()) }, "{text}");
        }
    }

    #[test]
    fn whole_names_are_not_split() {
        for text in [
            "香港大學深圳醫院",
            "香港科技大學霍英東研究院",
            "香港大學專業進修學院",
            "迅達升降機（香港）有限公司",
            "嘉諾撒醫院(明愛)",
            "甲乙有限公司(化驗)有限公司",
            "香港生產力促進局",
            "醫院管理局",
            "香港大學校友俱樂部",
            "幻想化學實驗室（深圳）",
            "香港大學深圳醫院病理部",
            "香港中文大學（深圳）數據科學學院",
            "香港城市大學(深圳)研究中心",
            "甲乙(國際)有限公司",
        ] {
            assert_eq!(cut(text, false, &|_| false).unit, None, "{text}");
        }
    }

    #[test]
    fn bare_units() {
        let bare = |text: &str| is_bare(&fold(text));
        assert!(bare("病理部") && bare("化驗室") && bare("微生物科") && bare("測試中心"));
        assert!(!bare("衞生署") && !bare("仁安醫院病理部") && !bare("香港科學館"));
    }
}
