//! Decodes bytes to a [`Table`]. The content determines the format, never the file name or the media type.

use std::{fmt, time::Duration};

use crate::domain::{
    catalog::Format,
    table::{Table, TooLarge},
    text::Language,
    value::shorten,
};

mod cell;
pub mod charset;
mod container;
pub mod csv;
mod error_answer;
mod grid;
pub mod html;
pub mod json;
pub mod sniff;
mod spreadsheet_xml;
pub mod workbook;
pub mod xml;
mod zipped;

use charset::Charset;
pub use json::ChildTable;
use sniff::{BinaryFormat, SniffedText};

/// A decoded table of a file, with the facts found during decoding.
#[derive(Debug)]
pub struct DecodedTable {
    pub table: Table,
    /// The name of the sheet in a workbook, or the location of the table in a document with several tables.
    pub sheet: Option<String>,
    pub format: Format,
    /// The WHATWG name of the text's charset, with a remark if bytes were replaced.
    pub charset: String,
    /// The decisions made during decoding.
    pub decisions: Decisions,
    /// Rows that could not be read.
    pub damages: Vec<DamagedRow>,
    /// Descriptions of the repairs made.
    pub notes: Vec<String>,
    /// True if the file is truncated.
    pub is_cut_off: bool,
    /// The tables of the arrays of objects nested in the records of a JSON document.
    pub children: Vec<ChildTable>,
    /// The records without these arrays.
    pub without_children: Option<Table>,
}

/// A row that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DamagedRow {
    pub row: u32,
    pub reason: String,
    /// The beginning of its text.
    pub text: String,
}

/// The decisions made about a file, each with its runner-up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decisions {
    pub charset: Option<Charset>,
    pub dialect: Option<csv::DialectChoice>,
    /// The JSON Pointer of the records in a JSON document.
    pub pointer: Option<String>,
}

impl fmt::Display for Decisions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let charset = self.charset.as_ref().map(|charset| format!("{charset}: {}", charset.evidence));
        let dialect = self.dialect.as_ref().map(ToString::to_string);
        let pointer = self.pointer.as_ref().map(|pointer| format!("records at {pointer:?}"));
        let parts: Vec<String> = [charset, dialect, pointer].into_iter().flatten().collect();
        f.write_str(&parts.join("   "))
    }
}

impl DecodedTable {
    fn of(table: Table, format: Format) -> Self {
        Self {
            table,
            sheet: None,
            format,
            charset: "UTF-8".to_owned(),
            decisions: Decisions::default(),
            damages: Vec::new(),
            notes: Vec::new(),
            is_cut_off: false,
            children: Vec::new(),
            without_children: None,
        }
    }

    /// Returns the empty table for an empty body that means "no rows".
    pub fn nothing() -> Self {
        Self::of(Table::default(), Format::Json)
    }

    /// Splits the table so that each nested array of objects becomes its own table. The records form a further table if
    /// they have figures of their own.
    pub fn by_child(mut self) -> Vec<Self> {
        if self.children.is_empty() {
            return vec![self];
        }
        let mut tables = Vec::new();
        for ChildTable { path, table } in std::mem::take(&mut self.children) {
            let mut child = Self::of(table, self.format);
            child.sheet = Some(path);
            (child.charset, child.decisions) = (self.charset.clone(), self.decisions.clone());
            child.is_cut_off = self.is_cut_off;
            // Report the repairs of a document only once, with its first table.
            (child.damages, child.notes) = (std::mem::take(&mut self.damages), std::mem::take(&mut self.notes));
            tables.push(child);
        }
        if let Some(table) = self.without_children.take() {
            self.table = table;
            tables.push(self);
        }
        tables
    }
}

/// The maximum number of cells of a file. The largest dataset has 34,000 rows of four cells.
const MOST_CELLS: usize = 4_000_000;
/// The maximum number of cells of a row, equal to the column limit of a workbook sheet.
const MOST_COLUMNS: usize = 1 << 14;
/// The maximum length in bytes of a composed column name, for example a JSON path.
const LONGEST_NAME: usize = 256;

/// The reason why a file cannot be decoded as a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("expected a data file, found an HTML page: the file is missing upstream")]
    Html,
    #[error("expected a data file, found an error message: `{}`", shorten(.0))]
    ErrorAnswer(String),
    #[error("expected rows, found an empty body")]
    Empty,
    #[error("expected CSV, JSON, XML or a workbook, found {0}")]
    Unsupported(&'static str),
    #[error("expected JSON, found an error at line {line}, column {column}: {reason}")]
    Json { line: usize, column: usize, reason: String },
    #[error("expected XML, found an error at line {line}, column {column}: {reason}")]
    Xml { line: usize, column: usize, reason: String },
    #[error("expected a workbook, found an error in {part}: {reason}")]
    Workbook { part: String, reason: String },
    #[error("expected {expected}, found {found}")]
    Shape { expected: &'static str, found: String },
    #[error("line {line}: {reason}")]
    Csv { line: u64, reason: String },
    #[error("expected at most {MOST_CELLS} cells, found more")]
    TooManyCells,
    #[error("expected at most {MOST_COLUMNS} columns, found more")]
    TooManyColumns,
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    #[error("cannot read the file: {0}")]
    GaveUp(DecodeAbort),
}

/// The reason why a reader was aborted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeAbort {
    #[error("the reader panicked: {0}")]
    Panicked(String),
    #[error("the reader did not finish within {} s", .0.as_secs_f64())]
    TookTooLong(Duration),
}

/// Decodes a file, and returns its tables, at least one. `declared` is the charset that the server declares; `language`
/// is the language of the file, if it has one. Both are hints for text that is not Unicode.
pub fn decode(
    body: &[u8],
    declared: Option<&str>,
    language: Option<Language>,
) -> Result<Vec<DecodedTable>, DecodeError> {
    let body = &*container::unpacked(body)?;
    match sniff::binary(body) {
        Some(BinaryFormat::Workbook) => return Ok(sheets(workbook::decode(body)?)),
        Some(BinaryFormat::Other(kind)) => return Err(DecodeError::Unsupported(kind)),
        None => {}
    }
    let text = charset::decode(body, declared, language);
    let mut tables = by_kind(&text.content)?;
    for decoded in &mut tables {
        decoded.charset = text.charset.to_string();
        decoded.decisions.charset = Some(text.charset.clone());
    }
    Ok(tables)
}

fn by_kind(content: &str) -> Result<Vec<DecodedTable>, DecodeError> {
    match sniff::text(content) {
        SniffedText::Empty => Err(DecodeError::Empty),
        SniffedText::Html => {
            let tables = html::decode(content)?.into_iter();
            Ok(tables
                .map(|(sheet, table)| DecodedTable { sheet, ..DecodedTable::of(table, Format::Workbook) })
                .collect())
        }
        SniffedText::Xml if spreadsheet_xml::is_one(content) => Ok(sheets(spreadsheet_xml::decode(content)?)),
        SniffedText::Xml => match error_answer::in_xml(content) {
            Some(message) => Err(DecodeError::ErrorAnswer(message)),
            None => Ok(vec![DecodedTable::of(xml::decode(content)?, Format::Xml)]),
        },
        SniffedText::Json => json(content),
        SniffedText::Csv => {
            let csv::Csv { table, dialect, damages, notes } = csv::decode(content)?;
            if let Some(message) = error_answer::in_text(content, &table) {
                return Err(DecodeError::ErrorAnswer(message));
            }
            let decisions = Decisions { dialect: Some(dialect), ..Decisions::default() };
            Ok(vec![DecodedTable { decisions, damages, notes, ..DecodedTable::of(table, Format::Csv) }])
        }
    }
}

fn json(content: &str) -> Result<Vec<DecodedTable>, DecodeError> {
    let json::Json { tables, mut damages, mut notes, is_cut_off } = json::decode(content)?;
    let is_one = tables.len() == 1;
    let decoded = |found: json::JsonTable| DecodedTable {
        sheet: (!is_one).then(|| found.pointer.clone()),
        // Report the repairs of a document only once, with its first table.
        damages: std::mem::take(&mut damages),
        notes: std::mem::take(&mut notes),
        is_cut_off,
        children: found.children,
        without_children: found.without_children,
        decisions: Decisions { pointer: Some(found.pointer), ..Decisions::default() },
        ..DecodedTable::of(found.table, Format::Json)
    };
    Ok(tables.into_iter().map(decoded).collect())
}

/// Returns the visible sheets of a workbook that are not empty, or the first visible sheet if all are empty.
fn sheets(sheets: Vec<workbook::Sheet>) -> Vec<DecodedTable> {
    let decoded = |sheet: workbook::Sheet| DecodedTable {
        sheet: Some(sheet.name),
        ..DecodedTable::of(sheet.table, Format::Workbook)
    };
    let mut visible: Vec<DecodedTable> = sheets.into_iter().filter(|sheet| sheet.visible).map(decoded).collect();
    if visible.iter().any(|sheet| !sheet.table.is_empty()) {
        visible.retain(|sheet| !sheet.table.is_empty());
    }
    visible.truncate(if visible.iter().all(|sheet| sheet.table.is_empty()) { 1 } else { usize::MAX });
    visible
}

/// Converts a count for use in a score. Counts are small enough that rounding does not matter.
#[expect(clippy::cast_precision_loss, reason = "scores are compared, not added up")]
const fn score(count: usize) -> f32 {
    count as f32
}

/// Adds a cell, within the limits for one file.
fn push(table: &mut Table, text: &str) -> Result<(), DecodeError> {
    if table.cell_count() >= MOST_CELLS {
        return Err(DecodeError::TooManyCells);
    }
    if table.width(table.len().saturating_sub(1)) >= MOST_COLUMNS {
        return Err(DecodeError::TooManyColumns);
    }
    Ok(table.push_cell(&cell::cleaned(text))?)
}

/// Whether a cell of several values has a line for a blank one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BlankLines {
    Kept,
    Omitted,
}

/// Adds a row of cells that each state their column. Values of the same column become the lines of one cell.
fn push_row<Text: AsRef<str>>(
    table: &mut Table,
    number: u32,
    cells: &mut [(usize, Text)],
    blank_lines: BlankLines,
) -> Result<(), DecodeError> {
    cells.sort_by_key(|(place, _)| *place);
    table.begin_row(number);
    let mut next = 0;
    for of_column in cells.chunk_by(|one, other| one.0 == other.0) {
        for _ in next..of_column[0].0 {
            push(table, "")?;
        }
        let lines: Vec<&str> = of_column
            .iter()
            .map(|(_, text)| text.as_ref())
            .filter(|text| blank_lines == BlankLines::Kept || !text.is_empty())
            .collect();
        push(table, &lines.join("\n"))?;
        next = of_column[0].0 + 1;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn html_and_pdf_documents_are_rejected() {
        let page = b"\xef\xbb\xbf \r\n<!DOCTYPE HTML><html><body>Page not found</body></html>";
        assert_eq!(decode(page, None, None).unwrap_err(), DecodeError::Html);
        assert_eq!(decode(b"%PDF-1.7", None, None).unwrap_err(), DecodeError::Unsupported("a PDF document"));
    }

    #[test]
    fn an_empty_body_is_rejected() {
        assert_eq!(decode(b" \r\n", None, None).unwrap_err(), DecodeError::Empty);
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(body in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = decode(&body, None, None);
        }

        #[test]
        fn json_like_text_never_panics(body in "[\\[\\]{}\",:a-c0-9 ]{0,60}") {
            let _ = decode(body.as_bytes(), None, None);
        }
    }
}
