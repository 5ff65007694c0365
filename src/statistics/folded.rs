//! A text folded for word matching: one width and lower case, with word starts and the original position of each
//! character.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::domain::script::has_han;

/// One folded character.
#[derive(Clone, Copy, Debug)]
struct Sign {
    folded: char,
    /// The byte range of the original character in the text.
    from: usize,
    to: usize,
    /// True if a word begins here.
    begins: bool,
}

/// A folded text.
#[derive(Clone, Debug, Default)]
pub struct FoldedText {
    signs: Vec<Sign>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Han,
    Other,
}

fn class(c: char) -> Class {
    if c.is_ascii_digit() {
        Class::Digit
    } else if has_han(c.encode_utf8(&mut [0; 4])) {
        Class::Han
    } else if c.is_alphanumeric() {
        Class::Letter
    } else {
        Class::Other
    }
}

impl FoldedText {
    pub fn of(text: &str) -> Self {
        let mut signs = Vec::with_capacity(text.len());
        let mut last: Option<(Class, bool)> = None;
        for (from, original) in text.char_indices() {
            let to = from + original.len_utf8();
            for folded in original.nfkc() {
                let class = class(folded);
                let is_lower = folded.is_lowercase();
                let begins = match last {
                    None => true,
                    Some((before, was_lower)) => {
                        // In `floorArea`, an upper-case letter after a lower-case one begins a word.
                        before != class || class != Class::Letter && class != Class::Digit || was_lower && !is_lower
                    }
                };
                last = Some((class, is_lower));
                for (at, lower) in folded.to_lowercase().enumerate() {
                    signs.push(Sign { folded: lower, from, to, begins: begins && at == 0 });
                }
            }
        }
        Self { signs }
    }

    /// The number of folded characters.
    pub fn len(&self) -> usize {
        self.signs.len()
    }

    /// Returns the folded character at a position.
    pub fn sign(&self, at: usize) -> char {
        self.signs.get(at).map_or('\0', |sign| sign.folded)
    }

    /// True if a word begins here.
    pub fn begins(&self, at: usize) -> bool {
        self.signs.get(at).is_some_and(|sign| sign.begins)
    }

    /// Returns the folded characters between two positions.
    pub fn text(&self, from: usize, to: usize) -> String {
        self.signs[from..to].iter().map(|sign| sign.folded).collect()
    }

    /// Returns the byte range of these characters in the text.
    pub fn range(&self, from: usize, to: usize) -> Range<usize> {
        match (self.signs.get(from), to.checked_sub(1).and_then(|last| self.signs.get(last))) {
            (Some(first), Some(last)) => first.from..last.to,
            _ => 0..0,
        }
    }

    /// Returns the end of a word that begins at a position. A space in the word matches separators, or nothing at a
    /// word start.
    pub fn match_at(&self, at: usize, word: &str) -> Option<usize> {
        if !self.signs.get(at)?.begins {
            return None;
        }
        let mut place = at;
        for c in word.chars() {
            if c == ' ' {
                while self.signs.get(place).is_some_and(|sign| is_gap(sign.folded)) {
                    place += 1;
                }
                if !self.signs.get(place)?.begins {
                    return None;
                }
            } else if self.signs.get(place)?.folded == c {
                place += 1;
            } else {
                return None;
            }
        }
        self.signs.get(place).is_none_or(|next| next.begins || class(next.folded) == Class::Other).then_some(place)
    }

    /// True if there are only separators between two positions.
    pub fn are_adjacent(&self, from: usize, to: usize) -> bool {
        from <= to && self.signs[from..to].iter().all(|sign| is_gap(sign.folded))
    }

    /// True if a digit is directly before or after this range.
    pub fn touches_digit(&self, from: usize, to: usize) -> bool {
        let is_digit = |sign: &&Sign| sign.folded.is_ascii_digit();
        let near = |sign: &&Sign| sign.folded == ' ';
        let before = self.signs[..from].iter().rev().find(|sign| !near(sign));
        let behind = self.signs[to..].iter().find(|sign| !near(sign));
        before.as_ref().is_some_and(is_digit) || behind.as_ref().is_some_and(is_digit)
    }
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, '.' | '_' | '-' | '(' | ')' | '/' | '\u{2011}' | '\u{200b}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_match() {
        let ends = |text: &str, at: usize, word: &str| FoldedText::of(text).match_at(at, word);
        assert_eq!(ends("Country", 0, "count"), None);
        assert_eq!(ends("Account", 2, "count"), None);
        assert_eq!(ends("floorAreaSqft", 9, "sqft"), Some(13));
        assert_eq!(ends("sq. ft.", 0, "sq ft"), Some(6));
        assert_eq!(ends("HKD_Thousand", 4, "thousand"), Some(12));
        assert_eq!(ends("（％）", 1, "%"), Some(2));
        assert_eq!(ends("", 0, "x"), None);
    }

    #[test]
    fn ranges_refer_to_the_original_text() {
        let text = "收入（百萬元）x";
        let folded = FoldedText::of(text);
        assert_eq!(&text[folded.range(3, 6)], "百萬元");
        assert!(!folded.touches_digit(0, 0) && FoldedText::of("$1 m").touches_digit(0, 1));
    }
}
