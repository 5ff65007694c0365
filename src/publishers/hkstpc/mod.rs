//! The Hong Kong Science and Technology Parks Corporation.

use async_graphql::MergedObject;

use crate::upstream::source::Source;

pub mod tenancies;

/// Its datasets.
pub const SOURCES: &[&Source] = &[&tenancies::SOURCE];

/// The Hong Kong Science and Technology Parks Corporation.
#[derive(MergedObject, Default)]
pub struct Hkstpc(tenancies::TenanciesPart);
