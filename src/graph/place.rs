//! Places: where a record stands, and which record has an id. What is known of one snapshot depends on no other, so that
//! the next graph takes it over for every snapshot that is the same.

use std::{
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
    sync::{Arc, OnceLock},
};

use super::search;
use crate::upstream::snapshot::Snapshot;

/// Where a record stands: the position of its snapshot among the sources, and its own in the snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub snapshot: u16,
    pub index: u32,
}

impl Place {
    pub(super) fn new(snapshot: usize, index: usize) -> Self {
        let position = u16::try_from(snapshot).expect("there are fewer than a hundred datasets");
        Self { snapshot: position, index: index as u32 }
    }
}

/// A snapshot and what is indexed of it.
pub(super) struct Shelf {
    pub snapshot: Arc<Snapshot>,
    /// Eight bytes a record: the hash of its id and its position, sorted.
    by_id: Vec<(u32, u32)>,
    /// The words of its records, from the first search on; nothing where they could not be indexed.
    pub words: OnceLock<Option<search::Words>>,
}

impl Shelf {
    /// Indexes a snapshot. Time grows with the number of its records and its logarithm.
    pub fn of(snapshot: Arc<Snapshot>) -> Self {
        let records = 0..snapshot.records.len();
        let head = |index: usize| Some((hash(&snapshot.records.head(index)?.id), index as u32));
        let mut by_id: Vec<(u32, u32)> = records.filter_map(head).collect();
        by_id.sort_unstable();
        Self { snapshot, by_id, words: OnceLock::new() }
    }

    /// The position of the record that has an id. A binary search.
    pub fn find(&self, id: &str) -> Option<usize> {
        let wanted = hash(id);
        let begin = self.by_id.partition_point(|(hash, _)| *hash < wanted);
        let alike = self.by_id[begin..].iter().take_while(|(hash, _)| *hash == wanted);
        let is_it = |index: &usize| self.snapshot.records.head(*index).is_some_and(|head| head.id == id);
        alike.map(|(_, index)| *index as usize).find(is_it)
    }
}

fn hash(id: &str) -> u32 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(id) as u32
}
