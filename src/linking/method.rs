//! How a name was linked, and how far that can be trusted.

use async_graphql::Enum;

use crate::domain::resolve::SyncResolve;

/// The rule that attached a name to its organisation.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[graphql(name = "LinkMethod")]
pub enum Method {
    /// The only name, or the first one, of its organisation.
    Alone,
    /// A reviewed line says that the two names are one organisation.
    Curated,
    /// The same English name after folding case, accents, punctuation, article and spelling of the legal form.
    ExactKey,
    /// The same English name when spaces are left out.
    JoinedKey,
    /// The same Chinese name in any script.
    ChineseKey,
    /// The same name without its legal form, where only one legal form of it is known.
    NoLegalForm,
    /// The name of a laboratory, department or branch with the organisation that it belongs to.
    UnitOf,
    /// An acronym that exactly one organisation declares beside its name.
    DeclaredAcronym,
    /// A reviewed acronym, former name, trading name or translation.
    CuratedAlias,
    /// One typing error apart in a long rare word.
    Typo,
    /// The same Chinese name beside English names that differ.
    ChineseNameOnly,
    /// The same name but for the legal form.
    OtherLegalForm,
    /// The same name but for "Hong Kong" in it.
    OtherQualifier,
}

/// How far a method can be trusted.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[graphql(name = "LinkTier")]
pub enum Tier {
    /// Makes a link.
    Certain,
    /// Close, and shown as a possible match until an audit confirms it.
    Near,
    /// Shown as a possible match.
    Possible,
}

impl Method {
    /// Whether the method makes a link.
    pub const fn tier(self) -> Tier {
        match self {
            Self::Typo => Tier::Near,
            Self::ChineseNameOnly | Self::OtherLegalForm | Self::OtherQualifier => Tier::Possible,
            _ => Tier::Certain,
        }
    }

    /// How far the method's links can be trusted, from 0 to 1: a constant per method, the estimate that its
    /// links are right, never a similarity of two names.
    pub const fn score(self) -> f64 {
        match self {
            Self::Alone | Self::Curated => 1.0,
            Self::ExactKey | Self::CuratedAlias => 0.999,
            Self::JoinedKey | Self::ChineseKey => 0.995,
            Self::NoLegalForm | Self::UnitOf | Self::DeclaredAcronym => 0.99,
            Self::Typo => 0.8,
            Self::ChineseNameOnly => 0.6,
            Self::OtherQualifier => 0.5,
            Self::OtherLegalForm => 0.4,
        }
    }
}
