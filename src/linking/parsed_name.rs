//! Parses a name before it is compared.
//!
//! A [`Name`](super::Name) gives one [`ParsedName`] per organisation in it. The unit and the declared acronym are split
//! off, and the English and Chinese keys computed.

use std::borrow::Cow;

use crate::{
    domain::script::{has_han, is_han},
    linking::{
        acronym,
        chinese::Chinese,
        curated::Curated,
        form::{self, LegalForm},
        joint,
        key::English,
        name::Name,
        piece,
        unit::{self, UnitSplit},
        unit_chinese,
    },
};

/// A parsed name of one organisation.
#[derive(Clone, Debug, Default)]
pub struct ParsedName {
    /// The English name as written, without the unit.
    pub en: Option<String>,
    /// The Chinese name as written, without the unit.
    pub zh: Option<String>,
    pub unit: Option<String>,
    pub english: Option<English>,
    /// The joined key of the English name; empty when there is none.
    pub key: String,
    pub chinese: Option<Chinese>,
    /// An acronym that the name states, in lower case.
    pub acronym: Option<String>,
    /// True if the English name is only an acronym.
    pub bare: bool,
}

impl ParsedName {
    /// Returns the class of the English legal form.
    pub fn class(&self) -> LegalForm {
        self.english.as_ref().map_or(LegalForm::None, |english| english.class)
    }

    /// Returns the English legal form, else the Chinese one.
    pub fn effective_class(&self) -> LegalForm {
        match (self.class(), &self.chinese) {
            (LegalForm::None, Some(chinese)) => chinese.class,
            (class, _) => class,
        }
    }

    /// Returns the English core. Empty if there is none.
    pub fn core(&self) -> &str {
        self.english.as_ref().map_or("", |english| &english.core)
    }

    /// Returns the Chinese core.
    pub fn chinese_core(&self) -> Option<&str> {
        self.chinese.as_ref().map(|chinese| chinese.core.as_str())
    }
}

/// Parses every organisation that a name contains. A name without text contains none.
pub fn read(name: &Name<'_>, curated: &Curated) -> Vec<ParsedName> {
    let (en, zh) = by_language(name);
    let known = |text: &str| curated.knows(text);
    let english = parts_of(en, &known);
    let chinese = parts_of(zh, &known);
    match (english.as_slice(), chinese.as_slice()) {
        ([], []) => Vec::new(),
        ([], many) => many.iter().filter_map(|zh| one("", zh, curated)).collect(),
        ([en], _) => one(en, zh, curated).into_iter().collect(),
        (many, also) if many.len() == also.len() => {
            many.iter().zip(also).filter_map(|(en, zh)| one(en, zh, curated)).collect()
        }
        (many, _) => many.iter().filter_map(|en| one(en, "", curated)).collect(),
    }
}

fn parts_of<'a>(text: &'a str, known: &dyn Fn(&str) -> bool) -> Vec<&'a str> {
    match text {
        "" => Vec::new(),
        text if !joint::may_split(text) || known(text) => Vec::from([text]),
        text => joint::split(text, known),
    }
}

/// Returns the English and the Chinese text, regardless of their fields.
fn by_language<'a>(name: &Name<'a>) -> (&'a str, &'a str) {
    let (en, zh) = (clipped(name.en.trim()), clipped(name.zh.trim()));
    match (has_han(en), has_han(zh)) {
        (false, true) if en.is_empty() => mixed(zh).unwrap_or((en, zh)),
        (false, true) => (en, zh),
        (false, false) if en.is_empty() => (zh, ""),
        (false, false) => (en, ""),
        (true, true) => ("", zh),
        (true, false) => mixed(en).unwrap_or((zh, en)),
    }
}

/// Cuts a text to the maximum length of a name. The beginning is enough to compare.
fn clipped(text: &str) -> &str {
    const LONGEST: usize = 1000;
    &text[..text.floor_char_boundary(LONGEST)]
}

/// Splits a cell that contains the English and the Chinese name, in either order.
fn mixed(text: &str) -> Option<(&str, &str)> {
    const MARKS: [char; 10] = [' ', ',', '，', ';', '/', '(', '（', '|', '\n', '-'];
    let latin = |part: &str| !has_han(part) && part.split_whitespace().count() >= 2;
    let first = text.find(is_han)?;
    let after = text.rfind(is_han).map(|at| text[at..].chars().next().map_or(at, |c| at + c.len_utf8()))?;
    let (before, han, behind) = (&text[..first], &text[first..after], &text[after..]);
    let behind = behind.trim_start_matches([')', '）']);
    if before.ends_with(MARKS) && latin(before) && behind.trim().is_empty() {
        Some((before.trim_end_matches(MARKS), han))
    } else if before.is_empty() && behind.starts_with(MARKS) && latin(behind) {
        Some((behind.trim_start_matches(MARKS).trim_end_matches([')', '）']), han))
    } else {
        None
    }
}

fn one(en: &str, zh: &str, curated: &Curated) -> Option<ParsedName> {
    let known = |text: &str| curated.knows(text);
    let en = without_former(single_line(en));
    let parts = english_parts(&en, curated);
    let english = English::read(&parts.name).filter(|english| !piece::is_bare(&english.core) || known(&parts.name));
    let (zh, chinese_unit) = chinese_parts(&without_former(single_line(zh)), parts.unit.is_some(), &known);
    let chinese = Chinese::read(&zh).filter(|chinese| !unit_chinese::is_bare(&chinese.core) || known(&zh));
    if english.is_none() && chinese.is_none() {
        return None;
    }
    let bare = acronym::is_shaped(&parts.name) && english.as_ref().is_some_and(|name| name.class == LegalForm::None);
    Some(ParsedName {
        en: english.is_some().then_some(parts.written),
        zh: chinese.is_some().then_some(zh),
        unit: parts.unit.or(chinese_unit),
        key: english.as_ref().map(English::key).unwrap_or_default(),
        english,
        chinese,
        acronym: parts.acronym,
        bare,
    })
}

/// The parts of an English name: the name as written, the name to compare, the unit and the declared acronym.
struct EnglishParts {
    written: String,
    name: String,
    unit: Option<String>,
    acronym: Option<String>,
}

fn english_parts(en: &str, curated: &Curated) -> EnglishParts {
    let goes_on = |(_, tail): (&str, &str)| !tail.is_empty();
    let plain = !en.contains(['(', '（', '[', ',', '-', '–', '—'])
        && !en.contains(" of ")
        && !form::after_limited(en).is_some_and(goes_on);
    if plain {
        return EnglishParts { written: en.to_owned(), name: en.to_owned(), unit: None, acronym: None };
    }
    let UnitSplit { organisation, unit } = unit::cut(en, &|text| curated.knows(text));
    let same = |name: &str, other: &str| {
        let of = |text: &str| curated.known(text).map(|known| known.organisation);
        of(other).is_some_and(|organisation| of(name) == Some(organisation))
    };
    let declared = acronym::declared(&organisation, &same);
    let written = if declared.inside { organisation } else { declared.name.clone() };
    EnglishParts { written, name: declared.name, unit, acronym: declared.acronym }
}

/// Returns the Chinese name and unit.
///
/// If the English name has a unit and the Chinese name cannot be split, the Chinese name is ambiguous and is left out.
fn chinese_parts(zh: &str, expected: bool, known: &dyn Fn(&str) -> bool) -> (String, Option<String>) {
    if zh.is_empty() {
        return (String::new(), None);
    }
    let zh = without_acronym(zh);
    let cut = unit_chinese::cut(zh, expected, known);
    if expected && cut.unit.is_none() && !known(zh) && !zh.ends_with("公司") {
        let whole_hospital = zh.ends_with("醫院") || zh.ends_with("医院");
        return if whole_hospital { (zh.to_owned(), None) } else { (String::new(), None) };
    }
    (cut.organisation, cut.unit)
}

fn without_acronym(zh: &str) -> &str {
    let trimmed = zh.trim_end();
    match trimmed.rfind(['(', '（']) {
        Some(open) if open > 0 => match acronym::parenthesised(trimmed, open) {
            Some((inner, close)) if close == trimmed.len() && acronym::is_shaped(inner) => trimmed[..open].trim_end(),
            _ => trimmed,
        },
        _ => trimmed,
    }
}

/// Removes `(formerly known as …)`, `(incorporated in …)` and `trading as …`. They are remarks, not part of the name.
fn without_former(text: Cow<'_, str>) -> Cow<'_, str> {
    const REMARKS: [&str; 12] = [
        "formerly",
        "previously",
        "former name",
        "trading as",
        "t/a",
        "also known as",
        "a.k.a.",
        "incorporated in",
        "registered in",
        "前稱",
        "前称",
        "原名",
    ];
    const BETWEEN: [&str; 6] =
        [", formerly ", " formerly known as ", " trading as ", " t/a ", " T/A ", ", trading as "];
    /// Each of `BETWEEN` contains one of these, so most names skip the search.
    const MARKS: [&str; 4] = ["formerly", " trading", "t/a ", "T/A "];
    for (open, _) in text.match_indices(['(', '（']) {
        let Some((inner, close)) = acronym::parenthesised(&text, open) else { continue };
        let lower = inner.to_lowercase();
        if open > 0 && REMARKS.iter().any(|word| lower.starts_with(word)) {
            return format!("{} {}", text[..open].trim_end(), text[close..].trim_start()).trim().to_owned().into();
        }
    }
    if !MARKS.iter().any(|mark| text.contains(mark)) {
        return text;
    }
    let remark = BETWEEN.iter().filter_map(|word| text.find(word)).filter(|at| *at > 0).min();
    remark.map_or(text.clone(), |at| text[..at].to_owned().into())
}

/// Normalises a text to one line with single spaces and half-width Latin letters and marks.
fn single_line(text: &str) -> Cow<'_, str> {
    let wide = |c: char| matches!(c, '\u{ff01}'..='\u{ff5e}');
    let spaced = text.contains(['\n', '\r', '\t', '\u{a0}', '\u{3000}']) || text.contains("  ");
    if !spaced && (text.is_ascii() || !text.contains(wide)) {
        return text.into();
    }
    let narrow = |c: char| if wide(c) { char::from_u32(c as u32 - 0xfee0).unwrap_or(c) } else { c };
    text.split_whitespace()
        .map(|word| word.chars().map(narrow).collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::catalog::Publisher;

    fn readings(en: &str, zh: &str) -> Vec<ParsedName> {
        let name = Name { publisher: Publisher::Itf, en, zh, website: "", address: "" };
        read(&name, &Curated::default())
    }

    #[test]
    fn languages_in_either_field() {
        let swapped = readings("香港大學", "");
        assert_eq!(swapped[0].zh.as_deref(), Some("香港大學"));
        for both in [
            "The University of Hong Kong 香港大學",
            "香港大學 The University of Hong Kong",
            "The University of Hong Kong (香港大學)",
            "The University of Hong Kong\n香港大學",
            "香港大學/The University of Hong Kong",
        ] {
            let name = &readings(both, "")[0];
            assert_eq!(
                (name.en.as_deref(), name.zh.as_deref()),
                (Some("The University of Hong Kong"), Some("香港大學")),
                "{both}"
            );
        }
        assert_eq!(readings("AI機械人有限公司", "")[0].en, None);
        let repeated = readings("XTX Technology Limited", "XTX Technology Limited");
        assert_eq!((repeated[0].en.as_deref(), repeated[0].zh.as_deref()), (Some("XTX Technology Limited"), None));
        assert!(readings(" ", "").is_empty());
        assert!(readings("-", "—").is_empty());
    }

    #[test]
    fn acronym_legal_form_and_unit() {
        let name = &readings("Jardine Engineering Corporation Ltd. (JEC) - Testing Laboratory", "")[0];
        assert_eq!(name.en.as_deref(), Some("Jardine Engineering Corporation Ltd."));
        assert_eq!(name.acronym.as_deref(), Some("jec"));
        assert_eq!(name.unit.as_deref(), Some("Testing Laboratory"));
        assert_eq!(name.class(), LegalForm::Local);
        let former = &readings("LRQA Limited (formerly Lloyd's Register Quality Assurance Limited)", "")[0];
        assert_eq!(former.key, "lrqa");
    }

    #[test]
    fn chinese_beside_a_unit() {
        let name = &readings("Union Hospital - Pathology Department", "仁安醫院病理部")[0];
        assert_eq!(name.zh.as_deref(), Some("仁安醫院"));
        let unclear = &readings("Hong Kong Police Force - Identification Bureau", "香港警務處鑑證科")[0];
        assert_eq!(unclear.zh, None);
    }

    #[test]
    fn remarks_and_width() {
        for text in [
            "LRQA Limited, formerly known as Alpha Limited",
            "LRQA Limited (incorporated in England with limited liability)",
            "LRQA Limited trading as Beta",
            "ＬＲＱＡ　Ｌｉｍｉｔｅｄ",
            "LRQA\u{a0}Limited\n",
        ] {
            let name = &readings(text, "")[0];
            assert_eq!((name.key.as_str(), name.class()), ("lrqa", LegalForm::Local), "{text}");
        }
    }

    #[test]
    fn a_unit_alone_names_no_organisation() {
        for (en, zh) in [("Pathology Department", "病理部"), ("Department of Pathology", ""), ("", "化驗室")] {
            assert!(readings(en, zh).is_empty(), "{en}{zh}");
        }
        assert_eq!(readings("Pathology Department", "仁安醫院病理部")[0].zh.as_deref(), Some("仁安醫院"));
        assert_eq!(readings("Department of Health", "衞生署").len(), 1);
    }

    #[test]
    fn joint_names_pair_up() {
        let both = readings("Highways Department; Transport Department", "路政署辦事處；運輸署辦事處");
        assert_eq!(both.len(), 2);
        assert_eq!(both[1].zh.as_deref(), Some("運輸署辦事處"));
    }
}
