//! The graph as a subgraph of a supergraph (Apollo Federation 2): the part of one publisher, the part that spans
//! publishers, or the whole graph. A subgraph is a computed projection of the one schema. `ownership` determines the
//! owner of each field, `projection` selects the visible part of the schema, and `entities` answers routers.

use std::borrow::Cow;

use async_graphql::{
    EmptyMutation, ObjectType, OutputType, Positioned, SchemaBuilder, ServerResult, Value, parser::types::Field,
};

use crate::{
    api::{root::Query, scalars, subgraph::Subgraph, subscription::Subscription},
    domain::resolve::framework::{ContextSelectionSet, Registry},
};

pub mod entities;
mod ownership;
mod projection;

type Builder<Root> = SchemaBuilder<Root, EmptyMutation, Subscription>;

/// Projects the schema of the whole graph onto a subgraph.
pub fn project<Root: ObjectType + 'static>(schema: Builder<Root>, subgraph: Subgraph) -> Builder<Root> {
    let projected: [fn(Builder<Root>) -> Builder<Root>; Subgraph::ALL.len()] = [
        Builder::<Root>::register_output_type::<Projected<0>>,
        Builder::<Root>::register_output_type::<Projected<1>>,
        Builder::<Root>::register_output_type::<Projected<2>>,
        Builder::<Root>::register_output_type::<Projected<3>>,
        Builder::<Root>::register_output_type::<Projected<4>>,
        Builder::<Root>::register_output_type::<Projected<5>>,
        Builder::<Root>::register_output_type::<Projected<6>>,
        Builder::<Root>::register_output_type::<Projected<7>>,
        Builder::<Root>::register_output_type::<Projected<8>>,
    ];
    let at = Subgraph::ALL.iter().position(|known| *known == subgraph).expect("`ALL` has every subgraph");
    projected[at](schema).enable_subscription_in_federation()
}

/// Removes the parts for routers from the schema.
pub fn without_federation(schema: Builder<Query>) -> Builder<Query> {
    schema.register_output_type::<WithoutFederation>()
}

/// The subgraph at a position, as a type, because the framework gives only types access to its registry.
struct Projected<const AT: usize>;

impl<const AT: usize> OutputType for Projected<AT> {
    fn type_name() -> Cow<'static, str> {
        Query::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        scalars::specify(registry);
        projection::show_only(registry, Subgraph::ALL[AT]);
        Query::qualified_type_name()
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(Value::Null)
    }
}

/// The schema without federation, as a type.
struct WithoutFederation;

impl OutputType for WithoutFederation {
    fn type_name() -> Cow<'static, str> {
        Query::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        scalars::specify(registry);
        projection::hide_federation(registry);
        Query::qualified_type_name()
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(Value::Null)
    }
}
