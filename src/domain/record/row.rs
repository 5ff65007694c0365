//! One row as a cursor over its known columns, in every language there is.

use async_graphql::SimpleObject;

use crate::domain::{
    catalog::Dataset,
    money::{Money, Unit},
    period,
    record::{Binding, Column, RecordMeta},
    resolve::SyncResolve,
    table::Table,
    text::{Language, Text},
    value::{self, ValueError},
};

/// A cell that no column takes, kept beside the record.
#[derive(SyncResolve, SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// The column's name upstream.
    pub name: String,
    /// The text as published.
    pub value: String,
}

/// A cell that does not mean what its column should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column `{column}`: {reason}")]
pub struct CellError {
    pub column: &'static str,
    pub reason: String,
    /// The text that was there.
    pub text: String,
}

/// One row of one table, or the same row of up to three files in different languages.
#[derive(Debug)]
pub struct Row<'a> {
    columns: &'static [&'static Column],
    dataset: &'static Dataset,
    /// The period of the file, as its name says it.
    period: Option<&'a str>,
    parts: &'a [RowPart<'a>],
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
    /// The row whose first part is the one it is known by.
    pub const fn new(
        columns: &'static [&'static Column],
        dataset: &'static Dataset,
        period: Option<&'a str>,
        parts: &'a [RowPart<'a>],
    ) -> Self {
        Self { columns, dataset, period, parts }
    }

    /// The head of the record read from this row. The reader completes id and index when the record is accepted.
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

    /// The calendar year that the file is about.
    pub fn file_year(&self) -> Option<i32> {
        let period = period::Period::parse(self.period?).ok()?;
        period.year().map(i32::from)
    }

    /// The text of a column in one language, trimmed; `None` when blank.
    pub fn cell(&self, column: &Column, language: Language) -> Option<&'a str> {
        let index = self.columns.iter().position(|known| std::ptr::eq(*known, column))?;
        self.parts.iter().find_map(|part| {
            let place = part.binding.cells[index][language as usize]?;
            let text = part.table.cell(part.row, usize::from(place)).trim_matches(is_padding);
            (!value::is_blank(text)).then_some(text)
        })
    }

    /// The text of a column in the first language that has one.
    pub fn maybe(&self, column: &Column) -> Option<&'a str> {
        Language::ALL.into_iter().find_map(|language| self.cell(column, language))
    }

    /// The text of a column that must not be blank.
    pub fn take(&self, column: &Column) -> Result<&'a str, CellError> {
        self.maybe(column).ok_or_else(|| Self::blank(column))
    }

    /// The text of a column in every language it has.
    pub fn maybe_text(&self, column: &Column) -> Option<Text> {
        let mut text = Text::default();
        for language in Language::ALL {
            *text.published_mut(language) = self.cell(column, language).map(str::to_owned);
        }
        (!text.is_empty()).then_some(text)
    }

    /// The text of a column in every language, blank in not all of them.
    pub fn text(&self, column: &Column) -> Result<Text, CellError> {
        self.maybe_text(column).ok_or_else(|| Self::blank(column))
    }

    /// The items of a column that holds several, split at `;` and line breaks. The languages are put side by side when
    /// they have equally many items; else the first language's items stand alone.
    pub fn texts(&self, column: &Column) -> Vec<Text> {
        let by_language = Language::ALL.map(|language| self.cell(column, language).map(items).unwrap_or_default());
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

    /// The cells that no column takes, blank ones left out.
    pub fn extra(&self) -> Vec<Extra> {
        let Some(part) = self.parts.first() else { return Vec::new() };
        let cell = |place: &usize| {
            let value = part.table.cell(part.row, *place).trim_matches(is_padding);
            let name = part.table.cell(part.binding.header, *place).trim_matches(is_padding);
            (!value::is_blank(value)).then(|| Extra { name: name.to_owned(), value: value.to_owned() })
        };
        part.binding.unmapped.iter().filter_map(cell).collect()
    }

    /// What a column means, if it is not blank.
    pub fn parse<T>(
        &self,
        column: &Column,
        parse: impl FnOnce(&str) -> Result<T, ValueError>,
    ) -> Result<Option<T>, CellError> {
        let Some(text) = self.maybe(column) else { return Ok(None) };
        parse(text).map(Some).map_err(|error| CellError {
            column: column.name,
            reason: error.to_string(),
            text: error.found,
        })
    }

    /// The amount in a column, if it is not blank.
    pub fn money(&self, column: &Column, unit: Unit) -> Result<Option<Money>, CellError> {
        self.parse(column, |text| Money::parse(text, unit))
    }

    fn blank(column: &Column) -> CellError {
        CellError { column: column.name, reason: "expected a text, found nothing".to_owned(), text: String::new() }
    }
}

/// White space of every width and the byte order marks that end up inside files.
fn is_padding(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}')
}

fn items(text: &str) -> Vec<&str> {
    text.split([';', '\n', '；'])
        .map(|item| item.trim_matches(is_padding))
        .filter(|item| !value::is_blank(item))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        catalog::{Frequency, Publisher, Title},
        record::HeaderAlias,
    };

    static NAME: Column = Column::required("name", &["Name"]).chinese(&["名稱"], &["名称"]);
    static AMOUNT: Column = Column::optional("amount", &["Amount ($M)"]).chinese(&["款額"], &[]);
    static COLUMNS: &[&Column] = &[&NAME, &AMOUNT];
    static DATASET: Dataset = Dataset {
        plan: "X1",
        category: None,
        released: None,
        portal_id: None,
        publisher: Publisher::Itf,
        title: Title::new("x", "x"),
        frequency: Frequency::Annual,
    };

    fn table(rows: &[&[&str]]) -> Table {
        let mut table = Table::default();
        for (number, cells) in (1..).zip(rows) {
            table.begin_row(number);
            cells.iter().for_each(|cell| table.push_cell(cell).unwrap());
        }
        table
    }

    #[test]
    fn the_header_is_found_below_titles_and_by_letters_only() {
        let table =
            table(&[&["A list of names"], &["(as at 1/1/2026)"], &["NAME*", "Amount($m)", "", "Extra"], &["a"]]);
        let binding = Binding::locate(&table, COLUMNS, &[], None);
        assert_eq!(binding.header, 2);
        assert_eq!((binding.unnamed, binding.unmapped), (vec![2], vec![3]));
        assert!(binding.missing.is_empty());
    }

    #[test]
    fn an_unknown_header_misses_what_is_required() {
        let table = table(&[&["Title"], &["Foo", "Bar"], &["1", "2"]]);
        let binding = Binding::locate(&table, COLUMNS, &[], None);
        assert_eq!((binding.header, binding.missing, binding.unmapped), (1, vec!["name"], vec![0, 1]));
    }

    #[test]
    fn a_family_takes_what_no_name_does() {
        static VACANCY: Column = Column::optional("vacancy", &["vacancy"]).header_patterns(&["*vacan*", "available*"]);
        static PLACE: Column = Column::optional("place", &[]).header_patterns(&["name*", "*name"]);
        static FAMILIES: &[&Column] = &[&VACANCY, &PLACE];
        let table = table(&[
            &["availableEvSpaces", "carParkName_TC", "carParkName", "colour"],
            &["3", "幻想", "Imaginary", "red"],
        ]);
        let binding = Binding::locate(&table, FAMILIES, &[], None);
        let parts = [RowPart { file: 0, table: &table, binding: &binding, row: 1 }];
        let row = Row::new(FAMILIES, &DATASET, None, &parts);
        assert_eq!(row.maybe(&VACANCY), Some("3"));
        assert_eq!(row.maybe_text(&PLACE).unwrap().hant.as_deref(), Some("幻想"));
        assert_eq!(row.extra(), [Extra { name: "colour".into(), value: "red".into() }]);
    }

    #[test]
    fn an_operator_may_name_a_column() {
        let table = table(&[&["Caption", "Amount ($M)"], &["a", "1"]]);
        let names = [HeaderAlias::new("name", "caption")];
        assert!(Binding::locate(&table, COLUMNS, &names, None).is_readable);
        assert!(!Binding::locate(&table, COLUMNS, &[], None).is_readable);
    }

    #[test]
    fn a_doubled_column_is_reported() {
        let table = table(&[&["Name", "Name"], &["a", "b"]]);
        assert_eq!(Binding::locate(&table, COLUMNS, &[], None).unmapped, [1]);
    }

    #[test]
    fn languages_come_from_columns_or_from_files() {
        let both = table(&[&["Name", "名稱"], &["Apple", "蘋果"]]);
        let simplified = table(&[&["名称"], &["苹果"]]);
        let parts = [
            RowPart { file: 0, table: &both, binding: &Binding::locate(&both, COLUMNS, &[], None), row: 1 },
            RowPart { file: 1, table: &simplified, binding: &Binding::locate(&simplified, COLUMNS, &[], None), row: 1 },
        ];
        let row = Row::new(COLUMNS, &DATASET, Some("2024-25"), &parts);
        let name = row.text(&NAME).unwrap();
        assert_eq!(
            (name.en.as_deref(), name.hant.as_deref(), name.hans.as_deref()),
            (Some("Apple"), Some("蘋果"), Some("苹果"))
        );
        assert_eq!(row.file_year(), Some(2024));
        assert_eq!(row.money(&AMOUNT, Unit::Millions), Ok(None));
        let english_header = table(&[&["Name"], &["蘋果"]]);
        let binding = Binding::locate(&english_header, COLUMNS, &[], Some(Language::ZhHant));
        let parts = [RowPart { file: 0, table: &english_header, binding: &binding, row: 1 }];
        assert_eq!(Row::new(COLUMNS, &DATASET, None, &parts).text(&NAME).unwrap().hant.as_deref(), Some("蘋果"));
    }

    #[test]
    fn a_cell_that_means_nothing_names_its_column() {
        let table = table(&[&["Name", "Amount ($M)"], &["-", "lots"]]);
        let parts = [RowPart { file: 0, table: &table, binding: &Binding::locate(&table, COLUMNS, &[], None), row: 1 }];
        let row = Row::new(COLUMNS, &DATASET, None, &parts);
        assert_eq!(row.take(&NAME).unwrap_err().to_string(), "column `name`: expected a text, found nothing");
        assert_eq!(row.money(&AMOUNT, Unit::Millions).unwrap_err().text, "lots");
    }
}
