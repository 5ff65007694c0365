//! From names to clusters with evidence: the stages of linking, one after the other.

use std::collections::HashMap;

use super::{
    Cluster, Linked, Name, Part, Refusal, cluster::Clusters, curated::Curated, evidence, id, kind, method::Method,
    node, node::Nodes, possible, reading, reading::Reading, rules,
};
use crate::catalog::Publisher;

/// Links names to organisations.
pub fn link(names: &[Name<'_>], curated: &Curated) -> Linked {
    let mut readings: Vec<Reading> = Vec::with_capacity(names.len());
    let mut owners: Vec<u32> = Vec::with_capacity(names.len());
    for (at, name) in names.iter().enumerate() {
        for reading in reading::read(name, curated) {
            readings.push(reading);
            owners.push(at as u32);
        }
    }
    let nodes = node::build(&readings, &owners, names, curated);
    let mut clusters = Clusters::new(&nodes);
    let pairs = rules::apply(&nodes, &mut clusters, curated);
    let pairs = possible::find(&nodes, &mut clusters, pairs);
    let found = Grouped::of(&nodes, &mut clusters, &owners, names);
    let possible = possible::published(&pairs, &|node| found.of_node[node as usize], &nodes, &owners, names);
    let published = found.clusters(&readings, &owners, names, &mut clusters, curated);
    let refused = refusals(&mut clusters, &nodes);
    let parts = found.parts(&readings, &owners, &nodes, &clusters, curated);
    Linked { clusters: published, possible, refused, parts, warnings: warnings(&nodes, curated) }
}

/// The clusters in the order of their smallest names.
struct Grouped {
    /// The root node of each cluster and its smallest part by rank of the publisher and key.
    heads: Vec<(u32, u32)>,
    of_node: Vec<u32>,
    of_part: Vec<u32>,
    members: Vec<Vec<u32>>,
    /// The node that stands for each node's cluster in evidence: the smallest that is not a bare acronym.
    anchors: Vec<u32>,
}

impl Grouped {
    fn of(nodes: &Nodes<'_>, clusters: &mut Clusters<'_, '_>, owners: &[u32], names: &[Name<'_>]) -> Self {
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

    fn clusters(
        &self,
        readings: &[Reading],
        owners: &[u32],
        names: &[Name<'_>],
        clusters: &mut Clusters<'_, '_>,
        curated: &Curated,
    ) -> Vec<Cluster> {
        let publisher = |part: u32| names[owners[part as usize] as usize].publisher;
        let smallest = self.heads.iter().map(|&(_, part)| (publisher(part), &readings[part as usize]));
        let ids = id::mint(smallest);
        ids.into_iter()
            .enumerate()
            .map(|(at, id)| {
                let organisation = clusters.organisation(self.heads[at].0);
                let mut parts: Vec<(Publisher, &Reading)> =
                    self.members[at].iter().map(|&part| (publisher(part), &readings[part as usize])).collect();
                parts.sort_by(|(a_publisher, a), (b_publisher, b)| {
                    (a_publisher, &a.key, &a.en, &a.zh).cmp(&(b_publisher, &b.key, &b.en, &b.zh))
                });
                let (kind, kind_evidence) = kind::decide(organisation, &parts, curated);
                Cluster { id, parts: self.members[at].clone(), kind, kind_evidence, organisation }
            })
            .collect()
    }

    fn parts(
        &self,
        readings: &[Reading],
        owners: &[u32],
        nodes: &Nodes<'_>,
        clusters: &Clusters<'_, '_>,
        curated: &Curated,
    ) -> Vec<Part> {
        let methods = evidence::methods(nodes, &self.anchors, &clusters.links);
        let mut joint = 0;
        (0..readings.len())
            .map(|at| {
                let reading = &readings[at];
                joint = if at > 0 && owners[at - 1] == owners[at] { joint + 1 } else { 0 };
                let node = nodes.of_part[at];
                let (method, to) = methods[node as usize];
                let alone = self.members[self.of_part[at] as usize].len() == 1;
                let said = if alone { Method::Alone } else { method };
                let sentence = evidence::sentence(said, reading, nodes.reading(to), curated);
                let by_unit = reading.unit.is_some() && !alone;
                Part {
                    name: owners[at],
                    joint,
                    cluster: self.of_part[at],
                    en: reading.en.clone(),
                    zh: reading.zh.clone(),
                    unit: reading.unit.clone(),
                    acronym: reading.acronym.clone(),
                    method: if by_unit { Method::UnitOf } else { said },
                    evidence: sentence,
                }
            })
            .collect()
    }
}

/// The refusals between names that stayed apart, each pair once.
fn refusals(clusters: &mut Clusters<'_, '_>, nodes: &Nodes<'_>) -> Vec<Refusal> {
    let mut refused = std::mem::take(&mut clusters.refused);
    refused.retain(|&(a, b, _)| clusters.root(a) != clusters.root(b));
    refused.sort_unstable();
    refused.dedup();
    refused
        .into_iter()
        .map(|(a, b, reason)| Refusal { a: nodes.part[a as usize], b: nodes.part[b as usize], reason: reason.text() })
        .collect()
}

/// Curated lines that no name matches.
fn warnings(nodes: &Nodes<'_>, curated: &Curated) -> Vec<String> {
    let mut warnings = Vec::new();
    for (file, lines, differs) in [("same.csv", &curated.same, false), ("different.csv", &curated.different, true)] {
        let mut seen = vec![[false; 2]; lines.len()];
        for side in nodes.nodes.iter().flat_map(|node| &node.sides).filter(|side| side.differs == differs) {
            seen[side.line as usize][usize::from(side.second)] = true;
        }
        for (line, seen) in lines.iter().zip(seen) {
            for (name, seen) in line.names.iter().zip(seen) {
                if !seen {
                    warnings.push(format!("expected a name that `{file}` speaks of, found none: `{name}`"));
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
