//! Highlights: the parts of a text that match a query.

use crate::index::search::{
    query::{Form, QueryTerm},
    roots::{RootCache, is_weak},
    tokens::{TextToken, TokenKind, tokens},
    typo::FuzzyMatcher,
};

/// A piece of a text, and whether it matches the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextPiece<'a> {
    pub text: &'a str,
    pub is_match: bool,
}

/// The part of a text around the first match, of at most about `length` bytes. Empty if nothing matches.
pub fn highlight<'a>(terms: &[QueryTerm], text: &'a str, length: usize) -> Vec<TextPiece<'a>> {
    let tokens = tokens(text);
    let roots = RootCache::new();
    let mut marks = Marks { tokens: &tokens, roots: &roots, matched: vec![false; tokens.len()] };
    for term in terms {
        marks.mark(term);
    }
    let mut matched: Vec<(usize, usize)> = tokens
        .iter()
        .zip(&marks.matched)
        .filter(|(_, is_match)| **is_match)
        .map(|(token, _)| (token.start, token.end))
        .collect();
    matched.sort_unstable();
    let Some(&(first, first_end)) = matched.first() else { return Vec::new() };
    let start = text.floor_char_boundary(first.saturating_sub(length / 3));
    // A snippet begins with a whole word.
    let start =
        if start == 0 { 0 } else { tokens.iter().map(|token| token.start).find(|at| *at >= start).unwrap_or(start) };
    let end = text.floor_char_boundary((start + length).min(text.len())).max(first_end);
    cut(text, start, end, &matched)
}

/// Whether every significant word of a name matches a term, and every term matches a word.
pub fn is_covered(terms: &[QueryTerm], name: &str, roots: &RootCache) -> bool {
    let tokens = tokens(name);
    let mut matched = vec![false; tokens.len()];
    for term in terms {
        let mut marks = Marks { tokens: &tokens, roots, matched: vec![false; tokens.len()] };
        marks.mark(term);
        if !marks.matched.contains(&true) {
            return false;
        }
        matched.iter_mut().zip(marks.matched).for_each(|(all, of_term)| *all |= of_term);
    }
    let spans = || tokens.iter().zip(&matched).filter(|(_, is_match)| **is_match).map(|(token, _)| token);
    let is_in_span = |token: &TextToken| spans().any(|span| span.start <= token.start && token.end <= span.end);
    tokens.iter().filter(|token| token.kind != TokenKind::Derived && !is_weak(&token.word)).all(is_in_span)
}

/// Splits a part of a text into pieces. The matches are sorted. Adjacent and overlapping matches become one piece.
fn cut<'a>(text: &'a str, start: usize, end: usize, matched: &[(usize, usize)]) -> Vec<TextPiece<'a>> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for &(from, to) in matched.iter().filter(|(from, to)| *from >= start && *to <= end) {
        match spans.last_mut() {
            Some((_, last)) if from <= *last => *last = to.max(*last),
            _ => spans.push((from, to)),
        }
    }
    let mut pieces = Vec::with_capacity(2 * spans.len() + 1);
    let mut at = start;
    for (from, to) in spans {
        if from > at {
            pieces.push(TextPiece { text: &text[at..from], is_match: false });
        }
        pieces.push(TextPiece { text: &text[from..to], is_match: true });
        at = to;
    }
    if at < end {
        pieces.push(TextPiece { text: &text[at..end], is_match: false });
    }
    pieces
}

struct Marks<'t> {
    tokens: &'t [TextToken],
    roots: &'t RootCache,
    matched: Vec<bool>,
}

impl Marks<'_> {
    fn mark(&mut self, term: &QueryTerm) {
        for form in &term.forms {
            match form {
                Form::Word { root } => self.words(|roots, word| roots.root(word) == *root),
                Form::Prefix { word: prefix } => self.words(|_, word| word.starts_with(prefix)),
                Form::Similar { word: wanted, errors, or_longer } => {
                    let similar = FuzzyMatcher::to(wanted, *errors);
                    let similar = if *or_longer { similar.or_longer() } else { similar };
                    self.words(|_, word| similar.accepts(word));
                }
                Form::Phrase(characters) => self.phrase(characters),
                Form::All(terms) => {
                    for term in terms {
                        self.mark(term);
                    }
                }
            }
        }
    }

    fn words(&mut self, is_it: impl Fn(&RootCache, &str) -> bool) {
        for (token, matched) in self.tokens.iter().zip(&mut self.matched) {
            *matched |= !token.is_han() && is_it(self.roots, &token.word);
        }
    }

    fn phrase(&mut self, characters: &[String]) {
        let han: Vec<usize> = (0..self.tokens.len()).filter(|at| self.tokens[*at].kind != TokenKind::Derived).collect();
        for window in han.windows(characters.len()) {
            if window.iter().map(|at| &self.tokens[*at].word).eq(characters) {
                for at in window {
                    self.matched[*at] = true;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::query::{ParsedSearch, Typos, Vocabulary},
        *,
    };

    /// A vocabulary with every root and prefix, or with none.
    struct All(bool);

    impl Vocabulary for All {
        fn has_word(&self, _: &str) -> bool {
            false
        }

        fn has_root(&self, _: &str) -> bool {
            self.0
        }

        fn has_prefix(&self, _: &str) -> bool {
            self.0
        }
    }

    fn highlighted(query: &str, is_known: bool, text: &str) -> String {
        let terms = ParsedSearch::read(query, &All(is_known), Typos::InUnknownWords).terms;
        let piece =
            |piece: TextPiece<'_>| if piece.is_match { format!("[{}]", piece.text) } else { piece.text.to_owned() };
        highlight(&terms, text, 60).into_iter().map(piece).collect()
    }

    #[test]
    fn matches_are_marked_in_place() {
        for (query, is_known, text, expected) in [
            ("robots", true, "A Robot and its ROBOTIC arm", "A [Robot] and its [ROBOTIC] arm"),
            ("机械人", true, "香港機械人公司", "香港[機械人]公司"),
            ("机人", true, "香港機械人公司", ""),
            ("robotik x", false, "Walking robotic", "Walking [robotic]"),
            ("robtik x", false, "Walking robots", ""),
            ("wlaking x", false, "Walking aid", "[Walking] aid"),
            ("walk rob", true, "Walking robot", "[Walking] [robot]"),
            ("hk", true, "The Hong Kong Council", "The [Hong Kong] Council"),
            ("nano", true, "eNano Ltd", "e[Nano] Ltd"),
        ] {
            assert_eq!(highlighted(query, is_known, text), expected, "{query}");
        }
    }

    #[test]
    fn a_name_is_covered_if_all_its_words_match() {
        for (query, name, expected) in [
            ("robtics hong kong", "The Robotics of Hong Kong Limited", true),
            ("robtics robotic", "Robotics Limited", true),
            ("robtics", "Robotics of Hong Kong", false),
            ("robtics hong kong nano", "Robotics of Hong Kong", false),
        ] {
            let terms = ParsedSearch::read(query, &All(false), Typos::InUnknownWords).terms;
            assert_eq!(is_covered(&terms, name, &RootCache::new()), expected, "{query}");
        }
    }

    #[test]
    fn long_text_is_truncated_around_the_match() {
        let text = format!("{} robot {}", "very ".repeat(50), "long ".repeat(50));
        let snippet = highlighted("robot", true, &text);
        assert!(snippet.starts_with("very ") && snippet.contains("[robot] long") && snippet.len() < 80, "{snippet}");
        let chinese = format!("{}機械人{}", "很".repeat(50), "長".repeat(50));
        assert!(highlighted("機械人", true, &chinese).contains("[機械人]"));
    }
}
