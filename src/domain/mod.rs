//! The domain types of the project: values, the catalogue, tables, records, pages. This module performs no I/O and
//! depends on no other part of the crate.

pub mod catalog;
pub mod clock;
pub mod dataset_status;
pub mod date;
pub mod lexicon;
pub mod location;
pub mod memo;
pub mod metrics;
pub mod money;
pub mod number;
pub mod pagination;
pub mod period;
pub mod quality_list;
pub mod query_error;
pub mod range;
pub mod record;
pub mod resolve;
pub mod rich_text;
pub mod script;
pub mod substring;
pub mod table;
pub mod text;
pub mod value;
pub mod version;
pub mod web;
