//! When figures are about: years and financial years, months, "as at" days, open spans ("since 2018"), in the words of
//! column headers, of first columns and of titles.

use jiff::{
    ToSpan,
    civil::{Date, date},
};

use super::{
    figure::{ObservationFlag, qualifier, without_marks},
    unit::last_parenthesis,
};
use crate::domain::{date as day, period::Period};

/// A period and what its label says of the figures beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    pub period: Period,
    pub flags: Vec<ObservationFlag>,
    /// Whether the label says that figures are sums from a beginning.
    pub is_cumulative: bool,
}

type Span = (Option<Date>, Option<Date>);

/// What a column of periods holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Spans of time; `2011-12` is a financial year.
    Spans,
    /// The moments that figures are as at; `2011-12` is a month.
    Moments,
}

const AS_AT: [&str; 9] =
    ["as at end", "as at", "as of", "at end", "position as at", "截至", "截止", "at the end of", "end of"];
const UP_TO: [&str; 8] = ["up to end", "up to", "until", "till", "by end", "four years to", "to end", "to"];
const SINCE: [&str; 5] = ["since", "from", "starting from", "自", "由"];
const CUMULATIVE: [&str; 3] = ["cumulative", "累計", "累计"];
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The period that a label names.
pub fn parse(label: &str, kind: Kind) -> Option<When> {
    let (bare, marked) = without_marks(label.trim());
    let mut flags = Vec::new();
    if marked {
        flags.push(ObservationFlag::Footnote);
    }
    let mut core = bare;
    while let Some((open, inner)) = last_parenthesis(core).filter(|(open, _)| *open > 0) {
        flags.extend(qualifier(inner));
        core = core[..open].trim_end();
    }
    let (start, end) = span(core, kind)?;
    let (start, end) = if kind == Kind::Moments { (None, end.or(start)) } else { (start, end) };
    let period = Period { label: bare.to_owned(), start, end };
    Some(When { period, flags, is_cumulative: says_cumulative(label) })
}

/// The period of figures as at a day.
pub fn as_at(day: Date) -> Period {
    Period { label: format!("as at {day}"), start: None, end: Some(day) }
}

/// Whether the words say that figures are sums from a beginning.
pub fn says_cumulative(words: &str) -> bool {
    let words = words.to_lowercase();
    CUMULATIVE.iter().any(|word| words.contains(word))
}

/// A year in figures alone, which may as well be a number; marks and "(provisional)" aside.
pub fn is_bare_year(text: &str) -> bool {
    let (mut bare, _) = without_marks(text.trim());
    while let Some((open, _)) = last_parenthesis(bare).filter(|(open, inner)| *open > 0 && qualifier(inner).is_some()) {
        bare = bare[..open].trim_end();
    }
    year(bare).is_some()
}

/// The period in a title: `… (as at 31/12/2025)`, `截至2025年12月31日`, `…, 2022`, `… (2025)`.
pub fn in_title(title: &str) -> Option<Period> {
    let lower = title.to_ascii_lowercase();
    for phrase in AS_AT {
        let Some(after) = lower.find(phrase).map(|at| title[at + phrase.len()..].trim_start()) else { continue };
        let ends = [")", "）", "日", ",", ";"].into_iter().filter_map(|end| {
            after.find(end).map(|at| if end == "日" { &after[..at + end.len()] } else { &after[..at] })
        });
        if let Some(day) =
            ends.chain([after]).find_map(|text| span(text.trim(), Kind::Moments)).and_then(|(_, end)| end)
        {
            return Some(as_at(day));
        }
    }
    let (bare, _) = without_marks(title);
    let inside = last_parenthesis(bare).map(|(_, inner)| inner);
    let last = bare.rsplit([',', ' ', '，', '、']).next();
    [inside, last].into_iter().flatten().find_map(|text| parse(text, Kind::Spans)).map(|when| when.period)
}

fn span(text: &str, kind: Kind) -> Option<Span> {
    let text = text.trim().trim_end_matches(['.', ':', '：']);
    if text.is_empty() || text.len() > 80 {
        return None;
    }
    closed(text, kind).map(|(start, end)| (Some(start), Some(end))).or_else(|| open(text, kind))
}

/// A span with both ends.
fn closed(text: &str, kind: Kind) -> Option<(Date, Date)> {
    let named = || Period::parse(text).ok().and_then(|period| period.start.zip(period.end));
    let first = if kind == Kind::Moments { month(text).or_else(named) } else { named().or_else(|| month(text)) };
    first
        .or_else(|| chinese(text, kind))
        .or_else(|| quarter(text))
        .or_else(|| day::parse(&text.replace(' ', "")).ok().map(|day| (day, day)))
        .or_else(|| text.strip_prefix("FY").and_then(|rest| closed(rest.trim(), kind)))
}

/// A span with one end or two: `since 2018`, `as at 31/12/2025`, `2009 - 2022`.
fn open(text: &str, kind: Kind) -> Option<Span> {
    let lower = text.to_ascii_lowercase();
    let after = |words: &[&str]| {
        words
            .iter()
            .filter_map(|word| lower.strip_prefix(word))
            .map(|rest| text[text.len() - rest.len()..].trim())
            .min_by_key(|rest| rest.len())
    };
    if let Some(rest) = after(&AS_AT) {
        return closed(rest, Kind::Moments).map(|(_, end)| (None, Some(end)));
    }
    if let Some(rest) = after(&SINCE) {
        let rest = rest.trim_end_matches(['起', '始']).trim();
        return closed(rest, kind).map(|(start, _)| (Some(start), None));
    }
    if let Some(rest) = after(&UP_TO) {
        return closed(rest, kind).map(|(_, end)| (None, Some(end)));
    }
    if let Some((left, right)) = [" to ", " - ", " – ", "至"].into_iter().find_map(|between| text.split_once(between))
    {
        let (_, end) = closed(right.trim(), kind)?;
        return Some((closed(left.trim(), kind).map(|(start, _)| start), Some(end)));
    }
    None
}

/// `2024-03`, `March 2024`, `Mar-2024`, `2024年3月`.
fn month(text: &str) -> Option<(Date, Date)> {
    let chinese = text.strip_suffix('月').and_then(|rest| rest.split_once('年'));
    let (left, right) = chinese.or_else(|| text.split_once(['-', ' ', '/', '.']))?;
    let (left, right) = (left.trim(), right.trim());
    let (year, number) = match (year(left), year(right)) {
        (Some(year), _) => (year, right),
        (None, Some(year)) => (year, left),
        (None, None) => return None,
    };
    let number = if number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_digit()) {
        number.parse().ok()?
    } else {
        let name = number.get(..3)?.to_ascii_lowercase();
        let at = MONTHS.iter().position(|month| *month == name)?;
        i8::try_from(at + 1).ok()?
    };
    let start = Date::new(year, number, 1).ok()?;
    Some((start, start.last_of_month()))
}

/// `2024年`, `2024年度`, `2024-25年度`, `2024/25財政年度`.
fn chinese(text: &str, kind: Kind) -> Option<(Date, Date)> {
    let bare =
        ["財政年度", "财政年度", "年度", "年底", "年"].into_iter().find_map(|suffix| text.strip_suffix(suffix))?;
    closed(bare.trim(), kind)
}

/// `2024 Q1`, `Q1 2024`.
fn quarter(text: &str) -> Option<(Date, Date)> {
    let (left, right) = text.split_once([' ', '-'])?;
    let (year, quarter) = match (year(left), year(right)) {
        (Some(year), _) => (year, right),
        (None, year) => (year?, left),
    };
    let number: i8 = quarter.strip_prefix(['Q', 'q'])?.parse().ok().filter(|number| (1..=4).contains(number))?;
    let last = date(year, number * 3, 1).last_of_month();
    Some((date(year, number * 3 - 2, 1), last))
}

/// The quarter of a year that a label beside the year names, `Q1 (Apr - Jun)`: of a financial year, from April.
pub fn quarter_within(year: &Period, label: &str) -> Option<(Date, Date)> {
    let number: i8 = label.trim().strip_prefix(['Q', 'q'])?.get(..1)?.parse().ok()?;
    let is_alone = label.trim().chars().nth(2).is_none_or(|after| !after.is_alphanumeric());
    let is_year = year.end? == year.start?.checked_add(1.year()).ok()?.yesterday().ok()?;
    let start = year.start?.checked_add((i32::from(number) * 3 - 3).months()).ok()?;
    let end = start.checked_add(3.months()).ok()?.yesterday().ok()?;
    ((1..=4).contains(&number) && is_alone && is_year).then_some((start, end))
}

fn year(text: &str) -> Option<i16> {
    let text = text.trim();
    (text.len() == 4 && Period::parse(text).is_ok()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ends(label: &str, kind: Kind) -> Option<String> {
        let when = parse(label, kind)?;
        let show = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        Some(format!("{}/{}", show(when.period.start), show(when.period.end)))
    }

    #[test]
    fn labels() {
        for (label, expected) in [
            ("2024", "2024-01-01/2024-12-31"),
            ("2022#", "2022-01-01/2022-12-31"),
            ("2022 (Provisional)", "2022-01-01/2022-12-31"),
            ("2024-25", "2024-04-01/2025-03-31"),
            ("2011-12", "2011-04-01/2012-03-31"),
            ("2020-01", "2020-01-01/2020-01-31"),
            ("2024年度", "2024-01-01/2024-12-31"),
            ("2024/25 財政年度", "2024-04-01/2025-03-31"),
            ("2024年3月", "2024-03-01/2024-03-31"),
            ("March 2024", "2024-03-01/2024-03-31"),
            ("2024 Q1", "2024-01-01/2024-03-31"),
            ("As at 31/12/2025 (cumulative)", "/2025-12-31"),
            ("Up to end 2018 (cumulative)", "/2018-12-31"),
            ("From 2017-18", "2017-04-01/"),
            ("since 2018", "2018-01-01/"),
            ("four years to 2021-22", "/2022-03-31"),
            ("2009 - 2022", "2009-01-01/2022-12-31"),
        ] {
            assert_eq!(ends(label, Kind::Spans).as_deref(), Some(expected), "{label}");
        }
        assert_eq!(ends("2011-12", Kind::Moments).as_deref(), Some("/2011-12-31"));
        assert_eq!(ends("2022-03-31", Kind::Moments).as_deref(), Some("/2022-03-31"));
        for label in ["Annual (year not stated)", "Total", "", "12", "5G", "since", "to", "2024-13", "2024 Q5"] {
            assert_eq!(ends(label, Kind::Spans), None, "{label}");
        }
        assert_eq!(parse("2022 (p)", Kind::Spans).unwrap().flags, [ObservationFlag::Provisional]);
        assert!(parse("As at 31/12/2025 (cumulative)", Kind::Spans).unwrap().is_cumulative);
    }

    #[test]
    fn quarters_of_a_year_beside_them() {
        let of = |year: &str, label: &str| {
            quarter_within(&parse(year, Kind::Spans).unwrap().period, label)
                .map(|(start, end)| format!("{start}/{end}"))
        };
        assert_eq!(of("2025-26", "Q1 (Apr - Jun)").as_deref(), Some("2025-04-01/2025-06-30"));
        assert_eq!(of("2025-26", "Q4").as_deref(), Some("2026-01-01/2026-03-31"));
        assert_eq!(of("2025", "Q4").as_deref(), Some("2025-10-01/2025-12-31"));
        for (year, label) in [("2025-26", "Q5"), ("2025-26", "Q12"), ("since 2018", "Q1"), ("2025", "Quarter")] {
            assert_eq!(of(year, label), None, "{year} {label}");
        }
    }

    #[test]
    fn titles() {
        for (title, label) in [
            ("Approved Projects (as at 31/12/2025)", "as at 2025-12-31"),
            ("創新及科技基金累計撥款概覽 (截至2025年12月31日)", "as at 2025-12-31"),
            ("創新及科技基金累計撥款概覽 截至 2025 年 1 月 31 日", "as at 2025-01-31"),
            ("Position as at end March 2024", "as at 2024-03-31"),
            ("Annual Statistics of Approved Projects by Technology Area (2025)", "2025"),
            ("business receipts by type of service, 2022", "2022"),
            ("Key performance indicators 2014-15", "2014-15"),
        ] {
            assert_eq!(in_title(title).map(|period| period.label).as_deref(), Some(label), "{title}");
        }
        for title in ["Annual Statistics of Approved Projects", "Coronavirus Disease 2019 in Hong Kong", "as at", ""] {
            assert_eq!(in_title(title), None, "{title}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,40}") {
            let _ = (parse(&text, Kind::Spans), parse(&text, Kind::Moments), in_title(&text));
        }

        #[test]
        fn near_periods_never_panic(text in "[0-9 年月日至()./QK-]{0,14}") {
            let _ = (parse(&text, Kind::Spans), parse(&text, Kind::Moments), in_title(&text));
        }
    }
}
