//! The state of a dataset's rows: status, freshness and last error.

use async_graphql::{Enum, SimpleObject};
use jiff::Timestamp;

use crate::domain::{resolve::SyncResolve, value::printable};

/// The status of a dataset's rows.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatasetStatus {
    /// Every column is declared, and every check passed.
    Ok,
    /// Every column is understood, some of them by inference: see `drift`.
    Inferred,
    /// Some columns or values are not understood and not published, or a check failed: see `drift`, `rejects` and
    /// `checks`.
    Partial,
    /// Columns that identify a record are missing: see `drift`. The raw rows are available in `table`.
    Drifted,
    /// The last refresh failed. The rows come from an earlier fetch or are incomplete: see `lastError`.
    Degraded,
    /// No longer listed on the portal.
    Withdrawn,
    /// No rows have been loaded yet.
    NotYetLoaded,
    /// Disabled by the operator of this gateway.
    Off,
}

/// The freshness of a dataset's rows.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Checked with the publisher within the expected interval.
    Fresh,
    /// The next check with the publisher is due.
    Due,
    /// Never checked with the publisher, or the last check failed.
    Stale,
}

/// An error of a dataset.
#[derive(SyncResolve, SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct DatasetError {
    /// A stable error code. For a refresh: `FETCH_FAILED`, `NOT_A_TABLE`, `READER_FAILED`, `IMPLAUSIBLE`,
    /// `NO_FILES_FOUND`, `UNLISTED`, `CATALOGUE_FAILED`, `REFUSED`. For the state directory: `STORED_FILE_CORRUPT`,
    /// `STATE_DIR_LOCKED`, `STATE_DIR_NOT_WRITABLE`.
    pub code: &'static str,
    /// The error message.
    pub message: String,
    /// When the error last occurred.
    pub at: Timestamp,
    /// When the current, uninterrupted series of errors began.
    pub since: Timestamp,
}

impl DatasetError {
    /// An error whose message may contain publishers' text.
    pub fn new(code: &'static str, message: &str, at: Timestamp, since: Timestamp) -> Self {
        Self { code, message: printable(message), at, since }
    }
}
