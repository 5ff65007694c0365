//! Sums of public money: what they are grouped and filtered by, and what they consist of. [`super::grants`] computes them.
//!
//! A reference number that two datasets have counts once. Sums that are not grouped by ORGANISATION or CLUSTER count each grant once. Grouped by one of those, a joint grant counts
//! in full for each of its organisations, because no publisher says how it is shared.

use async_graphql::{Enum, InputObject, SimpleObject};

use crate::domain::{money::Money, pagination::YearRange, resolve::SyncResolve};

/// What kind of public money a grant is.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FundingKind {
    /// A project of the Innovation and Technology Fund (D36, N2).
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
    /// The sum of the amounts that are known; absent where there are grants and no amount of them is known.
    pub total: Option<Money>,
    /// How many grants there are.
    pub count: usize,
    /// How many of them are without a known amount.
    pub count_without_amount: usize,
    /// Whose grants they are.
    #[graphql(skip)]
    pub organisation: u32,
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
    pub organisation_number: Option<u32>,
    /// The sum of the amounts that are known; absent where there are grants and no amount of them is known.
    pub total: Option<Money>,
    /// How many grants there are.
    pub count: usize,
    /// How many of them are without a known amount.
    pub count_without_amount: usize,
    /// Whether every grant of this group counts in it alone. Grouped by organisation or cluster, a joint grant counts in full
    /// for each of its organisations, so such groups do not add up to the sum of all.
    pub is_additive: bool,
}
