//! Parses a heading: the groups of its words, and its head noun.

use std::sync::LazyLock;

use super::{
    GroupKind, LEXICON, LanguageMark, WordGroup, abbreviation, language,
    tokens::{self, HeadingToken},
};
use crate::domain::{
    memo::Memo,
    script::{has_han, is_han},
};

/// A parsed heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heading {
    /// The language that the heading states.
    pub mark: Option<LanguageMark>,
    /// One reading, or one for each half of a bilingual heading, the English half first.
    pub halves: Vec<HeadingTerms>,
}

/// One half of a heading, as terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeadingTerms {
    pub terms: Vec<HeadingPhrase>,
    /// Whether this half is Chinese.
    pub is_chinese: bool,
}

/// A phrase of a heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadingPhrase {
    /// The folded words.
    pub text: String,
    /// The possible meanings. Empty if the lexicon does not know the phrase.
    pub groups: Vec<WordGroup>,
    /// Whether the phrase may have another meaning.
    pub is_ambiguous: bool,
    /// Whether the phrase was matched to a known word by its beginning, its consonants or all but one of its letters.
    pub is_guessed: bool,
    /// The number of prepositions before it. In `Name of Applicant` the applicant has 1.
    pub after: u16,
    /// Whether it is in parentheses.
    pub is_aside: bool,
}

impl HeadingPhrase {
    fn is(&self, kind: GroupKind) -> bool {
        self.groups.iter().any(|group| group.kind() == kind)
    }
}

/// Words that subordinate the following phrase to the preceding one.
const PREPOSITIONS: [&str; 9] = ["of", "for", "by", "in", "on", "at", "with", "per", "under"];
/// Words without meaning.
const EMPTY: [&str; 20] = [
    "the", "a", "an", "and", "or", "this", "its", "their", "each", "every", "any", "is", "be", "的", "之", "及", "和",
    "与", "或", "所",
];

impl Heading {
    /// Reads a heading, a JSON key or a label.
    pub fn read(text: &str) -> Self {
        static READ: LazyLock<Memo<Heading>> = LazyLock::new(|| Memo::new(20_000));
        READ.of(text, Self::read_now)
    }

    fn read_now(text: &str) -> Self {
        let (stem, mark) = language::split(text);
        let halves = match halves(&stem) {
            Some((latin, chinese)) => vec![HeadingTerms::of(&latin), HeadingTerms::of(&chinese)],
            None => vec![HeadingTerms::of(&stem)],
        };
        Self { mark, halves: halves.into_iter().filter(|half| !half.terms.is_empty()).collect() }
    }

    /// Whether any half names a group.
    pub fn has(&self, group: WordGroup) -> bool {
        self.halves.iter().any(|half| half.has(group))
    }

    /// The group of the head noun, if the halves agree or only one of them is understood.
    pub fn head(&self) -> Option<WordGroup> {
        let mut heads = self.halves.iter().filter_map(HeadingTerms::head);
        let first = heads.next()?;
        heads.all(|other| other == first).then_some(first)
    }
}

/// The Latin and the Chinese half of a bilingual heading. `None` if the heading is in one language.
pub fn halves(heading: &str) -> Option<(String, String)> {
    if !has_han(heading) {
        return None;
    }
    let latin: String = heading.chars().map(|c| if is_chinese_sign(c) { ' ' } else { c }).collect();
    let chinese: String = heading.chars().map(|c| if c.is_ascii_alphabetic() { ' ' } else { c }).collect();
    // Units such as `HK$M` and a mark such as `A` are not a half.
    let words = latin.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word.len() > 1);
    words.then_some((latin, chinese))
}

const fn is_chinese_sign(c: char) -> bool {
    is_han(c) || matches!(c, '、' | '。' | '《' | '》' | '「' | '」' | '，' | '：' | '；')
}

impl HeadingTerms {
    fn of(text: &str) -> Self {
        let tokens = split_compounds(tokens::fold(text));
        let is_chinese = tokens.iter().any(|token| token.is_han);
        let mut reading = Self { terms: Vec::new(), is_chinese };
        let mut after = 0;
        let mut at = 0;
        for (length, entry) in segments(&tokens) {
            let part = &tokens[at..at + length];
            at += length;
            let text = tokens::joined(part);
            let first = &part[0];
            if entry.is_none() && PREPOSITIONS.contains(&text.as_str()) {
                after += 1;
                continue;
            }
            if entry.is_none() && EMPTY.contains(&text.as_str()) {
                continue;
            }
            let known = entry.map(Vec::as_slice).unwrap_or_default();
            let mut term = HeadingPhrase {
                groups: known.iter().map(|(group, _)| *group).collect(),
                is_ambiguous: known.len() > 1 || known.iter().any(|(_, ambiguous)| *ambiguous),
                is_guessed: false,
                text,
                after,
                is_aside: first.is_aside,
            };
            if term.groups.is_empty()
                && let Some(group) = abbreviation::group_of(&term.text)
            {
                term.groups.push(group);
                term.is_guessed = true;
            }
            // `No. of` ends with its preposition.
            let ends_level = length > 1 && part.last().is_some_and(|last| PREPOSITIONS.contains(&last.text.as_str()));
            after += u16::from(ends_level);
            // Adjacent unknown Chinese characters are one word.
            match reading.terms.last_mut() {
                Some(last)
                    if first.is_han && last.groups.is_empty() && term.groups.is_empty() && has_han(&last.text) =>
                {
                    last.text.push_str(&term.text);
                }
                _ => reading.terms.push(term),
            }
        }
        reading
    }

    /// Whether the half names a group.
    pub fn has(&self, group: WordGroup) -> bool {
        self.terms.iter().any(|term| term.groups.contains(&group))
    }

    /// The group of the head noun of the half. `None` if the lexicon contains none of its nouns, or if the head noun is
    /// ambiguous.
    pub fn head(&self) -> Option<WordGroup> {
        match self.head_term()?.groups.as_slice() {
            [group] => Some(*group),
            _ => None,
        }
    }

    /// The head term of the half: the last noun before a preposition. A noun for the body's activity takes precedence
    /// over a kind of body. A noun after the preposition takes precedence over a generic noun.
    pub fn head_term(&self) -> Option<&HeadingPhrase> {
        let deepest = self.terms.iter().map(|term| term.after).max()?;
        for is_aside in [false, true] {
            for after in 0..=deepest {
                let level = || self.terms.iter().filter(|term| term.after == after && term.is_aside == is_aside);
                // An unknown noun may be the head, so no head is returned.
                let last = level().rfind(|term| {
                    !term.is(GroupKind::Unit) && !term.is(GroupKind::Modifier) && !term.is(GroupKind::Generic)
                });
                if last.is_some_and(|term| term.groups.is_empty()) {
                    return level().rfind(|term| term.is(GroupKind::Head)).filter(|_| self.is_chinese);
                }
                let head = level().rfind(|term| term.is(GroupKind::Head));
                if let Some(head) =
                    head.or_else(|| level().rfind(|term| term.is(GroupKind::Class) || term.is(GroupKind::Total)))
                {
                    return Some(head);
                }
            }
        }
        None
    }

    /// Whether every term is known.
    pub fn is_explained(&self) -> bool {
        self.terms.iter().all(|term| !term.groups.is_empty())
    }
}

/// Splits words that are run together.
fn split_compounds(tokens: Vec<HeadingToken>) -> Vec<HeadingToken> {
    let mut parts = Vec::with_capacity(tokens.len());
    for token in tokens {
        match (!token.is_han).then(|| abbreviation::compound(&token.text)).flatten() {
            Some(words) => {
                parts.extend(words.into_iter().map(|word| HeadingToken { text: word.to_owned(), ..token.clone() }));
            }
            None => parts.push(token),
        }
    }
    parts
}

type Entry = Option<&'static Vec<(WordGroup, bool)>>;

/// Splits the tokens into the longest possible phrases. Returns each phrase with its number of tokens.
fn segments(tokens: &[HeadingToken]) -> Vec<(usize, Entry)> {
    // Per position, from the end: the points of the rest, the length of its first segment, and the segment's entry.
    let mut best: Vec<(usize, usize, Entry)> = vec![(0, 0, None); tokens.len() + 1];
    for at in (0..tokens.len()).rev() {
        best[at] = (best[at + 1].0, 1, None);
        let longest = LEXICON.longest.get(&tokens[at].text).copied().unwrap_or(0);
        let mut key = String::new();
        for length in 1..=longest.min(tokens.len() - at) {
            let token = &tokens[at + length - 1];
            if token.part != tokens[at].part {
                break;
            }
            if length > 1 {
                key.push(' ');
            }
            key.push_str(&token.text);
            if let Some(entry) = LEXICON.phrases.get(&key) {
                let points = best[at + length].0 + length * length;
                if points >= best[at].0 {
                    best[at] = (points, length, Some(entry));
                }
            }
        }
    }
    let mut segments = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let (_, length, entry) = best[at];
        segments.push((length, entry));
        at += length;
    }
    segments
}
