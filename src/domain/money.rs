//! Money in Hong Kong dollars. Most files state amounts in HK$ million, some in dollars. One year's file states
//! millions and contains dollars.

use std::{iter::Sum, ops::Add};

use async_graphql::SimpleObject;
use rust_decimal::Decimal;

use crate::domain::{
    number,
    resolve::{SyncResolve, sync_resolvers},
    value::{ValueError, may_be_quantity},
};

/// An amount of money in units of its currency: dollars, not thousands or millions.
#[derive(SyncResolve, SimpleObject, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[graphql(complex)]
pub struct Money {
    /// The exact amount in dollars, as a decimal string such as `4119546`.
    pub amount: Decimal,
}

#[sync_resolvers]
#[async_graphql::ComplexObject]
impl Money {
    /// The ISO 4217 currency code. All published amounts are in Hong Kong dollars.
    async fn currency(&self) -> &str {
        CURRENCY
    }
}

/// The unit of a bare number in a column of amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Dollars,
    Thousands,
    /// Ten thousands (萬).
    TenThousands,
    /// HK$ million. If no heading states the unit, a prefix `HK$` or `$` or a value of at least 1,000 shows that the
    /// cell is in dollars. Grants are between HK$ 0.1 and 35 million, so the two readings never overlap.
    Millions,
    /// Hundred millions (億).
    HundredMillions,
    Billions,
}

/// The unit that the texts around a column of amounts state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stated {
    /// No unit.
    #[default]
    Nothing,
    /// Hong Kong dollars in this unit.
    In(Unit),
    /// Another currency: the numbers cannot be read.
    Foreign,
}

impl Unit {
    const fn factor(self) -> Decimal {
        Decimal::from_parts(
            match self {
                Self::Dollars => 1,
                Self::Thousands => 1_000,
                Self::TenThousands => 10_000,
                Self::Millions => 1_000_000,
                Self::HundredMillions => 100_000_000,
                Self::Billions => 1_000_000_000,
            },
            0,
            0,
            false,
            0,
        )
    }
}

/// The currency and scale in a text, as whole words: `Amount (HK$'000)`, `款額（百萬元）`, `US$`.
pub fn stated(text: &str) -> Stated {
    let folded = crate::domain::value::folded(text);
    if ["us$", "美元", "人民幣", "人民币", "rmb", "€", "£", "¥"].iter().any(|sign| folded.contains(sign))
        || words(&folded).any(|word| matches!(word, "usd" | "cny" | "eur" | "gbp" | "jpy" | "renminbi"))
    {
        return Stated::Foreign;
    }
    let has = |names: &[&str]| names.iter().any(|name| folded.contains(name));
    let is_word = |names: &[&str]| words(&folded).any(|word| names.contains(&word));
    let scale = if has(&["億", "亿"]) {
        Some(Unit::HundredMillions)
    } else if is_word(&["billion", "bn"]) {
        Some(Unit::Billions)
    } else if has(&["百萬", "百万", "$m)", "$mn", "hk$m", "($m"]) || is_word(&["million", "mn", "mil", "millions"])
    {
        Some(Unit::Millions)
    } else if has(&["萬元", "万元", "萬港元", "万港元"]) {
        Some(Unit::TenThousands)
    } else if has(&["千元", "千港元", "'000", "’000", "$000", "‘000"]) || is_word(&["thousand", "thousands"]) {
        Some(Unit::Thousands)
    } else {
        None
    };
    let dollars = has(&["$", "港元", "港幣", "港币", "元"]) || is_word(&["hkd", "dollar", "dollars"]);
    let scale = scale.or_else(|| (is_word(&["m"]) && dollars).then_some(Unit::Millions));
    match scale {
        Some(unit) => Stated::In(unit),
        None if dollars => Stated::In(Unit::Dollars),
        None => Stated::Nothing,
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty())
}

/// The ISO 4217 code of every published amount.
const CURRENCY: &str = "HKD";
const EXPECTED: &str = "an amount of money, `2.5` or `HK$2,500,000`";
const UNSCALED: &str = "an amount of which the heading or the cell says whether it is in dollars or millions";
const FOREIGN: &str = "an amount in Hong Kong dollars";
const ABSOLUTE_FROM: Decimal = Decimal::from_parts(1_000, 0, 0, false, 0);

impl Money {
    /// An amount in dollars.
    pub fn dollars(amount: Decimal) -> Self {
        Self { amount: amount.normalize() }
    }

    /// The amount in this cell, in the unit that the dataset declares for the column.
    pub fn parse(text: &str, unit: Unit) -> Result<Self, ValueError> {
        Self::parse_stated(text, unit, Stated::Nothing)
    }

    /// The amount in this cell. The unit is that of the cell, else that of the column's headings, else the declared
    /// one. If it remains ambiguous whether dollars or millions are meant, the cell is rejected.
    pub fn parse_stated(text: &str, declared: Unit, stated: Stated) -> Result<Self, ValueError> {
        let error = || ValueError::new(EXPECTED, text);
        if stated == Stated::Foreign {
            return Err(ValueError::new(FOREIGN, text));
        }
        if !may_be_quantity(text) {
            return Err(error());
        }
        let folded = crate::domain::value::folded(text);
        let cell = Cell::of(&folded);
        let number = number::parse(cell.number).map_err(|_| error())?;
        if number.is_sign_negative() && !number.is_zero() {
            return Err(error());
        }
        let is_large = number >= ABSOLUTE_FROM;
        let unit = match (cell.unit, stated) {
            // A heading `HK$` or a prefix may stand over millions: only the size of the number tells.
            (None, Stated::In(Unit::Dollars)) if declared != Unit::Dollars && !is_large && !number.is_zero() => {
                return Err(ValueError::new(UNSCALED, text));
            }
            // One year's heading says `$M` over amounts in dollars.
            (None, Stated::In(Unit::Millions)) if is_large => Unit::Dollars,
            (Some(unit), _) | (None, Stated::In(unit)) => unit,
            (None, _) if declared == Unit::Millions && is_large => Unit::Dollars,
            (None, _) if declared == Unit::Millions && cell.has_currency && !number.is_zero() => {
                return Err(ValueError::new(UNSCALED, text));
            }
            (None, _) => declared,
        };
        let amount = number.checked_mul(unit.factor()).ok_or_else(error)?;
        Ok(Self::dollars(amount))
    }

    pub const fn is_zero(self) -> bool {
        self.amount.is_zero()
    }
}

/// A cell split into its number and the text around it.
struct Cell<'a> {
    number: &'a str,
    unit: Option<Unit>,
    has_currency: bool,
}

impl<'a> Cell<'a> {
    /// Removes scale words and currencies at either end. The rest must be a number.
    fn of(folded: &'a str) -> Self {
        const CURRENCIES: [&str; 8] = ["hk$", "hkd", "$", "港幣", "港币", "港元", "元", "dollars"];
        const SCALES: [(&str, Unit); 13] = [
            ("million", Unit::Millions),
            ("mn", Unit::Millions),
            ("m", Unit::Millions),
            ("百萬", Unit::Millions),
            ("百万", Unit::Millions),
            ("thousand", Unit::Thousands),
            ("千", Unit::Thousands),
            ("萬", Unit::TenThousands),
            ("万", Unit::TenThousands),
            ("億", Unit::HundredMillions),
            ("亿", Unit::HundredMillions),
            ("billion", Unit::Billions),
            ("bn", Unit::Billions),
        ];
        let mut cell = Self { number: folded.trim(), unit: None, has_currency: false };
        for _ in 0..3 {
            for sign in CURRENCIES {
                let bare = cell.number.strip_prefix(sign).or_else(|| cell.number.strip_suffix(sign));
                if let Some(bare) = bare {
                    cell.number = bare.trim();
                    cell.has_currency = true;
                    break;
                }
            }
            let scale = SCALES.iter().find_map(|(word, unit)| Some((cell.number.strip_suffix(word)?, *unit)));
            if let (Some((bare, unit)), None) = (scale, cell.unit) {
                cell.number = bare.trim();
                cell.unit = Some(unit);
            }
        }
        cell
    }
}

impl Add for Money {
    type Output = Self;

    /// Saturates. Sums of published amounts are far below the type's 28 digits.
    fn add(self, other: Self) -> Self {
        Self { amount: self.amount.saturating_add(other.amount) }
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dollars(text: &str, unit: Unit) -> String {
        Money::parse(text, unit).map_or_else(|error| error.to_string(), |money| money.amount.to_string())
    }

    #[test]
    fn millions_and_dollars_never_overlap() {
        assert_eq!(dollars("5.011109", Unit::Millions), "5011109");
        assert_eq!(dollars("HK$4,119,546", Unit::Millions), "4119546");
        assert_eq!(dollars("4119546", Unit::Millions), "4119546");
        assert_eq!(dollars("999.9", Unit::Millions), "999900000");
        assert_eq!(dollars("300,000.00", Unit::Dollars), "300000");
        assert_eq!(dollars("12.5", Unit::Dollars), "12.5");
        assert_eq!(dollars("$12.5", Unit::Dollars), "12.5");
        assert_eq!(dollars("０", Unit::Millions), "0");
    }

    #[test]
    fn a_cell_may_say_its_scale_itself() {
        for text in [
            "HK$2.8 million",
            "$2.8M",
            "2.8 mn",
            "280萬元",
            "港幣2.8百萬元",
            "2,800 thousand",
            "2,800,000元",
            "ＨＫ＄２，８００，０００",
            "2.8E+06",
        ] {
            assert_eq!(dollars(text, Unit::Dollars), "2800000", "{text}");
            assert_eq!(dollars(text, Unit::Millions), "2800000", "{text}");
        }
    }

    #[test]
    fn headings_state_currency_and_scale_as_whole_words() {
        for (heading, found) in [
            ("Amount (HK$'000)", Stated::In(Unit::Thousands)),
            ("Approved ($M)", Stated::In(Unit::Millions)),
            ("Amount HK$ million", Stated::In(Unit::Millions)),
            ("批准款額（百萬元）", Stated::In(Unit::Millions)),
            ("款額(萬元)", Stated::In(Unit::TenThousands)),
            ("款额（亿元）", Stated::In(Unit::HundredMillions)),
            ("approved_amount_hkd", Stated::In(Unit::Dollars)),
            ("款額（港元）", Stated::In(Unit::Dollars)),
            ("Amount (US$ million)", Stated::Foreign),
            ("人民幣百萬元", Stated::Foreign),
            ("Amount", Stated::Nothing),
            ("Milestone", Stated::Nothing),
        ] {
            assert_eq!(stated(heading), found, "{heading}");
        }
    }

    #[test]
    fn what_the_heading_leaves_open_is_not_understood() {
        let read =
            |text, declared, stated| Money::parse_stated(text, declared, stated).map(|money| money.amount.to_string());
        assert_eq!(read("2.5", Unit::Millions, Stated::In(Unit::Millions)).as_deref(), Ok("2500000"));
        assert_eq!(read("$2.5", Unit::Millions, Stated::In(Unit::Millions)).as_deref(), Ok("2500000"));
        assert_eq!(read("2,500", Unit::Millions, Stated::In(Unit::Thousands)).as_deref(), Ok("2500000"));
        assert_eq!(read("2,500,000", Unit::Millions, Stated::In(Unit::Dollars)).as_deref(), Ok("2500000"));
        assert_eq!(read("2.5", Unit::Dollars, Stated::In(Unit::Millions)).as_deref(), Ok("2500000"));
        for stated in [Stated::In(Unit::Dollars), Stated::Foreign] {
            assert!(read("2.5", Unit::Millions, stated).is_err());
        }
        assert!(read("$2.5", Unit::Millions, Stated::Nothing).is_err());
    }

    #[test]
    fn what_is_no_amount_says_so() {
        for text in ["-1", "abc", "HK$", "about 1 million", "US$5", "million", ""] {
            assert!(dollars(text, Unit::Millions).starts_with("expected an amount of money"), "{text:?}");
        }
    }
}
