//! The columns of a record: their known names, the meanings of other headings, and the shape of their values. Known
//! names are compared by their letters and digits only: `Funds Approved($M)` is equal to `Funds approved ($m)`.

use unicode_normalization::UnicodeNormalization;

use crate::domain::{text::Language, value::is_invisible};

/// Another name for a column, configured by an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderAlias {
    /// The internal name of the column.
    pub column: &'static str,
    /// The heading, normalised.
    pub header: String,
}

impl HeaderAlias {
    pub fn new(column: &'static str, header: &str) -> Self {
        Self { column, header: normalised(header) }
    }
}

/// Whether a file must have a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The column identifies the record. A file without it cannot be read.
    Required,
    /// A file without the column has drifted, but can be read.
    Expected,
    /// Only some files have the column.
    Optional,
}

/// The shape of the values of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueShape {
    /// Any text.
    Text,
    /// Names of organisations.
    Organisation,
    /// Names or titles, nearly all different.
    Title,
    /// Sentences.
    Prose,
    /// Reference or registration numbers: letters and digits, nearly all different.
    Reference,
    /// Short codes, which may repeat.
    Code,
    /// Serial numbers: 1, 2, 3 …
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
    /// The internal name of the column, used in rejects and drift.
    pub name: &'static str,
    pub presence: Presence,
    /// Whether it contains personal data, which is kept only if the operator enables it.
    pub personal: bool,
    /// The known names of the English or language-neutral column, then those of the Traditional and of the Simplified
    /// Chinese column.
    pub names: [&'static [&'static str]; 3],
    /// The meanings of a heading that certainly refers to this column: groups of the lexicon, head noun last, such as
    /// `approved amount`.
    pub meanings: &'static [&'static str],
    /// The meanings of a heading that may refer to this column, if the values agree.
    pub weak_meanings: &'static [&'static str],
    /// Groups that may occur in a heading besides a meaning without changing it.
    pub beside: &'static [&'static str],
    /// Groups that exclude the column.
    pub contrasts: &'static [&'static str],
    pub shape: ValueShape,
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
            shape: ValueShape::Text,
        }
    }

    /// A column that every file should have.
    pub const fn expected(name: &'static str, en: &'static [&'static str]) -> Self {
        Self { presence: Presence::Expected, ..Self::required(name, en) }
    }

    /// A column that only some files have.
    pub const fn optional(name: &'static str, en: &'static [&'static str]) -> Self {
        Self { presence: Presence::Optional, ..Self::required(name, en) }
    }

    /// Sets the Chinese names: of the column next to the English one, or in the Chinese file.
    #[must_use]
    pub const fn chinese(self, hant: &'static [&'static str], hans: &'static [&'static str]) -> Self {
        Self { names: [self.names[0], hant, hans], ..self }
    }

    /// Sets the shape of the values.
    #[must_use]
    pub const fn shape(self, shape: ValueShape) -> Self {
        Self { shape, ..self }
    }

    /// Sets the meanings of other headings that certainly refer to the column.
    #[must_use]
    pub const fn means(self, meanings: &'static [&'static str]) -> Self {
        Self { meanings, ..self }
    }

    /// Sets the meanings of other headings that may refer to the column, if the values agree.
    #[must_use]
    pub const fn may_mean(self, weak_meanings: &'static [&'static str]) -> Self {
        Self { weak_meanings, ..self }
    }

    /// Sets the groups that may occur in a heading besides a meaning.
    #[must_use]
    pub const fn beside(self, beside: &'static [&'static str]) -> Self {
        Self { beside, ..self }
    }

    /// Sets the groups that exclude the column.
    #[must_use]
    pub const fn contrasts(self, contrasts: &'static [&'static str]) -> Self {
        Self { contrasts, ..self }
    }

    #[must_use]
    pub const fn personal(self) -> Self {
        Self { personal: true, ..self }
    }

    /// The known names, normalised, each with its language and its rank.
    pub fn normalised_names(&self) -> impl Iterator<Item = (String, Language, usize)> {
        Language::ALL.into_iter().flat_map(|language| {
            let names = self.names[language as usize].iter().enumerate();
            names.map(move |(rank, name)| (normalised(name), language, rank))
        })
    }
}

/// Normalises a header: its letters and digits only, in lower case and one width.
pub fn normalised(header: &str) -> String {
    if header.is_ascii() {
        return header.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    }
    header.nfkc().filter(|c| c.is_alphanumeric() && !is_invisible(*c)).flat_map(char::to_lowercase).collect()
}
