//! What an organisation leads to: the rows that name it.

use async_graphql::{
    ComplexObject, Context, ID,
    connection::{Connection, EmptyFields},
};

use crate::{
    api::{
        context::graph,
        dataset::PublisherObject,
        edges::page,
        mention::{Link, MentionObject},
    },
    domain::{
        pagination::{List, Page, Total, Window, by_position},
        query_error::to_graphql,
        record::Role,
        resolve::{ByRef, sync_resolvers},
        text::Language,
    },
    index::{candidate_matches::PossibleMatch, organisation::Organisation},
    publishers::{
        answer,
        hkas::accreditations::{Accreditation, AccreditationScheme},
        hkstpc::{tenancies::Tenancy, vacancies::JobVacancy},
        itc::{business_grants::BusinessGrant, research_institutions::ResearchDesignation},
        itf::{
            better_living::BetterLivingProject,
            key_laboratories::KeyLaboratory,
            projects::{self, FundedProject, FundedProjectFilter, FundedProjectOrder},
            raise_plus::RaisePlusProject,
            trials::TrialProject,
            ventures::VentureInvestment,
        },
    },
};

#[sync_resolvers]
#[ComplexObject]
impl Organisation {
    /// Its id, the same across refreshes and restarts.
    pub(super) async fn id(&self) -> ID {
        self.id.as_str().into()
    }

    /// The ids that it had before: of organisations that turned out to be this one. They go on to work.
    async fn former_ids(&self) -> Vec<ID> {
        self.former_ids.iter().map(Into::into).collect()
    }

    /// Its name in a language, or in the nearest one that a publisher gives.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Without it the language that the request accepts, else English.")] language: Option<Language>,
    ) -> &str {
        let accepted = || ctx.data_opt::<Language>().copied().unwrap_or(Language::En);
        self.name_in(language.unwrap_or_else(accepted))
    }

    /// The publishers whose rows name it.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn publishers(&self) -> Vec<PublisherObject> {
        self.publisher_codes.iter().copied().map(PublisherObject).collect()
    }

    /// The projects of the Innovation and Technology Fund that it leads.
    #[graphql(complexity = "crate::domain::pagination::cost(first, last, child_complexity)")]
    async fn funded_projects<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Which of them; all without it.")] filter: Option<FundedProjectFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<FundedProjectOrder>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> answer::Answer<Page<'a, FundedProject>> {
        let (graph, filter) = (graph(ctx), filter.unwrap_or_default());
        let window = Window { first, after, last, before };
        match order_by {
            Some(order) => projects::page(ctx, graph.led_by(self, &order), filter, &window),
            None => projects::page(ctx, graph.naming(self, &[Role::LeadApplicant]), filter, &window),
        }
    }

    /// The projects of the Innovation and Technology Fund that it takes part in as a company.
    #[graphql(complexity = "crate::domain::pagination::cost(first, last, child_complexity)")]
    async fn partner_projects<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> answer::Answer<Page<'a, FundedProject>> {
        page(ctx, self, &[Role::CompanyPartner], &Window { first, after, last, before })
    }

    /// The projects of the Innovation and Technology Fund whose reference numbers name it as their R&D Centre.
    #[graphql(complexity = "crate::domain::pagination::cost(first, last, child_complexity)")]
    async fn centre_projects<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> answer::Answer<Page<'a, FundedProject>> {
        page(ctx, self, &[Role::RdCentre], &Window { first, after, last, before })
    }

    /// The trial projects that it applied for or takes part in.
    #[graphql(complexity = "crate::domain::pagination::cost(first, last, child_complexity)")]
    async fn trial_projects<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Only as APPLICANT or only as PARTICIPANT.")] role: Option<Role>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> answer::Answer<Page<'a, TrialProject>> {
        let roles = role.map_or(vec![Role::Applicant, Role::Participant], |role| vec![role]);
        page(ctx, self, &roles, &Window { first, after, last, before })
    }

    /// The projects for better living that it applied for, alone or with others.
    #[graphql(complexity = "crate::domain::pagination::cost(first, last, child_complexity)")]
    async fn better_living_projects<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> answer::Answer<Page<'a, BetterLivingProject>> {
        page(ctx, self, &[Role::Applicant, Role::CoApplicant], &Window { first, after, last, before })
    }

    /// The `RAISe`+ projects that it takes part in, as university or as start-up.
    #[graphql(complexity = "crate::domain::pagination::cost(first, last, child_complexity)")]
    async fn raise_plus_projects<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> answer::Answer<Page<'a, RaisePlusProject>> {
        page(ctx, self, &[Role::LeadApplicant, Role::CoApplicant], &Window { first, after, last, before })
    }

    /// The grants of the Distance Business Programme that it received.
    #[graphql(complexity = "crate::domain::pagination::cost(first, last, child_complexity)")]
    async fn business_grants<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> answer::Answer<Page<'a, BusinessGrant>> {
        page(ctx, self, &[Role::Grantee], &Window { first, after, last, before })
    }

    /// The investments of the Venture Fund in it, or beside which it invested.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn venture_investments<'a>(&self, ctx: &Context<'a>) -> answer::Answer<Vec<ByRef<'a, VentureInvestment>>> {
        answer::list(ctx, graph(ctx).records_of(self, &[Role::Investee, Role::CoInvestor]))
    }

    /// The key laboratories that it hosts.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn key_laboratories<'a>(&self, ctx: &Context<'a>) -> answer::Answer<Vec<ByRef<'a, KeyLaboratory>>> {
        answer::list(ctx, graph(ctx).records_of(self, &[Role::Host]))
    }

    /// Its accreditations and those of its laboratories.
    #[graphql(complexity = "crate::domain::pagination::cost(first, last, child_complexity)")]
    async fn accreditations<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Only of this scheme.")] scheme: Option<AccreditationScheme>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> answer::Answer<Page<'a, Accreditation>> {
        let held = graph(ctx).naming(self, &[Role::Holder]);
        let held = held.filtered(|held: &Accreditation| scheme.is_none_or(|scheme| scheme == held.scheme));
        answer::page(ctx, &held, &Window { first, after, last, before })
    }

    /// Its units in Science Park.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn tenancies<'a>(&self, ctx: &Context<'a>) -> answer::Answer<Vec<ByRef<'a, Tenancy>>> {
        answer::list(ctx, graph(ctx).records_of(self, &[Role::Tenant]))
    }

    /// The jobs that it offers in Science Park.
    #[graphql(complexity = "crate::domain::pagination::cost(first, last, child_complexity)")]
    async fn vacancies<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> answer::Answer<Page<'a, JobVacancy>> {
        page(ctx, self, &[Role::Employer], &Window { first, after, last, before })
    }

    /// Its designation as a local research institution.
    async fn research_designation<'a>(&self, ctx: &Context<'a>) -> answer::Answer<ByRef<'a, ResearchDesignation>> {
        answer::one(ctx, graph(ctx).records_of(self, &[Role::Designee]).into_iter().next())
    }

    /// Every row that names it.
    #[graphql(complexity = "crate::domain::pagination::cost(first, last, child_complexity)")]
    async fn mentions<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Connection<String, MentionObject<'a>, Total, EmptyFields>> {
        let mention = |position: usize| MentionObject(graph(ctx).mention_at(self.mentions[position]));
        to_graphql(by_position(self.mentions.len(), &Window { first, after, last, before }, mention))
    }

    /// Why each row is taken to name it.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn links<'a>(&self, ctx: &Context<'a>) -> Vec<Link<'a>> {
        graph(ctx).mentions_to(self).map(Link).collect()
    }

    /// The organisations that may be the same one, surest first. They were not linked: no rule that can be trusted says so.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn possible_matches<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(default = 0.5, desc = "From 0 to 1.")] min_confidence: f64,
    ) -> Vec<PossibleMatch<'a>> {
        let mut found = graph(ctx).candidate_matches().matches(self.number);
        found.retain(|found| found.possible.confidence >= min_confidence);
        found
    }
}
