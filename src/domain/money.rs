//! Money in Hong Kong dollars. Most files give amounts in HK$ million, some in dollars. One year's file declares
//! millions but contains dollars.

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
pub enum MoneyUnit {
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

/// The unit of a column of amounts, according to the texts around it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatedUnit {
    /// No unit.
    #[default]
    Nothing,
    /// Hong Kong dollars in this unit.
    In(MoneyUnit),
    /// Another currency: the numbers cannot be read.
    Foreign,
}

impl MoneyUnit {
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
pub fn stated(text: &str) -> StatedUnit {
    let folded = crate::domain::value::folded(text);
    if ["us$", "美元", "人民幣", "人民币", "rmb", "€", "£", "¥"].iter().any(|sign| folded.contains(sign))
        || words(&folded).any(|word| matches!(word, "usd" | "cny" | "eur" | "gbp" | "jpy" | "renminbi"))
    {
        return StatedUnit::Foreign;
    }
    let has = |names: &[&str]| names.iter().any(|name| folded.contains(name));
    let is_word = |names: &[&str]| words(&folded).any(|word| names.contains(&word));
    let scale = if has(&["億", "亿"]) {
        Some(MoneyUnit::HundredMillions)
    } else if is_word(&["billion", "bn"]) {
        Some(MoneyUnit::Billions)
    } else if has(&["百萬", "百万", "$m)", "$mn", "hk$m", "($m"]) || is_word(&["million", "mn", "mil", "millions"])
    {
        Some(MoneyUnit::Millions)
    } else if has(&["萬元", "万元", "萬港元", "万港元"]) {
        Some(MoneyUnit::TenThousands)
    } else if has(&["千元", "千港元", "'000", "’000", "$000", "‘000"]) || is_word(&["thousand", "thousands"]) {
        Some(MoneyUnit::Thousands)
    } else {
        None
    };
    let dollars = has(&["$", "港元", "港幣", "港币", "元"]) || is_word(&["hkd", "dollar", "dollars"]);
    let scale = scale.or_else(|| (is_word(&["m"]) && dollars).then_some(MoneyUnit::Millions));
    match scale {
        Some(unit) => StatedUnit::In(unit),
        None if dollars => StatedUnit::In(MoneyUnit::Dollars),
        None => StatedUnit::Nothing,
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty())
}

/// The ISO 4217 code of every published amount.
const CURRENCY: &str = "HKD";
const EXPECTED: &str = "an amount of money, `2.5` or `HK$2,500,000`";
const UNSCALED: &str = "an amount whose unit, dollars or millions, is stated in the heading or the cell";
const FOREIGN: &str = "an amount in Hong Kong dollars";
const ABSOLUTE_FROM: Decimal = Decimal::from_parts(1_000, 0, 0, false, 0);

impl Money {
    /// An amount in dollars.
    pub fn dollars(amount: Decimal) -> Self {
        Self { amount: amount.normalize() }
    }

    /// The amount in this cell, in the unit that the dataset declares for the column.
    pub fn parse(text: &str, unit: MoneyUnit) -> Result<Self, ValueError> {
        Self::parse_stated(text, unit, StatedUnit::Nothing)
    }

    /// The amount in this cell. The unit is that of the cell, else that of the column's headings, else the declared
    /// one. A cell that may be in dollars or in millions is rejected.
    pub fn parse_stated(text: &str, declared: MoneyUnit, stated: StatedUnit) -> Result<Self, ValueError> {
        let error = || ValueError::new(EXPECTED, text);
        if stated == StatedUnit::Foreign {
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
            // A heading or prefix `HK$` is also used for millions, so the size of the number decides.
            (None, StatedUnit::In(MoneyUnit::Dollars))
                if declared != MoneyUnit::Dollars && !is_large && !number.is_zero() =>
            {
                return Err(ValueError::new(UNSCALED, text));
            }
            // In one year, the heading is `$M` but the amounts are in dollars.
            (None, StatedUnit::In(MoneyUnit::Millions)) if is_large => MoneyUnit::Dollars,
            (Some(unit), _) | (None, StatedUnit::In(unit)) => unit,
            (None, _) if declared == MoneyUnit::Millions && is_large => MoneyUnit::Dollars,
            (None, _) if declared == MoneyUnit::Millions && cell.has_currency && !number.is_zero() => {
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
    unit: Option<MoneyUnit>,
    has_currency: bool,
}

impl<'a> Cell<'a> {
    /// Removes scale words and currencies at either end. The rest must be a number.
    fn of(folded: &'a str) -> Self {
        const CURRENCIES: [&str; 8] = ["hk$", "hkd", "$", "港幣", "港币", "港元", "元", "dollars"];
        const SCALES: [(&str, MoneyUnit); 13] = [
            ("million", MoneyUnit::Millions),
            ("mn", MoneyUnit::Millions),
            ("m", MoneyUnit::Millions),
            ("百萬", MoneyUnit::Millions),
            ("百万", MoneyUnit::Millions),
            ("thousand", MoneyUnit::Thousands),
            ("千", MoneyUnit::Thousands),
            ("萬", MoneyUnit::TenThousands),
            ("万", MoneyUnit::TenThousands),
            ("億", MoneyUnit::HundredMillions),
            ("亿", MoneyUnit::HundredMillions),
            ("billion", MoneyUnit::Billions),
            ("bn", MoneyUnit::Billions),
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

    fn dollars(text: &str, unit: MoneyUnit) -> String {
        Money::parse(text, unit).map_or_else(|error| error.to_string(), |money| money.amount.to_string())
    }

    #[test]
    fn amounts_in_millions_and_in_dollars_are_distinguished() {
        assert_eq!(dollars("5.011109", MoneyUnit::Millions), "5011109");
        assert_eq!(dollars("HK$4,119,546", MoneyUnit::Millions), "4119546");
        assert_eq!(dollars("4119546", MoneyUnit::Millions), "4119546");
        assert_eq!(dollars("999.9", MoneyUnit::Millions), "999900000");
        assert_eq!(dollars("300,000.00", MoneyUnit::Dollars), "300000");
        assert_eq!(dollars("12.5", MoneyUnit::Dollars), "12.5");
        assert_eq!(dollars("$12.5", MoneyUnit::Dollars), "12.5");
        assert_eq!(dollars("０", MoneyUnit::Millions), "0");
    }

    #[test]
    fn a_cell_can_state_its_own_scale() {
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
            assert_eq!(dollars(text, MoneyUnit::Dollars), "2800000", "{text}");
            assert_eq!(dollars(text, MoneyUnit::Millions), "2800000", "{text}");
        }
    }

    #[test]
    fn headings_state_currency_and_scale_as_whole_words() {
        for (heading, found) in [
            ("Amount (HK$'000)", StatedUnit::In(MoneyUnit::Thousands)),
            ("Approved ($M)", StatedUnit::In(MoneyUnit::Millions)),
            ("Amount HK$ million", StatedUnit::In(MoneyUnit::Millions)),
            ("批准款額（百萬元）", StatedUnit::In(MoneyUnit::Millions)),
            ("款額(萬元)", StatedUnit::In(MoneyUnit::TenThousands)),
            ("款额（亿元）", StatedUnit::In(MoneyUnit::HundredMillions)),
            ("approved_amount_hkd", StatedUnit::In(MoneyUnit::Dollars)),
            ("款額（港元）", StatedUnit::In(MoneyUnit::Dollars)),
            ("Amount (US$ million)", StatedUnit::Foreign),
            ("人民幣百萬元", StatedUnit::Foreign),
            ("Amount", StatedUnit::Nothing),
            ("Milestone", StatedUnit::Nothing),
        ] {
            assert_eq!(stated(heading), found, "{heading}");
        }
    }

    #[test]
    fn amounts_that_do_not_fit_the_heading_are_rejected() {
        let read =
            |text, declared, stated| Money::parse_stated(text, declared, stated).map(|money| money.amount.to_string());
        assert_eq!(read("2.5", MoneyUnit::Millions, StatedUnit::In(MoneyUnit::Millions)).as_deref(), Ok("2500000"));
        assert_eq!(read("$2.5", MoneyUnit::Millions, StatedUnit::In(MoneyUnit::Millions)).as_deref(), Ok("2500000"));
        assert_eq!(read("2,500", MoneyUnit::Millions, StatedUnit::In(MoneyUnit::Thousands)).as_deref(), Ok("2500000"));
        assert_eq!(
            read("2,500,000", MoneyUnit::Millions, StatedUnit::In(MoneyUnit::Dollars)).as_deref(),
            Ok("2500000")
        );
        assert_eq!(read("2.5", MoneyUnit::Dollars, StatedUnit::In(MoneyUnit::Millions)).as_deref(), Ok("2500000"));
        for stated in [StatedUnit::In(MoneyUnit::Dollars), StatedUnit::Foreign] {
            assert!(read("2.5", MoneyUnit::Millions, stated).is_err());
        }
        assert!(read("$2.5", MoneyUnit::Millions, StatedUnit::Nothing).is_err());
    }

    #[test]
    fn invalid_amounts_are_rejected() {
        for text in ["-1", "abc", "HK$", "about 1 million", "US$5", "million", ""] {
            assert!(dollars(text, MoneyUnit::Millions).starts_with("expected an amount of money"), "{text:?}");
        }
    }
}
