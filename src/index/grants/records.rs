//! The record types that are grants, with their common properties.

use crate::{
    domain::{
        money::Money,
        record::{Record, Role},
    },
    index::funding::FundingKind,
    publishers::{
        itc::business_grants::BusinessGrant,
        itf::{
            better_living::BetterLivingProject, key_laboratories::KeyLaboratory, programme::Programme,
            projects::FundedProject, raise_plus::RaisePlusProject, trials::TrialProject, ventures::VentureInvestment,
        },
    },
};

/// A record of public money that organisations receive.
pub trait GrantRecord: Record {
    const KIND: FundingKind;
    /// The role in which it names the organisations that lead or receive the grant.
    const ROLE: Role;

    /// The amount of the grant. `None` if it is unknown.
    fn amount(&self) -> Option<Money>;

    /// The year of approval. `None` if the source states none.
    fn year(&self) -> Option<i32> {
        None
    }

    /// The programme of the Innovation and Technology Fund, for kinds of grant that have programmes.
    fn programme(&self) -> Option<&Programme> {
        None
    }

    /// The fund's reference number, which may occur in two datasets.
    fn reference(&self) -> Option<&str> {
        None
    }
}

impl GrantRecord for FundedProject {
    const KIND: FundingKind = FundingKind::FundedProject;
    const ROLE: Role = Role::LeadApplicant;

    fn amount(&self) -> Option<Money> {
        self.funding
    }

    fn year(&self) -> Option<i32> {
        self.year
    }

    fn programme(&self) -> Option<&Programme> {
        self.programme.as_ref()
    }

    fn reference(&self) -> Option<&str> {
        self.reference.as_deref()
    }
}

impl GrantRecord for TrialProject {
    const KIND: FundingKind = FundingKind::TrialProject;
    const ROLE: Role = Role::Applicant;

    fn amount(&self) -> Option<Money> {
        self.approved
    }

    fn year(&self) -> Option<i32> {
        self.year
    }

    fn reference(&self) -> Option<&str> {
        self.reference.as_deref()
    }
}

impl GrantRecord for BetterLivingProject {
    const KIND: FundingKind = FundingKind::BetterLivingProject;
    const ROLE: Role = Role::Applicant;

    fn amount(&self) -> Option<Money> {
        self.grant
    }
}

impl GrantRecord for RaisePlusProject {
    const KIND: FundingKind = FundingKind::RaisePlusProject;
    const ROLE: Role = Role::LeadApplicant;

    fn amount(&self) -> Option<Money> {
        self.approved
    }

    fn year(&self) -> Option<i32> {
        self.year
    }
}

impl GrantRecord for KeyLaboratory {
    const KIND: FundingKind = FundingKind::KeyLaboratory;
    const ROLE: Role = Role::Host;

    fn amount(&self) -> Option<Money> {
        self.funding
    }

    fn year(&self) -> Option<i32> {
        self.year
    }
}

impl GrantRecord for VentureInvestment {
    const KIND: FundingKind = FundingKind::VentureInvestment;
    const ROLE: Role = Role::Investee;

    fn amount(&self) -> Option<Money> {
        self.amount
    }

    fn year(&self) -> Option<i32> {
        self.year
    }
}

impl GrantRecord for BusinessGrant {
    const KIND: FundingKind = FundingKind::BusinessGrant;
    const ROLE: Role = Role::Grantee;

    fn amount(&self) -> Option<Money> {
        self.approved
    }
}
