//! The kind of an organisation's name.

use crate::domain::resolve::SyncResolve;
use async_graphql::Enum;

/// The kind of an organisation's name.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[graphql(name = "OrganisationNameKind")]
pub enum NameKind {
    /// The full name as a publisher writes it.
    Registered,
    /// A trading name or brand, from a curated list or stated beside the name in a row.
    Trading,
    /// A translation or another form of the name, from a curated list.
    Translation,
    /// A former name, from a curated list or stated beside the name in a row.
    Former,
    /// An acronym of the name.
    Acronym,
}
