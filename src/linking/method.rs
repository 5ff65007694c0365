//! Linking methods and their confidence.

use async_graphql::Enum;

use crate::domain::resolve::SyncResolve;

/// The rule that attached a name to its organisation.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[graphql(name = "LinkMethod")]
pub enum Method {
    /// The only name of the organisation, or its first one.
    Alone,
    /// A reviewed rule states that both names denote one organisation.
    Curated,
    /// The same English name, ignoring case, accents, punctuation, articles and the spelling of the legal form.
    ExactKey,
    /// The same English name, ignoring spaces.
    JoinedKey,
    /// The same Chinese name, in Traditional or Simplified script.
    ChineseKey,
    /// The same name without the legal form, if only one legal form of it is known.
    NoLegalForm,
    /// The name of a laboratory, department or branch together with its parent organisation.
    UnitOf,
    /// An acronym, or a brand whose letters occur in the name, that exactly one organisation states beside its name.
    DeclaredAcronym,
    /// A former name that exactly one organisation states beside its name.
    StatedName,
    /// A reviewed acronym, former name, trading name or translation.
    CuratedAlias,
    /// The names differ by one or two typing errors in a rare word.
    Typo,
    /// The same words in another order.
    WordOrder,
    /// The same Chinese name, but different English names.
    ChineseNameOnly,
    /// The names differ only in the legal form.
    OtherLegalForm,
    /// The names differ only by the words "Hong Kong".
    OtherQualifier,
}

/// The confidence tier of a linking method.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[graphql(name = "LinkTier")]
pub enum Tier {
    /// The names are linked.
    Certain,
    /// A typing error or another order of words. Shown as a possible match, and linked only after a review confirms it.
    Suspected,
    /// A weak match, shown as a possible match.
    Possible,
}

impl Method {
    /// Returns the tier of the method.
    pub const fn tier(self) -> Tier {
        match self {
            Self::Typo | Self::WordOrder => Tier::Suspected,
            Self::ChineseNameOnly | Self::OtherLegalForm | Self::OtherQualifier => Tier::Possible,
            _ => Tier::Certain,
        }
    }

    /// Returns the estimated probability that the method's links are correct, from 0 to 1. A constant per method, not a
    /// similarity of names.
    pub const fn score(self) -> f64 {
        match self {
            Self::Alone | Self::Curated => 1.0,
            Self::ExactKey | Self::CuratedAlias => 0.999,
            Self::JoinedKey | Self::ChineseKey => 0.995,
            Self::NoLegalForm | Self::UnitOf | Self::DeclaredAcronym | Self::StatedName => 0.99,
            Self::Typo => 0.8,
            Self::WordOrder => 0.7,
            Self::ChineseNameOnly => 0.6,
            Self::OtherQualifier => 0.5,
            Self::OtherLegalForm => 0.4,
        }
    }
}
