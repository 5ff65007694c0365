//! Access to the known columns of one row, in every available language.

use std::{borrow::Cow, cell::RefCell};

use async_graphql::SimpleObject;
use jiff::{Timestamp, civil::Date};

use crate::domain::{
    catalog::Dataset,
    date::{self, DateOrder},
    location::{self, Location},
    money::{Money, MoneyUnit},
    number, period,
    record::{
        Binding, Column, RecordMeta,
        binding::ColumnRef,
        items::{self, items},
    },
    resolve::SyncResolve,
    script::is_han,
    table::Table,
    text::{Language, Text},
    value::{self, ValueError, is_padding},
    web::WebAddress,
};

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

    /// The calendar year that the file is about.
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

    /// Parses a column that is not blank. If parsing fails, only this value is lost.
    pub fn parse<T>(&self, column: &Column, parse: impl FnOnce(&str) -> Result<T, ValueError>) -> Option<T> {
        let text = self.maybe(column)?;
        match parse(text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.unreadable.borrow_mut().push(CellError {
                    column: column.name,
                    reason: error.to_string(),
                    text: text.to_owned(),
                });
                None
            }
        }
    }

    /// The amount in a column that is not blank. `declared` is the unit of a bare number if no heading states it.
    pub fn money(&self, column: &Column, declared: MoneyUnit) -> Option<Money> {
        let stated = self.traits(column).map(|traits| traits.unit).unwrap_or_default();
        self.parse(column, |text| Money::parse_stated(text, declared, stated))
    }

    /// The day in a column.
    pub fn date(&self, column: &Column) -> Option<Date> {
        self.parse(column, |text| date::parse_in(text, self.order(column, text)?))
    }

    /// The point in time in a column.
    pub fn moment(&self, column: &Column) -> Option<Timestamp> {
        self.parse(column, |text| date::moment_in(text, self.order(column, text)?))
    }

    /// The point in time in a column. A day without a time is its last second.
    pub fn end(&self, column: &Column) -> Option<Timestamp> {
        self.parse(column, |text| date::end_in(text, self.order(column, text)?))
    }

    /// The count in a column. `Full` and `nil` mean none.
    pub fn count(&self, column: &Column) -> Option<u32> {
        let says_none = self.blank_text(column).filter(|text| text.eq_ignore_ascii_case("nil"));
        says_none.map(|_| 0).or_else(|| self.parse(column, number::count))
    }

    /// The year in a column, which may be the year of a date.
    pub fn year(&self, column: &Column) -> Option<i32> {
        self.parse(column, |text| {
            if let Some(year) = period::year_of(text) {
                return Ok(i32::from(year));
            }
            let order = self.order(column, text)?;
            date::parse_in(text, order)
                .map(|day| i32::from(day.year()))
                .map_err(|_| ValueError::new("a year, `2024`", text))
        })
    }

    /// The web URL in a column.
    pub fn website(&self, column: &Column) -> Option<WebAddress> {
        self.parse(column, WebAddress::parse)
    }

    /// The point in two columns, or in one column that contains both coordinates.
    pub fn location(&self, latitude: &Column, longitude: &Column, position: &Column) -> Option<Location> {
        location::location(self.maybe(latitude), self.maybe(longitude))
            .or_else(|| location::pair(self.maybe(position)?))
    }

    /// The text of a column whose cell states that there is nothing.
    fn blank_text(&self, column: &Column) -> Option<&'a str> {
        let index = self.index(column)?;
        let part = self.parts.first()?;
        let place = part.binding.places[index].iter().flatten().next()?;
        Self::text_at(part, *place).filter(|text| value::is_blank(text))
    }

    fn traits(&self, column: &Column) -> Option<super::binding::Traits> {
        let index = self.index(column)?;
        let is_pivot = self.pivot.is_some_and(|(pivot, _)| pivot == index);
        let has_it = |part: &&RowPart<'_>| is_pivot || part.binding.places[index].iter().any(Option::is_some);
        self.parts.iter().find(has_it).map(|part| part.binding.traits[index])
    }

    /// The order of day and month in a column. If its cells contradict each other, an ambiguous date is rejected.
    fn order(&self, column: &Column, text: &str) -> Result<DateOrder, ValueError> {
        let Some(traits) = self.traits(column) else { return Ok(DateOrder::DayFirst) };
        if let Some(order) = traits.order() {
            return Ok(order);
        }
        let own = DateOrder::of([text]);
        match (own.either, own.agreed()) {
            (0, Some(order)) => Ok(order),
            _ => Err(ValueError::new("a date with the same order of day and month as the rest of the column", text)),
        }
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
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        catalog::{Frequency, Publisher, Title},
        record::binding::Half,
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

    /// The binding that places these columns in these languages. The first row of the table is the header.
    fn binding(table: &Table, places: &[(usize, Language, u16)]) -> Binding {
        let mut binding = Binding {
            places: vec![[None; 3]; COLUMNS.len()],
            traits: vec![super::super::binding::Traits::default(); COLUMNS.len()],
            headings: table.cells(0).map(str::to_owned).collect(),
            is_readable: true,
            ..Binding::default()
        };
        for (column, language, place) in places {
            binding.places[*column][*language as usize] = Some(ColumnRef { column: *place, half: Half::Whole });
        }
        binding
    }

    #[test]
    fn languages_come_from_columns_or_from_files() {
        let both = table(&[&["Name", "名稱"], &["Apple", "蘋果"]]);
        let simplified = table(&[&["名称"], &["苹果"]]);
        let (first, second) = (
            binding(&both, &[(0, Language::En, 0), (0, Language::ZhHant, 1)]),
            binding(&simplified, &[(0, Language::ZhHans, 0)]),
        );
        let parts = [
            RowPart { file: 0, table: &both, binding: &first, row: 1 },
            RowPart { file: 1, table: &simplified, binding: &second, row: 1 },
        ];
        let row = Row::new(COLUMNS, &DATASET, Some("2024-25"), &parts);
        let name = row.text(&NAME).unwrap();
        assert_eq!(
            (name.en.as_deref(), name.hant.as_deref(), name.hans.as_deref()),
            (Some("Apple"), Some("蘋果"), Some("苹果"))
        );
        assert_eq!(row.file_year(), Some(2024));
        assert_eq!(row.money(&AMOUNT, MoneyUnit::Millions), None);
        assert!(row.into_unreadable().is_empty());
    }

    #[test]
    fn a_cell_that_means_nothing_costs_its_value_only() {
        let table = table(&[&["Name", "Amount ($M)"], &["-", "lots"]]);
        let binding = binding(&table, &[(0, Language::En, 0), (1, Language::En, 1)]);
        let parts = [RowPart { file: 0, table: &table, binding: &binding, row: 1 }];
        let row = Row::new(COLUMNS, &DATASET, None, &parts);
        assert_eq!(row.take(&NAME).unwrap_err().to_string(), "column `name`: expected a text, found nothing");
        assert_eq!(row.money(&AMOUNT, MoneyUnit::Millions), None);
        let unreadable = row.into_unreadable();
        assert_eq!((unreadable.len(), unreadable[0].column, unreadable[0].text.as_str()), (1, "amount", "lots"));
    }

    #[test]
    fn the_heading_says_what_an_amount_counts() {
        let table = table(&[&["Name", "Amount (HK$'000)"], &["Apple", "1,250"]]);
        let mut binding = binding(&table, &[(0, Language::En, 0), (1, Language::En, 1)]);
        binding.traits[1].unit = crate::domain::money::StatedUnit::In(MoneyUnit::Thousands);
        let parts = [RowPart { file: 0, table: &table, binding: &binding, row: 1 }];
        let amount = Row::new(COLUMNS, &DATASET, None, &parts).money(&AMOUNT, MoneyUnit::Millions);
        assert_eq!(amount.map(|money| money.amount.to_string()).as_deref(), Some("1250000"));
    }

    #[test]
    fn a_row_of_several_periods_is_read_for_each() {
        let table = table(&[&["Name", "2024-25", "2025-26"], &["Apple", "1.5", "2"]]);
        let binding = binding(&table, &[(0, Language::En, 0)]);
        let parts = [RowPart { file: 0, table: &table, binding: &binding, row: 1 }];
        let row = Row::new(COLUMNS, &DATASET, None, &parts);
        let row = row.of_period("2025-26", 1, ColumnRef { column: 2, half: Half::Whole });
        assert_eq!((row.file_year(), row.string(&NAME).as_deref()), (Some(2025), Some("Apple")));
        assert_eq!(
            row.money(&AMOUNT, MoneyUnit::Millions).map(|money| money.amount.to_string()).as_deref(),
            Some("2000000")
        );
    }

    #[test]
    fn a_contradiction_of_dates_costs_only_those_that_read_both_ways() {
        let table = table(&[&["Name", "Date"], &["03/04/2026", "25/04/2026"]]);
        let mut binding = binding(&table, &[(0, Language::En, 0), (1, Language::En, 1)]);
        for traits in &mut binding.traits {
            traits.dates = DateOrder::of(["25/04/2026", "04/25/2026"]);
        }
        let parts = [RowPart { file: 0, table: &table, binding: &binding, row: 1 }];
        let row = Row::new(COLUMNS, &DATASET, None, &parts);
        assert_eq!((row.date(&NAME), row.date(&AMOUNT)), (None, Some(jiff::civil::date(2026, 4, 25))));
        assert_eq!(row.into_unreadable().len(), 1);
    }

    #[test]
    fn texts_become_one_line() {
        assert_eq!(one_line("Echo maps of\nquiet  places"), "Echo maps of quiet places");
        assert_eq!(one_line("地下\n停車場"), "地下停車場");
        assert_eq!(one_line("地下 停車場"), "地下 停車場");
    }
}
