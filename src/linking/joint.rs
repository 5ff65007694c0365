//! Joint applicants: a cell that names several organisations.

use crate::linking::{
    folded_words::words,
    form::has_form,
    joint_list::{at_numbers, between_known, has_list},
    piece::names_body,
};

/// A rule that splits a cell into pieces. A cell without the rule's separator gives one piece.
type Cut = for<'t> fn(&'t str) -> Vec<&'t str>;

/// Splits a cell at list numbers, `;`, slashes, line breaks, `jointly with`, and ` and ` directly after `Limited` or
/// between known names.
///
/// Every part must have at least two words or be a name that `known` accepts. Otherwise the cell is a single name. Line
/// breaks may occur anywhere, and names may contain slashes, so a part beside them must also be a known name, a company
/// or a body.
pub fn split<'a>(text: &'a str, known: &dyn Fn(&str) -> bool) -> Vec<&'a str> {
    let long = |piece: &str| stands_alone(piece) || known(piece);
    let named = |piece: &str| stands_alone(piece) && (known(piece) || has_form(piece) || names_body(piece));
    let cuts: [(Cut, bool); 6] = [
        (at_numbers, false),
        (at_marks, false),
        (at_slashes, true),
        (at_lines, true),
        (at_phrases, false),
        (after_limited, false),
    ];
    let mut parts = Vec::from([text.trim()]);
    for (cut, is_strict) in cuts {
        let may_be_cut = |pieces: &[&str]| {
            pieces.len() > 1
                && pieces.iter().all(|piece| is_balanced(piece))
                && if is_strict {
                    pieces.iter().all(|piece| named(piece)) || pieces.iter().all(|piece| known(piece))
                } else {
                    pieces.iter().all(|piece| long(piece))
                }
        };
        parts = parts
            .into_iter()
            .flat_map(|part| {
                let pieces = cut(part);
                if may_be_cut(&pieces) { pieces } else { Vec::from([part]) }
            })
            .collect();
    }
    parts
        .into_iter()
        .flat_map(|part| if known(part) { Vec::from([part]) } else { between_known(part, known) })
        .collect()
}

/// True if a cell contains any separator. A cheap check before [`split`].
pub fn may_split(text: &str) -> bool {
    text.contains([';', '；', '\n', '/', '／']) || has_list(text) || has_phrase(text) || after_limited(text).len() > 1
}

fn at_marks(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, mark) in text.char_indices() {
        let end = at + mark.len_utf8();
        let splits = match mark {
            ';' | '；' => true,
            '/' | '／' => text[..at].ends_with(' ') && text[end..].starts_with(' '),
            _ => false,
        };
        if splits {
            pieces.push(text[start..at].trim());
            start = end;
        }
    }
    pieces.push(text[start..].trim());
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Splits at slashes without spaces. A slash beside a single letter belongs to an abbreviation, such as `t/a` or `A/S`.
fn at_slashes(text: &str) -> Vec<&str> {
    let is_short = |word: Option<&str>| word.is_none_or(|word| word.chars().count() < 2);
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, mark) in text.match_indices(['/', '／']) {
        let end = at + mark.len();
        let beside = [text[..at].split([' ', '/']).next_back(), text[end..].split([' ', '/']).next()];
        if !beside.into_iter().any(is_short) {
            pieces.push(text[start..at].trim());
            start = end;
        }
    }
    pieces.push(text[start..].trim());
    pieces
}

/// Phrases that join applicants.
const PHRASES: [&str; 6] = [
    "jointly with",
    "together with",
    "in collaboration with",
    "in partnership with",
    "in cooperation with",
    "in association with",
];

fn has_phrase(text: &str) -> bool {
    text.contains(['聯', '联']) || text.contains("with ") || text.contains("WITH ") || text.contains("With ")
}

fn at_phrases(text: &str) -> Vec<&str> {
    let lower = text.to_ascii_lowercase();
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    for phrase in PHRASES {
        let spaced =
            |(at, _): &(usize, &str)| lower[..*at].ends_with([' ', ',']) && lower[at + phrase.len()..].starts_with(' ');
        cuts.extend(lower.match_indices(phrase).filter(spaced).map(|(at, _)| (at, at + phrase.len())));
    }
    for joins in ["聯同", "联同"] {
        cuts.extend(text.match_indices(joins).map(|(at, _)| (at, at + joins.len())));
    }
    cuts.sort_unstable();
    let mut pieces = Vec::new();
    let mut start = 0;
    for (from, to) in cuts {
        pieces.push(text[start..from].trim_matches([' ', ',']));
        start = to;
    }
    pieces.push(text[start..].trim());
    pieces
}

fn at_lines(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices('\n').filter(|&(at, _)| !wraps(&text[..at], &text[at + 1..])) {
        pieces.push(without_bullet(&text[start..at]));
        start = at + 1;
    }
    pieces.push(without_bullet(&text[start..]));
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

fn without_bullet(line: &str) -> &str {
    line.trim().trim_start_matches(['•', '·', '●', '*', ' '])
}

/// True if a name continues after the line break: the line ends in a small word or a mark, or the next begins mid-name.
fn wraps(before: &str, after: &str) -> bool {
    let last = words(before.rsplit(' ').next().unwrap_or_default());
    let goes_on = before.trim_end().ends_with([',', '&', '-', '–', '('])
        || matches!(last.as_str(), "of" | "and" | "for" | "the" | "in" | "hk" | "co");
    let after = after.trim_start();
    let first = words(after.split(' ').next().unwrap_or_default());
    let capitals_inside = after.split(' ').next().is_some_and(|word| word.contains(char::is_uppercase));
    let middle = after
        .starts_with(|c: char| c.is_lowercase() && !capitals_inside || matches!(c, '(' | '&' | '-' | '–' | ','))
        || matches!(first.as_str(), "of" | "and" | "for" | "limited" | "company" | "university");
    goes_on || middle
}

fn after_limited(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (joint, _) in text.match_indices([' ', '及', '和', '與', '与']) {
        if joint < start {
            continue;
        }
        let (before, after) = (&text[start..joint], &text[joint..]);
        let length = if after.starts_with(' ') {
            let Some(word) = ["and ", "& ", "And ", "AND "].iter().find(|word| after[1..].starts_with(**word)) else {
                continue;
            };
            let lower = before.to_ascii_lowercase();
            let lower = lower.trim_end_matches([',', '.']);
            if !lower.ends_with(" limited") && !lower.ends_with(" ltd") && !lower.ends_with(",ltd") {
                continue;
            }
            1 + word.len()
        } else if before.ends_with("公司") {
            '及'.len_utf8()
        } else {
            continue;
        };
        pieces.push(before.trim());
        start = joint + length;
    }
    pieces.push(text[start..].trim());
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// True if every parenthesis of a piece is closed. A separator inside parentheses does not separate applicants.
fn is_balanced(piece: &str) -> bool {
    piece.matches(['(', '（']).count() == piece.matches([')', '）']).count()
}

/// True if a part is long enough to be a name: at least two words or four Chinese characters.
fn stands_alone(piece: &str) -> bool {
    let han = piece.chars().filter(|c| crate::domain::script::is_han(*c)).count();
    han >= 4 || piece.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str) -> bool {
        let names = ["KNOWN", "FAMED", "The Arts and Crafts Council", "香港大學", "香港中文大學", "香港科技大學"];
        names.contains(&name)
    }

    #[test]
    fn joint_applicants() {
        for (text, parts) in [
            ("Highways Department; Transport Department", &["Highways Department", "Transport Department"][..]),
            (
                "Hong Kong Shue Yan University / University of Macau",
                &["Hong Kong Shue Yan University", "University of Macau"],
            ),
            ("Alpha Testing Limited and Beta Foods Ltd.", &["Alpha Testing Limited", "Beta Foods Ltd."]),
            ("Alpha Testing Ltd. and Beta Foods Ltd.", &["Alpha Testing Ltd.", "Beta Foods Ltd."]),
            (
                "The University of Hong Kong\nThe Chinese University of Hong Kong",
                &["The University of Hong Kong", "The Chinese University of Hong Kong"],
            ),
            ("路政署；香港中文大學", &["路政署；香港中文大學"]),
            ("甲乙丙有限公司及丁戊己有限公司", &["甲乙丙有限公司", "丁戊己有限公司"]),
            ("KNOWN; Alpha Testing Limited", &["KNOWN", "Alpha Testing Limited"]),
            ("Alpha Testing Limited\nBeta Foods Ltd.", &["Alpha Testing Limited", "Beta Foods Ltd."]),
            ("Alpha Testing Limited & Beta Foods Ltd.", &["Alpha Testing Limited", "Beta Foods Ltd."]),
            ("Alpha Testing Limited\neNano Foods Limited", &["Alpha Testing Limited", "eNano Foods Limited"]),
            ("• Alpha Testing Limited\n• Beta Foods Ltd.", &["Alpha Testing Limited", "Beta Foods Ltd."]),
            ("Alpha Testing Limited/Beta Foods Ltd.", &["Alpha Testing Limited", "Beta Foods Ltd."]),
            ("KNOWN/FAMED", &["KNOWN", "FAMED"]),
            ("KNOWN\nFAMED", &["KNOWN", "FAMED"]),
            ("1. Alpha Testing Limited 2. Beta Foods Ltd.", &["Alpha Testing Limited", "Beta Foods Ltd."]),
            ("(1) Alpha Testing Limited; (2) Beta Foods Ltd.", &["Alpha Testing Limited", "Beta Foods Ltd."]),
            ("(i) Alpha Testing\n(ii) Beta Foods\n(iii) KNOWN", &["Alpha Testing", "Beta Foods", "KNOWN"]),
            ("a) Alpha Testing, b) Beta Foods", &["Alpha Testing", "Beta Foods"]),
            ("Alpha Testing jointly with Beta Foods", &["Alpha Testing", "Beta Foods"]),
            ("Alpha Testing Limited, in collaboration with KNOWN", &["Alpha Testing Limited", "KNOWN"]),
            ("香港中文大學聯同甲乙有限公司", &["香港中文大學", "甲乙有限公司"]),
            ("KNOWN and FAMED", &["KNOWN", "FAMED"]),
            ("KNOWN, FAMED & KNOWN", &["KNOWN", "FAMED", "KNOWN"]),
            ("KNOWN and The Arts and Crafts Council", &["KNOWN", "The Arts and Crafts Council"]),
            ("香港大學、香港中文大學及香港科技大學", &["香港大學", "香港中文大學", "香港科技大學"]),
        ] {
            assert_eq!(split(text, &known), parts, "{text}");
        }
    }

    #[test]
    fn single_names_are_not_split() {
        for text in [
            "Alpha and Beta Testing Limited",
            "Boys' and Girls' Clubs Association of Hong Kong",
            "Research / Development Centre Limited",
            "Input/Output Systems Limited",
            "The Hong Kong Research Institute of\nTextiles and Apparel Limited",
            "The Hong Kong Polytechnic\nUniversity",
            "Alpha Limited and Company",
            "Alpha; Beta",
            "Alpha / Beta Testing Limited",
            "Alpha Testing and Beta Foods",
            "KNOWN\nAlumni Foundation Limited",
            "The Nowhere Housing Society\nElderly Resources",
            "Alpha Testing Limited\nfoods division",
            "Novo Testing A/S",
            "Nowhere Council t/a Beta Foods Limited",
            "Alpha Testing Limited (formerly Beta Testing Limited and Gamma Foods Limited)",
            "Alpha Testing Limited (formerly Beta Testing; Gamma Foods)",
            "Lutheran Church/Hong Kong Synod Limited",
            "1. Alpha Testing Limited",
            "2. Alpha Testing Limited 3. Beta Foods Limited",
            "1.5 Degrees Testing Limited 2.0 Foods Limited",
            "Working with Alpha Limited",
            "Alpha with Beta Testing Limited",
            "KNOWN and Beta",
            "KNOWN, FAMED",
            "The Arts and Crafts Council",
            "香港大學及社會",
        ] {
            assert_eq!(split(text, &known), [text], "{text}");
        }
    }
}
