//! What a record leads to: the organisations that it names, and where it stands.

use async_graphql::{ComplexObject, Context, ID, Object, SimpleObject};

use crate::{
    api::{context::graph, edges::page, provenance::Provenance},
    domain::{
        pagination::{Page, Window},
        record::{RecordMeta, Role},
        resolve::{ByRef, SyncResolve, sync_resolvers},
        text::Text,
    },
    index::{LinkedMention, organisation::Organisation},
    publishers::{
        answer,
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
    },
};

/// An organisation as a row names it, beside others.
#[derive(SyncResolve, SimpleObject)]
#[graphql(complex)]
pub struct Participant {
    /// The name as written.
    pub name: Text,
    /// As what it takes part.
    pub role: Role,
    #[graphql(skip)]
    organisation: Option<u32>,
}

#[sync_resolvers]
#[ComplexObject]
impl Participant {
    /// The organisation that the name means.
    async fn organisation<'a>(&self, ctx: &Context<'a>) -> Option<&'a Organisation> {
        self.organisation.map(|number| &graph(ctx).organisations()[number as usize])
    }
}

/// The names that a record gives in a role, each with the organisation it means; a joint name stands once for each of
/// its organisations.
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

/// The organisation that a record names in a role, the first one of several.
fn organisation<'a>(ctx: &Context<'a>, meta: &RecordMeta, role: Role) -> Option<&'a Organisation> {
    organisations(ctx, meta, role).into_iter().next()
}

/// What every record tells of itself; part of each record's own object.
#[sync_resolvers]
#[Object]
impl RecordMeta {
    /// Its id, the same across refreshes and restarts.
    async fn id(&self) -> ID {
        self.id.as_str().into()
    }

    /// Where it stands: the dataset, the file and the row.
    async fn provenance<'a>(&self, ctx: &Context<'a>) -> Provenance<'a> {
        Provenance::of(ctx, self)
    }
}

#[sync_resolvers]
#[ComplexObject]
impl FundedProject {
    /// The organisation that leads the project, the first one of joint applicants.
    async fn lead_applicant<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::LeadApplicant).map(ByRef)
    }

    /// The organisations that lead the project: several when they apply jointly.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn lead_applicants<'a>(&self, ctx: &Context<'a>) -> Option<Vec<ByRef<'a, Organisation>>> {
        Some(organisations(ctx, &self.meta, Role::LeadApplicant).into_iter().map(ByRef).collect())
    }

    /// The companies that take part in the project.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn company_partners(&self, ctx: &Context<'_>) -> Vec<Participant> {
        participants(ctx, &self.meta, Role::CompanyPartner, &self.partner_names)
    }

    /// The R&D Centre that the reference number names.
    async fn rd_centre<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::RdCentre).map(ByRef)
    }
}

#[sync_resolvers]
#[ComplexObject]
impl TrialProject {
    /// The R&D Centre that the reference number names.
    async fn rd_centre<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::RdCentre).map(ByRef)
    }

    /// The organisation that applied, the first one of joint applicants.
    async fn applicant<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::Applicant).map(ByRef)
    }

    /// The organisations that applied: several when they apply jointly.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn applicants<'a>(&self, ctx: &Context<'a>) -> Option<Vec<ByRef<'a, Organisation>>> {
        Some(organisations(ctx, &self.meta, Role::Applicant).into_iter().map(ByRef).collect())
    }

    /// The public bodies that try out the result.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn participants(&self, ctx: &Context<'_>) -> Vec<Participant> {
        participants(ctx, &self.meta, Role::Participant, &self.participant_names)
    }
}

#[sync_resolvers]
#[ComplexObject]
impl TechConnectProject {
    /// The bureau or department.
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

    /// The organisations that applied with it.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn co_applicants(&self, ctx: &Context<'_>) -> Vec<Participant> {
        participants(ctx, &self.meta, Role::CoApplicant, &self.co_applicant_names)
    }
}

#[sync_resolvers]
#[ComplexObject]
impl RaisePlusProject {
    /// The universities whose project it is.
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
    /// The institution that hosts it, the first one of several.
    async fn host<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::Host).map(ByRef)
    }

    /// The institutions that host it.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn hosts<'a>(&self, ctx: &Context<'a>) -> Option<Vec<ByRef<'a, Organisation>>> {
        Some(organisations(ctx, &self.meta, Role::Host).into_iter().map(ByRef).collect())
    }
}

#[sync_resolvers]
#[ComplexObject]
impl VentureInvestment {
    /// The company that was invested in.
    async fn company<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::Investee).map(ByRef)
    }

    /// Those who invested beside the fund.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn co_investors(&self, ctx: &Context<'_>) -> Vec<Participant> {
        participants(ctx, &self.meta, Role::CoInvestor, &self.co_investor_names)
    }
}

#[sync_resolvers]
#[ComplexObject]
impl Accreditation {
    /// The organisation that holds it: that of the laboratory, where the name is a laboratory's.
    async fn holder<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::Holder).map(ByRef)
    }
}

#[sync_resolvers]
#[ComplexObject]
impl Tenancy {
    /// The organisation that has the unit.
    async fn organisation<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::Tenant).map(ByRef)
    }

    /// The jobs that its organisation offers.
    #[graphql(complexity = "crate::domain::pagination::cost(first, last, child_complexity)")]
    async fn vacancies<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> answer::Answer<Page<'a, JobVacancy>> {
        match organisation(ctx, &self.meta, Role::Tenant) {
            Some(tenant) => page(ctx, tenant, &[Role::Employer], &Window { first, after, last, before }),
            None => answer::page::<_, [&JobVacancy]>(ctx, &[], &Window { first, after, last, before }),
        }
    }
}

#[sync_resolvers]
#[ComplexObject]
impl BusinessGrant {
    /// The enterprise that received it.
    async fn enterprise<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::Grantee).map(ByRef)
    }
}

#[sync_resolvers]
#[ComplexObject]
impl ResearchDesignation {
    /// The institution that is designated.
    async fn institution<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::Designee).map(ByRef)
    }
}

#[sync_resolvers]
#[ComplexObject]
impl JobVacancy {
    /// The organisation that hires.
    async fn organisation<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::Employer).map(ByRef)
    }
}
