//! Joint applicants: a cell that names several organisations.

use crate::linking::{folded_words::words, form::has_form, piece::names_body};

/// Splits a cell at `;`, new line, ` / `, and at ` and ` directly after Limited.
///
/// Every part must have at least two words or be a name that `known` accepts, else the cell is a single name. Cells may
/// wrap lines anywhere, so a line break separates names only if all lines are known names, companies or bodies.
pub fn split<'a>(text: &'a str, known: &dyn Fn(&str) -> bool) -> Vec<&'a str> {
    let mut parts = Vec::from([text.trim()]);
    let cuts: [for<'t> fn(&'t str) -> Vec<&'t str>; 3] = [at_marks, at_lines, after_limited];
    for (at, cut) in cuts.into_iter().enumerate() {
        let line = |piece: &str| stands_alone(piece) && (known(piece) || has_form(piece) || names_body(piece));
        parts = parts
            .into_iter()
            .flat_map(|part| {
                let pieces = cut(part);
                let whole = |piece: &&str| if at == 1 { line(piece) } else { stands_alone(piece) || known(piece) };
                if pieces.len() > 1 && pieces.iter().all(whole) { pieces } else { Vec::from([part]) }
            })
            .collect();
    }
    parts
}

/// True if a cell contains any separator. A cheap check before [`split`].
pub fn may_split(text: &str) -> bool {
    text.contains([';', '；', '\n', '/', '／']) || after_limited(text).len() > 1
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

fn at_lines(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices('\n').filter(|&(at, _)| !wraps(&text[..at], &text[at + 1..])) {
        pieces.push(text[start..at].trim());
        start = at + 1;
    }
    pieces.push(text[start..].trim());
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// True if a name continues after the line break: the line ends in a small word or a mark, or the next begins mid-name.
fn wraps(before: &str, after: &str) -> bool {
    let last = words(before.rsplit(' ').next().unwrap_or_default());
    let goes_on = before.trim_end().ends_with([',', '&', '-', '–', '('])
        || matches!(last.as_str(), "of" | "and" | "for" | "the" | "in" | "hk" | "co");
    let after = after.trim_start();
    let first = words(after.split(' ').next().unwrap_or_default());
    let middle = after.starts_with(|c: char| c.is_lowercase() || matches!(c, '(' | '&' | '-' | '–' | ','))
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

/// True if a part is long enough for a name: at least two words or four Chinese characters.
fn stands_alone(piece: &str) -> bool {
    let han = piece.chars().filter(|c| crate::domain::script::is_han(*c)).count();
    han >= 4 || piece.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            assert_eq!(split(text, &|name| name == "KNOWN"), parts, "{text}");
        }
    }

    #[test]
    fn one_name() {
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
        ] {
            assert_eq!(split(text, &|name| name == "KNOWN"), [text], "{text}");
        }
    }
}
