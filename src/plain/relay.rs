//! The framework's pages, plain.

use async_graphql::{
    ObjectType, OutputType,
    connection::{Connection, ConnectionNameType, CursorType, Edge, EdgeNameType, PageInfo},
};

use super::{Asked, Plain, Ready, Sink, list, object};

impl<C, T, All, Each, Names, EdgeNames> Plain for Connection<C, T, All, Each, Names, EdgeNames>
where
    C: CursorType + Send + Sync,
    T: OutputType + Ready,
    All: ObjectType + Plain,
    Each: ObjectType,
    Names: ConnectionNameType,
    EdgeNames: EdgeNameType,
{
    fn plain<S: Sink>(&self, name: &str, asked: &Asked<'_>, sink: &mut S) -> Option<()> {
        match name {
            "nodes" => list(self.edges.iter().map(|edge| &edge.node), asked, sink),
            "edges" => self.edges.ready(asked, sink),
            "pageInfo" => {
                let cursor = |edge: &Edge<C, T, Each, EdgeNames>| edge.cursor.encode_cursor();
                let ends = PageInfo {
                    has_previous_page: self.has_previous_page,
                    has_next_page: self.has_next_page,
                    start_cursor: self.edges.first().map(cursor),
                    end_cursor: self.edges.last().map(cursor),
                };
                object(&ends, asked, sink)
            }
            _ => self.additional_fields.plain(name, asked, sink),
        }
    }
}

impl<C, T, All, Each, Names, EdgeNames> Ready for Connection<C, T, All, Each, Names, EdgeNames>
where
    C: CursorType + Send + Sync,
    T: OutputType + Ready,
    All: ObjectType + Plain,
    Each: ObjectType,
    Names: ConnectionNameType,
    EdgeNames: EdgeNameType,
{
    fn ready<S: Sink>(&self, asked: &Asked<'_>, sink: &mut S) -> Option<()> {
        object(self, asked, sink)
    }
}

/// What an edge says beside its node and cursor is the framework's own.
impl<C, T, Each, Names> Plain for Edge<C, T, Each, Names>
where
    C: CursorType + Send + Sync,
    T: OutputType + Ready,
    Each: ObjectType,
    Names: EdgeNameType,
{
    fn plain<S: Sink>(&self, name: &str, asked: &Asked<'_>, sink: &mut S) -> Option<()> {
        match name {
            "node" => self.node.ready(asked, sink),
            "cursor" => sink.text(&self.cursor.encode_cursor()),
            _ => None,
        }
    }
}

impl<C, T, Each, Names> Ready for Edge<C, T, Each, Names>
where
    C: CursorType + Send + Sync,
    T: OutputType + Ready,
    Each: ObjectType,
    Names: EdgeNameType,
{
    fn ready<S: Sink>(&self, asked: &Asked<'_>, sink: &mut S) -> Option<()> {
        object(self, asked, sink)
    }
}

impl Plain for PageInfo {
    fn plain<S: Sink>(&self, name: &str, asked: &Asked<'_>, sink: &mut S) -> Option<()> {
        match name {
            "hasPreviousPage" => self.has_previous_page.ready(asked, sink),
            "hasNextPage" => self.has_next_page.ready(asked, sink),
            "startCursor" => self.start_cursor.ready(asked, sink),
            "endCursor" => self.end_cursor.ready(asked, sink),
            _ => None,
        }
    }
}
