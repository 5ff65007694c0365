//! Keys of whole texts. Two forms of the same name have the same key.

use ahash::RandomState;

use crate::index::search::{
    roots::{RootCache, is_legal_form, is_weak, spelling, without_chinese_legal_form},
    tokens::{HONG_KONG, TextToken, TokenKind, joined, tokens},
};

/// The keys of a name, as hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameKeys {
    /// The key of its words in order, without spaces, article and legal form.
    pub whole: u64,
    /// The key of its words in any order, without weak words.
    pub words: Option<u64>,
}

impl NameKeys {
    /// The keys of a name. `None` if it contains no word.
    pub fn of(name: &str, roots: &RootCache) -> Option<Self> {
        let tokens = tokens(name);
        let mut words = words(&tokens);
        if words.is_empty() {
            return None;
        }
        let keys = Self { whole: 0, words: any_order(&tokens, &words, roots) };
        if words.len() > 1 && words[0] == "the" {
            words.remove(0);
        }
        while words.len() > 1 && words.last().is_some_and(|word| is_legal_form(word)) {
            words.pop();
        }
        let joined: String = words.iter().map(|word| spelling(word)).collect();
        Some(Self { whole: hash(without_chinese_legal_form(&joined)), ..keys })
    }
}

/// The key of a code such as a reference number, ignoring separators. `None` if it contains no letter or digit.
pub fn code_key(code: &str) -> Option<u64> {
    let joined = joined(code);
    (!joined.is_empty()).then(|| hash(&joined))
}

/// The words of a text, with a single word for Hong Kong.
fn words(tokens: &[TextToken]) -> Vec<&str> {
    let mut words: Vec<(&str, usize)> = Vec::with_capacity(tokens.len());
    for token in tokens {
        if token.kind == TokenKind::Derived {
            if token.word != HONG_KONG {
                continue;
            }
            while words.last().is_some_and(|(_, start)| *start >= token.start) {
                words.pop();
            }
        }
        words.push((&token.word, token.start));
    }
    words.into_iter().map(|(word, _)| word).collect()
}

/// The key of the words in any order. `None` for Chinese, where the order of characters matters.
fn any_order(tokens: &[TextToken], words: &[&str], roots: &RootCache) -> Option<u64> {
    if tokens.iter().any(TextToken::is_han) {
        return None;
    }
    let mut words: Vec<String> = words.iter().filter(|word| !is_weak(word)).map(|word| roots.root(word)).collect();
    words.sort_unstable();
    words.dedup();
    (words.len() > 1).then(|| hash(&words.join(" ")))
}

fn hash(text: &str) -> u64 {
    RandomState::with_seeds(1, 2, 3, 4).hash_one(text)
}

/// An index from keys to documents.
#[derive(Default)]
pub struct Keys {
    /// Sorted, with one entry for each document that has the key.
    keys: Vec<u64>,
    documents: Vec<u32>,
}

impl Keys {
    pub fn of(mut pairs: Vec<(u64, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        Self {
            keys: pairs.iter().map(|(key, _)| *key).collect(),
            documents: pairs.iter().map(|(_, document)| *document).collect(),
        }
    }

    /// The documents with this key, in their order.
    pub fn with(&self, key: u64) -> &[u32] {
        let begin = self.keys.partition_point(|known| *known < key);
        let length = self.keys[begin..].iter().take_while(|known| **known == key).count();
        &self.documents[begin..begin + length]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(name: &str) -> NameKeys {
        NameKeys::of(name, &RootCache::new()).expect("the name has words")
    }

    #[test]
    fn variants_of_one_name_share_a_key() {
        for [a, b] in [
            ["Hong Kong Productivity Council", "HK Productivity Council"],
            ["Hongkong Productivity Council", "H.K. PRODUCTIVITY COUNCIL"],
            ["The Hong Kong Research Institute Limited", "hong kong research institute ltd"],
            ["CanaanSemiconductor", "Canaan Semiconductor Company Limited"],
            ["PolyU", "Poly U"],
            ["Design Centre", "Design Center"],
            ["Black & White", "Black and White"],
            ["香港大學", "香港大学"],
            ["HK大學", "香港大學"],
            ["米機械人有限公司", "米机械人"],
            ["Univ of X", "University of X"],
        ] {
            assert_eq!(keys(a).whole, keys(b).whole, "{a} {b}");
        }
        assert_ne!(keys("Rice Robotics").whole, keys("Rice Robotics Holdings").whole);
        assert_eq!(keys("Hong Kong University").words, keys("The University of Hong Kong").words);
        assert_eq!(keys("大學香港").words, None);
        assert_eq!(NameKeys::of(" - ", &RootCache::new()), None);
        assert_eq!(code_key("ITS/047/18FX"), code_key("its 047 18fx"));
        assert_eq!(code_key(" - "), None);
    }

    #[test]
    fn documents_of_a_key() {
        let keys = Keys::of(vec![(7, 3), (5, 1), (7, 2), (7, 3)]);
        assert_eq!((keys.with(7), keys.with(5), keys.with(6)), (&[2, 3][..], &[1][..], &[][..]));
    }
}
