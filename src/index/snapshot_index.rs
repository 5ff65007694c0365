//! Places: where a record stands. What is known of one snapshot depends on no other, so that the next graph takes it over for
//! every snapshot that is the same.

use std::sync::{Arc, OnceLock};

use crate::{index::search::ListIndex, upstream::snapshot::Snapshot};

/// Where a record stands: the position of its snapshot among the sources, and its own in the snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// A snapshot and what is indexed of it.
pub(super) struct SnapshotIndex {
    pub snapshot: Arc<Snapshot>,
    /// The texts of its records, from the first search on.
    pub texts: OnceLock<ListIndex>,
}

impl SnapshotIndex {
    pub const fn of(snapshot: Arc<Snapshot>) -> Self {
        Self { snapshot, texts: OnceLock::new() }
    }
}
