//! Units: the laboratory, department or branch that a name adds to its organisation.
//!
//! A name is split into its organisation and its unit. `ORG - X`, `ORG, X` and `ORG (X)` have a unit if X contains a
//! unit word and no legal form. `Department of X, ORG` belongs to ORG. A hospital or college after a dash is a separate
//! organisation. A unit alone identifies no organisation.

use crate::linking::{
    acronym::{are_first_letters, is_shaped, parenthesised},
    folded_words::words,
    form::{after_limited, has_form},
    key::names_campus,
    piece::{
        carries_unit, is_authority, is_bare_unit, is_department, is_department_of_government, is_government,
        is_institution, is_nothing_but_government, is_of_academy, is_whole_body, may_have_parts, opening, pieces,
    },
    unit_vocabulary::{is_part, is_unit},
    vocabulary::is_distinguishing,
};

/// A name split into organisation and unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitSplit {
    pub organisation: String,
    pub unit: Option<String>,
}

impl UnitSplit {
    fn whole(text: &str) -> Self {
        Self { organisation: text.to_owned(), unit: None }
    }

    fn at(organisation: &str, unit: &str) -> Self {
        let unit = unit.trim_matches([' ', ',']);
        Self {
            organisation: organisation.trim_matches([' ', ',']).to_owned(),
            unit: (!unit.is_empty()).then(|| unit.to_owned()),
        }
    }
}

/// Splits the unit from an English name. `known` returns true for names in the curated files.
pub fn cut(text: &str, known: &dyn Fn(&str) -> bool) -> UnitSplit {
    if !may_have_parts(text) || is_of_academy(text) || known(text) {
        return UnitSplit::whole(text);
    }
    if let Some(cut) = of_known(text, known) {
        return cut;
    }
    if let Some((head, tail)) = at_dash(text) {
        return after_dash(text, head, tail, known);
    }
    if let Some(cut) = in_parentheses(text, known) {
        return cut;
    }
    if text.contains(',') {
        return at_commas(text, known);
    }
    before_host(text, known).or_else(|| run_on(text, known)).unwrap_or_else(|| UnitSplit::whole(text))
}

/// Splits after the longest known name at the start of the text, if a unit follows.
fn of_known(text: &str, known: &dyn Fn(&str) -> bool) -> Option<UnitSplit> {
    let marks = text.char_indices().filter(|&(at, c)| matches!(c, ',' | '(') || is_dash(text, at, c));
    let (head, tail) = marks
        .map(|(at, c)| (text[..at].trim_end(), text[at + c.len_utf8()..].trim_start_matches(['-', '–', '—', ' '])))
        .filter(|(head, _)| known(head))
        .last()?;
    let tail = tail.strip_suffix(')').filter(|inner| !inner.contains('(')).unwrap_or(tail).trim();
    let (first, _) = tail.split_once(',').unwrap_or((tail, ""));
    let own = is_institution(first, is_authority(head)) || is_government(head) || is_known_name(first, known);
    let fits = carries_unit(tail) && !names_campus(tail) && !pieces(tail).iter().any(|piece| has_form(piece));
    (fits && !own).then(|| UnitSplit::at(head, tail))
}

/// True if the dash is a separator: a hyphen with spaces around it, or a long dash before a space or a capital.
fn is_dash(text: &str, at: usize, c: char) -> bool {
    let (before, after) = (&text[..at], &text[at + c.len_utf8()..]);
    let (left, right) = (before.ends_with(char::is_whitespace), after.starts_with(char::is_whitespace));
    match c {
        '-' => left && right,
        '–' | '—' | '―' => left || right || !after.starts_with(char::is_lowercase),
        _ => false,
    }
}

/// Splits the text at the first separating dash.
fn at_dash(text: &str) -> Option<(&str, &str)> {
    text.char_indices()
        .skip(1)
        .find(|&(at, c)| is_dash(text, at, c))
        .map(|(at, c)| {
            let after = &text[at + c.len_utf8()..];
            (text[..at].trim(), after.trim_start_matches(['-', '–', '—']).trim())
        })
        .filter(|(head, tail)| !head.is_empty() && !tail.is_empty())
}

fn after_dash(text: &str, head: &str, tail: &str, known: &dyn Fn(&str) -> bool) -> UnitSplit {
    let (first, further) = tail.split_once(',').unwrap_or((tail, ""));
    let authority = is_authority(head);
    let own = is_institution(first, authority) || is_known_name(first, known);
    if is_nothing_but_government(tail) {
        cut(head, known)
    } else if names_campus(tail) || pieces(tail).iter().any(|piece| has_form(piece)) {
        UnitSplit::whole(text)
    } else if own || is_government(head) && carries_unit(first) {
        UnitSplit::at(first, further)
    } else if carries_unit(tail) && !is_elsewhere(head, tail) {
        let inner = cut(head, known);
        let unit = inner.unit.map_or_else(|| tail.to_owned(), |unit| format!("{unit}, {tail}"));
        UnitSplit::at(&inner.organisation, &unit)
    } else {
        UnitSplit::whole(text)
    }
}

/// True if the tail begins with the location of another organisation: `Adventist Hospital - Tsuen Wan - Laboratory`.
fn is_elsewhere(head: &str, tail: &str) -> bool {
    is_institution(head, false) && at_dash(tail).is_some_and(|(place, _)| !carries_unit(place))
}

/// Splits a unit in parentheses.
///
/// The name before them must have several words or be an acronym. Parentheses after a unit contain its host.
fn in_parentheses(text: &str, known: &dyn Fn(&str) -> bool) -> Option<UnitSplit> {
    let text = text.trim_end();
    let open = text.rfind(['(', '（'])?;
    let (inner, close) = parenthesised(text, open)?;
    let head = text[..open].trim();
    let of_government = carries_unit(head) && is_nothing_but_government(inner);
    if close == text.len() && (of_government || is_authority(inner) && is_institution(head, true)) {
        return Some(cut(head, known));
    }
    if close == text.len() && is_hosted(head, inner, known) {
        return Some(UnitSplit::at(inner, head));
    }
    let named = inner.contains(' ') || is_part(&words(inner));
    let fits = close == text.len() && named && carries_unit(inner) && !has_form(inner) && !names_campus(inner);
    let bears = head.contains(' ') || is_shaped(head);
    (fits && bears).then(|| UnitSplit::at(head, inner))
}

/// True if `head` is a unit, such as a laboratory, and `host` is the organisation to which it belongs.
///
/// A host that is not in the curated lines must be a body or a company, and the other text can only be a unit. An
/// acronym of the unit itself is not a host.
fn is_hosted(head: &str, host: &str, known: &dyn Fn(&str) -> bool) -> bool {
    if !carries_unit(head) || has_form(head) || known(head) || names_campus(head) || is_institution(head, false) {
        return false;
    }
    let is_host = known(host) && !are_first_letters(host, head);
    let is_owner = has_form(host) || is_whole_body(host) || is_institution(host, false);
    let words = words(head);
    let is_only_a_part = is_department(head) || is_bare_unit(head) || words.ends_with(" laboratory");
    let names_unit =
        opening(&words) || words.rsplit(' ').next().is_some_and(is_unit) || words.contains("laboratory of ");
    is_host && names_unit || is_owner && is_only_a_part
}

fn at_commas(text: &str, known: &dyn Fn(&str) -> bool) -> UnitSplit {
    let pieces = pieces(text);
    let [first, rest @ ..] = pieces.as_slice() else { return UnitSplit::whole(text) };
    let Some(last) = rest.last() else { return UnitSplit::whole(text) };
    let before_last = &pieces[..pieces.len() - 1];
    if is_nothing_but_government(last) {
        return cut(&before_last.join(", "), known);
    }
    if is_nothing_but_government(first) {
        return UnitSplit::at(rest[0], &rest[1..].join(", "));
    }
    if is_authority(last) && before_last.iter().any(|piece| is_institution(piece, true)) {
        return cut(&before_last.join(", "), known);
    }
    if is_authority(first) && is_institution(rest[0], true) {
        return UnitSplit::at(rest[0], &rest[1..].join(", "));
    }
    if is_known_name(first, known) && known(&rest.join(", ")) {
        return UnitSplit::at(first, "");
    }
    if carries_unit(first) && !has_form(first) && !is_department_of_government(first) && !known(first) {
        let owner = (1..pieces.len()).map(|at| (at, pieces[at..].join(", "))).find(|(_, rest)| known(rest));
        if let Some((at, owner)) = owner {
            return UnitSplit::at(&owner, &pieces[..at].join(", "));
        }
        if is_owner(first, last) {
            return UnitSplit::at(last, &before_last.join(", "));
        }
        if is_bare_unit(first) {
            return UnitSplit::whole(text);
        }
    }
    let bears = first.contains(' ') || is_shaped(first);
    match rest.iter().position(|piece| carries_unit(piece)) {
        Some(at) if bears && !rest[at..].iter().any(|piece| has_form(piece) || names_campus(piece)) => {
            UnitSplit::at(&pieces[..=at].join(", "), &rest[at..].join(", "))
        }
        _ => UnitSplit::whole(text),
    }
}

/// True if `last` can own the unit `first`.
///
/// The owner is a body, a named centre or school, or a company if `first` can only be a unit.
fn is_owner(first: &str, last: &str) -> bool {
    if has_form(last) {
        return is_department(first);
    }
    let words = words(last);
    let house = words.contains(' ') && words.rsplit(' ').next().is_some_and(is_unit) && !opening(&words);
    is_whole_body(last) || house && is_department(first) && !is_bare_unit(last)
}

/// Splits a unit before its known host: `Faculty of Medicine of HKU`, `Key Laboratory of Optics at HKU`.
fn before_host(text: &str, known: &dyn Fn(&str) -> bool) -> Option<UnitSplit> {
    let hosts = [" of ", " at ", " in "].iter().filter_map(|joins| text.rfind(joins).map(|at| (at, at + joins.len())));
    let is_host = |host: &str| known(host) && !is_nothing_but_government(host);
    let (end, start) = hosts.filter(|&(_, start)| is_host(&text[start..])).max()?;
    let head = &text[..end];
    let words = words(head);
    let is_only_a_part =
        ["department of ", "faculty of ", "division of "].iter().any(|opening| words.starts_with(opening))
            || words.contains("laboratory of ");
    (is_only_a_part && !names_campus(head) && !known(head)).then(|| UnitSplit::at(&text[start..], head))
}

/// Splits a unit without a separator: after a known university, as in `HKU School of Nursing`, or after `Limited`, as
/// in `Alpha Limited Hong Kong Branch`.
fn run_on(text: &str, known: &dyn Fn(&str) -> bool) -> Option<UnitSplit> {
    let known_beyond = |head: &str| text.match_indices(' ').any(|(at, _)| at > head.len() && known(&text[..at]));
    let of_university =
        [" School of ", " Faculty of ", " Department of ", " Dept of ", " Dept. of "].iter().find_map(|opening| {
            let (head, tail) = text.split_at(text.find(opening)?);
            let ends = words(tail).split(' ').any(is_distinguishing) || tail.contains('(') || known_beyond(head);
            ((head.contains("University") || is_shaped(head))
                && known(head)
                && carries_unit(tail)
                && !ends
                && !names_campus(tail))
            .then(|| UnitSplit::at(head, tail))
        });
    of_university.or_else(|| {
        let (head, tail) = after_limited(text)?;
        let closes = words(tail).rsplit(' ').next().is_some_and(is_part);
        (closes && head.split(' ').count() > 2 && !names_campus(tail)).then(|| UnitSplit::at(head, tail))
    })
}

/// True if the text is a known name of several words.
fn is_known_name(text: &str, known: &dyn Fn(&str) -> bool) -> bool {
    text.contains(' ') && known(text)
}

#[cfg(test)]
mod tests;
