//! The stages of linking, from names to clusters with evidence.

use std::{collections::HashMap, sync::Arc};

use crate::{
    domain::catalog::Publisher,
    linking::{
        cluster::Clusters,
        curated::Curated,
        evidence,
        id::{self, OrganisationId},
        kind,
        ledger::{self, IdLedger},
        method::Method,
        model::{Cluster, LinkageResult, NamePart, RefusedLink, SpellingKeys},
        name::Name,
        name_key::NameKey,
        parsed_name::{self, ParsedName},
        possible,
        remarks::StatedName,
        rules, stated_names,
        unique_name::{self, UniqueNames},
    },
};

/// Links names to organisations and assigns new ids.
pub fn link(names: &[Name<'_>], curated: &Curated) -> LinkageResult {
    link_again(names, curated, &mut IdLedger::default())
}

/// Links names to organisations. Names that the ledger contains keep their ids.
pub fn link_again(names: &[Name<'_>], curated: &Curated, ledger: &mut IdLedger) -> LinkageResult {
    let mut readings: Vec<ParsedName> = Vec::with_capacity(names.len());
    let mut owners: Vec<u32> = Vec::with_capacity(names.len());
    for (at, name) in names.iter().enumerate() {
        for parsed_name in parsed_name::read(name, curated) {
            readings.push(parsed_name);
            owners.push(at as u32);
        }
    }
    let nodes = unique_name::build(&readings, &owners, names, curated);
    let mut clusters = Clusters::new(&nodes);
    let pairs = rules::apply(&nodes, &mut clusters, curated);
    let pairs = possible::find(&nodes, &mut clusters, pairs);
    let found = Grouped::of(&nodes, &mut clusters, &owners, names);
    let possible = possible::published(&pairs, &|node| found.of_node[node as usize], &nodes, &owners, names);
    let ids = ledger.assign(&found.names(&readings, &owners, names));
    let published = found.clusters(&ids, &readings, &owners, names, &mut clusters, curated);
    let refused = refusals(&mut clusters, &nodes);
    let warnings = warnings(&nodes, curated);
    let evidence = found.evidence(&readings, &nodes, &clusters, curated);
    let spellings = found.spellings(&nodes);
    let stated = stated_names::own(&nodes, &found.of_node, &published, curated);
    let stated = nodes.of_part.iter().map(|&node| stated.get(&node).cloned().unwrap_or_default()).collect();
    let parts = parts(readings, &owners, evidence, &found.of_part, stated);
    LinkageResult { clusters: published, possible, refused, parts, spellings, warnings }
}

/// Builds the parts from their readings and evidence.
fn parts(
    readings: Vec<ParsedName>,
    owners: &[u32],
    evidence: Vec<(Method, Arc<str>)>,
    of_part: &[u32],
    mut stated: Vec<Vec<StatedName>>,
) -> Vec<NamePart> {
    let mut joint = 0;
    let mut parts = Vec::with_capacity(readings.len());
    for (at, (parsed_name, (method, evidence))) in readings.into_iter().zip(evidence).enumerate() {
        joint = if at > 0 && owners[at - 1] == owners[at] { joint + 1 } else { 0 };
        let ParsedName { en, zh, unit, .. } = parsed_name;
        let stated = std::mem::take(&mut stated[at]);
        parts.push(NamePart { name: owners[at], joint, cluster: of_part[at], en, zh, unit, stated, method, evidence });
    }
    parts
}

/// The clusters, sorted by their smallest names.
struct Grouped {
    /// The root node of each cluster, with its smallest part by publisher rank and key.
    heads: Vec<(u32, u32)>,
    of_node: Vec<u32>,
    of_part: Vec<u32>,
    members: Vec<Vec<u32>>,
    /// For each node, the anchor of its cluster: the smallest node that is not a bare acronym. Evidence refers to the
    /// anchor.
    anchors: Vec<u32>,
}

impl Grouped {
    fn of(nodes: &UniqueNames<'_>, clusters: &mut Clusters<'_, '_>, owners: &[u32], names: &[Name<'_>]) -> Self {
        let rank = |part: u32| names[owners[part as usize] as usize].publisher;
        let root_of: Vec<u32> = (0..nodes.nodes.len() as u32).map(|node| clusters.root(node)).collect();
        let mut smallest: HashMap<u32, (Publisher, u32, u32)> = HashMap::with_capacity(root_of.len());
        let mut stands: HashMap<u32, (bool, Publisher, u32)> = HashMap::with_capacity(root_of.len());
        for part in 0..owners.len() as u32 {
            let node = nodes.of_part[part as usize];
            let root = root_of[node as usize];
            let own = (rank(part), node, part);
            let held = smallest.entry(root).or_insert(own);
            *held = (*held).min(own);
            let own = (nodes.reading(node).bare, rank(part), node);
            let held = stands.entry(root).or_insert(own);
            *held = (*held).min(own);
        }
        let mut order: Vec<(Publisher, u32, u32, u32)> =
            smallest.into_iter().map(|(root, (publisher, node, part))| (publisher, node, part, root)).collect();
        order.sort_unstable();
        let mut of_root: HashMap<u32, u32> = HashMap::with_capacity(order.len());
        for (at, &(_, _, _, root)) in order.iter().enumerate() {
            of_root.insert(root, at as u32);
        }
        let of_node: Vec<u32> = root_of.iter().map(|root| of_root[root]).collect();
        let of_part: Vec<u32> = nodes.of_part.iter().map(|&node| of_node[node as usize]).collect();
        let mut members = vec![Vec::new(); order.len()];
        for (part, &cluster) in of_part.iter().enumerate() {
            members[cluster as usize].push(part as u32);
        }
        let anchors = root_of.iter().map(|root| stands[root].2).collect();
        let heads = order.into_iter().map(|(_, _, part, root)| (root, part)).collect();
        Self { heads, of_node, of_part, members, anchors }
    }

    /// Returns the names of each cluster in the form of the ledger.
    fn names(&self, readings: &[ParsedName], owners: &[u32], names: &[Name<'_>]) -> Vec<ledger::NameTable> {
        let publisher = |part: u32| names[owners[part as usize] as usize].publisher;
        let ids = |part: u32| id::of_name(publisher(part), &readings[part as usize]);
        let of_cluster = |(members, &(_, smallest)): (&Vec<u32>, &(u32, u32))| {
            let mut all: Vec<OrganisationId> = members.iter().flat_map(|&part| ids(part)).collect();
            all.sort_unstable();
            all.dedup();
            ledger::NameTable { all, smallest: ids(smallest).collect() }
        };
        self.members.iter().zip(&self.heads).map(of_cluster).collect()
    }

    fn clusters(
        &self,
        ids: &[OrganisationId],
        readings: &[ParsedName],
        owners: &[u32],
        names: &[Name<'_>],
        clusters: &mut Clusters<'_, '_>,
        curated: &Curated,
    ) -> Vec<Cluster> {
        let publisher = |part: u32| names[owners[part as usize] as usize].publisher;
        ids.iter()
            .enumerate()
            .map(|(at, &id)| {
                let organisation = clusters.organisation(self.heads[at].0);
                let mut parts: Vec<(Publisher, &ParsedName)> =
                    self.members[at].iter().map(|&part| (publisher(part), &readings[part as usize])).collect();
                parts.sort_by(|(a_publisher, a), (b_publisher, b)| {
                    (a_publisher, &a.key, &a.en, &a.zh).cmp(&(b_publisher, &b.key, &b.en, &b.zh))
                });
                let (kind, kind_evidence) = kind::decide(organisation, &parts, curated);
                Cluster { id, parts: self.members[at].clone(), kind, kind_evidence, organisation }
            })
            .collect()
    }

    /// Returns the evidence of each part. Parts with the same spelling share a sentence.
    fn evidence(
        &self,
        readings: &[ParsedName],
        nodes: &UniqueNames<'_>,
        clusters: &Clusters<'_, '_>,
        curated: &Curated,
    ) -> Vec<(Method, Arc<str>)> {
        let methods = evidence::methods(nodes, &self.anchors, &clusters.links);
        let mut said: Vec<Option<Arc<str>>> = vec![None; methods.len()];
        let alone: Arc<str> =
            evidence::sentence(Method::Alone, &ParsedName::default(), &ParsedName::default(), curated).into();
        let of_part = |(at, parsed_name): (usize, &ParsedName)| {
            let node = nodes.of_part[at];
            if self.members[self.of_part[at] as usize].len() == 1 {
                return (Method::Alone, alone.clone());
            }
            let (method, to) = methods[node as usize];
            let sentence = || evidence::sentence(method, parsed_name, nodes.reading(to), curated).into();
            let usual = nodes.reading(node);
            if parsed_name.unit.is_some() {
                (Method::UnitOf, sentence())
            } else if (&parsed_name.en, &parsed_name.zh) == (&usual.en, &usual.zh) {
                (method, said[node as usize].get_or_insert_with(sentence).clone())
            } else {
                (method, sentence())
            }
        };
        readings.iter().enumerate().map(of_part).collect()
    }

    /// Returns every spelling of a name, for [`super::Lookup`].
    fn spellings(&self, nodes: &UniqueNames<'_>) -> Vec<SpellingKeys> {
        let spelling = |(node, &cluster): (u32, &u32)| {
            let parsed_name = nodes.reading(node);
            SpellingKeys {
                english: parsed_name.english.as_ref().map(|english| (parsed_name.key.clone(), english.class)),
                chinese: parsed_name.chinese.as_ref().map(|chinese| (chinese.core.clone(), chinese.class)),
                acronym: parsed_name.acronym.clone(),
                stated: parsed_name.stated.iter().filter_map(|stated| NameKey::of_text(&stated.value)).collect(),
                cluster,
            }
        };
        (0..).zip(&self.of_node).map(spelling).collect()
    }
}

/// Returns the refusals between clusters that stayed separate, each pair once.
fn refusals(clusters: &mut Clusters<'_, '_>, nodes: &UniqueNames<'_>) -> Vec<RefusedLink> {
    let mut refused = std::mem::take(&mut clusters.refused);
    refused.retain(|&(a, b, _)| clusters.root(a) != clusters.root(b));
    refused.sort_unstable();
    refused.dedup();
    refused
        .into_iter()
        .map(|(a, b, reason)| RefusedLink {
            a: nodes.part[a as usize],
            b: nodes.part[b as usize],
            reason: reason.text(),
        })
        .collect()
}

/// Returns a warning for each curated line that matches no name.
fn warnings(nodes: &UniqueNames<'_>, curated: &Curated) -> Vec<String> {
    let mut warnings = Vec::new();
    for (file, lines, differs) in [("same.csv", &curated.same, false), ("different.csv", &curated.different, true)] {
        let mut seen = vec![[false; 2]; lines.len()];
        for side in nodes.nodes.iter().flat_map(|node| &node.sides).filter(|side| side.differs == differs) {
            seen[side.line as usize][usize::from(side.second)] = true;
        }
        for (line, seen) in lines.iter().zip(seen) {
            for (name, seen) in line.names.iter().zip(seen) {
                if !seen {
                    warnings.push(format!("expected the name `{name}` from `{file}` in a dataset, found none"));
                }
            }
        }
    }
    let mut known: Vec<u32> =
        nodes.nodes.iter().filter_map(|node| node.known).map(|known| known.organisation).collect();
    known.sort_unstable();
    known.dedup();
    let unused = curated.organisations.len() - known.len();
    if unused > 0 {
        warnings
            .push(format!("{unused} of {} organisations of `alias.csv` occur in no name", curated.organisations.len()));
    }
    warnings
}
