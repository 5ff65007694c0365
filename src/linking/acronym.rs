//! Acronyms: `(ABC)` after a name declares an acronym. A bare `ABC` links only to an organisation that declares it.

use crate::linking::{
    folded_words::words,
    form::has_form,
    unit_vocabulary::is_campus_place,
    vocabulary::{is_never_acronym, is_stop},
};

/// Minimum length of an acronym that can link.
const SHORTEST: usize = 3;

/// A name without the acronym that it declares.
#[derive(Debug, PartialEq, Eq)]
pub struct DeclaredAcronym {
    pub name: String,
    /// True if the acronym is inside the name and stays part of it: `Alpha Bay Council (ABC) Limited`.
    pub inside: bool,
    /// In lower case.
    pub acronym: Option<String>,
}

/// Removes a declared acronym from an English name.
///
/// It accepts `Jardine Engineering Corporation Ltd. (JEC)` and the reverse order,
/// `JEC (Jardine Engineering Corporation Ltd.)`. `known` returns true if the curated files link two names
/// to one organisation. A name's own first words in parentheses are also removed, as in `Alpha Bay Limited ("Alpha")`.
pub fn declared(text: &str, known: &dyn Fn(&str, &str) -> bool) -> DeclaredAcronym {
    let none = || DeclaredAcronym { name: text.to_owned(), inside: false, acronym: None };
    for (open, _) in text.match_indices(['(', '（', '[']) {
        let Some((inner, close)) = parenthesised(text, open) else { continue };
        let (before, after) = (text[..open].trim(), text[close..].trim());
        let declares =
            |acronym: &str, name: &str| is_shaped(acronym) && occurs_in(acronym, name) || known(name, acronym);
        let shaped = |acronym: &str| is_shaped(acronym).then(|| acronym.to_ascii_lowercase());
        if before.contains(' ') && declares(inner, before) {
            let name = if after.is_empty() { before.to_owned() } else { format!("{before} {after}") };
            return DeclaredAcronym { name, inside: !after.is_empty(), acronym: shaped(inner) };
        }
        if after.is_empty() && inner.contains(' ') && declares(before, inner) {
            return DeclaredAcronym { name: inner.to_owned(), inside: false, acronym: shaped(before) };
        }
        if after.is_empty() && (has_form(before) && begins_with(before, inner) || are_initials(inner, before)) {
            return DeclaredAcronym { name: before.to_owned(), inside: false, acronym: None };
        }
    }
    none()
}

/// True if two letters are the initials of all words of a name: `Hospital Authority (HA)`. They are redundant, and too
/// short to link.
fn are_initials(letters: &str, name: &str) -> bool {
    let words = words(name);
    let initials = words.split(' ').filter(|word| !is_stop(word)).filter_map(|word| word.chars().next());
    letters.len() == 2
        && letters.bytes().all(|byte| byte.is_ascii_uppercase())
        && !is_never_acronym(&letters.to_ascii_lowercase())
        && !is_campus_place(&letters.to_ascii_lowercase())
        && initials.eq(letters.to_ascii_lowercase().chars())
}

/// True if a name begins with these words.
fn begins_with(name: &str, beginning: &str) -> bool {
    let (name, beginning) = (words(name), words(beginning));
    !beginning.is_empty() && name.strip_prefix(&*beginning).is_some_and(|rest| rest.starts_with(' '))
}

/// Returns the text inside the parentheses that open at `open`, and the position after the closing one.
pub fn parenthesised(text: &str, open: usize) -> Option<(&str, usize)> {
    let mut depth = 0usize;
    for (at, c) in text[open..].char_indices() {
        match c {
            '(' | '（' | '[' => depth += 1,
            ')' | '）' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let start = open + text[open..].chars().next().map_or(1, char::len_utf8);
            return Some((text[start..open + at].trim(), open + at + c.len_utf8()));
        }
    }
    None
}

/// True if the text has the form of an acronym: one token of at least three letters that begins with a capital and has
/// another.
pub fn is_shaped(text: &str) -> bool {
    let text = text.trim();
    text.len() <= 12
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().filter(u8::is_ascii_alphabetic).count() >= SHORTEST
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().filter(u8::is_ascii_uppercase).count() >= 2
        && !is_never_acronym(&text.to_ascii_lowercase())
}

/// True if the letters of `acronym` occur in order in `name`, the first at the start of a word.
///
/// If the name is all in capitals, any word looks like an acronym. Then each letter must start a word.
pub fn occurs_in(acronym: &str, name: &str) -> bool {
    let in_capitals = !name.contains(|c: char| c.is_lowercase());
    let name = spelled_out(name);
    let acronym = acronym.to_ascii_lowercase();
    let Some(first) = acronym.chars().next() else { return false };
    if in_capitals {
        let mut initials = name.split(' ').filter_map(|word| word.chars().next());
        return acronym.chars().all(|c| initials.any(|initial| initial == c));
    }
    name.char_indices().filter(|&(at, c)| c == first && (at == 0 || name.as_bytes()[at - 1] == b' ')).any(|(at, _)| {
        let mut rest = name[at..].chars();
        acronym.chars().all(|c| rest.any(|other| other == c))
    })
}

/// Returns the folded words with abbreviations expanded, so that every letter is present.
fn spelled_out(name: &str) -> String {
    words(name).split(' ').map(|word| if word == "hk" { "hong kong" } else { word }).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations() {
        for (text, name, acronym) in [
            ("Jardine Engineering Corporation Ltd. (JEC)", "Jardine Engineering Corporation Ltd.", "jec"),
            ("Clothing Industry Training Authority (CITA)", "Clothing Industry Training Authority", "cita"),
            ("The Hong Kong Polytechnic University (PolyU)", "The Hong Kong Polytechnic University", "polyu"),
            ("HKPC (Hong Kong Productivity Council)", "Hong Kong Productivity Council", "hkpc"),
            (
                "Automotive Platforms and Application Systems (APAS) R&D Centre",
                "Automotive Platforms and Application Systems R&D Centre",
                "apas",
            ),
        ] {
            let declared = declared(text, &|_, _| false);
            assert_eq!((declared.name.as_str(), declared.acronym.as_deref()), (name, Some(acronym)), "{text}");
        }
    }

    #[test]
    fn other_parentheses_belong_to_the_name() {
        for text in [
            "HKUST (GZ)",
            "The Hong Kong University of Science and Technology (GZ)",
            "Canossa Hospital (Caritas)",
            "ACME SCIENTIFIC INDUSTRIES (ASIA)",
            "TOP TOYSHOP SERVICES (TOYS)",
            "Cheung Kong (Holdings) Limited",
            "Schindler Lifts (Hong Kong) Limited",
            "Dragon Testing (XYZ) Limited",
            "Great Bay Alliance (GBA) Limited",
            "Unclosed (ABC",
        ] {
            assert_eq!(declared(text, &|_, _| false).acronym, None, "{text}");
        }
    }

    #[test]
    fn what_a_name_says_of_itself_is_no_part_of_it() {
        let known = |name: &str, other: &str| name == "The University of Nowhere" && matches!(other, "NWU" | "Nowhere");
        for (text, name, acronym) in [
            ("The University of Nowhere (NWU)", "The University of Nowhere", Some("nwu")),
            ("The University of Elsewhere (NWU)", "The University of Elsewhere (NWU)", None),
            ("The University of Nowhere (Nowhere)", "The University of Nowhere", None),
            ("Hospital Authority (HA)", "Hospital Authority", None),
            ("Hospital Authority (HB)", "Hospital Authority (HB)", None),
            ("Smart Zone (SZ)", "Smart Zone (SZ)", None),
            ("Thecon Technology Ltd. (\"Thecon\")", "Thecon Technology Ltd.", None),
            ("Alpha Logistics Limited (Inno)", "Alpha Logistics Limited (Inno)", None),
        ] {
            let declared = declared(text, &known);
            assert_eq!((declared.name.as_str(), declared.acronym.as_deref()), (name, acronym), "{text}");
        }
    }

    #[test]
    fn shapes() {
        assert!(is_shaped("TVB") && is_shaped("PolyU") && is_shaped("HKUST"));
        assert!(!is_shaped("HK") && !is_shaped("UM") && !is_shaped("Sage") && !is_shaped("sage"));
    }
}
