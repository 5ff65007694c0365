//! Money in Hong Kong dollars. Most files say HK$ million, some absolute amounts, one year's file says the one and
//! holds the other.

use std::{iter::Sum, ops::Add};

use async_graphql::SimpleObject;
use rust_decimal::Decimal;

use crate::domain::{
    number,
    resolve::{SyncResolve, sync_resolvers},
    value::ValueError,
};

/// An amount of money in whole units of its currency (dollars, not millions).
#[derive(SyncResolve, SimpleObject, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[graphql(complex)]
pub struct Money {
    /// The amount in dollars, exact, as a decimal string: `4119546`.
    pub amount: Decimal,
}

#[sync_resolvers]
#[async_graphql::ComplexObject]
impl Money {
    /// The ISO 4217 code. Every published amount is in Hong Kong dollars.
    async fn currency(&self) -> &str {
        CURRENCY
    }
}

/// What a bare number in a column of amounts counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Dollars,
    /// HK$ million, unless the cell shows otherwise: a prefix `HK$` or `$`, or a value of 1,000 and more, is absolute.
    /// Grants lie between HK$ 0.1 and 35 million, so the two readings never overlap.
    Millions,
}

/// The ISO 4217 code of every published amount.
const CURRENCY: &str = "HKD";
const EXPECTED: &str = "an amount of money, `2.5` or `HK$2,500,000`";
const MILLION: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);
const ABSOLUTE_FROM: Decimal = Decimal::from_parts(1_000, 0, 0, false, 0);

impl Money {
    /// An amount in dollars.
    pub fn dollars(amount: Decimal) -> Self {
        Self { amount: amount.normalize() }
    }

    /// The amount in this cell.
    pub fn parse(text: &str, unit: Unit) -> Result<Self, ValueError> {
        let error = || ValueError::new(EXPECTED, text);
        let trimmed = text.trim();
        let bare = ["HKD", "HK$", "$", "港幣", "港币"].iter().find_map(|prefix| trimmed.strip_prefix(prefix));
        let number = number::parse(bare.unwrap_or(trimmed)).map_err(|_| error())?;
        if number.is_sign_negative() {
            return Err(error());
        }
        let millions = unit == Unit::Millions && bare.is_none() && number < ABSOLUTE_FROM;
        let amount = if millions { number.checked_mul(MILLION).ok_or_else(error)? } else { number };
        Ok(Self::dollars(amount))
    }

    pub const fn is_zero(self) -> bool {
        self.amount.is_zero()
    }
}

impl Add for Money {
    type Output = Self;

    /// Saturates: sums of published amounts are far below the type's 28 digits.
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
        assert_eq!(dollars("$2.5", Unit::Millions), "2.5");
        assert_eq!(dollars("4119546", Unit::Millions), "4119546");
        assert_eq!(dollars("999.9", Unit::Millions), "999900000");
        assert_eq!(dollars("300,000.00", Unit::Dollars), "300000");
        assert_eq!(dollars("12.5", Unit::Dollars), "12.5");
    }

    #[test]
    fn what_is_no_amount_says_so() {
        for text in ["-1", "abc", "HK$", "1 million", ""] {
            assert!(dollars(text, Unit::Millions).starts_with("expected an amount of money"), "{text:?}");
        }
    }
}
