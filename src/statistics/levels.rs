//! Finds the labels of a block's figures, level by level: header rows, fields of labels, and section headings. Rows and
//! columns are treated alike, so years, measures and categories may be listed across or down.

use std::collections::HashSet;

use super::{
    block::{Block, HeaderRow, LineKind},
    columns::Columns,
    figure::{CellContent as Content, without_marks},
    grid::CellGrid,
    heading::{HeadingHints, without_language},
    label::{join_text, map_text, merge_text, name, published, text_of},
    labels::Labels,
    layout::{DimensionPlace, Layout},
    level::{LabelPosition, Level, Levels},
    phrase::Phrase,
    roles::ColumnRole,
};
use crate::domain::text::Text;

/// Finds the labels of the figures in a block.
pub fn of(grid: &CellGrid, block: &Block, columns: &Columns, layout: &Layout) -> Levels {
    let builder = Builder { grid, block, columns, layout };
    let mut levels = Levels::default();
    builder.across(&mut levels);
    builder.down(&mut levels);
    levels
}

struct Builder<'a> {
    grid: &'a CellGrid,
    block: &'a Block,
    columns: &'a Columns,
    layout: &'a Layout,
}

impl Builder<'_> {
    /// Adds the header rows. The label of a spanning cell applies to every column that it spans.
    fn across(&self, levels: &mut Levels) {
        let figures: Vec<usize> = self.columns.with(ColumnRole::Figure).collect();
        // A span in a lower row ends where a filled cell in an upper row begins.
        let mut walls: HashSet<usize> = HashSet::new();
        for header in &self.block.header {
            let mut labels = Labels::default();
            let mut at = vec![LabelPosition::Nothing; self.grid.width];
            let mut spanning: Option<usize> = None;
            let is_inner = self.block.header.last() == Some(header);
            for column in &self.block.columns {
                let role = self.columns.roles[*column];
                let own = self.header_text(header, *column);
                if !own.is_empty() || walls.contains(column) {
                    spanning = None;
                }
                if role != ColumnRole::Figure {
                    // A span may include a column without name and content, but not a label column.
                    if !own.is_empty() && role != ColumnRole::Empty {
                        spanning = None;
                    }
                    if own.is_empty() {
                        continue;
                    }
                    if role == ColumnRole::Empty {
                        spanning = Some(labels.add(own));
                    }
                    walls.insert(*column);
                    continue;
                }
                if !own.is_empty() {
                    spanning = Some(labels.add(own));
                    walls.insert(*column);
                }
                let has_below = !is_inner && self.named_below(header.row, *column);
                if !self.grid.is_empty(header.row, *column) || has_below {
                    at[*column] = spanning.map_or(LabelPosition::Nothing, LabelPosition::Phrase);
                }
            }
            add_across(levels, &figures, &labels, at);
        }
    }

    fn header_text(&self, header: &HeaderRow, column: usize) -> Text {
        let mut text = self.grid.cell(header.row, column).map(|cell| cell.text.clone()).unwrap_or_default();
        for cell in header.translations.iter().filter_map(|row| self.grid.cell(*row, column)) {
            merge_text(&mut text, &cell.text);
        }
        // A key with a language suffix, such as `number_en`, is a name without the suffix.
        map_text(&text, |text| without_language(text).0.to_owned())
    }

    fn named_below(&self, row: usize, column: usize) -> bool {
        self.block.header.iter().any(|header| header.row > row && !self.grid.is_empty(header.row, column))
    }

    /// Returns the text of a field in a row.
    fn field_text(&self, row: usize, field: usize) -> Text {
        let field = &self.columns.fields[field];
        let mut text = Text::default();
        for (column, language) in &field.columns {
            let Some(cell) = self.grid.cell(row, *column) else { continue };
            let part = match language {
                Some(language) => text_of(&cell.printed, Some(*language)),
                None => cell.text.clone(),
            };
            if field.is_joined { join_text(&mut text, &part) } else { merge_text(&mut text, &part) }
        }
        text
    }

    /// Adds the fields of labels. A blank cell of a merged label has the label above.
    fn down(&self, levels: &mut Levels) {
        let fields = self.columns.fields.len();
        let rows: Vec<usize> = self
            .block
            .lines
            .iter()
            .filter(|line| matches!(line.kind, LineKind::Data | LineKind::Alone))
            .map(|line| line.row)
            .collect();
        let data: HashSet<usize> = self.block.data().collect();
        let mut labels: Vec<Labels> = (0..fields).map(|_| Labels::default()).collect();
        let mut at = vec![vec![LabelPosition::Nothing; self.grid.rows.len()]; fields];
        let mut above: Vec<Option<usize>> = vec![None; fields];
        let divided = self.divided(&rows);
        for row in rows {
            let texts: Vec<Text> = (0..fields).map(|field| self.field_text(row, field)).collect();
            let last_filled = texts.iter().rposition(|text| !text.is_empty());
            for (field, text) in texts.into_iter().enumerate() {
                let is_merged = text.is_empty() && last_filled.is_some_and(|last| field < last);
                if is_merged {
                    at[field][row] = above[field].map_or(LabelPosition::Nothing, LabelPosition::Phrase);
                } else if !text.is_empty() {
                    let label = labels[field].add(text);
                    at[field][row] = LabelPosition::Phrase(label);
                    above[field] = Some(label);
                } else {
                    above[field] = None;
                    // A row without any label is the total of all rows. A row without the inner label is the total of
                    // its group.
                    let is_whole = last_filled.is_none();
                    let divides = is_whole || divided.contains(&(field, self.outer(row, field)));
                    if divides && data.contains(&row) && (!is_whole || self.dominates(row)) {
                        at[field][row] = LabelPosition::Total;
                    } else if is_whole && data.contains(&row) && self.has_labels(field) {
                        levels.unplaced.insert(row);
                    }
                }
            }
        }
        for (field, (labels, at)) in labels.into_iter().zip(at).enumerate() {
            self.add_down(levels, field, &labels, at);
        }
    }

    fn has_labels(&self, field: usize) -> bool {
        self.block
            .data()
            .any(|row| self.columns.fields[field].columns.iter().any(|(column, _)| !self.grid.is_empty(row, *column)))
    }

    fn add_down(&self, levels: &mut Levels, field: usize, labels: &Labels, at: Vec<LabelPosition>) {
        let mut title = Text::default();
        let mut words = None;
        let mut names_measures = false;
        for (column, language) in &self.columns.fields[field].columns {
            let heading = &self.columns.headings[*column];
            // If the columns are years, a heading `Year` above the row labels names the columns.
            let is_other_axis = self.columns.hints[*column].period;
            for text in published(heading) {
                words = words
                    .or_else(|| self.layout.dimension(text))
                    .or_else(|| self.layout.dimension(without_language(text).0));
            }
            names_measures |= self.columns.hints[*column].measure;
            // A key with a suffix is an English word, regardless of the language of its cells.
            let bare = map_text(heading, |text| without_marks(without_language(text).0).0.to_owned());
            let bare =
                if language.is_some() { Text { en: name(&bare).map(str::to_owned), ..Text::default() } } else { bare };
            if !is_other_axis {
                merge_text(&mut title, &bare);
            }
        }
        let mut add = |labels: &Labels, at: Vec<LabelPosition>, title: Text, words, names_measures| {
            let mut level = Level::new(DimensionPlace::Down, labels.phrases(), at);
            level.heading = Phrase::of(&title);
            level.title = title;
            level.words = words;
            level.names_measures = names_measures && words.is_none();
            level.field = Some(field);
            levels.down.push(level);
        };
        let Some(pairs) = labels.two_levels().filter(|_| words.is_none()) else {
            add(labels, at, title, words, names_measures);
            return;
        };
        for (part_title, take) in [
            (title, (|pair: &(Text, Text)| pair.0.clone()) as fn(&(Text, Text)) -> Text),
            (Text::default(), |pair| pair.1.clone()),
        ] {
            let (part, at) = half(&pairs, &at, take);
            add(&part, at, part_title, None, false);
        }
    }

    /// True if a row is the first or last one and its figures are the largest of their columns, as in a total.
    fn dominates(&self, row: usize) -> bool {
        let number = |row: usize, column: usize| match self.grid.cell(row, column).map(|cell| &cell.content) {
            Some(Content::Figure(figure)) => Some(figure.number),
            _ => None,
        };
        let rows: Vec<usize> = self.block.data().collect();
        let is_edge = rows.last() == Some(&row) || rows.first() == Some(&row);
        is_edge
            && self.columns.with(ColumnRole::Figure).all(|column| {
                number(row, column).is_none_or(|total| {
                    rows.iter()
                        .filter(|other| **other != row)
                        .all(|other| number(*other, column).is_none_or(|part| part <= total))
                })
            })
    }

    /// Returns the labels of the outer fields in the row.
    fn outer(&self, row: usize, field: usize) -> String {
        let columns = self.columns.fields[..field].iter().flat_map(|field| &field.columns);
        columns.map(|(column, _)| self.grid.printed(row, *column)).collect::<Vec<_>>().join("\n")
    }

    /// Returns, for each field, the outer labels whose rows it subdivides.
    fn divided(&self, rows: &[usize]) -> HashSet<(usize, String)> {
        let divides = |row: usize, field: usize| {
            self.columns.fields[field].columns.iter().any(|(column, _)| !self.grid.is_empty(row, *column))
        };
        (1..self.columns.fields.len())
            .flat_map(|field| {
                rows.iter().filter(move |row| divides(**row, field)).map(move |row| (field, self.outer(*row, field)))
            })
            .collect()
    }
}

/// Returns one half of labels with two levels, and the position of each label among the halves.
fn half(pairs: &[(Text, Text)], at: &[LabelPosition], take: fn(&(Text, Text)) -> Text) -> (Labels, Vec<LabelPosition>) {
    let mut labels = Labels::default();
    let index: Vec<usize> = pairs.iter().map(|pair| labels.add(take(pair))).collect();
    let at = at.iter().map(|at| match at {
        LabelPosition::Phrase(label) => LabelPosition::Phrase(index[*label]),
        other => *other,
    });
    (labels, at.collect())
}

/// Adds a header row. A single label over all figures becomes a spanning heading.
fn add_across(levels: &mut Levels, figures: &[usize], labels: &Labels, at: Vec<LabelPosition>) {
    if figures.iter().all(|column| at[*column] == LabelPosition::Nothing) {
        return;
    }
    if let Some(pairs) = labels.two_levels() {
        for take in [(|pair: &(Text, Text)| pair.0.clone()) as fn(&(Text, Text)) -> Text, |pair| pair.1.clone()] {
            let (part, at) = half(&pairs, &at, take);
            levels.across.push(Level::new(DimensionPlace::Across, part.phrases(), at));
        }
        return;
    }
    let phrases = labels.phrases();
    let first = figures.first().and_then(|column| match at[*column] {
        LabelPosition::Phrase(label) => Some(label),
        _ => None,
    });
    let spans_all = figures.len() > 1 && first.is_some() && figures.iter().all(|column| at[*column] == at[figures[0]]);
    // `Year` over all years is the heading of the years.
    if spans_all
        && first
            .is_some_and(|label| HeadingHints::of(&phrases[label].printed).period && phrases[label].period.is_none())
    {
        return;
    }
    match first {
        Some(label) if spans_all && (phrases[label].has_name() || phrases[label].period.is_some()) => {
            levels.spanning.push(phrases[label].clone());
        }
        _ => levels.across.push(Level::new(DimensionPlace::Across, phrases, at)),
    }
}
