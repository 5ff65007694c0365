//! Lookup: finds the organisation that a text names.
//!
//! It uses the parser and the keys of linking. An ambiguous text has several candidates.

use std::{collections::HashMap, sync::Arc};

use crate::{
    domain::catalog::Publisher,
    linking::{curated::Curated, form::LegalForm, model::LinkageResult, name::Name, name_key::NameKey, parsed_name},
};

/// An index from names to organisations. A lookup is a binary search.
#[derive(Debug, Default)]
pub struct Lookup {
    /// The names, sorted by key and legal form. English and Chinese keys are never equal, so they share the table.
    names: Vec<NameEntry>,
    /// The clusters of each acronym, in lower case.
    acronyms: HashMap<String, Vec<u32>>,
    /// The names that publishers state beside an organisation's name, such as former names and brands. Searched last.
    stated: HashMap<NameKey, Vec<u32>>,
    curated: Arc<Curated>,
}

/// The key of a name, with its cluster.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct NameEntry {
    key: String,
    class: LegalForm,
    cluster: u32,
}

impl Lookup {
    /// Indexes all published and curated names. Moves the spellings out of the linkage result.
    pub fn build(linked: &mut LinkageResult, curated: Arc<Curated>) -> Self {
        let mut lookup = Self { curated, ..Self::default() };
        for spelling in std::mem::take(&mut linked.spellings) {
            let cluster = spelling.cluster;
            let keys = spelling.english.into_iter().chain(spelling.chinese);
            lookup.names.extend(keys.map(|(key, class)| NameEntry { key, class, cluster }));
            if let Some(acronym) = spelling.acronym {
                add(&mut lookup.acronyms, acronym, cluster);
            }
            for key in spelling.stated {
                add(&mut lookup.stated, key, cluster);
            }
        }
        lookup.names.sort_unstable();
        let mut of_organisation: HashMap<u32, Option<u32>> = HashMap::new();
        for (cluster, linked) in (0..).zip(&linked.clusters) {
            if let Some(organisation) = linked.organisation {
                insert_unique(&mut of_organisation, organisation, cluster);
            }
        }
        for (at, organisation) in (0..).zip(&lookup.curated.organisations) {
            if let Some(cluster) = lookup.by_other_form(&organisation.name)
                && linked.clusters[cluster as usize].organisation.is_none()
            {
                of_organisation.entry(at).or_insert(Some(cluster));
            }
        }
        let curated = lookup.curated.clone();
        for (name, is_acronym, organisation) in curated.every_name() {
            let Some(&Some(cluster)) = of_organisation.get(&organisation) else { continue };
            match (is_acronym, NameKey::of_text(name)) {
                (true, _) => add(&mut lookup.acronyms, name.to_lowercase(), cluster),
                (false, Some(NameKey::English(key, class) | NameKey::Chinese(key, class))) => {
                    lookup.names.push(NameEntry { key, class, cluster });
                }
                (false, None) => {}
            }
        }
        lookup.names.sort_unstable();
        lookup.names.dedup();
        lookup
    }

    /// Returns the cluster that a text names. `None` if no cluster or more than one matches.
    pub fn find(&self, text: &str) -> Option<u32> {
        match self.candidates(text)[..] {
            [cluster] => Some(cluster),
            _ => None,
        }
    }

    /// Returns the clusters that a text may name, without duplicates. The text may be English or Chinese, an acronym,
    /// include a unit, or omit the legal form.
    pub fn candidates(&self, text: &str) -> Vec<u32> {
        let name = Name { publisher: Publisher::Itf, en: text, zh: "", website: "", address: "" };
        let readings = parsed_name::read(&name, &self.curated);
        let [parsed_name] = readings.as_slice() else { return Vec::new() };
        let english = parsed_name.english.as_ref().map(|english| (parsed_name.key.as_str(), english.class));
        let chinese = parsed_name.chinese.as_ref().map(|chinese| (chinese.core.as_str(), chinese.class));
        let Some((key, class)) = english.or(chinese) else { return Vec::new() };
        let any_form = self.with_key(key);
        let same_form: &[NameEntry] =
            any_form.chunk_by(|a, b| a.class == b.class).find(|held| held[0].class == class).unwrap_or_default();
        if !same_form.is_empty() {
            return clusters(same_form);
        }
        match self.acronyms.get(&text.trim().to_lowercase()) {
            Some(found) => found.clone(),
            None if class == LegalForm::None && !any_form.is_empty() => clusters(any_form),
            None => NameKey::of_text(text).and_then(|key| self.stated.get(&key)).cloned().unwrap_or_default(),
        }
    }

    /// Returns the only cluster whose name differs from this one by a legal form that either name omits. For example,
    /// the acronym of the curated `Alpha Association` then finds the published `Alpha Association Limited`.
    fn by_other_form(&self, name: &str) -> Option<u32> {
        const SHORTEST: usize = 8;
        let Some(NameKey::English(key, class)) = NameKey::of_text(name) else { return None };
        let held = self.with_key(&key);
        let omits = |other: LegalForm| class == LegalForm::None || other == LegalForm::None;
        match clusters(held)[..] {
            [cluster] if key.len() >= SHORTEST && held.iter().all(|held| omits(held.class)) => Some(cluster),
            _ => None,
        }
    }

    fn with_key(&self, key: &str) -> &[NameEntry] {
        let start = self.names.partition_point(|held| held.key.as_str() < key);
        let length = self.names[start..].partition_point(|held| held.key == key);
        &self.names[start..start + length]
    }
}

/// Returns the distinct clusters of these names.
fn clusters(names: &[NameEntry]) -> Vec<u32> {
    let mut clusters: Vec<u32> = names.iter().map(|held| held.cluster).collect();
    clusters.sort_unstable();
    clusters.dedup();
    clusters
}

fn add<K: std::hash::Hash + Eq>(index: &mut HashMap<K, Vec<u32>>, key: K, cluster: u32) {
    let clusters = index.entry(key).or_default();
    if let Err(place) = clusters.binary_search(&cluster) {
        clusters.insert(place, cluster);
    }
}

fn insert_unique<K: std::hash::Hash + Eq>(index: &mut HashMap<K, Option<u32>>, key: K, cluster: u32) {
    let held = index.entry(key).or_insert(Some(cluster));
    if *held != Some(cluster) {
        *held = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linking::link;

    #[test]
    fn every_variant_of_a_name_is_found() {
        let rows = [
            ("The Hong Kong Polytechnic University (PolyU)", "香港理工大學"),
            ("Rice Robotics Limited", "米機械人有限公司"),
            ("Siemens AG", ""),
            ("Siemens Limited", ""),
            ("Unreal Robots Limited (formerly Unreal Widgets Limited)", ""),
            ("Unreal Foods Limited (Yummy)", ""),
            ("PricewaterhouseCoopers Limited", ""),
        ];
        let names = rows.map(|(en, zh)| Name { publisher: Publisher::Itf, en, zh, website: "", address: "" });
        let curated = Arc::new(Curated::embedded());
        let mut linked = link(&names, &curated);
        let lookup = Lookup::build(&mut linked, curated);
        for (text, name) in [
            ("hong kong polytechnic university", Some(0)),
            ("The HK Polytechnic University", Some(0)),
            ("香港理工大学", Some(0)),
            ("polyu", Some(0)),
            ("The Hong Kong Polytechnic University - Department of Computing", Some(0)),
            ("Rice Robotics", Some(1)),
            ("RICE ROBOTICS LTD.", Some(1)),
            ("米机械人", Some(1)),
            ("Siemens AG", Some(2)),
            ("Siemens", None),
            ("Unreal Widgets Ltd", Some(4)),
            ("Yummy", Some(5)),
            ("PwC", Some(6)),
            ("Nobody", None),
            ("", None),
        ] {
            assert_eq!(lookup.find(text), name.map(|at: usize| linked.parts[at].cluster), "{text}");
        }
        let [of_ag, of_limited] = [2, 3].map(|at: usize| linked.parts[at].cluster);
        let mut both = [of_ag, of_limited];
        both.sort_unstable();
        assert_eq!(lookup.candidates("Siemens"), both);
        assert_eq!(lookup.candidates("Siemens AG"), [of_ag]);
    }
}
