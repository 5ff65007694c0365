//! Unique names (nodes): all parts with the same parsed name form one node, so that rules check each spelling once.
//!
//! Nodes are sorted by key, independent of the input order. All later steps use this order.

use std::cmp::Ordering;

use crate::linking::{
    curated::{Curated, CuratedName, LineSide},
    form::LegalForm,
    name::Name,
    name_key::NameKey,
    parsed_name::ParsedName,
    vocabulary::is_generic,
};

/// A spelling of a name, with the curated lines that match it.
#[derive(Debug)]
pub struct UniqueName<'a> {
    pub reading: &'a ParsedName,
    /// The curated organisation of this name.
    pub known: Option<CuratedName>,
    /// The matching sides of curated `same` and `different` lines.
    pub sides: Vec<LineSide>,
}

/// The nodes in key order, and the node of each part.
#[derive(Debug)]
pub struct UniqueNames<'a> {
    pub nodes: Vec<UniqueName<'a>>,
    pub of_part: Vec<u32>,
    /// One part of each node, to which evidence refers.
    pub part: Vec<u32>,
}

/// Builds the nodes of all parts. `owners` has the position of the name from which each part was parsed.
pub fn build<'a>(readings: &'a [ParsedName], owners: &[u32], names: &[Name<'_>], curated: &Curated) -> UniqueNames<'a> {
    let sides: Vec<Vec<LineSide>> = readings
        .iter()
        .zip(owners)
        .map(|(reading, &owner)| {
            if !curated.has_pairs() {
                return Vec::new();
            }
            let english = reading.english.as_ref().map(NameKey::of_english);
            let chinese = reading.chinese.as_ref().map(NameKey::of_chinese);
            curated.sides(&[english, chinese], names[owner as usize].publisher)
        })
        .collect();
    let mut order: Vec<(u128, u32)> =
        (0..readings.len() as u32).map(|part| (prefix(&readings[part as usize].key), part)).collect();
    order.sort_unstable_by(|(a_prefix, a), (b_prefix, b)| {
        let (a, b) = (*a as usize, *b as usize);
        a_prefix
            .cmp(b_prefix)
            .then_with(|| compare(&readings[a], &readings[b]))
            .then_with(|| sides[a].cmp(&sides[b]))
            .then_with(|| as_written(&readings[a]).cmp(&as_written(&readings[b])))
    });
    let mut nodes = UniqueNames { nodes: Vec::new(), of_part: vec![0; readings.len()], part: Vec::new() };
    for (_, part) in order {
        let at = part as usize;
        let same = nodes
            .nodes
            .last()
            .is_some_and(|last| compare(last.reading, &readings[at]) == Ordering::Equal && last.sides == sides[at]);
        if !same {
            let known = known(&readings[at], curated);
            nodes.nodes.push(UniqueName { reading: &readings[at], known, sides: sides[at].clone() });
            nodes.part.push(part);
        }
        nodes.of_part[at] = nodes.nodes.len() as u32 - 1;
    }
    nodes
}

/// Returns the first sixteen bytes as a number with the same order. It decides most comparisons.
fn prefix(key: &str) -> u128 {
    let mut bytes = [0; 16];
    let length = key.len().min(bytes.len());
    bytes[..length].copy_from_slice(&key.as_bytes()[..length]);
    u128::from_be_bytes(bytes)
}

/// Returns the sort key that selects the representative of equal parsed names.
fn as_written(reading: &ParsedName) -> (&Option<String>, &Option<String>, &Option<String>) {
    (&reading.en, &reading.zh, &reading.unit)
}

/// Compares nodes by English key, legal form and core, then by Chinese name, then by the remaining fields.
fn compare(a: &ParsedName, b: &ParsedName) -> Ordering {
    let chinese = |reading: &ParsedName| reading.chinese.as_ref().map_or(LegalForm::None, |chinese| chinese.class);
    a.key
        .cmp(&b.key)
        .then_with(|| a.class().cmp(&b.class()))
        .then_with(|| a.core().cmp(b.core()))
        .then_with(|| a.chinese_core().cmp(&b.chinese_core()))
        .then_with(|| chinese(a).cmp(&chinese(b)))
        .then_with(|| a.acronym.cmp(&b.acronym))
        .then_with(|| a.bare.cmp(&b.bare))
        .then_with(|| a.stated.cmp(&b.stated))
}

/// Returns the curated organisation of a name: by its English key, else by its Chinese key if the English name agrees.
fn known(reading: &ParsedName, curated: &Curated) -> Option<CuratedName> {
    if let Some(english) = &reading.english {
        if let Some(known) = curated.english(&reading.key, english.class) {
            return curated.may_be_called(known.organisation, reading.chinese_core()).then_some(known);
        }
        let known = reading.chinese.as_ref().and_then(|chinese| curated.chinese(chinese))?;
        let organisation = &curated.organisations[known.organisation as usize];
        let shares = organisation.names.iter().any(|name| name.core == english.core && name.class == english.class);
        let acronym =
            reading.bare && curated.acronym(&english.core).is_some_and(|by| by.organisation == known.organisation);
        return (shares || acronym).then_some(known);
    }
    reading.chinese.as_ref().and_then(|chinese| curated.chinese(chinese))
}

impl UniqueNames<'_> {
    pub fn reading(&self, node: u32) -> &ParsedName {
        self.nodes[node as usize].reading
    }

    /// Returns the range of nodes with this English key.
    pub fn with_key(&self, key: &str) -> std::ops::Range<usize> {
        let start = self.nodes.partition_point(|node| node.reading.key.as_str() < key);
        let end = start + self.nodes[start..].partition_point(|node| node.reading.key == key);
        start..end
    }

    /// Returns the runs of adjacent nodes that are equal according to `same`, in key order.
    pub fn runs(&self, same: impl Fn(&ParsedName, &ParsedName) -> bool) -> Vec<std::ops::Range<usize>> {
        let mut runs = Vec::new();
        let mut start = 0;
        for at in 1..=self.nodes.len() {
            if at == self.nodes.len() || !same(self.nodes[at - 1].reading, self.nodes[at].reading) {
                runs.push(start..at);
                start = at;
            }
        }
        runs
    }
}

/// Returns the words of a core that distinguish its organisation from others.
pub fn specific_words(core: &str) -> impl Iterator<Item = &str> {
    core.split(' ').filter(|word| word.len() > 1 && !is_generic(word))
}
