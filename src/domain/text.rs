//! Text in up to three languages, as published. Missing Chinese scripts are converted on request.

use std::borrow::Cow;

use async_graphql::{ComplexObject, Enum, SimpleObject};

use crate::domain::{
    resolve::{SyncResolve, sync_resolvers},
    script,
};

/// A language of published text (BCP 47: en, zh-Hant, zh-Hans).
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// English (en).
    En,
    /// Traditional Chinese as written in Hong Kong (zh-Hant).
    ZhHant,
    /// Simplified Chinese (zh-Hans).
    ZhHans,
}

impl Language {
    pub const ALL: [Self; 3] = [Self::En, Self::ZhHant, Self::ZhHans];

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhHant => "zh-Hant",
            Self::ZhHans => "zh-Hans",
        }
    }

    /// All languages, ordered by their distance from this one.
    pub const fn nearest_first(self) -> [Self; 3] {
        match self {
            Self::En => [Self::En, Self::ZhHant, Self::ZhHans],
            Self::ZhHant => [Self::ZhHant, Self::ZhHans, Self::En],
            Self::ZhHans => [Self::ZhHans, Self::ZhHant, Self::En],
        }
    }
}

/// A text in the languages in which it was published. A Chinese script that was not published is converted from the
/// other one (OpenCC) and listed in `converted`. English is never translated.
#[derive(SyncResolve, SimpleObject, Clone, Debug, Default, PartialEq, Eq, Hash)]
#[graphql(complex)]
pub struct Text {
    /// English, as published.
    pub en: Option<String>,
    #[graphql(skip)]
    pub hant: Option<String>,
    #[graphql(skip)]
    pub hans: Option<String>,
}

#[sync_resolvers]
#[ComplexObject]
impl Text {
    /// Traditional Chinese, as published or converted from Simplified.
    async fn zh_hant(&self) -> Option<Cow<'_, str>> {
        self.get(Language::ZhHant)
    }

    /// Simplified Chinese, as published or converted from Traditional.
    async fn zh_hans(&self) -> Option<Cow<'_, str>> {
        self.get(Language::ZhHans)
    }

    /// The languages whose text Lionrock converted, because it was not published.
    async fn converted(&self) -> Vec<Language> {
        match (&self.hant, &self.hans) {
            (None, Some(_)) => vec![Language::ZhHant],
            (Some(_), None) => vec![Language::ZhHans],
            _ => Vec::new(),
        }
    }

    /// The text in this language, or else in the nearest available one. For a Chinese script, that is the other script,
    /// then English. For English, it is Traditional Chinese, then Simplified Chinese.
    #[graphql(name = "in")]
    async fn in_language(&self, #[graphql(desc = "The preferred language.")] language: Language) -> Cow<'_, str> {
        self.nearest(language)
    }
}

impl Text {
    /// A text published in English only.
    pub fn english(text: impl Into<String>) -> Self {
        Self { en: Some(text.into()), ..Self::default() }
    }

    /// The text in exactly this language. Chinese is converted from the other script if necessary.
    pub fn get(&self, language: Language) -> Option<Cow<'_, str>> {
        let (published, other, convert): (_, _, fn(&str) -> String) = match language {
            Language::En => return self.en.as_deref().map(Cow::Borrowed),
            Language::ZhHant => (&self.hant, &self.hans, script::to_traditional),
            Language::ZhHans => (&self.hans, &self.hant, script::to_simplified),
        };
        match (published, other) {
            (Some(text), _) => Some(Cow::Borrowed(text)),
            (None, Some(text)) => Some(Cow::Owned(convert(text))),
            (None, None) => None,
        }
    }

    /// The text in this language or the nearest one. Empty only if there is no text at all.
    pub fn nearest(&self, language: Language) -> Cow<'_, str> {
        language.nearest_first().into_iter().find_map(|language| self.get(language)).unwrap_or_default()
    }

    /// The text exactly as published in this language.
    pub fn published(&self, language: Language) -> Option<&str> {
        match language {
            Language::En => self.en.as_deref(),
            Language::ZhHant => self.hant.as_deref(),
            Language::ZhHans => self.hans.as_deref(),
        }
    }

    /// Mutable access to this language's text.
    pub fn published_mut(&mut self, language: Language) -> &mut Option<String> {
        match language {
            Language::En => &mut self.en,
            Language::ZhHant => &mut self.hant,
            Language::ZhHans => &mut self.hans,
        }
    }

    /// The text in every available language. Chinese is converted from the other script if necessary.
    pub fn in_all(&self) -> impl Iterator<Item = Cow<'_, str>> {
        Language::ALL.into_iter().filter_map(|language| self.get(language))
    }

    /// Whether one of these names is the text in any language, ignoring case.
    pub fn is_one_of(&self, names: &[String]) -> bool {
        self.in_all().any(|text| names.iter().any(|name| name.trim().eq_ignore_ascii_case(&text)))
    }

    /// Whether nothing was published in any language.
    pub const fn is_empty(&self) -> bool {
        self.en.is_none() && self.hant.is_none() && self.hans.is_none()
    }

    /// The English text and one Chinese text, if they were published.
    pub fn english_and_chinese(&self) -> impl Iterator<Item = &str> {
        [self.en.as_ref(), self.hant.as_ref().or(self.hans.as_ref())].into_iter().flatten().map(String::as_str)
    }

    /// The first published Chinese text that contains Chinese characters.
    pub fn chinese(&self) -> Option<&str> {
        [&self.hant, &self.hans].into_iter().flatten().map(String::as_str).find(|text| script::has_han(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_script_is_converted_and_english_is_not_translated() {
        let text = Text { hant: Some("香港大學".into()), ..Text::default() };
        assert_eq!(text.get(Language::ZhHans).as_deref(), Some("香港大学"));
        assert_eq!(text.get(Language::En), None);
        assert_eq!(text.nearest(Language::En), "香港大學");
    }

    #[test]
    fn published_text_is_unchanged() {
        let text = Text { hant: Some("XTX".into()), hans: Some("XTX".into()), en: Some("XTX".into()) };
        assert_eq!(text.chinese(), None);
        assert_eq!(text.get(Language::ZhHans), Some(Cow::Borrowed("XTX")));
    }
}
