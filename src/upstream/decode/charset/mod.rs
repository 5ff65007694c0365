//! Detects the charset of a body and decodes it to text.
//!
//! Files come in UTF-8 with or without a byte order mark, UTF-16, windows-1252, Big5-HKSCS and GB18030. Servers seldom
//! declare the charset, so the content decides; the server's declaration and the file's language break ties. The
//! provenance records the detected charset and the runner-up. If the charset is uncertain, only ASCII is kept and every
//! other character is replaced, because a wrong charset would produce wrong words.

use std::{borrow::Cow, fmt};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::score;
use crate::domain::text::Language;

mod western;
mod zones;

/// A decoded text.
#[derive(Debug)]
pub struct DecodedText<'a> {
    pub content: Cow<'a, str>,
    pub charset: Charset,
}

/// The detected charset of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Charset {
    /// The WHATWG name, for example `UTF-8`, `windows-1252` or `Big5`.
    pub name: &'static str,
    /// True if invalid bytes were replaced.
    pub is_damaged: bool,
    /// True if the charset could not be determined. Every non-ASCII character is then replaced.
    pub is_uncertain: bool,
    /// The evidence for this charset.
    pub evidence: CharsetEvidence,
}

/// The evidence for a detected charset.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CharsetEvidence {
    /// A byte order mark.
    Mark,
    /// The bytes are valid in this charset, or nearly so, and rarely valid in another.
    Valid,
    /// A zero in every other byte.
    Zeros,
    /// Punctuation and accented letters among ASCII letters.
    Western,
    /// The code zones of the characters: the charset's score, and the runner-up with its score.
    Zones { score: f32, runner_up: &'static str, runner_up_score: f32, decided: Decider },
}

/// The criterion that decided between two charsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decider {
    Score,
    /// Character frequencies.
    Frequencies,
    /// The server's declaration.
    Declaration,
    /// The language of the file.
    Language,
}

impl Charset {
    const fn sure(name: &'static str, evidence: CharsetEvidence) -> Self {
        Self { name, is_damaged: false, is_uncertain: false, evidence }
    }
}

/// Formats the charset name, with a remark if characters were replaced.
impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        if self.is_uncertain {
            f.write_str(", uncertain: non-ASCII characters replaced")
        } else if self.is_damaged {
            f.write_str(", invalid bytes replaced")
        } else {
            Ok(())
        }
    }
}

impl fmt::Display for CharsetEvidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mark => f.write_str("byte order mark"),
            Self::Valid => f.write_str("valid"),
            Self::Zeros => f.write_str("zero bytes"),
            Self::Western => f.write_str("accents and punctuation among ASCII"),
            Self::Zones { score, runner_up, runner_up_score, decided } => {
                write!(f, "{score:.2} ({runner_up} {runner_up_score:.2}")?;
                f.write_str(match decided {
                    Decider::Score => ")",
                    Decider::Frequencies => "; decided by frequencies)",
                    Decider::Declaration => "; decided by the server's declaration)",
                    Decider::Language => "; decided by the file's language)",
                })
            }
        }
    }
}

/// Decodes a body. `declared` is the charset that the server declares; `language` is the language of the file.
pub fn decode<'a>(body: &'a [u8], declared: Option<&str>, language: Option<Language>) -> DecodedText<'a> {
    let in_text = declared.is_none().then(|| declared_within(body)).flatten();
    let declared = declared.or(in_text.as_deref()).and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    let (encoding, mut charset) = find(body, declared, language);
    let (mut content, malformed) = encoding.decode_with_bom_removal(body);
    charset.is_damaged = malformed;
    if charset.is_uncertain {
        content = content.chars().map(|c| if c.is_ascii() { c } else { char::REPLACEMENT_CHARACTER }).collect();
    }
    DecodedText { content, charset }
}

fn find(body: &[u8], declared: Option<&'static Encoding>, language: Option<Language>) -> (&'static Encoding, Charset) {
    let sure = |encoding: &'static Encoding, evidence| (encoding, Charset::sure(encoding.name(), evidence));
    if let Some((encoding, _)) = Encoding::for_bom(body) {
        return sure(encoding, CharsetEvidence::Mark);
    }
    let is_utf8 = is_utf8_but_for_a_few(body);
    if let Some(encoding) = utf16_without_mark(body, declared, is_utf8) {
        return sure(encoding, CharsetEvidence::Zeros);
    }
    if is_utf8 {
        return sure(UTF_8, CharsetEvidence::Valid);
    }
    if western::is_western(body) {
        return sure(WINDOWS_1252, CharsetEvidence::Western);
    }
    chinese(body, declared, language)
}

/// The minimum lead in score that decides between two charsets.
const LEAD: f32 = 0.25;
/// The minimum number of characters for frequencies to be meaningful.
const FEW: usize = 4;
/// The minimum number of characters for frequencies to decide without agreement from the file's language.
const SOME: usize = 8;

/// Decides between Big5 and GB18030, or returns an uncertain windows-1252 if neither fits.
fn chinese(
    body: &[u8],
    declared: Option<&'static Encoding>,
    language: Option<Language>,
) -> (&'static Encoding, Charset) {
    let (big5, gb) = (zones::big5(body), zones::gb18030(body));
    // Both charsets have invalid bytes: the text is not Chinese, or it is damaged.
    if big5.score.max(gb.score) < -1.0 {
        let evidence = ruled(WINDOWS_1252, &big5, &gb, Decider::Score);
        return (WINDOWS_1252, Charset { is_uncertain: true, ..Charset::sure(WINDOWS_1252.name(), evidence) });
    }
    let by_language = match language {
        Some(Language::ZhHant) => Some(BIG5),
        Some(Language::ZhHans) => Some(GB18030),
        Some(Language::En) | None => None,
    };
    let by_declaration = declared.and_then(chinese_charset);
    let by_frequency = || {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(body, true);
        chinese_charset(detector.guess(Some(b"hk"), Utf8Detection::Deny))
    };
    let characters = big5.characters.max(gb.characters);
    let (encoding, decided, is_uncertain) = if (big5.score - gb.score).abs() >= LEAD {
        (if big5.score > gb.score { BIG5 } else { GB18030 }, Decider::Score, false)
    } else if let Some(encoding) = by_declaration {
        (encoding, Decider::Declaration, false)
    } else if let Some(encoding) = by_frequency() {
        let agrees = by_language == Some(encoding);
        (encoding, Decider::Frequencies, characters < FEW || (characters < SOME && !agrees))
    } else {
        (by_language.unwrap_or(BIG5), Decider::Language, characters < FEW || by_language.is_none())
    };
    let evidence = ruled(encoding, &big5, &gb, decided);
    (encoding, Charset { is_uncertain, ..Charset::sure(encoding.name(), evidence) })
}

/// Returns the zone evidence from the point of view of the chosen charset.
fn ruled(
    encoding: &'static Encoding,
    big5: &zones::CharsetFit,
    gb: &zones::CharsetFit,
    decided: Decider,
) -> CharsetEvidence {
    let is_gb = encoding == GB18030 || (encoding != BIG5 && gb.score > big5.score);
    let (own, other, runner_up) = if is_gb { (gb, big5, BIG5) } else { (big5, gb, GB18030) };
    CharsetEvidence::Zones { score: own.score, runner_up: runner_up.name(), runner_up_score: other.score, decided }
}

/// Maps an encoding of either family to `BIG5` or `GB18030`.
fn chinese_charset(encoding: &'static Encoding) -> Option<&'static Encoding> {
    if encoding == BIG5 {
        Some(BIG5)
    } else if encoding == GBK || encoding == GB18030 {
        Some(GB18030)
    } else {
        None
    }
}

/// True if the bytes are UTF-8 with at most a few invalid sequences. One bad byte must not cause every name to be
/// decoded in another charset.
fn is_utf8_but_for_a_few(body: &[u8]) -> bool {
    let (mut sound, mut damaged, mut odd) = (0, 0, 0);
    for chunk in body.utf8_chunks() {
        let valid = chunk.valid();
        sound += valid.chars().filter(|c| !c.is_ascii()).count();
        damaged += usize::from(!chunk.invalid().is_empty());
        odd += odd_letters(valid);
    }
    damaged * 10 <= sound && odd * 2 <= sound
}

/// Counts letters that are implausible in UTF-8: letters of alphabets not used by these files, and accented letters
/// next to each other without an ASCII letter beside them. GB18030 text can look like this: the bytes of 目前 are `Ŀǰ` in
/// UTF-8.
fn odd_letters(text: &str) -> usize {
    let is_accented = |c: char| matches!(c, '\u{c0}'..='\u{7ff}');
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    let mut odd = 0;
    while let Some(c) = characters.next() {
        let after = characters.peek().copied().unwrap_or(' ');
        let is_among_letters = before.is_ascii_alphabetic() || after.is_ascii_alphabetic();
        let is_in_pair = is_accented(before) || is_accented(after);
        odd += usize::from(is_accented(c) && (c > '\u{24f}' || (is_in_pair && !is_among_letters)));
        before = c;
    }
    odd
}

/// Detects UTF-16 without a byte order mark by its zero bytes: every separator, digit and line end has one. Without
/// zero bytes, a text is UTF-16 only if the server declares it, because text in other charsets often decodes as Chinese
/// characters. The byte order is the one that yields more usual characters.
fn utf16_without_mark(body: &[u8], declared: Option<&'static Encoding>, is_utf8: bool) -> Option<&'static Encoding> {
    let zeros = memchr::memchr_iter(0, body).count();
    let is_declared = declared.is_some_and(|encoding| encoding == UTF_16LE || encoding == UTF_16BE);
    if (is_utf8 && zeros * 5 < body.len()) || (zeros == 0 && (is_utf8 || !is_declared)) {
        return None;
    }
    let (little, big) = (usual_share(body, UTF_16LE), usual_share(body, UTF_16BE));
    match (little.max(big) >= 0.9, little > big) {
        (false, _) => None,
        (true, true) => Some(UTF_16LE),
        (true, false) => Some(UTF_16BE),
    }
}

/// Returns the share of usual characters, or 0 if the text is malformed. NUL is not a usual character.
fn usual_share(body: &[u8], encoding: &'static Encoding) -> f32 {
    let (text, malformed) = encoding.decode_without_bom_handling(&body[..body.len() & !1]);
    if malformed {
        return 0.0;
    }
    let is_usual = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a0}'..='\u{24f}' | '\u{2010}'..='\u{206f}' | '\u{2100}'..='\u{214f}' | '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}');
    let (usual, all) =
        text.chars().fold((0_usize, 0_usize), |(usual, all), c| (usual + usize::from(is_usual(c)), all + 1));
    score(usual) / score(all.max(1))
}

/// Returns the charset that an XML declaration or an HTML head declares.
fn declared_within(body: &[u8]) -> Option<String> {
    let head = body.get(..body.len().min(1024))?;
    if !head.trim_ascii_start().starts_with(b"<") {
        return None;
    }
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let after = ["charset=", "encoding="].iter().find_map(|key| head.split_once(key))?.1;
    let label: String = after
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    (!label.is_empty()).then_some(label)
}

#[cfg(test)]
mod tests;
