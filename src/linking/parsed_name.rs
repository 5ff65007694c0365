//! Parses a name before it is compared.
//!
//! A [`Name`](super::Name) gives one [`ParsedName`] per organisation in it. Parsing separates the unit and the declared
//! acronym, and computes the English and Chinese keys.

use std::borrow::Cow;

use crate::{
    domain::script::{has_han, is_han},
    linking::{
        acronym,
        brackets::{self, Known},
        chinese::Chinese,
        curated::Curated,
        folded_words::words,
        form::{self, LegalForm},
        joint,
        key::English,
        name::Name,
        name_kind::NameKind,
        piece,
        remarks::{StatedName, WithoutRemarks, without_remarks},
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
    /// The joined key of the English name. Empty if there is no English name.
    pub key: String,
    pub chinese: Option<Chinese>,
    /// An acronym that the name states, in lower case.
    pub acronym: Option<String>,
    /// True if the English name is only an acronym.
    pub bare: bool,
    /// The other names that the cell states for the organisation.
    pub stated: Vec<StatedName>,
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

/// Parses every organisation that a name contains. An empty name contains none.
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

/// Returns the English and the Chinese text, regardless of the field in which each occurs.
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

/// Truncates a text to the maximum length of a name. The beginning is sufficient for comparison.
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
    let WithoutRemarks { name: en, mut stated } = without_remarks(single_line(en));
    let parts = english_parts(&en, curated);
    let is_unit = |english: &English| piece::is_bare(&english.core) && !is_company(&parts.name) && !known(&parts.name);
    let english = English::read(&parts.name).filter(|english| !is_unit(english));
    let WithoutRemarks { name: zh, stated: stated_in_chinese } = without_remarks(single_line(zh));
    let ChineseParts { name: zh, unit: chinese_unit, stated: short } = chinese_parts(&zh, parts.unit.is_some(), &known);
    let is_unit = |chinese: &Chinese| unit_chinese::is_bare(&chinese.core) && !zh.ends_with("公司") && !known(&zh);
    let chinese = Chinese::read(&zh).filter(|chinese| !is_unit(chinese));
    if english.is_none() && chinese.is_none() {
        return None;
    }
    let bare = acronym::is_shaped(&parts.name) && english.as_ref().is_some_and(|name| name.class == LegalForm::None);
    let acronym = parts.stated.as_ref().filter(|stated| stated.kind == NameKind::Acronym);
    let acronym = acronym.map(|stated| stated.value.to_ascii_lowercase());
    stated.extend(stated_in_chinese.into_iter().chain(parts.stated).chain(short));
    Some(ParsedName {
        en: english.is_some().then_some(parts.written),
        zh: chinese.is_some().then_some(zh),
        unit: parts.unit.or(chinese_unit),
        key: english.as_ref().map(English::key).unwrap_or_default(),
        english,
        chinese,
        acronym,
        bare,
        stated,
    })
}

/// True if a name ends in a legal form or in `Company`. Such a name denotes an organisation, even if its words are
/// generic.
fn is_company(name: &str) -> bool {
    form::has_form(name) || words(name).ends_with(" company")
}

/// The parts of an English name: the name as written, the name to compare, the unit and the stated acronym or brand.
struct EnglishParts {
    written: String,
    name: String,
    unit: Option<String>,
    stated: Option<StatedName>,
}

fn english_parts(en: &str, curated: &Curated) -> EnglishParts {
    let goes_on = |(_, tail): (&str, &str)| !tail.is_empty();
    let plain = !en.contains(['(', '（', '[', ',', '-', '–', '—'])
        && !en.contains(" of ")
        && !form::after_limited(en).is_some_and(goes_on);
    if plain {
        return EnglishParts { written: en.to_owned(), name: en.to_owned(), unit: None, stated: None };
    }
    let UnitSplit { organisation, unit } = unit::cut(en, &|text| curated.knows(text));
    let same = |name: &str, other: &str| {
        let of = |text: &str| curated.known(text).map(|known| known.organisation);
        of(other).is_some_and(|organisation| of(name) == Some(organisation))
    };
    let found = brackets::unbracket(&organisation, &Known { same: &same, any: &|text| curated.knows(text) });
    let written = if found.inside { organisation } else { found.name.clone() };
    EnglishParts { written, name: found.name, unit, stated: found.stated }
}

/// The parts of a Chinese name.
#[derive(Default)]
struct ChineseParts {
    name: String,
    unit: Option<String>,
    stated: Option<StatedName>,
}

/// Returns the Chinese name and unit.
///
/// If the English name has a unit and the Chinese name cannot be split, the Chinese name is ambiguous and is left out.
fn chinese_parts(zh: &str, expected: bool, known: &dyn Fn(&str) -> bool) -> ChineseParts {
    if zh.is_empty() {
        return ChineseParts::default();
    }
    let (zh, stated) = brackets::unbracket_chinese(zh, known);
    let cut = unit_chinese::cut(zh, expected, known);
    if expected && cut.unit.is_none() && !known(zh) && !zh.ends_with("公司") {
        let whole_hospital = zh.ends_with("醫院") || zh.ends_with("医院");
        let name = if whole_hospital { zh.to_owned() } else { String::new() };
        return ChineseParts { name, ..ChineseParts::default() };
    }
    ChineseParts { name: cut.organisation, unit: cut.unit, stated }
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
        assert_eq!(former.stated[0].value, "Lloyd's Register Quality Assurance Limited");
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
    fn a_unit_alone_is_not_an_organisation() {
        for (en, zh) in [("Pathology Department", "病理部"), ("Department of Pathology", ""), ("", "化驗室")] {
            assert!(readings(en, zh).is_empty(), "{en}{zh}");
        }
        for company in [
            "Innovation Team Company Limited",
            "Testing Laboratory Limited (ABC)",
            "Innovation Team Company",
            "Testing Centre Inc.",
        ] {
            assert_eq!(readings(company, "").len(), 1, "{company}");
        }
        assert_eq!(readings("", "檢測中心有限公司").len(), 1);
        assert_eq!(readings("Pathology Department", "仁安醫院病理部")[0].zh.as_deref(), Some("仁安醫院"));
        assert_eq!(readings("Department of Health", "衞生署").len(), 1);
    }

    #[test]
    fn joint_names_are_paired_across_languages() {
        let both = readings("Highways Department; Transport Department", "路政署辦事處；運輸署辦事處");
        assert_eq!(both.len(), 2);
        assert_eq!(both[1].zh.as_deref(), Some("運輸署辦事處"));
    }
}
