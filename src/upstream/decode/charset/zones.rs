//! Scores a text as Big5 and as GB18030.
//!
//! Nearly every text in one of them decodes and re-encodes in the other without an error, so validity proves nothing.
//! Common characters have their own zone in each charset, and other characters seldom fall into it.

use crate::upstream::decode::score;

/// The fit of a text to a charset.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CharsetFit {
    /// The mean score of the characters: 1 for common ones, less for rare ones and symbols, far below 0 for invalid
    /// bytes.
    pub score: f32,
    /// The number of multi-byte characters.
    pub characters: usize,
}

const COMMON: f32 = 1.0;
const SYMBOL: f32 = 0.5;
const LESS_COMMON: f32 = 0.0;
const EXTENSION: f32 = -0.5;
const PRIVATE: f32 = -2.0;
const INVALID: f32 = -9.0;

/// Measures the fit to Big5 with the Hong Kong Supplementary Character Set.
pub fn big5(body: &[u8]) -> CharsetFit {
    fit(body, |bytes| match *bytes {
        [0xa4..=0xc5, 0x40..=0x7e | 0xa1..=0xfe, ..] | [0xc6, 0x40..=0x7e, ..] => (2, COMMON),
        [0xa1..=0xa3, 0x40..=0x7e | 0xa1..=0xfe, ..] => (2, SYMBOL),
        [0xc9..=0xf8, 0x40..=0x7e | 0xa1..=0xfe, ..] | [0xf9, 0x40..=0x7e | 0xa1..=0xd5, ..] => (2, LESS_COMMON),
        [0x87..=0xa0 | 0xc6..=0xc8 | 0xf9..=0xfe, 0x40..=0x7e | 0xa1..=0xfe, ..] => (2, EXTENSION),
        [0x81..=0x86, 0x40..=0x7e | 0xa1..=0xfe, ..] => (2, PRIVATE),
        _ => (1, INVALID),
    })
}

/// Measures the fit to GB18030.
pub fn gb18030(body: &[u8]) -> CharsetFit {
    fit(body, |bytes| match *bytes {
        [0xb0..=0xd6, 0xa1..=0xfe, ..] | [0xd7, 0xa1..=0xf9, ..] => (2, COMMON),
        [0xa1..=0xa9, 0xa1..=0xfe, ..] => (2, SYMBOL),
        [0xd8..=0xf7, 0xa1..=0xfe, ..] => (2, LESS_COMMON),
        [0xaa..=0xaf | 0xf8..=0xfe, 0xa1..=0xfe, ..]
        | [0xd7, 0xfa..=0xfe, ..]
        | [0xa1..=0xa7, 0x40..=0x7e | 0x80..=0xa0, ..] => (2, PRIVATE),
        [0x81..=0xfe, 0x40..=0x7e | 0x80..=0xfe, ..] => (2, EXTENSION),
        [0x81..=0xfe, 0x30..=0x39, 0x81..=0xfe, 0x30..=0x39, ..] => (4, EXTENSION),
        _ => (1, INVALID),
    })
}

/// Returns the mean score of all non-ASCII characters. `character` returns the length and the score of the first
/// character.
fn fit(body: &[u8], character: impl Fn(&[u8]) -> (usize, f32)) -> CharsetFit {
    let (mut sum, mut characters) = (0.0_f32, 0_usize);
    let mut rest = body;
    while let Some(next) = rest.iter().position(|byte| *byte >= 0x80) {
        rest = &rest[next..];
        let (length, counts) = character(rest);
        sum += counts;
        characters += 1;
        rest = rest.get(length..).unwrap_or_default();
    }
    CharsetFit { score: if characters == 0 { 0.0 } else { sum / score(characters) }, characters }
}
