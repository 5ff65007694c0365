//! From a dataset to a snapshot: discover → fetch → decode → read → judge.
//!
//! [`source::Source`] says all that is particular to one dataset. [`raw::RawFile`]s come from the network
//! ([`fetch`]), from an earlier run ([`held`]) or compiled in ([`bundle`]); [`read`] makes the same
//! [`snapshot::Snapshot`] of them whatever their origin. Nothing here knows the graph.

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
