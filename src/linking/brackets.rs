//! Names in parentheses: an acronym or a brand beside the full name, in either order.
//!
//! `Alpha Bay Council (ABC)`, `(ABC) Alpha Bay Council`, `Alpha Limited (Beta)` and `Beta (Alpha Limited)` name one
//! organisation each. A place or a qualifier in parentheses belongs to the name: `Alpha Limited (Hong Kong)`.

use crate::domain::script::has_han;
use crate::linking::{
    acronym::{are_initials, begins_with, is_shaped, occurs_in, parenthesised},
    chinese::fold,
    folded_words::words,
    form::has_form,
    name_kind::NameKind,
    piece::carries_unit,
    remarks::{StatedName, is_name},
    unit_chinese::is_unit,
    unit_vocabulary::is_campus_place,
    vocabulary::{is_distinguishing, is_generic, is_never_acronym, is_place, is_remark},
};

/// A name without its acronym or brand in parentheses.
#[derive(Debug, PartialEq, Eq)]
pub struct Unbracketed {
    pub name: String,
    /// True if the acronym is inside the name and stays part of it: `Alpha Bay Council (ABC) Limited`.
    pub inside: bool,
    pub stated: Option<StatedName>,
}

impl Unbracketed {
    fn at(name: &str, stated: Option<(&str, NameKind)>) -> Self {
        let stated = stated.map(|(value, kind)| StatedName { value: value.to_owned(), kind });
        Self { name: name.to_owned(), inside: false, stated }
    }
}

/// Lookups of names in the curated lines.
pub struct Known<'k> {
    /// True if both names are names of one curated organisation.
    pub same: &'k dyn Fn(&str, &str) -> bool,
    /// True if the text is a name of a curated organisation.
    pub any: &'k dyn Fn(&str) -> bool,
}

/// Removes an acronym or a brand from an English name.
///
/// An acronym must occur in the name, or the curated lines link both. A brand needs the legal form of the name, and must
/// not be the curated name of another organisation. A name's own first words in parentheses are also removed.
pub fn unbracket(text: &str, known: &Known<'_>) -> Unbracketed {
    for (open, _) in text.match_indices(['(', '（', '[']) {
        let Some((inside, close)) = parenthesised(text, open) else { continue };
        let (before, inner, after) = (text[..open].trim(), unquoted(inside), text[close..].trim());
        let declares =
            |short: &str, name: &str| is_shaped(short) && occurs_in(short, name) || (known.same)(name, short);
        let acronym = |short| is_shaped(short).then_some((short, NameKind::Acronym));
        let brand = |short: &str| is_brand(short) && !(known.any)(short);
        if before.contains(' ') && declares(inner, before) {
            let name = if after.is_empty() { before.to_owned() } else { format!("{before} {after}") };
            return Unbracketed { inside: !after.is_empty(), ..Unbracketed::at(&name, acronym(inner)) };
        }
        if before.is_empty() && after.contains(' ') && declares(inner, after) {
            return Unbracketed::at(after, acronym(inner));
        }
        if before.is_empty() && has_form(after) && brand(inner) {
            return Unbracketed::at(after, Some((inner, NameKind::Trading)));
        }
        if !after.is_empty() {
            continue;
        }
        if inner.contains(' ') && declares(before, inner) {
            return Unbracketed::at(inner, acronym(before));
        }
        if has_form(before) && begins_with(before, inner) || are_initials(inner, before) {
            return Unbracketed::at(before, None);
        }
        if has_form(before) && brand(inner) {
            return Unbracketed::at(before, Some((inner, NameKind::Trading)));
        }
        if has_form(inner) && inner.contains(' ') && !has_form(before) && brand(before) {
            return Unbracketed::at(inner, Some((before, NameKind::Trading)));
        }
    }
    Unbracketed::at(text, None)
}

/// Removes an acronym, or a brand after the legal form, from the end of a Chinese name. A place or a unit in parentheses
/// belongs to the name.
pub fn unbracket_chinese<'a>(text: &'a str, known: &dyn Fn(&str) -> bool) -> (&'a str, Option<StatedName>) {
    let text = text.trim_end();
    let Some(open) = text.rfind(['(', '（']).filter(|open| *open > 0) else { return (text, None) };
    let Some((inner, close)) = parenthesised(text, open) else { return (text, None) };
    let (before, inner) = (text[..open].trim_end(), unquoted(inner));
    let kind = if is_shaped(inner) {
        NameKind::Acronym
    } else if before.ends_with("公司") && is_chinese_brand(inner) && !known(inner) {
        NameKind::Trading
    } else {
        return (text, None);
    };
    if close < text.len() {
        return (text, None);
    }
    (before, Some(StatedName { value: inner.to_owned(), kind }))
}

/// True if a text in parentheses after a Chinese legal form can be a brand.
fn is_chinese_brand(text: &str) -> bool {
    const LONGEST: usize = 10;
    let folded = fold(text);
    let length = folded.chars().count();
    has_han(text)
        && (2..=LONGEST).contains(&length)
        && !QUALIFIERS.iter().any(|word| folded.contains(word))
        && !is_unit(&folded)
}

/// Words in Chinese parentheses that are not a brand, in Simplified characters.
const QUALIFIERS: [&str; 36] = [
    "公司",
    "香港",
    "中国",
    "国际",
    "集团",
    "控股",
    "亚洲",
    "亚太",
    "远东",
    "澳门",
    "台湾",
    "新加坡",
    "日本",
    "韩国",
    "美国",
    "英国",
    "欧洲",
    "海外",
    "大陆",
    "内地",
    "广东",
    "大湾区",
    "九龙",
    "新界",
    "清盘",
    "注册",
    "成立",
    "解散",
    "合资",
    "独资",
    "股份",
    "有限",
    "年",
    "项目",
    "联营",
    "代理",
];

fn unquoted(text: &str) -> &str {
    text.trim_matches([' ', '"', '“', '”', '\'', '‘', '’', '「', '」'])
}

/// True if a text can be a brand: a short name without a place, a unit, a legal form or a word that distinguishes
/// companies of one group.
fn is_brand(text: &str) -> bool {
    const MOST_WORDS: usize = 4;
    let folded = words(text);
    let mut all = folded.split(' ');
    let is_apart =
        |word: &str| is_place(word) || is_campus_place(word) || is_distinguishing(word) || is_never_acronym(word);
    is_name(text)
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && folded.split(' ').count() <= MOST_WORDS
        && !folded.split(' ').any(|word| is_apart(word) || is_remark(word))
        && all.any(|word| word.len() > 1 && !is_generic(word))
        && !has_form(text)
        && !carries_unit(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unbracketed(text: &str) -> Unbracketed {
        let same = |name: &str, other: &str| name == "The University of Nowhere" && matches!(other, "NWU" | "Nowhere");
        unbracket(text, &Known { same: &same, any: &|name| name == "Famed" })
    }

    #[test]
    fn acronyms() {
        for (text, name, acronym) in [
            ("Jardine Engineering Corporation Ltd. (JEC)", "Jardine Engineering Corporation Ltd.", "JEC"),
            ("Clothing Industry Training Authority (CITA)", "Clothing Industry Training Authority", "CITA"),
            ("Clothing Industry Training Authority (\"CITA\")", "Clothing Industry Training Authority", "CITA"),
            ("The Hong Kong Polytechnic University (PolyU)", "The Hong Kong Polytechnic University", "PolyU"),
            ("HKPC (Hong Kong Productivity Council)", "Hong Kong Productivity Council", "HKPC"),
            ("(HKPC) Hong Kong Productivity Council", "Hong Kong Productivity Council", "HKPC"),
            (
                "Automotive Platforms and Application Systems (APAS) R&D Centre",
                "Automotive Platforms and Application Systems R&D Centre",
                "APAS",
            ),
            ("The University of Nowhere (NWU)", "The University of Nowhere", "NWU"),
        ] {
            let found = unbracketed(text);
            let stated = StatedName { value: acronym.to_owned(), kind: NameKind::Acronym };
            assert_eq!((found.name.as_str(), found.stated), (name, Some(stated)), "{text}");
        }
    }

    #[test]
    fn brands() {
        for (text, name, brand) in [
            ("Alpha Logistics Limited (Inno)", "Alpha Logistics Limited", "Inno"),
            ("Alpha Logistics Co., Ltd. (eNano)", "Alpha Logistics Co., Ltd.", "eNano"),
            ("Alpha Logistics Limited [Happy Cells]", "Alpha Logistics Limited", "Happy Cells"),
            ("Dragon Testing Limited (XYZ)", "Dragon Testing Limited", "XYZ"),
            ("Happy Cells (Alpha Logistics Limited)", "Alpha Logistics Limited", "Happy Cells"),
            ("(Happy Cells) Alpha Logistics Limited", "Alpha Logistics Limited", "Happy Cells"),
        ] {
            let found = unbracketed(text);
            let stated = StatedName { value: brand.to_owned(), kind: NameKind::Trading };
            assert_eq!((found.name.as_str(), found.stated), (name, Some(stated)), "{text}");
        }
    }

    #[test]
    fn other_parentheses_belong_to_the_name() {
        for text in [
            "HKUST (GZ)",
            "The Hong Kong University of Science and Technology (GZ)",
            "Canossa Hospital (Caritas)",
            "ACME SCIENTIFIC INDUSTRIES (ASIA)",
            "TOP TOYSHOP SERVICES (TOYS)",
            "Cheung Kong (Holdings) Limited",
            "Schindler Lifts (Hong Kong) Limited",
            "Dragon Testing (XYZ) Limited",
            "Great Bay Alliance (GBA) Limited",
            "Unclosed (ABC",
            "Alpha Limited (Hong Kong)",
            "Alpha Limited (London)",
            "Alpha Limited (Kwun Tong)",
            "Alpha Limited (Holdings)",
            "Alpha Limited (2012)",
            "Alpha Limited (Services)",
            "Alpha Limited (Testing Division)",
            "Alpha Limited (Beta Limited)",
            "Alpha Limited (Famed)",
            "Famed (Alpha Limited)",
            "Alpha Limited (Joint Venture)",
            "Kowloon Office (Alpha Limited)",
            "Alpha Testing (Beta)",
            "The University of Elsewhere (NWU)",
            "Hospital Authority (HB)",
            "Smart Zone (SZ)",
        ] {
            assert_eq!(unbracketed(text), Unbracketed::at(text, None), "{text}");
        }
    }

    #[test]
    fn chinese_names() {
        for (text, name, stated) in [
            ("甲乙有限公司（丙丁）", "甲乙有限公司", Some(("丙丁", NameKind::Trading))),
            ("幻想大學(IMU)", "幻想大學", Some(("IMU", NameKind::Acronym))),
            ("甲乙有限公司（香港）", "甲乙有限公司（香港）", None),
            ("甲乙有限公司(化驗室)", "甲乙有限公司(化驗室)", None),
            ("甲乙有限公司(深圳)", "甲乙有限公司(深圳)", None),
            ("嘉諾撒醫院(明愛)", "嘉諾撒醫院(明愛)", None),
            ("甲乙（香港）有限公司", "甲乙（香港）有限公司", None),
        ] {
            let stated = stated.map(|(value, kind)| StatedName { value: value.to_owned(), kind });
            assert_eq!(unbracket_chinese(text, &|_| false), (name, stated), "{text}");
        }
    }

    #[test]
    fn other_names_of_the_same_organisation_are_removed() {
        for (text, name) in [
            ("The University of Nowhere (Nowhere)", "The University of Nowhere"),
            ("Hospital Authority (HA)", "Hospital Authority"),
            ("Thecon Technology Ltd. (\"Thecon\")", "Thecon Technology Ltd."),
        ] {
            assert_eq!(unbracketed(text), Unbracketed::at(name, None), "{text}");
        }
    }
}
