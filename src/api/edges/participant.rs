//! The organisations that a record names in a role.

use async_graphql::{ComplexObject, Context, SimpleObject};

use crate::{
    api::context::graph,
    domain::{
        record::{RecordMeta, Role},
        resolve::{SyncResolve, sync_resolvers},
        text::Text,
    },
    index::{LinkedMention, grants::GrantRecord, organisation::Organisation},
};

/// An organisation named in a record, with its role.
#[derive(SyncResolve, SimpleObject)]
#[graphql(complex)]
pub struct Participant {
    /// The name as published.
    pub name: Text,
    /// The role of the organisation in the record.
    pub role: Role,
    #[graphql(skip)]
    organisation: Option<u32>,
}

#[sync_resolvers]
#[ComplexObject]
impl Participant {
    /// The organisation that the name refers to.
    async fn organisation<'a>(&self, ctx: &Context<'a>) -> Option<&'a Organisation> {
        self.organisation.map(|number| &graph(ctx).organisations()[number as usize])
    }
}

/// The names that a record gives in a role, each with its organisation. A joint name is listed once for each of its
/// organisations.
pub(super) fn participants(ctx: &Context<'_>, meta: &RecordMeta, role: Role, names: &[Text]) -> Vec<Participant> {
    let in_role = |mention: &&LinkedMention| mention.role == role;
    let mentions = graph(ctx).mentions_of(meta);
    let first_slot = graph(ctx).first_slot(meta, role);
    let mut participants = Vec::with_capacity(names.len());
    for (slot, name) in (first_slot..).zip(names) {
        let meant = mentions.iter().filter(in_role).filter(|mention| usize::from(mention.slot) == slot);
        let mut numbers: Vec<Option<u32>> = meant.map(|mention| Some(mention.organisation)).collect();
        if numbers.is_empty() {
            numbers.push(None);
        }
        participants.extend(numbers.into_iter().map(|organisation| Participant {
            name: name.clone(),
            role,
            organisation,
        }));
    }
    participants
}

/// The organisations that a record names in a role.
pub(super) fn organisations<'a>(ctx: &Context<'a>, meta: &RecordMeta, role: Role) -> Vec<&'a Organisation> {
    graph(ctx).organisations_of(meta, &[role])
}

/// The first organisation that a record names in a role.
pub(super) fn organisation<'a>(ctx: &Context<'a>, meta: &RecordMeta, role: Role) -> Option<&'a Organisation> {
    organisations(ctx, meta, role).into_iter().next()
}

/// The names of the organisations that lead or receive a grant, each with its organisation.
pub(super) fn recipients<T: GrantRecord>(ctx: &Context<'_>, grant: &T) -> Vec<Participant> {
    let mut names = Vec::new();
    grant.mentions(&mut |mention| {
        if mention.role == T::ROLE {
            names.push(mention.name.clone());
        }
    });
    participants(ctx, grant.meta(), T::ROLE, &names)
}
