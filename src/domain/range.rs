//! Ranges in filters. Both ends are included, and an end that is omitted is open. A range does not contain an unknown
//! value.

use async_graphql::InputObject;
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;

use crate::domain::{date::hong_kong, money::Money};

/// A range of years, both ends included.
#[derive(InputObject, Clone, Copy, Debug, Default)]
pub struct YearRange {
    /// The first year.
    pub from: Option<i32>,
    /// The last year.
    pub to: Option<i32>,
}

/// A range of days, both ends included.
#[derive(InputObject, Clone, Copy, Debug, Default)]
pub struct DateRange {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

/// A range of amounts of money, both ends included.
#[derive(InputObject, Clone, Copy, Debug, Default)]
pub struct AmountRange {
    /// The smallest amount, in dollars.
    pub from: Option<Decimal>,
    /// The largest amount, in dollars.
    pub to: Option<Decimal>,
}

impl YearRange {
    /// Whether a year is known and in the range.
    pub fn contains(self, year: impl Into<Option<i32>>) -> bool {
        is_between(year.into(), self.from, self.to)
    }
}

impl DateRange {
    /// Whether a day is known and in the range.
    pub fn contains(self, day: impl Into<Option<Date>>) -> bool {
        is_between(day.into(), self.from, self.to)
    }

    /// Whether a point in time is known and on a day of the range in Hong Kong.
    pub fn contains_moment(self, moment: Option<Timestamp>) -> bool {
        self.contains(moment.map(|moment| moment.to_zoned(hong_kong()).date()))
    }

    /// Whether days from `first` to `last` are in the range. Without a last day, `first` is the only one.
    pub fn overlaps(self, first: Option<Date>, last: Option<Date>) -> bool {
        let (Some(first), Some(last)) = (first.or(last), last.or(first)) else { return false };
        self.from.is_none_or(|from| last >= from) && self.to.is_none_or(|to| first <= to)
    }
}

impl AmountRange {
    /// The amounts of at least `from` dollars.
    pub const fn at_least(from: Decimal) -> Self {
        Self { from: Some(from), to: None }
    }

    /// The amounts of at most `to` dollars.
    pub const fn at_most(to: Decimal) -> Self {
        Self { from: None, to: Some(to) }
    }

    /// Whether an amount is known and in the range.
    pub fn contains(self, money: Option<Money>) -> bool {
        is_between(money.map(|money| money.amount), self.from, self.to)
    }
}

fn is_between<T: PartialOrd>(value: Option<T>, from: Option<T>, to: Option<T>) -> bool {
    value.is_some_and(|value| from.is_none_or(|from| value >= from) && to.is_none_or(|to| value <= to))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn ranges_include_both_ends_and_exclude_unknown_values() {
        let years = YearRange { from: Some(2020), to: Some(2021) };
        let known: Vec<i32> = (2018..2024).filter(|year| years.contains(*year)).collect();
        assert_eq!(known, [2020, 2021]);
        assert!(!YearRange::default().contains(None) && YearRange::default().contains(1066));
        let amounts = AmountRange { from: Some(5.into()), to: None };
        let contains = |amount: i64| amounts.contains(Some(Money { amount: amount.into() }));
        assert_eq!((contains(4), contains(5), amounts.contains(None)), (false, true, false));
    }

    #[test]
    fn touching_day_ranges_overlap() {
        let may = DateRange { from: Some(date(2026, 5, 1)), to: Some(date(2026, 5, 31)) };
        let overlaps = |first: (i8, i8), last: Option<(i8, i8)>| {
            let day = |(month, day)| date(2026, month, day);
            may.overlaps(Some(day(first)), last.map(day))
        };
        assert!(overlaps((4, 1), Some((5, 1))) && overlaps((5, 31), Some((6, 9))) && overlaps((4, 1), Some((7, 1))));
        assert!(!overlaps((4, 1), None) && !overlaps((6, 1), Some((6, 2))) && overlaps((5, 9), None));
        assert!(!may.overlaps(None, None) && may.overlaps(None, Some(date(2026, 5, 2))));
        // Midnight of 1 June in Hong Kong is 31 May in UTC.
        let moment = "2026-05-31T16:00:00Z".parse().unwrap();
        assert!(!may.contains_moment(Some(moment)) && !may.contains_moment(None));
    }
}
