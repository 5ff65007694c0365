//! The log of the reader: every decision with its evidence, and the state of every cell. `check --explain` and the
//! status of the dataset are based on it.

use super::{
    ledger::{CellState, NotUnderstood, StateCounts},
    unit::Unit,
};

/// The log of reading the files of a dataset.
#[derive(Clone, Debug, Default)]
pub struct ReadingLog {
    pub decisions: Vec<ReaderDecision>,
    /// The number of filled cells in each state, over all files. The sum is the number of filled cells.
    pub cells: StateCounts,
    /// The number of filled cells in each state, per file.
    pub cells_of_file: Vec<StateCounts>,
}

/// One decision of the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderDecision {
    /// The number of the file.
    pub file: u16,
    pub about: DecisionSubject,
    pub basis: DecisionBasis,
    /// The evidence: the words and their place.
    pub evidence: String,
}

/// The subject of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecisionSubject {
    /// The file is another language or format of the same table as this file.
    SameTableAs(u16),
    /// The header rows of the file.
    HeaderRows(Vec<u32>),
    /// The role of a column. The header is `column 3` if it has none.
    Column { header: String, role: &'static str },
    /// The kind of a level of labels: `measures`, `values`, `periods` or `units`.
    Labels { labels: String, names: &'static str },
    /// The unit of a measure.
    Unit { measure: String, unit: Unit },
    /// The period of figures without a label that states it.
    Period { label: String },
    /// Cells that are not served as observations.
    NotServed { reason: NotUnderstood, cells: usize },
}

/// The basis of a decision: a declaration, or inference from the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DecisionBasis {
    /// A name that the dataset declares, or a period or unit that the file states.
    Declared,
    /// The meaning of words, or the shape or place of cells.
    Inferred,
    /// No interpretation had sufficient evidence.
    NotUnderstood,
}

impl ReadingLog {
    /// Returns the number of cells in this state.
    pub fn count(&self, state: CellState) -> usize {
        self.cells.get(&state).copied().unwrap_or(0)
    }

    /// Returns the number of cells not understood, by reason.
    pub fn not_understood(&self) -> impl Iterator<Item = (NotUnderstood, usize)> {
        self.cells.iter().filter_map(|(state, count)| match state {
            CellState::NotUnderstood(reason) => Some((*reason, *count)),
            _ => None,
        })
    }

    /// True if all columns and measures are declared and every cell is understood.
    pub fn is_declared(&self) -> bool {
        self.is_whole() && self.decisions.iter().all(|decision| decision.basis == DecisionBasis::Declared)
    }

    /// True if every cell is understood.
    pub fn is_whole(&self) -> bool {
        self.not_understood().next().is_none() && self.count(CellState::Reject) == 0
    }
}
