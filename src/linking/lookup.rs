//! Lookup: from a text, as anybody writes it, to the organisation that it names.
//!
//! The same reading and the same keys as linking; a text that several organisations answer to finds none.

use std::collections::{HashMap, HashSet};

use super::{Linked, Name, curated::Curated, form::Class, name_key::NameKey, reading};
use crate::catalog::Publisher;

/// The names under which an organisation may be asked for.
#[derive(Debug, Default)]
pub struct Lookup {
    full: HashMap<NameKey, Held>,
    /// Without legal form.
    short: HashMap<String, Held>,
    acronyms: HashMap<String, Held>,
    curated: Curated,
}

/// What a key stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    One(u32),
    Several,
}

impl Lookup {
    /// Indexes every name of every organisation, and those that the curated lines add.
    pub fn build(_names: &[Name<'_>], linked: &Linked, curated: &Curated) -> Self {
        let mut lookup = Self { curated: curated.clone(), ..Self::default() };
        let mut of_organisation: HashMap<u32, Held> = HashMap::new();
        let mut seen: HashSet<(Option<&str>, Option<&str>, u32)> = HashSet::new();
        for part in &linked.parts {
            if !seen.insert((part.en.as_deref(), part.zh.as_deref(), part.cluster)) {
                continue;
            }
            let name = Name {
                publisher: Publisher::Itf,
                en: part.en.as_deref().unwrap_or_default(),
                zh: part.zh.as_deref().unwrap_or_default(),
                website: "",
                address: "",
            };
            for reading in reading::read(&name, curated) {
                let english = reading.english.as_ref().map(NameKey::of_english);
                let chinese = reading.chinese.as_ref().map(NameKey::of_chinese);
                for key in [english, chinese].into_iter().flatten() {
                    hold(&mut lookup.short, key.text().to_owned(), part.cluster);
                    hold(&mut lookup.full, key, part.cluster);
                }
            }
            if let Some(organisation) = linked.clusters[part.cluster as usize].organisation {
                hold(&mut of_organisation, organisation, part.cluster);
            }
        }
        for part in &linked.parts {
            if let Some(acronym) = &part.acronym {
                hold(&mut lookup.acronyms, acronym.clone(), part.cluster);
            }
        }
        for (name, acronym, organisation) in curated.every_name() {
            let Some(Held::One(cluster)) = of_organisation.get(&organisation).copied() else { continue };
            match (acronym, NameKey::of_text(name)) {
                (true, _) => hold(&mut lookup.acronyms, name.to_lowercase(), cluster),
                (false, Some(key)) => {
                    hold(&mut lookup.short, key.text().to_owned(), cluster);
                    hold(&mut lookup.full, key, cluster);
                }
                (false, None) => {}
            }
        }
        lookup
    }

    /// The cluster that a text names: in English or Chinese, by an acronym, with a unit, with or without its legal form.
    pub fn find(&self, text: &str) -> Option<u32> {
        let name = Name { publisher: Publisher::Itf, en: text, zh: "", website: "", address: "" };
        let readings = reading::read(&name, &self.curated);
        let [reading] = readings.as_slice() else { return None };
        let english = reading.english.as_ref().map(|name| (NameKey::of_english(name), name.class));
        let chinese = reading.chinese.as_ref().map(|name| (NameKey::of_chinese(name), name.class));
        let (key, class) = english.or(chinese)?;
        let short = || self.short.get(key.text()).filter(|_| class == Class::None);
        let acronym = || self.acronyms.get(&text.trim().to_lowercase());
        match self.full.get(&key).or_else(acronym).or_else(short)? {
            Held::One(cluster) => Some(*cluster),
            Held::Several => None,
        }
    }
}

fn hold<K: std::hash::Hash + Eq>(index: &mut HashMap<K, Held>, key: K, cluster: u32) {
    let held = index.entry(key).or_insert(Held::One(cluster));
    if *held != Held::One(cluster) {
        *held = Held::Several;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linking::link;

    #[test]
    fn finds_by_any_writing() {
        let rows = [
            ("The Hong Kong Polytechnic University (PolyU)", "香港理工大學"),
            ("Rice Robotics Limited", "米機械人有限公司"),
            ("Siemens AG", ""),
            ("Siemens Limited", ""),
        ];
        let names = rows.map(|(en, zh)| Name { publisher: Publisher::Itf, en, zh, website: "", address: "" });
        let curated = Curated::embedded();
        let linked = link(&names, &curated);
        let lookup = Lookup::build(&names, &linked, &curated);
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
            ("Nobody", None),
            ("", None),
        ] {
            assert_eq!(lookup.find(text), name.map(|at: usize| linked.parts[at].cluster), "{text}");
        }
    }
}
