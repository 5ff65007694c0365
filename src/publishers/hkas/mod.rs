//! The Hong Kong Accreditation Service.

use async_graphql::MergedObject;

use crate::{domain::resolve::SyncResolve, upstream::source::Source};

pub mod accreditations;

/// The datasets of this publisher.
pub const SOURCES: &[&Source] = &[&accreditations::HOKLAS, &accreditations::HKCAS, &accreditations::HKIAS];

/// The Hong Kong Accreditation Service.
#[derive(SyncResolve, MergedObject, Default)]
pub struct Hkas(accreditations::AccreditationsPart);
