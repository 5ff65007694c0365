//! Tokens: the words and the Chinese characters of a text, in one form for all spellings.
//!
//! Case, accents, width and script are ignored. Punctuation separates words; an apostrophe does not.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::{domain::script::is_han, linking::fold_char};

/// The maximum length of an indexed word, in bytes of its folded form.
const LONGEST: usize = 64;
/// The minimum length of a part of a mixed-case word that is also a word: `Nano` in `eNano`.
const SHORTEST_PART: usize = 3;
/// The word under which `Hong Kong` and `香港` are indexed.
pub const HONG_KONG: &str = "hk";

/// A word or a Chinese character of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextToken {
    /// The folded form.
    pub word: String,
    /// The start position in the text, in bytes.
    pub start: usize,
    /// The end position in the text, in bytes.
    pub end: usize,
    pub kind: TokenKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Word,
    /// One Chinese character.
    Han,
    /// An additional form of words or characters that are tokens themselves: `hk` for `Hong Kong`, `nano` in `eNano`.
    Derived,
}

impl TextToken {
    pub fn is_word(&self) -> bool {
        self.kind == TokenKind::Word
    }

    pub fn is_han(&self) -> bool {
        self.kind == TokenKind::Han
    }

    /// Whether the other token follows this character directly.
    pub fn adjoins(&self, next: &Self) -> bool {
        self.is_han() && next.is_han() && self.end == next.start
    }
}

/// The tokens of a text, in order. Derived tokens follow the last token from which they are derived.
pub fn tokens(text: &str) -> Vec<TextToken> {
    let mut scanner = Scanner { text, found: Vec::new(), word: String::new(), start: 0 };
    for (at, c) in text.char_indices() {
        scanner.take(at, c);
    }
    scanner.finish(text.len());
    derived(text, initialisms(text, scanner.found))
}

/// The words of a text, concatenated: the same for `PolyU`, `Poly U` and `poly-u`.
pub fn joined(text: &str) -> String {
    tokens(text).iter().filter(|token| token.kind != TokenKind::Derived).map(|token| token.word.as_str()).collect()
}

struct Scanner<'t> {
    text: &'t str,
    found: Vec<TextToken>,
    word: String,
    /// The start position of the word.
    start: usize,
}

impl Scanner<'_> {
    fn take(&mut self, at: usize, c: char) {
        if is_han(c) {
            self.finish(at);
            self.push(fold_char(c).to_string(), at, at + c.len_utf8(), TokenKind::Han);
        } else if c.is_alphanumeric() {
            if self.word.is_empty() {
                self.start = at;
            }
            if c.is_ascii() {
                self.word.push(c.to_ascii_lowercase());
            } else {
                self.word.extend(c.nfkd().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase));
            }
        } else if c == '&' || c == '＆' {
            self.finish(at);
            self.push("and".to_owned(), at, at + c.len_utf8(), TokenKind::Word);
        } else if !matches!(c, '\'' | '’') && !is_combining_mark(c) {
            self.finish(at);
        }
    }

    fn finish(&mut self, end: usize) {
        let word = std::mem::take(&mut self.word);
        if !word.is_empty() && word.len() <= LONGEST {
            let end = self.start + self.text[self.start..end].trim_end_matches(['\'', '’']).len();
            self.push(word, self.start, end, TokenKind::Word);
        }
    }

    fn push(&mut self, word: String, start: usize, end: usize, kind: TokenKind) {
        self.found.push(TextToken { word, start, end, kind });
    }
}

/// Merges single letters separated by full stops into one word: `H.K.`, `U.S.A.`
fn initialisms(text: &str, found: Vec<TextToken>) -> Vec<TextToken> {
    let is_letter = |token: &TextToken| token.is_word() && token.word.len() == 1 && token.end - token.start == 1;
    if !found.windows(2).any(|pair| is_letter(&pair[0]) && is_letter(&pair[1])) {
        return found;
    }
    let mut merged: Vec<TextToken> = Vec::with_capacity(found.len());
    let mut goes_on = false;
    for token in found {
        let is_next = is_letter(&token)
            && merged.last().is_some_and(|last| (goes_on || is_letter(last)) && &text[last.end..token.start] == ".");
        match merged.last_mut() {
            Some(last) if is_next => {
                last.word.push_str(&token.word);
                last.end = token.end;
            }
            _ => merged.push(token),
        }
        goes_on = is_next;
    }
    merged
}

/// Adds the derived tokens.
fn derived(text: &str, found: Vec<TextToken>) -> Vec<TextToken> {
    let mut all: Vec<TextToken> = Vec::with_capacity(found.len() + 2);
    for token in found {
        let hong_kong = match (all.last(), token.word.as_str()) {
            (Some(last), "kong") if last.word == "hong" && last.is_word() => Some(last.start),
            (Some(last), "港") if last.word == "香" && last.adjoins(&token) => Some(last.start),
            (_, "hongkong") => Some(token.start),
            _ => None,
        };
        let end = token.end;
        let parts = if token.is_word() { parts(&text[token.start..end]) } else { Vec::new() };
        let start = token.start;
        all.push(token);
        if let Some(start) = hong_kong {
            all.push(TextToken { word: HONG_KONG.to_owned(), start, end, kind: TokenKind::Derived });
        }
        for (from, to) in parts {
            let word = text[start + from..start + to].to_ascii_lowercase();
            all.push(TextToken { word, start: start + from, end: start + to, kind: TokenKind::Derived });
        }
    }
    all
}

/// The positions of the parts of a mixed-case word: `CanaanSemiconductor`, `eNano`, `HKUMed`. Single letters are not
/// parts.
fn parts(word: &str) -> Vec<(usize, usize)> {
    let bytes = word.as_bytes();
    if !word.is_ascii() || !bytes.iter().skip(1).any(u8::is_ascii_uppercase) {
        return Vec::new();
    }
    let begins = |at: usize| {
        let [before, here] = [bytes[at - 1], bytes[at]];
        let is_followed = bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
        here.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_uppercase() && is_followed)
    };
    let mut starts = vec![0];
    starts.extend((1..bytes.len()).filter(|at| begins(*at)));
    if starts.len() == 1 {
        return Vec::new();
    }
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    starts.iter().copied().zip(ends).filter(|(start, end)| end - start >= SHORTEST_PART).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.word).collect()
    }

    #[test]
    fn variants_are_normalised() {
        for (text, expected) in [
            ("Robots, ROBOTIC", vec!["robots", "robotic"]),
            ("Café-Service ＬＥＤ cafe\u{301}s", vec!["cafe", "service", "led", "cafes"]),
            ("Lloyd's Lloyds'", vec!["lloyds", "lloyds"]),
            ("ITS/047/18FX", vec!["its", "047", "18fx"]),
            ("AI機械人 lab", vec!["ai", "机", "械", "人", "lab"]),
            ("R&D", vec!["r", "and", "d"]),
            ("H.K. Ltd., U.S.A", vec!["hk", "ltd", "usa"]),
            ("A. B. Chan", vec!["a", "b", "chan"]),
            ("Hong-Kong", vec!["hong", "kong", "hk"]),
            ("HONGKONG", vec!["hongkong", "hk"]),
            ("BoxHong Kong", vec!["boxhong", "box", "hong", "kong"]),
            ("香港", vec!["香", "港", "hk"]),
            ("CanaanSemiconductor", vec!["canaansemiconductor", "canaan", "semiconductor"]),
            ("eNano HKUMed PolyU", vec!["enano", "nano", "hkumed", "hku", "med", "polyu", "poly"]),
            (" -,.", vec![]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
        assert_eq!(words("香港機械人"), words("香港机械人"));
        assert_eq!(joined("Poly U"), joined("PolyU"));
    }

    proptest! {
        #[test]
        fn token_offsets_are_valid(text in "\\PC{0,40}") {
            for token in tokens(&text) {
                prop_assert!(token.end > token.start && text.get(token.start..token.end).is_some());
            }
        }

        #[test]
        fn tokens_that_are_not_derived_are_in_order(text in "[A-Ca-c香港. '&HongKng]{0,30}") {
            let mut last = 0;
            for token in tokens(&text).into_iter().filter(|token| token.kind != TokenKind::Derived) {
                prop_assert!(token.start >= last);
                last = token.end;
            }
        }
    }
}
