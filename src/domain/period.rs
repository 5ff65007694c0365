//! Periods: a day, a calendar year, a financial year (April to March).

use async_graphql::SimpleObject;
use jiff::civil::{Date, date};

use crate::domain::{date, resolve::SyncResolve, value::ValueError};

/// A period of time as named by the publisher.
#[derive(SyncResolve, SimpleObject, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// The label as published, such as `2024`, `2024-25` or `14 November 2022`.
    pub label: String,
    /// The first day of the period.
    pub start: Option<Date>,
    /// The last day of the period.
    pub end: Option<Date>,
}

const EXPECTED: &str = "a year, financial year or date: `2024`, `2024-25`, `14 November 2022`";

impl Period {
    /// The period that this text names.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let label = text.trim();
        let (start, end) = year_span(label)
            .or_else(|| date::parse(label).ok().map(|day| (day, day)))
            .ok_or_else(|| ValueError::new(EXPECTED, text))?;
        Ok(Self { label: label.to_owned(), start: Some(start), end: Some(end) })
    }

    /// The calendar year in which the period begins.
    pub fn year(&self) -> Option<i16> {
        self.start.map(Date::year)
    }
}

/// The calendar year in which a year or financial year begins: `2024`, `2024年`, `FY2024-25`, `2024-25年度`.
pub fn year_of(text: &str) -> Option<i16> {
    let folded = crate::domain::value::folded(text);
    let bare = folded.strip_prefix("fy").unwrap_or(&folded).trim_start();
    let bare = ["財政年度", "财政年度", "年度", "年"].iter().find_map(|word| bare.strip_suffix(word)).unwrap_or(bare);
    let (start, end) = year_span(bare.trim())?;
    (start < end).then(|| start.year())
}

/// The first and last day of a calendar or financial year: `2024`, `2024-25`.
pub fn year_span(label: &str) -> Option<(Date, Date)> {
    calendar_year(label).or_else(|| financial_year(label))
}

fn calendar_year(label: &str) -> Option<(Date, Date)> {
    let year = year(label)?;
    Some((date(year, 1, 1), date(year, 12, 31)))
}

/// `2024-25`, `2024/25`, `2024-2025`: April to March.
fn financial_year(label: &str) -> Option<(Date, Date)> {
    let (first, second) = label.split_once(['-', '/', '–'])?;
    let first = year(first)?;
    let next = first.checked_add(1)?;
    let follows = match second.len() {
        2 => second.parse() == Ok(next % 100),
        _ => year(second) == Some(next),
    };
    follows.then(|| (date(first, 4, 1), date(next, 3, 31)))
}

/// A year within the range of the open data.
fn year(text: &str) -> Option<i16> {
    let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())?.filter(|year| (1900..2200).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str) -> Option<(String, String)> {
        let period = Period::parse(text).ok()?;
        Some((period.start?.to_string(), period.end?.to_string()))
    }

    #[test]
    fn years_and_days() {
        for (text, start, end) in [
            ("2024", "2024-01-01", "2024-12-31"),
            ("2024-25", "2024-04-01", "2025-03-31"),
            ("1999-00", "1999-04-01", "2000-03-31"),
            ("2014/15", "2014-04-01", "2015-03-31"),
            ("14 November 2022", "2022-11-14", "2022-11-14"),
        ] {
            assert_eq!(span(text), Some((start.into(), end.into())), "{text}");
        }
    }

    #[test]
    fn invalid_periods_are_rejected() {
        for text in ["", "24", "2024-26", "next year", "9999-00", "2024-2024"] {
            assert_eq!(span(text), None, "{text:?}");
        }
    }

    #[test]
    fn years_of_periods() {
        for (text, year) in
            [("2024", 2024), ("FY2024-25", 2024), ("FY 2024/25", 2024), ("2024-25年度", 2024), ("２０２４年", 2024)]
        {
            assert_eq!(year_of(text), Some(year), "{text}");
        }
        for text in ["24", "2024-26", "1 May 2024", "2024 Q1", ""] {
            assert_eq!(year_of(text), None, "{text}");
        }
    }
}
