//! GraphQL types for decoded files. The rows are available even if the columns are unknown.

use async_graphql::{
    ComplexObject, Object, SimpleObject,
    connection::{Connection, EmptyFields},
};

use crate::{
    domain::{
        pagination::{Total, Window, by_position},
        query_error::to_graphql,
        resolve::{Owned, SyncResolve, sync_resolvers},
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
    async fn rows(&self, window: Window) -> async_graphql::Result<Connection<String, TableRow, Total, EmptyFields>> {
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

/// A row of a published file, whether or not it was read as a record.
#[derive(SyncResolve, SimpleObject)]
#[graphql(complex)]
pub struct SourceRow<'a> {
    /// The row number in the file.
    pub number: u32,
    #[graphql(skip)]
    file: &'a SnapshotFile,
    #[graphql(skip)]
    row: usize,
}

impl<'a> SourceRow<'a> {
    /// The row with this number. `None` if the file has no such row.
    pub fn find(file: &'a SnapshotFile, number: u32) -> Option<Self> {
        file.table.row_numbered(number).map(|row| Self { number, file, row })
    }

    /// The cells with the headings of their columns. A merged cell has its text in each of its rows.
    pub fn cells(&self) -> Vec<Owned<SourceCell<'a>>> {
        let SnapshotFile { table, header, .. } = self.file;
        let cell = |column| {
            let heading = table.cell(*header, column).trim();
            let heading = (self.row != *header && !heading.is_empty()).then_some(heading);
            Owned(SourceCell { column: heading, text: table.body_cell(*header, self.row, column) })
        };
        (0..table.width(self.row)).map(cell).collect()
    }
}

#[sync_resolvers]
#[ComplexObject]
impl<'a> SourceRow<'a> {
    /// The cells, in the order of the columns. A merged cell has its text in each of its rows. Personal data is empty
    /// unless the operator of this gateway enables it.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)", name = "cells")]
    async fn source_cells(&self) -> Vec<Owned<SourceCell<'a>>> {
        self.cells()
    }
}

/// A cell of a published file.
#[derive(SyncResolve, SimpleObject)]
pub struct SourceCell<'a> {
    /// The heading of the column, as in `Table.columns`. `null` if it is blank.
    pub column: Option<&'a str>,
    /// The decoded text of the cell.
    pub text: &'a str,
}
