//! The GraphQL types that are not records, the query root, the guard, the executor and the subgraphs.

mod checked_request;
mod code_lists;
mod collaborator;
pub mod context;
pub mod dataset;
pub mod deprecated;
mod descriptions;
pub mod distribution;
pub mod document;
pub mod edges;
pub mod executor;
pub mod federation;
pub mod figures;
pub mod funding;
pub mod guard;
pub mod link_explanation;
pub mod list_csv;
pub mod mention;
pub mod organisation;
mod plan;
pub mod possible_match;
pub mod provenance;
mod root;
mod scalars;
pub mod schema;
pub mod search;
pub mod subgraph;
mod subscription;
pub mod table;
pub mod validation;

pub use checked_request::checked_request;
pub use root::Query;
pub use schema::*;
pub use subgraph::Subgraph;
