//! All records of one type, across datasets, as one list, with their sort orders. Each order is computed on first use
//! and kept until a dataset with such records changes.

use std::{
    any::TypeId,
    cmp::Reverse,
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use super::snapshot::Snapshot;
use crate::domain::{
    pagination::{Direction, PageSource, SortOrder},
    record::Record,
};

/// The maximum number of keys by which the records of one type are sorted or looked up.
const MOST_KEYS: usize = 8;

/// The snapshots with records of one type, and the sort orders of these records.
#[derive(Default)]
pub(super) struct Kind {
    snapshots: Vec<Arc<Snapshot>>,
    /// The sort orders by each key.
    sorted: [SortedRecords; MOST_KEYS],
}

/// The kinds of records, by the type of a snapshot's records.
pub(super) type Kinds = HashMap<TypeId, Arc<Kind>>;

impl Kind {
    /// Groups snapshots by record type. Kinds whose snapshots did not change keep their sort orders.
    pub fn all(snapshots: &[Arc<Snapshot>], before: &Kinds) -> Kinds {
        let mut kinds: HashMap<TypeId, Self> = HashMap::new();
        for snapshot in snapshots {
            kinds.entry(snapshot.records.as_any().type_id()).or_default().snapshots.push(snapshot.clone());
        }
        let known = |id: &TypeId, kind: &Self| before.get(id).filter(|known| known.is_of(&kind.snapshots)).cloned();
        kinds.into_iter().map(|(id, kind)| (id, known(&id, &kind).unwrap_or_else(|| Arc::new(kind)))).collect()
    }

    fn is_of(&self, snapshots: &[Arc<Snapshot>]) -> bool {
        self.snapshots.len() == snapshots.len()
            && self.snapshots.iter().zip(snapshots).all(|(own, other)| Arc::ptr_eq(own, other))
    }
}

/// The records of a type, concatenated across snapshots.
pub struct RecordList<'a, T> {
    kind: Option<&'a Kind>,
    parts: Vec<(&'a Snapshot, &'a [T])>,
}

impl<'a, T: Record> RecordList<'a, T> {
    pub(super) fn of(kinds: &'a Kinds) -> Self {
        let kind = kinds.get(&TypeId::of::<Vec<T>>()).map(AsRef::as_ref);
        let snapshots = kind.iter().flat_map(|kind| &kind.snapshots);
        Self { kind, parts: snapshots.map(|snapshot| (&**snapshot, snapshot.records())).collect() }
    }

    /// Iterates over all records, in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a T> {
        self.parts.iter().flat_map(|(_, rows)| *rows)
    }

    /// Returns the sort orders by a key of this record type. Keys are numbered from 0.
    pub fn sorted(&self, key: usize) -> &'a SortedRecords {
        &self.kind.expect("every type of records has a dataset").sorted[key]
    }

    /// Returns the sort orders by the key for look-ups.
    pub fn lookup(&self) -> &'a SortedRecords {
        self.sorted(MOST_KEYS - 1)
    }

    /// Returns the position of one of these records.
    pub fn position(&self, record: &T) -> u32 {
        let meta = record.meta();
        let earlier = self.parts.iter().take_while(|(snapshot, _)| !std::ptr::eq(snapshot.dataset, meta.dataset));
        earlier.map(|(_, rows)| rows.len() as u32).sum::<u32>() + meta.index
    }
}

impl<'a, T: Record> PageSource<'a, T> for RecordList<'a, T> {
    fn places(&self) -> usize {
        self.parts.iter().map(|(_, rows)| rows.len()).sum()
    }

    fn at(&self, mut place: usize) -> Option<&'a T> {
        for (_, rows) in &self.parts {
            match rows.get(place) {
                Some(row) => return Some(row),
                None => place -= rows.len(),
            }
        }
        None
    }

    fn place_of(&self, id: &str) -> Option<usize> {
        let mut before = 0;
        for (snapshot, rows) in &self.parts {
            match snapshot.find(id) {
                Some(index) => return Some(before + index),
                None => before += rows.len(),
            }
        }
        None
    }

    fn count(&self) -> usize {
        self.places()
    }
}

/// A sort order of all records of a type by one key. Each direction is sorted separately on first use, so records with
/// equal keys keep the published order in both directions.
#[derive(Debug, Default)]
pub struct SortedRecords {
    ascending: OnceLock<SortOrder>,
    descending: OnceLock<SortOrder>,
}

impl SortedRecords {
    /// Returns the order of the rows by their key. The key must be the same in every call.
    pub fn by<'a, T: Record, K: Ord>(
        &self,
        rows: &RecordList<'a, T>,
        direction: Direction,
        key: impl Fn(&'a T) -> K,
    ) -> &SortOrder {
        let keys = || rows.iter().map(key);
        match direction {
            Direction::Asc => self.ascending.get_or_init(|| SortOrder::by(keys())),
            Direction::Desc => self.descending.get_or_init(|| SortOrder::by(keys().map(Reverse))),
        }
    }

    /// Returns the first row with a key, by binary search.
    pub fn find<'a, T: Record, K: Ord>(
        &self,
        rows: &RecordList<'a, T>,
        key: impl Fn(&'a T) -> K,
        wanted: &K,
    ) -> Option<&'a T> {
        let order = self.by(rows, Direction::Asc, &key).numbers();
        let at = |place: &u32| rows.at(*place as usize);
        let first = order.partition_point(|place| at(place).is_some_and(|row| key(row) < *wanted));
        order.get(first).and_then(at).filter(|row| key(row) == *wanted)
    }
}
