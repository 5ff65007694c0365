//! The curated names of each cluster, including names that no publisher uses.

use std::collections::HashMap;

use super::{curated::Curated, model::Cluster};

/// Returns all curated names of each cluster, by cluster number.
pub fn reviewed_names(clusters: &[Cluster], curated: &Curated) -> HashMap<u32, Vec<String>> {
    let mut of_organisation: HashMap<u32, Vec<&str>> = HashMap::new();
    for (name, _, organisation) in curated.every_name() {
        let names = of_organisation.entry(organisation).or_default();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let known = (0..).zip(clusters).filter_map(|(number, cluster)| {
        let names = of_organisation.get(&cluster.organisation?)?;
        Some((number, names.iter().map(|name| (*name).to_owned()).collect()))
    });
    known.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::catalog::Publisher,
        linking::{Name, link},
    };

    #[test]
    fn reviewed_names_are_added_to_their_organisation() {
        let name = |en| Name { publisher: Publisher::Itf, en, zh: "", website: "", address: "" };
        let curated = Curated::embedded();
        let linked = link(&[name("The University of Hong Kong"), name("Nobody Limited")], &curated);
        let names = reviewed_names(&linked.clusters, &curated);
        let of = |part: usize| names.get(&linked.parts[part].cluster).map_or(&[][..], Vec::as_slice);
        for alias in ["HKU", "香港大學", "The University of Hong Kong"] {
            assert_eq!(of(0).iter().filter(|name| *name == alias).count(), 1, "{alias}");
        }
        assert!(of(1).is_empty());
    }
}
