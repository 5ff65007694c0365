//! The words of an index, sorted and numbered in that order. Words are looked up as a whole, by root, by prefix and
//! with typing errors.

use std::ops::Range;

use ahash::AHashMap;
use fst::{IntoStreamer, Map, Streamer};

use crate::index::search::{roots::RootCache, typo::FuzzyMatcher};

/// All distinct words of an index.
pub struct Dictionary {
    words: Map<Vec<u8>>,
    /// All roots, each with the index of its group.
    roots: Map<Vec<u8>>,
    /// The end of each root's words.
    ends: Vec<u32>,
    /// The words, grouped by root.
    members: Vec<u32>,
}

impl Dictionary {
    /// Builds a dictionary. The words must be sorted and distinct.
    pub fn of(words: &[String]) -> Self {
        let roots = RootCache::new();
        let mut groups: AHashMap<String, Vec<u32>> = AHashMap::new();
        for (number, word) in (0..).zip(words) {
            groups.entry(roots.root(word)).or_default().push(number);
        }
        let mut groups: Vec<(String, Vec<u32>)> = groups.into_iter().collect();
        groups.sort_unstable();
        let mut ends = Vec::with_capacity(groups.len());
        let mut members = Vec::with_capacity(words.len());
        for (_, group) in &groups {
            members.extend(group);
            ends.push(members.len() as u32);
        }
        Self { words: numbered(words.iter()), roots: numbered(groups.iter().map(|(root, _)| root)), ends, members }
    }

    /// The number of words.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// The number of a word.
    pub fn get(&self, word: &str) -> Option<u32> {
        self.words.get(word).map(|number| number as u32)
    }

    /// The words with this root.
    pub fn with_root(&self, root: &str) -> &[u32] {
        let Some(group) = self.roots.get(root) else { return &[] };
        let group = group as usize;
        let begin = group.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.members[begin as usize..self.ends[group] as usize]
    }

    /// The words with this prefix.
    pub fn starting_with(&self, prefix: &str) -> Range<u32> {
        let mut after = prefix.as_bytes().to_vec();
        // No byte of a text is 255.
        match after.last_mut() {
            Some(last) => *last += 1,
            None => return 0..self.len() as u32,
        }
        self.first_from(prefix.as_bytes())..self.first_from(&after)
    }

    fn first_from(&self, bound: &[u8]) -> u32 {
        let mut stream = self.words.range().ge(bound).into_stream();
        stream.next().map_or(self.len() as u32, |(_, number)| number as u32)
    }

    /// The words that differ from a word by a few letters.
    pub fn similar(&self, similar: FuzzyMatcher<'_>) -> Vec<u32> {
        let mut found = Vec::new();
        let mut stream = self.words.search(similar).into_stream();
        while let Some((_, number)) = stream.next() {
            found.push(number as u32);
        }
        found
    }
}

fn numbered<'w>(words: impl Iterator<Item = &'w String>) -> Map<Vec<u8>> {
    Map::from_iter(words.map(String::as_str).zip(0..)).expect("the words are sorted and all different")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_root_prefix_and_similarity() {
        let mut words: Vec<String> =
            ["robot", "robots", "robotics", "nano", "nanotech", "nan", "香", "harbour"].map(str::to_owned).into();
        words.sort();
        let dictionary = Dictionary::of(&words);
        let named = |numbers: &[u32]| -> Vec<&str> { numbers.iter().map(|at| words[*at as usize].as_str()).collect() };
        assert_eq!(named(dictionary.with_root("robot")), ["robot", "robotics", "robots"]);
        assert_eq!(named(dictionary.with_root("rob")), [""; 0]);
        assert_eq!(named(&dictionary.starting_with("nano").collect::<Vec<_>>()), ["nano", "nanotech"]);
        assert_eq!(dictionary.starting_with("z").len(), 0);
        assert_eq!(dictionary.starting_with("").len(), words.len());
        assert_eq!(named(&dictionary.similar(FuzzyMatcher::to("harbuor", 1))), ["harbour"]);
        assert_eq!(dictionary.get("香").map(|at| words[at as usize].as_str()), Some("香"));
    }
}
