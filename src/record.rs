//! The contract of a row. A dataset's file says which columns it knows ([`Column`]) and how one [`Row`] becomes one
//! record ([`Record::read`]); a cell that does not mean what it should costs that row only ([`CellError`]).
//!
//! A column is known by the names it may have upstream, in each language, because headers are known for few datasets
//! and change. Names are compared by their letters and digits only: `Funds Approved($M)` is `Funds approved ($m)`.

use std::borrow::Cow;

use async_graphql::{Enum, SimpleObject};
use unicode_normalization::UnicodeNormalization;

use crate::{
    catalog::Dataset,
    table::Table,
    values::{
        self, ValueError,
        money::{Money, Unit},
        text::{Language, Text},
    },
};

/// One typed row: one GraphQL object.
pub trait Record: Send + Sync + Sized + 'static {
    /// The columns it is read from.
    const COLUMNS: &'static [&'static Column];

    /// Whether a row's other cells go with the record as [`Row::extra`], where the publisher's columns are not known.
    const KEEPS_EXTRA: bool = false;

    /// The record that this row is.
    fn read(row: &Row<'_>) -> Result<Self, CellError>;

    /// What identifies it in its dataset across publications: a reference number, else a name.
    fn key(&self) -> Cow<'_, str>;

    fn head(&self) -> &Head;

    fn head_mut(&mut self) -> &mut Head;

    /// Names every organisation that the record names, in a fixed order.
    fn mentions(&self, say: &mut dyn FnMut(Mention<'_>));

    /// Takes in another row of the same key, where one record is spread over several rows; the default keeps both.
    fn absorb(&mut self, other: Self) -> Result<(), Self> {
        Err(other)
    }
}

/// The two methods of [`Record`] that are the same for every record: its head is the field `head`.
macro_rules! has_head {
    () => {
        fn head(&self) -> &crate::record::Head {
            &self.head
        }

        fn head_mut(&mut self) -> &mut crate::record::Head {
            &mut self.head
        }
    };
}
pub(crate) use has_head;

/// Where a record stands: its id and the row it was read from.
#[derive(Clone, Debug)]
pub struct Head {
    /// Plan number and key, `D36:ITP/023/19TP`; the same across refreshes and restarts.
    pub id: String,
    pub dataset: &'static Dataset,
    /// Which of the snapshot's files it came from.
    pub file: u16,
    /// The row's number in that file.
    pub row: u32,
    /// Its position among the dataset's records.
    pub index: u32,
}

/// An organisation as a record names it.
#[derive(Clone, Copy, Debug)]
pub struct Mention<'a> {
    pub role: Role,
    pub name: &'a Text,
    pub website: Option<&'a str>,
    pub address: Option<&'a str>,
}

impl<'a> Mention<'a> {
    /// A name without anything beside it.
    pub const fn of(role: Role, name: &'a Text) -> Self {
        Self { role, name, website: None, address: None }
    }
}

/// As what a record names an organisation.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Leads a funded project.
    LeadApplicant,
    /// Applies for a grant or a trial.
    Applicant,
    /// Applies together with the applicant.
    CoApplicant,
    /// Tries out a project's result.
    Participant,
    /// Hosts a key laboratory or a project.
    Host,
    /// Receives a grant.
    Grantee,
    /// Receives an investment.
    Investee,
    /// Invests beside the public fund.
    CoInvestor,
    /// Holds an accreditation.
    Holder,
    /// Has a unit in the park.
    Tenant,
    /// Offers a job.
    Employer,
    /// Is designated as a research institution.
    Designee,
}

/// Another name for a column, as an operator gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherName {
    /// Our name for the column.
    column: &'static str,
    header: String,
}

impl OtherName {
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
    pub family: &'static [&'static str],
}

/// A cell that no column takes, kept beside the record.
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// The column's name upstream.
    pub name: String,
    pub value: String,
}

impl Column {
    /// A column without which the file cannot be read.
    pub const fn required(name: &'static str, en: &'static [&'static str]) -> Self {
        Self { name, presence: Presence::Required, personal: false, names: [en, &[], &[]], family: &[] }
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
    pub const fn family(self, patterns: &'static [&'static str]) -> Self {
        Self { family: patterns, ..self }
    }

    #[must_use]
    pub const fn personal(self) -> Self {
        Self { personal: true, ..self }
    }

    /// The language whose name for this column the header is.
    fn language_of(&self, header: &str) -> Option<Language> {
        Language::ALL
            .into_iter()
            .find(|language| self.names[*language as usize].iter().any(|name| normalised(name) == header))
    }
}

/// The language that a header's ending tells, and the header without it.
fn ending(header: &str) -> (Language, &str) {
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
fn is_like(text: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => text == pattern,
        Some((begin, rest)) => text.strip_prefix(begin).is_some_and(|text| {
            rest.is_empty() || text.char_indices().any(|(at, _)| is_like(&text[at..], rest)) || is_like("", rest)
        }),
    }
}

/// A header reduced to what identifies it: its letters and digits, in lower case and one width.
fn normalised(header: &str) -> String {
    header.nfkc().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
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

/// Where the known columns stand in one table.
#[derive(Debug)]
pub struct Binding {
    /// The header's row; titles stand above it, data below.
    pub header: usize,
    /// Per known column, the cell of each language.
    cells: Vec<[Option<u16>; 3]>,
    /// Required and expected columns that the table does not have.
    pub missing: Vec<&'static str>,
    /// Whether the table has every required column.
    pub is_readable: bool,
    /// Headers that no known column takes, by their place.
    pub untaken: Vec<usize>,
    /// Places without a header.
    pub unnamed: Vec<usize>,
    /// Places of columns with personal data.
    pub personal: Vec<usize>,
}

/// How far down a header is looked for: titles and as-at rows stand above it.
const HEADER_WITHIN: usize = 20;
/// A "header" longer than this is a footnote that stands in the header row.
const LONGEST_HEADER: usize = 120;

impl Binding {
    /// Finds the header row, the one with the most known columns, and binds each column to its cells. In a file of one
    /// Chinese language every column speaks that language, whatever language its header is in.
    pub fn locate(
        table: &Table,
        columns: &'static [&'static Column],
        other_names: &[OtherName],
        file_language: Option<Language>,
    ) -> Self {
        let at = |row| Self::at(row, table, columns, other_names, file_language);
        let candidates = (0..table.len().min(HEADER_WITHIN)).map(at);
        let known = |binding: &Self| binding.cells.iter().flatten().flatten().count();
        let best = candidates.reduce(|best, next| if known(&next) > known(&best) { next } else { best });
        match best {
            Some(best) if known(&best) > 0 => best,
            _ => {
                let several_cells = |row: &usize| table.cells(*row).filter(|cell| !cell.trim().is_empty()).count() > 1;
                let first = (0..table.len()).find(several_cells).unwrap_or(0);
                at(first)
            }
        }
    }

    /// The place of a column, in the first language that has it.
    pub fn place(&self, columns: &[&Column], column: &Column) -> Option<usize> {
        let index = columns.iter().position(|known| std::ptr::eq(*known, column))?;
        self.cells[index].iter().flatten().next().map(|place| usize::from(*place))
    }

    /// In a dataset with personal data, columns that nobody knows may hold more of it: those whose name says so, and all
    /// of them where no column is known.
    fn hide_what_may_be_personal(&mut self, table: &Table) {
        const TELLING: [&str; 7] = ["contact", "tel", "mobile", "phone", "fax", "email", "enquir"];
        let nothing_known = self.cells.iter().flatten().all(Option::is_none);
        let may_be = |place: &usize| {
            let name = normalised(table.cell(self.header, *place));
            nothing_known || TELLING.iter().any(|word| name.contains(word))
        };
        let places: Vec<usize> = self.untaken.iter().chain(&self.unnamed).copied().filter(may_be).collect();
        self.personal.extend(places);
    }

    /// Gives a place to a column, unless another place has it already.
    fn bind(&mut self, columns: &[&Column], column: usize, language: Language, place: usize) {
        match (&mut self.cells[column][language as usize], u16::try_from(place)) {
            (slot @ None, Ok(place)) => *slot = Some(place),
            _ => self.untaken.push(place),
        }
        if columns[column].personal {
            self.personal.push(place);
        }
    }

    fn at(
        header: usize,
        table: &Table,
        columns: &'static [&'static Column],
        other_names: &[OtherName],
        file_language: Option<Language>,
    ) -> Self {
        let mut binding = Self {
            header,
            cells: vec![[None; 3]; columns.len()],
            missing: Vec::new(),
            is_readable: true,
            untaken: Vec::new(),
            unnamed: Vec::new(),
            personal: Vec::new(),
        };
        let mut unknown = Vec::new();
        for (place, text) in table.cells(header).enumerate() {
            let name = normalised(text);
            if name.is_empty() || text.chars().count() > LONGEST_HEADER {
                binding.unnamed.push(place);
                continue;
            }
            let renamed =
                |known: &Column| other_names.iter().any(|other| other.column == known.name && other.header == name);
            let named = |known: &&Column| renamed(known).then_some(Language::En).or_else(|| known.language_of(&name));
            match columns.iter().enumerate().find_map(|(column, known)| Some((column, named(known)?))) {
                Some((column, Language::En)) => {
                    binding.bind(columns, column, file_language.unwrap_or(Language::En), place);
                }
                Some((column, language)) => binding.bind(columns, column, language, place),
                None => unknown.push((place, text)),
            }
        }
        // Known names first, so that a family takes only what is left.
        for (place, text) in unknown {
            let (language, stem) = ending(text);
            let name = normalised(stem);
            let like = |known: &&Column| known.family.iter().any(|pattern| is_like(&name, pattern));
            match columns.iter().position(like) {
                Some(column) => binding.bind(columns, column, language, place),
                None => binding.untaken.push(place),
            }
        }
        binding.untaken.sort_unstable();
        if columns.iter().any(|column| column.personal) {
            binding.hide_what_may_be_personal(table);
        }
        for (column, cells) in columns.iter().zip(&binding.cells) {
            if cells.iter().all(Option::is_none) && column.presence != Presence::Optional {
                binding.missing.push(column.name);
                binding.is_readable &= column.presence != Presence::Required;
            }
        }
        binding
    }
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
    pub fn head(&self) -> Head {
        let first = self.parts.first();
        Head {
            id: String::new(),
            dataset: self.dataset,
            file: first.map_or(0, |part| part.file),
            row: first.map_or(0, |part| part.table.number(part.row)),
            index: 0,
        }
    }

    /// The calendar year that the file is about.
    pub fn file_year(&self) -> Option<i32> {
        let period = values::period::Period::parse(self.period?).ok()?;
        period.year().map(i32::from)
    }

    /// The text of a column in one language, trimmed; `None` when blank.
    pub fn cell(&self, column: &Column, language: Language) -> Option<&'a str> {
        let index = self.columns.iter().position(|known| std::ptr::eq(*known, column))?;
        self.parts.iter().find_map(|part| {
            let place = part.binding.cells[index][language as usize]?;
            let text = part.table.cell(part.row, usize::from(place)).trim_matches(is_padding);
            (!values::is_blank(text)).then_some(text)
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
            (!values::is_blank(value)).then(|| Extra { name: name.to_owned(), value: value.to_owned() })
        };
        part.binding.untaken.iter().filter_map(cell).collect()
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
        .filter(|item| !values::is_blank(item))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Frequency, Publisher, Title};

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
        assert_eq!((binding.unnamed, binding.untaken), (vec![2], vec![3]));
        assert!(binding.missing.is_empty());
    }

    #[test]
    fn an_unknown_header_misses_what_is_required() {
        let table = table(&[&["Title"], &["Foo", "Bar"], &["1", "2"]]);
        let binding = Binding::locate(&table, COLUMNS, &[], None);
        assert_eq!((binding.header, binding.missing, binding.untaken), (1, vec!["name"], vec![0, 1]));
    }

    #[test]
    fn a_family_takes_what_no_name_does() {
        static VACANCY: Column = Column::optional("vacancy", &["vacancy"]).family(&["*vacan*", "available*"]);
        static PLACE: Column = Column::optional("place", &[]).family(&["name*", "*name"]);
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
        let names = [OtherName::new("name", "caption")];
        assert!(Binding::locate(&table, COLUMNS, &names, None).is_readable);
        assert!(!Binding::locate(&table, COLUMNS, &[], None).is_readable);
    }

    #[test]
    fn a_doubled_column_is_reported() {
        let table = table(&[&["Name", "Name"], &["a", "b"]]);
        assert_eq!(Binding::locate(&table, COLUMNS, &[], None).untaken, [1]);
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
