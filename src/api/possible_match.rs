//! The fields of possible matches and refused links.

use async_graphql::{Context, Object};

use crate::{
    api::{context::graph, mention::Link},
    domain::resolve::sync_resolvers,
    index::{
        candidate_matches::{LinkRefusal, PossibleMatch},
        organisation::Organisation,
    },
    linking::{Method, Tier},
};

/// An organisation that may be the same one.
#[sync_resolvers]
#[Object]
impl<'a> PossibleMatch<'a> {
    /// The other organisation.
    async fn organisation(&self, ctx: &Context<'a>) -> &'a Organisation {
        graph(ctx).organisation_at(self.other)
    }

    /// The rule that sees them as alike.
    async fn method(&self) -> Method {
        self.possible.method
    }

    /// How sure the rule is.
    async fn tier(&self) -> Tier {
        self.possible.method.tier()
    }

    /// How often the rule is right, from 0 to 1: one estimate per method, not a similarity of names.
    async fn confidence(&self) -> f64 {
        self.possible.confidence
    }

    /// What the rule saw.
    async fn evidence(&self) -> &'a str {
        &self.possible.evidence
    }
}

/// A link between two names that a rule proposed and a guard refused.
#[sync_resolvers]
#[Object]
impl LinkRefusal {
    /// The two names.
    async fn names<'a>(&self, ctx: &Context<'a>) -> Vec<&'a str> {
        self.written(graph(ctx)).to_vec()
    }

    /// Why not.
    async fn reason(&self) -> &'static str {
        self.reason
    }

    /// How each name was linked instead.
    async fn links<'a>(&self, ctx: &Context<'a>) -> Vec<Link<'a>> {
        self.mentions.into_iter().map(|mention| Link(graph(ctx).mention_at(mention))).collect()
    }
}
