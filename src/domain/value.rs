//! Parsing of cell values: pure functions from a text to a value or an error. This module does not depend on any
//! dataset.

/// A cell whose text is not the expected value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found `{}`", shorten(.found))]
pub struct ValueError {
    /// The expected form, with an example.
    pub expected: &'static str,
    /// The text that was found.
    pub found: String,
}

impl ValueError {
    pub fn new(expected: &'static str, found: &str) -> Self {
        Self { expected, found: found.to_owned() }
    }
}

/// The first 60 characters, for messages. Published text has no maximum length.
pub fn shorten(text: &str) -> std::borrow::Cow<'_, str> {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// Maximum number of characters of a printable message.
const LONGEST_MESSAGE: usize = 500;

/// A message with publishers' text that is safe to log and display: at most 500 characters, with terminal control
/// characters, line breaks and bidirectional controls escaped.
pub fn printable(message: impl std::fmt::Display) -> String {
    let mut shown = escaped(&message.to_string()).into_owned();
    if let Some((end, _)) = shown.char_indices().nth(LONGEST_MESSAGE) {
        shown.truncate(end);
        shown.push('…');
    }
    shown
}

/// A text with terminal control characters, line breaks and bidirectional controls escaped.
pub fn escaped(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains(is_control) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_control(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown.into()
}

fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a cell states that there is no value or that it is unknown: empty, white space, a dash, `n/a`, `Nil`, `不適用`,
/// `TBC`.
pub fn is_blank(text: &str) -> bool {
    const WORDS: [&str; 22] = [
        "n.a.",
        "n.a",
        "n/a",
        "na",
        "nil",
        "none",
        "null",
        "nan",
        "not applicable",
        "not available",
        "not provided",
        "not published",
        "unknown",
        "tbc",
        "tba",
        "to be confirmed",
        "to be announced",
        "(nil)",
        "(blank)",
        "no information",
        "not known",
        "no data",
    ];
    const CHINESE: [&str; 21] = [
        "不適用",
        "不适用",
        "無",
        "无",
        "沒有",
        "没有",
        "不詳",
        "不详",
        "待定",
        "未定",
        "未有",
        "未提供",
        "沒有提供",
        "没有提供",
        "未知",
        "有待公布",
        "有待公佈",
        "暫無",
        "暫無資料",
        "沒有資料",
        "暂无资料",
    ];
    let text = text.trim_matches(is_padding);
    text.chars().all(|c| is_dash(c) || c.is_whitespace() || is_invisible(c))
        || matches!(text, "..." | "…" | "/" | "\\")
        || CHINESE.contains(&text)
        || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

const fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '−' | '－' | '─' | '﹣')
}

/// Whether a character has no width: direction marks, joiners, soft hyphens, byte order marks.
pub const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
    )
}

/// Whether a character is white space of any width, or has no width.
pub fn is_padding(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

/// A text without invisible characters and without surrounding white space.
pub fn visible(text: &str) -> std::borrow::Cow<'_, str> {
    let trimmed = text.trim_matches(is_padding);
    if trimmed.chars().any(is_invisible) {
        trimmed.chars().filter(|c| !is_invisible(*c)).collect::<String>().into()
    } else {
        trimmed.into()
    }
}

/// The maximum length of a number, a date or an amount in characters, including surrounding text.
const LONGEST_QUANTITY: usize = 80;

/// Whether a text can be a number, a date or an amount at all: it is short and contains a digit. This rejects most
/// cells before anything is copied.
pub(crate) fn may_be_quantity(text: &str) -> bool {
    text.len() <= LONGEST_QUANTITY * 4
        && text.chars().any(|c| c.is_numeric() || "零一二三四五六七八九十".contains(c))
        && text.chars().filter(|c| !c.is_whitespace()).count() <= LONGEST_QUANTITY
}

/// A text in one width and in lower case, without invisible characters. Numbers and dates are parsed from it.
pub(crate) fn folded(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    if text.is_ascii() {
        return text.trim().to_ascii_lowercase();
    }
    text.trim_matches(is_padding).nfkc().filter(|c| !is_invisible(*c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printable_text_is_one_short_line() {
        assert_eq!(printable("a\nb\x1b[2J\u{202e}c 中文"), "a\\nb\\u{1b}[2J\\u{202e}c 中文");
        let long = printable("中\n".repeat(10_000));
        assert_eq!(long.chars().count(), LONGEST_MESSAGE + 1);
        assert!(long.ends_with('…') && !long.contains('\n'));
    }

    #[test]
    fn blank_values() {
        for blank in [
            "",
            " ",
            "-",
            " – ",
            "N.A.",
            "n/a",
            "Nil",
            "不適用",
            "\u{a0}",
            "\u{feff}",
            "－－",
            "TBC",
            "\u{200e}-",
            "沒有",
        ] {
            assert!(is_blank(blank), "{blank:?}");
        }
        for text in ["0", "Nilgiri", "a", "--x"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn error_messages_are_short() {
        let error = ValueError::new("a number, `1 234`", &"x".repeat(500));
        assert!(error.to_string().chars().count() < 110);
    }
}
