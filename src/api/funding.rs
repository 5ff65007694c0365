//! The fields of sums of public money that need the graph.

use async_graphql::{ComplexObject, Context, SimpleObject};

use crate::{
    api::context::graph,
    domain::{
        money::Money,
        resolve::{SyncResolve, sync_resolvers},
    },
    index::{
        funding::{FundingGroup, FundingKind, FundingSummary},
        grants::Sum,
        organisation::Organisation,
    },
};

#[sync_resolvers]
#[ComplexObject]
impl FundingSummary {
    /// The sums by year; the year is absent where no source says it.
    async fn by_year(&self, ctx: &Context<'_>) -> Vec<FundingByYear> {
        let by_year = graph(ctx).grants().sums_of(self.organisation, |key| key.year);
        by_year.into_iter().map(|(year, sum)| FundingByYear { year, total: sum.known(), count: sum.count }).collect()
    }

    /// The sums by kind and programme.
    async fn by_scheme<'a>(&self, ctx: &Context<'a>) -> Vec<FundingByScheme<'a>> {
        let grants = graph(ctx).grants();
        let scheme = |((kind, programme), sum): ((_, Option<u32>), Sum)| FundingByScheme {
            kind,
            programme: programme.map(|programme| grants.programme(programme)),
            total: sum.known(),
            count: sum.count,
        };
        grants.sums_of(self.organisation, |key| (key.kind, key.programme)).into_iter().map(scheme).collect()
    }
}

/// The public money of one year.
#[derive(SyncResolve, SimpleObject, Clone, Debug)]
pub struct FundingByYear {
    /// The year of approval; null for the grants whose year is not known.
    pub year: Option<i32>,
    /// The sum of the amounts that are known; absent where there are grants and no amount of them is known.
    pub total: Option<Money>,
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
    /// The sum of the amounts that are known; absent where there are grants and no amount of them is known.
    pub total: Option<Money>,
    /// How many grants there are.
    pub count: usize,
}

#[sync_resolvers]
#[ComplexObject]
impl<'a> FundingGroup<'a> {
    /// The organisation, where the sums are by organisation.
    async fn organisation(&self, ctx: &Context<'a>) -> Option<&'a Organisation> {
        self.organisation_number.map(|number| &graph(ctx).organisations()[number as usize])
    }
}
