//! GraphQL type for the source of a row, in PROV terms.

use async_graphql::{Context, Object};
use jiff::{Timestamp, civil::Date};

use crate::{
    api::{
        context::view,
        dataset::DatasetObject,
        distribution::official_address,
        table::{SourceCell, SourceRow},
    },
    domain::{
        catalog::{self, LICENCE},
        record::RecordMeta,
        resolve::{Owned, sync_resolvers},
        web::WebAddress,
    },
    upstream::{
        raw::Origin,
        snapshot::{Snapshot, SnapshotFile},
    },
};

/// The source of a row: its dataset and file, the origin and time of the file, and the terms of its publication.
pub struct Provenance<'a> {
    /// The dataset that the row belongs to.
    dataset: &'static catalog::Dataset,
    row: u32,
    column: Option<usize>,
    file: Option<&'a SnapshotFile>,
}

impl<'a> Provenance<'a> {
    /// The provenance of the record with this metadata.
    pub fn of(ctx: &Context<'a>, meta: &RecordMeta) -> Self {
        let snapshot = view(ctx).graph.snapshots.of(meta.dataset);
        let file = snapshot.and_then(|snapshot| snapshot.files.get(usize::from(meta.file)));
        Self { dataset: meta.dataset, row: meta.row, column: None, file }
    }

    /// The provenance of a row, or of one of its cells, in one of a snapshot's files.
    pub fn at(snapshot: &'a Snapshot, file: u16, row: u32, column: Option<usize>) -> Self {
        Self { dataset: snapshot.dataset, row, column, file: snapshot.files.get(usize::from(file)) }
    }
}

/// The source of a row: its dataset and file, the origin and time of the file, and the terms of its publication.
#[sync_resolvers]
#[Object]
impl<'a> Provenance<'a> {
    /// The dataset that the row belongs to.
    async fn dataset(&self, ctx: &Context<'a>) -> Option<DatasetObject<'a>> {
        Some(DatasetObject::of(view(ctx), self.dataset))
    }

    /// The official URL of the file, however the file was obtained. `null` for bundled data.
    async fn distribution(&self) -> Option<WebAddress> {
        self.file.and_then(official_address)
    }

    /// The position in the file, counted from 1: the line of a CSV file, or the index of an object in JSON.
    async fn row(&self) -> u32 {
        self.row
    }

    /// The name of the sheet, if the file is a workbook.
    async fn sheet(&self) -> Option<&str> {
        self.file?.sheet.as_deref()
    }

    /// The position of the cell that contains an observation, counted from 1: an index of `cells`. `null` for a record,
    /// which is read from the whole row.
    async fn column_number(&self) -> Option<usize> {
        self.column.map(|column| column + 1)
    }

    /// The cells of the row, in the order of the columns. A merged cell has its text in each of its rows. Personal data
    /// is empty unless the operator of this gateway enables it.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn cells(&self) -> Option<Vec<Owned<SourceCell<'a>>>> {
        SourceRow::find(self.file?, self.row).map(|row| row.cells())
    }

    /// When the file was fetched.
    async fn retrieved_at(&self) -> Option<Timestamp> {
        self.file?.raw.retrieved_at
    }

    /// When the file last changed, according to the publisher.
    async fn published_at(&self) -> Option<Timestamp> {
        self.file?.raw.published_at
    }

    /// The day that the file describes, if its name or source states one.
    async fn as_of(&self) -> Option<Date> {
        self.file?.raw.as_of
    }

    /// The origin of the row.
    async fn origin(&self) -> Origin {
        self.file.map_or(Origin::Bundled, |file| file.raw.origin)
    }

    /// Whether the file was fetched through a mirror of the publisher's server.
    async fn by_mirror(&self) -> bool {
        self.file.is_some_and(|file| file.raw.by_mirror)
    }

    /// The source of a bundled row.
    async fn source(&self) -> Option<&str> {
        self.file?.raw.source.as_deref()
    }

    /// The detected character encoding.
    async fn charset(&self) -> Option<&str> {
        self.file.map(|file| file.charset.as_str())
    }

    /// The SHA-256 checksum of the file, in lower-case hexadecimal.
    async fn sha256(&self) -> Option<&str> {
        self.file.map(|file| file.raw.sha256.as_str())
    }

    /// The terms under which the data may be re-used.
    async fn licence(&self) -> &'static str {
        LICENCE.name
    }

    /// The acknowledgement that the terms require.
    async fn attribution(&self) -> &'static str {
        LICENCE.attribution
    }
}
