//! The Hong Kong Productivity Council.

pub mod key_performance_indicators;
