//! Lists of joint applicants: numbered lists, and known names joined by `and`.

/// The maximum number of separators in a list of known names.
const MOST: usize = 12;

/// True if a cell can be a list. A cheap check before the rules.
pub fn has_list(text: &str) -> bool {
    text.starts_with(['1', 'a', 'A', 'i', 'I', '(', '（'])
        || text.contains(" and ")
        || text.contains(" & ")
        || text.contains(['、', '及', '和', '與', '与'])
}

/// Splits a numbered list: `1. X 2. Y`, `(i) X (ii) Y`, `a) X b) Y`. The first number begins the cell, and the others
/// follow in order.
pub fn at_numbers(text: &str) -> Vec<&str> {
    const NUMBERS: [[&str; 9]; 3] = [
        ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
        ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"],
        ["a", "b", "c", "d", "e", "f", "g", "h", "i"],
    ];
    for numbers in NUMBERS {
        let Some((0, mut start)) = numbered(text, 0, numbers[0]) else { continue };
        let mut pieces = Vec::new();
        for number in &numbers[1..] {
            let Some((at, end)) = numbered(text, start, number) else { break };
            pieces.push(text[start..at].trim_matches(BETWEEN));
            start = end;
        }
        if !pieces.is_empty() {
            pieces.push(text[start..].trim_matches(BETWEEN));
            return pieces;
        }
    }
    Vec::from([text])
}

const BETWEEN: [char; 7] = [' ', '\n', '\r', ',', ';', '，', '；'];

/// Returns the start and the end of the first mark of this number, such as `2.` or `(2)`, from a position on.
fn numbered(text: &str, from: usize, number: &str) -> Option<(usize, usize)> {
    let begins = |at: usize| at == 0 || text[..at].ends_with(BETWEEN);
    let goes_on = |end: usize| text[end..].starts_with(|c: char| c.is_ascii_digit());
    let marks = [("(", ")"), ("（", "）"), ("", ")"), ("", "."), ("", "、")];
    let found = marks.iter().filter_map(|(open, close)| {
        let mark = format!("{open}{number}{close}");
        text[from..]
            .match_indices(&mark)
            .map(|(at, _)| (from + at, from + at + mark.len()))
            .find(|&(at, end)| begins(at) && !goes_on(end))
    });
    found.min()
}

/// Splits at `and`, `&` and commas if every piece is a known name. The last name must follow an `and`, because a name
/// after a comma may be the parent of the name before it.
pub fn between_known<'a>(text: &'a str, known: &dyn Fn(&str) -> bool) -> Vec<&'a str> {
    const ENGLISH: [&str; 5] = [" and ", " & ", " And ", " AND ", ", "];
    const CHINESE: [&str; 5] = ["、", "及", "和", "與", "与"];
    let mut marks: Vec<(usize, usize)> = ENGLISH
        .iter()
        .chain(&CHINESE)
        .flat_map(|mark| text.match_indices(mark))
        .map(|(at, m)| (at, at + m.len()))
        .collect();
    marks.sort_unstable();
    let whole = || Vec::from([text]);
    if marks.is_empty() || marks.len() > MOST || text[marks[marks.len() - 1].0..].starts_with(',') {
        return whole();
    }
    let mut pieces = Vec::new();
    if rest_is_known(text, 0, &marks, known, &mut pieces) { pieces } else { whole() }
}

/// Splits the rest of the text into the longest known names.
fn rest_is_known<'a>(
    text: &'a str,
    start: usize,
    marks: &[(usize, usize)],
    known: &dyn Fn(&str) -> bool,
    pieces: &mut Vec<&'a str>,
) -> bool {
    let rest = text[start..].trim();
    if !pieces.is_empty() && known(rest) {
        pieces.push(rest);
        return true;
    }
    for (at, &(from, to)) in marks.iter().enumerate().rev() {
        let piece = text[start..from].trim_matches([' ', ',']);
        if piece.is_empty() || !known(piece) {
            continue;
        }
        pieces.push(piece);
        if rest_is_known(text, to, &marks[at + 1..], known, pieces) {
            return true;
        }
        pieces.pop();
    }
    false
}
