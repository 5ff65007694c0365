//! Lionrock: one GraphQL graph over Hong Kong's innovation open data.
//!
//! ```text
//! catalog → upstream → publishers → linking → graph → schema → server      (data)
//! main → cli → server → schema → graph → (linking, publishers) → upstream → record → (catalog, table, values)   (imports)
//! ```

pub mod catalog;
pub mod clock;
pub mod graph;
pub mod linking;
pub mod page;
pub mod publishers;
pub mod query_error;
pub mod record;
pub mod table;
pub mod upstream;
pub mod values;
