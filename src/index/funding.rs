//! Totals of public funding: their dimensions, filters and results. [`super::grants`] computes them.
//!
//! A reference number that occurs in two datasets counts once. Totals that are not grouped by `ORGANISATION` or
//! `CLUSTER` count each grant once. If they are, a joint grant counts in full for each of its organisations, because no
//! publisher states how it is shared.

use async_graphql::{Enum, InputObject, SimpleObject};

use crate::domain::{money::Money, range::YearRange, resolve::SyncResolve};

/// The kind of a grant.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FundingKind {
    /// A project of the Innovation and Technology Fund (D36, N2).
    FundedProject,
    /// A project of the Public Sector Trial Scheme (D43, D44).
    TrialProject,
    /// A project of the Innovation and Technology Fund for Better Living (D32).
    BetterLivingProject,
    /// A project of the `RAISe+` Scheme (N1).
    RaisePlusProject,
    /// Funding of a key laboratory (D41).
    KeyLaboratory,
    /// An investment of the Innovation and Technology Venture Fund (D42).
    VentureInvestment,
    /// A grant of the Distance Business Programme (D1).
    BusinessGrant,
}

/// A total of public funding.
#[derive(SyncResolve, SimpleObject, Clone, Debug, Default)]
#[graphql(complex)]
pub struct FundingSummary {
    /// The sum of the known amounts. `null` if there are grants but no amount is known.
    pub total: Option<Money>,
    /// The number of grants.
    pub count: usize,
    /// The number of grants without a known amount.
    pub count_without_amount: usize,
    /// The organisation that the grants belong to.
    #[graphql(skip)]
    pub organisation: u32,
}

/// A total of grants.
#[derive(SyncResolve, SimpleObject, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FundingTotal {
    /// The sum of the known amounts. `null` if there are grants but no amount is known.
    pub total: Option<Money>,
    /// The number of grants.
    pub count: usize,
    /// The number of grants without a known amount.
    pub count_without_amount: usize,
}

/// The dimensions by which totals can be grouped.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum FundingDimension {
    /// The kind of grant.
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

/// Filters the grants that a total includes. A grant must satisfy every condition.
#[derive(InputObject, Default)]
pub struct FundingConditions {
    /// Only grants of these kinds.
    pub kinds: Option<Vec<FundingKind>>,
    /// Only grants approved in these years. Grants without a year are excluded.
    pub year: Option<YearRange>,
    /// Only grants of these programmes, by programme code.
    pub programmes: Option<Vec<String>>,
    /// Only grants received by an organisation with a tenancy in one of these clusters, by English name.
    pub clusters: Option<Vec<String>>,
    /// Only grants received by one of these organisations.
    pub organisations: Option<Vec<async_graphql::ID>>,
}

/// A total over the grants with the same values of the requested dimensions. The other dimensions are `null`.
#[derive(SyncResolve, SimpleObject, Debug)]
#[graphql(complex)]
pub struct FundingGroup<'a> {
    /// The kind of grant, if the totals are grouped by kind.
    pub kind: Option<FundingKind>,
    /// The year of approval, if the totals are grouped by year and the year is known.
    pub year: Option<i32>,
    /// The code of the programme.
    pub programme: Option<&'a str>,
    /// The English name of the cluster.
    pub cluster: Option<&'a str>,
    #[graphql(skip)]
    pub organisation_number: Option<u32>,
    /// The sum of the known amounts. `null` if there are grants but no amount is known.
    pub total: Option<Money>,
    /// The number of grants.
    pub count: usize,
    /// The number of grants without a known amount.
    pub count_without_amount: usize,
    /// Whether the grants of this group are counted in no other group. Grouped by organisation or cluster, a joint
    /// grant is counted in full for each of its organisations, so such groups do not add up to the overall total.
    pub is_additive: bool,
}
