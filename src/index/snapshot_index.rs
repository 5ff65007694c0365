//! The index of one snapshot, and references to records. The index depends on no other snapshot, so that the next graph
//! reuses it for every unchanged snapshot.

use std::sync::{Arc, OnceLock};

use crate::{index::search::ListIndex, upstream::snapshot::Snapshot};

/// The position of a record: that of its snapshot among the sources, and its own in the snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordRef {
    pub snapshot: u16,
    pub index: u32,
}

impl RecordRef {
    pub(super) fn new(snapshot: usize, index: usize) -> Self {
        let position = u16::try_from(snapshot).expect("there are fewer than a hundred datasets");
        Self { snapshot: position, index: index as u32 }
    }
}

/// A snapshot and its index.
pub(super) struct SnapshotIndex {
    pub snapshot: Arc<Snapshot>,
    /// The texts of its records, indexed on the first search.
    pub texts: OnceLock<ListIndex>,
}

impl SnapshotIndex {
    pub const fn of(snapshot: Arc<Snapshot>) -> Self {
        Self { snapshot, texts: OnceLock::new() }
    }
}
