//! Linking: which names are one organisation.
//!
//! ```text
//! Name ─ reading ─▶ Reading: keys, unit, acronym ─ node ─▶ one node per spelling, in key order
//!      ─ rules ─▶ proposed unions ─ cluster (guards) ─▶ clusters, links, refusals
//!      ─ evidence, kind, ledger (ids) ─▶ Linked
//! ```
//!
//! Pure: names as records give them and the curated lines go in, clusters with their evidence come out. There is no shared
//! identifier between the publishers, so identity comes from names, by keys and never by similarity; a wrong link is worse
//! than a missing one. The order of the input changes nothing but the numbering of the parts.

mod acronym;
mod chinese;
mod cluster;
mod curated;
mod curated_file;
mod evidence;
mod form;
mod id;
mod joint;
mod key;
mod kind;
mod ledger;
mod linked;
mod lookup;
mod method;
mod name_key;
mod name_kind;
mod operator_lines;
mod parsed_name;
mod piece;
mod possible;
mod reviewed_names;
mod rules;
#[cfg(test)]
mod scored;
mod unique_name;
mod unit;
mod unit_chinese;
mod unit_vocabulary;
mod vocabulary;
#[cfg(test)]
mod writings;

use std::sync::Arc;

use async_graphql::Enum;

use form::LegalForm;

pub use self::{
    chinese::fold_char,
    curated::Curated,
    curated_file::CuratedError,
    id::OrganisationId,
    ledger::{Ledger, LedgerError},
    linked::{link, link_again},
    lookup::Lookup,
    method::{Method, Tier},
    name_key::key_in_words,
    name_kind::NameKind,
    operator_lines::OperatorLines,
    reviewed_names::reviewed_names,
};
use crate::domain::{catalog::Publisher, resolve::SyncResolve};

/// A name as a record gives it: what linking sees of a mention.
#[derive(Clone, Copy, Debug)]
pub struct Name<'a> {
    pub publisher: Publisher,
    /// English; empty when there is none.
    pub en: &'a str,
    /// Chinese in any script; empty when there is none. A text without Chinese characters says nothing here.
    pub zh: &'a str,
    /// Evidence beside a possible match, never a link.
    pub website: &'a str,
    pub address: &'a str,
}

/// Everything that linking found out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Linked {
    /// In the order of the names.
    pub parts: Vec<Part>,
    /// In the order of their smallest names.
    pub clusters: Vec<Cluster>,
    pub refused: Vec<Refusal>,
    pub possible: Vec<Possible>,
    /// Every different spelling among the names, in the order of their keys.
    spellings: Vec<Spelling>,
    /// Curated lines that match nothing.
    pub warnings: Vec<String>,
}

/// One organisation that a name names: one per name, several for joint applicants. A name without any text has none.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Which name, by its position.
    pub name: u32,
    /// The position among joint applicants, from 0.
    pub joint: u8,
    pub cluster: u32,
    /// As written, without unit and declared acronym.
    pub en: Option<String>,
    pub zh: Option<String>,
    pub unit: Option<String>,
    pub method: Method,
    /// What attached it: the key, the rule or the curated line.
    pub evidence: Arc<str>,
}

/// One organisation.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    pub id: OrganisationId,
    /// Its parts, in order.
    pub parts: Vec<u32>,
    pub kind: OrganisationKind,
    pub kind_evidence: String,
    /// The organisation of the curated lines that it is.
    organisation: Option<u32>,
}

/// The keys of one spelling, each with its legal form.
#[derive(Clone, Debug, PartialEq)]
struct Spelling {
    english: Option<(String, LegalForm)>,
    chinese: Option<(String, LegalForm)>,
    /// An acronym that it declares, in lower case.
    acronym: Option<String>,
    cluster: u32,
}

/// Two parts that a rule proposed to link and a guard kept apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub a: u32,
    pub b: u32,
    pub reason: &'static str,
}

/// Two organisations that may be one; shown, never merged.
#[derive(Clone, Debug, PartialEq)]
pub struct Possible {
    pub a: u32,
    pub b: u32,
    pub method: Method,
    pub confidence: f64,
    pub evidence: String,
}

/// What an organisation is.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OrganisationKind {
    /// A firm.
    Company,
    /// A university or another institution that awards degrees.
    University,
    /// A research institute.
    ResearchInstitute,
    /// One of the R&D Centres that the Government set up.
    RdCentre,
    /// A Government department, bureau, statutory body or public authority.
    PublicBody,
    /// A hospital, an association, a charity, or what the names do not tell.
    Other,
}
