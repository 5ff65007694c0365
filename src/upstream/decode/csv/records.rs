//! Reads the records of a text in one dialect. A quote opens only at the start of a cell, and closes only before a
//! separator or a line end. The inch mark in `12" wafer` is therefore an ordinary character.

use crate::upstream::decode::MOST_COLUMNS;

/// The separator of a text with one column. This byte never occurs in UTF-8.
pub const NO_SEPARATOR: u8 = 0xff;

/// The rules by which a text is split into records and cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    pub separator: u8,
    /// True if `"` encloses cells.
    pub has_quotes: bool,
    /// True if a lone carriage return ends a line.
    pub cr_ends_lines: bool,
}

/// A cell, as a range of the text.
#[derive(Clone, Copy, Debug)]
pub struct CsvCell {
    pub begin: u32,
    pub end: u32,
    /// True if the cell is quoted. The range excludes the quotes.
    pub is_quoted: bool,
    /// True if the cell contains a doubled quote.
    pub has_doubled: bool,
    /// True if the cell contains a quote that neither encloses it nor is doubled.
    pub has_stray: bool,
}

impl CsvCell {
    pub fn raw<'a>(&self, content: &'a str) -> &'a str {
        content.get(self.begin as usize..self.end as usize).unwrap_or_default()
    }
}

/// A record of a text.
#[derive(Clone, Debug, Default)]
pub struct CsvRecord {
    pub begin: usize,
    /// The position after the line end.
    pub end: usize,
    pub cells: Vec<CsvCell>,
    /// The number of line ends within the cells.
    pub breaks: u32,
    /// True if the record ends within an open quote.
    pub is_open: bool,
}

impl CsvRecord {
    pub fn is_blank(&self, content: &str) -> bool {
        matches!(&self.cells[..], [cell] if cell.raw(content).trim().is_empty())
    }
}

/// The maximum length in bytes of a record with an open quote. Beyond it, the quote counts as unclosed.
const LONGEST: usize = 1 << 16;

impl Dialect {
    /// Reads the record that begins at `begin`. Quotes at the positions in `letters` are ordinary characters.
    pub fn record(&self, content: &str, begin: usize, letters: &[usize]) -> CsvRecord {
        let mut record = CsvRecord { begin, end: begin, ..CsvRecord::default() };
        let mut at = begin;
        loop {
            let (cell, after) = self.cell(content, at, letters, &mut record);
            record.cells.push(cell);
            let bytes = content.as_bytes();
            match bytes.get(after) {
                Some(byte) if *byte == self.separator && record.cells.len() <= MOST_COLUMNS => at = after + 1,
                _ => {
                    record.end = after + self.line_end(bytes, after);
                    return record;
                }
            }
        }
    }

    /// Reads the line that begins at `begin` as one record without quotes.
    pub fn line(&self, content: &str, begin: usize) -> CsvRecord {
        Self { has_quotes: false, ..*self }.record(content, begin, &[])
    }

    /// Returns the length in bytes of the line end at `at`, or 0 if there is none.
    fn line_end(&self, bytes: &[u8], at: usize) -> usize {
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b'\n'), _) => 1,
            (Some(b'\r'), Some(b'\n')) => 2,
            (Some(b'\r'), after) if self.cr_ends_lines || after.is_none() => 1,
            _ => 0,
        }
    }

    /// True if a cell ends at `at`.
    fn ends_cell(&self, bytes: &[u8], at: usize) -> bool {
        bytes.get(at).is_none_or(|byte| *byte == self.separator) || self.line_end(bytes, at) > 0
    }

    fn cell(&self, content: &str, begin: usize, letters: &[usize], record: &mut CsvRecord) -> (CsvCell, usize) {
        let bytes = content.as_bytes();
        let blank = bytes[begin..].iter().take_while(|byte| **byte == b' ').count();
        let first = begin + blank;
        let opens = self.has_quotes && bytes.get(first) == Some(&b'"') && !letters.contains(&first);
        if opens {
            return self.quoted(bytes, first + 1, letters, record);
        }
        let mut at = begin;
        let mut has_stray = false;
        while !self.ends_cell(bytes, at) {
            has_stray |= bytes[at] == b'"';
            at += 1;
        }
        let cell = CsvCell { begin: begin as u32, end: at as u32, is_quoted: false, has_doubled: false, has_stray };
        (cell, at)
    }

    fn quoted(&self, bytes: &[u8], begin: usize, letters: &[usize], record: &mut CsvRecord) -> (CsvCell, usize) {
        let mut cell =
            CsvCell { begin: begin as u32, end: begin as u32, is_quoted: true, has_doubled: false, has_stray: false };
        let mut at = begin;
        while at < bytes.len() && at - record.begin < LONGEST {
            match bytes[at] {
                b'"' if letters.contains(&at) => cell.has_stray = true,
                b'"' if bytes.get(at + 1) == Some(&b'"') => {
                    // A doubled quote, or an empty quoted cell that ends here.
                    cell.has_doubled = true;
                    at += 1;
                }
                b'"' => {
                    let blank = bytes[at + 1..].iter().take_while(|byte| **byte == b' ').count();
                    if self.ends_cell(bytes, at + 1 + blank) {
                        cell.end = at as u32;
                        return (cell, at + 1 + blank);
                    }
                    cell.has_stray = true;
                }
                b'\n' => record.breaks += 1,
                b'\r' if self.cr_ends_lines && bytes.get(at + 1) != Some(&b'\n') => record.breaks += 1,
                _ => {}
            }
            at += 1;
        }
        record.is_open = true;
        cell.end = bytes.len() as u32;
        (cell, bytes.len())
    }
}

/// True if lone carriage returns end lines: the text has no line feeds, or fewer than lone carriage returns.
pub fn cr_ends_lines(content: &str) -> bool {
    let bytes = content.as_bytes();
    let feeds = memchr::memchr_iter(b'\n', bytes).count();
    let alone = memchr::memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n')).count();
    alone > feeds
}
