//! Whether a snapshot may take the place of the one before: a publication that lost its columns or most of its rows
//! is more likely a mistake upstream than the truth.

use std::collections::BTreeMap;

use crate::upstream::{raw::Origin, snapshot::Snapshot, source::Source};

/// Why a snapshot was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Implausible {
    #[error("expected the columns {}, found a file without them; the rows held before stay", join(.0))]
    MissingColumns(Vec<String>),
    #[error("expected at least {expected} records, found {found}; the rows held before stay")]
    TooFew { expected: usize, found: usize },
    #[error("expected at most {expected} records, found {found}; the rows held before stay")]
    TooMany { expected: usize, found: usize },
}

fn join(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Compares a new snapshot with what the dataset expects and with the one served now. Where nothing is served, anything
/// is better.
pub fn plausibility(source: &Source, new: &Snapshot, served: &Snapshot) -> Result<(), Implausible> {
    let found = new.records.len();
    let before = served.records.len();
    if before == 0 {
        return Ok(());
    }
    // Over the bundle a file of unknown columns is better than none: its table is served, and says that it drifted.
    let over_bundle = served.origin() == Some(Origin::Bundled);
    let missing = new.drift().missing;
    if found == 0 && !missing.is_empty() {
        if over_bundle {
            return Ok(());
        }
        return Err(Implausible::MissingColumns(missing));
    }
    // The bundle holds a part of most datasets, so it sets no lower bound.
    let least = if *source.expected.start() == 0 {
        0
    } else if over_bundle {
        1
    } else {
        (*source.expected.start()).max(before / 10).min(before)
    };
    let most = *source.expected.end();
    if found < least {
        return Err(Implausible::TooFew { expected: least, found });
    }
    if found > most {
        return Err(Implausible::TooMany { expected: most, found });
    }
    Ok(())
}

/// The files of a new snapshot that are worse than the file served from the same address: without the columns that it
/// had, or with less than a tenth of its records.
pub fn judge_files(new: &Snapshot, served: &Snapshot) -> Vec<(String, Implausible)> {
    let before = records_by_file(served);
    let now = records_by_file(new);
    let mut worse = Vec::new();
    for (url, expected) in before.into_iter().filter(|(_, count)| *count > 0) {
        let Some(file) = new.files.iter().find(|file| file.raw.distribution.url == url) else { continue };
        let found = now.get(&url).copied().unwrap_or(0);
        if found == 0 && !file.drift.missing.is_empty() {
            worse.push((url, Implausible::MissingColumns(file.drift.missing.clone())));
        } else if found * 10 < expected {
            worse.push((url, Implausible::TooFew { expected: expected.div_ceil(10), found }));
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
