//! The R&D Centres.

pub mod key_performance_indicators;
