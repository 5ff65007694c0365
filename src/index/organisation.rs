//! Organisations, the hub of the graph: each is assembled from its mentions. Its edges to records are in `api::edges`.

use async_graphql::{Enum, InputObject, SimpleObject};
use rust_decimal::Decimal;

use crate::{
    domain::{
        catalog::Publisher,
        pagination::{Direction, Identified},
        resolve::SyncResolve,
        substring::Substring,
        text::{Language, Text},
        web::WebAddress,
    },
    index::{LinkedMention, funding::FundingSummary},
    linking::{Cluster, Curated, NameKind, OrganisationKind},
    upstream::snapshots::Snapshots,
};

/// An organisation that publishers' rows name: a company, university, institute or public body.
#[derive(SyncResolve, SimpleObject, Clone, Debug)]
#[graphql(complex)]
pub struct Organisation {
    #[graphql(skip)]
    pub id: String,
    #[graphql(skip)]
    pub number: u32,
    #[graphql(skip)]
    pub former_ids: Vec<String>,
    /// What it is, by its names and curated lists.
    pub kind: OrganisationKind,
    /// What its kind was told by.
    pub kind_evidence: String,
    /// Its names as publishers write them, the best one of each language first.
    pub names: Vec<OrganisationName>,
    /// Its website, as the first publisher gives it.
    pub website: Option<WebAddress>,
    /// Public money that it leads or receives, over every kind that the graph knows.
    pub funding: FundingSummary,
    #[graphql(skip)]
    pub mentions: Vec<u32>,
    #[graphql(skip)]
    pub publisher_codes: Vec<Publisher>,
    /// Its fields of technology, as Science Park names them.
    pub clusters: Vec<Text>,
}

/// A name of an organisation.
#[derive(SyncResolve, SimpleObject, Clone, Debug, PartialEq, Eq)]
#[graphql(complex)]
pub struct OrganisationName {
    /// The name as written.
    pub value: String,
    /// English, or the Chinese script it is written in as far as that can be told.
    pub language: Language,
    /// What kind of name it is.
    pub kind: NameKind,
    /// How many rows write it like this.
    pub mention_count: usize,
    /// The first mention that writes it.
    #[graphql(skip)]
    pub mention: u32,
}

#[cfg(test)]
impl OrganisationName {
    /// A name that no row writes.
    pub(super) fn unmentioned(value: &str, language: Language) -> Self {
        Self { value: value.to_owned(), language, kind: NameKind::Registered, mention_count: 0, mention: 0 }
    }
}

impl Identified for Organisation {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Organisation {
    /// One of which nothing is known.
    #[cfg(test)]
    pub(super) fn nameless(number: u32) -> Self {
        Self {
            id: format!("org:{number}"),
            number,
            former_ids: Vec::new(),
            kind: OrganisationKind::Other,
            kind_evidence: String::new(),
            names: Vec::new(),
            website: None,
            funding: FundingSummary::default(),
            mentions: Vec::new(),
            publisher_codes: Vec::new(),
            clusters: Vec::new(),
        }
    }

    /// Its name in a language, or in the nearest one it has.
    pub fn name_in(&self, language: Language) -> &str {
        let in_language = |wanted: Language| self.names.iter().find(|name| name.language == wanted);
        language.nearest_first().into_iter().find_map(in_language).map_or("", |name| name.value.as_str())
    }
}

/// Makes the organisations of the clusters, of which nothing but the names is known yet.
pub(super) fn gather<'n>(
    clusters: Vec<Cluster>,
    mentions: &[LinkedMention],
    snapshots: &Snapshots,
    curated: &Curated,
    website_of: impl Fn(u32) -> &'n str,
) -> Vec<Organisation> {
    let publishers: Vec<Publisher> = snapshots.iter().map(|snapshot| snapshot.dataset.publisher).collect();
    let publisher_of = |mention: &u32| publishers[usize::from(mentions[*mention as usize].place.snapshot)];
    (0..)
        .zip(clusters)
        .map(|(number, cluster)| {
            let mut publisher_codes: Vec<Publisher> = cluster.parts.iter().map(publisher_of).collect();
            publisher_codes.sort_unstable();
            publisher_codes.dedup();
            Organisation {
                id: cluster.id.to_string(),
                number,
                former_ids: Vec::new(),
                kind: cluster.kind,
                names: names(&cluster.parts, mentions, curated),
                website: cluster.parts.iter().find_map(|part| WebAddress::parse(website_of(*part)).ok()),
                kind_evidence: cluster.kind_evidence,
                funding: FundingSummary::default(),
                mentions: cluster.parts,
                publisher_codes,
                clusters: Vec::new(),
            }
        })
        .collect()
}

/// The different names among the mentions: full names first, the most used first among those of a kind.
fn names(parts: &[u32], mentions: &[LinkedMention], curated: &Curated) -> Vec<OrganisationName> {
    let mut names: Vec<OrganisationName> = Vec::new();
    for &part in parts {
        let mention = &mentions[part as usize];
        let written = [(&mention.en, false), (&mention.zh, true)];
        for (value, chinese) in written {
            let Some(value) = value else { continue };
            match names.iter_mut().find(|name| *name.value == **value) {
                Some(name) => name.mention_count += 1,
                None => names.push(OrganisationName {
                    language: if chinese { chinese_script(value) } else { Language::En },
                    kind: curated.name_kind(value, mention.method),
                    value: value.to_string(),
                    mention_count: 1,
                    mention: part,
                }),
            }
        }
    }
    // A name in capitals is the same name shouted: it comes after one that is not.
    let shouted = |name: &OrganisationName| {
        name.value.chars().any(char::is_alphabetic) && !name.value.chars().any(char::is_lowercase)
    };
    names.sort_by(|a, b| {
        let rank = |name: &OrganisationName| {
            (name.kind, name.language == Language::En && shouted(name), std::cmp::Reverse(name.mention_count))
        };
        rank(a).cmp(&rank(b)).then_with(|| a.value.cmp(&b.value))
    });
    names
}

/// Simplified where converting to Simplified changes nothing but converting to Traditional does.
fn chinese_script(text: &str) -> Language {
    let is_simplified =
        crate::domain::script::to_simplified(text) == text && crate::domain::script::to_traditional(text) != text;
    if is_simplified { Language::ZhHans } else { Language::ZhHant }
}

/// Which organisations: all that is given must hold.
#[derive(InputObject, Default)]
pub struct OrganisationFilter {
    /// Of one of these kinds.
    pub kind: Option<Vec<OrganisationKind>>,
    /// One of its names has this text, in any case.
    pub name: Option<Substring>,
    /// Named by every one of these publishers.
    pub publisher: Option<Vec<Publisher>>,
    /// With a tenancy in this cluster of Science Park, by its name in any language.
    pub cluster: Option<String>,
    /// With public money of at least this many dollars.
    pub funding_at_least: Option<Decimal>,
}

impl OrganisationFilter {
    /// The same with nothing but organisations of a kind.
    #[must_use]
    pub fn of_kind(mut self, kind: OrganisationKind) -> Self {
        let is_wanted = self.kind.is_none_or(|kinds| kinds.contains(&kind));
        self.kind = Some(if is_wanted { vec![kind] } else { Vec::new() });
        self
    }

    /// Whether it keeps an organisation, whatever its names and clusters: [`super::selection`] looks those up.
    pub(super) fn keeps_otherwise(&self, organisation: &Organisation) -> bool {
        let codes = &organisation.publisher_codes;
        self.kind.as_ref().is_none_or(|kinds| kinds.contains(&organisation.kind))
            && self.publisher.as_ref().is_none_or(|all| all.iter().all(|code| codes.contains(code)))
            && self
                .funding_at_least
                .is_none_or(|least| organisation.funding.total.is_some_and(|total| total.amount >= least))
    }
}

/// What organisations are ordered by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrganisationOrderField {
    /// The English name, else the Chinese one.
    Name,
    /// The sum of its public money.
    Funding,
    /// In how many rows it is named.
    Mentions,
}

/// An order of organisations.
#[derive(InputObject, Clone, Copy, Debug)]
pub struct OrganisationOrder {
    /// By what.
    pub field: OrganisationOrderField,
    /// Which way.
    #[graphql(default)]
    pub direction: Direction,
}
