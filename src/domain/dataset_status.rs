//! How the rows of a dataset stand: its status, its freshness and its last error.

use async_graphql::{Enum, SimpleObject};
use jiff::Timestamp;

use crate::domain::resolve::SyncResolve;

/// How a dataset's rows stand.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatasetStatus {
    /// Every column is declared, and every check passed.
    Ok,
    /// All is understood, some of it by inference: see `drift`.
    Inferred,
    /// Something is not understood and not published as a value, or a check failed: see `drift`, `rejects` and `checks`.
    Partial,
    /// What identifies a record is missing: see `drift`. The rows are served by `table`.
    Drifted,
    /// Served from an earlier fetch or in part, because the last refresh failed: see `lastError`.
    Degraded,
    /// No longer on the portal.
    Withdrawn,
    /// No row is known yet.
    NotYetLoaded,
    /// Turned off by the operator of this gateway.
    Off,
}

/// How current a dataset's rows are.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Checked upstream within its pace.
    Fresh,
    /// To be checked now.
    Due,
    /// Not checked upstream, or the last check failed.
    Stale,
}

/// What is wrong with a dataset.
#[derive(SyncResolve, SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct DatasetError {
    /// A stable code. Of a refresh: `FETCH_FAILED`, `NOT_A_TABLE`, `READER_GAVE_UP`, `IMPLAUSIBLE`, `NOT_LISTED`,
    /// `UNLISTED`, `CATALOGUE_FAILED`, `REFUSED`. Of the state directory: `HELD_DAMAGED`, `HELD_IN_USE`, `NOT_HELD`.
    pub code: &'static str,
    /// What went wrong, in words.
    pub message: String,
    /// When it was last seen.
    pub at: Timestamp,
    /// Since when something has been wrong every time.
    pub since: Timestamp,
}
