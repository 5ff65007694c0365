//! Columns by all the names they may have. Headers are known for few datasets and change, so a column has names in each
//! language, compared by their letters and digits only: `Funds Approved($M)` is `Funds approved ($m)`.

use unicode_normalization::UnicodeNormalization;

use crate::domain::text::Language;

/// Another name for a column, as an operator gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderAlias {
    /// Our name for the column.
    pub(super) column: &'static str,
    pub(super) header: String,
}

impl HeaderAlias {
    pub fn new(column: &'static str, header: &str) -> Self {
        Self { column, header: normalised(header) }
    }
}

/// How much it matters that a file has a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// A file without it cannot be read.
    Required,
    /// A file without it has drifted, but can be read.
    Expected,
    /// Some files have it.
    Optional,
}

/// A column by all the names it may have.
#[derive(Debug)]
pub struct Column {
    /// Our name for it, used in rejects and drift.
    pub name: &'static str,
    pub presence: Presence,
    /// Whether it holds personal data, not kept unless the operator turns it on.
    pub personal: bool,
    /// Its names in English or in no language, then those of the Traditional and of the Simplified Chinese column.
    pub names: [&'static [&'static str]; 3],
    /// What an unknown name looks like, `*vacan*`, where no known one is there.
    pub header_patterns: &'static [&'static str],
}

impl Column {
    /// A column without which the file cannot be read.
    pub const fn required(name: &'static str, en: &'static [&'static str]) -> Self {
        Self { name, presence: Presence::Required, personal: false, names: [en, &[], &[]], header_patterns: &[] }
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

    /// What its name looks like where it is not known: a `*` stands for any letters. `_en`, `_tc` and `_sc` at the end of
    /// a header tell its language and do not count.
    #[must_use]
    pub const fn header_patterns(self, patterns: &'static [&'static str]) -> Self {
        Self { header_patterns: patterns, ..self }
    }

    #[must_use]
    pub const fn personal(self) -> Self {
        Self { personal: true, ..self }
    }

    /// Its names, normalised, each with its language.
    pub(super) fn normalised_names(&self) -> impl Iterator<Item = (String, Language)> {
        Language::ALL
            .into_iter()
            .flat_map(|language| self.names[language as usize].iter().map(move |name| (normalised(name), language)))
    }
}

/// The language that a header's ending tells, and the header without it.
pub(super) fn ending(header: &str) -> (Language, &str) {
    const ENDINGS: [(&str, Language); 6] = [
        ("_en", Language::En),
        ("_eng", Language::En),
        ("_tc", Language::ZhHant),
        ("_zh", Language::ZhHant),
        ("_chi", Language::ZhHant),
        ("_sc", Language::ZhHans),
    ];
    let header = header.trim();
    let told = ENDINGS.iter().find_map(|(suffix, language)| {
        let (stem, end) = header.split_at_checked(header.len().checked_sub(suffix.len())?)?;
        end.eq_ignore_ascii_case(suffix).then_some((*language, stem))
    });
    told.unwrap_or((Language::En, header))
}

/// Whether a text is what a pattern describes, whose `*` stands for any letters.
pub(super) fn is_like(text: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => text == pattern,
        Some((begin, rest)) => text.strip_prefix(begin).is_some_and(|text| {
            rest.is_empty() || text.char_indices().any(|(at, _)| is_like(&text[at..], rest)) || is_like("", rest)
        }),
    }
}

/// A header reduced to what identifies it: its letters and digits, in lower case and one width.
pub(super) fn normalised(header: &str) -> String {
    header.nfkc().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
