//! The edges of a record: the organisations that it names, and its source.

use async_graphql::{ComplexObject, Context, ID, Object, SimpleObject};

use crate::{
    api::{context::graph, provenance::Provenance},
    domain::{
        pagination::Page,
        record::{RecordMeta, Role, SearchType},
        resolve::{ByRef, SyncResolve, sync_resolvers},
        text::Text,
    },
    index::{LinkedMention, organisation::Organisation},
    publishers::{
        answer::{self, Answer},
        hkas::accreditations::Accreditation,
        hkstpc::{tenancies::Tenancy, vacancies::JobVacancy},
        itc::{
            business_grants::BusinessGrant, research_institutions::ResearchDesignation,
            tech_connect::TechConnectProject,
        },
        itf::{
            better_living::BetterLivingProject, key_laboratories::KeyLaboratory, projects::FundedProject,
            raise_plus::RaisePlusProject, trials::TrialProject, ventures::VentureInvestment,
        },
        listing::ListArguments,
    },
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
fn participants(ctx: &Context<'_>, meta: &RecordMeta, role: Role, names: &[Text]) -> Vec<Participant> {
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
fn organisations<'a>(ctx: &Context<'a>, meta: &RecordMeta, role: Role) -> Vec<&'a Organisation> {
    graph(ctx).organisations_of(meta, &[role])
}

/// The first organisation that a record names in a role.
fn organisation<'a>(ctx: &Context<'a>, meta: &RecordMeta, role: Role) -> Option<&'a Organisation> {
    organisations(ctx, meta, role).into_iter().next()
}

/// The fields that all records have in common. They are merged into the object of each record.
#[sync_resolvers]
#[Object]
impl RecordMeta {
    /// Opaque, globally unique ID, stable across refreshes and restarts.
    async fn id(&self) -> ID {
        self.id.as_str().into()
    }

    /// The name or title that stands for the record in a list.
    async fn label<'a>(&self, ctx: &Context<'a>) -> &'a Text {
        graph(ctx).label_of(self).0
    }

    /// The type under which a search finds the record.
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
impl FundedProject {
    /// The organisation that leads the project. For a joint application, the first applicant.
    async fn lead_applicant<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::LeadApplicant).map(ByRef)
    }

    /// The organisations that lead the project. A joint application has several.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn lead_applicants<'a>(&self, ctx: &Context<'a>) -> Option<Vec<ByRef<'a, Organisation>>> {
        Some(organisations(ctx, &self.meta, Role::LeadApplicant).into_iter().map(ByRef).collect())
    }

    /// The companies that take part in the project.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn company_partners(&self, ctx: &Context<'_>) -> Vec<Participant> {
        participants(ctx, &self.meta, Role::CompanyPartner, &self.partner_names)
    }

    /// The R&D Centre that the reference number identifies.
    async fn rd_centre<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::RdCentre).map(ByRef)
    }
}

#[sync_resolvers]
#[ComplexObject]
impl TrialProject {
    /// The R&D Centre that the reference number identifies.
    async fn rd_centre<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::RdCentre).map(ByRef)
    }

    /// The organisation that applied. For a joint application, the first applicant.
    async fn applicant<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::Applicant).map(ByRef)
    }

    /// The organisations that applied. A joint application has several.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn applicants<'a>(&self, ctx: &Context<'a>) -> Option<Vec<ByRef<'a, Organisation>>> {
        Some(organisations(ctx, &self.meta, Role::Applicant).into_iter().map(ByRef).collect())
    }

    /// The public bodies that try out the project's result.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn participants(&self, ctx: &Context<'_>) -> Vec<Participant> {
        participants(ctx, &self.meta, Role::Participant, &self.participant_names)
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
impl BetterLivingProject {
    /// The organisation that applied.
    async fn applicant<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::Applicant).map(ByRef)
    }

    /// The co-applicants.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn co_applicants(&self, ctx: &Context<'_>) -> Vec<Participant> {
        participants(ctx, &self.meta, Role::CoApplicant, &self.co_applicant_names)
    }
}

#[sync_resolvers]
#[ComplexObject]
impl RaisePlusProject {
    /// The universities that run the project.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn universities(&self, ctx: &Context<'_>) -> Vec<Participant> {
        participants(ctx, &self.meta, Role::LeadApplicant, &self.university_names)
    }

    /// The start-up company.
    async fn start_up<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::CoApplicant).map(ByRef)
    }
}

#[sync_resolvers]
#[ComplexObject]
impl KeyLaboratory {
    /// The host institution. If there are several, the first one.
    async fn host<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::Host).map(ByRef)
    }

    /// The host institutions.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn hosts<'a>(&self, ctx: &Context<'a>) -> Option<Vec<ByRef<'a, Organisation>>> {
        Some(organisations(ctx, &self.meta, Role::Host).into_iter().map(ByRef).collect())
    }
}

#[sync_resolvers]
#[ComplexObject]
impl VentureInvestment {
    /// The company that received the investment.
    async fn company<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::Investee).map(ByRef)
    }

    /// The investors that invested alongside the fund.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn co_investors(&self, ctx: &Context<'_>) -> Vec<Participant> {
        participants(ctx, &self.meta, Role::CoInvestor, &self.co_investor_names)
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
impl BusinessGrant {
    /// The enterprise that received the grant.
    async fn enterprise<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::Grantee).map(ByRef)
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
