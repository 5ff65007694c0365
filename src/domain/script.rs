//! Chinese scripts: detects the script of a text, and converts between them (OpenCC's tables).

use std::sync::LazyLock;

use ferrous_opencc::{OpenCC, config::BuiltinConfig};

static TO_SIMPLIFIED: LazyLock<OpenCC> = LazyLock::new(|| converter(BuiltinConfig::Hk2s));
static TO_TRADITIONAL: LazyLock<OpenCC> = LazyLock::new(|| converter(BuiltinConfig::S2hk));

fn converter(config: BuiltinConfig) -> OpenCC {
    OpenCC::from_config(config).expect("the tables are compiled in")
}

/// The same text in Simplified Chinese.
pub fn to_simplified(text: &str) -> String {
    TO_SIMPLIFIED.convert(text)
}

/// The same text in Traditional Chinese as Hong Kong writes it.
pub fn to_traditional(text: &str) -> String {
    TO_TRADITIONAL.convert(text)
}

/// Whether the text contains a Chinese character.
pub fn has_han(text: &str) -> bool {
    text.chars().any(is_han)
}

/// Whether the character is Chinese (CJK ideographs with extensions and compatibility forms).
pub const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_both_ways() {
        assert_eq!(to_simplified("香港科學園"), "香港科学园");
        assert_eq!(to_traditional("香港科学园"), "香港科學園");
    }

    #[test]
    fn chinese_characters_are_detected() {
        assert!(has_han("HKU 香港大學"));
        assert!(!has_han("HKU, Pok Fu Lam"));
    }
}
