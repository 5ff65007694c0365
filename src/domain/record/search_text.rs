//! The texts by which a record is found.

use async_graphql::Enum;

use crate::domain::{resolve::SyncResolve, text::Text};

/// The types of search hits.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SearchType {
    /// Organisations, by any of their names.
    Organisation,
    /// Funded projects, trials and similar projects.
    Project,
    /// Accredited and key laboratories, certification and inspection bodies.
    Laboratory,
    /// Tenants of Science Park, with their descriptions.
    Tenant,
    /// Job vacancies.
    Job,
    /// Datasets.
    Dataset,
    /// Grants, investments, designations, events, tenders, restaurants and transport.
    Other,
}

/// The texts by which one item is found.
#[derive(Debug, Default)]
pub struct SearchText<'a> {
    /// Its names.
    pub title: Vec<&'a str>,
    /// Other texts about it.
    pub body: Vec<&'a str>,
    /// Its reference and registration numbers.
    pub codes: Vec<&'a str>,
    /// The year of the item.
    pub year: Option<i32>,
}

impl<'a> SearchText<'a> {
    /// Adds a name, in English and in Chinese.
    #[must_use]
    pub fn title(mut self, text: &'a Text) -> Self {
        self.title.extend(text.english_and_chinese());
        self
    }

    /// Adds other texts, in English and in Chinese.
    #[must_use]
    pub fn body(mut self, texts: impl IntoIterator<Item = &'a Text>) -> Self {
        self.body.extend(texts.into_iter().flat_map(Text::english_and_chinese));
        self
    }

    /// Adds other texts in one language.
    #[must_use]
    pub fn words(mut self, texts: impl IntoIterator<Item = &'a String>) -> Self {
        self.body.extend(texts.into_iter().map(String::as_str));
        self
    }

    /// Adds reference or registration numbers.
    #[must_use]
    pub fn codes(mut self, texts: impl IntoIterator<Item = &'a String>) -> Self {
        self.codes.extend(texts.into_iter().map(String::as_str));
        self
    }

    /// Adds the year.
    #[must_use]
    pub fn year(mut self, year: Option<i32>) -> Self {
        self.year = year;
        self
    }
}
