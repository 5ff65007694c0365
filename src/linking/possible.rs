//! Possible matches: pairs of clusters for a reader to review. They never merge.
//!
//! Each pair has a method, confidence and evidence, and appears once with its best method.

use std::collections::HashMap;

use crate::linking::{
    cluster::Clusters,
    key::joined,
    method::Method,
    model::PossibleLink,
    name::Name,
    parsed_name::ParsedName,
    unique_name::{UniqueNames, specific_words},
};

/// Minimum length of a rare word that is checked for typing errors.
const LONG: usize = 8;
/// Maximum size of a candidate group. Larger groups are not significant.
const CROWD: usize = 24;

/// Adds the pairs found by spelling to those left by the rules.
pub fn find(
    nodes: &UniqueNames<'_>,
    clusters: &mut Clusters<'_, '_>,
    mut pairs: Vec<(u32, u32, Method)>,
) -> Vec<(u32, u32, Method)> {
    qualifiers(nodes, &mut pairs);
    typos(nodes, &mut pairs);
    pairs.retain(|&(a, b, _)| clusters.root(a) != clusters.root(b));
    pairs
}

/// Adds pairs of `X Limited` and `X (Hong Kong) Limited`.
fn qualifiers(nodes: &UniqueNames<'_>, pairs: &mut Vec<(u32, u32, Method)>) {
    let mut last = "";
    for (at, node) in nodes.nodes.iter().enumerate() {
        let reading = node.reading;
        if reading.core() == last || !reading.core().ends_with(" hk") {
            continue;
        }
        last = reading.core();
        let without = nodes.with_key(&joined(reading.core().trim_end_matches(" hk")));
        pairs.extend(without.take(CROWD).map(|other| (other as u32, at as u32, Method::OtherQualifier)));
    }
}

/// Adds pairs that differ by one typing error in a long word unique to a name.
///
/// Two such words share their first or last four letters, which are the index keys.
fn typos(nodes: &UniqueNames<'_>, pairs: &mut Vec<(u32, u32, Method)>) {
    let mut occurs: HashMap<&str, u32> = HashMap::new();
    let runs = nodes.runs(|a, b| a.core() == b.core());
    for run in &runs {
        for word in nodes.nodes[run.start].reading.core().split(' ').filter(|word| word.len() >= LONG) {
            *occurs.entry(word).or_default() += 1;
        }
    }
    let mut halves: HashMap<(String, bool), Vec<(u32, &str)>> = HashMap::new();
    for run in &runs {
        let reading = nodes.nodes[run.start].reading;
        for word in specific_words(reading.core()).filter(|word| word.len() >= LONG && occurs[word] == 1) {
            for end in [false, true] {
                let half = half(word, end);
                let rest = reading.core().replacen(word, half, 1);
                halves.entry((rest, end)).or_default().push((run.start as u32, word));
            }
        }
    }
    let mut groups: Vec<_> = halves.into_values().filter(|group| (2..=CROWD).contains(&group.len())).collect();
    groups.sort_unstable();
    for group in groups {
        for (at, &(a, word)) in group.iter().enumerate() {
            for &(b, other) in &group[at + 1..] {
                if one_edit(word, other) && same_form(nodes.reading(a), nodes.reading(b)) {
                    pairs.push((a, b, Method::Typo));
                }
            }
        }
    }
}

fn half(word: &str, end: bool) -> &str {
    const LETTERS: usize = LONG / 2;
    let letters = word.chars().count();
    let cut = |letters: usize| word.char_indices().nth(letters).map_or(word.len(), |(at, _)| at);
    if end { &word[cut(letters.saturating_sub(LETTERS))..] } else { &word[..cut(LETTERS)] }
}

fn same_form(a: &ParsedName, b: &ParsedName) -> bool {
    a.class() == b.class()
}

/// True if one inserted, deleted, replaced or transposed letter turns one word into the other.
pub fn one_edit(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let start = short.iter().zip(long.iter()).take_while(|(a, b)| a == b).count();
    let (short, long) = (&short[start..], &long[start..]);
    match (short, long) {
        ([], [_]) => true,
        ([_, rest @ ..], [_, other @ ..]) if rest == other => true,
        (rest, [_, other @ ..]) if rest == other => true,
        ([a, b, rest @ ..], [c, d, other @ ..]) => a == d && b == c && rest == other,
        _ => false,
    }
}

/// Returns the public form: the best match of each pair of clusters, in the order of clusters.
pub fn published(
    pairs: &[(u32, u32, Method)],
    cluster_of: &dyn Fn(u32) -> u32,
    nodes: &UniqueNames<'_>,
    owners: &[u32],
    names: &[Name<'_>],
) -> Vec<PossibleLink> {
    let mut best: HashMap<(u32, u32), (u32, u32, Method)> = HashMap::new();
    for &(a, b, method) in pairs {
        let (from, to) = (cluster_of(a), cluster_of(b));
        let pair = if from < to { (a, b, method) } else { (b, a, method) };
        let held = best.entry((from.min(to), from.max(to))).or_insert(pair);
        if method.score() > held.2.score() {
            *held = pair;
        }
    }
    let mut found: Vec<PossibleLink> = best
        .into_iter()
        .filter(|((a, b), _)| a != b)
        .map(|((a, b), (from, to, method))| {
            let written = |node: u32| written(nodes.reading(node));
            let mut evidence = format!("`{}` and `{}`: {}", written(from), written(to), explanation(method));
            let website = |node: u32| site(names[owners[nodes.part[node as usize] as usize] as usize].website);
            if let Some(site) = website(from).filter(|site| website(to) == Some(*site)) {
                evidence.push_str("; both have the website ");
                evidence.push_str(site);
            }
            PossibleLink { a, b, method, confidence: method.score(), evidence }
        })
        .collect();
    found.sort_unstable_by_key(|possible| (possible.a, possible.b));
    found
}

/// Returns the name as written.
pub fn written(reading: &ParsedName) -> &str {
    reading.en.as_deref().or(reading.zh.as_deref()).unwrap_or_default()
}

/// Returns the host of a website.
fn site(website: &str) -> Option<&str> {
    let website = website.trim();
    let host = website.split_once("://").map_or(website, |(_, rest)| rest).split('/').next().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    (!host.is_empty()).then_some(host)
}

const fn explanation(method: Method) -> &'static str {
    match method {
        Method::Typo => "they differ in one letter of a long, rare word",
        Method::OtherQualifier => "the same name with and without `Hong Kong`",
        Method::OtherLegalForm => "the same name with another legal form",
        _ => "the same Chinese name, but different English names",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits() {
        for (a, b) in [
            ("compathnion", "compathion"),
            ("compathnion", "compathniom"),
            ("compathnion", "compahtnion"),
            ("abc", "abcd"),
        ] {
            assert!(one_edit(a, b) && one_edit(b, a), "{a} {b}");
        }
        for (a, b) in [("compathnion", "compation"), ("abcd", "badc")] {
            assert!(!one_edit(a, b), "{a} {b}");
        }
    }

    #[test]
    fn sites() {
        assert_eq!(site("https://www.hku.hk/en/"), Some("hku.hk"));
        assert_eq!(site(" "), None);
    }
}
