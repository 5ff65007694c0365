//! Query fields for the codes and names that filters accept.

use async_graphql::{Context, Object};

use crate::{
    api::context::graph,
    domain::{
        record::Record,
        resolve::{ByRef, sync_resolvers},
    },
    index::code_lists::{CodeListEntry, YearCount},
    publishers::{
        answer::{self, Answer},
        hkas::accreditations::Accreditation,
        hkstpc::tenancies::Tenancy,
        itf::projects::FundedProject,
    },
};

/// The query fields of code lists.
#[derive(Default)]
pub struct CodeListsPart;

#[sync_resolvers]
#[Object]
impl CodeListsPart {
    /// The programmes of the Innovation and Technology Fund that have grants, with the number of grants of each. Sorted by
    /// code.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn programmes<'a>(&self, ctx: &Context<'a>) -> Answer<Vec<ByRef<'a, CodeListEntry>>> {
        Some(list::<FundedProject>(ctx, &graph(ctx).code_lists().programmes))
    }

    /// The technology areas of funded projects, with the number of projects in each. Sorted by name.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn technology_areas<'a>(&self, ctx: &Context<'a>) -> Answer<Vec<ByRef<'a, CodeListEntry>>> {
        Some(list::<FundedProject>(ctx, &graph(ctx).code_lists().technology_areas))
    }

    /// The clusters of Science Park, with the number of organisations that have a tenancy in each. Sorted by name.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn clusters<'a>(&self, ctx: &Context<'a>) -> Answer<Vec<ByRef<'a, CodeListEntry>>> {
        Some(list::<Tenancy>(ctx, &graph(ctx).code_lists().clusters))
    }

    /// The field codes of accreditations, with the number of accreditations that have each. Sorted by code.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn field_codes<'a>(&self, ctx: &Context<'a>) -> Answer<Vec<ByRef<'a, CodeListEntry>>> {
        Some(list::<Accreditation>(ctx, &graph(ctx).code_lists().field_codes))
    }

    /// The years of approval of grants, with the number of grants of each. Latest first.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn years<'a>(&self, ctx: &Context<'a>) -> Answer<Vec<YearCount>> {
        let years = graph(ctx).code_lists().years.clone();
        Some(answer::known::<FundedProject>(ctx, years.is_empty()).map(|()| years))
    }
}

/// The entries of a list. An error if the list is empty because no dataset with records of type `T` has loaded.
fn list<'a, T: Record>(
    ctx: &Context<'_>,
    entries: &'a [CodeListEntry],
) -> async_graphql::Result<Vec<ByRef<'a, CodeListEntry>>> {
    answer::known::<T>(ctx, entries.is_empty()).map(|()| entries.iter().map(ByRef).collect())
}
