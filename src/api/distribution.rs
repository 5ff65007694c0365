//! A file of a dataset on the wire.

use async_graphql::Object;
use jiff::Timestamp;

use crate::{
    domain::{catalog::Format, resolve::sync_resolvers, text::Language, web::WebAddress},
    upstream::{raw::Origin, snapshot::File},
};

/// One downloadable file of a dataset.
pub struct DistributionObject<'a>(pub &'a File);

/// One downloadable file of a dataset.
#[sync_resolvers]
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

    /// The format of the file.
    async fn format(&self) -> Format {
        self.0.format
    }

    /// The language of the file, where it has one alone.
    async fn language(&self) -> Option<Language> {
        self.0.raw.distribution.language
    }

    /// The year or financial year that its name says.
    async fn period(&self) -> Option<&str> {
        self.0.raw.distribution.period.as_deref()
    }

    /// The charset that the file was found to be in.
    async fn charset(&self) -> &str {
        &self.0.charset
    }

    /// How the file came.
    async fn origin(&self) -> Origin {
        self.0.raw.origin
    }

    /// When the file was fetched.
    async fn retrieved_at(&self) -> Option<Timestamp> {
        self.0.raw.retrieved_at
    }

    /// When the publisher says that the file last changed.
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

/// The official address of a file that has one.
pub fn official_address(file: &File) -> Option<WebAddress> {
    let url = &file.raw.distribution.url;
    url.starts_with("http").then(|| WebAddress::parse(url).ok()).flatten()
}
