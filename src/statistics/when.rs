//! Finds periods in labels and titles: a label that is a period, a period next to a name in a label, and the period of
//! a title.

use std::{ops::Range, sync::LazyLock};

use jiff::civil::Date;

use super::{
    dates,
    figure::{ObservationFlag, qualifier, without_marks},
    span::{self, PeriodStatement},
    unit::last_parenthesis,
};
use crate::domain::{memo::Memo, period::Period};

pub use super::span::PeriodColumnKind;

/// A period from a label, with properties of its figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledPeriod {
    /// The period. It has no days if the label does not determine them.
    pub period: Period,
    pub flags: Vec<ObservationFlag>,
    /// True if the label states that the figures are cumulative.
    pub is_cumulative: bool,
}

impl LabelledPeriod {
    /// True if the days are known.
    pub const fn is_dated(&self) -> bool {
        self.period.end.is_some() || self.period.start.is_some()
    }
}

/// A period with its position in the label.
type Within = (Range<usize>, LabelledPeriod);

/// The maximum number of labels whose results are cached.
const KEPT: u64 = 20_000;

/// Returns the period of a label that contains nothing else.
pub fn parse(label: &str, kind: PeriodColumnKind) -> Option<LabelledPeriod> {
    static OF_SPANS: LazyLock<Memo<Option<LabelledPeriod>>> = LazyLock::new(|| Memo::new(KEPT));
    static OF_MOMENTS: LazyLock<Memo<Option<LabelledPeriod>>> = LazyLock::new(|| Memo::new(KEPT));
    if !may_name_a_period(label) {
        return None;
    }
    match kind {
        PeriodColumnKind::Spans => OF_SPANS.of(label, |label| parse_now(label, kind)),
        PeriodColumnKind::Moments => OF_MOMENTS.of(label, |label| parse_now(label, kind)),
    }
}

fn parse_now(label: &str, kind: PeriodColumnKind) -> Option<LabelledPeriod> {
    let (bare, marked) = without_marks(label.trim());
    if bare.len() > 160 || !may_name_a_period(bare) {
        return None;
    }
    let mut flags = Vec::new();
    if marked {
        flags.push(ObservationFlag::Footnote);
    }
    let mut core = bare;
    while let Some((open, inner)) = last_parenthesis(core).filter(|(open, _)| *open > 0) {
        let flag = qualifier(inner);
        // `2024-25 (Target)` contains a period and a dimension value.
        if flag.is_none() && !states_cumulative(inner) {
            return None;
        }
        flags.extend(flag);
        core = core[..open].trim_end();
    }
    let (start, end) = match span::read(core, kind)? {
        PeriodStatement::Span((start, end)) if kind == PeriodColumnKind::Moments => (None, end.or(start)),
        PeriodStatement::Span(span) => span,
        PeriodStatement::Unclear => (None, None),
    };
    let period = Period { label: bare.to_owned(), start, end };
    Some(LabelledPeriod { period, flags, is_cumulative: states_cumulative(label) })
}

/// True if a text may contain a period: it has digits of a year, or a Chinese character for one.
fn may_name_a_period(text: &str) -> bool {
    text.contains(['年', '月']) || text.chars().filter(|c| c.is_numeric()).count() > 1
}

/// The maximum number of positions in a label that are tried as the ends of a period, and the maximum distance between
/// them.
const MOST_PLACES: usize = 120;
const LONGEST: usize = 24;

/// Finds a period next to a name in a label, with its position: `Firms, 2021`, `2021年收益`, `Outcome in FY18/19`.
pub fn find(label: &str) -> Option<(Range<usize>, LabelledPeriod)> {
    static FOUND: LazyLock<Memo<Option<Within>>> = LazyLock::new(|| Memo::new(KEPT));
    if !may_name_a_period(label) || label.len() > 400 {
        return None;
    }
    FOUND.of(label, find_now)
}

fn find_now(label: &str) -> Option<(Range<usize>, LabelledPeriod)> {
    let places = boundaries(label);
    if places.len() > MOST_PLACES {
        return None;
    }
    for length in (1..places.len().min(LONGEST)).rev() {
        for from in 0..places.len() - length {
            let (from, to) = (places[from], places[from + length]);
            let text = &label[from..to];
            let trimmed = text.trim();
            if trimmed.len() != text.len() || !may_name_a_period(text) || !begins_well(label, from, to) {
                continue;
            }
            if let Some(when) = parse_now(trimmed, PeriodColumnKind::Spans) {
                return Some((from..to, when));
            }
        }
    }
    None
}

/// True if these positions do not split a number or a word.
fn begins_well(label: &str, from: usize, to: usize) -> bool {
    let before = label[..from].chars().next_back();
    let behind = label[to..].chars().next();
    let first = label[from..].chars().next();
    let last = label[..to].chars().next_back();
    let both = |a: Option<char>, b: Option<char>, is: fn(char) -> bool| a.is_some_and(is) && b.is_some_and(is);
    let joins = |c: char| c.is_ascii_alphanumeric();
    let is_decimal = |a: Option<char>, b: Option<char>| {
        a.is_some_and(|c| matches!(c, '.' | ',' | '-' | '/' | '$' | '=')) && b.is_some_and(|c| c.is_ascii_digit())
    };
    !both(before, first, joins)
        && !both(last, behind, joins)
        && !is_decimal(before, first)
        && !is_decimal(behind, last)
        && behind != Some('=')
}

/// Returns the positions at which a period may begin or end: where the kind of character changes.
fn boundaries(label: &str) -> Vec<usize> {
    let class = |c: char| match c {
        c if c.is_ascii_digit() => 1,
        c if c.is_ascii_alphabetic() => 2,
        c if c.is_whitespace() => 3,
        c if c.is_alphanumeric() => 4,
        _ => 5,
    };
    let mut places = vec![0];
    let mut last = None;
    for (at, c) in label.char_indices() {
        let now = class(c);
        if last.is_some_and(|last| last != now || now >= 4) {
            places.push(at);
        }
        last = Some(now);
    }
    places.push(label.len());
    places.dedup();
    places
}

/// Returns the period of figures as at a day.
pub fn as_at(day: Date) -> Period {
    Period { label: format!("as at {day}"), start: None, end: Some(day) }
}

/// True if the words state that figures are cumulative.
pub fn states_cumulative(words: &str) -> bool {
    let words = words.to_lowercase();
    ["cumulative", "since inception", "since launch", "累計", "累计", "累積", "累积"]
        .iter()
        .any(|word| words.contains(word))
}

/// True for a bare year, which may also be a number. Footnote marks and "(provisional)" are ignored.
pub fn is_bare_year(text: &str) -> bool {
    let (mut bare, _) = without_marks(text.trim());
    while let Some((open, _)) = last_parenthesis(bare).filter(|(open, inner)| *open > 0 && qualifier(inner).is_some()) {
        bare = bare[..open].trim_end();
    }
    dates::year(bare).is_some()
}

/// The period that a title states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TitlePeriod {
    /// An as-at day: `as at 31/12/2025`.
    Day(Period),
    /// A span: `… 2025`, `year ended 31 March 2024`.
    Span(Period),
}

/// Words of a line about the creation of the file.
const MADE: [&str; 22] = [
    "generated",
    "printed",
    "extracted",
    "downloaded",
    "updated",
    "last update",
    "released",
    "published",
    "prepared on",
    "created",
    "issued",
    "revised on",
    "next release",
    "編製",
    "编制",
    "更新",
    "發布",
    "发布",
    "公布",
    "列印",
    "製表",
    "制表",
];

/// Returns the period that a title states. `None` if it states none or several.
pub fn in_title(title: &str) -> Option<TitlePeriod> {
    let lower = title.to_lowercase();
    if MADE.iter().any(|word| lower.contains(word)) {
        return None;
    }
    let mut rest = title.to_owned();
    let mut moments: Vec<Period> = Vec::new();
    let mut spans: Vec<Period> = Vec::new();
    for _ in 0..6 {
        let Some((range, when)) = find(&rest) else { break };
        match (when.period.start, when.period.end) {
            (None, Some(day)) => moments.push(as_at(day)),
            (Some(_), Some(_)) => spans.push(when.period),
            _ => {}
        }
        rest.replace_range(range, "\n");
    }
    let one = |mut all: Vec<Period>| {
        all.dedup_by_key(|period| (period.start, period.end));
        if all.len() == 1 { all.pop() } else { None }
    };
    if moments.is_empty() {
        // A year inside a phrase, as in `Coronavirus Disease 2019 in Hong Kong`, is not the period of the figures.
        let period = one(spans)?;
        return stands_apart(title, &period).then_some(TitlePeriod::Span(period));
    }
    one(moments).map(TitlePeriod::Day)
}

/// True if a period is at the edge of a title or of a part of it, or follows a word such as `in`.
fn stands_apart(title: &str, period: &Period) -> bool {
    let Some(at) = title.find(&period.label) else { return true };
    let before = title[..at].trim_end();
    let behind = title[at + period.label.len()..].trim_start();
    let is_edge = |c: char| !c.is_alphanumeric();
    let words = ["in", "for", "of", "year", "during", "ended", "to", "since"];
    let last = before.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_lowercase();
    behind.is_empty() && !behind.starts_with(|c: char| c.is_ascii_alphanumeric())
        || before.is_empty()
        || behind.starts_with(is_edge) && before.ends_with(is_edge)
        || words.contains(&last.as_str())
        || behind.starts_with(is_edge)
        || title[at..].contains('年')
}

#[cfg(test)]
mod tests;
