//! Reads records in order and repairs stray quotes. If a stray quote swallows the following text, it is read as an
//! ordinary character, provided that this yields a record of the usual width on one line.

use std::collections::HashMap;

use super::{
    dialect::{DialectChoice, MOST_OPEN},
    records::{CsvRecord, Dialect},
};

/// The maximum number of quotes of a record that are tried.
const MOST_TRIED: usize = 16;
/// The minimum table width for detecting a swallowed line. In a narrower table, too many texts look like its lines.
const WIDE: usize = 4;

/// A record, with the outcome of its repair.
#[derive(Debug)]
pub struct RepairedRecord {
    pub record: CsvRecord,
    pub is_repaired: bool,
    /// The reason why the record cannot be split reliably.
    pub doubt: Option<&'static str>,
}

/// Reads records from the start of a text to its end.
pub struct RecordReader<'a> {
    content: &'a str,
    dialect: Dialect,
    width: usize,
    at: usize,
    /// Per column, the number of records with a cell of several lines.
    broken: HashMap<usize, usize>,
    /// The number of unclosed quotes so far.
    open: usize,
    /// The remaining number of bytes that may be read again to repair records.
    left: usize,
}

const NEVER_CLOSED: &str = "expected a closing quote, found none";
const SWALLOWS: &str = "expected one record, found a quoted cell that seems to contain several";

impl<'a> RecordReader<'a> {
    pub fn new(content: &'a str, choice: &DialectChoice) -> Self {
        let mut broken = HashMap::new();
        let (mut at, mut open) = (0, 0);
        let has_quotes = memchr::memchr(b'"', content.as_bytes()).is_some();
        while has_quotes && at < content.len() && open < MOST_OPEN {
            let mut record = choice.dialect.record(content, at, &[]);
            if record.is_open {
                open += 1;
                record = choice.dialect.line(content, at);
            }
            at = record.end;
            if record.breaks > 0 {
                for (column, _) in broken_cells(content, &record) {
                    *broken.entry(column).or_default() += 1;
                }
            }
        }
        Self {
            content,
            dialect: choice.dialect,
            width: choice.width,
            at: 0,
            broken,
            open: 0,
            left: 16 * content.len() + (1 << 20),
        }
    }

    /// Skips the first line.
    pub fn skip_line(&mut self) {
        self.at = self.dialect.record(self.content, self.at, &[]).end;
    }

    /// Returns the next record that is not blank.
    pub fn next_record(&mut self) -> Option<RepairedRecord> {
        while self.at < self.content.len() {
            let found = self.found();
            self.at = found.record.end;
            if !found.record.is_blank(self.content) {
                return Some(found);
            }
        }
        None
    }

    fn found(&mut self) -> RepairedRecord {
        let record = self.dialect.record(self.content, self.at, &[]);
        self.open += usize::from(record.is_open);
        // With too many unclosed quotes, quotes do not enclose cells.
        self.dialect.has_quotes &= self.open < MOST_OPEN;
        let sound = |record| RepairedRecord { record, is_repaired: false, doubt: None };
        let fits = record.cells.len() == self.width;
        let has_stray = record.cells.iter().any(|cell| cell.is_quoted && cell.has_stray);
        if !record.is_open && fits && (record.breaks == 0 || !(has_stray || self.swallows(&record))) {
            return sound(record);
        }
        if !record.is_open && !fits && record.breaks == 0 && !has_stray && !self.may_close_early(&record) {
            return sound(record);
        }
        if let Some(repaired) = self.as_letter(&record, fits) {
            return RepairedRecord { record: repaired, is_repaired: true, doubt: None };
        }
        if record.is_open {
            // Keep only the text of the line on which the quote opens.
            let opened = record.cells.last().map_or(record.begin, |cell| cell.begin as usize - 1);
            let alone = self.dialect.record(self.content, record.begin, &[opened]);
            let record = if alone.is_open { self.dialect.line(self.content, record.begin) } else { alone };
            return RepairedRecord { record, is_repaired: false, doubt: Some(NEVER_CLOSED) };
        }
        let doubt = (fits && record.breaks > 0 && self.swallows(&record)).then_some(SWALLOWS);
        RepairedRecord { record, is_repaired: false, doubt }
    }

    /// True if a quote within a cell may be mistaken for its closing quote: the record is too wide.
    fn may_close_early(&self, record: &CsvRecord) -> bool {
        let quotes = memchr::memchr_iter(b'"', &self.content.as_bytes()[record.begin..record.end]).count();
        record.cells.len() > self.width && quotes > 2
    }

    /// Reads one of the record's quotes as an ordinary character, and returns the resulting record if it has the usual
    /// width on one line. If the original record already has the usual width, the rest of its text must also split into
    /// records of that width.
    fn as_letter(&mut self, record: &CsvRecord, fits: bool) -> Option<CsvRecord> {
        if self.width < 2 {
            return None;
        }
        let bytes = self.content.as_bytes();
        let end = record.end.min(record.begin + (1 << 16));
        let quotes = memchr::memchr_iter(b'"', &bytes[record.begin..end]).map(|at| record.begin + at);
        // A doubled quote is not stray.
        let is_single = |at: &usize| bytes.get(at + 1) != Some(&b'"') && (*at == 0 || bytes[at - 1] != b'"');
        for at in quotes.filter(is_single).take(MOST_TRIED) {
            let other = self.dialect.record(self.content, record.begin, &[at]);
            self.left = self.left.checked_sub((other.end - other.begin).min(1 << 16))?;
            let is_usual = !other.is_open && other.breaks == 0 && other.cells.len() == self.width;
            if is_usual && (!fits || self.rest_is_usual(other.end, record.end)) {
                return Some(other);
            }
        }
        None
    }

    /// True if the text from `at` to `end` consists of one-line records of the usual width.
    fn rest_is_usual(&self, mut at: usize, end: usize) -> bool {
        while at < end {
            let record = self.dialect.record(self.content, at, &[]);
            if record.is_open || record.breaks > 0 || record.cells.len() != self.width {
                return false;
            }
            at = record.end;
        }
        at == end
    }

    /// True if a cell contains a line that would be a record, in a column where no other record has several lines.
    fn swallows(&self, record: &CsvRecord) -> bool {
        let is_record = |line: &str| {
            let other = self.dialect.record(line, 0, &[]);
            other.cells.len() == self.width && other.end == line.len()
        };
        self.width >= WIDE
            && broken_cells(self.content, record).any(|(column, text)| {
                self.broken.get(&column).is_none_or(|count| *count < 2) && text.lines().any(is_record)
            })
    }
}

/// Returns the cells of a record that have several lines, with their columns.
fn broken_cells<'a>(content: &'a str, record: &CsvRecord) -> impl Iterator<Item = (usize, &'a str)> {
    let cells = record.cells.iter().enumerate();
    cells.map(|(column, cell)| (column, cell.raw(content))).filter(|(_, text)| text.contains(['\n', '\r']))
}
