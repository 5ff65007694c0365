//! How far a snapshot's files are understood. The status of a dataset is made of it.

use std::collections::BTreeMap;

use crate::upstream::snapshot::Snapshot;

/// How far files are understood, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Understanding {
    /// Every column is declared, and every check passed.
    Declared,
    /// All is understood, some of it by inference.
    Inferred,
    /// Something is not understood, and is not published as a value; or a check failed.
    Partial,
    /// What identifies a record is missing: a table gave none.
    Unidentified,
}

impl Understanding {
    /// The understanding of these records and files.
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let checks = snapshot.figures().map(|figures| figures.checks.as_slice()).unwrap_or_default();
        if has_unidentified_table(snapshot) {
            Self::Unidentified
        } else if !snapshot.drift().is_empty()
            || snapshot.rejects().next().is_some()
            || checks.iter().any(|check| !check.passed)
        {
            Self::Partial
        } else {
            Self::Declared
        }
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
