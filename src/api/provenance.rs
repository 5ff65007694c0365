//! Where a row comes from, in PROV's words.

use async_graphql::{Context, Object};
use jiff::{Timestamp, civil::Date};

use crate::{
    api::{context::view, dataset::Dataset, distribution::official_address},
    domain::{
        catalog::{self, LICENCE},
        record::RecordMeta,
        resolve::sync_resolvers,
        web::WebAddress,
    },
    upstream::{
        raw::Origin,
        snapshot::{File, Snapshot},
    },
};

/// Where a row comes from: its dataset, its file, how and when the file came, and the terms it is published under.
pub struct Provenance<'a> {
    /// The dataset that the row belongs to.
    dataset: &'static catalog::Dataset,
    row: u32,
    file: Option<&'a File>,
}

impl<'a> Provenance<'a> {
    /// The provenance of the record with this head.
    pub fn of(ctx: &Context<'a>, meta: &RecordMeta) -> Self {
        let snapshot = view(ctx).graph.snapshots.of(meta.dataset);
        let file = snapshot.and_then(|snapshot| snapshot.files.get(usize::from(meta.file)));
        Self { dataset: meta.dataset, row: meta.row, file }
    }

    /// The provenance of a row of one of a snapshot's files.
    pub fn at(snapshot: &'a Snapshot, file: u16, row: u32) -> Self {
        Self { dataset: snapshot.dataset, row, file: snapshot.files.get(usize::from(file)) }
    }
}

/// Where a row comes from: its dataset, its file, how and when the file came, and the terms it is published under.
#[sync_resolvers]
#[Object]
impl<'a> Provenance<'a> {
    /// The dataset that the row belongs to.
    async fn dataset(&self, ctx: &Context<'a>) -> Option<Dataset<'a>> {
        Some(Dataset::of(view(ctx), self.dataset))
    }

    /// The official address of the file, by whatever way it came; absent for bundled facts.
    async fn distribution(&self) -> Option<WebAddress> {
        self.file.and_then(official_address)
    }

    /// The row in the file: the line of a CSV, the position of an object in JSON, counted from 1.
    async fn row(&self) -> u32 {
        self.row
    }

    /// When the file was fetched.
    async fn retrieved_at(&self) -> Option<Timestamp> {
        self.file?.raw.retrieved_at
    }

    /// When the publisher says that the file last changed.
    async fn published_at(&self) -> Option<Timestamp> {
        self.file?.raw.published_at
    }

    /// The day that the file is about, where its name or source says so.
    async fn as_of(&self) -> Option<Date> {
        self.file?.raw.as_of
    }

    /// How the row came.
    async fn origin(&self) -> Origin {
        self.file.map_or(Origin::Bundled, |file| file.raw.origin)
    }

    /// Whether the file came by a mirror of the publisher's server.
    async fn by_mirror(&self) -> bool {
        self.file.is_some_and(|file| file.raw.by_mirror)
    }

    /// Where a bundled fact was read.
    async fn source(&self) -> Option<&str> {
        self.file?.raw.source.as_deref()
    }

    /// The charset that the file was found to be in.
    async fn charset(&self) -> Option<&str> {
        self.file.map(|file| file.charset.as_str())
    }

    /// The checksum of the file, in lower-case hex.
    async fn sha256(&self) -> Option<&str> {
        self.file.map(|file| file.raw.sha256.as_str())
    }

    /// The terms that the data may be re-used under.
    async fn licence(&self) -> &'static str {
        LICENCE.name
    }

    /// The acknowledgement that the terms ask for.
    async fn attribution(&self) -> &'static str {
        LICENCE.attribution
    }
}
