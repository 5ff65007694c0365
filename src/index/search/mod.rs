//! Search: an in-memory index of words, and the evaluation of queries.
//!
//! ```text
//! texts ─ tokens ─▶ words ─ roots ─▶ dictionary, postings ─▶ text_index: one for each part ─▶ index
//! query ─ tokens, roots ─▶ terms ─ matching ─▶ matches in each part ─ ranking ─▶ hits ─ highlight ─▶ pieces
//! ```
//!
//! This module does not depend on the graph: organisations, records and datasets are numbers. [`super::searching`]
//! connects them to the graph.

mod abbreviation;
mod dictionary;
mod highlight;
mod index;
mod keys;
mod matching;
mod postings;
mod query;
mod ranking;
mod roots;
mod text_index;
mod tokens;
mod typo;

pub use highlight::{TextPiece, highlight};
pub use index::{Index, IndexedList, Item, Links, ListIndex, ListSource, OrganisationIndex, OrganisationText};
pub use matching::{Filter, Keep, SearchMatches};
pub use query::QueryTerm;
pub use ranking::ScoredItem;
