//! The name key of curated lines and lookups: the English key or the Chinese core, with the legal form.

use crate::linking::{chinese::Chinese, form::LegalForm, key::English};

/// A comparable name in either language.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NameKey {
    English(String, LegalForm),
    Chinese(String, LegalForm),
}

impl NameKey {
    /// Returns the key of a text. The key is Chinese if the text has a Chinese character.
    pub fn of_text(text: &str) -> Option<Self> {
        match Chinese::read(text) {
            Some(chinese) => Some(Self::of_chinese(&chinese)),
            None => English::read(text).map(|english| Self::of_english(&english)),
        }
    }

    pub fn of_english(english: &English) -> Self {
        Self::English(english.key(), english.class)
    }

    pub fn of_chinese(chinese: &Chinese) -> Self {
        Self::Chinese(chinese.core.clone(), chinese.class)
    }
}

/// Returns a readable form of the key of a name.
pub fn key_in_words(name: &str) -> String {
    match NameKey::of_text(name) {
        Some(NameKey::English(key, class)) => format!("the key of `{name}` is `{key}`{}", class.in_words()),
        Some(NameKey::Chinese(key, class)) => format!("the Chinese key of `{name}` is `{key}`{}", class.in_words()),
        None => format!("`{name}` has no key"),
    }
}
