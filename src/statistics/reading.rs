//! How the figures were read: every decision with its evidence, and what became of every cell. `check --explain` and the
//! dataset's status are made of it.

use super::{
    ledger::{CellState, NotUnderstood, StateCounts},
    unit::Unit,
};

/// How files were read.
#[derive(Clone, Debug, Default)]
pub struct ReadingLog {
    pub decisions: Vec<ReaderDecision>,
    /// How many filled cells of all files ended in each state; the sum is the number of filled cells.
    pub cells: StateCounts,
    /// The same for each file, in the order of the files.
    pub cells_of_file: Vec<StateCounts>,
}

/// One decision of the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderDecision {
    /// The file's number among those read.
    pub file: u16,
    pub about: DecisionSubject,
    pub basis: DecisionBasis,
    /// What led to it: the words and where they stand.
    pub evidence: String,
}

/// What a decision is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecisionSubject {
    /// The file is read together with this one: another language or format of the same table.
    SameTableAs(u16),
    /// The rows of the file that name the columns.
    HeaderRows(Vec<u32>),
    /// What a column holds: its header, or `column 3`, and its role in words.
    Column { header: String, role: &'static str },
    /// What a row of labels names: `measures`, `values`, `periods`, `units`.
    Labels { labels: String, names: &'static str },
    /// The unit of a measure.
    Unit { measure: String, unit: Unit },
    /// The period of figures that no label beside them states.
    Period { label: String },
    /// Cells that are not served as observations.
    NotServed { reason: NotUnderstood, cells: usize },
}

/// Whether a decision follows from what the dataset declares or from the words and figures of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DecisionBasis {
    /// A name that the dataset declares, a period or unit that the file states in words.
    Declared,
    /// From the words' meaning, the cells' shape or their place.
    Inferred,
    /// No reading had enough for it.
    NotUnderstood,
}

impl ReadingLog {
    /// How many cells are in this state.
    pub fn count(&self, state: CellState) -> usize {
        self.cells.get(&state).copied().unwrap_or(0)
    }

    /// How many cells were not understood, and why.
    pub fn not_understood(&self) -> impl Iterator<Item = (NotUnderstood, usize)> {
        self.cells.iter().filter_map(|(state, count)| match state {
            CellState::NotUnderstood(reason) => Some((*reason, *count)),
            _ => None,
        })
    }

    /// Whether all columns and measures were declared, and every cell understood.
    pub fn is_declared(&self) -> bool {
        self.is_whole() && self.decisions.iter().all(|decision| decision.basis == DecisionBasis::Declared)
    }

    /// Whether every cell was understood.
    pub fn is_whole(&self) -> bool {
        self.not_understood().next().is_none() && self.count(CellState::Reject) == 0
    }
}
