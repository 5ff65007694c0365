//! The options of reading and its error.

use std::sync::Arc;

use crate::{domain::record::HeaderAlias, upstream::decode::DecodeError};

/// How one dataset's files are read.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// Whether the operator asked for personal data to be kept.
    pub keep_personal_data: bool,
    /// More names for columns, from the operator.
    pub header_aliases: Arc<[HeaderAlias]>,
}

/// A file that could not be decoded; one such file costs this reading.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{url}: {error}")]
pub struct ReadError {
    pub url: String,
    #[source]
    pub error: DecodeError,
}
