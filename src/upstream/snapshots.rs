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
    /// The dataset of each: looked through for nearly every edge, so it lies together.
    datasets: Vec<&'static Dataset>,
    /// The snapshots of each type of records, with the orders of these.
    kinds: Kinds,
}

impl Snapshots {
    /// The snapshots, in the order of the sources.
    pub fn new(all: Vec<Arc<Snapshot>>) -> Self {
        Self::default().next(all)
    }

    /// The snapshots after a change, with the orders of all records that it leaves as they are.
    #[must_use]
    pub fn next(&self, all: Vec<Arc<Snapshot>>) -> Self {
        let datasets = all.iter().map(|snapshot| snapshot.dataset).collect();
        let kinds = Kind::all(&all, &self.kinds);
        Self { all, datasets, kinds }
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Snapshot> {
        self.all.iter().map(AsRef::as_ref)
    }

    /// The snapshots as they are shared between graphs.
    pub fn iter_shared(&self) -> impl ExactSizeIterator<Item = &Arc<Snapshot>> {
        self.all.iter()
    }

    /// The snapshot at this position, shared.
    pub fn shared(&self, position: usize) -> Arc<Snapshot> {
        self.all[position].clone()
    }

    /// The snapshot of a dataset.
    pub fn of(&self, dataset: &Dataset) -> Option<&Snapshot> {
        self.position(dataset).map(|position| &*self.all[position])
    }

    /// The position of a dataset's snapshot.
    pub fn position(&self, dataset: &Dataset) -> Option<usize> {
        self.datasets.iter().position(|known| std::ptr::eq(*known, dataset))
    }

    /// Every record of a type, whichever of its datasets it comes from.
    pub fn records<T: Record>(&self) -> impl Iterator<Item = &T> {
        self.iter().flat_map(Snapshot::records)
    }

    /// The same as a list that is looked through only as far as a page needs.
    pub fn rows<T: Record>(&self) -> RecordList<'_, T> {
        RecordList::of(&self.kinds)
    }

    /// Whether the records of a type are the very ones that others have.
    pub fn has_same<T: Record>(&self, others: &Self) -> bool {
        let kind = |of: &Self| of.kinds.get(&TypeId::of::<Vec<T>>()).map(Arc::as_ptr);
        kind(self) == kind(others)
    }
}
