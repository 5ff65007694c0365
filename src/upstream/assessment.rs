//! Assesses how far the files of a snapshot are understood.

use std::collections::BTreeMap;

use crate::upstream::{snapshot::Snapshot, understanding::Understanding};

impl Snapshot {
    /// How far its files are understood.
    pub fn understanding(&self) -> Understanding {
        *self.understanding.get_or_init(|| assess(self))
    }
}

fn assess(snapshot: &Snapshot) -> Understanding {
    if has_unidentified_table(snapshot) {
        return Understanding::Unidentified;
    }
    if let Some(figures) = snapshot.figures() {
        let has_failed_check = figures.checks.iter().any(|check| !check.passed);
        return if figures.observations.is_empty() && !snapshot.files.is_empty() {
            Understanding::Unidentified
        } else if has_failed_check || !figures.reading.is_whole() || snapshot.rejects().next().is_some() {
            Understanding::Partial
        } else if figures.reading.is_declared() {
            Understanding::Declared
        } else {
            Understanding::Inferred
        };
    }
    if snapshot.files.iter().any(|file| file.is_partial() || file.is_cut_off) {
        Understanding::Partial
    } else if snapshot.files.iter().any(|file| file.is_inferred()) {
        Understanding::Inferred
    } else {
        Understanding::Declared
    }
}

/// Whether no file of some table gave a record, though columns that it must have are missing.
fn has_unidentified_table(snapshot: &Snapshot) -> bool {
    let mut has_records = vec![false; snapshot.files.len()];
    for index in 0..snapshot.records.len() {
        if let Some(file) = snapshot.records.file_of(index) {
            if let Some(has_records) = has_records.get_mut(usize::from(file)) {
                *has_records = true;
            }
        }
    }
    let mut tables: BTreeMap<String, (bool, bool)> = BTreeMap::new();
    for (file, has_records) in snapshot.files.iter().zip(has_records) {
        let (any_records, any_missing) = tables.entry(file.raw.distribution.table()).or_default();
        *any_records |= has_records;
        *any_missing |= !file.drift.missing.is_empty();
    }
    tables.into_values().any(|(any_records, any_missing)| any_missing && !any_records)
}
