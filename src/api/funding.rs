//! GraphQL fields of funding totals that need the graph.

use async_graphql::{ComplexObject, Context, SimpleObject};

use crate::{
    api::context::graph,
    domain::{
        money::Money,
        resolve::{SyncResolve, sync_resolvers},
    },
    index::{
        funding::{FundingGroup, FundingKind, FundingSummary},
        grants::GrantSum,
        organisation::Organisation,
    },
};

#[sync_resolvers]
#[ComplexObject]
impl FundingSummary {
    /// Totals by year. The year is `null` for grants whose sources state none.
    async fn by_year(&self, ctx: &Context<'_>) -> Vec<FundingByYear> {
        let by_year = graph(ctx).grants().sums_of(self.organisation, |key| key.year);
        let of_year = |(year, sum): (_, GrantSum)| FundingByYear {
            year,
            total: sum.known(),
            count: sum.count,
            count_without_amount: sum.without_amount,
        };
        by_year.into_iter().map(of_year).collect()
    }

    /// Totals by kind of grant and programme.
    async fn by_scheme<'a>(&self, ctx: &Context<'a>) -> Vec<FundingByScheme<'a>> {
        let grants = graph(ctx).grants();
        let scheme = |((kind, programme), sum): ((_, Option<u32>), GrantSum)| FundingByScheme {
            kind,
            programme: programme.map(|programme| grants.programme(programme)),
            total: sum.known(),
            count: sum.count,
            count_without_amount: sum.without_amount,
        };
        grants.sums_of(self.organisation, |key| (key.kind, key.programme)).into_iter().map(scheme).collect()
    }
}

/// The public funding of one year.
#[derive(SyncResolve, SimpleObject, Clone, Debug)]
pub struct FundingByYear {
    /// The year of approval. `null` for grants whose year is unknown.
    pub year: Option<i32>,
    /// The sum of the known amounts. `null` if there are grants but no amount is known.
    pub total: Option<Money>,
    /// The number of grants.
    pub count: usize,
    /// The number of grants without a known amount.
    pub count_without_amount: usize,
}

/// The public funding of one kind and programme.
#[derive(SyncResolve, SimpleObject, Clone, Debug)]
pub struct FundingByScheme<'a> {
    /// The kind of grant.
    pub kind: FundingKind,
    /// The code of the programme, for kinds of grant that have programmes.
    pub programme: Option<&'a str>,
    /// The sum of the known amounts. `null` if there are grants but no amount is known.
    pub total: Option<Money>,
    /// The number of grants.
    pub count: usize,
    /// The number of grants without a known amount.
    pub count_without_amount: usize,
}

#[sync_resolvers]
#[ComplexObject]
impl<'a> FundingGroup<'a> {
    /// The organisation, if the totals are grouped by organisation.
    async fn organisation(&self, ctx: &Context<'a>) -> Option<&'a Organisation> {
        self.organisation_number.map(|number| &graph(ctx).organisations()[number as usize])
    }
}
