//! The result of linking: parts, clusters, refused links and possible matches.

use std::sync::Arc;

use crate::linking::{
    form::LegalForm, id::OrganisationId, method::Method, name_key::NameKey, organisation_kind::OrganisationKind,
    remarks::StatedName,
};

/// The result of linking.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinkageResult {
    /// The parts, in the order of the names.
    pub parts: Vec<NamePart>,
    /// The clusters, sorted by their smallest names.
    pub clusters: Vec<Cluster>,
    pub refused: Vec<RefusedLink>,
    pub possible: Vec<PossibleLink>,
    /// The distinct spellings of all names, sorted by key.
    pub(super) spellings: Vec<SpellingKeys>,
    /// Warnings about curated lines that match no name.
    pub warnings: Vec<String>,
}

/// An organisation in a name. Joint applicants give several parts, and an empty name gives none.
#[derive(Clone, Debug, PartialEq)]
pub struct NamePart {
    /// The position of the name.
    pub name: u32,
    /// The position among joint applicants, from 0.
    pub joint: u8,
    pub cluster: u32,
    /// The English name as written, without unit and declared acronym.
    pub en: Option<String>,
    pub zh: Option<String>,
    pub unit: Option<String>,
    /// The other names that the cell states for the organisation, except names of other organisations.
    pub stated: Vec<StatedName>,
    pub method: Method,
    /// The key, rule or curated line that links the part.
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
    /// Its curated organisation.
    pub(super) organisation: Option<u32>,
}

/// The keys of one spelling, each with its legal form.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SpellingKeys {
    pub english: Option<(String, LegalForm)>,
    pub chinese: Option<(String, LegalForm)>,
    /// An acronym that it declares, in lower case.
    pub acronym: Option<String>,
    /// The keys of the other names that it states.
    pub stated: Vec<NameKey>,
    pub cluster: u32,
}

/// Two parts that a rule proposed to link and a guard kept apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedLink {
    pub a: u32,
    pub b: u32,
    pub reason: &'static str,
}

/// Two organisations that may be the same. They are never merged.
#[derive(Clone, Debug, PartialEq)]
pub struct PossibleLink {
    pub a: u32,
    pub b: u32,
    pub method: Method,
    pub confidence: f64,
    pub evidence: String,
}
