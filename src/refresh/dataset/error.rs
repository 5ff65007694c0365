//! The errors of a dataset refresh.

use jiff::SignedDuration;

use crate::upstream::{
    decode::DecodeError,
    discover::CatalogueError,
    fetch::{FetchError, FetchErrorKind},
    guard::UnreadReason,
    plausibility::PlausibilityError,
    read_options::ReadError,
};

/// An error of a dataset refresh.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error(transparent)]
    Read(#[from] UnreadReason),
    #[error(transparent)]
    Implausible(#[from] PlausibilityError),
    #[error("expected files of the dataset, found none on the portal and none at the known addresses")]
    NotFound,
    #[error(
        "expected the dataset in the portal's catalogue, found none: its files are fetched from their last known addresses"
    )]
    Unlisted,
    #[error(
        "{url}: expected a new file, found the one that `lionrock versions restore` replaced; the restored version stays in use"
    )]
    Refused { url: String },
}

impl LoadError {
    /// True if a host sent no response.
    pub(crate) fn is_without_response(&self) -> bool {
        matches!(self, Self::Fetch(error) if error.kind.is_without_response())
    }

    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Fetch(_) => "FETCH_FAILED",
            Self::Read(
                UnreadReason::Together(_) | UnreadReason::File(ReadError { error: DecodeError::GaveUp(_), .. }),
            ) => "READER_FAILED",
            Self::Read(_) => "NOT_A_TABLE",
            Self::Refused { .. } => "REFUSED",
            Self::Implausible(_) => "IMPLAUSIBLE",
            Self::Unlisted => "UNLISTED",
            Self::Catalogue(CatalogueError::NotListed) | Self::NotFound => "NO_FILES_FOUND",
            Self::Catalogue(_) => "CATALOGUE_FAILED",
        }
    }

    /// Returns the wait that the server requested.
    pub(crate) fn requested_wait(&self) -> Option<SignedDuration> {
        match self {
            Self::Fetch(FetchError { kind: FetchErrorKind::AskedToWait { wait_seconds, .. }, .. }) => {
                Some(SignedDuration::from_secs(i64::try_from(*wait_seconds).unwrap_or(i64::MAX)))
            }
            _ => None,
        }
    }
}
