//! Parses one cell of a statistical table: a number with its prefix and suffix, a mark for a missing figure, or words.

use async_graphql::Enum;

use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization;

use super::unit::{Unit, last_parenthesis};
use crate::domain::{
    number::{self, is_footnote_mark},
    resolve::SyncResolve,
    value::is_blank,
};

/// A qualifier that the publisher attaches to a figure (SDMX: observation status).
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObservationFlag {
    /// The figure is approximate: “about 9,000”.
    Approximate,
    /// The figure is a lower bound: “more than”.
    MoreThan,
    /// The figure is an upper bound: “less than”.
    LessThan,
    /// The figure is an estimate by the publisher.
    Estimated,
    /// The figure is provisional and will be revised.
    Provisional,
    /// The figure was revised after its first publication.
    Revised,
    /// No figure: the cell is empty or says `N.A.`.
    NotAvailable,
    /// No figure: the publisher states that it is not applicable.
    NotApplicable,
    /// No figure: a dash or “nil”, which may mean zero.
    Nil,
    /// The figure or its label refers to a footnote; see the notes of the table.
    Footnote,
    /// The figure is not comparable with earlier ones.
    BreakInSeries,
}

/// A number as printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The number, before scaling by the unit of its column.
    pub number: Decimal,
    /// The value of one unit in its last printed digit: 0.1 for `55,682.5`.
    pub step: Decimal,
    /// The unit in the cell itself, as in `45%`.
    pub unit: Option<Unit>,
    /// The scale in the cell itself, as in `2.5 million`.
    pub factor: Option<Decimal>,
    pub flags: Vec<ObservationFlag>,
}

/// The content of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellContent {
    Empty,
    /// A mark for a missing figure.
    Absent(Vec<ObservationFlag>),
    Figure(Figure),
    Words,
}

/// The maximum length of a figure.
const LONGEST: usize = 80;
const APPROXIMATE: [&str; 9] = ["about", "approximately", "approx.", "around", "some", "nearly", "~", "約", "约"];
const MORE: [&str; 10] = ["more than", "over", "at least", ">=", ">", "≥", "超過", "超过", "逾", "多於"];
const LESS: [&str; 9] = ["less than", "fewer than", "below", "under", "up to", "<", "≤", "少於", "不足"];
const PREFIXES: [&str; 5] = ["hk$", "hkd", "$", "港幣", "港币"];
/// The suffixes of numbers, with their unit and power of ten.
const SUFFIXES: [(&str, Option<Unit>, u32); 18] = [
    ("%", Some(Unit::Percent), 0),
    ("percent", Some(Unit::Percent), 0),
    ("per cent", Some(Unit::Percent), 0),
    ("billion", None, 9),
    ("million", None, 6),
    ("bn", None, 9),
    ("mn", None, 6),
    ("thousand", None, 3),
    ("百萬元", Some(Unit::Hkd), 6),
    ("百万元", Some(Unit::Hkd), 6),
    ("百萬港元", Some(Unit::Hkd), 6),
    ("百万港元", Some(Unit::Hkd), 6),
    ("億港元", Some(Unit::Hkd), 8),
    ("亿港元", Some(Unit::Hkd), 8),
    ("億元", Some(Unit::Hkd), 8),
    ("亿元", Some(Unit::Hkd), 8),
    ("港元", Some(Unit::Hkd), 0),
    ("元", Some(Unit::Hkd), 0),
];

/// Parses a cell.
pub fn read(text: &str) -> CellContent {
    let text = text.trim_matches(is_space);
    if text.is_empty() {
        return CellContent::Empty;
    }
    if is_blank(text) || is_absence(text) {
        return CellContent::Absent(vec![absence(text)]);
    }
    let (bare, marked) = without_marks(text);
    if bare.is_empty() || is_blank(bare) || is_absence(bare) {
        let reason = if bare.is_empty() { ObservationFlag::NotAvailable } else { absence(bare) };
        return CellContent::Absent(if marked { vec![reason, ObservationFlag::Footnote] } else { vec![reason] });
    }
    match figure(bare).filter(|figure| !is_year_of_shares(figure)) {
        Some(mut figure) => {
            if marked {
                figure.flags.push(ObservationFlag::Footnote);
            }
            CellContent::Figure(figure)
        }
        None => CellContent::Words,
    }
}

/// Returns the flag for a word in a qualifier column.
pub fn qualifier(word: &str) -> Option<ObservationFlag> {
    let word = word.trim().to_lowercase();
    let any = |words: &[&str]| words.contains(&word.as_str());
    if any(&APPROXIMATE) {
        Some(ObservationFlag::Approximate)
    } else if any(&MORE) {
        Some(ObservationFlag::MoreThan)
    } else if any(&LESS) {
        Some(ObservationFlag::LessThan)
    } else if any(&["p", "provisional", "臨時數字", "临时数字"]) {
        Some(ObservationFlag::Provisional)
    } else if any(&["r", "revised", "修訂數字", "修订数字", "修訂", "修订"]) {
        Some(ObservationFlag::Revised)
    } else if any(&["e", "estimate", "estimated", "估計", "估计"]) {
        Some(ObservationFlag::Estimated)
    } else if any(&["b", "break", "break in series"]) {
        Some(ObservationFlag::BreakInSeries)
    } else {
        None
    }
}

/// Returns a text without its trailing footnote marks (`**`, `#`, `¹`, `[1]`), and true if it had any.
pub fn without_marks(text: &str) -> (&str, bool) {
    let mut bare = text.trim_end_matches(is_space);
    loop {
        let mut shorter = bare.trim_end_matches(|c| is_mark(c) || is_space(c));
        let bracketed = shorter.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
        if let Some((rest, _)) = bracketed.filter(|(_, inner)| inner.len() <= 3) {
            shorter = rest;
        }
        // `m²` is a unit.
        if ["m", "ft", "米", "呎", "尺"].iter().any(|unit| shorter.ends_with(unit))
            && bare[shorter.len()..].starts_with('²')
        {
            shorter = &bare[..shorter.len() + '²'.len_utf8()];
        }
        if shorter.len() == bare.len() {
            return (bare, bare.len() < text.trim_end_matches(is_space).len());
        }
        bare = shorter;
    }
}

/// True for a footnote mark, which occurs at the end of a figure or label and before the note.
pub const fn is_mark(c: char) -> bool {
    is_footnote_mark(c) || matches!(c, '@' | 'Δ' | '△' | '¹' | '²' | '³' | '⁴'..='⁹')
}

/// True if a cell is blank.
pub fn is_nothing(text: &str) -> bool {
    text.chars().all(is_space)
}

/// True for white space and invisible characters.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}')
}

/// True for a heading such as `2021 %` over the shares of a year.
fn is_year_of_shares(figure: &Figure) -> bool {
    figure.unit == Some(Unit::Percent)
        && figure.step == Decimal::ONE
        && (Decimal::from(1950)..Decimal::from(2060)).contains(&figure.number)
}

fn is_absence(text: &str) -> bool {
    ["n.a", "n. a.", "not available", "暫無", "未有數字", "未有数字", ".."]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
}

fn absence(text: &str) -> ObservationFlag {
    match text.to_lowercase().as_str() {
        "不適用" | "不适用" | "not applicable" => ObservationFlag::NotApplicable,
        "nil" | "none" | "-" | "--" | "–" | "—" | "無" | "无" => ObservationFlag::Nil,
        _ => ObservationFlag::NotAvailable,
    }
}

fn figure(text: &str) -> Option<Figure> {
    if text.len() > LONGEST || !text.chars().any(char::is_numeric) || text.contains(['¹', '²', '³']) {
        return None;
    }
    let plain: String = text.nfkc().flat_map(char::to_lowercase).map(|c| if is_space(c) { ' ' } else { c }).collect();
    let mut rest = plain.trim();
    let mut flags = Vec::new();
    let mut figure = Figure { number: Decimal::ZERO, step: Decimal::ONE, unit: None, factor: None, flags: Vec::new() };
    for (words, flag) in [
        (&APPROXIMATE[..], ObservationFlag::Approximate),
        (&MORE, ObservationFlag::MoreThan),
        (&LESS, ObservationFlag::LessThan),
    ] {
        if let Some(after) = words.iter().find_map(|word| rest.strip_prefix(word)) {
            flags.push(flag);
            rest = after.trim_start();
        }
    }
    while let Some((open, inner)) = last_parenthesis(rest).filter(|(open, _)| *open > 0) {
        // `1,234 (a)` refers to a footnote.
        let is_mark = inner.chars().count() == 1 && inner.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        flags.push(qualifier(inner).or_else(|| is_mark.then_some(ObservationFlag::Footnote))?);
        rest = rest[..open].trim_end();
    }
    if let Some(after) = PREFIXES.iter().find_map(|prefix| rest.strip_prefix(prefix)) {
        figure.unit = Some(Unit::Hkd);
        rest = after.trim_start();
    }
    let is_money = figure.unit == Some(Unit::Hkd);
    let mut short = [("mn", 6_u32), ("bn", 9), ("m", 6), ("b", 9), ("k", 3)].into_iter().filter(|_| is_money);
    let short = short.find_map(|(suffix, power)| Some((rest.strip_suffix(suffix)?, None, power)));
    let behind =
        SUFFIXES.iter().find_map(|(suffix, unit, power)| Some((rest.strip_suffix(suffix)?, *unit, *power))).or(short);
    if let Some((before, unit, power)) = behind {
        figure.factor = (power > 0).then(|| Decimal::from(10_u64.pow(power)));
        figure.unit = unit.or(figure.unit);
        rest = before.trim_end();
    }
    if let Some(before) = rest.strip_suffix('+') {
        flags.push(ObservationFlag::MoreThan);
        rest = before.trim_end();
    }
    let negative = rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')'));
    let digits = negative.unwrap_or(rest).split(' ').filter(|group| !group.is_empty()).collect::<Vec<_>>().join(" ");
    // `+5.3` is a change.
    let digits = digits.strip_prefix('+').unwrap_or(&digits);
    let number = number::parse(digits).ok().or_else(|| scientific(digits))?;
    figure.number = if negative.is_some() { -number } else { number };
    figure.step = Decimal::new(1, number.scale());
    flags.sort_unstable();
    flags.dedup();
    figure.flags = flags;
    Some(figure)
}

/// Parses scientific notation such as `1.5e-05`, which spreadsheets use for small numbers.
fn scientific(text: &str) -> Option<Decimal> {
    text.starts_with(|c: char| c.is_ascii_digit()).then(|| Decimal::from_scientific(text).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ObservationFlag as Flag, *};

    fn number(text: &str) -> Option<(String, Vec<Flag>)> {
        match read(text) {
            CellContent::Figure(figure) => Some((figure.number.to_string(), figure.flags)),
            _ => None,
        }
    }

    #[test]
    fn numbers_with_attached_marks() {
        for (text, expected, flags) in [
            ("36 041", "36041", vec![]),
            ("36\u{202f}041", "36041", vec![]),
            ("82 133****", "82133", vec![Flag::Footnote]),
            ("\"55,682.5\"".trim_matches('"'), "55682.5", vec![]),
            ("29²", "29", vec![Flag::Footnote]),
            ("710 [1]", "710", vec![Flag::Footnote]),
            ("710 (r)", "710", vec![Flag::Revised]),
            ("more than 220", "220", vec![Flag::MoreThan]),
            ("about HK$70 billion", "70", vec![Flag::Approximate]),
            ("2,400+", "2400", vec![Flag::MoreThan]),
            ("（12.3）", "-12.3", vec![]),
            ("45.2%", "45.2", vec![]),
            ("１２", "12", vec![]),
            ("1.5e3", "1500", vec![]),
        ] {
            assert_eq!(number(text), Some((expected.to_owned(), flags)), "{text}");
        }
    }

    #[test]
    fn missing_values_have_many_notations() {
        for (text, flag) in [
            ("N.A.", Flag::NotAvailable),
            ("不適用", Flag::NotApplicable),
            ("-", Flag::Nil),
            ("Nil", Flag::Nil),
            ("n.a", Flag::NotAvailable),
        ] {
            assert_eq!(read(text), CellContent::Absent(vec![flag]), "{text}");
        }
        assert_eq!(read("-*"), CellContent::Absent(vec![Flag::Nil, Flag::Footnote]));
        assert_eq!(read(" \u{a0}"), CellContent::Empty);
        for words in ["Less than 50 persons", "Table 1", "5G communications", "1-49", "12 (note)", "ITS/047/18FX"] {
            assert_eq!(read(words), CellContent::Words, "{words}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,40}") {
            let _ = read(&text);
        }
    }
}
