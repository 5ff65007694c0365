//! The edges of a record: the organisations that it names, and its source.

use async_graphql::{ComplexObject, Context, ID, Object};

use crate::{
    api::{context::graph, edges::participant::organisation, provenance::Provenance},
    domain::{
        pagination::Page,
        record::{RecordMeta, Role, SearchType},
        resolve::{ByRef, sync_resolvers},
        text::Text,
    },
    index::organisation::Organisation,
    publishers::{
        answer::{self, Answer},
        hkas::accreditations::Accreditation,
        hkstpc::{tenancies::Tenancy, vacancies::JobVacancy},
        itc::{research_institutions::ResearchDesignation, tech_connect::TechConnectProject},
        listing::ListArguments,
    },
};

/// The fields that all records have in common. They are merged into the object of each record.
#[sync_resolvers]
#[Object]
impl RecordMeta {
    /// Opaque, globally unique ID, stable across refreshes and restarts.
    async fn id(&self) -> ID {
        self.id.as_str().into()
    }

    /// The name or title of the record for use in lists.
    async fn label<'a>(&self, ctx: &Context<'a>) -> &'a Text {
        graph(ctx).label_of(self).0
    }

    /// The search type of the record.
    async fn search_type(&self, ctx: &Context<'_>) -> SearchType {
        graph(ctx).label_of(self).1
    }

    /// The organisations that the record names in any role, each once.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn organisations<'a>(&self, ctx: &Context<'a>) -> Vec<ByRef<'a, Organisation>> {
        graph(ctx).all_organisations_of(self).into_iter().map(ByRef).collect()
    }

    /// The source: dataset, file and row.
    async fn provenance<'a>(&self, ctx: &Context<'a>) -> Provenance<'a> {
        Provenance::of(ctx, self)
    }
}

#[sync_resolvers]
#[ComplexObject]
impl TechConnectProject {
    /// The bureau or department that runs the project.
    async fn department<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::Applicant).map(ByRef)
    }
}

#[sync_resolvers]
#[ComplexObject]
impl Accreditation {
    /// The organisation that holds the accreditation. If the published name is that of a laboratory, the organisation
    /// that the laboratory belongs to.
    async fn holder<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::Holder).map(ByRef)
    }
}

#[sync_resolvers]
#[ComplexObject]
impl Tenancy {
    /// The organisation that occupies the unit.
    async fn organisation<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::Tenant).map(ByRef)
    }

    /// Job vacancies of the tenant's organisation.
    async fn vacancies<'a>(&self, ctx: &Context<'a>, list: ListArguments<JobVacancy>) -> Answer<Page<'a, JobVacancy>> {
        match organisation(ctx, &self.meta, Role::Tenant) {
            Some(tenant) => list.page_of(ctx, graph(ctx).naming(tenant, &[Role::Employer])),
            None => answer::page::<_, [&JobVacancy]>(ctx, &[], &list.window),
        }
    }
}

#[sync_resolvers]
#[ComplexObject]
impl ResearchDesignation {
    /// The designated institution.
    async fn institution<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::Designee).map(ByRef)
    }
}

#[sync_resolvers]
#[ComplexObject]
impl JobVacancy {
    /// The hiring organisation.
    async fn organisation<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::Employer).map(ByRef)
    }
}
