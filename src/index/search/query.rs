//! A query: the terms that a document must contain.

use crate::index::search::{
    keys::{NameKeys, code_key},
    roots::{RootCache, is_weak, without_chinese_legal_form},
    tokens::{HONG_KONG, TextToken, TokenKind, tokens},
};

/// The maximum number of words in a query.
const MOST_WORDS: usize = 32;
/// The minimum length of a word in which one letter may be wrong.
const ONE_ERROR: usize = 5;
/// The minimum length of a word in which two letters may be wrong.
const TWO_ERRORS: usize = 9;
/// The minimum length of each of two words that are written as one.
const SHORTEST_PART: usize = 3;
/// The maximum number of ways to split a word that are tried.
const MOST_SPLITS: usize = 4;

/// A parsed query.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ParsedSearch {
    /// The terms. All of them must match.
    pub terms: Vec<QueryTerm>,
    /// Whether the last term is a weak word. It may be omitted if nothing matches with it.
    pub is_last_weak: bool,
    /// The keys of the whole text.
    pub name: Option<NameKeys>,
    /// The key of the whole text as a code.
    pub code: Option<u64>,
}

/// A term that a document must contain, in any of several forms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueryTerm {
    pub forms: Vec<Form>,
}

/// A form in which a document may contain a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A word with this root.
    Word { root: String },
    /// A word with this prefix.
    Prefix { word: String },
    /// A word that differs from this one by a few letters.
    Similar { word: String, errors: u8, or_longer: bool },
    /// Consecutive Chinese characters.
    Phrase(Vec<String>),
    /// Several terms, all of which must match.
    All(Vec<QueryTerm>),
}

/// The words that can be found.
pub trait Vocabulary {
    fn has_word(&self, word: &str) -> bool;

    fn has_root(&self, root: &str) -> bool;

    fn has_prefix(&self, prefix: &str) -> bool;
}

/// Whether typing errors are tolerated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typos {
    /// In no word.
    None,
    /// In words that no document contains.
    InUnknownWords,
    /// In every word.
    InAnyWord,
}

impl ParsedSearch {
    /// Parses a query.
    pub fn read(text: &str, vocabulary: &dyn Vocabulary, typos: Typos) -> Self {
        let mut units = units(text);
        units.truncate(MOST_WORDS);
        let roots = RootCache::new();
        let reader = Reader { vocabulary, typos, roots: &roots };
        let has_strong = units.iter().any(|unit| !unit.is_weak());
        let last = units.len().saturating_sub(1);
        let mut query = Self { name: NameKeys::of(text, &roots), code: code_key(text), ..Self::default() };
        let mut at = 0;
        while at < units.len() {
            let unit = &units[at];
            if unit.is_weak() && has_strong && at < last {
                at += 1;
                continue;
            }
            if let Some(term) = units.get(at + 1).and_then(|next| reader.joined(unit, next, at + 1 == last)) {
                query.terms.push(term);
                at += 2;
                continue;
            }
            query.is_last_weak = unit.is_weak() && has_strong;
            query.terms.push(reader.term(unit, at == last));
            at += 1;
        }
        query
    }
}

/// A word, or consecutive Chinese characters.
#[derive(Debug)]
enum Unit {
    Word {
        word: String,
        /// The parts of a mixed-case word.
        parts: Vec<String>,
    },
    HongKong,
    Han(Vec<String>),
}

impl Unit {
    fn is_weak(&self) -> bool {
        matches!(self, Self::Word { word, .. } if is_weak(word))
    }
}

fn units(text: &str) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut before: Option<TextToken> = None;
    for token in tokens(text) {
        match token.kind {
            TokenKind::Derived if token.word == HONG_KONG => hong_kong(&mut units),
            TokenKind::Derived => {
                if let Some(Unit::Word { parts, .. }) = units.last_mut() {
                    parts.push(token.word);
                }
                continue;
            }
            TokenKind::Han => match units.last_mut() {
                Some(Unit::Han(run)) if before.as_ref().is_some_and(|before| before.adjoins(&token)) => {
                    run.push(token.word.clone());
                }
                _ => units.push(Unit::Han(vec![token.word.clone()])),
            },
            TokenKind::Word => units.push(Unit::Word { word: token.word.clone(), parts: Vec::new() }),
        }
        if token.kind != TokenKind::Derived {
            before = Some(token);
        }
    }
    units
}

/// Merges `Hong Kong` in Latin letters into one unit. In Chinese it is usually part of a longer name.
fn hong_kong(units: &mut Vec<Unit>) {
    match units.last() {
        Some(Unit::Word { word, .. }) => {
            let words = if word == "kong" { 2 } else { 1 };
            units.truncate(units.len().saturating_sub(words));
            units.push(Unit::HongKong);
        }
        Some(Unit::Han(_) | Unit::HongKong) | None => {}
    }
}

struct Reader<'v> {
    vocabulary: &'v dyn Vocabulary,
    typos: Typos,
    roots: &'v RootCache,
}

impl Reader<'_> {
    fn term(&self, unit: &Unit, is_last: bool) -> QueryTerm {
        let forms = match unit {
            Unit::HongKong => vec![self.word(HONG_KONG)],
            Unit::Han(run) => self.han(run),
            Unit::Word { word, parts } => self.latin(word, parts, is_last),
        };
        QueryTerm { forms }
    }

    fn word(&self, word: &str) -> Form {
        Form::Word { root: self.roots.root(word) }
    }

    fn latin(&self, word: &str, parts: &[String], is_last: bool) -> Vec<Form> {
        let mut forms = self.exact(word, is_last).forms;
        if parts.len() > 1 {
            forms.push(Form::All(parts.iter().map(|part| QueryTerm { forms: vec![self.word(part)] }).collect()));
        }
        let is_known = self.vocabulary.has_root(&self.roots.root(word)) || is_last && self.vocabulary.has_prefix(word);
        if !is_known {
            forms.extend(self.splits(word, is_last));
        }
        let may_be_mistyped = match self.typos {
            Typos::None => false,
            Typos::InUnknownWords => !is_known,
            Typos::InAnyWord => true,
        };
        let length = word.chars().count();
        if may_be_mistyped && length >= ONE_ERROR && word.chars().all(char::is_alphabetic) {
            let errors = if length >= TWO_ERRORS { 2 } else { 1 };
            forms.push(Form::Similar { word: word.to_owned(), errors, or_longer: false });
            if is_last {
                forms.push(Form::Similar { word: word.to_owned(), errors: 1, or_longer: true });
            }
        }
        forms
    }

    fn exact(&self, word: &str, is_last: bool) -> QueryTerm {
        let prefix = is_last.then(|| Form::Prefix { word: word.to_owned() });
        QueryTerm { forms: std::iter::once(self.word(word)).chain(prefix).collect() }
    }

    /// The ways to split a word into two that were written as one.
    fn splits(&self, word: &str, is_last: bool) -> Vec<Form> {
        if !word.is_ascii() || word.len() < 2 * SHORTEST_PART {
            return Vec::new();
        }
        let is_known = |word: &str| self.vocabulary.has_root(&self.roots.root(word));
        let halves = (SHORTEST_PART..=word.len() - SHORTEST_PART).map(|at| word.split_at(at));
        let known = halves.filter(|(first, second)| is_known(first) && is_known(second));
        known
            .take(MOST_SPLITS)
            .map(|(first, second)| Form::All(vec![self.exact(first, false), self.exact(second, is_last)]))
            .collect()
    }

    /// The word that two words form when written together.
    fn joined(&self, first: &Unit, second: &Unit, is_last: bool) -> Option<QueryTerm> {
        let (Unit::Word { word: first, .. }, Unit::Word { word: second, .. }) = (first, second) else { return None };
        if is_weak(first) || is_weak(second) || first.len() + second.len() <= SHORTEST_PART {
            return None;
        }
        let joined = format!("{first}{second}");
        self.vocabulary.has_word(&joined).then(|| {
            let apart = Form::All(vec![self.exact(first, false), self.exact(second, is_last)]);
            QueryTerm { forms: std::iter::once(apart).chain(self.exact(&joined, is_last).forms).collect() }
        })
    }

    fn han(&self, run: &[String]) -> Vec<Form> {
        let text = run.concat();
        let core = without_chinese_legal_form(&text).chars().count();
        let run = &run[..core.min(run.len())];
        let mut forms = vec![Form::Phrase(run.to_vec())];
        if is_hong_kong(run) {
            forms.push(self.word(HONG_KONG));
        }
        if self.typos != Typos::None {
            let cuts = 2..run.len().saturating_sub(1);
            forms.extend(cuts.map(|cut| {
                let part = |part: &[String]| QueryTerm {
                    forms: vec![if is_hong_kong(part) { self.word(HONG_KONG) } else { Form::Phrase(part.to_vec()) }],
                };
                Form::All(vec![part(&run[..cut]), part(&run[cut..])])
            }));
        }
        forms
    }
}

fn is_hong_kong(run: &[String]) -> bool {
    matches!(run, [first, second] if first == "香" && second == "港")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A vocabulary of exactly these words.
    struct Known(&'static [&'static str]);

    impl Vocabulary for Known {
        fn has_word(&self, word: &str) -> bool {
            self.0.contains(&word)
        }

        fn has_root(&self, root: &str) -> bool {
            let roots = RootCache::new();
            self.0.iter().any(|word| roots.root(word) == root)
        }

        fn has_prefix(&self, prefix: &str) -> bool {
            self.0.iter().any(|word| word.starts_with(prefix))
        }
    }

    const KNOWN: Known = Known(&["robot", "canaan", "semiconductor", "polytechnic", "enano", "university"]);

    fn terms(text: &str, typos: Typos) -> Vec<Vec<Form>> {
        ParsedSearch::read(text, &KNOWN, typos).terms.into_iter().map(|term| term.forms).collect()
    }

    fn word(root: &str) -> Form {
        Form::Word { root: root.to_owned() }
    }

    fn prefix(word: &str) -> Form {
        Form::Prefix { word: word.to_owned() }
    }

    fn phrase(text: &str) -> Form {
        Form::Phrase(text.chars().map(|c| c.to_string()).collect())
    }

    #[test]
    fn the_last_word_is_also_a_prefix() {
        assert_eq!(terms("Robots pol", Typos::None), [vec![word("robot")], vec![word("pol"), prefix("pol")]]);
    }

    #[test]
    fn hong_kong_is_one_word() {
        for text in ["Hong Kong robot", "Hongkong robot", "H.K. robot", "HK robot", "hong-kong robot"] {
            assert_eq!(terms(text, Typos::None)[0], [word("hk")], "{text}");
        }
        assert_eq!(terms("香港 robot", Typos::None)[0], [phrase("香港"), word("hk")]);
        assert_eq!(terms("香港大學", Typos::None), [[phrase("香港大学")]]);
        assert_eq!(terms("hong kong", Typos::None), [[word("hk")]]);
    }

    #[test]
    fn weak_words_are_omitted_except_at_the_end() {
        assert_eq!(terms("The Robot and Co Ltd", Typos::None)[0], [word("robot")]);
        let query = ParsedSearch::read("robot an", &KNOWN, Typos::None);
        assert!(query.is_last_weak && query.terms.len() == 2);
        assert_eq!(terms("the of", Typos::None).len(), 2);
    }

    #[test]
    fn joined_and_split_words() {
        let canaan = |last| QueryTerm { forms: [word("canaan")].into_iter().chain(last).collect() };
        let semiconductor =
            |last: Option<Form>| QueryTerm { forms: [word("semiconductor")].into_iter().chain(last).collect() };
        assert_eq!(
            terms("canaansemiconductor inc", Typos::None)[0],
            [word("canaansemiconductor"), Form::All(vec![canaan(None), semiconductor(None)])]
        );
        assert_eq!(
            terms("e nano", Typos::None),
            [[
                Form::All(vec![
                    QueryTerm { forms: vec![word("e")] },
                    QueryTerm { forms: vec![word("nano"), prefix("nano")] }
                ]),
                word("enano"),
                prefix("enano")
            ]]
        );
    }

    #[test]
    fn the_number_of_allowed_typos_depends_on_the_word_length() {
        let errors = |text: &str, typos: Typos| {
            terms(text, typos)[0].iter().find_map(|form| match form {
                Form::Similar { errors, .. } => Some(*errors),
                _ => None,
            })
        };
        for (text, typos, expected) in [
            ("nami x", Typos::InAnyWord, None),
            ("robut x", Typos::InUnknownWords, Some(1)),
            ("robot x", Typos::InUnknownWords, None),
            ("robot x", Typos::InAnyWord, Some(1)),
            ("politecnik x", Typos::InUnknownWords, Some(2)),
            ("12345 x", Typos::InUnknownWords, None),
            ("robut x", Typos::None, None),
        ] {
            assert_eq!(errors(text, typos), expected, "{text} {typos:?}");
        }
    }

    #[test]
    fn chinese_is_split_only_if_typos_are_allowed() {
        assert_eq!(terms("米機械人有限公司", Typos::None), [[phrase("米机械人")]]);
        let parted = &terms("香港機械", Typos::InUnknownWords)[0];
        let two = Form::All(vec![QueryTerm { forms: vec![word("hk")] }, QueryTerm { forms: vec![phrase("机械")] }]);
        assert_eq!(parted, &[phrase("香港机械"), two]);
    }
}
