//! Decides whether a snapshot may replace the served one. A publication without its columns or most of its rows is more
//! likely an error upstream than a real change.

use std::collections::BTreeMap;

use crate::upstream::{
    raw::Origin,
    snapshot::{ColumnDrift, Snapshot, SnapshotFile},
    source::Source,
};

/// The reason why a snapshot was rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlausibilityError {
    #[error("expected the columns {}, found {}; the previous rows stay in use", join(.missing), join(.found))]
    MissingColumns { missing: Vec<String>, found: Vec<String> },
    #[error("expected at least {expected} records, found {found}; the previous rows stay in use")]
    TooFew { expected: usize, found: usize },
    #[error("expected records, found none: this dataset is never empty")]
    Nothing,
    #[error("expected at most {expected} records, found {found}; the previous rows stay in use")]
    TooMany { expected: usize, found: usize },
    #[error("expected a complete file, found one truncated after {found} records; the previous rows stay in use")]
    CutOff { found: usize },
}

fn join(names: &[String]) -> String {
    if names.is_empty() {
        return "none of them".to_owned();
    }
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// True if all files are empty lists: no column names and no rows.
fn is_empty(files: &[SnapshotFile]) -> bool {
    files.iter().all(|file| file.table.cell_count() == 0 && file.rejects.is_empty())
}

/// Compares a new snapshot with the dataset's expected size and with the served snapshot.
///
/// If no records are served, any table with rows is accepted and marked as drifted. Good rows, including bundled ones,
/// are never replaced by an empty or unreadable table, unless the dataset may be empty.
pub fn plausibility(source: &Source, new: &Snapshot, served: &Snapshot) -> Result<(), PlausibilityError> {
    let found = new.records.len();
    let before = served.records.len();
    if before == 0 {
        let has_rows = new.files.iter().any(|file| file.table.cell_count() > 0);
        return if found > 0 || has_rows || source.may_be_empty { Ok(()) } else { Err(PlausibilityError::Nothing) };
    }
    if found == 0 && source.may_be_empty && is_empty(&new.files) {
        return Ok(());
    }
    let over_bundle = served.origin() == Some(Origin::Bundled);
    let ColumnDrift { missing, unmapped } = new.drift();
    if found == 0 && !missing.is_empty() {
        return Err(PlausibilityError::MissingColumns { missing, found: unmapped });
    }
    // Rows that all failed to parse are not an empty list.
    if found == 0 && new.rejects().next().is_some() {
        return Err(PlausibilityError::TooFew { expected: 1, found });
    }
    if found < before && new.files.iter().any(|file| file.is_cut_off) {
        return Err(PlausibilityError::CutOff { found });
    }
    // The bundle holds only part of most datasets, so its size sets no lower bound above 1.
    let least = if source.may_be_empty {
        0
    } else if over_bundle || *source.expected.start() == 0 {
        1
    } else {
        (*source.expected.start()).max(before / 10).min(before).max(1)
    };
    if found < least {
        return Err(PlausibilityError::TooFew { expected: least, found });
    }
    let most = *source.expected.end();
    if found > most {
        return Err(PlausibilityError::TooMany { expected: most, found });
    }
    Ok(())
}

/// Returns the new files that are worse than the served file at the same URL. A file is worse if it lacks the previous
/// columns, is truncated with fewer records, or has less than a tenth of the records.
pub fn judge_files(source: &Source, new: &Snapshot, served: &Snapshot) -> Vec<(String, PlausibilityError)> {
    let before = records_by_file(served);
    let now = records_by_file(new);
    let mut worse = Vec::new();
    for (url, expected) in before.into_iter().filter(|(_, count)| *count > 0) {
        let Some(file) = new.files.iter().find(|file| file.raw.distribution.url == url) else { continue };
        let found = now.get(&url).copied().unwrap_or(0);
        if source.may_be_empty && is_empty(std::slice::from_ref(file)) {
            continue;
        }
        if found == 0 && !file.drift.missing.is_empty() {
            let ColumnDrift { missing, unmapped } = file.drift.clone();
            worse.push((url, PlausibilityError::MissingColumns { missing, found: unmapped }));
        } else if file.is_cut_off && found < expected {
            worse.push((url, PlausibilityError::CutOff { found }));
        } else if found * 10 < expected {
            worse.push((url, PlausibilityError::TooFew { expected: expected.div_ceil(10), found }));
        }
    }
    worse
}

/// Counts the records from each URL. A file that only adds a language to the rows of another file has no records.
fn records_by_file(snapshot: &Snapshot) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for index in 0..snapshot.records.len() {
        let file = snapshot.records.file_of(index).and_then(|file| snapshot.files.get(usize::from(file)));
        if let Some(file) = file {
            *counts.entry(file.raw.distribution.url.clone()).or_default() += 1;
        }
    }
    counts
}
