//! The cells of one row of figures, each with its period, measure and unit.

use rust_decimal::Decimal;

use super::{
    columns::{Role, header, without_language},
    figure::{self, Cell, Figure, ObservationFlag as Flag},
    levels::Names,
    rows::{AreaReader, RowLabels},
    sheet::{Fact, Label, MeasureLabel, Reject, Sheet, label_of, line, merge_text, text_of},
    unit::{self, Scale, Unit},
    when,
};
use crate::domain::{
    period::Period,
    text::{Language, Text},
    value::shorten,
};

/// What stands over a column of figures.
pub struct Heading {
    column: usize,
    /// The column that this one repeats in another language: `number_en` of `number_tc`.
    original: Option<usize>,
    coordinates: Vec<(usize, Label)>,
    /// The measure that it names; else the one of figures without a name.
    measure: MeasureLabel,
    scale: Option<Scale>,
    period: Option<Period>,
    flags: Vec<Flag>,
}

/// An amount with a currency sign that is this large counts dollars, whatever its column says.
const SURELY_DOLLARS: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

impl AreaReader<'_> {
    /// Turns the figures of one row into facts.
    pub fn cells(&self, sheet: &mut Sheet, row: usize, labels: &RowLabels, headings: &[Heading]) {
        let number = self.grid.table.number(row);
        for heading in headings {
            let column = heading.column;
            if let Some(original) = heading.original {
                if self.grid.cell(row, original) != self.grid.cell(row, column) {
                    let other = header(self.grid, self.area, original);
                    self.reject(sheet, row, column, format!("expected the same figure as in `{}`", shorten(other)));
                }
                continue;
            }
            let (value, mut flags) = match self.grid.cell(row, column) {
                Cell::Words => {
                    self.reject(sheet, row, column, "expected a figure, `1 234.5`, found words".to_owned());
                    continue;
                }
                Cell::Empty => (None, vec![Flag::NotAvailable]),
                Cell::Absent(flags) => (None, flags.clone()),
                Cell::Figure(figure) => (Some(figure), figure.flags.clone()),
            };
            let measure = labels.measure.clone().unwrap_or_else(|| heading.measure.clone());
            let declared = measure.words.and_then(|words| words.unit);
            // A row's unit is that of one of its measures: `HK$ million` says nothing of the number of deals.
            let of_row = labels.scale.filter(|row| declared.is_none_or(|declared| declared.unit == row.unit));
            let scale = of_row.or(heading.scale).or(measure.scale).or(declared).or(self.unit).or(self.layout.unit);
            let scaled = value.map(|figure| scaled(figure, scale));
            if scaled == Some(None) {
                self.reject(sheet, row, column, "expected a figure of at most 28 digits".to_owned());
                continue;
            }
            flags.extend(&labels.flags);
            flags.extend(&heading.flags);
            let is_qualified =
                flags.iter().any(|flag| matches!(flag, Flag::Approximate | Flag::MoreThan | Flag::LessThan));
            flags.extend(labels.qualifier.filter(|_| value.is_some() && !is_qualified));
            flags.sort_unstable();
            flags.dedup();
            let period = match (labels.period.clone(), heading.period.clone()) {
                (Some(row), Some(column)) => Period { label: format!("{}, {}", row.label, column.label), ..column },
                (row, column) => row.or(column).unwrap_or_else(|| self.default.clone()),
            };
            let mut coordinates = labels.coordinates.clone();
            coordinates.extend(heading.coordinates.iter().cloned());
            let (value, step, unit) =
                scaled.flatten().map_or((None, Decimal::ONE, None), |(value, step, unit)| (Some(value), step, unit));
            let unit = unit.or(scale.map(|scale| scale.unit));
            sheet.facts.push(Fact { row: number, period, coordinates, measure, value, step, unit, flags });
        }
    }

    /// The column that this one repeats in another language: `number_tc` beside `number_en`.
    fn original(&self, column: usize) -> Option<usize> {
        let (stem, language) = without_language(header(self.grid, self.area, column));
        language?;
        let twin = |other: &usize| {
            *other < column && without_language(header(self.grid, self.area, *other)) == (stem, Some(Language::En))
        };
        self.columns.with(Role::Figure).find(twin)
    }

    /// What the header rows say over each column of figures; `across` are the dimensions of the rows that name values.
    pub fn column_headings(&self, sheet: &Sheet, across: &[Option<usize>]) -> Vec<Heading> {
        let count = self.columns.with(Role::Figure).count();
        self.columns.with(Role::Figure).map(|column| self.heading(sheet, column, across, count == 1)).collect()
    }

    fn heading(&self, sheet: &Sheet, column: usize, across: &[Option<usize>], is_lone: bool) -> Heading {
        let mut heading = Heading {
            column,
            original: self.original(column),
            coordinates: Vec::new(),
            measure: self.unnamed(sheet, column, is_lone),
            scale: None,
            period: None,
            flags: Vec::new(),
        };
        for (level, dimension) in self.levels.iter().zip(across) {
            let printed = level.labels[column];
            if printed.is_empty() {
                continue;
            }
            let (bare, is_marked) = figure::without_marks(printed);
            if is_marked {
                heading.flags.push(Flag::Footnote);
            }
            let (name, scale) = unit::split(bare);
            let mut text = text_of(bare, self.column_language(bare));
            merge_text(&mut text, &text_of(level.translations[column], None));
            match (level.names, dimension) {
                (Names::Periods, _) => {
                    if let Some(when) = when::parse(name, when::Kind::Spans) {
                        heading.flags.extend(when.flags);
                        heading.period = Some(when.period);
                    }
                    heading.scale = heading.scale.or(scale);
                    if let Some((dimension, (period, value))) = dimension.zip(value_beside_period(name)) {
                        heading.coordinates.push((dimension, label_of(text_of(value, self.column_language(value)))));
                        period.clone_into(&mut heading.period.get_or_insert_with(|| self.default.clone()).label);
                    }
                }
                (Names::Measures, _) => {
                    heading.measure = self.measure(&text);
                    heading.scale = scale.or(heading.scale);
                }
                (Names::Values, Some(dimension)) => {
                    let in_unit = scale.filter(|_| name != bare);
                    let text = if in_unit.is_some() { text_of(name, self.column_language(name)) } else { text };
                    heading.coordinates.push((*dimension, label_of(text)));
                    heading.scale = heading.scale.or(in_unit);
                }
                (Names::Nothing, _) => heading.scale = heading.scale.or(scale),
                (Names::Values, None) => {}
            }
        }
        heading
    }

    /// A measure by its published label.
    pub fn measure(&self, label: &Text) -> MeasureLabel {
        let mut title = Text::default();
        let mut words = None;
        let mut scale = None;
        for language in Language::ALL {
            let Some(printed) = label.published(language) else { continue };
            let (bare, _) = figure::without_marks(printed);
            let (name, stated) = unit::split(bare);
            words = words.or_else(|| self.layout.measure(bare)).or_else(|| self.layout.measure(name));
            scale = scale.or(stated);
            *title.published_mut(language) = Some(name.to_owned());
        }
        MeasureLabel { title, words, scale }
    }

    /// The measure of figures without a name: the one declared without headers, else what the table is about.
    fn unnamed(&self, sheet: &Sheet, column: usize, is_lone: bool) -> MeasureLabel {
        let words = self.layout.measures.iter().find(|words| words.headers.is_empty());
        let is_named = !self.levels.is_empty() && self.levels.iter().all(|level| level.names != Names::Measures);
        let title = if words.is_some() || is_lone || is_named {
            sheet.title.clone()
        } else {
            Text::english(format!("column {}", column + 1))
        };
        MeasureLabel { title, words, scale: None }
    }

    /// The period that the row names: a span, a moment, or a span known up to a moment.
    pub(super) fn row_period(&mut self, row: usize, flags: &mut Vec<Flag>) -> Option<Period> {
        let mut span: Option<Period> = None;
        let mut moment: Option<Period> = None;
        for column in 0..self.columns.roles.len() {
            let Role::Period(kind) = self.columns.roles[column] else { continue };
            if !self.grid.is_empty(row, column) {
                self.period_above[column] = Some(row);
            }
            let Some(stated) = self.period_above[column] else { continue };
            let text = self.grid.text(stated, column);
            let when = when::parse(text, kind);
            flags.extend(when.iter().flat_map(|when| &when.flags));
            let period =
                when.map_or_else(|| Period { label: text.to_owned(), start: None, end: None }, |when| when.period);
            let place = if kind == when::Kind::Moments { &mut moment } else { &mut span };
            match place {
                // `Year`, `Quarter`: the later column says it more closely.
                Some(known) => {
                    known.label = format!("{} {}", known.label, period.label);
                    if let Some((start, end)) = when::quarter_within(known, text) {
                        (known.start, known.end) = (Some(start), Some(end));
                    } else if period.start.is_some() || period.end.is_some() {
                        (known.start, known.end) = (period.start, period.end);
                    }
                }
                None => *place = Some(period),
            }
        }
        match (span, moment) {
            (Some(span), Some(moment)) => Some(Period { end: span.end.or(moment.end), ..span }),
            (span, moment) => span.or(moment),
        }
    }

    /// Keeps a row that no column of figures takes: a number in it is in the wrong place, words are a note.
    pub(super) fn without_figures(&self, sheet: &mut Sheet, row: usize) {
        let misplaced: Vec<usize> = self.grid.filled(row).filter(|column| self.grid.is_figure(row, *column)).collect();
        if misplaced.is_empty() {
            sheet.notes.push(text_of(&line(self.grid, row), self.file.language));
        }
        for column in misplaced {
            self.reject(sheet, row, column, "expected a column of figures, found labels or periods".to_owned());
        }
    }

    fn reject(&self, sheet: &mut Sheet, row: usize, column: usize, reason: String) {
        let header = header(self.grid, self.area, column);
        let column_name = if header.is_empty() { format!("column {}", column + 1) } else { header.to_owned() };
        let text = self.grid.text(row, column).to_owned();
        sheet.rejects.push(Reject {
            file: self.file.file,
            row: self.grid.table.number(row),
            column: column_name,
            reason,
            text,
        });
    }
}

/// A period and the value of a dimension behind it: `2024-25 (Target)`.
pub(super) fn value_beside_period(label: &str) -> Option<(&str, &str)> {
    let (bare, _) = figure::without_marks(label);
    let (open, inner) = unit::last_parenthesis(bare).filter(|(open, _)| *open > 0)?;
    let is_value = figure::qualifier(inner).is_none() && !when::says_cumulative(inner);
    is_value.then_some((bare[..open].trim_end(), inner))
}

/// A figure in whole units, with one of its last printed digit; nothing when it has too many digits.
fn scaled(figure: &Figure, column: Option<Scale>) -> Option<(Decimal, Decimal, Option<Unit>)> {
    let is_dollars = figure.unit == Some(Unit::Hkd) && figure.number.abs() >= SURELY_DOLLARS;
    let stated = column.filter(|scale| figure.unit.is_none_or(|unit| unit == scale.unit) && !is_dollars);
    let factor = figure.factor.or(stated.map(|scale| scale.factor)).unwrap_or(Decimal::ONE);
    if factor == Decimal::ONE {
        return Some((figure.number, figure.step, figure.unit));
    }
    let value = figure.number.checked_mul(factor)?.normalize();
    Some((value, figure.step.checked_mul(factor)?.normalize(), figure.unit))
}
