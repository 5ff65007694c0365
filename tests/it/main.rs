//! The integration tests: the complete pipeline on real files over real HTTP, and the gateway's public interfaces.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../support/fixtures.rs"]
mod fixtures;
mod gateway;
mod local_upstream;
mod process;

mod architecture;
#[cfg(target_os = "linux")]
mod attack;
mod cli;
mod columns;
mod configuration;
mod datasets;
mod executor;
mod federation;
mod figures;
mod grants;
mod guard;
mod increments;
mod judged_search;
mod linking;
mod lists;
mod metrics;
mod orders;
mod queries;
mod readme;
mod register;
mod reload;
mod schema;
mod search;
mod server;
#[cfg(target_os = "linux")]
mod soak;
mod source_cells;
mod subscriptions;
mod traces;
mod upstream;
