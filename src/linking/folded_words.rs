//! Word folding: the normalised form of English words in keys.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::linking::vocabulary::spelling;

/// Folds the words of a text.
///
/// The result is in lower case, without accents, apostrophes, punctuation and leading article, and with unified
/// spellings. `&` becomes `and`, and `Hong Kong` becomes `hk`.
pub fn words(text: &str) -> String {
    let mut folder = Folder { out: String::with_capacity(text.len()), ..Folder::default() };
    if text.is_ascii() {
        text.chars().for_each(|c| folder.take(c));
    } else {
        text.nfkd().filter(|c| !is_combining_mark(*c)).for_each(|c| folder.take(c));
    }
    folder.end_word();
    one_spelling(&folder.out)
}

/// Collects words character by character. `H.K.` is one word, `Co.Ltd` is two.
#[derive(Default)]
struct Folder {
    out: String,
    start: usize,
    dots: usize,
    since_dot: usize,
}

impl Folder {
    fn take(&mut self, c: char) {
        match c {
            'A'..='Z' | 'a'..='z' | '0'..='9' => self.letter(c.to_ascii_lowercase()),
            '.' if self.since_dot == 1 => {
                self.dots += 1;
                self.since_dot = 0;
            }
            '\''
            | '’'
            | '‘'
            | '`'
            | '´'
            | 'ʼ'
            | '′'
            | '"'
            | '“'
            | '”'
            | '®'
            | '™'
            | '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2060}'
            | '\u{feff}' => {}
            '&' | '＆' => self.word("and"),
            '+' => self.word("plus"),
            '@' => self.word("at"),
            'ß' => "ss".chars().for_each(|c| self.letter(c)),
            'Ø' | 'ø' => self.letter('o'),
            'Ł' | 'ł' => self.letter('l'),
            'Æ' | 'æ' => "ae".chars().for_each(|c| self.letter(c)),
            c if c.is_alphanumeric() => c.to_lowercase().for_each(|c| self.letter(c)),
            _ => self.end_word(),
        }
    }

    fn letter(&mut self, c: char) {
        self.since_dot += 1;
        if self.dots > 0 && self.since_dot == 2 {
            let first = self.out.pop();
            self.end_word();
            self.out.extend(first);
            self.since_dot = 2;
        }
        self.out.push(c);
    }

    fn word(&mut self, word: &str) {
        self.end_word();
        self.out.push_str(word);
        self.end_word();
    }

    fn end_word(&mut self) {
        if self.out.len() > self.start {
            self.out.push(' ');
            self.start = self.out.len();
        }
        (self.dots, self.since_dot) = (0, 0);
    }
}

/// Phrases that fold to a single word.
const PHRASES: [(&str, &str); 9] = [
    ("hong kong special administrative region", "hksar"),
    ("hk special administrative region", "hksar"),
    ("hong kong sar", "hksar"),
    ("hong kong", "hk"),
    ("h k", "hk"),
    ("r and d", "rd"),
    ("research and development", "rd"),
    ("int l", "international"),
    ("and amp", "and"),
];

/// Unifies the spelling of every word and drops the leading article.
fn one_spelling(folded: &str) -> String {
    let mut out = String::with_capacity(folded.len());
    let mut push = |word: &str| {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    };
    let mut rest = folded.strip_prefix("the ").filter(|rest| !rest.is_empty()).unwrap_or(folded).trim_end();
    if let Some(before) = rest.strip_suffix(" the") {
        rest = before;
    }
    while !rest.is_empty() {
        let phrase = matches!(rest.as_bytes()[0], b'h' | b'r' | b'i' | b'a')
            .then(|| {
                PHRASES.iter().find_map(|(phrase, word)| {
                    let after = rest.strip_prefix(phrase)?;
                    (after.is_empty() || after.starts_with(' ')).then_some((Cow::Borrowed(*word), after))
                })
            })
            .flatten();
        let (word, after) = phrase.unwrap_or_else(|| {
            let end = rest.find(' ').unwrap_or(rest.len());
            (spelling(&rest[..end]), &rest[end..])
        });
        push(&word);
        rest = after.trim_start();
    }
    out
}
