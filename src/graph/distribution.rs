//! A file of a dataset on the wire.

use async_graphql::Object;
use jiff::Timestamp;

use crate::{
    catalog::Format,
    graph::provenance::official_address,
    upstream::{raw::Origin, snapshot::File},
    values::{text::Language, web::WebAddress},
};

/// One downloadable file of a dataset.
pub struct DistributionObject<'a>(pub &'a File);

/// One downloadable file of a dataset.
#[Object(name = "Distribution")]
impl DistributionObject<'_> {
    /// Its official address; for bundled facts the name of the file in the bundle.
    async fn url(&self) -> &str {
        &self.0.raw.distribution.url
    }

    /// The official address, absent for bundled facts.
    async fn download(&self) -> Option<WebAddress> {
        official_address(self.0)
    }

    async fn format(&self) -> Format {
        self.0.format
    }

    async fn language(&self) -> Option<Language> {
        self.0.raw.distribution.language
    }

    /// The year or financial year that its name says.
    async fn period(&self) -> Option<&str> {
        self.0.raw.distribution.period.as_deref()
    }

    async fn charset(&self) -> &str {
        &self.0.charset
    }

    async fn origin(&self) -> Origin {
        self.0.raw.origin
    }

    async fn retrieved_at(&self) -> Option<Timestamp> {
        self.0.raw.retrieved_at
    }

    async fn published_at(&self) -> Option<Timestamp> {
        self.0.raw.published_at
    }

    /// The checksum of the file, in lower-case hex.
    async fn sha256(&self) -> &str {
        &self.0.raw.sha256
    }

    /// Its size in bytes.
    async fn byte_size(&self) -> usize {
        self.0.raw.body.len()
    }

    /// Titles and footnotes: text in the file that belongs to no row.
    async fn notes(&self) -> Vec<&str> {
        self.0.notes.iter().map(|note| note.text.as_str()).collect()
    }
}
