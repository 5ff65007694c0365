//! Lionrock: a GraphQL gateway over Hong Kong's innovation open data.
//!
//! ```text
//! data      domain → upstream → publishers → linking → index → refresh → api → server
//! imports   main → (cli, server) → api → refresh → index → (linking, publishers) → upstream → statistics → domain
//! ```
//!
//! Data moves one way, and imports point the other way. `tests/it/architecture.rs` enforces the import rules for folders
//! and files. `docs/architecture.md` describes the code.

pub mod api;
pub mod cli;
pub mod domain;
pub mod index;
pub mod linking;
pub mod publishers;
pub mod refresh;
pub mod server;
pub mod statistics;
pub mod upstream;
