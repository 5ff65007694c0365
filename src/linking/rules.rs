//! The linking rules, in order: curated lines, English key, Chinese key, names without legal form, stated names,
//! acronyms.
//!
//! Each rule proposes unions in key order, and the guards of [`Clusters`] decide.

use std::collections::{HashMap, HashSet};

use crate::linking::{
    acronym::occurs_in,
    cluster::{Clusters, RefusalReason},
    curated::Curated,
    form::LegalForm,
    method::Method,
    parsed_name::ParsedName,
    possible::one_edit,
    stated_names,
    unique_name::{UniqueNames, specific_words},
    vocabulary::{expressed_in_chinese, is_distinguishing, is_generic, is_stop},
};

/// Maximum number of distinct candidates per key for pairwise comparison. Larger groups are compared only for equality.
const MANY: usize = 12;

/// Applies all rules. Returns pairs connected only by their Chinese name as possible matches.
pub fn apply(nodes: &UniqueNames<'_>, clusters: &mut Clusters<'_, '_>, curated: &Curated) -> Vec<(u32, u32, Method)> {
    let mut possible = Vec::new();
    curated_lines(nodes, clusters, curated);
    english_key(nodes, clusters);
    chinese_key(nodes, clusters, &mut possible);
    let families = families(nodes);
    without_form(nodes, clusters, &families, &mut possible);
    stated_names::unite(nodes, clusters, &|core| is_specific(core, &families));
    acronyms(nodes, clusters, curated);
    possible
}

/// Unites names that the curated lines declare to be one organisation.
fn curated_lines(nodes: &UniqueNames<'_>, clusters: &mut Clusters<'_, '_>, curated: &Curated) {
    let mut sides: Vec<[Vec<u32>; 2]> = curated.same.iter().map(|_| Default::default()).collect();
    let mut known: HashMap<u32, u32> = HashMap::new();
    for (at, node) in nodes.nodes.iter().enumerate() {
        for side in node.sides.iter().filter(|side| !side.differs) {
            sides[side.line as usize][usize::from(side.second)].push(at as u32);
        }
    }
    for [first, second] in sides {
        if let (Some(&from), Some(_)) = (first.first(), second.first()) {
            for &to in first.iter().skip(1).chain(&second) {
                clusters.unite(from, to, Method::Curated);
            }
        }
    }
    for (at, node) in nodes.nodes.iter().enumerate() {
        if let Some(organisation) = node.known {
            let first = *known.entry(organisation.organisation).or_insert(at as u32);
            clusters.unite(first, at as u32, Method::CuratedAlias);
        }
    }
}

/// Unites names with the same English key and legal form if their Chinese names agree.
fn english_key(nodes: &UniqueNames<'_>, clusters: &mut Clusters<'_, '_>) {
    for run in nodes.runs(|a, b| a.key == b.key && a.class() == b.class()) {
        if run.len() < 2 || nodes.nodes[run.start].reading.key.is_empty() {
            continue;
        }
        let method = |a: u32, b: u32| {
            if nodes.reading(a).core() == nodes.reading(b).core() { Method::ExactKey } else { Method::JoinedKey }
        };
        let (plain, chinese): (Vec<u32>, Vec<u32>) =
            run.map(|at| at as u32).partition(|&at| nodes.reading(at).chinese.is_none());
        let mut first_of: HashMap<&str, u32> = HashMap::new();
        for &at in &chinese {
            let first = *first_of.entry(nodes.reading(at).chinese_core().unwrap_or_default()).or_insert(at);
            clusters.unite(first, at, method(first, at));
        }
        let distinct = clusters.roots(chinese.iter().copied());
        if distinct.len() <= MANY {
            for (at, &a) in distinct.iter().enumerate() {
                for &b in &distinct[at + 1..] {
                    clusters.unite(a, b, method(a, b));
                }
            }
        }
        for pair in plain.windows(2) {
            clusters.unite(pair[0], pair[1], method(pair[0], pair[1]));
        }
        match (plain.first(), clusters.roots(chinese.iter().copied()).as_slice()) {
            (Some(&plain), [_]) => {
                clusters.unite(chinese[0], plain, method(chinese[0], plain));
            }
            (Some(&plain), [first, _, ..]) => clusters.refuse(*first, plain, RefusalReason::Ambiguous),
            _ => {}
        }
    }
}

/// Unites names with the same Chinese core and legal form.
///
/// Two English names must also share a specific word, and must not differ in a distinguishing word.
fn chinese_key(nodes: &UniqueNames<'_>, clusters: &mut Clusters<'_, '_>, possible: &mut Vec<(u32, u32, Method)>) {
    let class = |at: u32| nodes.reading(at).chinese.as_ref().map_or(LegalForm::None, |chinese| chinese.class);
    let core = |at: u32| nodes.reading(at).chinese_core().unwrap_or_default();
    let mut order: Vec<u32> = (0..nodes.nodes.len() as u32).filter(|&at| nodes.reading(at).chinese.is_some()).collect();
    order.sort_by(|&a, &b| core(a).cmp(core(b)).then(class(a).cmp(&class(b))).then(a.cmp(&b)));
    for group in order.chunk_by(|&a, &b| core(a) == core(b)) {
        if group.len() < 2 {
            continue;
        }
        for same in group.chunk_by(|&a, &b| class(a) == class(b)) {
            one_chinese_name(nodes, clusters, same, possible);
        }
        let forms = group.chunk_by(|&a, &b| class(a) == class(b)).count();
        let plain = class(group[0]) == LegalForm::None;
        if forms == 2 && plain && core(group[0]).chars().count() >= 4 {
            one_chinese_name(nodes, clusters, group, possible);
        }
    }
}

fn one_chinese_name(
    nodes: &UniqueNames<'_>,
    clusters: &mut Clusters<'_, '_>,
    group: &[u32],
    possible: &mut Vec<(u32, u32, Method)>,
) {
    let (named, only): (Vec<u32>, Vec<u32>) = group.iter().partition(|&&at| nodes.reading(at).english.is_some());
    let mut heads: Vec<u32> = Vec::new();
    for &at in &named {
        let root = clusters.root(at);
        if !heads.iter().any(|&head| clusters.root(head) == root) {
            heads.push(at);
        }
        if heads.len() > MANY {
            break;
        }
    }
    for (at, &a) in heads.iter().enumerate() {
        for &b in &heads[at + 1..] {
            match english_agrees(nodes.reading(a), nodes.reading(b)) {
                Ok(()) => {
                    clusters.unite(a, b, Method::ChineseKey);
                }
                Err(reason) => {
                    if clusters.root(a) != clusters.root(b) {
                        if let Some(reason) = reason {
                            clusters.refuse(a, b, reason);
                        }
                        possible.push((a, b, Method::ChineseNameOnly));
                    }
                }
            }
        }
    }
    for pair in only.windows(2) {
        clusters.unite(pair[0], pair[1], Method::ChineseKey);
    }
    match (only.first(), clusters.roots(heads.iter().copied()).as_slice()) {
        (Some(&only), [_]) => {
            clusters.unite(heads[0], only, Method::ChineseKey);
        }
        (Some(&only), [_, _, ..]) => {
            clusters.refuse(heads[0], only, RefusalReason::Ambiguous);
            possible.extend(heads.iter().map(|&head| (head, only, Method::ChineseNameOnly)));
        }
        _ => {}
    }
}

/// Checks that two English names with the same Chinese name may denote one organisation. The error is the reason why
/// not.
fn english_agrees(a: &ParsedName, b: &ParsedName) -> Result<(), Option<RefusalReason>> {
    let chinese = a.chinese_core().unwrap_or_default();
    let tells_apart = |core: &str, other: &str| {
        core.split(' ').any(|word| {
            is_distinguishing(word)
                && !other.split(' ').any(|also| also == word)
                && !expressed_in_chinese(word).is_some_and(|said| chinese.contains(said))
        })
    };
    let (one, other) = (a.core(), b.core());
    if a.bare && occurs_in(one, other) || b.bare && occurs_in(other, one) {
        return Ok(());
    }
    if !specific_words(one).any(|word| other.split(' ').any(|also| also == word)) || each_has_own_word(one, other) {
        return Err(None);
    }
    if tells_apart(one, other) || tells_apart(other, one) { Err(Some(RefusalReason::Qualifiers)) } else { Ok(()) }
}

/// True if each core has a word that the other core contains in no spelling.
///
/// A name may omit words, but `Alpha Testing` and `Alpha Foods` are different names.
fn each_has_own_word(one: &str, other: &str) -> bool {
    const STEM: usize = 4;
    let stem = |long: &str, short: &str| short.len() >= STEM && long.starts_with(short);
    let alike = |a: &str, b: &str| a == b || stem(a, b) || stem(b, a) || a.len().min(b.len()) > STEM && one_edit(a, b);
    let lacks = |core: &str, other: &str| {
        core.split(' ')
            .filter(|word| !is_stop(word) && !is_distinguishing(word))
            .any(|word| !other.split(' ').any(|also| alike(word, also)))
    };
    lacks(one, other) && lacks(other, one)
}

/// Unites a name without a legal form with the only known full name.
///
/// A curated alias of one organisation is not a short form of another's name.
fn without_form(
    nodes: &UniqueNames<'_>,
    clusters: &mut Clusters<'_, '_>,
    families: &HashSet<&str>,
    possible: &mut Vec<(u32, u32, Method)>,
) {
    for run in nodes.runs(|a, b| a.key == b.key) {
        let first = nodes.nodes[run.start].reading;
        if first.key.is_empty()
            || nodes.nodes[run.end - 1].reading.class() == first.class()
            || first.class() != LegalForm::None
        {
            continue;
        }
        let (plain, formed): (Vec<u32>, Vec<u32>) =
            run.map(|at| at as u32).partition(|&at| nodes.reading(at).class() == LegalForm::None);
        let alias = |at: u32| nodes.nodes[at as usize].known.is_some_and(|known| known.line.is_some());
        let one_form = formed.iter().all(|&at| nodes.reading(at).class() == nodes.reading(formed[0]).class());
        let aliased = plain.iter().any(|&at| alias(at)) && !formed.iter().any(|&at| alias(at));
        let allowed = one_form && !aliased && is_specific(first.core(), families);
        short_names(clusters, &plain, &formed, allowed, possible);
    }
    for at in 0..nodes.nodes.len() as u32 {
        let reading = nodes.reading(at);
        if reading.class() != LegalForm::Corporation {
            continue;
        }
        let longer = nodes.with_key(&crate::linking::key::joined(&format!("{} corporation", reading.core())));
        let formed: Vec<u32> =
            longer.map(|at| at as u32).filter(|&at| nodes.reading(at).class() == LegalForm::Local).collect();
        let roots = clusters.roots(formed.iter().copied());
        if let [root] = roots[..] {
            clusters.unite_corporation(root, at);
        }
    }
}

fn short_names(
    clusters: &mut Clusters<'_, '_>,
    plain: &[u32],
    formed: &[u32],
    allowed: bool,
    possible: &mut Vec<(u32, u32, Method)>,
) {
    let full = clusters.roots(formed.iter().copied());
    for short in clusters.roots(plain.iter().copied()) {
        match full[..] {
            [only] if allowed => {
                clusters.unite(only, short, Method::NoLegalForm);
            }
            _ => {
                for &candidate in full.iter().take(MANY).filter(|&&candidate| candidate != short) {
                    possible.push((candidate, short, Method::OtherLegalForm));
                }
                if full.len() > 1 {
                    clusters.refuse(full[0], short, RefusalReason::Ambiguous);
                }
            }
        }
    }
}

/// Returns the first words of multi-word names. Such a word alone is a brand that several companies share.
fn families<'a>(nodes: &'a UniqueNames<'_>) -> HashSet<&'a str> {
    nodes.nodes.iter().filter_map(|node| node.reading.core().split_once(' ')).map(|(first, _)| first).collect()
}

/// True if a core is specific to a single organisation: enough specific words, or one long word that begins no other
/// name.
fn is_specific(core: &str, families: &HashSet<&str>) -> bool {
    let words: Vec<&str> = core.split(' ').filter(|word| !is_stop(word)).collect();
    let specific = words.iter().filter(|word| word.len() > 1 && !is_generic(word)).count();
    match words.as_slice() {
        [] => false,
        [only] => only.len() >= 5 && specific == 1 && !families.contains(only),
        [_, _] => specific >= 1,
        _ => specific >= 1 || words.len() >= 4,
    }
}

/// Unites a bare acronym with the only organisation that declares it, or with its curated organisation.
fn acronyms(nodes: &UniqueNames<'_>, clusters: &mut Clusters<'_, '_>, curated: &Curated) {
    let mut bare: HashMap<&str, Vec<u32>> = HashMap::new();
    for (at, node) in nodes.nodes.iter().enumerate() {
        if node.reading.bare {
            bare.entry(node.reading.core()).or_default().push(at as u32);
        }
    }
    let mut declared: HashMap<&str, Vec<u32>> = HashMap::new();
    let mut of_organisation: HashMap<u32, u32> = HashMap::new();
    for (at, node) in nodes.nodes.iter().enumerate() {
        if let Some(acronym) = node.reading.acronym.as_deref().filter(|acronym| bare.contains_key(acronym)) {
            declared.entry(acronym).or_default().push(at as u32);
        }
        if let Some(known) = node.known {
            of_organisation.entry(known.organisation).or_insert(at as u32);
        }
    }
    let mut acronyms: Vec<&str> = bare.keys().copied().collect();
    acronyms.sort_unstable();
    for acronym in acronyms {
        let declaring = declared.get(acronym).map_or(&[][..], Vec::as_slice);
        let known = curated.acronym(acronym).map(|known| known.organisation);
        let mut roots = clusters.roots(declaring.iter().copied());
        if let Some(known) = known {
            roots.retain(|&root| clusters.organisation(root) != Some(known));
        }
        let formed =
            nodes.with_key(acronym).map(|at| at as u32).find(|&at| nodes.reading(at).class() != LegalForm::None);
        let mut bare = bare[acronym].clone();
        if let Some(known) = known {
            bare.retain(|&at| curated.may_be_called(known, nodes.reading(at).chinese_core()));
        }
        let Some(&first_bare) = bare.first() else { continue };
        match (known, roots.as_slice(), formed) {
            (Some(organisation), [], None) => {
                let target = *of_organisation.entry(organisation).or_insert(first_bare);
                for &at in &bare {
                    clusters.unite(target, at, Method::CuratedAlias);
                }
                clusters.know(target, organisation);
            }
            (None, [_], None) => {
                for &at in &bare {
                    clusters.unite(declaring[0], at, Method::DeclaredAcronym);
                }
            }
            (_, [first, ..], _) => {
                for &at in &bare {
                    clusters.refuse(*first, at, RefusalReason::Ambiguous);
                }
            }
            (_, [], Some(formed)) => {
                if known.is_some() {
                    for &at in &bare {
                        clusters.refuse(formed, at, RefusalReason::Ambiguous);
                    }
                }
            }
            (None, [], None) => {}
        }
    }
}
