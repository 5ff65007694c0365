//! The kinds of organisations.

use async_graphql::Enum;

use crate::domain::resolve::SyncResolve;

/// The kind of an organisation.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OrganisationKind {
    /// A company.
    Company,
    /// A university or another institution that awards degrees.
    University,
    /// A research institute.
    ResearchInstitute,
    /// One of the R&D Centres that the Government set up.
    RdCentre,
    /// A Government department, bureau, statutory body or public authority.
    PublicBody,
    /// A hospital, association, charity or other body, or an organisation of unknown kind.
    Other,
}
