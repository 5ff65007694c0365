//! Record linkage: groups names by organisation.
//!
//! ```text
//! Name ─ parsed_name ─▶ ParsedName: keys, unit, acronym ─ unique_name ─▶ one node per spelling, in key order
//!      ─ rules ─▶ proposed unions ─ cluster (guards) ─▶ clusters, links, refusals
//!      ─ evidence, kind, ledger (ids) ─▶ LinkageResult
//! ```
//!
//! Linking is a pure function from names and curated lines to clusters with evidence.
//!
//! Publishers share no identifier, so names are linked by equal keys, never by similarity. A wrong link is worse than a
//! missing one. The input order affects only the numbering of the parts.

mod acronym;
mod brackets;
mod chinese;
mod cluster;
mod curated;
mod curated_file;
mod evidence;
#[cfg(test)]
mod examples;
mod folded_words;
mod form;
mod id;
mod joint;
mod joint_list;
mod key;
mod kind;
mod ledger;
mod ledger_csv;
mod linked;
mod lookup;
mod method;
mod model;
mod name;
mod name_key;
mod name_kind;
mod omission;
mod operator_lines;
mod organisation_kind;
mod parsed_name;
mod piece;
mod possible;
mod present_name;
mod remarks;
mod reviewed_names;
mod rules;
#[cfg(test)]
mod scored;
mod stated_names;
mod unique_name;
mod unit;
mod unit_chinese;
mod unit_vocabulary;
mod vocabulary;
#[cfg(test)]
mod writings;

pub use self::{
    chinese::fold_char,
    curated::Curated,
    curated_file::CuratedError,
    id::OrganisationId,
    ledger::IdLedger,
    ledger_csv::LedgerError,
    linked::{link, link_again},
    lookup::Lookup,
    method::{Method, Tier},
    model::{Cluster, LinkageResult, NamePart, PossibleLink, RefusedLink},
    name::Name,
    name_key::{NameKey, key_in_words},
    name_kind::NameKind,
    omission::{OmissionReason, omission},
    operator_lines::{CuratedFile, OperatorLines},
    organisation_kind::OrganisationKind,
    remarks::StatedName,
    reviewed_names::reviewed_names,
};
