//! Determines the period of a figure from its row, its column, the headings and the title.

use super::{
    figure::{self, ObservationFlag as Flag},
    grid::GridCell,
    label::published,
    level::{Level, LevelNames},
    part,
    phrase::{Phrase, is_about_change, value_beside},
    roles::ColumnRole,
    rows::{CarriedState, RowContext},
    when::{self, PeriodColumnKind},
};
use crate::domain::period::Period;

/// The period that a row states.
pub enum Time {
    Period(Period),
    /// No period is stated.
    Open,
    Unclear,
}

impl RowContext<'_> {
    /// Returns the period of a figure: the nearest statement. The row and the column must not contradict each other.
    pub fn period(&self, row: usize, column: usize, row_time: &Time) -> Option<Period> {
        let mut over: Option<Period> = None;
        let mut parts: Vec<(part::PartOfYear, String)> = Vec::new();
        for level in self.levels.across.iter().rev() {
            let Some(phrase) = level.label(column) else { continue };
            collect(level, phrase, &mut over, &mut parts)?;
        }
        let mut beside: Option<Period> = match row_time {
            Time::Period(period) => Some(period.clone()),
            Time::Open => None,
            Time::Unclear => return None,
        };
        for level in self.levels.down.iter().rev() {
            let Some(phrase) = level.label(row) else { continue };
            let mut own = None;
            collect(level, phrase, &mut own, &mut parts)?;
            beside = narrower(beside, own)?;
        }
        let mut period = narrower(beside, over)?;
        if period.is_none() {
            let section = self.levels.sections.get(&row).and_then(|section| section.period.as_ref());
            let phrases = section.into_iter().chain(self.levels.spanning.iter().rev());
            if let Some(phrase) = phrases.into_iter().find(|phrase| phrase.period.is_some()) {
                period = Some(phrase.dated()?.period.clone());
            }
        }
        if period.is_none() {
            // `Branch (as at 30/9/2025)`
            let heading = self.levels.down.iter().map(|level| &level.heading).find(|heading| heading.period.is_some());
            period = match heading {
                Some(heading) => Some(heading.dated()?.period.clone()),
                None => None,
            };
        }
        if period.is_none() && self.is_change(column) {
            period = self.later_of_two();
        }
        let period = period.or_else(|| self.context.period.clone())?;
        let Some((part, label)) = parts.into_iter().next() else { return Some(period) };
        let (start, end) = part.within(&period)?;
        Some(Period { label: format!("{} {label}", period.label), start: Some(start), end: Some(end) })
    }

    /// True if a column contains the change between the adjacent years.
    fn is_change(&self, column: usize) -> bool {
        self.levels
            .across
            .iter()
            .filter_map(|level| level.label(column))
            .any(|phrase| published(&phrase.name).any(is_about_change))
    }

    /// Returns the later year if the columns have exactly two years.
    fn later_of_two(&self) -> Option<Period> {
        let mut periods: Vec<&Period> = Vec::new();
        for level in &self.levels.across {
            for when in level.phrases.iter().filter_map(Phrase::dated) {
                if !periods.iter().any(|known| (known.start, known.end) == (when.period.start, when.period.end)) {
                    periods.push(&when.period);
                }
            }
        }
        let [one, two] = periods[..] else { return None };
        Some(if one.end > two.end { one } else { two }.clone())
    }

    /// Returns the period in the period columns of a row: a span, an as-at day, or a span up to an as-at day.
    pub fn row_period(&self, row: usize, flags: &mut Vec<Flag>, progress: &mut CarriedState) -> Time {
        let mut span: Option<Period> = None;
        let mut moment: Option<Period> = None;
        let (mut start, mut end) = (None, None);
        let mut parts: Vec<(part::PartOfYear, String)> = Vec::new();
        for column in self.block.columns.iter().copied() {
            let role = self.columns.roles[column];
            if !matches!(
                role,
                ColumnRole::Period(_)
                    | ColumnRole::PeriodStart
                    | ColumnRole::PeriodEnd
                    | ColumnRole::SpanEnd(_)
                    | ColumnRole::Part
            ) {
                continue;
            }
            if !self.grid.is_empty(row, column) {
                progress.period_above.insert(column, row);
            }
            let Some(cell) = progress.period_above.get(&column).and_then(|row| self.grid.cell(*row, column)) else {
                continue;
            };
            if role == ColumnRole::Part {
                let number = if self.columns.hints[column].quarter { part::quarter_number } else { part::month_number };
                let part = published(&cell.text).find_map(|text| part::part(text).or_else(|| number(text)));
                match part {
                    Some(part) => parts.push((part, cell.printed.clone())),
                    None => return Time::Unclear,
                }
                continue;
            }
            let kind = if role == ColumnRole::Period(PeriodColumnKind::Moments) {
                PeriodColumnKind::Moments
            } else {
                PeriodColumnKind::Spans
            };
            let Some(when) = period_of(cell, kind) else {
                // A total over all periods has no period.
                return Time::Unclear;
            };
            flags.extend(&when.flags);
            let period = when.period;
            match role {
                ColumnRole::PeriodStart => start = period.start,
                ColumnRole::PeriodEnd => end = period.end,
                ColumnRole::SpanEnd(months) => {
                    let begin = period
                        .end
                        .and_then(|day| day.tomorrow().ok())
                        .and_then(|day| day.checked_sub(jiff::ToSpan::months(months)).ok());
                    span = Some(Period { start: begin, ..period });
                }
                ColumnRole::Period(PeriodColumnKind::Moments) => match narrower(moment.take(), Some(period)) {
                    Some(both) => moment = both,
                    None => return Time::Unclear,
                },
                _ => match narrower(span.take(), Some(period)) {
                    Some(both) => span = both,
                    None => return Time::Unclear,
                },
            }
        }
        if let (Some(first), Some(last)) = (start, end) {
            if first > last {
                return Time::Unclear;
            }
            span = Some(Period { label: format!("{first} to {last}"), start, end });
        }
        for (part, label) in parts {
            let section = || self.levels.sections.get(&row)?.period.as_ref()?.dated().map(|when| when.period.clone());
            let Some(year) = span.take().or_else(section).or_else(|| self.context.period.clone()) else {
                return Time::Unclear;
            };
            let Some((from, to)) = part.within(&year) else { return Time::Unclear };
            span = Some(Period { label: format!("{} {label}", year.label), start: Some(from), end: Some(to) });
        }
        match (span, moment) {
            (Some(span), Some(moment)) => Time::Period(Period { end: span.end.or(moment.end), ..span }),
            (Some(period), None) | (None, Some(period)) => Time::Period(period),
            (None, None) => Time::Open,
        }
    }
}

/// Adds the period of a label. `None` if its days are unknown.
fn collect(
    level: &Level,
    phrase: &Phrase,
    period: &mut Option<Period>,
    parts: &mut Vec<(part::PartOfYear, String)>,
) -> Option<()> {
    if level.names == LevelNames::Parts {
        let label = published(&phrase.printed).find(|text| part::part(text).is_some())?;
        parts.push((part::part(label)?, label.to_owned()));
        return Some(());
    }
    if phrase.period.is_some() || phrase.is_contradictory {
        let own = phrase.dated()?.period.clone();
        *period = narrower(period.take(), Some(own))?;
    } else if let Some((label, _)) = published(&phrase.printed).find_map(value_beside) {
        let when = when::parse(label, PeriodColumnKind::Spans).filter(when::LabelledPeriod::is_dated)?;
        *period = narrower(period.take(), Some(when.period))?;
    }
    Some(())
}

/// Returns the period of a cell, in any of its languages.
fn period_of(cell: &GridCell, kind: PeriodColumnKind) -> Option<when::LabelledPeriod> {
    let mut found: Option<when::LabelledPeriod> = None;
    for when in published(&cell.text).filter_map(|text| when::parse(text, kind)).filter(when::LabelledPeriod::is_dated)
    {
        match &found {
            Some(known) if (known.period.start, known.period.end) != (when.period.start, when.period.end) => {
                return None;
            }
            Some(_) => {}
            None => found = Some(when),
        }
    }
    let mut found = found.or_else(|| month_digits(&cell.printed))?;
    figure::without_marks(&cell.printed).0.clone_into(&mut found.period.label);
    Some(found)
}

/// Parses `202605` in a column of periods.
fn month_digits(text: &str) -> Option<when::LabelledPeriod> {
    let is_digits = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits.then(|| when::parse(&format!("{}-{}", &text[..4], &text[4..]), PeriodColumnKind::Moments)).flatten().map(
        |mut when| {
            when.period.start = when.period.end.map(jiff::civil::Date::first_of_month);
            when
        },
    )
}

/// Returns the narrower of two periods. The inner `None` means that neither is known, the outer `None` that they
/// contradict each other.
#[expect(clippy::option_option, reason = "no period and two that disagree are two things")]
fn narrower(a: Option<Period>, b: Option<Period>) -> Option<Option<Period>> {
    let (Some(a), Some(b)) = (&a, &b) else { return Some(a.or(b)) };
    if (a.start, a.end) == (b.start, b.end) {
        return Some(Some(a.clone()));
    }
    let holds = |outer: &Period, inner: &Period| {
        outer.start.is_none_or(|start| inner.start.or(inner.end).is_some_and(|first| start <= first))
            && outer.end.is_none_or(|end| inner.end.or(inner.start).is_some_and(|last| last <= end))
    };
    let joined = |outer: &Period, inner: &Period| {
        Some(Some(Period { label: format!("{}, {}", outer.label, inner.label), ..inner.clone() }))
    };
    if holds(a, b) {
        joined(a, b)
    } else if holds(b, a) {
        joined(b, a)
    } else {
        None
    }
}
