//! From a dataset to a snapshot: discover → fetch → decode → read → check plausibility.
//!
//! [`source::Source`] holds the definition of one dataset.
//!
//! [`raw::RawFile`]s come from the network ([`fetch`]), from an earlier run ([`file_store`]) or from the binary
//! ([`bundle`]). [`read`] turns them into a [`snapshot::Snapshot`], regardless of their origin. Nothing here depends on
//! the graph.

mod assessment;
pub mod bundle;
pub mod columns;
pub mod decode;
pub mod discover;
pub mod fetch;
pub mod figures;
pub mod file_store;
pub mod guard;
pub mod plausibility;
pub mod raw;
pub mod read;
pub mod read_options;
pub mod replica_cache;
pub mod report;
pub mod rows;
pub mod snapshot;
pub mod snapshots;
pub mod source;
pub mod unavailable;
pub mod understanding;
