//! What one cell can mean. Pure: text in, value or a clear error out; nothing here knows a dataset.

/// A cell whose text does not mean what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found `{}`", shorten(.found))]
pub struct ValueError {
    /// What would have been understood, with an example.
    pub expected: &'static str,
    /// The text that was there.
    pub found: String,
}

impl ValueError {
    pub fn new(expected: &'static str, found: &str) -> Self {
        Self { expected, found: found.to_owned() }
    }
}

/// The first 60 characters, for messages: upstream text has no bound.
pub fn shorten(text: &str) -> std::borrow::Cow<'_, str> {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// Whether a cell says that there is nothing: empty, white space, a dash, `n/a`, `Nil`, `不適用`.
pub fn is_blank(text: &str) -> bool {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    matches!(text, "" | "-" | "--" | "–" | "—" | "不適用" | "不适用" | "無" | "无")
        || ["n.a.", "n/a", "na", "nil", "none", "null", "not applicable"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_of_every_kind() {
        for blank in ["", " ", "-", " – ", "N.A.", "n/a", "Nil", "不適用", "\u{a0}", "\u{feff}"] {
            assert!(is_blank(blank), "{blank:?}");
        }
        for text in ["0", "Nilgiri", "a", "--x"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn messages_stay_short() {
        let error = ValueError::new("a number, `1 234`", &"x".repeat(500));
        assert!(error.to_string().chars().count() < 110);
    }
}
