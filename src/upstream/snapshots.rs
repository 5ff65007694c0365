//! The snapshots of all datasets.

use std::{any::TypeId, sync::Arc};

use crate::{
    domain::{catalog::Dataset, record::Record},
    upstream::{
        rows::{Kind, Kinds, RecordList},
        snapshot::Snapshot,
    },
};

/// The snapshots of all datasets.
#[derive(Clone, Default)]
pub struct Snapshots {
    all: Vec<Arc<Snapshot>>,
    /// The dataset of each snapshot. Nearly every edge searches this list, so it is contiguous.
    datasets: Vec<&'static Dataset>,
    /// The snapshots of each record type, with their sort orders.
    kinds: Kinds,
}

impl Snapshots {
    /// The snapshots, in the order of the sources.
    pub fn new(all: Vec<Arc<Snapshot>>) -> Self {
        Self::default().next(all)
    }

    /// Returns the snapshots after a change. The sort orders of unchanged records are reused.
    #[must_use]
    pub fn next(&self, all: Vec<Arc<Snapshot>>) -> Self {
        let datasets = all.iter().map(|snapshot| snapshot.dataset).collect();
        let kinds = Kind::all(&all, &self.kinds);
        Self { all, datasets, kinds }
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Snapshot> {
        self.all.iter().map(AsRef::as_ref)
    }

    /// Iterates over the snapshots as shared pointers.
    pub fn iter_shared(&self) -> impl ExactSizeIterator<Item = &Arc<Snapshot>> {
        self.all.iter()
    }

    /// Returns the snapshot at a position as a shared pointer.
    pub fn shared(&self, position: usize) -> Arc<Snapshot> {
        self.all[position].clone()
    }

    /// Returns the snapshot of a dataset.
    pub fn of(&self, dataset: &Dataset) -> Option<&Snapshot> {
        self.position(dataset).map(|position| &*self.all[position])
    }

    /// Returns the position of a dataset's snapshot.
    pub fn position(&self, dataset: &Dataset) -> Option<usize> {
        self.datasets.iter().position(|known| std::ptr::eq(*known, dataset))
    }

    /// Iterates over all records of a type, across datasets.
    pub fn records<T: Record>(&self) -> impl Iterator<Item = &T> {
        self.iter().flat_map(Snapshot::records)
    }

    /// Returns all records of a type as a list that is read only as far as a page needs.
    pub fn rows<T: Record>(&self) -> RecordList<'_, T> {
        RecordList::of(&self.kinds)
    }

    /// True if both have the identical records of a type, by pointer.
    pub fn has_same<T: Record>(&self, others: &Self) -> bool {
        let kind = |of: &Self| of.kinds.get(&TypeId::of::<Vec<T>>()).map(Arc::as_ptr);
        kind(self) == kind(others)
    }
}
