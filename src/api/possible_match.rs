//! GraphQL fields of possible matches and rejected links.

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

/// An organisation that may be the same as this one.
#[sync_resolvers]
#[Object]
impl<'a> PossibleMatch<'a> {
    /// The other organisation.
    async fn organisation(&self, ctx: &Context<'a>) -> &'a Organisation {
        graph(ctx).organisation_at(self.other)
    }

    /// The rule that found the match.
    async fn method(&self) -> Method {
        self.possible.method
    }

    /// The certainty of the rule.
    async fn tier(&self) -> Tier {
        self.possible.method.tier()
    }

    /// The estimated share of correct matches among all matches of this method, from 0 to 1. It is not a similarity of
    /// the names.
    async fn confidence(&self) -> f64 {
        self.possible.confidence
    }

    /// The evidence that the rule found.
    async fn evidence(&self) -> &'a str {
        &self.possible.evidence
    }
}

/// A link between two names that a rule proposed and a safeguard rejected.
#[sync_resolvers]
#[Object]
impl LinkRefusal {
    /// The two names.
    async fn names<'a>(&self, ctx: &Context<'a>) -> Vec<&'a str> {
        self.written(graph(ctx)).to_vec()
    }

    /// The reason why the link was rejected.
    async fn reason(&self) -> &'static str {
        self.reason
    }

    /// The link of each name to its own organisation.
    async fn links<'a>(&self, ctx: &Context<'a>) -> Vec<Link<'a>> {
        self.mentions.into_iter().map(|mention| Link(graph(ctx).mention_at(mention))).collect()
    }
}
