//! Words to search by: English words by their stem, Chinese characters one by one in one script.
//!
//! Case, accents, width and script make no difference; punctuation parts words, an apostrophe does not.

use frostem::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;

use crate::{domain::script::is_han, linking::fold_char};

/// The longest word that is kept whole, in bytes of its folded form: what is longer is no word.
const LONGEST: usize = 64;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// A stem or one Chinese character.
    pub text: String,
    /// The word before it was stemmed.
    pub word: String,
    /// Where it stands in the text, in bytes.
    pub start: usize,
    pub end: usize,
    pub is_han: bool,
}

/// The words of a text, in order.
pub fn tokens(text: &str) -> Vec<Token> {
    let stemmer = Stemmer::new(Algorithm::English);
    let mut found = Vec::new();
    let mut word = String::new();
    let mut start = 0;
    let finish = |word: &mut String, start: usize, end: usize, found: &mut Vec<Token>| {
        if !word.is_empty() && word.len() <= LONGEST {
            let text = stemmer.stem(word).into_owned();
            found.push(Token { text, word: word.clone(), start, end, is_han: false });
        }
        word.clear();
    };
    for (at, c) in text.char_indices() {
        if is_han(c) {
            finish(&mut word, start, at, &mut found);
            let folded = fold_char(c).to_string();
            found.push(Token { word: folded.clone(), text: folded, start: at, end: at + c.len_utf8(), is_han: true });
        } else if c.is_alphanumeric() {
            if word.is_empty() {
                start = at;
            }
            if c.is_ascii() {
                word.push(c.to_ascii_lowercase());
            } else {
                word.extend(c.nfkd().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase));
            }
        } else if !matches!(c, '\'' | '’') {
            finish(&mut word, start, at, &mut found);
        }
    }
    finish(&mut word, start, text.len(), &mut found);
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn one_form_for_every_writing() {
        assert_eq!(texts("Robots, ROBOTIC robot"), ["robot", "robot", "robot"]);
        assert_eq!(texts("Café-Service ＬＥＤ"), ["cafe", "servic", "led"]);
        assert_eq!(texts("Lloyd's Lloyds"), ["lloyd", "lloyd"]);
        assert_eq!(texts("ITS/047/18FX"), ["it", "047", "18fx"]);
        assert_eq!(texts("香港機械人"), texts("香港机械人"));
        assert_eq!(texts("AI機械人 lab"), ["ai", "机", "械", "人", "lab"]);
        assert!(texts(" -,.").is_empty());
    }

    proptest! {
        #[test]
        fn every_word_stands_where_it_says(text in "\\PC{0,40}") {
            let mut last = 0;
            for token in tokens(&text) {
                prop_assert!(token.start >= last && token.end > token.start && text.get(token.start..token.end).is_some());
                last = token.end;
            }
        }
    }
}
