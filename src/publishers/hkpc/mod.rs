//! The Hong Kong Productivity Council.

use async_graphql::MergedObject;

use crate::{domain::resolve::SyncResolve, upstream::source::Source};

pub mod key_performance_indicators;

/// The datasets of this publisher.
pub const SOURCES: &[&Source] = &[&key_performance_indicators::SOURCE];

/// The Hong Kong Productivity Council.
#[derive(SyncResolve, MergedObject, Default)]
pub struct Hkpc(key_performance_indicators::HkpcIndicatorsPart);
