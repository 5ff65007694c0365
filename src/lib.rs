//! Lionrock: one GraphQL graph over Hong Kong's innovation open data.
//!
//! ```text
//! data      catalog → upstream → publishers → linking → graph → schema → server
//! imports   main → cli → (server, config) → schema → graph → (linking, publishers) → upstream → (statistics, page)
//!           → (record, query_error) → (catalog, clock, metrics, table) → lexicon → values → plain
//! ```
//!
//! Data moves one way, imports point the other way; `tests/it/architecture.rs` holds that picture and
//! `docs/architecture.md` walks through it.

pub mod catalog;
pub mod cli;
pub mod clock;
pub mod config;
pub mod graph;
pub mod lexicon;
pub mod linking;
pub mod metrics;
pub mod page;
pub mod plain;
pub mod publishers;
pub mod query_error;
pub mod record;
pub mod schema;
pub mod server;
pub mod statistics;
pub mod table;
pub mod telemetry;
pub mod upstream;
pub mod values;
