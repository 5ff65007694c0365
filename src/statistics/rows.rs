//! The context for reading the rows of a block, and the state carried from row to row.

use std::collections::HashMap;

use super::{
    block::Block,
    columns::Columns,
    context::Context,
    fact::MeasureLabel,
    grid::CellGrid,
    layout::Layout,
    level::Levels,
    reading::{DecisionBasis, DecisionSubject, ReaderDecision},
    unit::Unit,
};
use crate::domain::text::Language;

/// The context for reading the rows of a block.
pub struct RowContext<'a> {
    pub grid: &'a CellGrid,
    pub block: &'a Block,
    pub layout: &'a Layout,
    pub columns: Columns,
    pub levels: Levels,
    pub context: Context,
    /// The dimensions of the levels of values.
    pub down: Vec<Option<usize>>,
    pub across: Vec<Option<usize>>,
}

/// The state carried from row to row.
#[derive(Default)]
pub struct CarriedState {
    /// The last row in which each period column is filled, because a merged cell has its text in the first row only.
    pub period_above: HashMap<usize, usize>,
    units: Vec<(String, Unit, &'static str, bool)>,
}

impl CarriedState {
    /// Resets the carried periods at a section heading.
    pub fn heading(&mut self) {
        self.period_above.clear();
    }

    pub fn saw(&mut self, measure: &MeasureLabel, unit: Unit, source: &'static str) {
        let title =
            measure.words.map_or_else(|| measure.title.nearest(Language::En).into_owned(), |words| words.id.to_owned());
        let seen = (title, unit, source, measure.words.is_some());
        if self.units.len() < 200 && !self.units.contains(&seen) {
            self.units.push(seen);
        }
    }

    /// Returns the units that were found, as decisions.
    pub fn decisions(self, file: u16) -> impl Iterator<Item = ReaderDecision> {
        self.units.into_iter().map(move |(measure, unit, source, declared)| ReaderDecision {
            file,
            about: DecisionSubject::Unit { measure, unit },
            basis: if declared { DecisionBasis::Declared } else { DecisionBasis::Inferred },
            evidence: source.to_owned(),
        })
    }
}
