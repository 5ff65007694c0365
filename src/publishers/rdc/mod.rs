//! The R&D Centres.

use crate::upstream::source::Source;

pub mod key_performance_indicators;

/// The datasets of this publisher.
pub const SOURCES: &[&Source] = &[&key_performance_indicators::SOURCE];
