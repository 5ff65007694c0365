//! Synchronous resolving of the framework's connections.

use async_graphql::{
    ObjectType, OutputType,
    connection::{Connection, ConnectionNameType, CursorType, Edge, EdgeNameType, PageInfo},
};

use crate::domain::resolve::{FieldContext, JsonWriter, SyncResolve, WriteField, WriteValue, list, object};

impl<C, T, All, Each, Names, EdgeNames> WriteField for Connection<C, T, All, Each, Names, EdgeNames>
where
    C: CursorType + Send + Sync,
    T: OutputType + WriteValue,
    All: ObjectType + SyncResolve,
    Each: ObjectType,
    Names: ConnectionNameType,
    EdgeNames: EdgeNameType,
{
    fn write_field(&self, name: &str, field: &FieldContext<'_>, writer: &mut JsonWriter) -> Option<()> {
        match name {
            "nodes" => list(self.edges.iter().map(|edge| &edge.node), field, writer),
            "edges" => self.edges.write(field, writer),
            "pageInfo" => {
                let cursor = |edge: &Edge<C, T, Each, EdgeNames>| edge.cursor.encode_cursor();
                let ends = PageInfo {
                    has_previous_page: self.has_previous_page,
                    has_next_page: self.has_next_page,
                    start_cursor: self.edges.first().map(cursor),
                    end_cursor: self.edges.last().map(cursor),
                };
                object(&ends, field, writer)
            }
            _ => self.additional_fields.write_field(name, field, writer),
        }
    }
}

impl<C, T, All, Each, Names, EdgeNames> WriteValue for Connection<C, T, All, Each, Names, EdgeNames>
where
    C: CursorType + Send + Sync,
    T: OutputType + WriteValue,
    All: ObjectType + SyncResolve,
    Each: ObjectType,
    Names: ConnectionNameType,
    EdgeNames: EdgeNameType,
{
    fn write(&self, field: &FieldContext<'_>, writer: &mut JsonWriter) -> Option<()> {
        object(self, field, writer)
    }
}

/// Additional fields of an edge are left to the framework.
impl<C, T, Each, Names> WriteField for Edge<C, T, Each, Names>
where
    C: CursorType + Send + Sync,
    T: OutputType + WriteValue,
    Each: ObjectType,
    Names: EdgeNameType,
{
    fn write_field(&self, name: &str, field: &FieldContext<'_>, writer: &mut JsonWriter) -> Option<()> {
        match name {
            "node" => self.node.write(field, writer),
            "cursor" => writer.text(&self.cursor.encode_cursor()),
            _ => None,
        }
    }
}

impl<C, T, Each, Names> WriteValue for Edge<C, T, Each, Names>
where
    C: CursorType + Send + Sync,
    T: OutputType + WriteValue,
    Each: ObjectType,
    Names: EdgeNameType,
{
    fn write(&self, field: &FieldContext<'_>, writer: &mut JsonWriter) -> Option<()> {
        object(self, field, writer)
    }
}

impl WriteField for PageInfo {
    fn write_field(&self, name: &str, field: &FieldContext<'_>, writer: &mut JsonWriter) -> Option<()> {
        match name {
            "hasPreviousPage" => self.has_previous_page.write(field, writer),
            "hasNextPage" => self.has_next_page.write(field, writer),
            "startCursor" => self.start_cursor.write(field, writer),
            "endCursor" => self.end_cursor.write(field, writer),
            _ => None,
        }
    }
}
