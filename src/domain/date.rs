//! Dates and times in the publishers' notations: `14 November 2022`, `21.03.2024`, `7-Sep-26`, `20260131`,
//! `2026年3月4日中午12時`, `12:00 noon on 4 March 2026`.
//!
//! The order of day and month in `03/04/2026` depends on the column: [`Order::of`] examines all of its cells.

use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::{Offset, TimeZone},
};

use crate::domain::value::ValueError;
use scan::{DateParts, scan};

mod scan;

pub use scan::MONTHS;

const MOMENT: &str = "a date and time, `2026-11-15 08:15:01` or `3:00 p.m. on 15 November 2026`";
const EXPECTED: &str = "a date, `14 November 2022` or `21.03.2024`";

/// The order of day and month in a numeric date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateOrder {
    /// `03/04/2026` is 3 April, as is usual in Hong Kong.
    #[default]
    DayFirst,
    /// `03/04/2026` is 4 March.
    MonthFirst,
}

/// Counts of the cells of a column by the order of day and month in their dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DateOrderCounts {
    /// Cells that are dates only with the day first.
    pub day_first: usize,
    /// Cells that are dates only with the month first.
    pub month_first: usize,
    /// Cells that are different dates in either order.
    pub either: usize,
}

impl DateOrderCounts {
    /// The order that is consistent with every cell. `None` if cells contradict each other. If all cells are ambiguous,
    /// the day comes first, as is usual in Hong Kong.
    pub const fn agreed(self) -> Option<DateOrder> {
        match (self.day_first, self.month_first) {
            (_, 0) => Some(DateOrder::DayFirst),
            (0, _) => Some(DateOrder::MonthFirst),
            _ => None,
        }
    }

    /// Whether the order is an assumption: some cells are ambiguous, and none decides.
    pub const fn is_undecided(self) -> bool {
        self.either > 0 && self.day_first == 0 && self.month_first == 0
    }
}

impl DateOrder {
    /// Counts the cells of a column by their order of day and month.
    pub fn of<'a>(cells: impl IntoIterator<Item = &'a str>) -> DateOrderCounts {
        let mut orders = DateOrderCounts::default();
        for parts in cells.into_iter().filter_map(scan).filter(DateParts::is_numeric) {
            match (parts.day(Self::DayFirst), parts.day(Self::MonthFirst)) {
                (Some(one), Some(other)) if one != other => orders.either += 1,
                (Some(_), None) => orders.day_first += 1,
                (None, Some(_)) => orders.month_first += 1,
                _ => {}
            }
        }
        orders
    }
}

/// The calendar day in this text. In numeric dates, the day comes before the month.
pub fn parse(text: &str) -> Result<Date, ValueError> {
    parse_in(text, DateOrder::DayFirst)
}

/// The calendar day in this text. A time of day after it does not change the day, because files give Hong Kong time.
pub fn parse_in(text: &str, order: DateOrder) -> Result<Date, ValueError> {
    let day = scan(text).and_then(|parts| parts.day(order));
    // A whole timestamp has a zone; the day is Hong Kong's.
    let by_moment = || text.trim().parse::<Timestamp>().ok().map(|moment| moment.to_zoned(hong_kong()).date());
    day.or_else(by_moment).ok_or_else(|| ValueError::new(EXPECTED, text))
}

/// The point in time in this text. In numeric dates, the day comes before the month.
pub fn moment(text: &str) -> Result<Timestamp, ValueError> {
    moment_in(text, DateOrder::DayFirst)
}

/// The point in time in this text. A time without a zone is in Hong Kong time. A day without a time is its first
/// second.
pub fn moment_in(text: &str, order: DateOrder) -> Result<Timestamp, ValueError> {
    at_or(text, order, Time::midnight())
}

/// The point in time in this text. A day without a time is its last second.
pub fn end_in(text: &str, order: DateOrder) -> Result<Timestamp, ValueError> {
    at_or(text, order, jiff::civil::time(23, 59, 59, 0))
}

fn at_or(text: &str, order: DateOrder, without_time: Time) -> Result<Timestamp, ValueError> {
    let error = || ValueError::new(MOMENT, text);
    if let Ok(moment) = text.trim().parse::<Timestamp>() {
        return Ok(moment);
    }
    let parts: DateParts = scan(text).ok_or_else(error)?;
    let day = parts.day(order).ok_or_else(error)?;
    let local = day.to_datetime(parts.time.unwrap_or(without_time));
    // `24:00` is the end of the day.
    let local =
        if parts.is_end_of_day { local.checked_add(jiff::Span::new().days(1)).map_err(|_| error())? } else { local };
    hong_kong().to_timestamp(local).map_err(|_| error())
}

/// Hong Kong's time zone: UTC+8 all year.
pub fn hong_kong() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

#[cfg(test)]
mod tests;
