//! Organisations, the central objects of the graph. Each is assembled from its mentions. Its edges to records are in
//! `api::edges`.

use std::collections::HashSet;

use async_graphql::{Enum, InputObject, SimpleObject};

use crate::{
    domain::{
        catalog::Publisher,
        pagination::{Direction, Identified},
        range::AmountRange,
        resolve::SyncResolve,
        script::has_han,
        substring::Substring,
        text::{Language, Text},
        web::WebAddress,
    },
    index::{LinkedMention, funding::FundingSummary},
    linking::{Cluster, Curated, NameKey, NameKind, OrganisationKind, StatedName},
    upstream::snapshots::Snapshots,
};

/// An organisation named by publishers: a company, university, institute or public body.
#[derive(SyncResolve, SimpleObject, Clone, Debug)]
#[graphql(complex)]
pub struct Organisation {
    #[graphql(skip)]
    pub id: String,
    #[graphql(skip)]
    pub number: u32,
    #[graphql(skip)]
    pub former_ids: Vec<String>,
    /// The kind of organisation, determined from its names and from curated lists.
    pub kind: OrganisationKind,
    /// The evidence from which `kind` was determined.
    pub kind_evidence: String,
    /// The present name: for each language, the best one that a publisher uses. A former name is replaced by the present
    /// one from the curated list.
    pub name: Text,
    /// The names as published, best name of each language first. They include former names, brands and acronyms that a
    /// row states beside the name.
    pub names: Vec<OrganisationName>,
    /// The website, according to the first publisher that states one.
    pub website: Option<WebAddress>,
    /// The public funding that the organisation leads or receives, across all kinds of grant.
    pub funding: FundingSummary,
    #[graphql(skip)]
    pub mentions: Vec<u32>,
    #[graphql(skip)]
    pub publisher_codes: Vec<Publisher>,
    /// The technology clusters of the organisation's tenancies in Science Park.
    pub clusters: Vec<Text>,
}

/// A name of an organisation.
#[derive(SyncResolve, SimpleObject, Clone, Debug, PartialEq, Eq)]
#[graphql(complex)]
pub struct OrganisationName {
    /// The name as published.
    pub value: String,
    /// The language of the name. For a Chinese name, the script, as far as it can be detected.
    pub language: Language,
    /// The kind of name.
    pub kind: NameKind,
    /// The number of rows that use this form of the name.
    pub mention_count: usize,
    /// The first mention that uses this form of the name.
    #[graphql(skip)]
    pub mention: u32,
}

#[cfg(test)]
impl OrganisationName {
    /// A name that no row uses.
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
    /// An organisation without any data.
    #[cfg(test)]
    pub(super) fn nameless(number: u32) -> Self {
        Self {
            id: format!("org:{number}"),
            number,
            former_ids: Vec::new(),
            kind: OrganisationKind::Other,
            kind_evidence: String::new(),
            name: Text::default(),
            names: Vec::new(),
            website: None,
            funding: FundingSummary::default(),
            mentions: Vec::new(),
            publisher_codes: Vec::new(),
            clusters: Vec::new(),
        }
    }
}

/// Creates the organisations of the clusters, with only their names.
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
            let names = names(&cluster, mentions, curated);
            Organisation {
                id: cluster.id.to_string(),
                number,
                former_ids: Vec::new(),
                kind: cluster.kind,
                name: present_name(&names, &cluster, curated),
                names,
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

/// The distinct names among the mentions. Full names come first; within a kind, the most frequent come first.
fn names(cluster: &Cluster, mentions: &[LinkedMention], curated: &Curated) -> Vec<OrganisationName> {
    let mut names: Vec<OrganisationName> = Vec::new();
    let mut add = |value: &str, mention: u32, kind: &dyn Fn() -> NameKind| match names
        .iter_mut()
        .find(|name| name.value == value)
    {
        Some(name) => name.mention_count += 1,
        None => names.push(OrganisationName {
            language: if has_han(value) { chinese_script(value) } else { Language::En },
            kind: kind(),
            value: value.to_owned(),
            mention_count: 1,
            mention,
        }),
    };
    for &part in &cluster.parts {
        let mention = &mentions[part as usize];
        for value in [&mention.en, &mention.zh].into_iter().flatten() {
            add(value, part, &|| curated.name_kind(value, mention.method, cluster));
        }
    }
    let mut stated: Vec<(u32, &StatedName)> = Vec::new();
    for &part in &cluster.parts {
        stated.extend(mentions[part as usize].stated.iter().map(|stated| (part, stated)));
    }
    for (part, stated) in &stated {
        add(&stated.value, *part, &|| stated.kind);
    }
    let former: HashSet<NameKey> = stated
        .iter()
        .filter(|(_, stated)| stated.kind == NameKind::Former)
        .filter_map(|(_, stated)| NameKey::of_text(&stated.value))
        .collect();
    for name in names.iter_mut().filter(|_| !former.is_empty()) {
        if NameKey::of_text(&name.value).is_some_and(|key| former.contains(&key)) {
            name.kind = NameKind::Former;
        }
    }
    // A name in capitals sorts after one in mixed case.
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

/// The best present name of each language. A former name is replaced by the present name in the curated lines, or left
/// out if there is another name.
fn present_name(names: &[OrganisationName], cluster: &Cluster, curated: &Curated) -> Text {
    let is_former = |name: &OrganisationName| name.kind == NameKind::Former;
    if !names.iter().any(is_former) {
        return best_name(names);
    }
    let present: Vec<OrganisationName> = names.iter().filter(|name| !is_former(name)).cloned().collect();
    let mut best = best_name(&present);
    let was_in = |chinese: bool| names.iter().any(|name| is_former(name) && (name.language != Language::En) == chinese);
    let is_short = |name: Option<&String>| {
        let found = name.and_then(|name| present.iter().find(|present| present.value == *name));
        found.is_none_or(|found| found.kind != NameKind::Registered)
    };
    if was_in(false) && is_short(best.en.as_ref()) {
        best.en = curated.present_name(cluster, false).map(str::to_owned).or(best.en);
    }
    if was_in(true) && is_short(best.hant.as_ref().or(best.hans.as_ref())) {
        best.hant = curated.present_name(cluster, true).map(str::to_owned).or(best.hant);
    }
    if best == Text::default() { best_name(names) } else { best }
}

/// The best name of each language in a sorted list. A Chinese script is left out if its best name is of a lesser kind
/// than that of the other script, such as an abbreviation. Its name is then converted from the other script.
fn best_name(names: &[OrganisationName]) -> Text {
    let best = |language: Language| names.iter().find(|name| name.language == language);
    let (hant, hans) = (best(Language::ZhHant), best(Language::ZhHans));
    let unless_lesser = |name: Option<&OrganisationName>, other: Option<&OrganisationName>| {
        let name = name.filter(|name| other.is_none_or(|other| name.kind <= other.kind));
        name.map(|name| name.value.clone())
    };
    Text {
        en: best(Language::En).map(|name| name.value.clone()),
        hant: unless_lesser(hant, hans),
        hans: unless_lesser(hans, hant),
    }
}

/// Detects the script. A text is Simplified if conversion to Simplified does not change it but conversion to
/// Traditional does.
fn chinese_script(text: &str) -> Language {
    let is_simplified =
        crate::domain::script::to_simplified(text) == text && crate::domain::script::to_traditional(text) != text;
    if is_simplified { Language::ZhHans } else { Language::ZhHant }
}

/// Filters organisations. An item must satisfy every condition.
#[derive(InputObject, Default)]
pub struct OrganisationConditions {
    /// Only organisations of these kinds.
    pub kinds: Option<Vec<OrganisationKind>>,
    /// Matches organisations with a name that contains this text. Case is ignored.
    pub name: Option<Substring>,
    /// Only organisations that are named by at least one of these publishers.
    pub publishers: Option<Vec<Publisher>>,
    /// Only organisations that are named by every one of these publishers.
    pub all_publishers: Option<Vec<Publisher>>,
    /// Only organisations with a tenancy in one of these clusters of Science Park, by name in any language.
    pub clusters: Option<Vec<String>>,
    /// Only organisations whose total public funding is in this range.
    pub funding: Option<AmountRange>,
}

impl OrganisationConditions {
    /// The same filter, restricted to organisations of one kind.
    #[must_use]
    pub fn of_kind(mut self, kind: OrganisationKind) -> Self {
        let is_wanted = self.kinds.is_none_or(|kinds| kinds.contains(&kind));
        self.kinds = Some(if is_wanted { vec![kind] } else { Vec::new() });
        self
    }

    /// Whether an organisation satisfies the conditions other than name and cluster. [`super::selection`] checks these
    /// two.
    pub(super) fn matches_other_conditions(&self, organisation: &Organisation) -> bool {
        let codes = &organisation.publisher_codes;
        self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&organisation.kind))
            && self.publishers.as_ref().is_none_or(|any| any.iter().any(|code| codes.contains(code)))
            && self.all_publishers.as_ref().is_none_or(|all| all.iter().all(|code| codes.contains(code)))
            && self.funding.is_none_or(|range| range.contains(organisation.funding.total))
    }
}

/// The fields by which organisations can be sorted.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrganisationOrderField {
    /// The English name, or the Chinese name if there is none.
    Name,
    /// The total public funding.
    Funding,
    /// The number of rows that name the organisation.
    Mentions,
}

/// Ordering options for organisations.
#[derive(InputObject, Clone, Copy, Debug)]
pub struct OrganisationOrder {
    /// The field to sort by.
    pub field: OrganisationOrderField,
    /// The sort direction.
    #[graphql(default)]
    pub direction: Direction,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_name_of_each_language_is_chosen() {
        let name = |value, language, kind| OrganisationName { kind, ..OrganisationName::unmentioned(value, language) };
        let names = [
            name("The Imaginary University", Language::En, NameKind::Registered),
            name("幻想大學", Language::ZhHant, NameKind::Registered),
            name("IU", Language::En, NameKind::Acronym),
            name("幻大学", Language::ZhHans, NameKind::Acronym),
        ];
        let best = best_name(&names);
        assert_eq!(best.en.as_deref(), Some("The Imaginary University"));
        assert_eq!(best.get(Language::ZhHans).as_deref(), Some("幻想大学"), "converted, not abbreviated");
        let simplified = best_name(&names[3..]);
        assert_eq!((simplified.en.as_deref(), simplified.hans.as_deref()), (None, Some("幻大学")));
        assert_eq!(simplified.nearest(Language::En), "幻大學");
    }
}
