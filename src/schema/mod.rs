//! The GraphQL surface: the query root, merged from what the publishers give and what spans them.

use std::sync::Arc;

use async_graphql::{EmptyMutation, MergedObject, Request, Schema, SchemaBuilder};

use self::subscription::{FreshView, Subscription};
use crate::{
    graph::{refresh::Refresher, view::View},
    publishers::Publishers,
};

mod descriptions;
mod root;
mod subscription;

/// The query root.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub struct Query(root::Root, Publishers);

/// The schema. It holds no data: every request brings its view.
pub type Graphql = Schema<Query, EmptyMutation, Subscription>;

/// The deepest that a query may nest. The deepest example has 9 levels; introspection as tools send it has 13.
const DEEPEST: usize = 24;
/// The most fields that an answer may have, counted before it is made: a page counts what is asked of each of its items.
const MOST_FIELDS: usize = 30_000;

/// Makes the schema.
pub fn build() -> Graphql {
    builder().finish()
}

/// Makes the schema for subscriptions, each of whose events is answered from the view of its moment. Queries have a schema
/// of their own, because any extension of a schema costs every field.
pub fn build_live(refresher: Arc<Refresher>) -> Graphql {
    builder().extension(FreshView(refresher.clone())).data(refresher).finish()
}

fn builder() -> SchemaBuilder<Query, EmptyMutation, Subscription> {
    descriptions::describe(Schema::build(Query::default(), EmptyMutation, Subscription))
        .limit_depth(DEEPEST)
        .limit_complexity(MOST_FIELDS)
        .limit_recursive_depth(64)
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
