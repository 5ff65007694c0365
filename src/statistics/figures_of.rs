//! The figures of one block's rows, each with its period, measure, unit and place.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::{
    block::Block,
    columns::{Columns, Role},
    context::Context,
    fact::{Fact, Label, MeasureLabel, Reject},
    figure::{self, Cell as Content, ObservationFlag as Flag},
    governing::{Distance, Governing, Measured, Source, governing, scaled},
    grid::{Cell, Grid},
    heading::without_language,
    label::{merge_text, name, published, text_of},
    layout::{Layout, MeasureWords, Place},
    ledger::{Reason, State},
    levels::{At, Level, Levels, Names},
    noun::Noun,
    phrase::{Phrase, value_beside},
    reading::{About, Basis, Decision},
    span,
    unit::{self, Stated, Unit},
    when::{self, Kind},
};
use crate::values::{
    period::Period,
    shorten,
    text::{Language, Text},
};

/// What is known of a block when its rows are read.
pub struct Rows<'a> {
    pub grid: &'a Grid,
    pub block: &'a Block,
    pub layout: &'a Layout,
    pub columns: Columns,
    pub levels: Levels,
    pub context: Context,
    /// The dimensions of the levels that name values.
    pub down: Vec<Option<usize>>,
    pub across: Vec<Option<usize>>,
}

/// What goes on from row to row.
#[derive(Default)]
pub struct Progress {
    /// The last row in which each period column is filled: merged cells hold theirs in the first row only.
    period_above: HashMap<usize, usize>,
    units: Vec<(String, Unit, &'static str, bool)>,
}

impl Progress {
    /// A heading between rows ends what reaches down.
    pub fn heading(&mut self) {
        self.period_above.clear();
    }

    fn saw(&mut self, measure: &MeasureLabel, unit: Unit, source: &'static str) {
        let title = measure.words.map_or_else(|| measure.title.nearest(Language::En).into_owned(), |words| words.id.to_owned());
        let seen = (title, unit, source, measure.words.is_some());
        if self.units.len() < 200 && !self.units.contains(&seen) {
            self.units.push(seen);
        }
    }

    /// The units that were found, as decisions.
    pub fn decisions(self, file: u16) -> impl Iterator<Item = Decision> {
        self.units.into_iter().map(move |(measure, unit, source, declared)| Decision {
            file,
            about: About::Unit { measure, unit },
            basis: if declared { Basis::Declared } else { Basis::Inferred },
            evidence: source.to_owned(),
        })
    }
}

/// What one row gives.
#[derive(Default)]
pub struct RowFacts<'a> {
    pub facts: Vec<Fact>,
    pub claims: Vec<(&'a Cell, State)>,
    pub notes: Vec<Text>,
    pub rejects: Vec<Reject>,
}

/// What is said of time beside and over a figure.
enum Time {
    Period(Period),
    /// Nothing.
    Open,
    Unclear,
}

impl<'a> Rows<'a> {
    pub fn start(&self) -> Progress {
        Progress::default()
    }

    /// Reads one row.
    pub fn row(&self, row: usize, progress: &mut Progress) -> RowFacts<'a> {
        let mut found = RowFacts::default();
        let mut flags = self.row_flags(row, &mut found);
        let qualifier = self.qualifier(row, &mut found);
        let time = self.row_period(row, &mut flags, progress);
        for column in self.columns.with(Role::Figure) {
            self.figure(row, column, &time, &flags, qualifier, &mut found, progress);
        }
        found
    }

    /// What the row's labels and remarks flag.
    fn row_flags(&self, row: usize, found: &mut RowFacts<'_>) -> Vec<Flag> {
        let mut flags: Vec<Flag> = Vec::new();
        for level in &self.levels.down {
            flags.extend(level.label(row).iter().flat_map(|phrase| &phrase.flags));
        }
        let mut remarks: Vec<(String, Text)> = Vec::new();
        for column in self.columns.with(Role::Remark) {
            let Some(cell) = self.grid.cell(row, column) else { continue };
            flags.push(Flag::Footnote);
            let heading = name(&self.columns.headings[column]).unwrap_or_default();
            let (stem, language) = without_language(heading);
            let text = if language.is_some() { text_of(&cell.printed, language) } else { cell.text.clone() };
            match remarks.iter_mut().find(|(known, _)| language.is_some() && known == stem) {
                Some((_, remark)) => merge_text(remark, &text),
                None => remarks.push((stem.to_owned(), text)),
            }
        }
        found.notes.extend(remarks.into_iter().map(|(_, remark)| remark));
        flags
    }

    /// What the column of qualifiers says; it yields to what a cell says itself.
    fn qualifier(&self, row: usize, found: &mut RowFacts<'_>) -> Option<Flag> {
        let mut qualifier = None;
        for column in self.columns.with(Role::Qualifier) {
            let Some(cell) = self.grid.cell(row, column) else { continue };
            qualifier = figure::qualifier(&cell.printed);
            if qualifier.is_none() {
                qualifier = Some(Flag::Footnote);
                found.notes.push(cell.text.clone());
            }
        }
        qualifier
    }

    fn figure(
        &self,
        row: usize,
        column: usize,
        row_time: &Time,
        row_flags: &[Flag],
        qualifier: Option<Flag>,
        found: &mut RowFacts<'a>,
        progress: &mut Progress,
    ) {
        let grid: &'a Grid = self.grid;
        let cell = grid.cell(row, column);
        if let Some(original) = self.original(column) {
            let same = grid.cell(row, original).map(|cell| &cell.content) == cell.map(|cell| &cell.content);
            let Some(cell) = cell else { return };
            if !same {
                let other = name(&self.columns.headings[original]).unwrap_or_default();
                found.rejects.push(self.reject(row, column, format!("expected the same figure as in `{}`", shorten(other))));
            }
            found.claims.push((cell, if same { State::Duplicate } else { State::Reject }));
            return;
        }
        let (figure, mut flags) = match cell.map(|cell| &cell.content) {
            Some(Content::Words) => {
                if let Some(cell) = cell {
                    found.claims.push((cell, State::Reject));
                }
                found.rejects.push(self.reject(row, column, "expected a figure, `1 234.5`, found words".to_owned()));
                return;
            }
            None | Some(Content::Empty) => (None, vec![Flag::NotAvailable]),
            Some(Content::Absent(flags)) => (None, flags.clone()),
            Some(Content::Figure(figure)) => (Some(figure), figure.flags.clone()),
        };
        let outcome = self.labelled(row, column, row_time, figure);
        let (labelled, governing) = match outcome {
            Ok(labelled) => labelled,
            Err(reason) => {
                if let Some(cell) = cell {
                    found.claims.push((cell, State::NotUnderstood(reason)));
                }
                return;
            }
        };
        if cell.is_some_and(|cell| cell.is_contested) {
            found.claims.extend(cell.map(|cell| (cell, State::NotUnderstood(Reason::Contradiction))));
            return;
        }
        if let Some(cell) = cell {
            found.claims.push((cell, State::Value));
        }
        progress.saw(&labelled.measure, labelled.unit, governing);
        flags.extend(row_flags);
        for level in &self.levels.across {
            flags.extend(level.label(column).iter().flat_map(|phrase| &phrase.flags));
        }
        let is_qualified = flags.iter().any(|flag| matches!(flag, Flag::Approximate | Flag::MoreThan | Flag::LessThan));
        flags.extend(qualifier.filter(|_| figure.is_some() && !is_qualified));
        flags.sort_unstable();
        flags.dedup();
        found.facts.push(Fact {
            spot: cell.map(|cell| cell.spot),
            row: grid.rows[row].number,
            flags,
            ..labelled
        });
    }

    /// A figure with all that has to be told of it, and where its unit is stated; or what is not told.
    fn labelled(&self, row: usize, column: usize, row_time: &Time, figure: Option<&figure::Figure>) -> Result<(Fact, &'static str), Reason> {
        if self.levels.unplaced.contains(&row) {
            return Err(Reason::Place);
        }
        let period = self.period(row, column, row_time).ok_or(Reason::Period)?;
        let (measure, measured) = self.measure(row, column);
        let sources = self.sources(row, column);
        let governing = governing(&sources, measured);
        let (value, step, unit) = match figure {
            Some(figure) => {
                let scaled = scaled(figure, governing).ok_or(Reason::Unit)?;
                if scaled.is_implied && !self.is_whole(row, column, measured.distance) {
                    return Err(Reason::Unit);
                }
                (Some(scaled.value), scaled.step, scaled.unit)
            }
            None => match governing {
                Governing::Stated(scale, _) => (None, Decimal::ONE, scale.unit),
                Governing::Implied(unit) => (None, Decimal::ONE, unit),
                Governing::None | Governing::Unclear => (None, Decimal::ONE, self.unit_of_cells(row, column, measured.distance).ok_or(Reason::Unit)?),
            },
        };
        let source = match governing {
            Governing::Stated(_, distance) => distance.words(),
            Governing::Implied(_) => "the noun of the measure",
            _ => "the cell",
        };
        let is_named = measure.words.is_some() || !measure.title.is_empty() || matches!(governing, Governing::Stated(..)) || unit == Unit::Percent;
        if !is_named {
            return Err(Reason::Measure);
        }
        let mut coordinates = self.coordinates(&self.levels.down, &self.down, row);
        coordinates.extend(self.coordinates(&self.levels.across, &self.across, column));
        let fact = Fact { spot: None, row: 0, period, coordinates, measure, value, step, unit, flags: Vec::new() };
        Ok((fact, source))
    }

    /// The column that this one repeats in another language: `number_tc` beside `number_en`.
    fn original(&self, column: usize) -> Option<usize> {
        let stem = |column: usize| name(&self.columns.headings[column]).map(without_language);
        let (own, language) = stem(column)?;
        language?;
        let twin = |other: &usize| *other < column && stem(*other) == Some((own, Some(Language::En)));
        self.columns.with(Role::Figure).find(twin)
    }

    /// Whether all figures of one measure are whole, as those of things counted are.
    fn is_whole(&self, row: usize, column: usize, distance: Distance) -> bool {
        let whole = |row: usize, column: usize| match self.grid.cell(row, column).map(|cell| &cell.content) {
            Some(Content::Figure(figure)) => figure.number.fract().is_zero(),
            _ => true,
        };
        match distance {
            Distance::Row(_) => self.columns.with(Role::Figure).all(|column| whole(row, column)),
            _ => self.block.data().all(|row| whole(row, column)),
        }
    }

    /// The unit that the other cells of the measure show themselves.
    fn unit_of_cells(&self, row: usize, column: usize, distance: Distance) -> Option<Unit> {
        let own = |row: usize, column: usize| match self.grid.cell(row, column).map(|cell| &cell.content) {
            Some(Content::Figure(figure)) => figure.unit,
            _ => None,
        };
        match distance {
            Distance::Row(_) => self.columns.with(Role::Figure).find_map(|column| own(row, column)),
            _ => self.block.data().find_map(|row| own(row, column)),
        }
    }

    /// What is measured: what a level of measures says, else what stands over all, else the title.
    fn measure(&self, row: usize, column: usize) -> (MeasureLabel, Measured) {
        let named = |level: &Level, at: usize| level.label(at).filter(|phrase| phrase.has_name()).cloned();
        let depth = |at: usize, all: usize| u8::try_from(all - 1 - at).unwrap_or(u8::MAX);
        let mut plain: Option<(Phrase, Distance)> = None;
        for (levels, at, is_row) in [(&self.levels.down, row, true), (&self.levels.across, column, false)] {
            for (number, level) in levels.iter().enumerate().rev() {
                let depth = depth(number, levels.len());
                let distance = if level.is_section {
                    Distance::Section
                } else if is_row {
                    Distance::Row(depth)
                } else {
                    Distance::Column(depth)
                };
                if level.names == Names::Measures
                    && let Some(phrase) = named(level, at)
                {
                    let (label, mut measured) = self.measure_of(&phrase, distance);
                    if measured.noun == Noun::Plural && !self.trusts_plural(level, &phrase) {
                        measured.noun = Noun::Unknown;
                    }
                    return (label, measured);
                }
                if matches!(level.names, Names::Units | Names::Nothing)
                    && let Some(phrase) = level.label(at)
                {
                    if let Some(words) = self.words(phrase) {
                        return self.declared(phrase, words, distance);
                    }
                    // `Number` under `Courses registered`: the heading of the labels says what is counted.
                    let names = if is_row && level.heading.has_name() { &level.heading } else { phrase };
                    plain = plain.or_else(|| Some((names.clone(), distance)));
                }
            }
        }
        if let Some(phrase) = self.levels.spanning.iter().rev().find(|phrase| phrase.has_name()) {
            return self.measure_of(phrase, Distance::Spanning);
        }
        if let Some(section) = self.levels.sections.get(&row).and_then(|section| section.unit.as_ref()).filter(|phrase| phrase.has_name()) {
            return self.measure_of(section, Distance::Section);
        }
        let by_title = self.layout.measures.iter().find(|words| words.headers.is_empty());
        let title = self.context.title.as_ref();
        if let Some(words) = by_title {
            let measured = Measured { noun: Noun::Unknown, distance: Distance::Title, declared: words.unit };
            return (MeasureLabel { title: title.map(|title| title.name.clone()).unwrap_or_default(), words: Some(words) }, measured);
        }
        let noun = title.map_or(Noun::Unknown, Phrase::noun);
        let measured = Measured { noun, distance: Distance::Title, declared: None };
        // `No.`, `$M`, `Value`: the heading names the figures no better than its unit; the title says what they are.
        let label = match (plain, title) {
            (Some((phrase, _)), _) if phrase.unit.is_some() || title.is_none() => phrase.title(),
            (_, Some(title)) => title.name.clone(),
            (Some((phrase, _)), None) => phrase.title(),
            (None, None) => Text::default(),
        };
        (MeasureLabel { title: label, words: None }, measured)
    }

    /// Whether a plural that no list knows names things that are counted: `Widgets sold`, the only column, or one among
    /// measures. `Toys | Watches` may as well be kinds of what the title would have named.
    fn trusts_plural(&self, level: &Level, phrase: &Phrase) -> bool {
        let measures = level.phrases.iter().filter(|phrase| phrase.noun().is_measure() || phrase.unit.is_some()).count();
        let is_only = level.place == Place::Across && self.columns.with(Role::Figure).count() == 1;
        let says_deed = published(&phrase.name).any(|name| super::noun::ends_in_participle(name));
        is_only || level.says_measures || says_deed || measures * 2 >= level.phrases.len()
    }

    fn words(&self, phrase: &Phrase) -> Option<&'static MeasureWords> {
        published(&phrase.printed).chain(published(&phrase.name)).find_map(|label| self.layout.measure(label))
    }

    fn measure_of(&self, phrase: &Phrase, distance: Distance) -> (MeasureLabel, Measured) {
        if let Some(words) = self.words(phrase) {
            return self.declared(phrase, words, distance);
        }
        let measured = Measured { noun: phrase.noun(), distance, declared: None };
        (MeasureLabel { title: phrase.title(), words: None }, measured)
    }

    fn declared(&self, phrase: &Phrase, words: &'static MeasureWords, distance: Distance) -> (MeasureLabel, Measured) {
        let measured = Measured { noun: phrase.noun(), distance, declared: words.unit };
        (MeasureLabel { title: phrase.title(), words: Some(words) }, measured)
    }

    /// All places that state a unit for a figure.
    fn sources(&self, row: usize, column: usize) -> Vec<Source> {
        let mut sources = Vec::new();
        let mut add = |distance: Distance, stated: Option<Stated>, noun: Noun| {
            sources.extend(stated.map(|stated| Source { distance, stated, noun }));
        };
        for unit in self.columns.with(Role::Unit) {
            if let Some(cell) = self.grid.cell(row, unit) {
                let stated = published(&cell.text).map(|text| unit::whole(text).unwrap_or(Stated::Unknown));
                let one = stated.reduce(|a, b| if a == b { a } else { Phrase::of(&cell.text).unit.unwrap_or(Stated::Unknown) });
                add(Distance::UnitColumn, one, Noun::Unknown);
            }
        }
        for (levels, at, is_row) in [(&self.levels.down, row, true), (&self.levels.across, column, false)] {
            for (number, level) in levels.iter().enumerate() {
                let Some(phrase) = level.label(at) else { continue };
                let depth = u8::try_from(levels.len() - 1 - number).unwrap_or(u8::MAX);
                let distance = match (level.is_section, is_row) {
                    (true, _) => Distance::Section,
                    (false, true) => Distance::Row(depth),
                    (false, false) => Distance::Column(depth),
                };
                add(distance, phrase.unit, phrase.noun());
            }
        }
        if let Some(section) = self.levels.sections.get(&row).and_then(|section| section.unit.as_ref()) {
            add(Distance::Section, section.unit, section.noun());
        }
        for phrase in &self.levels.spanning {
            add(Distance::Spanning, phrase.unit, phrase.noun());
        }
        for stated in &self.context.units {
            add(Distance::Title, Some(*stated), Noun::Unknown);
        }
        for stated in &self.context.note_units {
            add(Distance::Note, Some(*stated), Noun::Unknown);
        }
        if self.context.units.is_empty() && self.context.note_units.is_empty() {
            add(Distance::Declared, self.layout.unit.map(Stated::Known), Noun::Unknown);
        }
        sources
    }

    /// The values of dimensions at a row or column.
    fn coordinates(&self, levels: &[Level], dimensions: &[Option<usize>], at: usize) -> Vec<(usize, Label)> {
        let mut coordinates = Vec::new();
        for (level, dimension) in levels.iter().zip(dimensions) {
            let Some(dimension) = dimension else { continue };
            match level.at[at] {
                At::Total => coordinates.push((*dimension, Label::total())),
                At::Phrase(label) => {
                    let phrase = &level.phrases[label];
                    if phrase.has_name() {
                        coordinates.push((*dimension, Label { text: phrase.name.clone(), sum: phrase.sum }));
                    } else if let Some((_, value)) = published(&phrase.printed).find_map(value_beside) {
                        let text = text_of(value, self.grid.languages.first().copied().flatten());
                        let sum = super::label::sum_of(&text);
                        coordinates.push((*dimension, Label { text, sum }));
                    } else if level.names == Names::Values && !phrase.name.is_empty() {
                        coordinates.push((*dimension, Label { text: phrase.name.clone(), sum: phrase.sum }));
                    }
                }
                At::Nothing => {}
            }
        }
        coordinates.sort_by_key(|(dimension, _)| *dimension);
        coordinates
    }

    /// The period of a figure: what stands nearest; what stands on both sides has to agree.
    fn period(&self, row: usize, column: usize, row_time: &Time) -> Option<Period> {
        let mut over: Option<Period> = None;
        let mut parts: Vec<(span::Part, String)> = Vec::new();
        for level in self.levels.across.iter().rev() {
            let Some(phrase) = level.label(column) else { continue };
            self.collect(level, phrase, &mut over, &mut parts)?;
        }
        let mut beside: Option<Period> = match row_time {
            Time::Period(period) => Some(period.clone()),
            Time::Open => None,
            Time::Unclear => return None,
        };
        for level in self.levels.down.iter().rev() {
            let Some(phrase) = level.label(row) else { continue };
            let mut own = None;
            self.collect(level, phrase, &mut own, &mut parts)?;
            beside = narrower(beside, own)?;
        }
        let mut period = narrower(beside, over)?;
        if period.is_none() {
            let section = self.levels.sections.get(&row).and_then(|section| section.period.as_ref());
            let phrases = section.into_iter().chain(self.levels.spanning.iter().rev());
            for phrase in phrases.filter(|phrase| phrase.period.is_some()) {
                period = Some(phrase.dated()?.period.clone());
                break;
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

    /// Takes the period of a label in; nothing where its days are not told.
    fn collect(&self, level: &Level, phrase: &Phrase, period: &mut Option<Period>, parts: &mut Vec<(span::Part, String)>) -> Option<()> {
        if level.names == Names::Parts {
            let label = published(&phrase.printed).find(|text| span::part(text).is_some())?;
            parts.push((span::part(label)?, label.to_owned()));
            return Some(());
        }
        if phrase.period.is_some() || phrase.is_contradictory {
            let own = phrase.dated()?.period.clone();
            *period = narrower(period.take(), Some(own))?;
        } else if let Some((label, _)) = published(&phrase.printed).find_map(value_beside) {
            let when = when::parse(label, Kind::Spans).filter(when::When::is_dated)?;
            *period = narrower(period.take(), Some(when.period))?;
        }
        Some(())
    }

    /// Whether a column tells how the years beside it changed.
    fn is_change(&self, column: usize) -> bool {
        self.levels.across.iter().filter_map(|level| level.label(column)).any(|phrase| {
            published(&phrase.name).any(|name| {
                let lower = name.to_lowercase();
                ["change", "growth", "increase", "變動", "变动", "增長", "增长", "變化", "变化", "升跌"].iter().any(|word| lower.contains(word))
            })
        })
    }

    /// The later of exactly two years over the columns.
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

    /// The period that the row's period columns name: a span, a moment, or a span known up to a moment.
    fn row_period(&self, row: usize, flags: &mut Vec<Flag>, progress: &mut Progress) -> Time {
        let mut span: Option<Period> = None;
        let mut moment: Option<Period> = None;
        let (mut start, mut end) = (None, None);
        let mut parts: Vec<(span::Part, String)> = Vec::new();
        for column in self.block.columns.iter().copied() {
            let role = self.columns.roles[column];
            if !matches!(role, Role::Period(_) | Role::PeriodStart | Role::PeriodEnd | Role::YearEnd | Role::Part) {
                continue;
            }
            if !self.grid.is_empty(row, column) {
                progress.period_above.insert(column, row);
            }
            let Some(cell) = progress.period_above.get(&column).and_then(|row| self.grid.cell(*row, column)) else { continue };
            if role == Role::Part {
                let part = published(&cell.text).find_map(|text| span::part(text).or_else(|| span::month_number(text)));
                match part {
                    Some(part) => parts.push((part, cell.printed.clone())),
                    None => return Time::Unclear,
                }
                continue;
            }
            let kind = if role == Role::Period(Kind::Moments) { Kind::Moments } else { Kind::Spans };
            let Some(when) = period_of(cell, kind) else {
                // A total over all periods has none.
                return Time::Unclear;
            };
            flags.extend(&when.flags);
            let period = when.period;
            match role {
                Role::PeriodStart => start = period.start,
                Role::PeriodEnd => end = period.end,
                Role::YearEnd => {
                    let begin = period.end.and_then(|day| day.tomorrow().ok()).and_then(|day| day.checked_sub(jiff::ToSpan::year(1)).ok());
                    span = Some(Period { start: begin, ..period });
                }
                Role::Period(Kind::Moments) => match narrower(moment.take(), Some(period)) {
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
            let Some(year) = span.take().or_else(section).or_else(|| self.context.period.clone()) else { return Time::Unclear };
            let Some((from, to)) = part.within(&year) else { return Time::Unclear };
            span = Some(Period { label: format!("{} {label}", year.label), start: Some(from), end: Some(to) });
        }
        match (span, moment) {
            (Some(span), Some(moment)) => Time::Period(Period { end: span.end.or(moment.end), ..span }),
            (Some(period), None) | (None, Some(period)) => Time::Period(period),
            (None, None) => Time::Open,
        }
    }

    fn reject(&self, row: usize, column: usize, reason: String) -> Reject {
        let heading = name(&self.columns.headings[column]).unwrap_or_default();
        let column_name = if heading.is_empty() { format!("column {}", column + 1) } else { heading.to_owned() };
        Reject { file: 0, row: self.grid.rows[row].number, column: column_name, reason, text: self.grid.printed(row, column).to_owned() }
    }
}

/// The period of a cell, in whichever of its languages names it.
fn period_of(cell: &Cell, kind: Kind) -> Option<when::When> {
    let mut found: Option<when::When> = None;
    for when in published(&cell.text).filter_map(|text| when::parse(text, kind)).filter(when::When::is_dated) {
        match &found {
            Some(known) if (known.period.start, known.period.end) != (when.period.start, when.period.end) => return None,
            Some(_) => {}
            None => found = Some(when),
        }
    }
    let mut found = found.or_else(|| month_digits(&cell.printed))?;
    found.period.label = figure::without_marks(&cell.printed).0.to_owned();
    Some(found)
}

/// `202605`, in a column of periods.
fn month_digits(text: &str) -> Option<when::When> {
    let is_digits = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits.then(|| when::parse(&format!("{}-{}", &text[..4], &text[4..]), Kind::Moments)).flatten().map(|mut when| {
        when.period.start = when.period.end.map(jiff::civil::Date::first_of_month);
        when
    })
}

/// Of two periods the one within the other; the inner `None` where neither is known, the outer where they disagree.
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
