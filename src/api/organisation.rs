//! GraphQL fields of an organisation's name that need the graph.

use async_graphql::{ComplexObject, Context};

use crate::{
    api::{context::graph, mention, provenance::Provenance},
    domain::resolve::sync_resolvers,
    index::organisation::OrganisationName,
};

#[sync_resolvers]
#[ComplexObject]
impl OrganisationName {
    /// The source of the first row that uses this form of the name.
    async fn provenance<'a>(&self, ctx: &Context<'a>) -> Option<Provenance<'a>> {
        mention::provenance(ctx, graph(ctx).mention_at(self.mention))
    }
}
