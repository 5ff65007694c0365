//! What a record leads to: the organisations that it names, and where it stands.

use async_graphql::{ComplexObject, Context, ID, Object, SimpleObject};

use super::page;
use crate::{
    graph::{LinkedMention, organisation::Organisation, provenance::Provenance, view::graph},
    page::{Page, Window},
    plain::{Plain, Shown, edges},
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
    record::{Head, Role},
    values::text::Text,
};

/// An organisation as a row names it, beside others.
#[derive(Plain, SimpleObject)]
#[graphql(complex)]
pub struct Participant {
    /// The name as written.
    pub name: Text,
    /// As what it takes part.
    pub role: Role,
    #[graphql(skip)]
    organisation: Option<u32>,
}

#[edges]
#[ComplexObject]
impl Participant {
    /// The organisation that the name means.
    async fn organisation<'a>(&self, ctx: &Context<'a>) -> Option<&'a Organisation> {
        self.organisation.map(|number| &graph(ctx).organisations()[number as usize])
    }
}

/// The names that a record gives in a role, each with the organisation it means; a joint name stands once for each of
/// its organisations.
fn participants(ctx: &Context<'_>, head: &Head, role: Role, names: &[Text]) -> Vec<Participant> {
    let in_role = |mention: &&LinkedMention| mention.role == role;
    let mentions = graph(ctx).mentions_of(head);
    let first_slot = graph(ctx).first_slot(head, role);
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
fn organisations<'a>(ctx: &Context<'a>, head: &Head, role: Role) -> Vec<&'a Organisation> {
    graph(ctx).organisations_of(head, &[role])
}

/// The organisation that a record names in a role, the first one of several.
fn organisation<'a>(ctx: &Context<'a>, head: &Head, role: Role) -> Option<&'a Organisation> {
    organisations(ctx, head, role).into_iter().next()
}

/// What every record tells of itself; part of each record's own object.
#[edges]
#[Object]
impl Head {
    /// Its id, the same across refreshes and restarts.
    async fn id(&self) -> ID {
        self.id.as_str().into()
    }

    /// Where it stands: the dataset, the file and the row.
    async fn provenance<'a>(&self, ctx: &Context<'a>) -> Provenance<'a> {
        Provenance::of(ctx, self)
    }
}

#[edges]
#[ComplexObject]
impl FundedProject {
    /// The organisation that leads the project, the first one of joint applicants.
    async fn lead_applicant<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::LeadApplicant).map(Shown)
    }

    /// The organisations that lead the project: several when they apply jointly.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn lead_applicants<'a>(&self, ctx: &Context<'a>) -> Option<Vec<Shown<'a, Organisation>>> {
        Some(organisations(ctx, &self.head, Role::LeadApplicant).into_iter().map(Shown).collect())
    }

    /// The companies that take part in the project.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn company_partners(&self, ctx: &Context<'_>) -> Vec<Participant> {
        participants(ctx, &self.head, Role::CompanyPartner, &self.partner_names)
    }

    /// The R&D Centre that the reference number names.
    async fn rd_centre<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::RdCentre).map(Shown)
    }
}

#[edges]
#[ComplexObject]
impl TrialProject {
    /// The R&D Centre that the reference number names.
    async fn rd_centre<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::RdCentre).map(Shown)
    }

    /// The organisation that applied, the first one of joint applicants.
    async fn applicant<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::Applicant).map(Shown)
    }

    /// The organisations that applied: several when they apply jointly.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn applicants<'a>(&self, ctx: &Context<'a>) -> Option<Vec<Shown<'a, Organisation>>> {
        Some(organisations(ctx, &self.head, Role::Applicant).into_iter().map(Shown).collect())
    }

    /// The public bodies that try out the result.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn participants(&self, ctx: &Context<'_>) -> Vec<Participant> {
        participants(ctx, &self.head, Role::Participant, &self.participant_names)
    }
}

#[edges]
#[ComplexObject]
impl TechConnectProject {
    /// The bureau or department.
    async fn department<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::Applicant).map(Shown)
    }
}

#[edges]
#[ComplexObject]
impl BetterLivingProject {
    /// The organisation that applied.
    async fn applicant<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::Applicant).map(Shown)
    }

    /// The organisations that applied with it.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn co_applicants(&self, ctx: &Context<'_>) -> Vec<Participant> {
        participants(ctx, &self.head, Role::CoApplicant, &self.co_applicant_names)
    }
}

#[edges]
#[ComplexObject]
impl RaisePlusProject {
    /// The universities whose project it is.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn universities(&self, ctx: &Context<'_>) -> Vec<Participant> {
        participants(ctx, &self.head, Role::LeadApplicant, &self.university_names)
    }

    /// The start-up company.
    async fn start_up<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::CoApplicant).map(Shown)
    }
}

#[edges]
#[ComplexObject]
impl KeyLaboratory {
    /// The institution that hosts it, the first one of several.
    async fn host<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::Host).map(Shown)
    }

    /// The institutions that host it.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn hosts<'a>(&self, ctx: &Context<'a>) -> Option<Vec<Shown<'a, Organisation>>> {
        Some(organisations(ctx, &self.head, Role::Host).into_iter().map(Shown).collect())
    }
}

#[edges]
#[ComplexObject]
impl VentureInvestment {
    /// The company that was invested in.
    async fn company<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::Investee).map(Shown)
    }

    /// Those who invested beside the fund.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn co_investors(&self, ctx: &Context<'_>) -> Vec<Participant> {
        participants(ctx, &self.head, Role::CoInvestor, &self.co_investor_names)
    }
}

#[edges]
#[ComplexObject]
impl Accreditation {
    /// The organisation that holds it: that of the laboratory, where the name is a laboratory's.
    async fn holder<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::Holder).map(Shown)
    }
}

#[edges]
#[ComplexObject]
impl Tenancy {
    /// The organisation that has the unit.
    async fn organisation<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::Tenant).map(Shown)
    }

    /// The jobs that its organisation offers.
    #[graphql(complexity = "crate::page::cost(first, last, child_complexity)")]
    async fn vacancies<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> answer::Answer<Page<'a, JobVacancy>> {
        match organisation(ctx, &self.head, Role::Tenant) {
            Some(tenant) => page(ctx, tenant, &[Role::Employer], &Window { first, after, last, before }),
            None => answer::page::<_, [&JobVacancy]>(ctx, &[], &Window { first, after, last, before }),
        }
    }
}

#[edges]
#[ComplexObject]
impl BusinessGrant {
    /// The enterprise that received it.
    async fn enterprise<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::Grantee).map(Shown)
    }
}

#[edges]
#[ComplexObject]
impl ResearchDesignation {
    /// The institution that is designated.
    async fn institution<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::Designee).map(Shown)
    }
}

#[edges]
#[ComplexObject]
impl JobVacancy {
    /// The organisation that hires.
    async fn organisation<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::Employer).map(Shown)
    }
}
