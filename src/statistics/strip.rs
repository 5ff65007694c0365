//! Removes the parts of a label around its name: list numbers, units in brackets, and leftover signs.

use std::ops::Range;

use super::unit::{self, Unit, UnitStatement};
use crate::domain::script::has_han;

/// Returns a label without its list number: `1. `, `(a) `, `2) `, `（甲）`.
pub fn without_number(label: &str) -> &str {
    let is_sign = |c: char| c.is_ascii_alphanumeric() || "甲乙丙丁戊己庚辛一二三四五六七八九十".contains(c);
    let (open, rest) = match label.strip_prefix(['(', '（']) {
        Some(rest) => (true, rest),
        None => (false, label),
    };
    let Some(end) = rest.find(|c: char| !is_sign(c)) else { return label };
    let (number, behind) = rest.split_at(end);
    let is_short = (1..=2).contains(&number.chars().count());
    let mut signs = behind.chars();
    let closes = match (open, signs.next()) {
        (_, Some(')' | '）')) => true,
        (false, Some('.' | '、' | '．')) => {
            number.chars().all(|c| c.is_ascii_digit() || has_han(c.encode_utf8(&mut [0; 4])) || number.len() == 1)
        }
        _ => false,
    };
    let next = signs.clone().next();
    let is_apart = next.is_some_and(|c| c.is_whitespace() || c.is_alphabetic()) || (open && next.is_some());
    let text = signs.as_str().trim_start();
    if is_short && closes && is_apart && !text.is_empty() { text } else { label }
}

/// Returns a text without its unit, and the unit.
pub fn without_unit(text: &str) -> (String, Option<UnitStatement>) {
    let mut name = text.to_owned();
    let mut found: Vec<UnitStatement> = Vec::new();
    // From the end, so that earlier positions stay valid.
    for segment in segments(text).into_iter().rev() {
        let words = &text[segment.clone()];
        // `Unit: HK$ million`
        let is_unit_label = matches!(words.trim().to_lowercase().as_str(), "unit" | "units" | "單位" | "单位");
        if is_unit_label && words.trim().len() < text.trim().len() {
            name.replace_range(segment, "");
        } else if let Some(stated) = unit::whole(words) {
            found.push(stated);
            // `Employees`
            if words.trim().len() < text.trim().len() || !names_too(words) {
                name.replace_range(segment, "");
            }
        }
    }
    if found.is_empty() {
        for expression in unit::expressions(text).into_iter().rev().filter(|expression| !expression.is_weak) {
            found.push(expression.stated);
            let is_money = !matches!(expression.stated, UnitStatement::Known(scale) if scale.unit != Unit::Hkd);
            let stands_apart =
                expression.range.start == 0 || text[..expression.range.start].ends_with(char::is_whitespace);
            if is_money && stands_apart {
                name.replace_range(expression.range, "");
            }
        }
    }
    (name, unit::one(found))
}

/// True if a unit also names the counted things: `Employees`, `Projects`, `amount_hkd`.
fn names_too(words: &str) -> bool {
    let list = super::noun::words(words);
    list.iter().any(|word| {
        matches!(
            word.as_str(),
            "employees"
                | "persons"
                | "people"
                | "headcount"
                | "companies"
                | "projects"
                | "cases"
                | "amount"
                | "amounts"
                | "score"
                | "scores"
        )
    })
}

/// Returns the parts of a label between brackets, dashes and other separators.
fn segments(text: &str) -> Vec<Range<usize>> {
    let mut segments = Vec::new();
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let spaced = || text[..at].ends_with(' ') && text[at + c.len_utf8()..].starts_with(' ');
        let cuts = match c {
            '\n' | '(' | ')' | '（' | '）' | '[' | ']' | '［' | '］' | ':' | '：' | ',' | '，' | '|' | ';' | '；'
            | '–' | '—' => true,
            '-' | '/' => spaced(),
            _ => false,
        };
        if cuts {
            segments.push(from..at);
            from = at + c.len_utf8();
        }
    }
    segments.push(from..text.len());
    segments.retain(|segment| !text[segment.clone()].trim().is_empty());
    segments
}

/// Returns a name without the signs and words left over from its unit and period.
pub fn tidy(name: &str) -> String {
    let mut text = name.split_whitespace().collect::<Vec<_>>().join(" ");
    loop {
        let before = text.len();
        for empty in ["()", "（）", "[]", "［］", "( )", "（ ）"] {
            text = text.replace(empty, "");
        }
        let edge = |c: char| {
            c.is_whitespace() || matches!(c, ',' | '，' | ':' | '：' | ';' | '-' | '–' | '—' | '|' | '/' | '、')
        };
        text = text.trim_matches(edge).into();
        for word in [" in", " for", " of", " as at", " at", " the"] {
            let at = text.len().saturating_sub(word.len());
            if text.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(word)) {
                text.truncate(at);
            }
        }
        if text.starts_with('(') && text.ends_with(')') && !text[1..text.len() - 1].contains(['(', ')']) {
            text = text[1..text.len() - 1].into();
        }
        if text.len() == before {
            let is_word_left = text.chars().any(char::is_alphanumeric);
            return if is_word_left { text } else { String::new() };
        }
    }
}
