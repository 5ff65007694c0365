//! What was asked for, word by word, and where a text has it.

use crate::index::search::tokens::{Token, tokens};

/// The most words of one question.
const MOST_WORDS: usize = 32;
/// The shortest word of which one letter may be wrong.
const SHORTEST_TYPO: usize = 4;

/// A question as words.
#[derive(Debug, Default)]
pub struct Asked {
    pub terms: Vec<Term>,
}

/// What a text must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// A word with this stem.
    Word(String),
    /// These Chinese characters, one after the other.
    Phrase(Vec<String>),
    /// A word that is a letter away from this one, which no text has; of the last word, one that goes on.
    Like { word: String, is_last: bool },
}

/// A piece of a text, and whether it is what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    pub text: &'a str,
    pub is_match: bool,
}

impl Asked {
    /// Reads a question. A word that no text has may be mistyped.
    pub fn read<E>(text: &str, is_unknown: impl Fn(&str) -> Result<bool, E>) -> Result<Self, E> {
        let mut found = tokens(text);
        found.truncate(MOST_WORDS);
        let last = found.len().saturating_sub(1);
        let mut terms = Vec::new();
        let mut begin = 0;
        while begin < found.len() {
            if found[begin].is_han {
                let length = 1 + found[begin..].windows(2).take_while(|pair| follows(pair)).count();
                terms.push(Term::Phrase(found[begin..begin + length].iter().map(|token| token.text.clone()).collect()));
                begin += length;
            } else {
                let token = &found[begin];
                let may_be_like = token.text.chars().count() >= SHORTEST_TYPO || begin == last;
                terms.push(if may_be_like && is_unknown(&token.text)? {
                    Term::Like { word: token.word.clone(), is_last: begin == last }
                } else {
                    Term::Word(token.text.clone())
                });
                begin += 1;
            }
        }
        Ok(Self { terms })
    }

    /// The part of a text around the first match, at most about `length` bytes of it; nothing where nothing matches.
    pub fn pieces<'a>(&self, text: &'a str, length: usize) -> Vec<Piece<'a>> {
        let tokens = tokens(text);
        let mut matched = vec![false; tokens.len()];
        for term in &self.terms {
            mark(term, &tokens, &mut matched);
        }
        let Some(first) = matched.iter().position(|is_match| *is_match) else { return Vec::new() };
        let start = text.floor_char_boundary(tokens[first].start.saturating_sub(length / 3));
        // A snippet begins with a whole word.
        let start = if start == 0 {
            0
        } else {
            tokens.iter().map(|token| token.start).find(|at| *at >= start).unwrap_or(start)
        };
        let end = text.floor_char_boundary((start + length).min(text.len())).max(tokens[first].end);
        let mut pieces: Vec<Piece<'a>> = Vec::new();
        let mut at = start;
        for (token, _) in tokens.iter().zip(matched).filter(|(_, is_match)| *is_match) {
            if token.start < at || token.end > end {
                continue;
            }
            if token.start > at {
                pieces.push(Piece { text: &text[at..token.start], is_match: false });
            }
            match pieces.last_mut() {
                Some(last) if last.is_match => {
                    let begin = token.start - last.text.len();
                    last.text = &text[begin..token.end];
                }
                _ => pieces.push(Piece { text: &text[token.start..token.end], is_match: true }),
            }
            at = token.end;
        }
        if at < end {
            pieces.push(Piece { text: &text[at..end], is_match: false });
        }
        pieces
    }
}

/// Whether the second character goes on where the first one ends.
fn follows(pair: &[Token]) -> bool {
    pair[0].is_han && pair[1].is_han && pair[0].end == pair[1].start
}

fn mark(term: &Term, tokens: &[Token], matched: &mut [bool]) {
    let mut mark_words = |is_it: &dyn Fn(&Token) -> bool| {
        for (token, matched) in tokens.iter().zip(matched.iter_mut()) {
            *matched |= !token.is_han && is_it(token);
        }
    };
    match term {
        Term::Word(word) => mark_words(&|token| token.text == *word),
        Term::Like { word, is_last } => {
            let is_like = |text: &String| strsim::osa_distance(text, word) <= 1 || *is_last && text.starts_with(word);
            mark_words(&|token| is_like(&token.text) || is_like(&token.word));
        }
        Term::Phrase(characters) => {
            for (at, window) in tokens.windows(characters.len()).enumerate() {
                if window.iter().map(|token| &token.text).eq(characters) {
                    matched[at..at + characters.len()].fill(true);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn asked(text: &str, known: &[&str]) -> Asked {
        Asked::read::<Infallible>(text, |word| Ok(!known.contains(&word))).unwrap_or_default()
    }

    fn shown(asked: &Asked, text: &str) -> String {
        let pieces = asked.pieces(text, 60);
        pieces
            .iter()
            .map(|piece| if piece.is_match { format!("[{}]", piece.text) } else { piece.text.to_owned() })
            .collect()
    }

    #[test]
    fn words_phrases_and_typing_errors() {
        let asked = asked("Robots 香港機械人 robotik ai", &["robot"]);
        let phrase = ["香", "港", "机", "械", "人"].map(str::to_owned).to_vec();
        assert_eq!(
            asked.terms,
            [
                Term::Word("robot".into()),
                Term::Phrase(phrase),
                Term::Like { word: "robotik".into(), is_last: false },
                Term::Like { word: "ai".into(), is_last: true }
            ]
        );
    }

    #[test]
    fn matches_are_marked_where_they_stand() {
        assert_eq!(
            shown(&asked("robots", &["robot"]), "A Robot and its ROBOTIC arm"),
            "A [Robot] and its [ROBOTIC] arm"
        );
        assert_eq!(shown(&asked("机械人", &[]), "香港機械人公司"), "香港[機械人]公司");
        assert_eq!(shown(&asked("机人", &[]), "香港機械人公司"), "");
        assert_eq!(shown(&asked("robotik", &[]), "Walking robotic"), "Walking [robotic]");
        assert_eq!(shown(&asked("robotik", &[]), "Walking robots"), "");
        assert_eq!(shown(&asked("wlaking", &[]), "Walking aid"), "[Walking] aid");
        assert_eq!(shown(&asked("walk rob", &["walk"]), "Walking robot"), "[Walking] [robot]");
    }

    #[test]
    fn a_long_text_is_cut_around_the_match() {
        let text = format!("{} robot {}", "very ".repeat(50), "long ".repeat(50));
        let shown = shown(&asked("robot", &["robot"]), &text);
        assert!(shown.starts_with("very ") && shown.contains("[robot] long") && shown.len() < 80, "{shown}");
        let chinese = format!("{}機械人{}", "很".repeat(50), "長".repeat(50));
        assert!(!shown.is_empty() && asked("機械人", &[]).pieces(&chinese, 61).iter().any(|piece| piece.is_match));
    }
}
