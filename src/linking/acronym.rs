//! Acronyms: their form, and the match of their letters with a name. A bare acronym links only to an organisation that
//! declares it.

use crate::linking::{
    folded_words::words,
    unit_vocabulary::is_campus_place,
    vocabulary::{is_never_acronym, is_stop},
};

/// Minimum length of an acronym that can link.
const SHORTEST: usize = 3;

/// True if two letters are the initials of all words of a name: `Hospital Authority (HA)`. Such an acronym is
/// redundant, and too short to link.
pub fn are_initials(letters: &str, name: &str) -> bool {
    let words = words(name);
    let initials = words.split(' ').filter(|word| !is_stop(word)).filter_map(|word| word.chars().next());
    letters.len() == 2
        && letters.bytes().all(|byte| byte.is_ascii_uppercase())
        && !is_never_acronym(&letters.to_ascii_lowercase())
        && !is_campus_place(&letters.to_ascii_lowercase())
        && initials.eq(letters.to_ascii_lowercase().chars())
}

/// True if a name begins with these words.
pub fn begins_with(name: &str, beginning: &str) -> bool {
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
/// In a name in capitals, any word looks like an acronym. Each letter must then start a word.
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

/// True if each letter of an acronym starts a word of the name, in order.
pub fn are_first_letters(acronym: &str, name: &str) -> bool {
    let name = spelled_out(name);
    let mut initials = name.split(' ').filter_map(|word| word.chars().next());
    is_shaped(acronym) && acronym.to_ascii_lowercase().chars().all(|c| initials.any(|initial| initial == c))
}

/// Returns the folded words with abbreviations expanded, so that every letter is present.
fn spelled_out(name: &str) -> String {
    words(name).split(' ').map(|word| if word == "hk" { "hong kong" } else { word }).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acronym_letters_occur_in_order() {
        for (acronym, name) in
            [("PolyU", "The Hong Kong Polytechnic University"), ("CITA", "CLOTHING INDUSTRY TRAINING AUTHORITY")]
        {
            assert!(occurs_in(acronym, name), "{acronym}");
        }
        for (acronym, name) in
            [("XYZ", "Dragon Testing"), ("TOYS", "TOP TOYSHOP SERVICES"), ("NWU", "The University of Elsewhere")]
        {
            assert!(!occurs_in(acronym, name), "{acronym}");
        }
    }

    #[test]
    fn acronym_shapes() {
        assert!(is_shaped("TVB") && is_shaped("PolyU") && is_shaped("HKUST"));
        assert!(!is_shaped("HK") && !is_shaped("UM") && !is_shaped("Sage") && !is_shaped("sage"));
    }
}
