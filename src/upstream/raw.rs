//! A file as received: its bytes and its metadata.

use async_graphql::Enum;
use bytes::Bytes;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::{catalog::Distribution, resolve::SyncResolve};

/// The origin of the rows that are served.
#[derive(SyncResolve, Enum, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Fetched from the publisher, by this process or by a replica that shares its cache.
    Live,
    /// Restored from the state directory: fetched by an earlier run.
    Held,
    /// Compiled into the binary: facts with their date and source.
    Bundled,
}

/// The body of one file and its metadata.
#[derive(Clone, Debug)]
pub struct RawFile {
    pub distribution: Distribution,
    pub body: Bytes,
    pub origin: Origin,
    /// SHA-256 of the body, in lower-case hex.
    pub sha256: String,
    /// The time of the fetch. `None` for bundled files.
    pub retrieved_at: Option<Timestamp>,
    /// The time of the last change, as stated by the publisher.
    pub published_at: Option<Timestamp>,
    /// The date of the content, if the file name or the manifest states it.
    pub as_of: Option<Date>,
    /// The charset that the server declared.
    pub declared_charset: Option<String>,
    /// True if it came from a mirror instead of the official address.
    pub by_mirror: bool,
    /// The source of a bundled file.
    pub source: Option<String>,
}

/// Returns the SHA-256 in lower-case hex.
pub fn sha256_hex(body: &[u8]) -> String {
    Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect()
}
