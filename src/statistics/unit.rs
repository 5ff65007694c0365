//! Parses units from the words near a figure: `$M`, `(HK$ million)`, `百萬元`, `Share (%)`.
//!
//! Words are matched as whole tokens, so `Country` does not contain `count`. A unit and its scale form one pair. A
//! foreign currency counts as an unknown unit.

use std::{collections::HashMap, ops::Range, sync::LazyLock};

use async_graphql::Enum;
use rust_decimal::Decimal;

use super::{
    folded::FoldedText,
    unit_words::{UnitToken, WORDS},
};
use crate::domain::{resolve::SyncResolve, script::has_han};

/// The unit of a figure.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// A count of things: projects, companies, applications.
    Count,
    /// A number of people.
    Persons,
    /// Percent: a value of `45.2` means 45.2 %.
    Percent,
    /// Hong Kong dollars. Values are always in dollars, whatever scale the file uses (millions, billions).
    Hkd,
    /// Square feet.
    SquareFeet,
    /// Square metres.
    SquareMetres,
    /// Points of a score.
    Score,
    /// The publisher states no unit.
    Unstated,
}

/// A unit with its scale factor: `$M` is millions of HK dollars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    pub unit: Unit,
    pub factor: Decimal,
}

impl Scale {
    /// A unit with the factor 1.
    pub const fn plain(unit: Unit) -> Self {
        Self { unit, factor: Decimal::ONE }
    }

    /// Millions of HK dollars.
    pub const HKD_MILLION: Self = Self::hkd(1_000_000);

    /// Thousands of HK dollars.
    pub const HKD_THOUSAND: Self = Self::hkd(1_000);

    const fn hkd(factor: u32) -> Self {
        Self { unit: Unit::Hkd, factor: Decimal::from_parts(factor, 0, 0, false, 0) }
    }
}

/// The unit that words state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitStatement {
    Known(Scale),
    /// An unknown unit: a foreign currency, or a scale without a currency.
    Unknown,
}

impl UnitStatement {
    /// Returns the unit, if it is known.
    pub const fn known(self) -> Option<Scale> {
        match self {
            Self::Known(scale) => Some(scale),
            Self::Unknown => None,
        }
    }
}

/// A unit expression in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// Its byte range in the text.
    pub range: Range<usize>,
    pub stated: UnitStatement,
    /// True if the words may also be part of a name: `number`, `persons`.
    pub is_weak: bool,
}

struct Found {
    from: usize,
    to: usize,
    piece: UnitToken,
}

/// The words by their first character.
static BY_SIGN: LazyLock<HashMap<char, Vec<(&str, UnitToken)>>> = LazyLock::new(|| {
    let mut by_sign: HashMap<char, Vec<(&str, UnitToken)>> = HashMap::new();
    for (word, piece) in WORDS {
        by_sign.entry(word.chars().next().unwrap_or_default()).or_default().push((word, *piece));
    }
    by_sign
});

/// Returns the unit expressions of a text, in order.
pub fn expressions(text: &str) -> Vec<Expression> {
    let folded = FoldedText::of(text);
    let mut found: Vec<Found> = Vec::new();
    let mut at = 0;
    while at < folded.len() {
        let longest = BY_SIGN
            .get(&folded.sign(at))
            .into_iter()
            .flatten()
            .filter_map(|(word, piece)| folded.match_at(at, word).map(|to| (to, *piece)))
            .max_by_key(|(to, _)| *to);
        match longest {
            Some((to, piece)) => {
                found.push(Found { from: at, to, piece });
                at = to;
            }
            None => at += 1,
        }
    }
    let mut expressions = Vec::new();
    let mut begin = 0;
    for at in 0..found.len() {
        let is_han = |found: &Found| has_han(&folded.text(found.from, found.from + 1));
        // `百萬元 $m` states the same unit twice.
        let is_said = |next: &Found| {
            is_han(&found[at]) != is_han(next) && found[begin..=at].iter().any(|piece| piece.piece.is_unit())
        };
        let joins =
            found.get(at + 1).is_some_and(|next| folded.are_adjacent(found[at].to, next.from) && !is_said(next));
        if !joins {
            expressions.extend(expression(&folded, &found[begin..=at]));
            begin = at + 1;
        }
    }
    expressions
}

/// Combines adjacent tokens into one expression.
fn expression(folded: &FoldedText, mut pieces: &[Found]) -> Option<Expression> {
    let is_filler = |found: &Found| found.piece == UnitToken::Filler;
    while pieces.first().is_some_and(is_filler) {
        pieces = &pieces[1..];
    }
    while pieces.last().is_some_and(is_filler) {
        pieces = &pieces[..pieces.len() - 1];
    }
    let (first, last) = (pieces.first()?, pieces.last()?);
    let has = |piece: UnitToken| pieces.iter().any(|found| found.piece == piece);
    let mut factor = Decimal::ONE;
    let mut scales = 0;
    for found in pieces {
        if let UnitToken::Times(times) = found.piece {
            factor = factor.checked_mul(Decimal::from(times))?;
            scales += 1;
        }
    }
    let known = |unit: Unit| UnitStatement::Known(Scale { unit, factor });
    let plain = |unit: Unit| if scales == 0 { known(unit) } else { UnitStatement::Unknown };
    let (stated, is_weak) = if has(UnitToken::Foreign) {
        (UnitStatement::Unknown, false)
    } else if has(UnitToken::Dollars) || has(UnitToken::Yuan) && scales > 0 {
        // A currency and a percent sign in one expression are two units.
        (if has(UnitToken::Percent) { UnitStatement::Unknown } else { known(Unit::Hkd) }, false)
    } else if has(UnitToken::Percent) {
        (plain(Unit::Percent), false)
    } else if has(UnitToken::Feet) {
        (known(Unit::SquareFeet), false)
    } else if has(UnitToken::Metres) {
        (known(Unit::SquareMetres), false)
    } else if has(UnitToken::Score) {
        (plain(Unit::Score), false)
    } else if has(UnitToken::Yuan) {
        (known(Unit::Hkd), true)
    } else if has(UnitToken::Persons) {
        (known(Unit::Persons), true)
    } else if has(UnitToken::Things) {
        (known(Unit::Count), true)
    } else if scales > 0 {
        // `million` is a scale without a unit. A single letter or `000` alone is neither.
        let is_word = folded.text(first.from, last.to).chars().filter(|c| c.is_alphabetic()).count() > 1;
        return is_word.then(|| Expression {
            range: folded.range(first.from, last.to),
            stated: UnitStatement::Unknown,
            is_weak: true,
        });
    } else {
        return None;
    };
    // `Below $1 million`, `50%`: an amount, not a unit.
    if folded.touches_digit(first.from, last.to) {
        return None;
    }
    Some(Expression { range: folded.range(first.from, last.to), stated, is_weak })
}

/// Returns the unit of a text that contains nothing else, such as a cell of a unit column or the words in parentheses.
pub fn whole(text: &str) -> Option<UnitStatement> {
    let found = expressions(text);
    let mut rest = String::new();
    let mut from = 0;
    for expression in &found {
        rest.push_str(&text[from..expression.range.start]);
        rest.push(' ');
        from = expression.range.end;
    }
    rest.push_str(&text[from..]);
    // `Unit: HK$ million` states dollars.
    let is_strong = found.iter().any(|expression| !expression.is_weak);
    let told = found.iter().filter(|expression| !is_strong || !expression.is_weak);
    is_nothing(&rest).then(|| one(told.map(|expression| expression.stated))).flatten()
}

/// Combines several expressions: `港幣 ($M)` is one unit, but a percentage and dollars are contradictory.
pub fn one(stated: impl IntoIterator<Item = UnitStatement>) -> Option<UnitStatement> {
    stated.into_iter().reduce(|a, b| match (a, b) {
        (UnitStatement::Known(a), UnitStatement::Known(b))
            if a == b || a.unit == b.unit && b.factor == Decimal::ONE =>
        {
            UnitStatement::Known(a)
        }
        (UnitStatement::Known(a), UnitStatement::Known(b)) if a.unit == b.unit && a.factor == Decimal::ONE => {
            UnitStatement::Known(b)
        }
        _ => UnitStatement::Unknown,
    })
}

/// True if only signs and words without meaning are left.
fn is_nothing(text: &str) -> bool {
    let folded = FoldedText::of(text);
    let words: String =
        folded.text(0, folded.len()).chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    words.split_whitespace().all(|word| {
        matches!(
            word,
            "in" | "unit"
                | "units"
                | "amount"
                | "amounts"
                | "figures"
                | "figure"
                | "all"
                | "are"
                | "is"
                | "單位"
                | "单位"
                | "以"
                | "計"
                | "计"
        )
    })
}

/// Returns the start and the content of the trailing parentheses.
pub fn last_parenthesis(text: &str) -> Option<(usize, &str)> {
    let inner = text.strip_suffix([')', '）', ']', '］'])?;
    let open = inner.rfind(['(', '（', '[', '［'])?;
    let width = inner[open..].chars().next().map_or(1, char::len_utf8);
    Some((open, inner[open + width..].trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_units() {
        for (words, unit, factor) in [
            ("$M", Unit::Hkd, 1_000_000),
            ("$m", Unit::Hkd, 1_000_000),
            ("HK$ Mn", Unit::Hkd, 1_000_000),
            ("HK$M", Unit::Hkd, 1_000_000),
            ("(HK$ million)", Unit::Hkd, 1_000_000),
            ("百万元", Unit::Hkd, 1_000_000),
            ("百萬港元", Unit::Hkd, 1_000_000),
            ("港幣百萬元", Unit::Hkd, 1_000_000),
            ("千港元", Unit::Hkd, 1_000),
            ("億元", Unit::Hkd, 100_000_000),
            ("HK$'000", Unit::Hkd, 1_000),
            ("HKD Thousand", Unit::Hkd, 1_000),
            ("HK$ thousand", Unit::Hkd, 1_000),
            ("in thousands of Hong Kong dollars", Unit::Hkd, 1_000),
            ("港元", Unit::Hkd, 1),
            ("%", Unit::Percent, 1),
            ("per cent", Unit::Percent, 1),
            ("百分比", Unit::Percent, 1),
            ("sq. ft.", Unit::SquareFeet, 1),
            ("square metre", Unit::SquareMetres, 1),
            ("m²", Unit::SquareMetres, 1),
            ("out of 10", Unit::Score, 1),
            ("No.", Unit::Count, 1),
            ("Number", Unit::Count, 1),
            ("宗數", Unit::Count, 1),
            ("個", Unit::Count, 1),
            ("persons", Unit::Persons, 1),
            ("人數", Unit::Persons, 1),
            ("Unit: HK$ million", Unit::Hkd, 1_000_000),
        ] {
            let scale = Scale { unit, factor: Decimal::from(factor) };
            assert_eq!(whole(words), Some(UnitStatement::Known(scale)), "{words}");
        }
    }

    #[test]
    fn foreign_currencies_are_unknown() {
        for words in ["US$ million", "人民幣百萬元", "RMB million", "百萬美元", "€ million", "USD", "million"]
        {
            assert_eq!(whole(words), Some(UnitStatement::Unknown), "{words}");
        }
    }

    #[test]
    fn parts_of_words_and_amounts_are_not_units() {
        for words in [
            "Country",
            "Account",
            "Discount",
            "Below $1 million",
            "50% or more",
            "Nova",
            "單位名稱",
            "Item",
            "M",
            "",
            "(",
        ] {
            let strong = expressions(words).into_iter().find(|found| !found.is_weak);
            assert_eq!(strong, None, "{words}");
        }
        assert_eq!(whole("Number of establishments"), None);
        assert_eq!(whole("Innovation and Technology Support Programme"), None);
    }
}
