//! Parses spans of time in English and Chinese: years, financial years (April to March), quarters, months, days and
//! ranges.

use super::{
    dates::{fold, month_name, short_year, year},
    part::part,
};
use crate::domain::{
    date as day,
    period::{Period, year_span},
};
use jiff::{
    ToSpan,
    civil::{Date, date},
};

/// The first and last day, if they are stated.
pub type PeriodBounds = (Option<Date>, Option<Date>);

/// The kind of a period column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PeriodColumnKind {
    /// Spans of time; `2011-12` is a financial year.
    Spans,
    /// As-at days. `2011-12` is a month.
    Moments,
}

/// The period that a text states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodStatement {
    Span(PeriodBounds),
    /// A year of unknown kind, such as `FY2024`.
    Unclear,
}

const AS_AT: [&str; 29] = [
    "position as at",
    "figures as at",
    "status as at",
    "position at",
    "position as of",
    "status at",
    "status",
    "as at the end of",
    "as at end of",
    "as at end",
    "as at",
    "as of end",
    "as of",
    "at the end of",
    "at end of",
    "at end",
    "end of",
    "end",
    "asat",
    "asof",
    "cut off date",
    "cut-off date",
    "reference date",
    "at",
    "截至",
    "統計至",
    "统计至",
    "截算日期",
    "截止",
];
const UP_TO: [&str; 11] = [
    "figures up to",
    "up to the end of",
    "up to end",
    "up to",
    "until",
    "till",
    "by end",
    "four years to",
    "to end",
    "cumulative to",
    "to",
];
const SINCE: [&str; 6] = ["since", "starting from", "from", "自從", "自", "由"];
const YEAR_ENDED: [&str; 8] = [
    "year ended",
    "year ending",
    "the year ended",
    "the year ending",
    "12 months ended",
    "twelve months ended",
    "12 months to",
    "financial year ended",
];

/// Parses a text that states only a period.
pub fn read(text: &str, kind: PeriodColumnKind) -> Option<PeriodStatement> {
    if text.len() > 160 {
        return None;
    }
    let text = fold(text);
    let text = text.trim().trim_end_matches(['.', ':', ',', ';']).trim();
    if text.is_empty() {
        return None;
    }
    if let Some(days) = closed(text, kind) {
        return Some(PeriodStatement::Span((Some(days.0), Some(days.1))));
    }
    open(text, kind).map(PeriodStatement::Span).or_else(|| is_unclear_year(text).then_some(PeriodStatement::Unclear))
}

/// Parses a span with both ends.
fn closed(text: &str, kind: PeriodColumnKind) -> Option<(Date, Date)> {
    let text = text.trim();
    if let Some(days) = year_ended(text.strip_prefix("the ").or_else(|| text.strip_prefix("for the ")).unwrap_or(text))
    {
        return Some(days);
    }
    let text = without_words(text);
    let first = if kind == PeriodColumnKind::Moments {
        month(text).or_else(|| named(text))
    } else {
        named(text).or_else(|| month(text))
    };
    first
        .or_else(|| one_day(text))
        .or_else(|| financial(text))
        .or_else(|| part_of_year(text))
        .or_else(|| chinese_year(text))
        .or_else(|| between(text))
}

/// Parses a year, a financial year or a day.
fn named(text: &str) -> Option<(Date, Date)> {
    Period::parse(text).ok().and_then(|period| period.start.zip(period.end))
}

/// Removes words that only introduce a period.
fn without_words(text: &str) -> &str {
    let mut rest = text.trim();
    loop {
        let shorter = ["in ", "for ", "during ", "year ", "calendar year ", "the ", "period ", "month of ", "within "]
            .iter()
            .find_map(|word| rest.strip_prefix(word))
            .or_else(|| [" calendar year", "曆年", "历年"].iter().find_map(|word| rest.strip_suffix(word)))
            .map(str::trim);
        match shorter {
            Some(shorter) if !shorter.is_empty() => rest = shorter,
            _ => return rest,
        }
    }
}

/// Parses `FY2024/25`, `FY24-25`, `2024-25 financial year`, `2024-25財政年度`.
fn financial(text: &str) -> Option<(Date, Date)> {
    let before = ["fy", "financial year", "fiscal year", "f.y."].iter().find_map(|word| text.strip_prefix(word));
    let behind = || {
        ["financial year", "fiscal year", "財政年度", "财政年度", "財年", "财年", "年度", "fy"]
            .iter()
            .find_map(|word| text.strip_suffix(word))
    };
    let bare = before.or_else(behind)?.trim().trim_start_matches([':', '-']).trim();
    let (first, second) = bare.split_once(['-', '/', '至'])?;
    let (first, second) = (first.trim(), second.trim());
    let is_short = first.len() == 2 && first.bytes().all(|byte| byte.is_ascii_digit());
    let whole = if is_short { format!("20{first}-{second}") } else { format!("{first}-{second}") };
    let period = Period::parse(&whole).ok()?;
    period.start.zip(period.end)
}

/// True for `FY2024` and `2024年度`, because the kind of year is unknown.
fn is_unclear_year(text: &str) -> bool {
    let bare = ["fy", "financial year", "fiscal year"].iter().find_map(|word| text.strip_prefix(word));
    let bare = bare
        .or_else(|| ["財政年度", "财政年度", "年度", "財年", "财年"].iter().find_map(|word| text.strip_suffix(word)));
    bare.is_some_and(|bare| year(bare).is_some())
}

/// Parses a day: `30-Jun-26`, `30 june 2026`, `june 30, 2026` and other notations.
fn one_day(text: &str) -> Option<(Date, Date)> {
    let whole = day::parse(text).or_else(|_| day::parse(&text.replace(' ', ""))).ok();
    let found = whole.or_else(|| {
        let parts: Vec<&str> = text.split(['-', ' ', '/', '.', ',']).filter(|part| !part.is_empty()).collect();
        let [one, two, three] = parts[..] else { return None };
        // In `31.3.2024` and `1/4/2024`, the day comes first, as is usual in Hong Kong.
        if let (Ok(first), Ok(month), Some(year)) = (one.parse::<i8>(), two.parse::<i8>(), year(three)) {
            return Date::new(year, month, first).ok();
        }
        let (number, name) = if month_name(two).is_some() { (one, two) } else { (two, one) };
        let number: i8 = number.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h']).parse().ok()?;
        Date::new(short_year(three)?, month_name(name)?, number).ok()
    })?;
    Some((found, found))
}

/// Parses a month: `2024-03`, `03/2024`, `March 2024`, `Mar-24`, `2024年3月`.
fn month(text: &str) -> Option<(Date, Date)> {
    let chinese =
        text.strip_suffix(['月', '份']).map(|rest| rest.trim_end_matches('月')).and_then(|rest| rest.split_once('年'));
    let (left, right) = chinese.or_else(|| text.split_once(['-', ' ', '/', '.', ',']))?;
    let (left, right) = (left.trim(), right.trim().trim_start_matches(','));
    let number = |text: &str| {
        let is_digits = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_digits { text.parse().ok() } else { month_name(text) }
    };
    let (year, month) = match (year(left), year(right)) {
        (Some(year), _) => (year, number(right.trim())?),
        (None, Some(year)) => (year, number(left)?),
        // `Mar-24`
        (None, None) => (short_year(right).filter(|year| (2000..2060).contains(year))?, month_name(left)?),
    };
    let start = Date::new(year, month, 1).ok()?;
    Some((start, start.last_of_month()))
}

/// Parses `2024年`, `2024-25年`, `2024年底`.
fn chinese_year(text: &str) -> Option<(Date, Date)> {
    let bare = ["年終", "年终", "年"].into_iter().find_map(|suffix| text.strip_suffix(suffix))?.trim();
    named(bare)
}

/// Parses a quarter or half of a year: `2024 Q1`, `1Q 2024`, `2024年第一季`, `first half of 2024`.
fn part_of_year(text: &str) -> Option<(Date, Date)> {
    let places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    for at in places {
        let (left, right) = text.split_at(at);
        for (one, two) in [(left, right), (right, left)] {
            let bare =
                one.trim().trim_matches(['-', '/', ',', ' ']).trim_start_matches("of ").trim_end_matches('年').trim();
            let Some((from, to)) = year_span(bare) else { continue };
            let named =
                two.trim().trim_matches(['-', '/', ',', ' ']).trim_start_matches('年').trim_end_matches(" of").trim();
            let whole = Period { label: String::new(), start: Some(from), end: Some(to) };
            if let Some(days) = part(named).filter(|part| !part.by_name).and_then(|part| part.within(&whole)) {
                return Some(days);
            }
        }
    }
    None
}

/// Parses `year ended 31 December 2025` and `2025年12月31日止年度`: the twelve months to that day.
fn year_ended(text: &str) -> Option<(Date, Date)> {
    let english = YEAR_ENDED.iter().find_map(|word| text.strip_prefix(word)).map(str::trim);
    let chinese = || {
        let bare = text.strip_suffix("止年度").or_else(|| text.strip_suffix("止的年度"))?;
        Some(["截至", "至"].iter().find_map(|word| bare.strip_prefix(word)).unwrap_or(bare))
    };
    let (_, end) = english.or_else(chinese).and_then(|rest| one_day(rest.trim()).or_else(|| month(rest.trim())))?;
    let start = end.tomorrow().ok()?.checked_sub(1.year()).ok()?;
    Some((start, end))
}

/// Parses a range: `2009 - 2022`, `April 2021 to March 2022`, `Jan - Dec 2025`, `2024年1月至3月`.
fn between(text: &str) -> Option<(Date, Date)> {
    let text = ["from ", "between ", "由", "自"].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    for separator in [" to ", " - ", "至", " and ", " through ", "-"] {
        let Some((left, right)) = text.split_once(separator) else { continue };
        let (left, right) = (left.trim(), right.trim());
        if left.is_empty() || right.is_empty() {
            continue;
        }
        if let (Some((start, _)), Some((_, end))) = (simple(left), simple(right))
            && start <= end
        {
            return Some((start, end));
        }
        // Only one end states the year.
        let whole = right
            .rsplit_once([' ', '/'])
            .and_then(|(month, year)| Some((part(&format!("{left} - {month}"))?, named(year)?)));
        let chinese = || {
            let (year, first) = left.split_once('年')?;
            Some((part(&format!("{first}至{right}"))?, named(year)?))
        };
        if let Some((part, (from, to))) = whole.or_else(chinese) {
            return part.within(&Period { label: String::new(), start: Some(from), end: Some(to) });
        }
    }
    // `2019-21` is a range of years.
    let (left, right) = text.split_once('-')?;
    let (first, last) = (year(left.trim())?, short_year(right.trim())?);
    (first + 1 < last && last - first < 60).then(|| (date(first, 1, 1), date(last, 12, 31)))
}

/// Parses a span that is not a range.
fn simple(text: &str) -> Option<(Date, Date)> {
    let text = without_words(text);
    named(text)
        .or_else(|| month(text))
        .or_else(|| one_day(text))
        .or_else(|| financial(text))
        .or_else(|| chinese_year(text))
}

/// Parses a span with one end: `since 2018`, `as at 31/12/2025`, `截至2025年12月31日`.
fn open(text: &str, kind: PeriodColumnKind) -> Option<PeriodBounds> {
    let after = |words: &[&str]| {
        words
            .iter()
            .filter_map(|word| Some((word, text.strip_prefix(word)?)))
            .filter(|(word, rest)| !word.is_ascii() || !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
            .map(|(_, rest)| rest)
            .map(|rest| rest.trim_start_matches([' ', ':', '-']))
            .min_by_key(|rest| rest.len())
    };
    let trimmed = |rest: &str| rest.trim().trim_end_matches(['止', '底']).trim().to_owned();
    if let Some(rest) = after(&AS_AT) {
        return closed(&trimmed(rest), PeriodColumnKind::Moments).map(|(_, end)| (None, Some(end)));
    }
    if let Some(rest) = after(&SINCE) {
        let rest = rest.trim_end_matches(['起', '始', '開', '开']).trim();
        return closed(rest, kind).map(|(start, _)| (Some(start), None));
    }
    if let Some(rest) = after(&UP_TO) {
        return closed(&trimmed(rest), kind).map(|(_, end)| (None, Some(end)));
    }
    if let Some(bare) = text.strip_suffix('底') {
        return closed(bare, PeriodColumnKind::Moments).map(|(_, end)| (None, Some(end)));
    }
    let bare = text.strip_suffix("起")?;
    closed(bare, kind).map(|(start, _)| (Some(start), None))
}
