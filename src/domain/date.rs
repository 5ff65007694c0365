//! Dates as the publishers write them: `14 November 2022`, `21.03.2024`, `31/12/2025`, `2018-11-02`, `20260131`.

use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::{Offset, TimeZone},
};

use crate::domain::value::ValueError;

const MOMENT: &str = "a date and time, `2026-11-15 08:15:01`";
const EXPECTED: &str = "a date, `14 November 2022` or `21.03.2024`";

/// Hong Kong's forms, tried in order; day before month throughout.
const FORMS: [&str; 10] = [
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d, %Y",
    "%Y/%m/%d",
    "%Y%m%d",
    "%Y年%m月%d日",
];

/// The calendar day in this text.
pub fn parse(text: &str) -> Result<Date, ValueError> {
    let trimmed = text.trim();
    // A time of day after the date does not move the day: files give Hong Kong time.
    let day = trimmed
        .rsplit_once(['T', ' '])
        .filter(|(_, time)| clock_time(time.get(..5).unwrap_or(time)).is_some())
        .map_or(trimmed, |(day, _)| day);
    FORMS
        .iter()
        .find_map(|form| Date::strptime(form, day).ok())
        .filter(|date| (1900..=2200).contains(&date.year()))
        .ok_or_else(|| ValueError::new(EXPECTED, text))
}

/// The moment in this text. A time without a zone is Hong Kong's, a day without a time begins there.
pub fn moment(text: &str) -> Result<Timestamp, ValueError> {
    let trimmed = text.trim();
    if let Ok(moment) = trimmed.parse::<Timestamp>() {
        return Ok(moment);
    }
    let spaced = trimmed.replacen('T', " ", 1);
    let local = spaced.rsplit_once(' ').and_then(|(day, time)| Some(parse(day).ok()?.to_datetime(clock_time(time)?)));
    let local = local.map_or_else(|| parse(trimmed).map(|day| day.to_datetime(Time::midnight())), Ok);
    let zoned = local.and_then(|local| hong_kong().to_timestamp(local).map_err(|_| ValueError::new(MOMENT, text)));
    zoned.map_err(|_| ValueError::new(MOMENT, text))
}

fn clock_time(text: &str) -> Option<Time> {
    ["%H:%M:%S%.f", "%H:%M"].iter().find_map(|form| Time::strptime(form, text).ok())
}

/// Hong Kong's zone: eight hours ahead all year.
pub fn hong_kong() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_hong_kongs_unless_they_say_otherwise() {
        for (text, expected) in [
            ("2026-11-15 08:15:01", "2026-11-15T00:15:01Z"),
            ("2026-11-15T08:15:02+08:00", "2026-11-15T00:15:02Z"),
            ("30/11/2026 12:00", "2026-11-30T04:00:00Z"),
            ("2026-11-15T00:15:02Z", "2026-11-15T00:15:02Z"),
            ("2026-12-18", "2026-12-17T16:00:00Z"),
        ] {
            assert_eq!(moment(text).map(|found| found.to_string()), Ok(expected.to_owned()), "{text}");
        }
        assert!(moment("now").is_err());
    }

    #[test]
    fn forms_seen_upstream() {
        for (text, day) in [
            ("14 November 2022", "2022-11-14"),
            ("1 Jul 2025", "2025-07-01"),
            ("21.03.2024", "2024-03-21"),
            ("31/12/2025", "2025-12-31"),
            ("2018-11-02", "2018-11-02"),
            ("2018-11-02T00:00:00", "2018-11-02"),
            ("02/11/2018 14:30", "2018-11-02"),
            ("2018-11-02T00:00:00+08:00", "2018-11-02"),
            ("20260131", "2026-01-31"),
            ("2025年12月31日", "2025-12-31"),
        ] {
            assert_eq!(parse(text).map(|date| date.to_string()), Ok(day.to_owned()), "{text}");
        }
    }

    #[test]
    fn no_date() {
        for text in ["", "2024", "31.02.2024", "soon", "12345678", "13/13/2024"] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
