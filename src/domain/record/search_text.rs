//! What a record can be found by.

use async_graphql::Enum;

use crate::domain::text::Text;

/// What a search can be asked for.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SearchType {
    /// Organisations, by any of their names.
    Organisation,
    /// Funded projects, trials and the like.
    Project,
    /// Accredited and key laboratories, certification and inspection bodies.
    Laboratory,
    /// Companies in Science Park, by what they say of themselves.
    Tenant,
    /// Jobs.
    Job,
    /// Datasets.
    Dataset,
    /// Grants, investments, designations, events, tenders, restaurants and transport.
    Other,
}

/// The texts of one thing: what it is called, and what else it tells.
#[derive(Debug, Default)]
pub struct SearchText<'a> {
    pub title: Vec<&'a str>,
    pub body: Vec<&'a str>,
}

impl<'a> SearchText<'a> {
    /// What it is called, in English and in Chinese.
    #[must_use]
    pub fn title(mut self, text: &'a Text) -> Self {
        self.title.extend(text.english_and_chinese());
        self
    }

    /// What else it tells, in English and in Chinese.
    #[must_use]
    pub fn body(mut self, texts: impl IntoIterator<Item = &'a Text>) -> Self {
        self.body.extend(texts.into_iter().flat_map(Text::english_and_chinese));
        self
    }

    /// A code, a number or another text of one language.
    #[must_use]
    pub fn words(mut self, texts: impl IntoIterator<Item = &'a String>) -> Self {
        self.body.extend(texts.into_iter().map(String::as_str));
        self
    }
}
