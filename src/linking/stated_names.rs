//! Stated names: `Alpha Limited (formerly Beta Limited)` states a former name, `Alpha Limited (Beta)` a brand.
//!
//! A published name links to the only organisation that states it as a former name, or as a brand whose letters occur
//! in the organisation's name. Other brands become additional names of the organisation, unless another organisation
//! has the same name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::linking::{
    acronym::occurs_in,
    cluster::{Clusters, RefusalReason},
    curated::Curated,
    form::LegalForm,
    key::English,
    method::Method,
    model::Cluster,
    name_key::NameKey,
    name_kind::NameKind,
    remarks::StatedName,
    unique_name::{UniqueName, UniqueNames},
};

/// The nodes that state a name, and the method by which it links.
struct Statement {
    by: Vec<u32>,
    method: Method,
}

/// Unites each published name with the only organisation that states it. `is_specific` is true for a core that
/// identifies one organisation even without a legal form.
pub fn unite(nodes: &UniqueNames<'_>, clusters: &mut Clusters<'_, '_>, is_specific: &dyn Fn(&str) -> bool) {
    let statements = statements(nodes, is_specific);
    if statements.is_empty() {
        return;
    }
    let bearers = bearers(nodes, &statements.keys().collect());
    for (key, Statement { by, method }) in &statements {
        let Some(bearers) = bearers.get(key) else { continue };
        let known = bearers.iter().find_map(|&node| nodes.nodes[node as usize].known).map(|known| known.organisation);
        let stating = clusters.roots(by.iter().copied());
        let bearing = clusters.roots(bearers.iter().copied());
        let is_other = known.is_some_and(|known| clusters.organisation(stating[0]) != Some(known));
        match (stating.as_slice(), bearing.as_slice()) {
            ([one], [only]) if !is_other && one != only => {
                clusters.unite(by[0], bearers[0], *method);
            }
            ([one], [only]) if one == only => {}
            _ => clusters.refuse(by[0], bearers[0], RefusalReason::Ambiguous),
        }
    }
}

/// Returns the names that can link, each with the nodes that state it.
fn statements(nodes: &UniqueNames<'_>, is_specific: &dyn Fn(&str) -> bool) -> BTreeMap<NameKey, Statement> {
    let mut statements: BTreeMap<NameKey, Statement> = BTreeMap::new();
    for (at, node) in (0..).zip(&nodes.nodes) {
        for stated in &node.reading.stated {
            let method = match stated.kind {
                NameKind::Former => Method::StatedName,
                NameKind::Trading if occurs_in(&stated.value, node.reading.core()) => Method::DeclaredAcronym,
                _ => continue,
            };
            let Some(key) = NameKey::of_text(&stated.value) else { continue };
            let is_long = match &key {
                NameKey::English(_, LegalForm::None) => {
                    English::read(&stated.value).is_some_and(|english| is_specific(&english.core))
                }
                NameKey::English(..) => true,
                NameKey::Chinese(core, class) => core.chars().count() >= if *class == LegalForm::None { 4 } else { 2 },
            };
            if is_long {
                let statement = statements.entry(key).or_insert(Statement { by: Vec::new(), method });
                statement.by.push(at);
            }
        }
    }
    statements
}

/// Returns the nodes that have one of these names as their own. A name without a legal form is skipped if it also
/// occurs with one, because it may be a short form.
fn bearers<'k>(nodes: &UniqueNames<'_>, keys: &BTreeSet<&'k NameKey>) -> HashMap<&'k NameKey, Vec<u32>> {
    let mut bearers: HashMap<&NameKey, Vec<u32>> = HashMap::new();
    for &key in keys {
        if let NameKey::English(english, class) = key {
            let found: Vec<u32> = nodes.with_key(english).map(|node| node as u32).collect();
            let of_class = |node: &u32| nodes.reading(*node).class() == *class;
            let is_short = *class == LegalForm::None && !found.iter().all(of_class);
            let of_class: Vec<u32> = found.into_iter().filter(of_class).collect();
            if !of_class.is_empty() && !is_short {
                bearers.insert(key, of_class);
            }
        }
    }
    if keys.iter().any(|key| matches!(key, NameKey::Chinese(..))) {
        for (at, node) in (0..).zip(&nodes.nodes) {
            let key = node.reading.chinese.as_ref().map(NameKey::of_chinese);
            if let Some(&key) = key.as_ref().and_then(|key| keys.get(key)) {
                bearers.entry(key).or_default().push(at);
            }
        }
    }
    bearers
}

/// Returns the stated names of each node, except names of other organisations. Former names are kept, because another
/// organisation may have taken the name since.
pub fn own(
    nodes: &UniqueNames<'_>,
    cluster_of: &[u32],
    clusters: &[Cluster],
    curated: &Curated,
) -> HashMap<u32, Vec<StatedName>> {
    let mut stated_by: HashMap<NameKey, Vec<u32>> = HashMap::new();
    let stating = || (0u32..).zip(&nodes.nodes).filter(|(_, node)| !node.reading.stated.is_empty());
    for (at, node) in stating() {
        for key in node.reading.stated.iter().filter_map(|stated| NameKey::of_text(&stated.value)) {
            stated_by.entry(key).or_default().push(cluster_of[at as usize]);
        }
    }
    let bearers = bearers(nodes, &stated_by.keys().collect());
    let is_borne = |name: &str, cluster: u32| {
        let organisation = clusters[cluster as usize].organisation;
        let known = curated.known(name).is_some_and(|known| Some(known.organisation) != organisation);
        let Some(key) = NameKey::of_text(name) else { return true };
        let stated = stated_by.get(&key).is_some_and(|by| by.iter().any(|other| *other != cluster));
        let named = match &key {
            NameKey::English(english, _) => nodes.with_key(english).any(|node| cluster_of[node] != cluster),
            NameKey::Chinese(..) => bearers
                .get(&key)
                .is_some_and(|bearers| bearers.iter().any(|node| cluster_of[*node as usize] != cluster)),
        };
        known || stated || named
    };
    let of_node = |(at, node): (u32, &UniqueName<'_>)| {
        let cluster = cluster_of[at as usize];
        let keeps = |stated: &&StatedName| stated.kind == NameKind::Former || !is_borne(&stated.value, cluster);
        (at, node.reading.stated.iter().filter(keeps).cloned().collect())
    };
    stating().map(of_node).collect()
}
