//! The graph as a subgraph of somebody's supergraph (Apollo Federation 2): each publisher's part, what spans the publishers,
//! or the whole. A subgraph is a projection of the one schema, computed: `ownership` tells whose each field is, `projection`
//! decides what of the schema is shown, `entities` answers routers.

use std::borrow::Cow;

use async_graphql::{
    ContextSelectionSet, EmptyMutation, ObjectType, OutputType, Positioned, SchemaBuilder, ServerResult, Value,
    parser::types::Field, registry::Registry,
};

use crate::api::{root::Query, subgraph::Subgraph, subscription::Subscription};

pub mod entities;
mod ownership;
mod projection;

type Builder<Root> = SchemaBuilder<Root, EmptyMutation, Subscription>;

/// The schema of a subgraph, from that of the whole graph.
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

/// The schema without what is for routers alone.
pub fn without_federation(schema: Builder<Query>) -> Builder<Query> {
    schema.register_output_type::<WithoutFederation>()
}

/// The subgraph at a position, as a type: the framework lets nothing but types at its registry.
struct Projected<const AT: usize>;

impl<const AT: usize> OutputType for Projected<AT> {
    fn type_name() -> Cow<'static, str> {
        Query::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
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
        projection::hide_federation(registry);
        Query::qualified_type_name()
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(Value::Null)
    }
}
