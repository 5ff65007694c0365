//! The state of a dataset: the result of its last refresh and the time of the next one.

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

/// The upstream state of a dataset.
#[derive(Clone, Debug)]
pub struct DatasetState {
    pub source: &'static Source,
    /// True if the operator disabled the dataset.
    pub is_off: bool,
    /// True if the portal lists it. `None` before the first check.
    pub listed: Option<bool>,
    /// True if the last check returned any of its files.
    pub any_came: bool,
    /// When its files were last checked, successfully or not.
    pub last_checked: Option<Timestamp>,
    /// When its rows last changed.
    pub last_changed: Option<Timestamp>,
    /// When its files are checked next.
    pub next_due: Option<Timestamp>,
    /// The error of the last refresh, if any file failed.
    pub last_error: Option<DatasetError>,
    /// When the publisher last sent or confirmed all served data.
    pub confirmed_at: Option<Timestamp>,
    /// The error in saving its files for the next run, or the damage found among the saved files.
    pub storage_error: Option<DatasetError>,
}

impl DatasetState {
    /// Returns the state before the first check.
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

    /// Returns the status of the dataset.
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

    /// True if the dataset is marked as withdrawn, so that no check is needed.
    const fn is_withdrawn(&self) -> bool {
        self.source.dataset.portal_id.is_none() && !matches!(self.source.files, FileSource::Bundled)
    }

    /// True if the portal no longer lists the dataset and its files are no longer available.
    fn is_lost(&self) -> bool {
        self.listed == Some(false) && !self.any_came
    }

    /// Returns the reason why no rows are known. `None` if there are rows.
    pub fn unavailable(&self, snapshot: &Snapshot) -> Option<Unavailable> {
        if !snapshot.files.is_empty() {
            return None;
        }
        let reason = match (self.status(snapshot), &self.last_error) {
            (DatasetStatus::Off, _) => "it is disabled by the operator of this gateway".to_owned(),
            (_, Some(error)) => error.message.clone(),
            (DatasetStatus::Withdrawn, None) => "the portal no longer lists it".to_owned(),
            (_, None) => "it has not been fetched yet".to_owned(),
        };
        let since = self.last_error.as_ref().map(|error| error.since);
        Some(Unavailable { dataset: &self.source.dataset, reason, since })
    }

    /// Returns the freshness of the rows.
    pub fn freshness(&self, now: Timestamp) -> Freshness {
        match (self.last_checked, self.next_due) {
            (None, _) => Freshness::Stale,
            (Some(_), _) if self.last_error.is_some() => Freshness::Stale,
            (Some(_), Some(due)) if due <= now => Freshness::Due,
            _ => Freshness::Fresh,
        }
    }
}
