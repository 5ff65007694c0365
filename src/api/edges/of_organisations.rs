//! The edges of an organisation: the records that name it.

use async_graphql::{
    ComplexObject, Context, Enum, ID, InputObject,
    connection::{Connection, EmptyFields},
};

use crate::{
    api::{
        collaborator::{self, CollaboratorPage},
        context::{graph, view},
        dataset::{DatasetObject, PublisherObject},
        edges::grant::{self, GrantPage},
        mention::{Link, MentionFilter, MentionObject},
    },
    domain::{
        pagination::{Page, PageSource, Total, Window, by_position},
        query_error::to_graphql,
        record::{Role, SearchType},
        resolve::{ByRef, sync_resolvers},
        text::Text,
    },
    index::{
        candidate_matches::PossibleMatch,
        collaborators::{CollaboratorFilter, CollaboratorOrder},
        grants::{GrantFilter, GrantOrder},
        organisation::Organisation,
    },
    publishers::{
        answer::{self, Answer},
        hkas::accreditations::{Accreditation, AccreditationScheme},
        hkstpc::{tenancies::Tenancy, vacancies::JobVacancy},
        itc::{business_grants::BusinessGrant, research_institutions::ResearchDesignation},
        itf::{
            better_living::BetterLivingProject,
            key_laboratories::KeyLaboratory,
            projects::FundedProject,
            raise_plus::RaisePlusProject,
            trials::{TrialProject, TrialProjectFilter, TrialProjectOrder},
            ventures::VentureInvestment,
        },
        listing::ListArguments,
    },
};

/// The roles of an organisation in a trial project.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrialProjectRole {
    /// The organisation applied for the project.
    Applicant,
    /// The organisation tries out the result of the project.
    Participant,
}

impl TrialProjectRole {
    const fn role(self) -> Role {
        match self {
            Self::Applicant => Role::Applicant,
            Self::Participant => Role::Participant,
        }
    }
}

/// Filters the trial projects of an organisation. An item must satisfy every condition.
#[derive(InputObject, Default)]
pub struct OrganisationTrialProjectFilter {
    /// Only projects in which the organisation has one of these roles.
    roles: Option<Vec<TrialProjectRole>>,
    #[graphql(flatten)]
    project: TrialProjectFilter,
}

#[sync_resolvers]
#[ComplexObject]
impl Organisation {
    /// Opaque, globally unique ID, stable across refreshes and restarts.
    pub(super) async fn id(&self) -> ID {
        self.id.as_str().into()
    }

    /// The name of the organisation for use in lists: its `name`.
    async fn label(&self) -> &Text {
        &self.name
    }

    /// The search type of the organisation: `ORGANISATION`.
    async fn search_type(&self) -> SearchType {
        SearchType::Organisation
    }

    /// Former IDs, from organisations that were merged into this one. They still resolve to this organisation.
    async fn former_ids(&self) -> Vec<ID> {
        self.former_ids.iter().map(Into::into).collect()
    }

    /// The publishers whose rows name the organisation.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn publishers(&self) -> Vec<PublisherObject> {
        self.publisher_codes.iter().copied().map(PublisherObject).collect()
    }

    /// Grants of all kinds that the organisation leads or receives, latest first by default. A grant that two datasets
    /// list occurs once.
    async fn grants<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Filters the items. Omit to return all.")] filter: Option<GrantFilter>,
        #[graphql(desc = "The sort order. Default: by year, latest first.")] order_by: Option<GrantOrder>,
        window: Window,
    ) -> Answer<GrantPage<'a>> {
        Some(grant::page(ctx, Some(self), filter, order_by, &window))
    }

    /// Projects of the Innovation and Technology Fund that the organisation leads.
    async fn funded_projects<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<FundedProject>,
    ) -> Answer<Page<'a, FundedProject>> {
        match &list.order {
            Some(order) => list.page_in_order(ctx, graph(ctx).led_by(self, order)),
            None => list.page_of(ctx, graph(ctx).naming(self, &[Role::LeadApplicant])),
        }
    }

    /// Projects of the Innovation and Technology Fund in which the organisation is a company partner.
    async fn partner_projects<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<FundedProject>,
    ) -> Answer<Page<'a, FundedProject>> {
        list.page_of(ctx, graph(ctx).naming(self, &[Role::CompanyPartner]))
    }

    /// Projects of the Innovation and Technology Fund whose reference numbers identify the organisation as their R&D
    /// Centre.
    async fn centre_projects<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<FundedProject>,
    ) -> Answer<Page<'a, FundedProject>> {
        list.page_of(ctx, graph(ctx).naming(self, &[Role::RdCentre]))
    }

    /// Trial projects that the organisation applied for or takes part in.
    async fn trial_projects<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Filters the items. Omit to return all.")] filter: Option<OrganisationTrialProjectFilter>,
        #[graphql(desc = "The sort order. Default: the order of publication.")] order_by: Option<TrialProjectOrder>,
        window: Window,
        #[graphql(
            desc = "Only projects in this role: `APPLICANT` or `PARTICIPANT`.",
            deprecation = "Use `filter: { roles: [...] }`."
        )]
        role: Option<Role>,
    ) -> Answer<Page<'a, TrialProject>> {
        let OrganisationTrialProjectFilter { roles, project } = filter.unwrap_or_default();
        let roles = roles.unwrap_or_else(|| vec![TrialProjectRole::Applicant, TrialProjectRole::Participant]);
        let roles: Vec<Role> = roles.into_iter().map(TrialProjectRole::role).collect();
        let roles: Vec<Role> = roles.into_iter().filter(|known| role.is_none_or(|role| role == *known)).collect();
        let list = ListArguments::new(Some(project), order_by, window);
        list.page_of(ctx, graph(ctx).naming(self, &roles))
    }

    /// Projects of the Innovation and Technology Fund for Better Living that the organisation applied for, alone or
    /// jointly.
    async fn better_living_projects<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<BetterLivingProject>,
    ) -> Answer<Page<'a, BetterLivingProject>> {
        list.page_of(ctx, graph(ctx).naming(self, &[Role::Applicant, Role::CoApplicant]))
    }

    /// Projects of the `RAISe+` Scheme in which the organisation takes part, as university or as start-up.
    async fn raise_plus_projects<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<RaisePlusProject>,
    ) -> Answer<Page<'a, RaisePlusProject>> {
        list.page_of(ctx, graph(ctx).naming(self, &[Role::LeadApplicant, Role::CoApplicant]))
    }

    /// Grants of the Distance Business Programme that the organisation received.
    async fn business_grants<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<BusinessGrant>,
    ) -> Answer<Page<'a, BusinessGrant>> {
        list.page_of(ctx, graph(ctx).naming(self, &[Role::Grantee]))
    }

    /// All investments of the Innovation and Technology Venture Fund in the organisation, or in which it co-invested.
    #[graphql(
        complexity = "crate::domain::pagination::list_cost(child_complexity)",
        deprecation = "Use `ventureInvestmentsConnection`."
    )]
    async fn venture_investments<'a>(&self, ctx: &Context<'a>) -> Answer<Vec<ByRef<'a, VentureInvestment>>> {
        answer::list(ctx, graph(ctx).records_of(self, &[Role::Investee, Role::CoInvestor]))
    }

    /// Investments of the Innovation and Technology Venture Fund in the organisation, or in which it co-invested.
    async fn venture_investments_connection<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<VentureInvestment>,
    ) -> Answer<Page<'a, VentureInvestment>> {
        list.page_of(ctx, graph(ctx).naming(self, &[Role::Investee, Role::CoInvestor]))
    }

    /// All key laboratories that the organisation hosts.
    #[graphql(
        complexity = "crate::domain::pagination::list_cost(child_complexity)",
        deprecation = "Use `keyLaboratoriesConnection`."
    )]
    async fn key_laboratories<'a>(&self, ctx: &Context<'a>) -> Answer<Vec<ByRef<'a, KeyLaboratory>>> {
        answer::list(ctx, graph(ctx).records_of(self, &[Role::Host]))
    }

    /// Key laboratories that the organisation hosts.
    async fn key_laboratories_connection<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<KeyLaboratory>,
    ) -> Answer<Page<'a, KeyLaboratory>> {
        list.page_of(ctx, graph(ctx).naming(self, &[Role::Host]))
    }

    /// Accreditations of the organisation and of its laboratories.
    async fn accreditations<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<Accreditation>,
        #[graphql(desc = "Only accreditations under this scheme.", deprecation = "Use `filter: { schemes: [...] }`.")]
        scheme: Option<AccreditationScheme>,
    ) -> Answer<Page<'a, Accreditation>> {
        let held = graph(ctx).naming(self, &[Role::Holder]);
        list.page_of(ctx, held.filtered(|held: &Accreditation| scheme.is_none_or(|scheme| scheme == held.scheme)))
    }

    /// All tenancies of the organisation in Science Park.
    #[graphql(
        complexity = "crate::domain::pagination::list_cost(child_complexity)",
        deprecation = "Use `tenanciesConnection`."
    )]
    async fn tenancies<'a>(&self, ctx: &Context<'a>) -> Answer<Vec<ByRef<'a, Tenancy>>> {
        answer::list(ctx, graph(ctx).records_of(self, &[Role::Tenant]))
    }

    /// Tenancies of the organisation in Science Park.
    async fn tenancies_connection<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<Tenancy>,
    ) -> Answer<Page<'a, Tenancy>> {
        list.page_of(ctx, graph(ctx).naming(self, &[Role::Tenant]))
    }

    /// Job vacancies of the organisation in Science Park.
    async fn vacancies<'a>(&self, ctx: &Context<'a>, list: ListArguments<JobVacancy>) -> Answer<Page<'a, JobVacancy>> {
        list.page_of(ctx, graph(ctx).naming(self, &[Role::Employer]))
    }

    /// The designation of the organisation as a local research institution.
    async fn research_designation<'a>(&self, ctx: &Context<'a>) -> Answer<ByRef<'a, ResearchDesignation>> {
        answer::one(ctx, graph(ctx).records_of(self, &[Role::Designee]).into_iter().next())
    }

    /// The organisations that are named in the same records, those with the most shared records first, then those with
    /// the most funding.
    async fn collaborators(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Filters the items. Omit to return all.")] filter: Option<CollaboratorFilter>,
        #[graphql(
            desc = "The sort order. Default: those with the most shared records first, then those with the most funding."
        )]
        order_by: Option<CollaboratorOrder>,
        window: Window,
    ) -> async_graphql::Result<CollaboratorPage> {
        collaborator::page(ctx, self, filter, order_by, &window)
    }

    /// All rows that name the organisation.
    async fn mentions<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Filters the items. Omit to return all.")] filter: Option<MentionFilter>,
        window: Window,
    ) -> async_graphql::Result<Connection<String, MentionObject<'a>, Total, EmptyFields>> {
        let graph = graph(ctx);
        let mention = |number: u32| MentionObject(graph.mention_at(number));
        let Some(filter) = filter else {
            return to_graphql(by_position(self.mentions.len(), &window, |position| mention(self.mentions[position])));
        };
        to_graphql(DatasetObject::check_named(view(ctx), filter.datasets.as_deref()))?;
        let kept: Vec<u32> = self.mentions.iter().copied().filter(|number| filter.keeps(graph, *number)).collect();
        to_graphql(by_position(kept.len(), &window, |position| mention(kept[position])))
    }

    /// The link from each row to the organisation, with its evidence.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn links<'a>(&self, ctx: &Context<'a>) -> Vec<Link<'a>> {
        graph(ctx).mentions_to(self).map(Link).collect()
    }

    /// Organisations that may be the same as this one, most certain first. They are not linked, because no reliable
    /// rule connects them.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn possible_matches<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(default = 0.5, desc = "The minimum confidence, from 0 to 1.")] min_confidence: f64,
    ) -> Vec<PossibleMatch<'a>> {
        let mut found = graph(ctx).candidate_matches().matches(self.number);
        found.retain(|found| found.possible.confidence >= min_confidence);
        found
    }
}
