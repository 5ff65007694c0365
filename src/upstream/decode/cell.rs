//! Normalises the characters of a cell.
//!
//! Invisible characters make equal names and numbers differ, so they are removed: zero-width characters, direction
//! marks, byte order marks and NULs. Non-breaking and other special spaces become plain spaces. A text whose only
//! non-ASCII letters and digits are full-width becomes ASCII.

use std::borrow::Cow;

use crate::domain::value;

/// Returns the cell text without invisible characters and with plain spaces.
pub fn cleaned(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !text.contains('\0') {
        return text.into();
    }
    let mut has_special = false;
    let (mut has_wide, mut has_other) = (false, false);
    for c in text.chars() {
        has_special |= is_invisible(c) || is_space(c);
        has_wide |= is_full_width(c);
        has_other |= !c.is_ascii() && !is_full_width(c) && !is_invisible(c) && !is_space(c);
    }
    let folds = has_wide && !has_other;
    if !has_special && !folds {
        return text.into();
    }
    let joins = has_joined_script(text);
    let character = |c: char| match c {
        '\u{200c}' | '\u{200d}' | '\u{fe0f}' if joins => Some(c),
        c if is_invisible(c) => None,
        c if is_space(c) => Some(' '),
        c if folds && is_full_width(c) => Some(narrow(c)),
        c => Some(c),
    };
    text.chars().filter_map(character).collect::<String>().into()
}

const fn is_invisible(c: char) -> bool {
    value::is_invisible(c) || matches!(c, '\0' | '\u{fff9}'..='\u{fffb}')
}

/// True for non-breaking spaces and spaces of special width.
const fn is_space(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}')
}

/// The full-width forms of ASCII and the full-width space and dollar, pound and yen signs.
const fn is_full_width(c: char) -> bool {
    matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{3000}' | '\u{ffe0}' | '\u{ffe1}' | '\u{ffe5}')
}

fn narrow(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ffe0}' => '¢',
        '\u{ffe1}' => '£',
        '\u{ffe5}' => '¥',
        c => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
    }
}

/// True if the text contains scripts or emoji in which joiners are significant.
fn has_joined_script(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{600}'..='\u{dff}' | '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn omitted_characters_are_invisible() {
        for (text, cleaned_text) in [
            ("plain", "plain"),
            ("a\0b", "ab"),
            ("\u{200e}7.5\u{200f}", "7.5"),
            ("\u{202a}KITE/04/25\u{202c}", "KITE/04/25"),
            ("\u{2060}1.1\u{feff}", "1.1"),
            ("Paper\u{200b}Lantern\u{ad}s Ltd", "PaperLanterns Ltd"),
            ("36\u{a0}041", "36 041"),
            ("紙\u{200d}燈籠\u{200b}", "紙燈籠"),
            ("👩\u{200d}🔬", "👩\u{200d}🔬"),
            ("２．８", "2.8"),
            ("１，３９０，０００", "1,390,000"),
            ("HK＄2,800,000", "HK$2,800,000"),
            ("ＫＩＴＥ／０４", "KITE/04"),
            ("紙燈籠（香港）有限公司", "紙燈籠（香港）有限公司"),
            ("８座３樓", "８座３樓"),
            ("Café", "Café"),
        ] {
            assert_eq!(cleaned(text), cleaned_text, "{text:?}");
        }
    }
}
