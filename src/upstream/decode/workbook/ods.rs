//! Decodes ODS: one XML part with all sheets.

use std::collections::HashSet;

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

use super::{Grid, MOST_SHEETS, RemainingBounds, Sheet, number_format::decimal, truth, wrong};
use crate::upstream::decode::{DecodeError, zipped};

const PART: &str = "content.xml";
/// The maximum nesting depth of elements.
const DEEPEST: usize = 256;

pub fn decode(body: &[u8]) -> Result<Vec<Sheet>, DecodeError> {
    let content = zipped::part(body, PART)?.ok_or_else(|| wrong("ODS", "expected a `content.xml`, found none"))?;
    let content =
        String::from_utf8(content).map_err(|_| wrong(PART, "expected UTF-8; the workbook may be encrypted"))?;
    let mut reader = Reader::from_str(&content);
    let mut reading = Reading::default();
    loop {
        match reader.read_event().map_err(|error| wrong(PART, error))? {
            Event::Start(tag) => {
                reading.depth += 1;
                if reading.depth > DEEPEST {
                    return Err(wrong(PART, format!("expected at most {DEEPEST} levels of elements, found more")));
                }
                reading.begin(&tag)?;
            }
            Event::Empty(tag) => {
                reading.begin(&tag)?;
                reading.end(tag.local_name().as_ref())?;
            }
            Event::End(tag) => {
                reading.depth = reading.depth.saturating_sub(1);
                reading.end(tag.local_name().as_ref())?;
            }
            Event::Text(text) => reading.push(&text.xml10_content()),
            Event::CData(text) => reading.push(&text.xml10_content()),
            Event::GeneralRef(entity) => match entity.resolve_char_ref() {
                Ok(Some(character)) => reading.push(character.encode_utf8(&mut [0; 4])),
                _ => reading.push(quick_xml::escape::resolve_predefined_entity(&entity).unwrap_or_default()),
            },
            Event::Eof => return Ok(reading.sheets),
            _ => {}
        }
    }
}

/// A cell, as its element describes it.
#[derive(Default)]
struct Cell {
    kind: String,
    value: String,
    repeated: u32,
    columns: u32,
    rows: u32,
    /// The text of the paragraphs.
    text: String,
    paragraphs: usize,
}

#[derive(Default)]
struct Reading {
    left: RemainingBounds,
    sheets: Vec<Sheet>,
    /// The styles of hidden sheets.
    hidden: HashSet<String>,
    style: String,
    sheet: Option<(String, bool, Grid)>,
    row: u32,
    rows_repeated: u32,
    column: u32,
    cell: Option<Cell>,
    depth: usize,
    in_paragraph: bool,
    /// The nesting depth within a comment. Text in a comment belongs to no cell.
    in_comment: usize,
}

impl Reading {
    fn begin(&mut self, tag: &BytesStart<'_>) -> Result<(), DecodeError> {
        if self.in_comment > 0 || tag.local_name().as_ref() == "annotation" {
            self.in_comment += 1;
            return Ok(());
        }
        let value = |name: &str| attribute(tag, name);
        let count = |name: &str| value(name).and_then(|text| text.parse().ok()).unwrap_or(1_u32).max(1);
        match tag.local_name().as_ref() {
            "style" => self.style = value("name").unwrap_or_default(),
            "table-properties" if value("display").as_deref() == Some("false") => {
                self.hidden.insert(self.style.clone());
            }
            "table" if self.sheet.is_none() => {
                if self.sheets.len() >= MOST_SHEETS {
                    return Err(wrong(PART, format!("expected at most {MOST_SHEETS} sheets, found more")));
                }
                let visible = value("style-name").is_none_or(|style| !self.hidden.contains(&style));
                self.sheet = Some((value("name").unwrap_or_default(), visible, Grid::default()));
                self.row = 0;
            }
            "table-row" => (self.column, self.rows_repeated) = (0, count("number-rows-repeated")),
            "table-cell" | "covered-table-cell" => {
                let kind = value("value-type").unwrap_or_default();
                let named = match kind.as_str() {
                    "date" => "date-value",
                    "boolean" => "boolean-value",
                    "string" => "string-value",
                    _ => "value",
                };
                self.cell = Some(Cell {
                    value: value(named).unwrap_or_default(),
                    kind,
                    repeated: count("number-columns-repeated"),
                    columns: count("number-columns-spanned"),
                    rows: count("number-rows-spanned"),
                    ..Cell::default()
                });
            }
            "p" => {
                if let Some(cell) = &mut self.cell {
                    if cell.paragraphs > 0 {
                        cell.text.push('\n');
                    }
                    cell.paragraphs += 1;
                    self.in_paragraph = true;
                }
            }
            "s" => self.push(&" ".repeat(count("c").min(64) as usize)),
            "tab" => self.push("\t"),
            "line-break" => self.push("\n"),
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, text: &str) {
        if let (Some(cell), true, 0) = (&mut self.cell, self.in_paragraph, self.in_comment) {
            cell.text.push_str(text);
        }
    }

    fn end(&mut self, name: &str) -> Result<(), DecodeError> {
        if self.in_comment > 0 {
            self.in_comment -= 1;
            return Ok(());
        }
        match name {
            "p" => self.in_paragraph = false,
            "table-cell" | "covered-table-cell" => self.take_cell()?,
            "table-row" => self.row = self.row.saturating_add(self.rows_repeated),
            "table" => {
                if let Some((name, visible, grid)) = self.sheet.take() {
                    let table = grid.into_table(&mut self.left)?;
                    self.sheets.push(Sheet { name, visible, table });
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn take_cell(&mut self) -> Result<(), DecodeError> {
        let (Some(cell), Some((.., grid))) = (self.cell.take(), &mut self.sheet) else { return Ok(()) };
        let text = cell.shown();
        if !text.is_empty() {
            for row in self.row..self.row.saturating_add(self.rows_repeated) {
                for column in self.column..self.column.saturating_add(cell.repeated) {
                    grid.add(row, column, &text, &mut self.left)?;
                }
            }
        }
        let last = |first: u32, count: u32| (first, first.saturating_add(count - 1));
        grid.merge(last(self.row, cell.rows), last(self.column, cell.columns), &mut self.left)?;
        self.column = self.column.saturating_add(cell.repeated);
        Ok(())
    }
}

impl Cell {
    fn shown(&self) -> String {
        let number = || self.value.parse::<f64>().ok();
        // The file stores a code with leading zeros as a number. The text keeps the zeros.
        let is_code =
            self.text.len() > 1 && self.text.starts_with('0') && self.text.bytes().all(|byte| byte.is_ascii_digit());
        let exact = match self.kind.as_str() {
            "float" | "currency" if !is_code => number().map(|number| decimal(number, 0)),
            "percentage" => number().map(|number| decimal(number, 2) + "%"),
            "date" => Some(self.value.trim_end_matches("T00:00:00").to_owned()),
            "boolean" => Some(truth(self.value == "true").to_owned()),
            _ => None,
        };
        exact.filter(|text| !text.is_empty()).unwrap_or_else(|| self.text.clone())
    }
}

/// Returns an attribute by its local name.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let mut sound = attributes.with_checks(false).filter_map(Result::ok);
    let found = sound.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}
