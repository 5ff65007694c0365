//! Assesses the degree to which the files of a snapshot are understood.

use std::collections::BTreeMap;

use crate::upstream::{
    snapshot::{Snapshot, SnapshotFile},
    understanding::Understanding,
};

impl Snapshot {
    /// Returns the degree to which its files are understood.
    pub fn understanding(&self) -> Understanding {
        *self.understanding.get_or_init(|| assess(self))
    }
}

fn assess(snapshot: &Snapshot) -> Understanding {
    let figures = snapshot.figures();
    let has_failed = figures.is_some_and(|figures| figures.checks.iter().any(|check| !check.passed));
    let is_whole = figures.is_none_or(|figures| figures.reading.is_whole());
    let is_declared = figures.is_none_or(|figures| figures.reading.is_declared());
    if has_unidentified_table(snapshot) {
        Understanding::Unidentified
    } else if has_failed || !is_whole || snapshot.files.iter().any(|file| file.is_partial() || file.is_cut_off) {
        Understanding::Partial
    } else if !is_declared || snapshot.files.iter().any(SnapshotFile::is_inferred) {
        Understanding::Inferred
    } else {
        Understanding::Declared
    }
}

/// True if some table gave no records in any file and required columns are missing.
fn has_unidentified_table(snapshot: &Snapshot) -> bool {
    let mut has_records = vec![false; snapshot.files.len()];
    for index in 0..snapshot.records.len() {
        let file = snapshot.records.file_of(index).map(usize::from);
        if let Some(has_records) = file.and_then(|file| has_records.get_mut(file)) {
            *has_records = true;
        }
    }
    let mut tables: BTreeMap<String, (bool, bool)> = BTreeMap::new();
    for (file, has_records) in snapshot.files.iter().zip(has_records) {
        let (any_records, any_missing) = tables.entry(file.raw.distribution.table()).or_default();
        *any_records |= has_records;
        *any_missing |= file.is_unidentified() || !file.drift.missing.is_empty();
    }
    tables.into_values().any(|(any_records, any_missing)| any_missing && !any_records)
}
