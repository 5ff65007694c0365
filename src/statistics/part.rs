//! Parts of a year without the year: months, quarters, halves.

use jiff::{ToSpan, civil::Date};

use super::dates::{fold, month_name};
use crate::domain::period::Period;

/// A part of an unstated year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PartOfYear {
    /// Its first month, from 0 to 11, counted from the start of the year.
    first: i32,
    months: i32,
    /// True if it is a calendar month, so that April is the first month of a financial year.
    pub by_name: bool,
}

/// Parses a part of a year without the year: `Q1 (Apr - Jun)`, `Mar`, `9月`, `Jan - Mar`.
pub fn part(text: &str) -> Option<PartOfYear> {
    let folded = fold(text);
    let text = folded.split(['(', ',']).next()?.trim();
    let quarter = |first: i32| PartOfYear { first: first * 3 - 3, months: 3, by_name: false };
    for (at, names) in (1..).zip([
        ["q1", "1q", "1st quarter", "first quarter", "第1季", "第一季"],
        ["q2", "2q", "2nd quarter", "second quarter", "第2季", "第二季"],
        ["q3", "3q", "3rd quarter", "third quarter", "第3季", "第三季"],
        ["q4", "4q", "4th quarter", "fourth quarter", "第4季", "第四季"],
    ]) {
        if names.iter().any(|name| text == *name || text.strip_suffix('度') == Some(name)) {
            return Some(quarter(at));
        }
    }
    for (first, names) in [(0, ["h1", "1h", "first half", "上半年"]), (6, ["h2", "2h", "second half", "下半年"])]
    {
        if names.contains(&text) {
            return Some(PartOfYear { first, months: 6, by_name: false });
        }
    }
    let of_month = |text: &str| {
        let text = text.trim();
        let bare = text.strip_suffix("月份").or_else(|| text.strip_suffix('月'));
        bare.and_then(|bare| bare.parse::<i8>().ok())
            .filter(|month| (1..=12).contains(month))
            .or_else(|| month_name(text))
    };
    let single = |month: i8| PartOfYear { first: i32::from(month) - 1, months: 1, by_name: true };
    if let Some(month) = of_month(text) {
        return Some(single(month));
    }
    let (left, right) = [" to ", " - ", "-", "至"].into_iter().find_map(|between| text.split_once(between))?;
    let left = if left.ends_with('月') || !right.ends_with('月') { left.to_owned() } else { format!("{left}月") };
    let (from, to) = (i32::from(of_month(&left)?), i32::from(of_month(right)?));
    (from <= to).then(|| PartOfYear { first: from - 1, months: to - from + 1, by_name: true })
}

/// Returns the part for a month number in a column of months.
pub fn month_number(text: &str) -> Option<PartOfYear> {
    let month: i32 = text.trim().parse().ok().filter(|month| (1..=12).contains(month))?;
    Some(PartOfYear { first: month - 1, months: 1, by_name: true })
}

/// Returns the part for a quarter number in a column of quarters.
pub fn quarter_number(text: &str) -> Option<PartOfYear> {
    let quarter: i32 = text.trim().parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
    Some(PartOfYear { first: quarter * 3 - 3, months: 3, by_name: false })
}

impl PartOfYear {
    /// Returns the days of this part in a calendar or financial year.
    pub fn within(self, year: &Period) -> Option<(Date, Date)> {
        let from = year.start?;
        if year.end? != from.checked_add(1.year()).ok()?.yesterday().ok()? {
            return None;
        }
        // A named month is the calendar month, regardless of the start of the year.
        let first = if self.by_name { (self.first + 1 - i32::from(from.month())).rem_euclid(12) } else { self.first };
        if first + self.months > 12 {
            return None;
        }
        let start = from.checked_add(first.months()).ok()?;
        let end = start.checked_add(self.months.months()).ok()?.yesterday().ok()?;
        Some((start, end))
    }
}
