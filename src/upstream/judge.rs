//! Whether a snapshot may take the place of the one before: a publication that lost its columns or most of its rows
//! is more likely a mistake upstream than the truth.

use crate::upstream::{snapshot::Snapshot, source::Source};

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
pub fn judge(source: &Source, new: &Snapshot, served: &Snapshot) -> Result<(), Implausible> {
    let found = new.records.len();
    let before = served.records.len();
    if before == 0 {
        return Ok(());
    }
    let missing = new.drift().missing;
    if found == 0 && !missing.is_empty() {
        return Err(Implausible::MissingColumns(missing));
    }
    let from_upstream = served.origin() != Some(crate::upstream::raw::Origin::Bundled);
    // The bundle holds a part of most datasets, so it sets no lower bound.
    let least = if *source.expected.start() == 0 {
        0
    } else if from_upstream {
        (*source.expected.start()).max(before / 10).min(before)
    } else {
        1.min(*source.expected.start())
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
