//! Language marks in headings and JSON keys: `name_tc`, `titleEN`, `Address (Chinese)`.

use crate::domain::{
    script::{has_han, is_han, to_simplified},
    text::Language,
};

/// The language that a mark states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LanguageMark {
    English,
    Traditional,
    Simplified,
    /// Chinese, without a statement of the script.
    Chinese,
}

impl LanguageMark {
    /// The language. Chinese without a stated script is Traditional, as in Hong Kong.
    pub const fn language(self) -> Language {
        match self {
            Self::English => Language::En,
            Self::Traditional | Self::Chinese => Language::ZhHant,
            Self::Simplified => Language::ZhHans,
        }
    }
}

/// The marks. Marks of several words precede marks of one word.
const WORDS: [(&str, LanguageMark); 58] = [
    ("traditional chinese", LanguageMark::Traditional),
    ("simplified chinese", LanguageMark::Simplified),
    ("trad chinese", LanguageMark::Traditional),
    ("simp chinese", LanguageMark::Simplified),
    ("trad chi", LanguageMark::Traditional),
    ("simp chi", LanguageMark::Simplified),
    ("sim chi", LanguageMark::Simplified),
    ("chi trad", LanguageMark::Traditional),
    ("chi simp", LanguageMark::Simplified),
    ("chinese traditional", LanguageMark::Traditional),
    ("chinese simplified", LanguageMark::Simplified),
    ("chinese trad", LanguageMark::Traditional),
    ("chinese simp", LanguageMark::Simplified),
    ("zh hant hk", LanguageMark::Traditional),
    ("zh hans cn", LanguageMark::Simplified),
    ("zh hant", LanguageMark::Traditional),
    ("zh hans", LanguageMark::Simplified),
    ("zh hk", LanguageMark::Traditional),
    ("zh tw", LanguageMark::Traditional),
    ("zh cn", LanguageMark::Simplified),
    ("en us", LanguageMark::English),
    ("en gb", LanguageMark::English),
    ("en hk", LanguageMark::English),
    ("繁 体 中 文", LanguageMark::Traditional),
    ("简 体 中 文", LanguageMark::Simplified),
    ("中 文 繁 体", LanguageMark::Traditional),
    ("中 文 简 体", LanguageMark::Simplified),
    ("正 体 中 文", LanguageMark::Traditional),
    ("英 文 版", LanguageMark::English),
    ("中 文 版", LanguageMark::Chinese),
    ("繁 体", LanguageMark::Traditional),
    ("简 体", LanguageMark::Simplified),
    ("英 文", LanguageMark::English),
    ("中 文", LanguageMark::Chinese),
    ("繁 中", LanguageMark::Traditional),
    ("简 中", LanguageMark::Simplified),
    ("english", LanguageMark::English),
    ("chinese", LanguageMark::Chinese),
    ("eng", LanguageMark::English),
    ("engl", LanguageMark::English),
    ("en", LanguageMark::English),
    ("tc", LanguageMark::Traditional),
    ("sc", LanguageMark::Simplified),
    ("chi", LanguageMark::Chinese),
    ("chn", LanguageMark::Chinese),
    ("chin", LanguageMark::Chinese),
    ("zh", LanguageMark::Chinese),
    ("zht", LanguageMark::Traditional),
    ("zhs", LanguageMark::Simplified),
    ("zhhk", LanguageMark::Traditional),
    ("zhcn", LanguageMark::Simplified),
    ("cht", LanguageMark::Traditional),
    ("chs", LanguageMark::Simplified),
    ("hant", LanguageMark::Traditional),
    ("hans", LanguageMark::Simplified),
    ("cn", LanguageMark::Chinese),
    ("trad", LanguageMark::Traditional),
    ("simp", LanguageMark::Simplified),
];

/// Marks of one letter, which count only after an underscore, a hyphen or a full stop.
const LETTERS: [(&str, LanguageMark); 4] = [
    ("e", LanguageMark::English),
    ("c", LanguageMark::Chinese),
    ("t", LanguageMark::Traditional),
    ("s", LanguageMark::Simplified),
];

/// The pieces of a heading between which a mark can occur, each with its position in the text. The heading is split at
/// white space, punctuation and camelCase.
fn pieces(text: &str) -> Vec<(usize, usize)> {
    let mut pieces = Vec::new();
    let mut start: Option<usize> = None;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let is_word = c.is_alphanumeric();
        let is_camel = before.is_lowercase() && c.is_uppercase();
        let changes = start.is_some() && is_word && is_han(c) != is_han(before);
        if let Some(from) = start.filter(|_| !is_word || is_camel || changes) {
            pieces.push((from, at));
            start = None;
        }
        if is_word && start.is_none() {
            start = Some(at);
        }
        before = c;
    }
    if let Some(from) = start {
        pieces.push((from, text.len()));
    }
    pieces
}

/// Splits a heading or key into the text without its language mark, and the mark. A heading that consists only of a
/// mark keeps its text.
pub fn split(heading: &str) -> (String, Option<LanguageMark>) {
    let heading = heading.trim();
    let stem = marked(heading, &pieces(heading)).into_iter().find_map(|found| Some((found.stem(heading)?, found.mark)));
    stem.map_or_else(|| (heading.to_owned(), None), |(stem, mark)| (stem, Some(mark)))
}

/// A word of a heading that may be a mark, with its position in the text.
struct Found {
    from: usize,
    to: usize,
    mark: LanguageMark,
}

impl Found {
    /// The heading without the mark, if the mark is at the end, in parentheses, at the beginning, or between two
    /// separators. A short word in running text is not a mark.
    fn stem(&self, heading: &str) -> Option<String> {
        let (before, word, after) = (&heading[..self.from], &heading[self.from..self.to], &heading[self.to..]);
        let has_word = |text: &str| text.chars().any(char::is_alphanumeric);
        let joins = |c: Option<char>| matches!(c, Some('_' | '-' | '.'));
        let (at_start, at_end) = (!has_word(before), !has_word(after));
        let joined_before = joins(before.chars().next_back());
        let joined_after = joins(after.chars().next());
        let rest = after.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '(' && c != '（');
        let is_letter = word.chars().count() == 1;
        let is_short = word.is_ascii() && word.len() <= 4;
        let is_aside = without_preposition(before).trim_end().ends_with(['(', '（', '[', '【']);
        let stem = if is_letter && !(at_end && joined_before) {
            return None;
        } else if at_end && !at_start {
            without_preposition(before).trim_end_matches(|c: char| !c.is_alphanumeric()).to_owned()
        } else if is_aside {
            let rest = rest.trim_start_matches([')', '）', ']', '】', ' ']);
            format!("{} {rest}", without_preposition(before).trim_end_matches(|c: char| !c.is_alphanumeric()))
        } else if at_start && (joined_after || !is_short || starts_camel(word, after)) {
            rest.to_owned()
        } else if joined_before && joined_after && is_short || has_han(word) {
            format!("{before}{rest}")
        } else {
            return None;
        };
        has_word(&stem).then_some(stem)
    }
}

/// A text without the trailing `in`, as in `Name in English`.
fn without_preposition(text: &str) -> &str {
    let bare = text.trim_end_matches([' ', '_']);
    match bare.split_at_checked(bare.len().saturating_sub(2)) {
        Some((rest, end)) if end.eq_ignore_ascii_case("in") && !rest.ends_with(char::is_alphanumeric) => rest,
        _ => text,
    }
}

/// Whether a short mark at the beginning is separated from the rest by camelCase, white space or script: `enTitle`.
fn starts_camel(word: &str, after: &str) -> bool {
    let Some(next) = after.chars().next() else { return false };
    next == ' ' || is_han(next) || next.is_uppercase() && word.chars().all(char::is_lowercase)
}

/// The words of a heading that may be marks, from its end to its beginning, longest first at each position.
fn marked(heading: &str, pieces: &[(usize, usize)]) -> Vec<Found> {
    const MOST_WORDS: usize = 3;
    let folded: Vec<String> = pieces.iter().map(|(from, to)| super::tokens::key(&heading[*from..*to])).collect();
    let mut found = Vec::new();
    for end in (1..=pieces.len()).rev() {
        for begin in end.saturating_sub(MOST_WORDS)..end {
            if let Some(mark) = known(&folded[begin..end].join(" ")) {
                found.push(Found { from: pieces[begin].0, to: pieces[end - 1].1, mark });
            }
        }
        found.extend(within(heading, pieces[end - 1]));
    }
    found
}

fn known(word: &str) -> Option<LanguageMark> {
    WORDS.iter().chain(&LETTERS).find(|(known, _)| *known == word).map(|(_, mark)| *mark)
}

/// The mark at the end, at the beginning or before the last noun of a piece of Chinese text: 名稱中文, 英文名稱, 機構英文名稱.
fn within(heading: &str, (from, to): (usize, usize)) -> Option<Found> {
    if !has_han(&heading[from..to]) {
        return None;
    }
    let simplified: Vec<char> = to_simplified(&heading[from..to]).chars().collect();
    let places: Vec<usize> = heading[from..to].char_indices().map(|(at, _)| from + at).chain([to]).collect();
    if simplified.len() + 1 != places.len() {
        return None;
    }
    WORDS.iter().filter(|(word, _)| has_han(word)).find_map(|(word, mark)| {
        let word: Vec<char> = word.chars().filter(|c| *c != ' ').collect();
        let at = simplified.windows(word.len()).rposition(|window| window == word)?;
        let is_whole = word.len() == simplified.len();
        (!is_whole).then(|| Found { from: places[at], to: places[at + word.len()], mark: *mark })
    })
}
