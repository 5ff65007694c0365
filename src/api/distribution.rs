//! GraphQL type for a file of a dataset.

use async_graphql::Object;
use jiff::Timestamp;

use crate::{
    domain::{catalog::Format, resolve::sync_resolvers, text::Language, web::WebAddress},
    upstream::{raw::Origin, snapshot::SnapshotFile},
};

/// A downloadable file of a dataset.
pub struct DistributionObject<'a>(pub &'a SnapshotFile);

/// A downloadable file of a dataset.
#[sync_resolvers]
#[Object(name = "Distribution")]
impl DistributionObject<'_> {
    /// The official URL. For bundled data, the name of the file in the bundle.
    async fn url(&self) -> &str {
        &self.0.raw.distribution.url
    }

    /// The official URL for download. `null` for bundled data.
    async fn download(&self) -> Option<WebAddress> {
        official_address(self.0)
    }

    /// The format of the file.
    async fn format(&self) -> Format {
        self.0.format
    }

    /// The language of the file. `null` if it has several languages or states none.
    async fn language(&self) -> Option<Language> {
        self.0.raw.distribution.language
    }

    /// The year or financial year in the file name.
    async fn period(&self) -> Option<&str> {
        self.0.raw.distribution.period.as_deref()
    }

    /// The detected character encoding.
    async fn charset(&self) -> &str {
        &self.0.charset
    }

    /// The origin of the file.
    async fn origin(&self) -> Origin {
        self.0.raw.origin
    }

    /// When the file was fetched.
    async fn retrieved_at(&self) -> Option<Timestamp> {
        self.0.raw.retrieved_at
    }

    /// When the file last changed, according to the publisher.
    async fn published_at(&self) -> Option<Timestamp> {
        self.0.raw.published_at
    }

    /// The SHA-256 checksum of the file, in lower-case hexadecimal.
    async fn sha256(&self) -> &str {
        &self.0.raw.sha256
    }

    /// The size in bytes.
    async fn byte_size(&self) -> usize {
        self.0.raw.body.len()
    }

    /// Titles and footnotes: text in the file that is not part of a row.
    async fn notes(&self) -> Vec<&str> {
        self.0.notes.iter().map(|note| note.text.as_str()).collect()
    }
}

/// The official URL of a file, if it has one.
pub fn official_address(file: &SnapshotFile) -> Option<WebAddress> {
    let url = &file.raw.distribution.url;
    url.starts_with("http").then(|| WebAddress::parse(url).ok()).flatten()
}
