//! The GraphQL schema: built for queries and for subscriptions, and printed as SDL.
//!
//! Documents are validated by [`DocumentValidator`](crate::api::validation::DocumentValidator). The framework only
//! computes their cost.

use std::sync::Arc;

use async_graphql::{
    Data, EmptyMutation, Name, ObjectType, Request, SDLExportOptions, Schema, SchemaBuilder, ValidationMode, Value,
    parser::types::OperationDefinition,
};

use crate::{
    api::{
        descriptions,
        federation::{self, entities::Service},
        guard::Limits,
        root::Query,
        subgraph::Subgraph,
        subscription::{FreshView, Subscription},
    },
    refresh::{Refresher, view::View},
};

/// The schema. It holds no data: every request carries its view.
pub type Graphql = Schema<Query, EmptyMutation, Subscription>;

/// Builds the schema of a subgraph. The guard checks queries first; the limits set here are a second line of defence.
pub fn build(subgraph: Subgraph) -> Graphql {
    builder(Query::default(), subgraph).finish()
}

/// Builds the schema for subscriptions. Each event is resolved from the current view at that time. Queries have a
/// separate schema, because an extension of a schema adds cost to every field.
pub fn build_live(subgraph: Subgraph, refresher: Arc<Refresher>) -> Graphql {
    let builder = builder(Query::default(), subgraph);
    builder.extension(FreshView(refresher.clone())).data(refresher).finish()
}

pub(super) fn builder<Root: ObjectType + 'static>(
    root: Root,
    subgraph: Subgraph,
) -> SchemaBuilder<Root, EmptyMutation, Subscription> {
    let limits = Limits::DEFAULT;
    federation::project(described(root), subgraph)
        .data(Service::new(subgraph, subgraph_sdl))
        .validation_mode(ValidationMode::Fast)
        .limit_depth(limits.depth)
        .limit_complexity(limits.cost)
        .limit_recursive_depth(limits.nesting)
        .limit_aliases(limits.aliases)
        .limit_directives(limits.directives)
}

fn described<Root: ObjectType + 'static>(root: Root) -> SchemaBuilder<Root, EmptyMutation, Subscription> {
    descriptions::describe(Schema::build(root, EmptyMutation, Subscription))
}

/// Attaches a view to a request, which is then resolved from that view only.
pub fn on(view: &Arc<View>, request: impl Into<Request>) -> Request {
    let mut request = request.into();
    leave_numbers_out(&mut request);
    request.data = data(view);
    request
}

/// The context data of resolvers: this view.
pub fn data(view: &Arc<View>) -> Data {
    let mut data = Data::default();
    data.insert(view.graph.snapshots.clone());
    data.insert(view.unavailable.clone());
    data.insert(view.clone());
    data
}

/// Prepares the request of a subscription. Each event attaches its own view.
pub fn to_listen(mut request: Request) -> Request {
    leave_numbers_out(&mut request);
    request
}

/// Sets omitted variables of type `Int` to null. No argument of that type has a default, so null has the same meaning.
/// Without this, the framework reports an error when it computes the cost of a page.
fn leave_numbers_out(request: &mut Request) {
    let Ok(document) = request.parsed_query() else { return };
    let operations = document.operations.iter().map(|(_, operation)| &operation.node);
    let left_out: Vec<Name> = operations.flat_map(numbers).cloned().collect();
    for name in left_out {
        request.variables.entry(name).or_insert(Value::Null);
    }
}

/// The variables of type `Int` without a default.
pub(super) fn numbers(operation: &OperationDefinition) -> impl Iterator<Item = &Name> {
    let definitions = operation.variable_definitions.iter().map(|definition| &definition.node);
    definitions
        .filter(|definition| definition.default_value.is_none() && definition.var_type.node.to_string() == "Int")
        .map(|definition| &definition.name.node)
}

/// The public SDL, as committed in `schema/graph.graphql`: the schema for clients, without the parts for routers.
pub fn sdl() -> String {
    let options = SDLExportOptions::new().sorted_fields().sorted_enum_items().include_specified_by();
    printed(&federation::without_federation(described(Query::default())).finish(), options)
}

fn printed(schema: &Graphql, options: SDLExportOptions) -> String {
    let mut sdl = schema.sdl_with_options(options);
    if !sdl.ends_with('\n') {
        sdl.push('\n');
    }
    sdl
}

/// The SDL that a subgraph provides to routers and composition tools.
pub fn subgraph_sdl(subgraph: Subgraph) -> String {
    let options = SDLExportOptions::new().federation().sorted_fields().sorted_enum_items();
    printed(&build(subgraph), options)
}
