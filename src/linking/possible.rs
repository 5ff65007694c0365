//! Possible matches: pairs of clusters that may be one organisation. They are reviewed by people and never merged.
//!
//! Each pair occurs once, with its best method, the confidence and the evidence.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use crate::linking::{
    cluster::Clusters,
    key::joined,
    method::Method,
    model::PossibleLink,
    name::Name,
    parsed_name::ParsedName,
    unique_name::{UniqueNames, specific_words},
    vocabulary::is_stop,
};

/// Minimum length of a word that is checked for typing errors, beside other words and alone.
const SHORTEST: usize = 5;
const LONG: usize = 8;
/// Maximum number of names with a rare word.
const RARE: u32 = 3;
/// Maximum size of a candidate group. Matches in larger groups are not significant.
const CROWD: usize = 24;

/// Adds pairs with similar spellings to the pairs that the rules proposed.
pub fn find(
    nodes: &UniqueNames<'_>,
    clusters: &mut Clusters<'_, '_>,
    mut pairs: Vec<(u32, u32, Method)>,
) -> Vec<(u32, u32, Method)> {
    qualifiers(nodes, &mut pairs);
    typos(nodes, &mut pairs);
    word_orders(nodes, &mut pairs);
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

/// The hash of a core with one word cut to its first or last letters, and that word.
type CutCore<'a> = (u64, u32, &'a str);

/// Adds pairs with the same words, except for typing errors in one rare word.
///
/// Two such words share their first or last letters, so the hash of the core with the cut word is the index key.
fn typos(nodes: &UniqueNames<'_>, pairs: &mut Vec<(u32, u32, Method)>) {
    let mut occurs: HashMap<&str, u32> = HashMap::new();
    let runs = nodes.runs(|a, b| a.core() == b.core());
    let core = |node: u32| nodes.reading(node).core();
    for run in &runs {
        for word in core(run.start as u32).split(' ').filter(|word| word.len() >= SHORTEST) {
            *occurs.entry(word).or_default() += 1;
        }
    }
    let mut cuts: Vec<CutCore<'_>> = Vec::new();
    for run in &runs {
        let node = run.start as u32;
        let is_single = !core(node).contains(' ');
        let is_checked = |word: &&str| {
            let is_long = word.len() >= if is_single { LONG } else { SHORTEST };
            is_long && occurs[word] <= RARE && !word.bytes().any(|byte| byte.is_ascii_digit())
        };
        for word in specific_words(core(node)).filter(is_checked) {
            cuts.push((cut_hash(core(node), word, false), node, word));
            cuts.push((cut_hash(core(node), word, true), node, word));
        }
    }
    cuts.sort_unstable();
    for group in cuts.chunk_by(|a, b| a.0 == b.0).filter(|group| (2..=CROWD).contains(&group.len())) {
        for (at, &(_, a, word)) in group.iter().enumerate() {
            for &(_, b, other) in &group[at + 1..] {
                let same_rest = || around(core(a), word) == around(core(b), other);
                let is_rare = occurs[word] == 1 || occurs[other] == 1;
                if is_rare && are_typos(word, other) && same_form(nodes.reading(a), nodes.reading(b)) && same_rest() {
                    pairs.push((a, b, Method::Typo));
                }
            }
        }
    }
}

/// True if two different words are one typing error apart, or two in long words.
fn are_typos(word: &str, other: &str) -> bool {
    const VERY_LONG: usize = 9;
    const LONGEST: usize = 40;
    let (short, long) = (word.len().min(other.len()), word.len().max(other.len()));
    let most = if short >= VERY_LONG { 2 } else { 1 };
    word != other && long <= LONGEST && long - short <= 4 * most && strsim::osa_distance(word, other) <= most
}

/// Returns the hash of a core in which a word of it is cut to its first or last letters.
fn cut_hash(core: &str, word: &str, end: bool) -> u64 {
    let letters = if word.len() >= LONG { LONG / 2 } else { SHORTEST / 2 };
    let at = |letters: usize| word.char_indices().nth(letters).map_or(word.len(), |(at, _)| at);
    let kept = if end { &word[at(word.chars().count().saturating_sub(letters))..] } else { &word[..at(letters)] };
    let mut hasher = DefaultHasher::new();
    (end, letters, around(core, word), kept).hash(&mut hasher);
    hasher.finish()
}

/// Returns the text of a core before and after a word. The word must be a slice of the core.
fn around<'a>(core: &'a str, word: &str) -> (&'a str, &'a str) {
    let start = (word.as_ptr() as usize).saturating_sub(core.as_ptr() as usize);
    (core.get(..start).unwrap_or(core), core.get(start + word.len()..).unwrap_or_default())
}

fn hash_of(word: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish()
}

/// Adds pairs with the same words in another order, ignoring small words.
fn word_orders(nodes: &UniqueNames<'_>, pairs: &mut Vec<(u32, u32, Method)>) {
    let sorted = |core: &str| {
        let mut words: Vec<&str> = core.split(' ').filter(|word| !is_stop(word)).collect();
        words.sort_unstable();
        words.join(" ")
    };
    let mut orders: Vec<(u64, u32)> = Vec::new();
    for run in nodes.runs(|a, b| a.core() == b.core()) {
        let core = nodes.nodes[run.start].reading.core();
        let is_long = core.split(' ').filter(|word| !is_stop(word)).count() >= 3;
        if is_long && specific_words(core).next().is_some() {
            // A sum of hashes does not depend on the order of the words.
            let words = core.split(' ').filter(|word| !is_stop(word));
            orders.push((words.map(hash_of).fold(0, u64::wrapping_add), run.start as u32));
        }
    }
    orders.sort_unstable();
    for group in orders.chunk_by(|a, b| a.0 == b.0).filter(|group| (2..=CROWD).contains(&group.len())) {
        for (at, &(_, a)) in group.iter().enumerate() {
            for &(_, b) in &group[at + 1..] {
                let (one, other) = (nodes.reading(a), nodes.reading(b));
                if same_form(one, other) && sorted(one.core()) == sorted(other.core()) {
                    pairs.push((a, b, Method::WordOrder));
                }
            }
        }
    }
}

fn same_form(a: &ParsedName, b: &ParsedName) -> bool {
    a.class() == b.class()
}

/// True if at most one inserted, deleted, replaced or transposed letter turns one word into the other.
pub fn one_edit(a: &str, b: &str) -> bool {
    strsim::osa_distance(a, b) <= 1
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
        Method::Typo => "they differ in one or two letters of a rare word",
        Method::WordOrder => "the same words in another order",
        Method::OtherQualifier => "the same name with and without `Hong Kong`",
        Method::OtherLegalForm => "the same name with another legal form",
        _ => "the same Chinese name, but different English names",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_edits() {
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
    fn typing_errors() {
        for (a, b) in [
            ("prenetics", "prenetcis"),
            ("compathnion", "compathin"),
            ("novelte", "novelle"),
            ("semiconductor", "semiconducter"),
        ] {
            assert!(are_typos(a, b) && are_typos(b, a), "{a} {b}");
        }
        for (a, b) in [("novelte", "novella"), ("alpha", "alpha"), ("compathnion", "compassion")] {
            assert!(!are_typos(a, b), "{a} {b}");
        }
    }

    #[test]
    fn website_hosts() {
        assert_eq!(site("https://www.hku.hk/en/"), Some("hku.hk"));
        assert_eq!(site(" "), None);
    }
}
