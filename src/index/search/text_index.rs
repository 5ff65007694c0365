//! The index of one list of documents: for every word, the documents that contain it in their title or elsewhere. It is
//! built once and is immutable. Takes time and memory linear in the texts.

use ahash::AHashMap;
use roaring::RoaringBitmap;

use crate::index::search::{
    dictionary::Dictionary,
    keys::Keys,
    postings::Postings,
    query::{Form, QueryTerm},
    tokens::{TextToken, TokenKind, tokens},
    typo::FuzzyMatcher,
};

/// The texts by which a document is found.
#[derive(Debug, Default)]
pub struct IndexedDocument<'a> {
    pub title: Vec<&'a str>,
    pub body: Vec<&'a str>,
    /// The keys that identify the document as a whole.
    pub keys: Vec<u64>,
}

/// The words of a list of documents, which are identified by their positions.
pub struct TextIndex {
    dictionary: Dictionary,
    title: Postings,
    body: Postings,
    pub keys: Keys,
    /// The number of words in each title.
    lengths: Vec<u8>,
}

/// The documents that match.
#[derive(Clone, Debug, Default)]
pub struct MatchingDocuments {
    pub anywhere: RoaringBitmap,
    pub in_title: RoaringBitmap,
    /// Those that contain the whole word as requested, in any of its forms.
    pub exact: RoaringBitmap,
}

impl MatchingDocuments {
    fn add(&mut self, other: &Self) {
        self.anywhere |= &other.anywhere;
        self.in_title |= &other.in_title;
        self.exact |= &other.exact;
    }

    fn keep(&mut self, other: &Self) {
        self.anywhere &= &other.anywhere;
        self.in_title &= &other.in_title;
        self.exact &= &other.exact;
    }
}

impl TextIndex {
    /// Indexes documents.
    pub fn of<'a>(documents: impl Iterator<Item = IndexedDocument<'a>>) -> Self {
        let mut builder = Builder::default();
        for document in documents {
            builder.add(&document);
        }
        builder.finish()
    }

    /// The number of documents.
    pub fn len(&self) -> usize {
        self.lengths.len()
    }

    /// The number of words in the title of a document, at most 255.
    pub fn title_length(&self, document: u32) -> u8 {
        self.lengths.get(document as usize).copied().unwrap_or_default()
    }

    pub fn has_word(&self, word: &str) -> bool {
        self.dictionary.get(word).is_some()
    }

    pub fn has_root(&self, root: &str) -> bool {
        !self.dictionary.with_root(root).is_empty()
    }

    pub fn has_prefix(&self, prefix: &str) -> bool {
        !self.dictionary.starting_with(prefix).is_empty()
    }

    /// The documents that match a term.
    pub fn matches(&self, term: &QueryTerm) -> MatchingDocuments {
        let mut found = MatchingDocuments::default();
        for form in &term.forms {
            found.add(&self.matches_of(form));
        }
        found
    }

    fn matches_of(&self, form: &Form) -> MatchingDocuments {
        match form {
            Form::Word { root } => {
                let found = self.with_words(self.dictionary.with_root(root).iter().copied());
                MatchingDocuments { exact: found.anywhere.clone(), ..found }
            }
            Form::Prefix { word } => self.with_words(self.dictionary.starting_with(word)),
            Form::Similar { word, errors, or_longer } => {
                let similar = FuzzyMatcher::to(word, *errors);
                let similar = if *or_longer { similar.or_longer() } else { similar };
                self.with_words(self.dictionary.similar(similar).into_iter())
            }
            Form::Phrase(characters) => {
                let pairs = characters.windows(2).map(<[String]>::concat);
                let words: Vec<String> = if characters.len() == 1 { characters.clone() } else { pairs.collect() };
                let found =
                    intersection(words.iter().map(|word| self.with_words(self.dictionary.get(word).into_iter())));
                MatchingDocuments { exact: found.anywhere.clone(), ..found }
            }
            Form::All(terms) => intersection(terms.iter().map(|term| self.matches(term))),
        }
    }

    fn with_words(&self, words: impl Iterator<Item = u32> + Clone) -> MatchingDocuments {
        let in_title = self.title.union(words.clone());
        let anywhere = &in_title | self.body.union(words);
        MatchingDocuments { anywhere, in_title, exact: RoaringBitmap::new() }
    }
}

fn intersection(mut all: impl Iterator<Item = MatchingDocuments>) -> MatchingDocuments {
    let Some(mut found) = all.next() else { return MatchingDocuments::default() };
    for matches in all {
        if found.anywhere.is_empty() {
            break;
        }
        found.keep(&matches);
    }
    found
}

impl std::fmt::Debug for TextIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TextIndex")
            .field("documents", &self.len())
            .field("words", &self.dictionary.len())
            .finish_non_exhaustive()
    }
}

/// Collects the words of documents, numbered in order of occurrence.
#[derive(Default)]
struct Builder {
    numbers: AHashMap<String, u32>,
    title: Vec<(u32, u32)>,
    body: Vec<(u32, u32)>,
    keys: Vec<(u64, u32)>,
    lengths: Vec<u8>,
}

impl Builder {
    fn add(&mut self, document: &IndexedDocument<'_>) {
        let number = self.lengths.len() as u32;
        let mut length = 0;
        for text in &document.title {
            for_each_word(text, |word| {
                length += 1;
                self.title.push((numbered(&mut self.numbers, word), number));
            });
        }
        for text in &document.body {
            for_each_word(text, |word| self.body.push((numbered(&mut self.numbers, word), number)));
        }
        self.keys.extend(document.keys.iter().map(|key| (*key, number)));
        self.lengths.push(u8::try_from(length).unwrap_or(u8::MAX));
    }

    fn finish(self) -> TextIndex {
        let mut words: Vec<(String, u32)> = self.numbers.into_iter().collect();
        words.sort_unstable();
        let mut sorted = vec![0; words.len()];
        for (position, (_, number)) in (0..).zip(&words) {
            sorted[*number as usize] = position;
        }
        let words: Vec<String> = words.into_iter().map(|(word, _)| word).collect();
        let postings = |mut pairs: Vec<(u32, u32)>| {
            for (word, _) in &mut pairs {
                *word = sorted[*word as usize];
            }
            Postings::of(&pairs, words.len())
        };
        TextIndex {
            title: postings(self.title),
            body: postings(self.body),
            keys: Keys::of(self.keys),
            lengths: self.lengths,
            dictionary: Dictionary::of(&words),
        }
    }
}

fn numbered(numbers: &mut AHashMap<String, u32>, word: &str) -> u32 {
    if let Some(number) = numbers.get(word) {
        return *number;
    }
    let number = numbers.len() as u32;
    numbers.insert(word.to_owned(), number);
    number
}

/// Visits every word of a text, every Chinese character, and every two adjacent ones.
fn for_each_word(text: &str, mut take: impl FnMut(&str)) {
    let mut before: Option<TextToken> = None;
    for token in tokens(text) {
        take(&token.word);
        if token.kind == TokenKind::Derived {
            continue;
        }
        if let Some(before) = before.filter(|before| before.adjoins(&token)) {
            take(&format!("{}{}", before.word, token.word));
        }
        before = Some(token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> TextIndex {
        let document = |title: &'static str, body: &'static str| IndexedDocument {
            title: vec![title],
            body: vec![body],
            ..IndexedDocument::default()
        };
        let documents = [
            document("Robots in hospitals", "Nano Limited"),
            document("Nanotechnology", "a robotic arm"),
            document("香港機械人", ""),
        ];
        TextIndex::of(documents.into_iter())
    }

    fn found(form: Form) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
        let found = index().matches(&QueryTerm { forms: vec![form] });
        let list = |set: RoaringBitmap| set.iter().collect();
        (list(found.anywhere), list(found.in_title), list(found.exact))
    }

    #[test]
    fn every_form_matches_its_documents() {
        let word = |root: &str| Form::Word { root: root.to_owned() };
        let phrase = |text: &str| Form::Phrase(text.chars().map(|c| c.to_string()).collect());
        let similar = Form::Similar { word: "hospitols".to_owned(), errors: 1, or_longer: false };
        let both = Form::All(vec![QueryTerm { forms: vec![word("robot")] }, QueryTerm { forms: vec![word("arm")] }]);
        for (form, expected) in [
            (word("robot"), (vec![0, 1], vec![0], vec![0, 1])),
            (Form::Prefix { word: "nano".to_owned() }, (vec![0, 1], vec![1], vec![])),
            (similar, (vec![0], vec![0], vec![])),
            (both, (vec![1], vec![], vec![1])),
            (phrase("机械人"), (vec![2], vec![2], vec![2])),
            (phrase("机人"), (vec![], vec![], vec![])),
            (phrase("港"), (vec![2], vec![2], vec![2])),
            (word("hk"), (vec![2], vec![2], vec![2])),
            (word("nowhere"), (vec![], vec![], vec![])),
        ] {
            let text = format!("{form:?}");
            assert_eq!(found(form), expected, "{text}");
        }
    }

    #[test]
    fn an_empty_index_finds_nothing() {
        let empty = TextIndex::of(std::iter::empty());
        assert_eq!(empty.len(), 0);
        assert!(!empty.has_prefix("a") && !empty.has_word("a"));
        let term = QueryTerm { forms: vec![Form::Prefix { word: "a".to_owned() }] };
        assert!(empty.matches(&term).anywhere.is_empty());
    }
}
