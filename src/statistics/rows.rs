//! The rows of one area: what their labels say of the figures beside them.

use std::collections::HashSet;

use super::{
    area::{Area, Grid},
    cells::value_beside_period,
    columns::{Columns, Role, header, without_language},
    figure::{self, ObservationFlag as Flag},
    layout::{Layout, Place},
    levels::{self, Level, Names},
    sheet::{Label, MeasureLabel, Sheet, StatFile, dimension, join_text, label_of, line, merge_text, text_of, total},
    unit::{self, Scale},
};
use crate::domain::{
    period::Period,
    script,
    text::{Language, Text},
};

/// Reads one area's rows.
pub struct AreaReader<'a> {
    pub(super) grid: &'a Grid<'a>,
    pub(super) area: &'a Area,
    pub(super) file: &'a StatFile<'a>,
    pub(super) layout: &'a Layout,
    pub(super) columns: Columns,
    pub(super) levels: Vec<Level<'a>>,
    pub(super) default: Period,
    /// The unit stated above the table.
    pub(super) unit: Option<Scale>,
    /// The last filled label of each field, and of each period column: merged cells hold theirs in the first row only.
    pub(super) above: Vec<Text>,
    pub(super) period_above: Vec<Option<usize>>,
    /// Per field, the outer labels whose rows it divides.
    pub(super) divided: HashSet<(usize, String)>,
}

/// What a row says of its figures.
pub struct RowLabels {
    pub(super) period: Option<Period>,
    pub(super) coordinates: Vec<(usize, Label)>,
    pub(super) measure: Option<MeasureLabel>,
    pub(super) scale: Option<Scale>,
    pub(super) flags: Vec<Flag>,
    /// What the column of qualifiers says; it yields to what a cell says itself.
    pub(super) qualifier: Option<Flag>,
}

impl<'a> AreaReader<'a> {
    pub fn new(
        grid: &'a Grid<'a>,
        area: &'a Area,
        file: &'a StatFile<'a>,
        layout: &'a Layout,
        default: Period,
        lines: &[String],
    ) -> Self {
        let columns = Columns::of(grid, area, layout);
        let levels = levels::of(grid, area, &columns, layout);
        let above = vec![Text::default(); columns.fields.len()];
        let period_above = vec![None; columns.roles.len()];
        let unit = lines.iter().find_map(|line| {
            let says_unit =
                line.to_lowercase().starts_with("unit") || line.starts_with("單位") || line.starts_with("单位");
            let inner =
                unit::last_parenthesis(figure::without_marks(line).0).and_then(|(_, inner)| unit::scale_of(inner));
            inner.or_else(|| says_unit.then(|| unit::scale_of(line)).flatten())
        });
        let mut reader = Self {
            grid,
            area,
            file,
            layout,
            columns,
            levels,
            default,
            unit,
            above,
            period_above,
            divided: HashSet::new(),
        };
        reader.divided = reader.divided();
        reader
    }

    pub fn read(mut self, sheet: &mut Sheet) {
        let down = self.columns.fields.iter().enumerate().filter(|(_, field)| !field.names_measures).map(|(at, _)| at);
        let down: Vec<(usize, usize)> =
            down.enumerate().map(|(ordinal, field)| (field, self.down(sheet, field, ordinal))).collect();
        let across: Vec<Option<usize>> = self.across(sheet);
        let headings = self.column_headings(sheet, &across);
        let groups = self.group_headings();
        let group = groups
            .iter()
            .any(|is_heading| *is_heading)
            .then(|| dimension(sheet, Text::default(), None, Place::Down, down.len()));
        let mut heading = None;
        let area = self.area;
        for (row, is_heading) in area.body.iter().zip(groups) {
            if is_heading {
                heading = Some(label_of(self.label_text(*row, 0).0));
                continue;
            }
            if self.is_without_place(*row) {
                sheet.notes.push(text_of(&line(self.grid, *row), self.file.language));
                continue;
            }
            let mut labels = self.row_labels(sheet, *row, &down);
            labels.coordinates.extend(group.zip(heading.clone()));
            let before = (sheet.facts.len(), sheet.rejects.len());
            self.cells(sheet, *row, &labels, &headings);
            if before == (sheet.facts.len(), sheet.rejects.len()) {
                self.without_figures(sheet, *row);
            }
        }
    }

    /// The dimension that a field of labels is.
    fn down(&self, sheet: &mut Sheet, field: usize, ordinal: usize) -> usize {
        let mut title = Text::default();
        let mut words = None;
        for (column, language) in &self.columns.fields[field].columns {
            let own = header(self.grid, self.area, *column);
            let stem = without_language(own).0;
            words = words.or_else(|| self.layout.dimension(own)).or_else(|| self.layout.dimension(stem));
            // A key with a suffix is an English word, whatever the language of its cells.
            let header_language = if language.is_some() { Some(Language::En) } else { self.column_language(own) };
            merge_text(&mut title, &text_of(figure::without_marks(stem).0, header_language));
            if let Some(row) = self.area.translation {
                merge_text(&mut title, &text_of(self.grid.text(row, *column), None));
            }
        }
        let words =
            words.or_else(|| if title.is_empty() && ordinal == 0 { self.layout.standing(Place::Down) } else { None });
        dimension(sheet, title, words, Place::Down, ordinal)
    }

    /// The dimensions of the header rows that name values.
    fn across(&self, sheet: &mut Sheet) -> Vec<Option<usize>> {
        let mut ordinal = 0;
        let mut across = Vec::new();
        for level in &self.levels {
            let standing = self.layout.standing(Place::Across).is_some();
            let beside_period = || level.labels.iter().any(|label| value_beside_period(label).is_some());
            let is_dimension =
                level.names == Names::Values || (level.names == Names::Periods && standing && beside_period());
            let words = self.layout.standing(Place::Across).filter(|_| ordinal == 0);
            across.push(is_dimension.then(|| dimension(sheet, Text::default(), words, Place::Across, ordinal)));
            ordinal += usize::from(is_dimension);
        }
        across
    }

    /// Which rows are headings over groups of rows: labels alone, where rows could not be told apart without them.
    fn group_headings(&self) -> Vec<bool> {
        let lone = |row: &usize| {
            self.columns.fields.len() == 1
                && self.columns.with(Role::Figure).all(|column| self.grid.is_empty(*row, column))
                && !self.label_text(*row, 0).0.is_empty()
                && self.grid.filled(*row).all(|column| {
                    matches!(self.columns.roles[column], Role::Label(_)) && !self.grid.is_figure(*row, column)
                })
        };
        let lone: Vec<bool> = self.area.body.iter().map(lone).collect();
        let mut seen = HashSet::new();
        let is_label =
            |column: usize| matches!(self.columns.roles[column], Role::Label(_) | Role::Period(_) | Role::Unit);
        let repeated = self.area.body.iter().zip(&lone).filter(|(_, lone)| !**lone).any(|(row, _)| {
            let key: Vec<&str> = (0..self.grid.width)
                .filter(|column| is_label(*column))
                .map(|column| self.grid.text(*row, column))
                .collect();
            key.iter().any(|text| !text.is_empty()) && !seen.insert(key)
        });
        let has_period = self.columns.roles.iter().any(|role| matches!(role, Role::Period(_)));
        if repeated && !has_period { lone } else { vec![false; lone.len()] }
    }

    /// Whether a row has neither label nor period nor figure: remarks alone.
    fn is_without_place(&self, row: usize) -> bool {
        let counts = |role: Role| matches!(role, Role::Label(_) | Role::Period(_) | Role::Figure);
        self.grid.filled(row).all(|column| !counts(self.columns.roles[column]))
    }

    /// The text of a field in a row, and whether a mark on it points to a footnote.
    fn label_text(&self, row: usize, field: usize) -> (Text, bool) {
        let mut text = Text::default();
        let mut is_marked = false;
        for (column, language) in &self.columns.fields[field].columns {
            let (bare, marked) = figure::without_marks(self.grid.text(row, *column));
            is_marked |= marked;
            let language = language.or_else(|| self.column_language(bare));
            let part = text_of(bare, language);
            if self.columns.fields[field].is_joined {
                join_text(&mut text, &part);
            }
            merge_text(&mut text, &part);
        }
        (text, is_marked)
    }

    /// The file's language, unless the text is plainly in another one.
    pub(super) fn column_language(&self, text: &str) -> Option<Language> {
        self.file.language.filter(|language| *language != Language::En || !script::has_han(text))
    }

    /// The labels of the fields before this one, as they stand in the row.
    fn outer(&self, row: usize, field: usize) -> String {
        let columns = self.columns.fields[..field].iter().flat_map(|field| &field.columns);
        columns.map(|(column, _)| self.grid.text(row, *column)).collect::<Vec<_>>().join("\n")
    }

    /// Per field, the outer labels whose rows it divides.
    fn divided(&self) -> HashSet<(usize, String)> {
        let fields = 1..self.columns.fields.len();
        let divides = |row: usize, field: usize| {
            self.columns.fields[field].columns.iter().any(|(column, _)| !self.grid.is_empty(row, *column))
        };
        let rows = |field: usize| {
            self.area
                .body
                .iter()
                .filter(move |row| divides(**row, field))
                .map(move |row| (field, self.outer(*row, field)))
        };
        fields.flat_map(rows).collect()
    }

    fn row_labels(&mut self, sheet: &mut Sheet, row: usize, down: &[(usize, usize)]) -> RowLabels {
        let mut labels = RowLabels {
            period: None,
            coordinates: Vec::new(),
            measure: None,
            scale: None,
            flags: Vec::new(),
            qualifier: None,
        };
        labels.period = self.row_period(row, &mut labels.flags);
        for column in self.columns.with(Role::Unit) {
            labels.scale = labels.scale.or_else(|| unit::scale_of(self.grid.text(row, column)));
        }
        let texts: Vec<(Text, bool)> =
            (0..self.columns.fields.len()).map(|field| self.label_text(row, field)).collect();
        let last_filled = texts.iter().rposition(|(text, _)| !text.is_empty());
        for (field, (text, is_marked)) in texts.into_iter().enumerate() {
            if is_marked {
                labels.flags.push(Flag::Footnote);
            }
            let is_merged = text.is_empty() && last_filled.is_some_and(|last| field < last);
            let text = if is_merged { self.above[field].clone() } else { text };
            self.above[field].clone_from(&text);
            if self.columns.fields[field].names_measures {
                labels.measure = (!text.is_empty()).then(|| self.measure(&text));
            } else if let Some((_, dimension)) = down.iter().find(|(of, _)| *of == field) {
                // A row without any label is the total of them all; one without the inner label, of that group.
                if !text.is_empty() {
                    labels.coordinates.push((*dimension, label_of(text)));
                } else if last_filled.is_none() || self.divided.contains(&(field, self.outer(row, field))) {
                    labels.coordinates.push((*dimension, total()));
                }
            }
        }
        for column in self.columns.with(Role::Qualifier) {
            let text = self.grid.text(row, column);
            labels.qualifier = figure::qualifier(text);
            if labels.qualifier.is_none() && !text.is_empty() {
                labels.qualifier = Some(Flag::Footnote);
                sheet.notes.push(text_of(text, self.file.language));
            }
        }
        let mut remarks: Vec<(&str, Text)> = Vec::new();
        for column in self.columns.with(Role::Remark).filter(|column| !self.grid.is_empty(row, *column)) {
            labels.flags.push(Flag::Footnote);
            let (stem, language) = without_language(header(self.grid, self.area, column));
            let text = text_of(self.grid.text(row, column), language.or(self.file.language));
            match remarks.iter_mut().find(|(known, _)| language.is_some() && *known == stem) {
                Some((_, remark)) => merge_text(remark, &text),
                None => remarks.push((stem, text)),
            }
        }
        sheet.notes.extend(remarks.into_iter().map(|(_, remark)| remark));
        labels
    }
}
