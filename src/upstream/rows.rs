//! The records of one type, whichever of its datasets they come from, as one list; and their orders, each sorted when it is
//! first asked for and kept until a dataset with such records changes.

use std::{
    any::{Any, TypeId},
    cmp::Reverse,
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use super::snapshot::Snapshot;
use crate::domain::{
    pagination::{Direction, PageSource, SortOrder},
    record::Record,
};

/// Records that are asked for in an order, or by a key.
pub trait SortableRecords: Record {
    /// Their orders, none of which is sorted at first.
    type Orders: Default + Send + Sync + 'static;
}

/// The snapshots with records of one type, and the orders of all these records.
#[derive(Default)]
pub(super) struct Kind {
    snapshots: Vec<Arc<Snapshot>>,
    orders: OnceLock<Box<dyn Any + Send + Sync>>,
}

/// Every kind of records, by the type of a snapshot's records.
pub(super) type Kinds = HashMap<TypeId, Arc<Kind>>;

impl Kind {
    /// The kinds of these snapshots; those whose snapshots are the same as before with the orders that they have.
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

/// The records of a type, one snapshot's after the other's.
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

    /// Every record, in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a T> {
        self.parts.iter().flat_map(|(_, rows)| *rows)
    }
}

impl<'a, T: SortableRecords> RecordList<'a, T> {
    /// The orders of these records, sorted or not.
    pub fn orders(&self) -> &'a T::Orders {
        let kind = self.kind.expect("what has orders has a dataset");
        let orders = kind.orders.get_or_init(|| Box::<T::Orders>::default());
        orders.downcast_ref().expect("a type has one type of orders")
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

/// An order of all records of a type by one key, sorted when it is first asked for, each way by itself: records of the same
/// key stand as published both ways.
#[derive(Debug, Default)]
pub struct SortedRecords {
    ascending: OnceLock<SortOrder>,
    descending: OnceLock<SortOrder>,
}

impl SortedRecords {
    /// The order of the rows by their key, the same one whenever it is asked for.
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

    /// The first row that has a key. A binary search.
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
