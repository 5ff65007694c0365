//! Columns of a record: the names that are known, what other headings can mean them, and what their values look like.
//! Known names compare by their letters and digits only: `Funds Approved($M)` is `Funds approved ($m)`.

use unicode_normalization::UnicodeNormalization;

use crate::domain::{text::Language, value::is_invisible};

/// Another name for a column, as an operator gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderAlias {
    /// Our name for the column.
    pub column: &'static str,
    /// The heading, normalised.
    pub header: String,
}

impl HeaderAlias {
    pub fn new(column: &'static str, header: &str) -> Self {
        Self { column, header: normalised(header) }
    }
}

/// How much it matters that a file has a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It identifies the record: a file without it cannot be read.
    Required,
    /// A file without it has drifted, but can be read.
    Expected,
    /// Some files have it.
    Optional,
}

/// What the values of a column look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Any text.
    Text,
    /// Names of organisations.
    Organisation,
    /// Names or titles, nearly all of them different.
    Title,
    /// Sentences.
    Prose,
    /// Reference or registration numbers: letters and digits, nearly all of them different.
    Reference,
    /// Short codes, several of which may be equal.
    Code,
    /// 1, 2, 3 …
    Serial,
    Money,
    Count,
    Year,
    Date,
    Url,
    Telephone,
    Email,
    /// One of few values.
    Category,
    Address,
    Latitude,
    Longitude,
    /// Both coordinates in one text.
    Position,
}

/// A column of a record.
#[derive(Debug)]
pub struct Column {
    /// Our name for it, used in rejects and drift.
    pub name: &'static str,
    pub presence: Presence,
    /// Whether it holds personal data, not kept unless the operator turns it on.
    pub personal: bool,
    /// Its known names in English or in no language, then those of the Traditional and of the Simplified Chinese column.
    pub names: [&'static [&'static str]; 3],
    /// What a heading means that is certainly this column: groups of the lexicon, the head noun last, as in
    /// `approved amount`.
    pub meanings: &'static [&'static str],
    /// What a heading means that may be this column, where its values agree.
    pub weak_meanings: &'static [&'static str],
    /// Groups that may stand in its heading beside a meaning and change nothing.
    pub beside: &'static [&'static str],
    /// Groups that rule it out.
    pub contrasts: &'static [&'static str],
    pub shape: Shape,
}

impl Column {
    /// A column without which the file cannot be read.
    pub const fn required(name: &'static str, en: &'static [&'static str]) -> Self {
        Self {
            name,
            presence: Presence::Required,
            personal: false,
            names: [en, &[], &[]],
            meanings: &[],
            weak_meanings: &[],
            beside: &[],
            contrasts: &[],
            shape: Shape::Text,
        }
    }

    /// A column that every file should have.
    pub const fn expected(name: &'static str, en: &'static [&'static str]) -> Self {
        Self { presence: Presence::Expected, ..Self::required(name, en) }
    }

    /// A column that some files have.
    pub const fn optional(name: &'static str, en: &'static [&'static str]) -> Self {
        Self { presence: Presence::Optional, ..Self::required(name, en) }
    }

    /// Its Chinese names: of the column beside the English one, or in the Chinese file.
    #[must_use]
    pub const fn chinese(self, hant: &'static [&'static str], hans: &'static [&'static str]) -> Self {
        Self { names: [self.names[0], hant, hans], ..self }
    }

    /// What its values look like.
    #[must_use]
    pub const fn shape(self, shape: Shape) -> Self {
        Self { shape, ..self }
    }

    /// What other headings certainly mean it.
    #[must_use]
    pub const fn means(self, meanings: &'static [&'static str]) -> Self {
        Self { meanings, ..self }
    }

    /// What other headings may mean it, where the values agree.
    #[must_use]
    pub const fn may_mean(self, weak_meanings: &'static [&'static str]) -> Self {
        Self { weak_meanings, ..self }
    }

    /// What may stand in its heading beside a meaning.
    #[must_use]
    pub const fn beside(self, beside: &'static [&'static str]) -> Self {
        Self { beside, ..self }
    }

    /// What rules it out.
    #[must_use]
    pub const fn contrasts(self, contrasts: &'static [&'static str]) -> Self {
        Self { contrasts, ..self }
    }

    #[must_use]
    pub const fn personal(self) -> Self {
        Self { personal: true, ..self }
    }

    /// Its known names, normalised, each with its language and its rank among them.
    pub fn normalised_names(&self) -> impl Iterator<Item = (String, Language, usize)> {
        Language::ALL.into_iter().flat_map(|language| {
            let names = self.names[language as usize].iter().enumerate();
            names.map(move |(rank, name)| (normalised(name), language, rank))
        })
    }
}

/// A header reduced to what identifies it: its letters and digits, in lower case and one width.
pub fn normalised(header: &str) -> String {
    if header.is_ascii() {
        return header.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    }
    header.nfkc().filter(|c| c.is_alphanumeric() && !is_invisible(*c)).flat_map(char::to_lowercase).collect()
}
