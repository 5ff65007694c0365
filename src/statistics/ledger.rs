//! What became of every cell. A cell is claimed once: what one stage has published, no other stage publishes again.

use std::collections::BTreeMap;

use crate::domain::table::Table;

/// What a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CellState {
    /// A figure that is served, or a mark that there is none.
    Value,
    /// A label of a row.
    Label,
    /// The name of columns.
    Header,
    Unit,
    Period,
    /// 1, 2, 3 …
    Serial,
    Title,
    Note,
    /// Words where a figure should be, and the like.
    Reject,
    /// The same in another language or format, a header printed again, a figure printed twice.
    Duplicate,
    /// Not published as an observation, for this reason.
    NotUnderstood(NotUnderstood),
}

/// Why a cell is not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NotUnderstood {
    /// No unit is stated, or one that is not known, or several.
    Unit,
    /// No period is stated, or several.
    Period,
    /// What the figure measures is not told.
    Measure,
    /// The row has no label, or the column no name.
    Place,
    /// Files or rows give different figures for one thing.
    Contradiction,
    /// The cells form no table.
    Layout,
    /// The table is of another dataset.
    OtherDataset,
    /// The file has more cells than are read.
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

/// Where a cell stands: the file's number among those read, the row's and the column's index in its table.
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

/// How many cells ended in each state.
pub type StateCounts = BTreeMap<CellState, usize>;

impl CellLedger {
    /// A ledger of these files, nothing claimed yet.
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

    /// Gives a cell its state. A cell that has one already is a fault of the reader: neither use counts.
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

    /// Changes the state of a cell that is claimed: a figure that turns out not to be served.
    pub fn change(&mut self, spot: CellPosition, state: CellState) {
        if let Some(slot @ Slot::Claimed(_)) = self.slot(spot) {
            *slot = Slot::Claimed(state);
        }
    }

    /// What nobody claimed is not understood; the counts of all.
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

    /// Claims everything of one file that is not claimed yet.
    pub fn claim_rest(&mut self, file: usize, state: CellState) {
        for slot in self.files.get_mut(file).into_iter().flatten().flatten().filter(|slot| **slot == Slot::Open) {
            *slot = Slot::Claimed(state);
        }
    }
}
