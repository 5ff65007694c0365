//! Units: what a figure counts, read from the words beside it (`$M`, `(HK$ million)`, `百萬元`, `Share (%)`).

use async_graphql::Enum;

use crate::domain::resolve::SyncResolve;
use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization;

/// What a figure counts.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// Things: projects, companies, applications.
    Count,
    /// People.
    Persons,
    /// Hundredths.
    Percent,
    /// Hong Kong dollars; whatever the file counts in (millions, billions), values are in dollars.
    Hkd,
    /// Square feet.
    SquareFeet,
    /// Square metres.
    SquareMetres,
    /// Points of a score.
    Score,
    /// The publisher does not say.
    Unstated,
}

/// A unit and how many of it one printed unit is: `$M` is HK dollars by the million.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    pub unit: Unit,
    pub factor: Decimal,
}

impl Scale {
    /// The unit as it is.
    pub const fn plain(unit: Unit) -> Self {
        Self { unit, factor: Decimal::ONE }
    }

    /// HK dollars by the million.
    pub const HKD_MILLION: Self = Self::hkd(1_000_000);

    /// HK dollars by the thousand.
    pub const HKD_THOUSAND: Self = Self::hkd(1_000);

    const fn hkd(factor: u32) -> Self {
        Self { unit: Unit::Hkd, factor: Decimal::from_parts(factor, 0, 0, false, 0) }
    }
}

const CURRENCY: [&str; 12] =
    ["$", "hkd", "hk dollar", "dollars", "港元", "港幣", "港币", "百萬元", "百万元", "千元", "億元", "亿元"];
const AREA_FEET: [&str; 8] = ["square feet", "square foot", "sq ft", "sq. ft", "sq.ft", "sqft", "平方呎", "平方尺"];
const AREA_METRES: [&str; 7] = ["square met", "sq m", "sq. m", "sq.m", "sqm", "m2", "平方米"];
const PERSONS: [&str; 6] = ["persons", "people", "人數", "人数", "人次", "人員數目"];
const COUNT: [&str; 8] = ["number", "no.", "nos.", "count", "數目", "数目", "宗數", "宗数"];
/// Powers of ten in words, larger ones first where one holds the other.
const POWERS: [(&str, u32); 17] = [
    ("billion", 1_000_000_000),
    ("十億", 1_000_000_000),
    ("十亿", 1_000_000_000),
    ("億", 100_000_000),
    ("亿", 100_000_000),
    ("million", 1_000_000),
    ("百萬", 1_000_000),
    ("百万", 1_000_000),
    ("$m", 1_000_000),
    ("$ m", 1_000_000),
    ("hkdm", 1_000_000),
    ("萬", 10_000),
    ("万", 10_000),
    ("thousand", 1_000),
    ("'000", 1_000),
    ("’000", 1_000),
    ("千", 1_000),
];

/// The factor that these words state: `million` is 1,000,000.
pub fn power(words: &str) -> Option<Decimal> {
    let words = plain(words);
    POWERS.iter().find(|(word, _)| words.contains(word)).map(|(_, factor)| Decimal::from(*factor))
}

/// The unit that these words state, if they do.
pub fn scale_of(words: &str) -> Option<Scale> {
    let words = plain(words);
    let has = |list: &[&str]| list.iter().any(|word| words.contains(word));
    if has(&["%", "percent", "per cent", "百分"]) {
        return Some(Scale::plain(Unit::Percent));
    }
    if has(&CURRENCY) || matches!(words.as_str(), "元" | "萬元" | "万元") {
        return Some(Scale { unit: Unit::Hkd, factor: power(&words).unwrap_or(Decimal::ONE) });
    }
    let unit = if has(&AREA_FEET) {
        Unit::SquareFeet
    } else if has(&AREA_METRES) {
        Unit::SquareMetres
    } else if has(&["out of 10", "score"]) {
        Unit::Score
    } else if has(&PERSONS) {
        Unit::Persons
    } else if has(&COUNT) || words == "no" {
        Unit::Count
    } else {
        return None;
    };
    Some(Scale { unit, factor: power(&words).unwrap_or(Decimal::ONE) })
}

/// A label without the unit in parentheses at its end, and the unit that label states: `Funds approved ($M)` is `Funds
/// approved`, by the million HK dollars. A label that is nothing but its unit stays.
pub fn split(label: &str) -> (&str, Option<Scale>) {
    let trimmed = label.trim();
    let Some((open, inner)) = last_parenthesis(trimmed) else { return (trimmed, scale_of(trimmed)) };
    match scale_of(inner) {
        Some(scale) if open > 0 => (trimmed[..open].trim_end(), Some(scale)),
        Some(scale) => (trimmed, Some(scale)),
        None => (trimmed, scale_of(trimmed)),
    }
}

/// Where the parenthesis at the end begins, and what it holds.
pub fn last_parenthesis(text: &str) -> Option<(usize, &str)> {
    let inner = text.strip_suffix([')', '）'])?;
    let (open, width) = [('(', 1), ('（', '（'.len_utf8())]
        .into_iter()
        .filter_map(|(bracket, width)| inner.rfind(bracket).map(|open| (open, width)))
        .max()?;
    Some((open, inner[open + width..].trim()))
}

/// Lower case, one width, underscores of keys as spaces.
fn plain(words: &str) -> String {
    words.nfkc().flat_map(char::to_lowercase).map(|c| if c == '_' { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_in_words() {
        for (words, title, unit, factor) in [
            ("Funds Approved ($M)", "Funds Approved", Unit::Hkd, 1_000_000),
            ("Funds Approved($M)", "Funds Approved", Unit::Hkd, 1_000_000),
            ("$M", "$M", Unit::Hkd, 1_000_000),
            ("百万元", "百万元", Unit::Hkd, 1_000_000),
            ("批出資助額（百萬元）", "批出資助額", Unit::Hkd, 1_000_000),
            ("amount_hkd_billion", "amount_hkd_billion", Unit::Hkd, 1_000_000_000),
            ("Receipts (HK$'000)", "Receipts", Unit::Hkd, 1_000),
            ("Share of persons engaged (%)", "Share of persons engaged", Unit::Percent, 1),
            ("Number of persons engaged", "Number of persons engaged", Unit::Persons, 1),
            ("No.", "No.", Unit::Count, 1),
            ("數目", "數目", Unit::Count, 1),
            ("Area (sq ft)", "Area", Unit::SquareFeet, 1),
            ("square metre", "square metre", Unit::SquareMetres, 1),
            ("Customer satisfaction score (out of 10)", "Customer satisfaction score", Unit::Score, 1),
        ] {
            let scale = Some(Scale { unit, factor: Decimal::from(factor) });
            assert_eq!(split(words), (title, scale), "{words}");
        }
        for words in [
            "Innovation and Technology Support Programme",
            "物流及供應鏈多元技術研發中心",
            "計劃(前稱「再工業化」)",
            ")(",
            "(",
            "",
        ] {
            assert_eq!(split(words).1, None, "{words}");
        }
    }
}
