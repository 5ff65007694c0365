//! The meaning of the words in headings: English, abbreviations and Chinese.
//!
//! `lexicon.toml` lists groups of words with the same meaning. It is compiled in. A
//! heading is read in four steps:
//!
//! 1. [`tokens`] folds it: one width, lower case, singular, Simplified Chinese; split at camelCase, digits and
//!    punctuation.
//! 2. [`language::split`] removes its language mark: `name_tc`, `titleEN`, `Address (Chinese)`.
//! 3. [`Heading::read`] finds the groups of the longest phrases, in each half of a bilingual heading.
//! 4. [`Reading::head`] is the head noun of the heading: in `Name of Applicant`, the applicant.
//!
//! ```
//! use lionrock::domain::lexicon::{Heading, group};
//!
//! let heading = Heading::read("txtApplicantName_TC");
//! let half = &heading.halves[0];
//! assert_eq!(half.head(), group("applicant"));
//! assert!(half.is_explained());
//! ```

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use serde::Deserialize;

mod abbreviation;
pub mod language;
mod reading;
#[cfg(test)]
mod tests;
pub mod tokens;

pub use language::LanguageMark;
pub use reading::{Heading, HeadingPhrase, HeadingTerms};

/// A group of words with the same meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WordGroup(u16);

impl WordGroup {
    /// The name of the group in `lexicon.toml`.
    pub fn name(self) -> &'static str {
        &LEXICON.groups[usize::from(self.0)].name
    }

    /// The grammatical role of the group in a heading.
    pub fn kind(self) -> GroupKind {
        LEXICON.groups[usize::from(self.0)].kind
    }

    /// Whether a heading with one group as its head never means the other.
    pub fn contrasts_with(self, other: Self) -> bool {
        LEXICON.groups[usize::from(self.0)].contrasts.contains(&other)
    }
}

/// The grammatical role of a group in a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupKind {
    /// Names a thing.
    Head,
    /// Names a kind of body. A noun for its activity takes precedence.
    Class,
    /// Modifies a head.
    Modifier,
    /// Has little meaning on its own. Other nouns in the heading take precedence.
    Generic,
    /// Names a total of others.
    Total,
    /// Names the unit of a figure.
    Unit,
}

/// The group with this name. `None` if the lexicon has no such group.
pub fn group(name: &str) -> Option<WordGroup> {
    LEXICON.by_name.get(name).copied()
}

/// All groups.
pub fn groups() -> impl Iterator<Item = WordGroup> {
    (0..LEXICON.groups.len()).filter_map(|index| u16::try_from(index).ok()).map(WordGroup)
}

/// The groups that contain a whole phrase, each with whether the phrase is ambiguous.
pub fn meanings(phrase: &str) -> Vec<(WordGroup, bool)> {
    LEXICON.phrases.get(&tokens::key(phrase)).cloned().unwrap_or_default()
}

/// The schema of `lexicon.toml`.
#[derive(Deserialize)]
struct Listed {
    group: HashMap<String, ListedGroup>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedGroup {
    kind: GroupKind,
    #[serde(default)]
    en: Vec<String>,
    #[serde(default)]
    abbr: Vec<String>,
    #[serde(default)]
    zh: Vec<String>,
    #[serde(default)]
    ambiguous: Vec<String>,
    #[serde(default)]
    contrasts: Vec<String>,
}

struct Known {
    name: String,
    kind: GroupKind,
    contrasts: HashSet<WordGroup>,
}

/// The lexicon, folded and indexed.
struct Lexicon {
    groups: Vec<Known>,
    by_name: HashMap<String, WordGroup>,
    /// The groups of each phrase. The key is its tokens separated by spaces.
    phrases: HashMap<String, Vec<(WordGroup, bool)>>,
    /// The number of tokens of the longest phrase that begins with a token.
    longest: HashMap<String, usize>,
    /// Every Latin word that occurs in a phrase.
    words: HashSet<String>,
    /// Latin phrases of one word, for finding unlisted abbreviations.
    single_words: Vec<(String, WordGroup)>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let listed: Listed = toml::from_str(include_str!("lexicon.toml")).expect("the lexicon is compiled in and tested");
    Lexicon::new(listed)
});

impl Lexicon {
    fn new(listed: Listed) -> Self {
        let mut listed: Vec<(String, ListedGroup)> = listed.group.into_iter().collect();
        listed.sort_by(|(a, _), (b, _)| a.cmp(b));
        let group = |index: usize| WordGroup(u16::try_from(index).unwrap_or(u16::MAX));
        let by_name: HashMap<String, WordGroup> =
            listed.iter().enumerate().map(|(index, (name, _))| (name.clone(), group(index))).collect();
        let mut lexicon = Self {
            groups: Vec::with_capacity(listed.len()),
            by_name,
            phrases: HashMap::new(),
            longest: HashMap::new(),
            words: HashSet::new(),
            single_words: Vec::new(),
        };
        for (index, (name, listed)) in listed.iter().enumerate() {
            let contrasts = listed.contrasts.iter().filter_map(|name| lexicon.by_name.get(name).copied()).collect();
            lexicon.groups.push(Known { name: name.clone(), kind: listed.kind, contrasts });
            lexicon.add_phrases(group(index), listed);
        }
        // A contrast holds both ways.
        for index in 0..lexicon.groups.len() {
            for other in lexicon.groups[index].contrasts.clone() {
                lexicon.groups[usize::from(other.0)].contrasts.insert(group(index));
            }
        }
        lexicon
    }

    fn add_phrases(&mut self, group: WordGroup, listed: &ListedGroup) {
        let ambiguous: HashSet<String> = listed.ambiguous.iter().map(|phrase| tokens::key(phrase)).collect();
        let whole_words = listed.en.iter().chain(&listed.zh).map(|phrase| (phrase, true));
        for (phrase, is_whole) in whole_words.chain(listed.abbr.iter().map(|phrase| (phrase, false))) {
            let parts = tokens::fold(phrase);
            let Some(first) = parts.first() else { continue };
            let key = tokens::joined(&parts);
            let longest = self.longest.entry(first.text.clone()).or_default();
            *longest = (*longest).max(parts.len());
            let latin = parts.iter().filter(|token| !token.is_han);
            self.words.extend(latin.map(|token| token.text.clone()));
            if is_whole && parts.len() == 1 && !first.is_han {
                self.single_words.push((first.text.clone(), group));
            }
            let is_ambiguous = ambiguous.contains(&key);
            let groups = self.phrases.entry(key).or_default();
            if !groups.iter().any(|(known, _)| *known == group) {
                groups.push((group, is_ambiguous));
            }
        }
    }
}
