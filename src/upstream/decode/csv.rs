//! CSV of any make: ragged rows, quoted line breaks, CRLF, tabs or semicolons between cells.

use csv::{ByteRecord, ReaderBuilder};

use super::{DecodeError, push};
use crate::domain::table::Table;

/// Decodes a CSV text. Rows keep the number of the line they begin on; empty lines are passed over.
pub fn decode(content: &str) -> Result<Table, DecodeError> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(content))
        .from_reader(content.as_bytes());
    let unclosed = unclosed_quote(content);
    let mut table = Table::default();
    let mut record = ByteRecord::new();
    let mut lines = Lines { content: content.as_bytes(), counted: 0, line: 1 };
    loop {
        let more = reader
            .read_byte_record(&mut record)
            .map_err(|error| DecodeError::Csv { line: lines.line.into(), reason: error.to_string() })?;
        if !more {
            return Ok(table);
        }
        if unclosed && reader.position().byte() >= content.len() as u64 {
            // The last record swallowed what follows its quote: one cell that tells all of it, and no record.
            let begin = record.position().map_or(0, csv::Position::byte);
            table.begin_row(lines.at(usize::try_from(begin).unwrap_or(usize::MAX)));
            let swallowed = record.iter().map(String::from_utf8_lossy).collect::<Vec<_>>().join(",");
            push(&mut table, &swallowed)?;
            return Ok(table);
        }
        let begin = record.position().map_or(0, csv::Position::byte);
        table.begin_row(lines.at(usize::try_from(begin).unwrap_or(usize::MAX)));
        for cell in &record {
            // Cells are cut out of a `str` at ASCII bytes, so they are UTF-8.
            push(&mut table, &String::from_utf8_lossy(cell))?;
        }
    }
}

/// Counts lines along with the records. The reader's own count lags behind where lines end in CR LF.
struct Lines<'a> {
    content: &'a [u8],
    counted: usize,
    line: u32,
}

impl Lines<'_> {
    /// The line on which the first character at or after `begin` stands.
    fn at(&mut self, begin: usize) -> u32 {
        let rest = self.content.get(begin..).unwrap_or_default();
        let first = begin + rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = self.content.get(self.counted..first).unwrap_or_default();
        self.line += u32::try_from(passed.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(u32::MAX);
        self.counted = first;
        self.line
    }
}

/// The separator: the one of `,` tab `;` that the first lines have most of, quoted text left out.
fn delimiter(content: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b'\t', 0), (b';', 0)];
    for byte in content.bytes().take(16_384) {
        quoted ^= byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(separator, _)| !quoted && *separator == byte) {
            *count += 1;
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| separator)
}

/// Where a quote that is never closed stands, if one does: it swallows all that follows.
fn unclosed_quote(content: &str) -> bool {
    content.bytes().filter(|byte| *byte == b'"').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(content: &str) -> Vec<(u32, Vec<String>)> {
        let table = decode(content).unwrap();
        (0..table.len()).map(|row| (table.number(row), table.cells(row).map(str::to_owned).collect())).collect()
    }

    fn row(number: u32, cells: &[&str]) -> (u32, Vec<String>) {
        (number, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn quotes_line_breaks_and_ragged_rows() {
        let content = "a,b\r\n\"two\r\nlines\",\"say \"\"so\"\"\"\r\nshort\r\none,two,three\r\n";
        assert_eq!(
            rows(content),
            [
                row(1, &["a", "b"]),
                row(2, &["two\r\nlines", "say \"so\""]),
                row(4, &["short"]),
                row(5, &["one", "two", "three"]),
            ]
        );
    }

    #[test]
    fn bombs_are_refused() {
        assert_eq!(decode(&",".repeat(1 << 14)).unwrap_err(), DecodeError::TooManyColumns);
        assert_eq!(decode(&"1,2,3,4\n".repeat(1_000_001)).unwrap_err(), DecodeError::TooManyCells);
    }

    #[test]
    fn tabs_and_semicolons() {
        assert_eq!(rows("a\tb, c\n1\t2"), [row(1, &["a", "b, c"]), row(2, &["1", "2"])]);
        assert_eq!(rows("a;b\n1;2"), [row(1, &["a", "b"]), row(2, &["1", "2"])]);
    }

    #[test]
    fn separators_in_quotes_do_not_count() {
        assert_eq!(rows("a,b\n1,\"x;y;z;u\"")[0], row(1, &["a", "b"]));
    }

    #[test]
    fn an_open_quote_is_one_cell_that_tells_what_it_swallowed() {
        assert_eq!(
            rows("a,b\n1,2\n3,\"open\n4,5\n"),
            [row(1, &["a", "b"]), row(2, &["1", "2"]), row(3, &["3,open\n4,5\n"])]
        );
    }
}
