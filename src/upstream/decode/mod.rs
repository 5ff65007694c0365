//! From bytes to a [`Table`]: what kind of file it is decides its content, never its name or media type.

use std::time::Duration;

use crate::domain::{
    catalog::Format,
    table::{Table, TooLarge},
    text::Language,
};

pub mod charset;
pub mod csv;
pub mod json;
pub mod sniff;
pub mod workbook;
pub mod xml;

use sniff::{Binary, Kind};

/// A table of a file, with what was found out on the way.
#[derive(Debug)]
pub struct Decoded {
    pub table: Table,
    /// The name of the sheet that it is, in a workbook.
    pub sheet: Option<String>,
    pub format: Format,
    /// The charset the text was in, by its WHATWG name; it says so when bytes had to be replaced.
    pub charset: String,
}

impl Decoded {
    /// What a body without anything decodes to, where that means that there are no rows.
    pub fn nothing() -> Self {
        Self { table: Table::default(), sheet: None, format: Format::Json, charset: "UTF-8".to_owned() }
    }
}

/// The most cells a file may have. The largest dataset has 34,000 rows of four.
const MOST_CELLS: usize = 4_000_000;
/// The most cells a row may have: as many as a sheet of a workbook may.
const MOST_COLUMNS: usize = 1 << 14;
/// The longest name of a column that is made of several, as a path in JSON is.
const LONGEST_NAME: usize = 256;

/// A file that is no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("expected a data file, found an HTML page: the file is missing upstream")]
    Html,
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
    #[error("expected rows, found that {0}")]
    GaveUp(GaveUp),
}

/// How a reader gave up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GaveUp {
    #[error("the reader panicked: {0}")]
    Panicked(String),
    #[error("the reader was not done after {} s", .0.as_secs_f64())]
    TookTooLong(Duration),
}

/// Decodes a file: its one table, or the visible sheets of a workbook. `declared` is the charset that the server named,
/// `language` that of the file, if it has one; both are hints for text that is not Unicode.
pub fn decode(body: &[u8], declared: Option<&str>, language: Option<Language>) -> Result<Vec<Decoded>, DecodeError> {
    match sniff::binary(body) {
        Some(Binary::Workbook) => return workbook(body),
        Some(Binary::Other(kind)) => return Err(DecodeError::Unsupported(kind)),
        None => {}
    }
    let text = charset::decode(body, declared, language);
    let (table, format) = match sniff::text(&text.content) {
        Kind::Empty => return Err(DecodeError::Empty),
        Kind::Html => return Err(DecodeError::Html),
        Kind::Xml => (xml::decode(&text.content)?, Format::Xml),
        Kind::Json => (json::decode(&text.content)?, Format::Json),
        Kind::Csv => (csv::decode(&text.content)?, Format::Csv),
    };
    Ok(vec![Decoded { table, sheet: None, format, charset: text.charset }])
}

fn workbook(body: &[u8]) -> Result<Vec<Decoded>, DecodeError> {
    let decoded = |sheet: workbook::Sheet| Decoded {
        table: sheet.table,
        sheet: Some(sheet.name),
        format: Format::Workbook,
        charset: "UTF-8".to_owned(),
    };
    Ok(workbook::decode(body)?.into_iter().filter(|sheet| sheet.visible).map(decoded).collect())
}

/// Adds a cell within the bounds of one file.
fn push(table: &mut Table, text: &str) -> Result<(), DecodeError> {
    if table.cell_count() >= MOST_CELLS {
        return Err(DecodeError::TooManyCells);
    }
    if table.width(table.len().saturating_sub(1)) >= MOST_COLUMNS {
        return Err(DecodeError::TooManyColumns);
    }
    // A NUL is no text in any charset; some exports leave one behind.
    if text.contains('\0') {
        return Ok(table.push_cell(&text.replace('\0', ""))?);
    }
    Ok(table.push_cell(text)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_page_is_not_a_file() {
        let page = b"\xef\xbb\xbf \r\n<!DOCTYPE HTML><html><body>Page not found</body></html>";
        assert_eq!(decode(page, None, None).unwrap_err(), DecodeError::Html);
        assert_eq!(decode(b"%PDF-1.7", None, None).unwrap_err(), DecodeError::Unsupported("a PDF document"));
    }

    #[test]
    fn an_empty_body_has_no_rows() {
        assert_eq!(decode(b" \r\n", None, None).unwrap_err(), DecodeError::Empty);
    }

    proptest! {
        #[test]
        fn any_bytes_decode_or_say_why(body in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = decode(&body, None, None);
        }

        #[test]
        fn near_json_decodes_or_says_why(body in "[\\[\\]{}\",:a-c0-9 ]{0,60}") {
            let _ = decode(body.as_bytes(), None, None);
        }
    }
}
