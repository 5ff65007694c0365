//! Case-insensitive search for a text in other texts.

use std::borrow::Cow;

use async_graphql::{InputType, InputValueError, InputValueResult, Value};
use memchr::memmem::Finder;

use crate::domain::{
    resolve::framework::Registry,
    text::{Language, Text},
};

/// A text to search for. It is folded once, not once per searched text. In the schema, the argument is a `String`.
#[derive(Clone, Debug)]
pub struct Substring {
    folded: String,
    finder: Finder<'static>,
}

impl Substring {
    pub fn new(text: &str) -> Self {
        let folded = text.to_lowercase();
        let finder = Finder::new(folded.as_bytes()).into_owned();
        Self { folded, finder }
    }

    /// The text in lower case.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// Whether a lower-case text contains it.
    pub fn is_in_folded(&self, text: &[u8]) -> bool {
        self.finder.find(text).is_some()
    }

    /// Whether a text contains it.
    pub fn is_in(&self, text: &str) -> bool {
        self.is_in_folded(text.to_lowercase().as_bytes())
    }

    /// Whether a text contains it in any language, in either Chinese script.
    pub fn is_in_any(&self, text: &Text) -> bool {
        text.in_all().any(|text| self.is_in(&text))
    }

    /// Whether one of these texts contains it, like [`Self::is_in_any`].
    pub fn is_in_one_of<'t>(&self, texts: impl IntoIterator<Item = &'t Text>) -> bool {
        texts.into_iter().any(|text| self.is_in_any(text))
    }

    /// Whether a text contains it in a language in which it was published.
    pub fn is_in_published(&self, text: &Text) -> bool {
        Language::ALL.into_iter().filter_map(|language| text.published(language)).any(|text| self.is_in(text))
    }
}

impl InputType for Substring {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        String::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <String as InputType>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        String::parse(value).map(|text| Self::new(&text)).map_err(InputValueError::propagate)
    }

    fn to_value(&self) -> Value {
        self.folded.as_str().into()
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matching_ignores_case_and_chinese_script() {
        let text = Text { en: Some("Straße ΣΑΣ Robot".to_owned()), hant: Some("機械人".to_owned()), hans: None };
        for (wanted, in_any, in_published) in [
            ("ROBOT", true, true),
            ("straße", true, true),
            ("STRASSE", false, false),
            ("σας", true, true),
            ("機械", true, true),
            ("机械", true, false),
            ("", true, true),
            ("robots", false, false),
        ] {
            let sought = Substring::new(wanted);
            assert_eq!((sought.is_in_any(&text), sought.is_in_published(&text)), (in_any, in_published), "{wanted}");
        }
        assert!(!Substring::new("").is_in_any(&Text::default()));
    }
}
