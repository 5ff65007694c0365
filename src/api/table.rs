//! A decoded file as it is: even a file with unknown columns serves its rows.

use async_graphql::{
    Context, Object, SimpleObject,
    connection::{Connection, EmptyFields},
};

use crate::{
    domain::{
        pagination::{Total, Window, by_position},
        query_error::to_graphql,
        resolve::{SyncResolve, sync_resolvers},
    },
    upstream::snapshot::SnapshotFile,
};

/// The rows of one file as decoded.
pub struct TableObject<'a>(pub &'a SnapshotFile);

/// The decoded rows of one file, below its header.
#[sync_resolvers]
#[Object(name = "Table")]
impl TableObject<'_> {
    /// The file, by its official URL or its name in the bundle.
    async fn distribution(&self) -> &str {
        &self.0.raw.distribution.url
    }

    /// The published names of the columns.
    async fn columns(&self) -> Vec<&str> {
        self.0.table.cells(self.0.header).map(str::trim).collect()
    }

    /// The number of rows below the header, including notes.
    async fn row_count(&self) -> usize {
        self.0.table.len().saturating_sub(self.0.header + 1)
    }

    /// The rows below the header, including notes.
    async fn rows(
        &self,
        ctx: &Context<'_>,
        window: Window,
    ) -> async_graphql::Result<Connection<String, TableRow, Total, EmptyFields>> {
        let below = self.0.header + 1;
        let table = &self.0.table;
        let row = |position: usize| TableRow {
            row: table.number(below + position),
            cells: table.cells(below + position).map(str::to_owned).collect(),
        };
        to_graphql(by_position(table.len().saturating_sub(below), &window, row))
    }
}

/// One row of a file.
#[derive(SyncResolve, SimpleObject)]
pub struct TableRow {
    /// The row number in the file.
    pub row: u32,
    /// The cells, in the order of the columns.
    pub cells: Vec<String>,
}
