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
    #[error("expected a file of the dataset, found none listed by the portal and none at the known addresses")]
    NotFound,
    #[error(
        "expected the dataset in the portal's catalogue, found none: its files are fetched from the addresses that the portal listed before"
    )]
    Unlisted,
    #[error(
        "{url}: expected a file other than the one refused by `lionrock held restore`, found the same; the restored version stays in use"
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
            ) => "READER_GAVE_UP",
            Self::Read(_) => "NOT_A_TABLE",
            Self::Refused { .. } => "REFUSED",
            Self::Implausible(_) => "IMPLAUSIBLE",
            Self::Unlisted => "UNLISTED",
            Self::Catalogue(CatalogueError::NotListed) | Self::NotFound => "NOT_LISTED",
            Self::Catalogue(_) => "CATALOGUE_FAILED",
        }
    }

    /// Returns the wait that the server requested.
    pub(crate) fn asked_to_wait(&self) -> Option<SignedDuration> {
        match self {
            Self::Fetch(FetchError { kind: FetchErrorKind::AskedToWait { wait_seconds, .. }, .. }) => {
                Some(SignedDuration::from_secs(i64::try_from(*wait_seconds).unwrap_or(i64::MAX)))
            }
            _ => None,
        }
    }
}
