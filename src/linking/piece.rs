//! Classifies pieces of a name, such as the text before, between or after separators, by their words.
//!
//! A piece can name a unit, a body, a hospital or the Government. [`unit`](super::unit) decides where a name is split.

use crate::domain::script::has_han;
use crate::linking::{
    folded_words::words,
    form::is_form,
    unit_vocabulary::{is_body, is_fellowship, is_field, is_part, is_unit, opens_unit},
    vocabulary::is_generic,
};

/// Splits a text at commas. A legal form stays with the name before it.
pub fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(',') {
        let next = text[at + 1..].split([',', '-', '–']).next().unwrap_or_default();
        if !is_form(next) && !is_form(next.split_whitespace().next().unwrap_or_default()) {
            pieces.push(text[start..at].trim());
            start = at + 1;
        }
    }
    pieces.push(text[start..].trim());
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// True if the text is only the name of a unit: `Pathology Department`, `Kowloon Bay Office`. Many organisations have
/// such a unit, so the text identifies none of them.
pub fn is_bare_unit(text: &str) -> bool {
    is_bare(&words(text))
}

/// [`is_bare_unit`] for folded words.
pub fn is_bare(words: &str) -> bool {
    let of_any = |word: &str| !is_body(word) && (is_generic(word) || is_field(word));
    words.split(' ').any(is_part) && words.split(' ').all(of_any) && !of_government(words)
}

/// True if a name contains any word that can indicate a unit. A cheap check that is false for most names.
pub fn may_have_parts(text: &str) -> bool {
    let body = |word: &str| {
        matches!(word, "institute" | "hospital" | "college" | "authority" | "government" | "hksar" | "hksarg")
    };
    words(text).split(' ').any(|word| is_unit(word) || opens_unit(word) || is_part(word) || body(word))
}

/// True if the text contains a unit word. An alumni association is a separate organisation, not a unit.
pub fn carries_unit(text: &str) -> bool {
    let own = |piece: &str| words(piece).rsplit(' ').next().is_some_and(is_fellowship);
    let words = words(text);
    (words.split(' ').any(is_unit) || opening(&words)) && !text.split(',').any(own)
}

/// True if the words begin like `institute of` or `centre for`.
pub fn opening(words: &str) -> bool {
    let mut words = words.split(' ');
    words.next().is_some_and(opens_unit) && words.next().is_some_and(|word| matches!(word, "of" | "for" | "in"))
}

/// True if the text names a hospital or a college, not a unit of one.
pub fn is_institution(text: &str, of_hospital_authority: bool) -> bool {
    let words = words(text);
    let closes_as_unit = words.rsplit(' ').next().is_some_and(is_unit) && !words.ends_with("medical centre");
    let institution = words.split(' ').any(|word| matches!(word, "hospital" | "college"));
    let medical_centre = of_hospital_authority && words.ends_with(" medical centre");
    (institution || medical_centre) && words.contains(' ') && !closes_as_unit && !opens_as_department(&words)
}

fn opens_as_department(words: &str) -> bool {
    opening(words) && !words.starts_with("college")
}

/// True if the text is the full name of a body or a department.
pub fn names_body(text: &str) -> bool {
    let closing = |word: &str| matches!(word, "department" | "bureau" | "limited" | "centre");
    let words = words(text);
    is_whole_body(text) || has_han(text) || words.rsplit(' ').next().is_some_and(closing) && !is_bare_unit(text)
}

/// True if the text names a body (`The Hong Kong Polytechnic University`) and does not begin like a unit.
pub fn is_whole_body(text: &str) -> bool {
    let words = words(text);
    words.contains(' ')
        && words.split(' ').any(is_body)
        && !opening(&words)
        && !words.split(' ').next_back().is_some_and(is_unit)
}

/// True if a piece can only be a unit: `Department of …`. `Centre for …, … Limited` is the full name of a company.
pub fn is_department(text: &str) -> bool {
    words(text).split(' ').next().is_some_and(|word| matches!(word, "department" | "school" | "faculty" | "division"))
}

/// True if the text names one of the two Government departments whose names look like units.
pub fn is_department_of_government(text: &str) -> bool {
    of_government(&words(text))
}

fn of_government(words: &str) -> bool {
    matches!(words, "department of health" | "department of justice")
}

/// True if the text names an institute of an academy, which is a separate legal person.
pub fn is_of_academy(text: &str) -> bool {
    let words = words(text);
    words.contains("academy of ") && words.split(' ').any(|word| matches!(word, "institute" | "institutes"))
}

/// True if the text is only the Government's own name.
pub fn is_nothing_but_government(text: &str) -> bool {
    let words = words(text);
    words
        .split(' ')
        .all(|word| matches!(word, "government" | "hksar" | "hk" | "sar" | "region" | "of" | "the" | "hksarg"))
        && words.split(' ').any(|word| matches!(word, "government" | "hksar" | "hksarg"))
}

/// True if the text is a name of the Government of Hong Kong.
pub fn is_government(text: &str) -> bool {
    let words = words(text);
    words.contains("government") && (words.contains("hksar") || words.contains("hk"))
}

/// True if the text is the Hospital Authority. Its hospitals are separate organisations.
pub fn is_authority(text: &str) -> bool {
    words(text) == "hospital authority"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_units() {
        for text in [
            "Pathology Department",
            "Department of Pathology",
            "Testing Laboratory",
            "Kowloon Bay Office",
            "Head Office",
            "Department of Electrical and Electronic Engineering",
            "R&D Department",
            "Clinical Laboratory",
            "Hong Kong Branch",
        ] {
            assert!(is_bare_unit(text), "{text}");
        }
        for text in [
            "Department of Health",
            "Government Laboratory",
            "Transport Department",
            "Highways Department",
            "Hong Kong Design Centre",
            "Alpha Laboratory",
            "Union Hospital",
            "Testing Services",
            "Digital Policy Office",
        ] {
            assert!(!is_bare_unit(text), "{text}");
        }
    }

    #[test]
    fn associations_of_a_unit_are_not_units() {
        assert!(
            carries_unit("Faculty of Medicine") && carries_unit("Toys Laboratory") && carries_unit("Kwun Tong Office")
        );
        assert!(!carries_unit("Faculty of Medicine Alumni Association") && !carries_unit("Tsuen Wan"));
    }

    #[test]
    fn the_government_alone() {
        for text in ["HKSAR Government", "The Government of the HKSAR", "HKSAR", "Government of the Hong Kong SAR"] {
            assert!(is_nothing_but_government(text), "{text}");
        }
        assert!(!is_nothing_but_government("Hong Kong") && !is_nothing_but_government("Government Laboratory"));
    }
}
