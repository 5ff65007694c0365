//! The state of one dataset: what its last refresh brought and when the next one is due.

use jiff::Timestamp;

use crate::{
    domain::dataset_status::{DatasetError, DatasetStatus, Freshness},
    upstream::{
        snapshot::Snapshot,
        source::{FileSource, Source},
        unavailable::Unavailable,
        understanding::Understanding,
    },
};

/// What is known of a dataset's upstream.
#[derive(Clone, Debug)]
pub struct DatasetState {
    pub source: &'static Source,
    /// Whether the operator turned it off.
    pub is_off: bool,
    /// Whether the portal lists it; unknown until it was asked.
    pub listed: Option<bool>,
    /// Whether the last check brought any of its files.
    pub any_came: bool,
    /// When its files were last asked for, whatever came of it.
    pub last_checked: Option<Timestamp>,
    /// When its rows last changed.
    pub last_changed: Option<Timestamp>,
    /// When its files are asked for again.
    pub next_due: Option<Timestamp>,
    /// Why the last refresh did not bring everything.
    pub last_error: Option<DatasetError>,
    /// When the publisher last gave or confirmed all that is served.
    pub confirmed_at: Option<Timestamp>,
    /// Why its files are not held for the next run, or what was found damaged among those held.
    pub storage_error: Option<DatasetError>,
}

impl DatasetState {
    /// The state before anything was asked.
    pub const fn unknown(source: &'static Source) -> Self {
        Self {
            source,
            is_off: false,
            listed: None,
            any_came: false,
            last_checked: None,
            last_changed: None,
            next_due: None,
            last_error: None,
            confirmed_at: None,
            storage_error: None,
        }
    }

    /// How its rows stand.
    pub fn status(&self, snapshot: &Snapshot) -> DatasetStatus {
        if self.is_off {
            DatasetStatus::Off
        } else if self.is_withdrawn() || self.is_lost() {
            DatasetStatus::Withdrawn
        } else if snapshot.files.is_empty() {
            DatasetStatus::NotYetLoaded
        } else {
            match snapshot.understanding() {
                Understanding::Unidentified => DatasetStatus::Drifted,
                _ if self.last_error.is_some() => DatasetStatus::Degraded,
                Understanding::Partial => DatasetStatus::Partial,
                Understanding::Inferred => DatasetStatus::Inferred,
                Understanding::Declared => DatasetStatus::Ok,
            }
        }
    }

    /// Whether it is no longer published, as far as is known without asking.
    const fn is_withdrawn(&self) -> bool {
        self.source.dataset.portal_id.is_none() && !matches!(self.source.files, FileSource::Bundled)
    }

    /// Whether the portal no longer lists it and its files no longer come.
    fn is_lost(&self) -> bool {
        self.listed == Some(false) && !self.any_came
    }

    /// Why no row is known, where none is.
    pub fn unavailable(&self, snapshot: &Snapshot) -> Option<Unavailable> {
        if !snapshot.files.is_empty() {
            return None;
        }
        let reason = match (self.status(snapshot), &self.last_error) {
            (DatasetStatus::Off, _) => "the operator of this gateway disabled it".to_owned(),
            (_, Some(error)) => error.message.clone(),
            (DatasetStatus::Withdrawn, None) => "the portal no longer lists it".to_owned(),
            (_, None) => "it has not been fetched yet".to_owned(),
        };
        let since = self.last_error.as_ref().map(|error| error.since);
        Some(Unavailable { dataset: &self.source.dataset, reason, since })
    }

    /// How current its rows are.
    pub fn freshness(&self, now: Timestamp) -> Freshness {
        match (self.last_checked, self.next_due) {
            (None, _) => Freshness::Stale,
            (Some(_), _) if self.last_error.is_some() => Freshness::Stale,
            (Some(_), Some(due)) if due <= now => Freshness::Due,
            _ => Freshness::Fresh,
        }
    }
}
