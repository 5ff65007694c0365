//! Reads the figures of a row with their period, measure, unit and dimensions: as facts, or as cells that are not
//! understood.

use rust_decimal::Decimal;

use super::{
    fact::{FigureCell, Label, UnreadFigure},
    figure::{self, CellContent as Content, Figure, ObservationFlag as Flag},
    governing::{GoverningUnit, UnitDistance, governing, scaled},
    grid::{CellGrid, GridCell},
    heading::without_language,
    label::{merge_text, name, published, sum_of, text_of},
    ledger::{CellState, NotUnderstood},
    level::{LabelPosition, Level, LevelNames},
    periods::Time,
    phrase::value_beside,
    roles::ColumnRole,
    rows::{CarriedState, RowContext},
    unit::Unit,
};
use crate::domain::{
    text::{Language, Text},
    value::shorten,
};

/// The result of reading one row.
#[derive(Default)]
pub struct RowFacts<'a> {
    pub facts: Vec<FigureCell>,
    pub claims: Vec<(&'a GridCell, CellState)>,
    pub notes: Vec<Text>,
    pub rejects: Vec<UnreadFigure>,
}

impl<'a> RowContext<'a> {
    /// Reads one row.
    pub fn row(&self, row: usize, progress: &mut CarriedState) -> RowFacts<'a> {
        let mut found = RowFacts::default();
        let mut flags = self.row_flags(row, &mut found);
        let qualifier = self.qualifier(row, &mut found);
        let time = self.row_period(row, &mut flags, progress);
        for column in self.columns.with(ColumnRole::Figure) {
            self.figure(row, column, &time, &flags, qualifier, &mut found, progress);
        }
        found
    }

    /// The flags that the row's labels and remarks state.
    fn row_flags(&self, row: usize, found: &mut RowFacts<'_>) -> Vec<Flag> {
        let mut flags: Vec<Flag> = Vec::new();
        for level in &self.levels.down {
            flags.extend(level.label(row).iter().flat_map(|phrase| &phrase.flags));
        }
        let mut remarks: Vec<(String, Text)> = Vec::new();
        for column in self.columns.with(ColumnRole::Remark) {
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

    /// The flag that the qualifier column states. A flag in the cell itself takes precedence.
    fn qualifier(&self, row: usize, found: &mut RowFacts<'_>) -> Option<Flag> {
        let mut qualifier = None;
        for column in self.columns.with(ColumnRole::Qualifier) {
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
        progress: &mut CarriedState,
    ) {
        let grid: &'a CellGrid = self.grid;
        let cell = grid.cell(row, column);
        if let Some(original) = self.original(column) {
            let same = grid.cell(row, original).map(|cell| &cell.content) == cell.map(|cell| &cell.content);
            let Some(cell) = cell else { return };
            if !same {
                let other = name(&self.columns.headings[original]).unwrap_or_default();
                found.rejects.push(self.reject(
                    row,
                    column,
                    format!("expected the same figure as in `{}`", shorten(other)),
                ));
            }
            found.claims.push((cell, if same { CellState::Duplicate } else { CellState::Reject }));
            return;
        }
        let (figure, mut flags) = match cell.map(|cell| &cell.content) {
            Some(Content::Words) => {
                if let Some(cell) = cell {
                    found.claims.push((cell, CellState::Reject));
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
                    found.claims.push((cell, CellState::NotUnderstood(reason)));
                }
                return;
            }
        };
        if cell.is_some_and(|cell| cell.is_contested) {
            found.claims.extend(cell.map(|cell| (cell, CellState::NotUnderstood(NotUnderstood::Contradiction))));
            return;
        }
        if let Some(cell) = cell {
            found.claims.push((cell, CellState::Value));
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
        found.facts.push(FigureCell {
            spot: cell.map(|cell| cell.spot),
            row: grid.rows[row].number,
            flags,
            ..labelled
        });
    }

    /// Labels a figure, and returns the fact with the source of its unit, or the reason why it is not understood.
    fn labelled(
        &self,
        row: usize,
        column: usize,
        row_time: &Time,
        figure: Option<&Figure>,
    ) -> Result<(FigureCell, &'static str), NotUnderstood> {
        if self.levels.unplaced.contains(&row) {
            return Err(NotUnderstood::Place);
        }
        let period = self.period(row, column, row_time).ok_or(NotUnderstood::Period)?;
        let (measure, measured) = self.measure(row, column);
        let sources = self.sources(row, column);
        let governing = governing(&sources, measured);
        let (value, step, unit) = match figure {
            Some(figure) => {
                let scaled = scaled(figure, governing).ok_or(NotUnderstood::Unit)?;
                if scaled.is_implied && !self.is_whole(row, column, measured.distance) {
                    return Err(NotUnderstood::Unit);
                }
                (Some(scaled.value), scaled.step, scaled.unit)
            }
            None => match governing {
                GoverningUnit::Stated(scale, _) => (None, Decimal::ONE, scale.unit),
                GoverningUnit::Implied(unit) => (None, Decimal::ONE, unit),
                GoverningUnit::None | GoverningUnit::Unclear => {
                    (None, Decimal::ONE, self.unit_of_cells(row, column, measured.distance).ok_or(NotUnderstood::Unit)?)
                }
            },
        };
        let source = match governing {
            GoverningUnit::Stated(_, distance) => distance.words(),
            GoverningUnit::Implied(_) => "the noun of the measure",
            _ => "the cell",
        };
        let is_named = measure.words.is_some()
            || !measure.title.is_empty()
            || matches!(governing, GoverningUnit::Stated(..))
            || unit == Unit::Percent;
        if !is_named {
            return Err(NotUnderstood::Measure);
        }
        let mut coordinates = self.coordinates(&self.levels.down, &self.down, row);
        coordinates.extend(self.coordinates(&self.levels.across, &self.across, column));
        let fact =
            FigureCell { spot: None, row: 0, period, coordinates, measure, value, step, unit, flags: Vec::new() };
        Ok((fact, source))
    }

    /// The column that this one repeats in another language: `number_en` for `number_tc`.
    fn original(&self, column: usize) -> Option<usize> {
        let stem = |column: usize| name(&self.columns.headings[column]).map(without_language);
        let (own, language) = stem(column)?;
        language?;
        let twin = |other: &usize| *other < column && stem(*other) == Some((own, Some(Language::En)));
        self.columns.with(ColumnRole::Figure).find(twin)
    }

    /// True if all figures of one measure are whole numbers, as counts are.
    fn is_whole(&self, row: usize, column: usize, distance: UnitDistance) -> bool {
        let whole = |row: usize, column: usize| match self.grid.cell(row, column).map(|cell| &cell.content) {
            Some(Content::Figure(figure)) => figure.number.fract().is_zero(),
            _ => true,
        };
        match distance {
            UnitDistance::Row(_) => self.columns.with(ColumnRole::Figure).all(|column| whole(row, column)),
            _ => self.block.data().all(|row| whole(row, column)),
        }
    }

    /// The unit that the other cells of the measure show.
    fn unit_of_cells(&self, row: usize, column: usize, distance: UnitDistance) -> Option<Unit> {
        let own = |row: usize, column: usize| match self.grid.cell(row, column).map(|cell| &cell.content) {
            Some(Content::Figure(figure)) => figure.unit,
            _ => None,
        };
        match distance {
            UnitDistance::Row(_) => self.columns.with(ColumnRole::Figure).find_map(|column| own(row, column)),
            _ => self.block.data().find_map(|row| own(row, column)),
        }
    }

    /// The dimension values at a row or column.
    fn coordinates(&self, levels: &[Level], dimensions: &[Option<usize>], at: usize) -> Vec<(usize, Label)> {
        let mut coordinates = Vec::new();
        for (level, dimension) in levels.iter().zip(dimensions) {
            let Some(dimension) = dimension else { continue };
            match level.at[at] {
                LabelPosition::Total => coordinates.push((*dimension, Label::total())),
                LabelPosition::Phrase(label) => {
                    let phrase = &level.phrases[label];
                    if phrase.has_name() {
                        coordinates.push((*dimension, Label { text: phrase.name.clone(), sum: phrase.sum }));
                    } else if let Some((_, value)) = published(&phrase.printed).find_map(value_beside) {
                        let text = text_of(value, self.grid.languages.first().copied().flatten());
                        let sum = sum_of(&text);
                        coordinates.push((*dimension, Label { text, sum }));
                    } else if level.names == LevelNames::Values && !phrase.name.is_empty() {
                        coordinates.push((*dimension, Label { text: phrase.name.clone(), sum: phrase.sum }));
                    }
                }
                LabelPosition::Nothing => {}
            }
        }
        coordinates.sort_by_key(|(dimension, _)| *dimension);
        coordinates
    }

    fn reject(&self, row: usize, column: usize, reason: String) -> UnreadFigure {
        let heading = name(&self.columns.headings[column]).unwrap_or_default();
        let column_name = if heading.is_empty() { format!("column {}", column + 1) } else { heading.to_owned() };
        UnreadFigure {
            file: 0,
            row: self.grid.rows[row].number,
            column: column_name,
            reason,
            text: self.grid.printed(row, column).to_owned(),
        }
    }
}
