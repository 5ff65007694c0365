//! GraphQL types for mentions and links: each row that names an organisation, and the link from the row to the
//! organisation.

use async_graphql::{Context, InputObject, Object};

use crate::{
    api::{context::graph, edges::RecordNode, provenance::Provenance},
    domain::{
        catalog::{Dataset, Publisher},
        record::Role,
        resolve::sync_resolvers,
        text::Text,
    },
    index::{Graph, LinkedMention},
    linking::{Method, Tier},
};

/// A row that names an organisation.
pub struct MentionObject<'a>(pub &'a LinkedMention);

/// A row that names an organisation.
#[sync_resolvers]
#[Object(name = "Mention")]
impl<'a> MentionObject<'a> {
    /// The role in which the row names the organisation.
    async fn role(&self) -> Role {
        self.0.role
    }

    /// The name as published in the row.
    async fn name(&self, ctx: &Context<'a>) -> Text {
        let mut written = Text::default();
        if let Some((snapshot, index)) = graph(ctx).locate(self.0.place) {
            let mut slot = 0;
            snapshot.records.mentions(index, &mut |mention| {
                if slot == self.0.slot {
                    written = mention.name.clone();
                }
                slot += 1;
            });
        }
        written
    }

    /// The unit of the organisation that the name refers to, such as a laboratory or department.
    async fn unit(&self) -> Option<&'a str> {
        self.0.unit.as_deref()
    }

    /// The record that was read from the row.
    async fn record(&self, ctx: &Context<'a>) -> Option<RecordNode<'a>> {
        let (snapshot, index) = graph(ctx).locate(self.0.place)?;
        RecordNode::of_record(snapshot, index)
    }

    /// The link from the name to the organisation, with its evidence.
    async fn link(&self) -> Link<'a> {
        Link(self.0)
    }

    /// The source: dataset, file and row.
    async fn provenance(&self, ctx: &Context<'a>) -> Option<Provenance<'a>> {
        provenance(ctx, self.0)
    }
}

/// Filters mentions. An item must satisfy every condition.
#[derive(InputObject)]
pub struct MentionFilter {
    /// Only mentions in one of these roles.
    pub roles: Option<Vec<Role>>,
    /// Only mentions that were linked by one of these rules.
    pub methods: Option<Vec<Method>>,
    /// Only rows of these datasets, by portal ID or plan number, such as `D36`.
    pub datasets: Option<Vec<String>>,
    /// Only rows of these publishers' datasets.
    pub publishers: Option<Vec<Publisher>>,
}

impl MentionFilter {
    /// Whether the mention with this number satisfies every condition.
    pub fn keeps(&self, graph: &Graph, number: u32) -> bool {
        let mention = graph.mention_at(number);
        let is_in = |holds: &dyn Fn(&Dataset) -> bool| {
            graph.locate(mention.place).is_some_and(|(snapshot, _)| holds(snapshot.dataset))
        };
        self.roles.as_ref().is_none_or(|roles| roles.contains(&mention.role))
            && self.methods.as_ref().is_none_or(|methods| methods.contains(&mention.method))
            && self
                .datasets
                .as_ref()
                .is_none_or(|ids| is_in(&|dataset| ids.iter().any(|id| dataset.is_named(id.trim()))))
            && self.publishers.as_ref().is_none_or(|codes| is_in(&|dataset| codes.contains(&dataset.publisher)))
    }
}

/// The link from a name to an organisation, with its evidence.
pub struct Link<'a>(pub &'a LinkedMention);

/// The link from a name to an organisation, with its evidence.
#[sync_resolvers]
#[Object]
impl<'a> Link<'a> {
    /// The rule that made the link.
    async fn method(&self) -> Method {
        self.0.method
    }

    /// The certainty of the rule.
    async fn tier(&self) -> Tier {
        self.0.method.tier()
    }

    /// The estimated share of correct matches among all matches of this method, from 0 to 1. It is not a similarity of
    /// the names.
    async fn score(&self) -> f64 {
        self.0.method.score()
    }

    /// The evidence that the rule found.
    async fn evidence(&self) -> &'a str {
        &self.0.evidence
    }

    /// The part of the published name that refers to the organisation, without units and joint applicants.
    async fn name(&self) -> Option<&'a str> {
        self.0.en.as_deref().or(self.0.zh.as_deref())
    }

    /// The role in which the row names the organisation.
    async fn role(&self) -> Role {
        self.0.role
    }

    /// The source: dataset, file and row.
    async fn provenance(&self, ctx: &Context<'a>) -> Option<Provenance<'a>> {
        provenance(ctx, self.0)
    }
}

pub(super) fn provenance<'a>(ctx: &Context<'a>, mention: &LinkedMention) -> Option<Provenance<'a>> {
    let (snapshot, index) = graph(ctx).locate(mention.place)?;
    Some(Provenance::of(ctx, snapshot.records.meta(index)?))
}
