//! The interface `Grant`, and lists of grants of all kinds.

use async_graphql::{
    Context, ID, Interface, Object, SimpleObject,
    connection::{Connection, Edge, EmptyFields},
};

use crate::{
    api::{
        context::graph,
        edges::participant::{Participant, recipients},
    },
    domain::{
        money::Money,
        pagination::{PageItems, PageSource, Window, cursor, is_counted},
        query_error::to_graphql,
        resolve::{SyncResolve, sync_resolvers},
        text::Text,
    },
    index::{
        funding::{FundingKind, FundingTotal},
        grants::{GrantFilter, GrantList, GrantOrder, GrantRecord},
        organisation::Organisation,
    },
    publishers::{
        answer::{self, Answer},
        itc::business_grants::BusinessGrant,
        itf::{
            better_living::BetterLivingProject, key_laboratories::KeyLaboratory, programme::Programme,
            projects::FundedProject, raise_plus::RaisePlusProject, trials::TrialProject, ventures::VentureInvestment,
        },
    },
    upstream::snapshot::Snapshot,
};

/// The derive macro accepts only paths, so a reference needs a type alias.
type Ref<'a, T> = &'a T;

/// A record of public money that organisations receive, of any kind.
#[derive(SyncResolve, Interface)]
#[graphql(
    field(name = "id", ty = "ID", desc = "Opaque, globally unique ID, stable across refreshes and restarts."),
    field(
        name = "title",
        method = "grant_title",
        ty = "Text",
        desc = "The title of the project, or the name of the laboratory, company or enterprise that receives the money."
    ),
    field(
        name = "year",
        method = "grant_year",
        ty = "Option<i32>",
        desc = "The year of approval. `null` if the source states none."
    ),
    field(
        name = "programme",
        method = "grant_programme",
        ty = "Option<Programme>",
        desc = "The programme of the Innovation and Technology Fund. `null` for kinds of grant without programmes."
    ),
    field(
        name = "amount",
        method = "grant_amount",
        ty = "Option<Money>",
        desc = "The amount that totals include. `null` if it is unknown."
    ),
    field(name = "fundingKind", method = "grant_kind", ty = "FundingKind", desc = "The kind of grant."),
    field(
        name = "recipients",
        method = "grant_recipients",
        ty = "Vec<Participant>",
        desc = "The organisations that lead or receive the grant, under their published names."
    )
)]
pub enum Grant<'a> {
    FundedProject(Ref<'a, FundedProject>),
    TrialProject(Ref<'a, TrialProject>),
    BetterLivingProject(Ref<'a, BetterLivingProject>),
    RaisePlusProject(Ref<'a, RaisePlusProject>),
    KeyLaboratory(Ref<'a, KeyLaboratory>),
    VentureInvestment(Ref<'a, VentureInvestment>),
    Business(Ref<'a, BusinessGrant>),
}

impl<'a> Grant<'a> {
    /// The grant at this position in a snapshot.
    fn of_record(snapshot: &'a Snapshot, index: usize) -> Option<Self> {
        record_at::<FundedProject>(snapshot, index)
            .or_else(|| record_at::<TrialProject>(snapshot, index))
            .or_else(|| record_at::<BetterLivingProject>(snapshot, index))
            .or_else(|| record_at::<RaisePlusProject>(snapshot, index))
            .or_else(|| record_at::<KeyLaboratory>(snapshot, index))
            .or_else(|| record_at::<VentureInvestment>(snapshot, index))
            .or_else(|| record_at::<BusinessGrant>(snapshot, index))
    }
}

fn record_at<'a, T: GrantRecord>(snapshot: &'a Snapshot, index: usize) -> Option<Grant<'a>>
where
    Grant<'a>: From<&'a T>,
{
    snapshot.records::<T>().get(index).map(Grant::from)
}

/// Lets the interface [`Grant`] read its fields.
trait GrantFields {
    async fn id(&self, ctx: &Context<'_>) -> async_graphql::Result<ID>;
    async fn grant_title(&self, ctx: &Context<'_>) -> async_graphql::Result<Text>;
    async fn grant_year(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<i32>>;
    async fn grant_programme(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Programme>>;
    async fn grant_amount(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Money>>;
    async fn grant_kind(&self, ctx: &Context<'_>) -> async_graphql::Result<FundingKind>;
    async fn grant_recipients(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Participant>>;
}

impl<T: GrantRecord> GrantFields for T {
    async fn id(&self, _: &Context<'_>) -> async_graphql::Result<ID> {
        Ok(self.meta().id.as_str().into())
    }

    async fn grant_title(&self, _: &Context<'_>) -> async_graphql::Result<Text> {
        Ok(self.label().clone())
    }

    async fn grant_year(&self, _: &Context<'_>) -> async_graphql::Result<Option<i32>> {
        Ok(self.year())
    }

    async fn grant_programme(&self, _: &Context<'_>) -> async_graphql::Result<Option<Programme>> {
        Ok(self.programme().cloned())
    }

    async fn grant_amount(&self, _: &Context<'_>) -> async_graphql::Result<Option<Money>> {
        Ok(self.amount())
    }

    async fn grant_kind(&self, _: &Context<'_>) -> async_graphql::Result<FundingKind> {
        Ok(T::KIND)
    }

    async fn grant_recipients(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Participant>> {
        Ok(recipients(ctx, self))
    }
}

/// A page of grants.
pub type GrantPage<'a> = Connection<String, Grant<'a>, GrantTotals, EmptyFields>;

/// The fields of a page of grants that describe the whole list.
#[derive(SyncResolve, SimpleObject, Default)]
#[graphql(fake)]
pub struct GrantTotals {
    /// The total number of items in the list.
    pub total_count: usize,
    /// The total of all grants in the list. Each grant counts once.
    pub funding: FundingTotal,
}

/// A page of grants of all kinds, or of those that an organisation leads or receives.
pub(super) fn page<'a>(
    ctx: &Context<'a>,
    organisation: Option<&Organisation>,
    filter: Option<GrantFilter>,
    order: Option<GrantOrder>,
    window: &Window,
) -> async_graphql::Result<GrantPage<'a>> {
    let graph = graph(ctx);
    let filter = filter.unwrap_or_default();
    let kinds = filter.funding.kinds.clone();
    let list = graph.list_grants(organisation, filter, order);
    let page = window.items(&list).map(|PageItems { items, has_previous, has_next }| {
        let mut page = GrantPage::with_additional_fields(has_previous, has_next, totals(ctx, &list));
        for fact in items {
            let Some((snapshot, index)) = graph.locate(fact.place) else { continue };
            if let (Some(grant), Some(meta)) = (Grant::of_record(snapshot, index), snapshot.records.meta(index)) {
                page.edges.push(Edge::new(cursor(&meta.id), grant));
            }
        }
        page
    });
    let is_empty = page.as_ref().is_ok_and(|page| page.edges.is_empty());
    known(ctx, kinds.as_deref(), is_empty).and_then(|()| to_graphql(page))
}

/// The totals of a list that the query requests.
fn totals(ctx: &Context<'_>, list: &GrantList<'_>) -> GrantTotals {
    let asks_for_sum = ctx.look_ahead().field("funding").exists();
    let funding = if asks_for_sum { list.total() } else { FundingTotal::default() };
    let total_count = match (is_counted(ctx), asks_for_sum) {
        (true, true) => funding.count,
        (true, false) => list.count(),
        (false, _) => 0,
    };
    GrantTotals { total_count, funding }
}

/// Fails if none of the datasets with grants of a kind has loaded.
type Check = fn(&Context<'_>, bool) -> async_graphql::Result<()>;

const CHECKS: [(FundingKind, Check); 7] = [
    (FundingKind::FundedProject, answer::known::<FundedProject>),
    (FundingKind::TrialProject, answer::known::<TrialProject>),
    (FundingKind::BetterLivingProject, answer::known::<BetterLivingProject>),
    (FundingKind::RaisePlusProject, answer::known::<RaisePlusProject>),
    (FundingKind::KeyLaboratory, answer::known::<KeyLaboratory>),
    (FundingKind::VentureInvestment, answer::known::<VentureInvestment>),
    (FundingKind::BusinessGrant, answer::known::<BusinessGrant>),
];

/// An error if none of the datasets with grants of these kinds has loaded. Only an empty result can have that cause.
fn known(ctx: &Context<'_>, kinds: Option<&[FundingKind]>, is_empty: bool) -> async_graphql::Result<()> {
    let wanted = CHECKS.iter().filter(|(kind, _)| kinds.is_none_or(|kinds| kinds.contains(kind)));
    let mut first = Ok(());
    for (_, check) in wanted {
        match check(ctx, is_empty) {
            Ok(()) => return Ok(()),
            error if first.is_ok() => first = error,
            Err(_) => {}
        }
    }
    first
}

/// The root field of grants.
#[derive(Default)]
pub struct GrantsPart;

#[sync_resolvers]
#[Object]
impl GrantsPart {
    /// Grants of all kinds, latest first by default. A grant that two datasets list occurs once.
    async fn grants<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Filters the items. Omit to return all.")] filter: Option<GrantFilter>,
        #[graphql(desc = "The sort order. Default: by year, latest first.")] order_by: Option<GrantOrder>,
        window: Window,
    ) -> Answer<GrantPage<'a>> {
        Some(page(ctx, None, filter, order_by, &window))
    }
}
