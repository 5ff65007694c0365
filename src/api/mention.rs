//! Mentions and links on the wire: every row that names an organisation, and why it is taken to mean this one.

use async_graphql::{Context, Object};

use crate::{
    api::{context::graph, edges::Node, provenance::Provenance},
    domain::{record::Role, resolve::sync_resolvers, text::Text},
    index::LinkedMention,
    linking::{Method, Tier},
};

/// A row that names an organisation.
pub struct MentionObject<'a>(pub &'a LinkedMention);

/// A row that names an organisation.
#[sync_resolvers]
#[Object(name = "Mention")]
impl<'a> MentionObject<'a> {
    /// As what the row names it.
    async fn role(&self) -> Role {
        self.0.role
    }

    /// The name as written in the row.
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

    /// The part of the organisation that the name speaks of, a laboratory or department.
    async fn unit(&self) -> Option<&'a str> {
        self.0.unit.as_deref()
    }

    /// The record that the row became.
    async fn record(&self, ctx: &Context<'a>) -> Option<Node<'a>> {
        let (snapshot, index) = graph(ctx).locate(self.0.place)?;
        Node::of_record(snapshot, index)
    }

    /// Why this name is taken to mean the organisation.
    async fn link(&self) -> Link<'a> {
        Link(self.0)
    }

    /// Where it stands: the dataset, the file and the row.
    async fn provenance(&self, ctx: &Context<'a>) -> Option<Provenance<'a>> {
        provenance(ctx, self.0)
    }
}

/// Why a name is taken to mean an organisation.
pub struct Link<'a>(pub &'a LinkedMention);

/// Why a name is taken to mean an organisation.
#[sync_resolvers]
#[Object]
impl<'a> Link<'a> {
    /// The rule that made the link.
    async fn method(&self) -> Method {
        self.0.method
    }

    /// How sure the rule is.
    async fn tier(&self) -> Tier {
        self.0.method.tier()
    }

    /// How far the rule's links can be trusted, from 0 to 1: one estimate per method, not a similarity of names.
    async fn score(&self) -> f64 {
        self.0.method.score()
    }

    /// What the rule saw.
    async fn evidence(&self) -> &'a str {
        &self.0.evidence
    }

    /// The organisation's own name in the row: without the unit, one of several joint applicants.
    async fn name(&self) -> Option<&'a str> {
        self.0.en.as_deref().or(self.0.zh.as_deref())
    }

    /// As what the row names it.
    async fn role(&self) -> Role {
        self.0.role
    }

    /// Where it stands: the dataset, the file and the row.
    async fn provenance(&self, ctx: &Context<'a>) -> Option<Provenance<'a>> {
        provenance(ctx, self.0)
    }
}

pub(super) fn provenance<'a>(ctx: &Context<'a>, mention: &LinkedMention) -> Option<Provenance<'a>> {
    let (snapshot, index) = graph(ctx).locate(mention.place)?;
    Some(Provenance::of(ctx, snapshot.records.meta(index)?))
}
