//! The options and the error of reading.

use std::sync::Arc;

use crate::{domain::record::HeaderAlias, upstream::decode::DecodeError};

/// The options for reading one dataset's files.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// True if the operator chose to keep personal data.
    pub keep_personal_data: bool,
    /// Additional column names, configured by the operator.
    pub header_aliases: Arc<[HeaderAlias]>,
}

/// A file that could not be decoded. One such file fails the whole read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{url}: {error}")]
pub struct ReadError {
    pub url: String,
    #[source]
    pub error: DecodeError,
}
