//! The GraphQL surface: the query root, merged from what the publishers give and what spans them.

use std::sync::Arc;

use async_graphql::{EmptyMutation, EmptySubscription, MergedObject, Request, Schema};

use crate::{graph::view::View, publishers::Publishers};

mod root;

/// The query root.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub struct Query(root::Root, Publishers);

/// The schema. It holds no data: every request brings its view.
pub type Graphql = Schema<Query, EmptyMutation, EmptySubscription>;

/// The deepest that a query may nest. The deepest example has 9 levels; introspection as tools send it has 13.
const DEEPEST: usize = 24;
/// The most fields that an answer may have, counted before it is made: a page counts what is asked of each of its items.
const MOST_FIELDS: usize = 30_000;

/// Makes the schema.
pub fn build() -> Graphql {
    Schema::build(Query::default(), EmptyMutation, EmptySubscription)
        .limit_depth(DEEPEST)
        .limit_complexity(MOST_FIELDS)
        .limit_recursive_depth(64)
        .finish()
}

/// The request, answered wholly from this view.
pub fn on(view: &Arc<View>, request: impl Into<Request>) -> Request {
    request.into().data(view.graph.snapshots.clone()).data(view.clone())
}

/// The public SDL, as committed in `schema/graph.graphql`.
pub fn sdl() -> String {
    let options = async_graphql::SDLExportOptions::new().sorted_fields().sorted_enum_items();
    let mut sdl = build().sdl_with_options(options);
    if !sdl.ends_with('\n') {
        sdl.push('\n');
    }
    sdl
}
