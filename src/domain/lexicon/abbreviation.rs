//! Words that the lexicon does not list: run together (`applicantname`), truncated (`descr`), without vowels (`prjct`)
//! or with one wrong letter.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use super::{LEXICON, WordGroup};

/// The maximum number of words whose groups are cached. Publishers' texts are unbounded.
const REMEMBERED: usize = 1 << 14;

/// The cached groups of unknown words. Tables repeat their words, and a lookup compares a word with the whole lexicon.
static LOOKED_UP: LazyLock<Mutex<HashMap<Box<str>, Option<WordGroup>>>> = LazyLock::new(Mutex::default);

/// Every single word of the lexicon, with its skeleton and its group.
static SKELETONS: LazyLock<Vec<(&str, String, WordGroup)>> = LazyLock::new(|| {
    LEXICON.single_words.iter().map(|(word, group)| (word.as_str(), consonants(word), *group)).collect()
});

/// The minimum length of a part of a compound, except for these endings.
const SHORTEST_PART: usize = 3;
const SHORT_ENDINGS: [&str; 5] = ["no", "id", "nm", "cd", "dt"];

/// Splits an unknown word into the smallest number of known words.
pub(super) fn compound(word: &str) -> Option<Vec<&str>> {
    if !word.is_ascii() || word.len() < 5 || word.len() > 40 || LEXICON.words.contains(word) {
        return None;
    }
    // Per end, where the last part begins and how many parts there are.
    let mut best: Vec<Option<(usize, usize)>> = vec![None; word.len() + 1];
    best[0] = Some((0, 0));
    for end in 1..=word.len() {
        for begin in 0..end {
            let Some((_, parts)) = best[begin] else { continue };
            let part = &word[begin..end];
            let is_ending = end == word.len() && begin > 0 && SHORT_ENDINGS.contains(&part);
            if (part.len() < SHORTEST_PART || !LEXICON.words.contains(part)) && !is_ending {
                continue;
            }
            if best[end].is_none_or(|(_, known)| parts + 1 < known) {
                best[end] = Some((begin, parts + 1));
            }
        }
    }
    let mut parts = Vec::new();
    let mut end = word.len();
    while end > 0 {
        let (begin, _) = best[end]?;
        parts.push(&word[begin..end]);
        end = begin;
    }
    parts.reverse();
    Some(parts)
}

/// The group of the word that an unknown word abbreviates or misspells. `None` if several groups are possible.
pub(super) fn group_of(word: &str) -> Option<WordGroup> {
    if word.len() < 3 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    if let Some(known) = LOOKED_UP.lock().unwrap_or_else(PoisonError::into_inner).get(word) {
        return *known;
    }
    let group = look_up(word);
    let mut looked_up = LOOKED_UP.lock().unwrap_or_else(PoisonError::into_inner);
    if looked_up.len() >= REMEMBERED {
        looked_up.clear();
    }
    looked_up.insert(word.into(), group);
    group
}

fn look_up(word: &str) -> Option<WordGroup> {
    let only = |is_it: &dyn Fn(&str, &str) -> bool| {
        let mut found = SKELETONS.iter().filter(|(known, bare, _)| is_it(known, bare)).map(|(_, _, group)| *group);
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    };
    let is_cut = |known: &str, _: &str| word.len() >= 4 && known.len() > word.len() && known.starts_with(word);
    let is_bare = word.len() >= 4 && consonants(word) == word;
    let is_skeleton = |known: &str, bare: &str| is_bare && known.len() > word.len() && bare == word;
    let is_misspelt = |known: &str, _: &str| {
        word.len() >= 6
            && known.len().abs_diff(word.len()) <= 1
            && (known.as_bytes()[0] == word.as_bytes()[0] || known.ends_with(&word[word.len() - 2..]))
            && strsim::damerau_levenshtein(word, known) == 1
            && strsim::jaro_winkler(word, known) >= 0.93
    };
    only(&is_cut).or_else(|| only(&is_skeleton)).or_else(|| only(&is_misspelt))
}

/// The first letter and the consonants after it.
fn consonants(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().chain(letters.filter(|c| !matches!(c, 'a' | 'e' | 'i' | 'o' | 'u'))).collect()
}
