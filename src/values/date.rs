//! Dates as the publishers write them: `14 November 2022`, `21.03.2024`, `31/12/2025`, `2018-11-02`, `20260131`.

use jiff::civil::Date;

use super::ValueError;

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
    let day = trimmed.split_once('T').filter(|(day, _)| day.len() == 10).map_or(trimmed, |(day, _)| day);
    FORMS
        .iter()
        .find_map(|form| Date::strptime(form, day).ok())
        .filter(|date| (1900..=2200).contains(&date.year()))
        .ok_or_else(|| ValueError::new(EXPECTED, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_seen_upstream() {
        for (text, day) in [
            ("14 November 2022", "2022-11-14"),
            ("1 Jul 2025", "2025-07-01"),
            ("21.03.2024", "2024-03-21"),
            ("31/12/2025", "2025-12-31"),
            ("2018-11-02", "2018-11-02"),
            ("2018-11-02T00:00:00", "2018-11-02"),
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
