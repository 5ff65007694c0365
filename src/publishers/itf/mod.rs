//! The Innovation and Technology Fund.

use async_graphql::MergedObject;

use crate::upstream::source::Source;

pub mod better_living;
pub mod key_laboratories;
pub mod programme;
pub mod projects;
pub mod raise_plus;
pub mod trials;
pub mod ventures;

/// Its datasets.
pub const SOURCES: &[&Source] = &[
    &projects::SOURCE,
    &trials::SOURCE,
    &trials::SPECIAL_CALL,
    &better_living::SOURCE,
    &raise_plus::SOURCE,
    &key_laboratories::SOURCE,
    &ventures::SOURCE,
];

/// The Innovation and Technology Fund.
#[derive(MergedObject, Default)]
pub struct Itf(
    projects::ProjectsPart,
    trials::TrialsPart,
    better_living::BetterLivingPart,
    raise_plus::RaisePlusPart,
    key_laboratories::KeyLaboratoriesPart,
    ventures::VenturesPart,
);
