//! Detects windows-1252. Any bytes decode as windows-1252, so detection needs positive evidence in the bytes.

/// True if nearly all non-ASCII bytes fit English text: typographic quotes and dashes, symbols next to digits and
/// spaces, accented letters within words.
pub fn is_western(body: &[u8]) -> bool {
    let (mut fitting, mut all) = (0, 0);
    for (at, byte) in body.iter().enumerate().filter(|(_, byte)| **byte >= 0x80) {
        let before = at.checked_sub(1).and_then(|at| body.get(at)).copied().unwrap_or(b' ');
        let after = body.get(at + 1).copied().unwrap_or(b' ');
        all += 1;
        fitting += usize::from(fits(before, *byte, after));
    }
    all > 0 && fitting * 10 >= all * 9
}

fn fits(before: u8, byte: u8, after: u8) -> bool {
    let is_edge = |byte: u8| byte.is_ascii_whitespace() || byte.is_ascii_punctuation();
    match byte {
        // Quotes, dashes, bullets and marks occur between words, or between a word and a space. After the first byte of
        // a two-byte Chinese character, any byte may follow.
        0x82 | 0x84 | 0x85 | 0x8b | 0x91..=0x97 | 0x99 | 0x9b => {
            (before < 0x80 && (after < 0x80 || is_typographic(after)))
                // `café’s`
                || (is_typographic(byte) && matches!(before, 0xdf..=0xf6 | 0xf8..=0xff) && after < 0x80)
        }
        // Non-breaking space.
        0xa0 => before < 0x80 && after < 0x80,
        // Signs: £5, 3½, 25°, 5µm, © 2024, Brand®, A·B.
        0xa3 | 0xa5 | 0xa7 | 0xa9 | 0xab | 0xae | 0xb0..=0xb7 | 0xba..=0xbe | 0xd7 => {
            let sides = |byte: u8| byte.is_ascii_digit() || is_edge(byte);
            before < 0x80
                && after < 0x80
                && sides(before)
                && (sides(after) || (byte == 0xb0 && matches!(after, b'C' | b'F')))
        }
        // Lower-case letters follow a letter, or begin a word and are followed by one.
        0xdf..=0xf6 | 0xf8..=0xff => {
            (before.is_ascii_alphabetic() && (after.is_ascii_alphabetic() || is_edge(after) || is_typographic(after)))
                || (is_edge(before) && after.is_ascii_lowercase())
        }
        // Upper-case letters begin a word, or occur in an all-capitals word.
        0xc0..=0xd6 | 0xd8..=0xde => {
            (is_edge(before) && after.is_ascii_lowercase())
                || (before.is_ascii_uppercase() && (after.is_ascii_uppercase() || is_edge(after)))
        }
        _ => false,
    }
}

const fn is_typographic(byte: u8) -> bool {
    matches!(byte, 0x85 | 0x91..=0x94)
}
