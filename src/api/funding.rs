//! Public money on the wire; [`super::grants`] adds it up.
//!
//! Sums without ORGANISATION or CLUSTER count each grant once. Grouped by those, a joint grant counts in full for each
//! of its organisations, because no publisher says how it is shared.

use async_graphql::{ComplexObject, Context, Enum, InputObject, SimpleObject};

use crate::{
    domain::{
        money::Money,
        pagination::YearRange,
        resolve::{SyncResolve, sync_resolvers},
    },
    index::{grants::Sum, organisation::Organisation},
    refresh::view::graph,
};

/// What kind of public money a grant is.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FundingKind {
    /// A project of the Innovation and Technology Fund (D36).
    FundedProject,
    /// A project of the Public Sector Trial Scheme (D43, D44).
    TrialProject,
    /// A project of the Fund for Better Living (D32).
    BetterLivingProject,
    /// A project of the `RAISe`+ Scheme (N1).
    RaisePlusProject,
    /// Support of a key laboratory (D41).
    KeyLaboratory,
    /// An investment of the Venture Fund (D42).
    VentureInvestment,
    /// A grant of the Distance Business Programme (D1).
    BusinessGrant,
}

/// A sum of public money.
#[derive(SyncResolve, SimpleObject, Clone, Debug, Default)]
#[graphql(complex)]
pub struct FundingSummary {
    /// The sum of the amounts that are known.
    pub total: Money,
    /// How many grants there are.
    pub count: usize,
    /// How many of them are without a known amount.
    pub count_without_amount: usize,
    /// Whose grants they are.
    #[graphql(skip)]
    pub organisation: u32,
}

#[sync_resolvers]
#[ComplexObject]
impl FundingSummary {
    /// The sums by year; the year is absent where no source says it.
    async fn by_year(&self, ctx: &Context<'_>) -> Vec<FundingByYear> {
        let by_year = graph(ctx).grants().sums_of(self.organisation, |key| key.year);
        by_year.into_iter().map(|(year, sum)| FundingByYear { year, total: sum.total, count: sum.count }).collect()
    }

    /// The sums by kind and programme.
    async fn by_scheme<'a>(&self, ctx: &Context<'a>) -> Vec<FundingByScheme<'a>> {
        let grants = graph(ctx).grants();
        let scheme = |((kind, programme), Sum { total, count, .. }): ((_, Option<u32>), Sum)| FundingByScheme {
            kind,
            programme: programme.map(|programme| grants.programme(programme)),
            total,
            count,
        };
        grants.sums_of(self.organisation, |key| (key.kind, key.programme)).into_iter().map(scheme).collect()
    }
}

/// The public money of one year.
#[derive(SyncResolve, SimpleObject, Clone, Debug)]
pub struct FundingByYear {
    /// The year of approval; null for the grants whose year is not known.
    pub year: Option<i32>,
    /// The sum of the amounts that are known.
    pub total: Money,
    /// How many grants there are.
    pub count: usize,
}

/// The public money of one kind and programme.
#[derive(SyncResolve, SimpleObject, Clone, Debug)]
pub struct FundingByScheme<'a> {
    /// The kind of grant.
    pub kind: FundingKind,
    /// The code of the programme, where the kind has programmes.
    pub programme: Option<&'a str>,
    /// The sum of the amounts that are known.
    pub total: Money,
    /// How many grants there are.
    pub count: usize,
}

/// What sums are grouped by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum FundingDimension {
    /// What kind of public money it is.
    Kind,
    /// The year of approval.
    Year,
    /// The programme of the Innovation and Technology Fund.
    Programme,
    /// The cluster of the receiving organisation's tenancy in Science Park.
    Cluster,
    /// The receiving organisation.
    Organisation,
}

/// Which grants are summed: all that is given must hold.
#[derive(InputObject, Default)]
pub struct FundingFilter {
    /// Of one of these kinds.
    pub kind: Option<Vec<FundingKind>>,
    /// Approved in these years; grants whose year is not known are left out.
    pub year: Option<YearRange>,
    /// Of one of these programmes, by code.
    pub programme: Option<Vec<String>>,
    /// Received by an organisation with a tenancy in one of these clusters, by English name.
    pub cluster: Option<Vec<String>>,
    /// Received by one of these organisations.
    pub organisation: Option<Vec<async_graphql::ID>>,
}

/// A sum over the grants that share the dimensions asked for; the other dimensions are absent.
#[derive(SyncResolve, SimpleObject, Debug)]
#[graphql(complex)]
pub struct FundingGroup<'a> {
    /// The kind of grant, where the sums are by kind.
    pub kind: Option<FundingKind>,
    /// The year of approval, where the sums are by year and it is known.
    pub year: Option<i32>,
    /// The code of the programme.
    pub programme: Option<&'a str>,
    /// The English name of the cluster.
    pub cluster: Option<&'a str>,
    #[graphql(skip)]
    pub(super) organisation_number: Option<u32>,
    /// The sum of the amounts that are known.
    pub total: Money,
    /// How many grants there are.
    pub count: usize,
    /// How many of them are without a known amount.
    pub count_without_amount: usize,
}

#[sync_resolvers]
#[ComplexObject]
impl<'a> FundingGroup<'a> {
    /// The organisation, where the sums are by organisation.
    async fn organisation(&self, ctx: &Context<'a>) -> Option<&'a Organisation> {
        self.organisation_number.map(|number| &graph(ctx).organisations()[number as usize])
    }
}
