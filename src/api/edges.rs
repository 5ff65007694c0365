//! The edges of the graph: between records, organisations and their sources, and the `Node` interface over everything
//! with an ID.

mod node;
mod of_organisations;
mod of_records;

pub use node::{Node, RecordNode, SearchHit};
