//! The edges of a grant: the organisations that it names, and the fields of the interface `Grant`.

use async_graphql::{ComplexObject, Context};

use crate::{
    api::edges::participant::{Participant, organisation, organisations, participants, recipients},
    domain::{
        money::Money,
        record::{Record, Role},
        resolve::{ByRef, sync_resolvers},
        text::Text,
    },
    index::{funding::FundingKind, grants::GrantRecord, organisation::Organisation},
    publishers::{
        itc::business_grants::BusinessGrant,
        itf::{
            better_living::BetterLivingProject, key_laboratories::KeyLaboratory, programme::Programme,
            projects::FundedProject, raise_plus::RaisePlusProject, trials::TrialProject, ventures::VentureInvestment,
        },
    },
};

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

    /// The amount of the grant: `funding`.
    async fn amount(&self) -> Option<Money> {
        GrantRecord::amount(self)
    }

    /// The kind of grant.
    async fn funding_kind(&self) -> FundingKind {
        Self::KIND
    }

    /// The organisations that lead the project, under their published names.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn recipients(&self, ctx: &Context<'_>) -> Vec<Participant> {
        recipients(ctx, self)
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

    /// Always `null`: only funded projects state a programme.
    async fn programme(&self) -> Option<&Programme> {
        GrantRecord::programme(self)
    }

    /// The amount of the grant: `approved`.
    async fn amount(&self) -> Option<Money> {
        GrantRecord::amount(self)
    }

    /// The kind of grant.
    async fn funding_kind(&self) -> FundingKind {
        Self::KIND
    }

    /// The organisations that applied, under their published names.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn recipients(&self, ctx: &Context<'_>) -> Vec<Participant> {
        recipients(ctx, self)
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

    /// Always `null`: the source states no year of approval.
    async fn year(&self) -> Option<i32> {
        GrantRecord::year(self)
    }

    /// Always `null`: only funded projects state a programme.
    async fn programme(&self) -> Option<&Programme> {
        GrantRecord::programme(self)
    }

    /// The amount of the grant: `grant`.
    async fn amount(&self) -> Option<Money> {
        GrantRecord::amount(self)
    }

    /// The kind of grant.
    async fn funding_kind(&self) -> FundingKind {
        Self::KIND
    }

    /// The organisation that applied, under its published name.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn recipients(&self, ctx: &Context<'_>) -> Vec<Participant> {
        recipients(ctx, self)
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

    /// Always `null`: only funded projects state a programme.
    async fn programme(&self) -> Option<&Programme> {
        GrantRecord::programme(self)
    }

    /// The amount of the grant: `approved`.
    async fn amount(&self) -> Option<Money> {
        GrantRecord::amount(self)
    }

    /// The kind of grant.
    async fn funding_kind(&self) -> FundingKind {
        Self::KIND
    }

    /// The universities that run the project, under their published names.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn recipients(&self, ctx: &Context<'_>) -> Vec<Participant> {
        recipients(ctx, self)
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

    /// The title of the grant: the name of the laboratory.
    async fn title(&self) -> &Text {
        self.label()
    }

    /// Always `null`: only funded projects state a programme.
    async fn programme(&self) -> Option<&Programme> {
        GrantRecord::programme(self)
    }

    /// The amount of the grant: `funding`.
    async fn amount(&self) -> Option<Money> {
        GrantRecord::amount(self)
    }

    /// The kind of grant.
    async fn funding_kind(&self) -> FundingKind {
        Self::KIND
    }

    /// The host institutions, under their published names.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn recipients(&self, ctx: &Context<'_>) -> Vec<Participant> {
        recipients(ctx, self)
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

    /// The title of the grant: the name of the company.
    async fn title(&self) -> &Text {
        self.label()
    }

    /// Always `null`: only funded projects state a programme.
    async fn programme(&self) -> Option<&Programme> {
        GrantRecord::programme(self)
    }

    /// The kind of grant.
    async fn funding_kind(&self) -> FundingKind {
        Self::KIND
    }

    /// The company that received the investment, under its published name.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn recipients(&self, ctx: &Context<'_>) -> Vec<Participant> {
        recipients(ctx, self)
    }
}

#[sync_resolvers]
#[ComplexObject]
impl BusinessGrant {
    /// The enterprise that received the grant.
    async fn enterprise<'a>(&self, ctx: &Context<'a>) -> Option<ByRef<'a, Organisation>> {
        organisation(ctx, &self.meta, Role::Grantee).map(ByRef)
    }

    /// The title of the grant: the name of the enterprise.
    async fn title(&self) -> &Text {
        self.label()
    }

    /// Always `null`: the source states no year of approval.
    async fn year(&self) -> Option<i32> {
        GrantRecord::year(self)
    }

    /// Always `null`: only funded projects state a programme.
    async fn programme(&self) -> Option<&Programme> {
        GrantRecord::programme(self)
    }

    /// The amount of the grant: `approved`.
    async fn amount(&self) -> Option<Money> {
        GrantRecord::amount(self)
    }

    /// The kind of grant.
    async fn funding_kind(&self) -> FundingKind {
        Self::KIND
    }

    /// The enterprise that received the grant, under its published name.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn recipients(&self, ctx: &Context<'_>) -> Vec<Participant> {
        recipients(ctx, self)
    }
}
