//! Whether a snapshot may take the place of the one before: a publication that lost its columns or most of its rows
//! is more likely a mistake upstream than the truth.

use std::collections::BTreeMap;

use crate::upstream::{
    raw::Origin,
    snapshot::{ColumnDrift, Snapshot, SnapshotFile},
    source::Source,
};

/// Why a snapshot was not accepted.
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

/// Whether files are lists without anything in them: no names of columns, no rows.
fn is_empty(files: &[SnapshotFile]) -> bool {
    files.iter().all(|file| file.table.cell_count() == 0 && file.rejects.is_empty())
}

/// Compares a new snapshot with what the dataset expects and with the one served now. Where nothing is served, any table
/// with rows is better: it is served as it is and says that it drifted. Good rows, bundled ones too, are never replaced by
/// nothing or by a table that is not understood, unless the dataset may be empty.
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
    // Rows of which none could be read are no empty list.
    if found == 0 && new.rejects().next().is_some() {
        return Err(PlausibilityError::TooFew { expected: 1, found });
    }
    if found < before && new.files.iter().any(|file| file.is_cut_off) {
        return Err(PlausibilityError::CutOff { found });
    }
    // The bundle holds a part of most datasets, so it sets no lower bound but that there is something.
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

/// The files of a new snapshot that are worse than the file served from the same address: without the columns that it
/// had, or with less than a tenth of its records.
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

/// How many records came from each address; a file that only adds a language to another's rows has none.
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
