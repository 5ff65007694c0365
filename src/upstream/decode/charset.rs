//! From bytes to text. Files come in UTF-8 with or without a mark, UTF-16, Windows-1252, Big5-HKSCS and GB18030, and
//! servers seldom say which. The charset found goes into the provenance: nothing is guessed silently.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::domain::text::Language;

/// A decoded text.
#[derive(Debug)]
pub struct Text<'a> {
    pub content: Cow<'a, str>,
    /// Its WHATWG name, `UTF-8`, `windows-1252`, `Big5`; with a remark when bytes were replaced.
    pub charset: String,
}

/// Decodes a body: by its byte order mark, else as UTF-8 if it is that, else by what the server declared, else by the
/// language of the file and the frequencies of its bytes.
pub fn decode<'a>(body: &'a [u8], declared: Option<&str>, language: Option<Language>) -> Text<'a> {
    let encoding = Encoding::for_bom(body)
        .map(|(encoding, _)| encoding)
        .or_else(|| utf16_without_mark(body))
        .or_else(|| is_utf8_but_for_a_few(body).then_some(UTF_8))
        .or_else(|| declared_and_fitting(body, declared?))
        .unwrap_or_else(|| likely(body, language));
    let (content, malformed) = encoding.decode_with_bom_removal(body);
    let name = encoding.name();
    let charset = if malformed { format!("{name}, invalid bytes replaced") } else { name.to_owned() };
    Text { content, charset }
}

/// Whether the bytes are UTF-8, some of them damaged: one bad byte in a note must not turn every name into another
/// charset's.
fn is_utf8_but_for_a_few(body: &[u8]) -> bool {
    let (mut sound, mut damaged) = (0, 0);
    for chunk in body.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        damaged += usize::from(!chunk.invalid().is_empty());
    }
    damaged * 10 <= sound
}

/// UTF-16 shows by every other byte of its ASCII being zero.
fn utf16_without_mark(body: &[u8]) -> Option<&'static Encoding> {
    let head = &body[..body.len().min(64) & !1];
    let zeros = |offset: usize| head.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let most = |count: usize| head.len() >= 8 && count * 4 > head.len() / 2 * 3;
    match (most(zeros(0)), most(zeros(1))) {
        (false, true) => Some(UTF_16LE),
        (true, false) => Some(UTF_16BE),
        _ => None,
    }
}

/// What the server declared, unless the bytes contradict it.
fn declared_and_fitting(body: &[u8], label: &str) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label(label.as_bytes())?;
    let fits = encoding != UTF_8 && !encoding.decode_without_bom_handling(body).1;
    // A server's default `charset=iso-8859-1` fits any bytes, so it tells nothing.
    (fits && encoding != WINDOWS_1252).then_some(encoding)
}

/// The likeliest legacy charset.
fn likely(body: &[u8], language: Option<Language>) -> &'static Encoding {
    let by_language = match language {
        Some(Language::ZhHant) => Some(BIG5),
        Some(Language::ZhHans) => Some(GB18030),
        Some(Language::En) | None => None,
    };
    if let Some(encoding) = by_language.filter(|encoding| !encoding.decode_without_bom_handling(body).1) {
        return encoding;
    }
    // Typographic quotes, dashes and accents stand alone among ASCII; Chinese comes in pairs and more.
    let high = body.iter().filter(|byte| **byte >= 0x80).count();
    let lone = body.windows(2).filter(|pair| pair[0] < 0x80 && pair[1] >= 0x80).count();
    if language == Some(Language::En) || lone * 10 >= high * 9 {
        return WINDOWS_1252;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(body, true);
    detector.guess(Some(b"hk"), Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &[u8], declared: Option<&str>, language: Option<Language>) -> (String, String) {
        let text = decode(body, declared, language);
        (text.charset.clone(), text.content.into_owned())
    }

    #[test]
    fn marks_and_utf8() {
        assert_eq!(found(b"\xef\xbb\xbfa", None, None), ("UTF-8".into(), "a".into()));
        assert_eq!(found("é".as_bytes(), Some("iso-8859-1"), None), ("UTF-8".into(), "é".into()));
        let utf16: Vec<u8> = "No.,Name é".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(found(&utf16, None, None), ("UTF-16LE".into(), "No.,Name é".into()));
        let marked = [b"\xff\xfe".as_slice(), &utf16].concat();
        assert_eq!(found(&marked, None, None), ("UTF-16LE".into(), "No.,Name é".into()));
    }

    #[test]
    fn one_bad_byte_does_not_change_the_charset() {
        let mut body = "香港理工大學,創新及科技基金,虛構理工學院".as_bytes().to_vec();
        body.push(0x96);
        let (charset, text) = found(&body, Some("big5"), Some(Language::ZhHant));
        assert_eq!(charset, "UTF-8, invalid bytes replaced");
        assert!(text.starts_with("香港理工大學"));
    }

    #[test]
    fn legacy_charsets() {
        let western = b"Caf\xe9 \x96 \x93smart\x94 textiles";
        assert_eq!(found(western, None, None), ("windows-1252".into(), "Café – “smart” textiles".into()));
        let name = "香港理工大學,創新及科技基金";
        let big5 = BIG5.encode(name).0;
        assert_eq!(found(&big5, None, Some(Language::ZhHant)), ("Big5".into(), name.into()));
        assert_eq!(found(&big5, Some("big5"), None), ("Big5".into(), name.into()));
        assert_eq!(found(&big5, None, None), ("Big5".into(), name.into()));
        let simplified = "香港理工大学";
        let gb = GB18030.encode(simplified).0;
        assert_eq!(found(&gb, None, Some(Language::ZhHans)), ("gb18030".into(), simplified.into()));
    }
}
