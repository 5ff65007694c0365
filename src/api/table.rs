//! A decoded file as it is: a file whose columns are not known still serves its rows.

use async_graphql::{
    Object, SimpleObject,
    connection::{Connection, EmptyFields},
};

use crate::{
    domain::{
        pagination::{Total, Window, by_position},
        query_error::to_graphql,
        resolve::{SyncResolve, sync_resolvers},
    },
    upstream::snapshot::File,
};

/// The rows of one file as decoded.
pub struct Table<'a>(pub &'a File);

/// The rows of one file as decoded, below the row that names the columns.
#[sync_resolvers]
#[Object]
impl Table<'_> {
    /// The file, by its official address or its name in the bundle.
    async fn distribution(&self) -> &str {
        &self.0.raw.distribution.url
    }

    /// The columns as named upstream.
    async fn columns(&self) -> Vec<&str> {
        self.0.table.cells(self.0.header).map(str::trim).collect()
    }

    /// How many rows stand below the header, notes included.
    async fn row_count(&self) -> usize {
        self.0.table.len().saturating_sub(self.0.header + 1)
    }

    /// The rows below the header, notes included.
    #[graphql(complexity = "crate::domain::pagination::cost(first, last, child_complexity)")]
    async fn rows(
        &self,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Connection<String, TableRow, Total, EmptyFields>> {
        let below = self.0.header + 1;
        let table = &self.0.table;
        let row = |position: usize| TableRow {
            row: table.number(below + position),
            cells: table.cells(below + position).map(str::to_owned).collect(),
        };
        to_graphql(by_position(table.len().saturating_sub(below), &Window { first, after, last, before }, row))
    }
}

/// One row of a file.
#[derive(SyncResolve, SimpleObject)]
pub struct TableRow {
    /// Its number in the file.
    pub row: u32,
    /// Its cells, in the order of the columns.
    pub cells: Vec<String>,
}
