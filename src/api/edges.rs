//! The edges of the graph: between records, organisations and their sources, and the `Node` interface over everything
//! with an ID.

mod grant;
mod node;
mod of_grants;
mod of_organisations;
mod of_records;
mod participant;

pub use grant::{GrantPage, GrantsPart};
pub use node::{Node, RecordNode, SearchHit};
