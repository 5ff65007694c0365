//! Access to the known columns of one row, in every available language.

use std::{borrow::Cow, cell::RefCell};

use async_graphql::SimpleObject;

use crate::domain::{
    catalog::Dataset,
    period,
    record::{
        Binding, Column, RecordMeta,
        binding::ColumnRef,
        items::{self, items},
    },
    resolve::SyncResolve,
    script::is_han,
    table::Table,
    text::{Language, Text},
    value::{self, is_padding},
};

#[cfg(test)]
mod tests;
mod values;

/// A published value that has no field of its own.
#[derive(SyncResolve, SimpleObject, Clone, Debug, PartialEq, Eq)]
#[graphql(name = "Extra")]
pub struct UnmappedValue {
    /// The published name of the column.
    pub name: String,
    /// The value as published.
    pub value: String,
}

/// A cell that cannot be read as a value of its column.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column `{column}`: {reason}")]
pub struct CellError {
    pub column: &'static str,
    pub reason: String,
    /// The text of the cell.
    pub text: String,
}

/// One row of one table, or the same row of up to three files in different languages.
#[derive(Debug)]
pub struct Row<'a> {
    columns: &'static [&'static Column],
    dataset: &'static Dataset,
    /// The period of the file, from its name.
    period: Option<&'a str>,
    parts: &'a [RowPart<'a>],
    /// The column whose value is at another position: one of several adjacent periods.
    pivot: Option<(usize, ColumnRef)>,
    /// Cells that cannot be read. Only their values are lost, not the record.
    unreadable: RefCell<Vec<CellError>>,
}

/// The row in one of the files.
#[derive(Clone, Copy, Debug)]
pub struct RowPart<'a> {
    pub file: u16,
    pub table: &'a Table,
    pub binding: &'a Binding,
    pub row: usize,
}

impl<'a> Row<'a> {
    /// Creates a row. Its first part identifies it.
    pub const fn new(
        columns: &'static [&'static Column],
        dataset: &'static Dataset,
        period: Option<&'a str>,
        parts: &'a [RowPart<'a>],
    ) -> Self {
        Self { columns, dataset, period, parts, pivot: None, unreadable: RefCell::new(Vec::new()) }
    }

    /// The same row for one of several adjacent periods. The value of `column` is at `place`.
    #[must_use]
    pub fn of_period(self, period: &'a str, column: usize, place: ColumnRef) -> Self {
        Self { period: Some(period), pivot: Some((column, place)), ..self }
    }

    /// The metadata of the record read from this row. The reader sets its ID and index when the record is accepted.
    pub fn meta(&self) -> RecordMeta {
        let first = self.parts.first();
        RecordMeta {
            id: String::new(),
            dataset: self.dataset,
            file: first.map_or(0, |part| part.file),
            row: first.map_or(0, |part| part.table.number(part.row)),
            index: 0,
        }
    }

    /// The calendar year of the file.
    pub fn file_year(&self) -> Option<i32> {
        period::year_of(self.period?).map(i32::from)
    }

    /// The trimmed text of a column in one language. `None` if it is blank.
    pub fn cell(&self, column: &Column, language: Language) -> Option<&'a str> {
        let index = self.index(column)?;
        if let Some((_, place)) = self.pivot.filter(|(pivot, _)| *pivot == index) {
            let text = Self::text_at(self.parts.first()?, place).filter(|_| language == Language::En);
            return text.filter(|text| !value::is_blank(text));
        }
        self.parts.iter().find_map(|part| {
            let place = part.binding.places[index][language as usize]?;
            Self::text_at(part, place).filter(|text| !value::is_blank(text))
        })
    }

    fn index(&self, column: &Column) -> Option<usize> {
        self.columns.iter().position(|known| std::ptr::eq(*known, column))
    }

    /// The text of a cell. `None` if it contains bytes that are not text.
    fn text_at(part: &RowPart<'a>, place: ColumnRef) -> Option<&'a str> {
        let text = part.table.body_cell(part.binding.header, part.row, usize::from(place.column));
        place.half.of(text.trim_matches(is_padding)).filter(|text| !text.contains(char::REPLACEMENT_CHARACTER))
    }

    /// The text of a column in the first language that has one.
    pub fn maybe(&self, column: &Column) -> Option<&'a str> {
        Language::ALL.into_iter().find_map(|language| self.cell(column, language))
    }

    /// The same text as an owned string.
    pub fn string(&self, column: &Column) -> Option<String> {
        self.maybe(column).map(|text| one_line(text).into_owned())
    }

    /// The text of a column that must not be blank.
    pub fn take(&self, column: &Column) -> Result<&'a str, CellError> {
        self.maybe(column).ok_or_else(|| Self::blank(column))
    }

    /// The text of a column in every available language, on one line.
    pub fn maybe_text(&self, column: &Column) -> Option<Text> {
        self.in_every_language(column, |text| one_line(text).into_owned())
    }

    /// The text of a column in every available language, with its line breaks.
    pub fn prose(&self, column: &Column) -> Option<Text> {
        self.in_every_language(column, str::to_owned)
    }

    fn in_every_language(&self, column: &Column, form: impl Fn(&str) -> String) -> Option<Text> {
        let mut text = Text::default();
        for language in Language::ALL {
            *text.published_mut(language) = self.cell(column, language).map(&form);
        }
        (!text.is_empty()).then_some(text)
    }

    /// The text of a column in every available language. At least one of them must not be blank.
    pub fn text(&self, column: &Column) -> Result<Text, CellError> {
        self.maybe_text(column).ok_or_else(|| Self::blank(column))
    }

    /// The items of a column that contains several. The languages are aligned if they have the same number of items;
    /// otherwise only the items of the first language are used. Items of two languages in one cell are paired into one
    /// text each.
    pub fn texts(&self, column: &Column) -> Vec<Text> {
        let by_language = Language::ALL.map(|language| self.cell(column, language).map(items).unwrap_or_default());
        if let Some(texts) = items::in_two_languages(&by_language) {
            return texts;
        }
        let count = by_language.iter().map(Vec::len).find(|count| *count > 0).unwrap_or(0);
        let mut texts = vec![Text::default(); count];
        for (language, items) in Language::ALL.into_iter().zip(by_language) {
            if items.len() == count {
                for (text, item) in texts.iter_mut().zip(items) {
                    *text.published_mut(language) = Some(item.to_owned());
                }
            }
        }
        texts
    }

    /// The non-blank cells that are not mapped to any column.
    pub fn extra(&self) -> Vec<UnmappedValue> {
        let Some(part) = self.parts.first() else { return Vec::new() };
        let cell = |place: &usize| {
            let value = part.table.cell(part.row, *place).trim_matches(is_padding);
            let name = part.binding.headings.get(*place).cloned().unwrap_or_default();
            let is_hidden = part.binding.personal.contains(place);
            (!is_hidden && !value::is_blank(value)).then(|| UnmappedValue { name, value: value.to_owned() })
        };
        part.binding.unmapped.iter().filter_map(cell).collect()
    }

    /// The cells of this row that cannot be read.
    pub fn into_unreadable(self) -> Vec<CellError> {
        self.unreadable.into_inner()
    }

    fn blank(column: &Column) -> CellError {
        CellError { column: column.name, reason: "expected a text, found nothing".to_owned(), text: String::new() }
    }
}

/// A text on one line. A line break between Chinese characters is removed; any other white space becomes one space.
fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r', '\t', '\u{a0}', '\u{3000}']) && !text.contains("  ") {
        return text.into();
    }
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let joins_chinese = line.ends_with(is_han) && word.starts_with(is_han);
        let before = &text[..word.as_ptr() as usize - text.as_ptr() as usize];
        let is_break = before[before.trim_end().len()..].contains(['\n', '\r']);
        let is_joined = joins_chinese && is_break;
        if !line.is_empty() && !is_joined {
            line.push(' ');
        }
        line.push_str(word);
    }
    line.into()
}
