//! Section headings between rows of figures: a year, a unit, a part of the table.

use std::collections::{HashMap, HashSet};

use super::{
    block::{Block, LineKind},
    columns::Columns,
    grid::CellGrid,
    label::published,
    labels::Labels,
    layout::DimensionPlace,
    level::{LabelPosition, Level, Levels, Section},
    phrase::Phrase,
    roles::ColumnRole,
};

/// Adds the section headings to the labels of a block.
pub fn add(levels: &mut Levels, grid: &CellGrid, block: &Block, columns: &Columns) {
    Finder { grid, block, columns }.add(levels);
}

struct Finder<'a> {
    grid: &'a CellGrid,
    block: &'a Block,
    columns: &'a Columns,
}

impl Finder<'_> {
    /// Adds headings that state a unit or a period, and headings that distinguish rows with equal labels.
    fn add(&self, levels: &mut Levels) {
        let alone: Vec<(usize, LineKind, Phrase)> = self
            .block
            .lines
            .iter()
            .filter(|line| matches!(line.kind, LineKind::Alone | LineKind::Section))
            .map(|line| (line.row, line.kind, Phrase::of(&self.grid.line(line.row))))
            .collect();
        let needed = self.are_rows_alike();
        let mut current = Section::default();
        let mut named: Option<usize> = None;
        let mut labels = Labels::default();
        let mut at = vec![LabelPosition::Nothing; self.grid.rows.len()];
        let periods = |phrase: &Phrase| phrase.dated().map(|when| (when.period.start, when.period.end));
        let all: HashSet<_> = alone.iter().filter_map(|(_, _, phrase)| periods(phrase)).collect();
        let dated = alone.iter().filter(|(_, _, phrase)| periods(phrase).is_some()).count();
        for line in &self.block.lines {
            let heading = alone.iter().find(|(row, ..)| *row == line.row);
            let Some((row, kind, phrase)) = heading else {
                levels.sections.insert(line.row, current.clone());
                at[line.row] = named.map_or(LabelPosition::Nothing, LabelPosition::Phrase);
                continue;
            };
            let ends_open = published(&self.grid.line(*row)).any(|text| text.ends_with([':', '：']));
            let says = phrase.unit.is_some() || phrase.period.is_some() || ends_open;
            if *kind != LineKind::Section && !says && !needed {
                levels.sections.insert(*row, current.clone());
                continue;
            }
            levels.headings.insert(*row);
            if phrase.period.is_some() {
                current.period = Some(phrase.clone());
            }
            if phrase.unit.is_some() {
                current.unit = Some(phrase.clone());
            } else if phrase.has_name() {
                current.unit = None;
            }
            // For headings such as `Table A (2021)`, the names may be equal if the periods distinguish the parts.
            let is_told_by_period = phrase.period.is_some() && all.len() == dated;
            let is_name = phrase.has_name() && !is_told_by_period;
            if is_name {
                named = Some(labels.add(phrase.name.clone()));
            } else if phrase.unit.is_none() && phrase.period.is_none() {
                named = None;
            }
        }
        if labels.texts.is_empty() {
            return;
        }
        let mut level = Level::new(DimensionPlace::Down, labels.phrases(), at);
        level.is_section = true;
        levels.down.insert(0, level);
    }

    /// True if rows of figures have equal labels, so that only section headings distinguish them.
    fn are_rows_alike(&self) -> bool {
        let is_label = |column: &usize| {
            matches!(
                self.columns.roles[*column],
                ColumnRole::Label(_)
                    | ColumnRole::Period(_)
                    | ColumnRole::Unit
                    | ColumnRole::Part
                    | ColumnRole::PeriodStart
                    | ColumnRole::PeriodEnd
                    | ColumnRole::SpanEnd(_)
            )
        };
        let is_time = |column: &usize| {
            matches!(self.columns.roles[*column], ColumnRole::Period(_) | ColumnRole::Part | ColumnRole::SpanEnd(_))
        };
        let mut seen: HashSet<Vec<&str>> = HashSet::new();
        let mut last: HashMap<usize, &str> = HashMap::new();
        self.block.data().any(|row| {
            let mut filled = false;
            let key: Vec<&str> = (0..self.grid.width)
                .filter(is_label)
                .map(|column| {
                    let text = self.grid.printed(row, column);
                    filled |= !text.is_empty();
                    if text.is_empty() && is_time(&column) {
                        last.get(&column).copied().unwrap_or("")
                    } else {
                        last.insert(column, text);
                        text
                    }
                })
                .collect();
            filled && !seen.insert(key)
        })
    }
}
