//! The state of every cell of a file. A stage of the reader claims a cell once, and no other stage publishes it again.

use std::collections::BTreeMap;

use crate::domain::table::Table;

/// The state of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CellState {
    /// A served figure, or a mark for a missing figure.
    Value,
    /// A label of a row.
    Label,
    /// A name of columns.
    Header,
    Unit,
    Period,
    /// 1, 2, 3 …
    Serial,
    Title,
    Note,
    /// A text in a figure column, or another cell that is rejected with a reason.
    Reject,
    /// The same cell in another language or format, a repeated header, or a figure printed twice.
    Duplicate,
    /// Not published as an observation, for this reason.
    NotUnderstood(NotUnderstood),
}

/// The reason why a cell is not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NotUnderstood {
    /// No unit, an unknown unit, or several units are stated.
    Unit,
    /// No period is stated, or several.
    Period,
    /// No measure is stated.
    Measure,
    /// The row has no label, or the column has no name.
    Place,
    /// Files or rows give different figures for the same observation.
    Contradiction,
    /// The cells form no table.
    Layout,
    /// The table is of another dataset.
    OtherDataset,
    /// The file has more cells than the limit.
    TooLarge,
}

impl NotUnderstood {
    /// The reason in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Unit => "no known unit",
            Self::Period => "no known period",
            Self::Measure => "no known measure",
            Self::Place => "no label that identifies the figure",
            Self::Contradiction => "contradicts another figure",
            Self::Layout => "no known table layout",
            Self::OtherDataset => "belongs to another dataset",
            Self::TooLarge => "the file is too large",
        }
    }
}

/// The position of a cell: the number of its file, and the indices of its row and column in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CellPosition {
    pub file: usize,
    pub row: usize,
    pub column: usize,
}

/// The state of every filled cell of the files.
#[derive(Debug, Default)]
pub struct CellLedger {
    files: Vec<Vec<Vec<Slot>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Empty,
    Open,
    Claimed(CellState),
}

/// The number of cells in each state.
pub type StateCounts = BTreeMap<CellState, usize>;

impl CellLedger {
    /// A ledger of these files, in which no cell is claimed.
    pub fn new<'a>(tables: impl Iterator<Item = &'a Table>) -> Self {
        let slots = |table: &Table| {
            let slot = |text: &str| if super::figure::is_nothing(text) { Slot::Empty } else { Slot::Open };
            (0..table.len()).map(|row| table.cells(row).map(slot).collect()).collect()
        };
        Self { files: tables.map(slots).collect() }
    }

    fn slot(&mut self, spot: CellPosition) -> Option<&mut Slot> {
        self.files.get_mut(spot.file)?.get_mut(spot.row)?.get_mut(spot.column)
    }

    /// Claims a cell. A second claim is a bug in the reader, and neither claim counts.
    pub fn claim(&mut self, spot: CellPosition, state: CellState) {
        match self.slot(spot) {
            Some(slot @ Slot::Open) => *slot = Slot::Claimed(state),
            Some(slot @ Slot::Claimed(_)) => {
                debug_assert!(false, "{spot:?} is claimed twice");
                *slot = Slot::Claimed(CellState::NotUnderstood(NotUnderstood::Layout));
            }
            _ => {}
        }
    }

    /// Changes the state of a claimed cell, for a figure that is withdrawn later.
    pub fn change(&mut self, spot: CellPosition, state: CellState) {
        if let Some(slot @ Slot::Claimed(_)) = self.slot(spot) {
            *slot = Slot::Claimed(state);
        }
    }

    /// Marks unclaimed cells as not understood, and returns the counts of all cells.
    pub fn close(&mut self) -> StateCounts {
        let mut counts = StateCounts::new();
        for slot in self.files.iter_mut().flatten().flatten() {
            if *slot == Slot::Open {
                *slot = Slot::Claimed(CellState::NotUnderstood(NotUnderstood::Layout));
            }
            if let Slot::Claimed(state) = slot {
                *counts.entry(*state).or_default() += 1;
            }
        }
        counts
    }

    /// The counts of one file.
    pub fn of_file(&self, file: usize) -> StateCounts {
        let mut counts = StateCounts::new();
        for slot in self.files.get(file).into_iter().flatten().flatten() {
            if let Slot::Claimed(state) = slot {
                *counts.entry(*state).or_default() += 1;
            }
        }
        counts
    }

    /// Claims all unclaimed cells of one file.
    pub fn claim_rest(&mut self, file: usize, state: CellState) {
        for slot in self.files.get_mut(file).into_iter().flatten().flatten().filter(|slot| **slot == Slot::Open) {
            *slot = Slot::Claimed(state);
        }
    }
}
