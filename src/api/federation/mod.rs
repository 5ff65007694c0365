//! The graph as a subgraph of somebody's supergraph (Apollo Federation 2): each publisher's part, what spans the publishers,
//! or the whole. A subgraph is a projection of the one schema, computed: `ownership` tells whose each field is, `projection`
//! decides what of the schema is shown, `entities` answers routers.

use std::{borrow::Cow, fmt, str::FromStr};

use async_graphql::{
    ContextSelectionSet, EmptyMutation, ObjectType, OutputType, Positioned, SDLExportOptions, SchemaBuilder,
    ServerResult, Value, parser::types::Field, registry::Registry,
};

use crate::{
    api::{Query, Subscription},
    domain::catalog::Publisher,
};

pub mod entities;
mod ownership;
mod projection;

type Builder<Root> = SchemaBuilder<Root, EmptyMutation, Subscription>;

/// Which part of the graph a schema shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Subgraph {
    /// All of it, as one subgraph.
    #[default]
    Whole,
    /// What spans the publishers: identity, search, sums, datasets.
    Graph,
    /// What one publisher gives, on organisations too.
    Publisher(Publisher),
}

impl Subgraph {
    /// The whole, then the parts that make it up.
    pub const ALL: [Self; 9] = [
        Self::Whole,
        Self::Graph,
        Self::Publisher(Publisher::Itf),
        Self::Publisher(Publisher::Hkas),
        Self::Publisher(Publisher::Hkstpc),
        Self::Publisher(Publisher::Itc),
        Self::Publisher(Publisher::RdCentres),
        Self::Publisher(Publisher::Hkpc),
        Self::Publisher(Publisher::Hkctc),
    ];

    /// The subgraphs that make up the whole.
    pub fn parts() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|subgraph| *subgraph != Self::Whole)
    }

    /// Its name in commands and in the supergraph.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Graph => "graph",
            Self::Publisher(publisher) => publisher.code(),
        }
    }
}

impl fmt::Display for Subgraph {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Subgraph {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let names = || Self::ALL.map(Self::name).join(", ");
        let found = Self::ALL.into_iter().find(|subgraph| subgraph.name() == name);
        found.ok_or_else(|| format!("expected one of {}, found `{name}`", names()))
    }
}

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
    projected[at](schema).enable_subscription_in_federation().data(entities::Service::of(subgraph))
}

/// The schema without what is for routers alone.
pub fn without_federation(schema: Builder<Query>) -> Builder<Query> {
    schema.register_output_type::<SyncResolve>()
}

/// The SDL that a subgraph gives to routers and composers.
pub fn sdl(subgraph: Subgraph) -> String {
    let options = SDLExportOptions::new().federation().sorted_fields().sorted_enum_items();
    super::printed(&super::build(subgraph), options)
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
struct SyncResolve;

impl OutputType for SyncResolve {
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
