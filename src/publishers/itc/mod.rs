//! The Innovation and Technology Commission.

use async_graphql::MergedObject;

use crate::upstream::source::Source;

pub mod business_grants;
pub mod research_institutions;

/// Its datasets.
pub const SOURCES: &[&Source] = &[&business_grants::SOURCE, &research_institutions::SOURCE];

/// The Innovation and Technology Commission.
#[derive(MergedObject, Default)]
pub struct Itc(business_grants::BusinessGrantsPart, research_institutions::ResearchInstitutionsPart);
