//! Folds a heading into tokens for comparison.

use unicode_normalization::UnicodeNormalization;

use crate::domain::{
    script::{is_han, to_simplified},
    value::is_invisible,
};

/// A token of a heading: a Latin word in lower case and singular, a run of digits, a sign, or one Chinese character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadingToken {
    pub text: String,
    pub is_han: bool,
    /// The number of the part of the heading that contains it. Parts end at parentheses.
    pub part: u16,
    /// Whether it is in parentheses.
    pub is_aside: bool,
}

/// The class of a character, which determines where tokens begin.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Lower,
    Upper,
    Digit,
    Han,
    /// A sign with a meaning: `#`, `$`, `%`.
    Sign,
    Other,
}

fn class(c: char) -> Class {
    match c {
        '#' | '$' | '%' => Class::Sign,
        c if is_han(c) => Class::Han,
        c if c.is_numeric() => Class::Digit,
        c if c.is_uppercase() => Class::Upper,
        c if c.is_alphabetic() => Class::Lower,
        _ => Class::Other,
    }
}

/// The folded tokens of a text.
pub fn fold(text: &str) -> Vec<HeadingToken> {
    let visible: String = text.nfkc().filter(|c| !is_invisible(*c)).collect();
    let simplified = if visible.chars().any(is_han) { to_simplified(&visible) } else { visible };
    let chars: Vec<char> = simplified.chars().collect();
    let mut tokens: Vec<HeadingToken> = Vec::new();
    let mut word = String::new();
    let (mut part, mut depth) = (0_u16, 0_u16);
    let mut before = Class::Other;
    let mut rest = chars.as_slice();
    while let [c, after @ ..] = rest {
        let (c, now) = (*c, class(*c));
        rest = after;
        if matches!(c, '\'' | '’' | '‘' | '`') && !word.is_empty() {
            // `Applicant's` is `applicant`, `Appv'd` is `appvd`.
            if let ['s' | 'S', tail @ ..] = rest
                && !tail.first().is_some_and(|next| next.is_alphanumeric())
            {
                rest = tail;
            }
            continue;
        }
        let next_is_lower = rest.first().is_some_and(|next| class(*next) == Class::Lower);
        let begins_word = match (before, now) {
            (Class::Lower, Class::Upper) => true,
            // `EVCharger` is `EV` and `Charger`.
            (Class::Upper, Class::Upper) => next_is_lower && word.chars().count() > 1,
            (a, b) => a != b && !(a == Class::Upper && b == Class::Lower) || b == Class::Han || b == Class::Sign,
        };
        if begins_word {
            push(&mut tokens, &mut word, part, depth > 0);
        }
        match c {
            '(' | '[' | '{' | '【' | '〔' => {
                depth += 1;
                part += 1;
            }
            ')' | ']' | '}' | '】' | '〕' => {
                depth = depth.saturating_sub(1);
                part += 1;
            }
            _ if now != Class::Other => word.extend(c.to_lowercase()),
            _ => {}
        }
        before = now;
    }
    push(&mut tokens, &mut word, part, depth > 0);
    tokens
}

fn push(tokens: &mut Vec<HeadingToken>, word: &mut String, part: u16, is_aside: bool) {
    if word.is_empty() {
        return;
    }
    let text = std::mem::take(word);
    let is_han = text.chars().all(is_han);
    if text == "s" && !is_han && tokens.last().is_some_and(|last| last.text.len() > 2 && last.part + 1 == part) {
        // `Organisation(s)`: the plural of the word before.
        return;
    }
    let text = if is_han { text } else { singular(text) };
    tokens.push(HeadingToken { text, is_han, part, is_aside });
}

/// A word without its plural ending.
fn singular(mut word: String) -> String {
    if word.len() <= 3 || !word.is_ascii() {
        return word;
    }
    if word.len() > 4 && word.ends_with("ies") {
        word.truncate(word.len() - 3);
        word.push('y');
    } else if ["sses", "shes", "ches", "xes"].iter().any(|ending| word.ends_with(ending)) {
        word.truncate(word.len() - 2);
    } else if word.ends_with('s') && !["ss", "us", "is"].iter().any(|ending| word.ends_with(ending)) {
        word.truncate(word.len() - 1);
    }
    word
}

/// Joins tokens into one text, separated by spaces.
pub fn joined(tokens: &[HeadingToken]) -> String {
    tokens.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// Folds a text into a key for comparison.
pub fn key(text: &str) -> String {
    joined(&fold(text))
}
