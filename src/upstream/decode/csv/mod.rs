//! Decodes CSV of any dialect. Separators and quotes are detected by trial. Rows may be ragged, cells may have several
//! lines, and a stray quote damages at most one record.

use std::borrow::Cow;

use super::{DamagedRow, DecodeError, push};
use crate::domain::table::Table;

mod decimal_comma;
mod dialect;
mod records;
mod repair;

pub use dialect::DialectChoice;
use repair::RecordReader;

/// A decoded CSV text.
#[derive(Debug)]
pub struct Csv {
    pub table: Table,
    pub dialect: DialectChoice,
    /// Records that could not be separated from their neighbours.
    pub damages: Vec<DamagedRow>,
    pub notes: Vec<String>,
}

/// Decodes a CSV text. Rows keep the number of the line on which they begin; empty lines are skipped. A record that
/// cannot be split into cells is skipped and reported.
pub fn decode(content: &str) -> Result<Csv, DecodeError> {
    if u32::try_from(content.len()).is_err() {
        return Err(crate::domain::table::TooLarge.into());
    }
    let content = content.trim_start_matches('\u{feff}');
    let choice = dialect::choose(content);
    let mut reading = RecordReader::new(content, &choice);
    let mut csv = Csv { table: Table::default(), dialect: choice, damages: Vec::new(), notes: Vec::new() };
    let mut lines = Lines { content: content.as_bytes(), counted: 0, line: 1, cr: choice.dialect.cr_ends_lines };
    if dialect::stated(content).is_some() {
        reading.skip_line();
    }
    let mut repaired = Vec::new();
    while let Some(found) = reading.next_record() {
        let number = lines.at(found.record.begin);
        let (record, table) = (&found.record, &mut csv.table);
        if let Some(reason) = found.doubt {
            let text = content[record.begin..record.end].trim_end();
            csv.damages.push(DamagedRow { row: number, reason: reason.to_owned(), text: text.to_owned() });
            continue;
        }
        table.begin_row(number);
        if found.is_repaired {
            repaired.push(number);
        }
        for cell in &record.cells {
            let text = cell.raw(content);
            let text = if cell.has_doubled { Cow::Owned(text.replace("\"\"", "\"")) } else { Cow::Borrowed(text) };
            push(table, shown(&text))?;
        }
    }
    if !repaired.is_empty() {
        let shown: Vec<String> = repaired.iter().take(5).map(u32::to_string).collect();
        let more = if repaired.len() > shown.len() { ", …" } else { "" };
        let lines = shown.join(", ");
        csv.notes.push(format!(
            "{} records with stray quotes were split by their number of cells: lines {lines}{more}",
            repaired.len()
        ));
    }
    if choice.dialect.separator == b';' && decimal_comma::is_used(&csv.table) {
        csv.table = decimal_comma::replaced(&csv.table)?;
        csv.notes.push("decimal commas were read as decimal points".to_owned());
    }
    Ok(csv)
}

/// Returns the text that Excel displays for a cell: `="019"` and `'019` prevent Excel from parsing a code as a number.
fn shown(text: &str) -> &str {
    let is_code = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let formula = text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"'));
    let formula = formula.filter(|text| !text.contains('"'));
    formula.or_else(|| text.strip_prefix('\'').filter(|text| is_code(text))).unwrap_or(text)
}

/// Counts lines while records are read.
struct Lines<'a> {
    content: &'a [u8],
    counted: usize,
    line: u32,
    cr: bool,
}

impl Lines<'_> {
    /// Returns the line of the first character at or after `begin`.
    fn at(&mut self, begin: usize) -> u32 {
        let passed = self.content.get(self.counted..begin).unwrap_or_default();
        let feed = if self.cr { b'\r' } else { b'\n' };
        self.line += u32::try_from(passed.iter().filter(|byte| **byte == feed).count()).unwrap_or(u32::MAX);
        self.counted = begin;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(content: &str) -> Vec<(u32, Vec<String>)> {
        let table = decode(content).unwrap().table;
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
    fn quoted_separators_are_ignored() {
        assert_eq!(rows("a,b\n1,\"x;y;z;u\"")[0], row(1, &["a", "b"]));
    }

    #[test]
    fn a_quote_opens_only_at_the_start_of_a_cell() {
        let content = "No.,Item,Price\n1,12\" disc,5\n2,\"big, 14\" disc\",6\n3,\" sign\",7\n";
        assert_eq!(
            rows(content)[1..],
            [row(2, &["1", "12\" disc", "5"]), row(3, &["2", "big, 14\" disc", "6"]), row(4, &["3", " sign", "7"])]
        );
    }

    #[test]
    fn stray_quotes_are_resolved_by_the_record_width() {
        let open = "a,b,c\n1,2,x\n3,\"open,y\n5,6,z\n";
        assert_eq!(rows(open)[2..], [row(3, &["3", "\"open", "y"]), row(4, &["5", "6", "z"])]);
        // A later quote would close it and swallow a record.
        let swallowing = "a,b,c\n1,\"stray,x\n2,\"so, quoted\",y\n3,4,z\n";
        assert_eq!(rows(swallowing)[1..3], [row(2, &["1", "\"stray", "x"]), row(3, &["2", "so, quoted", "y"])]);
        let unescaped = "a,b,c\n1,\"say \"so\", and go\",x\n2,4,z\n";
        assert_eq!(rows(unescaped)[1], row(2, &["1", "say \"so\", and go", "x"]));
        assert!(decode(unescaped).unwrap().notes[0].contains("lines 2"));
    }

    #[test]
    fn an_unclosed_quote_loses_only_its_line() {
        let csv = decode("a,b,c\n1,2,x\n3,\"open\n5,6,z\n").unwrap();
        assert_eq!(csv.damages.len(), 1);
        assert_eq!((csv.damages[0].row, csv.damages[0].text.as_str()), (3, "3,\"open"));
        let table = &csv.table;
        assert_eq!((table.len(), table.cell(2, 2)), (3, "z"));
    }

    #[test]
    fn a_record_that_contains_other_records_is_damaged() {
        let content = "a,b,c,d\n1,\"x\n2,3,4,5\n6\",7,8\n9,10,11,12\n";
        let csv = decode(content).unwrap();
        assert_eq!((csv.damages.len(), csv.damages[0].row), (1, 2));
        assert_eq!((csv.table.len(), csv.table.cell(1, 3)), (2, "12"));
    }

    #[test]
    fn text_prefixes_of_excel_are_removed() {
        let content = "Code,Name\n=\"019\",'Tis silk\n'020,=A1\n\"=\"\"021\"\"\",wire\n";
        let expected = [row(2, &["019", "'Tis silk"]), row(3, &["020", "=A1"]), row(4, &["021", "wire"])];
        assert_eq!(rows(content)[1..], expected);
    }

    #[test]
    fn every_line_ending_is_supported() {
        let expected = [row(1, &["a", "b"]), row(2, &["1", "2"])];
        for content in ["a,b\r1,2\r", "a,b\r\n1,2", "a,b\n1,2\n\n", "\u{feff}a,b\n1,2"] {
            assert_eq!(rows(content), expected, "{content:?}");
        }
        assert_eq!(rows("a,b\nx\ry,2\n1,3\n")[1], row(2, &["x\ry", "2"]));
    }

    #[test]
    fn the_separator_is_detected() {
        for (content, separator) in [
            ("Id,Kinds\n1,a; b; c; d\n2,e; f; g; h\n", ','),
            ("Id,Kinds\n1,a;b;c;d\n2,e;f;g;h\n", ','),
            ("Title of it\nas at 1 May, 2026\nId|Name\n1|Lau, A\n2|Ho, B\n", '|'),
            ("Id;Sum\n1;2,5\n2;3,5\n", ';'),
            ("Id\tSum\n1\t2,500\n2\t3,500\n", '\t'),
            ("sep=;\na;b,c\n1;2\n", ';'),
        ] {
            assert_eq!(char::from(decode(content).unwrap().dialect.dialect.separator), separator, "{content}");
        }
        assert_eq!(rows("sep=;\na;b\n1;2\n"), [row(2, &["a", "b"]), row(3, &["1", "2"])]);
        assert_eq!(rows("Makers\nPaper, Moon\nSilk\nKite\n")[1], row(2, &["Paper, Moon"]));
    }

    fn cell() -> impl Strategy<Value = String> {
        prop_oneof![
            "[A-Za-z]{1,8}( [a-z]{1,6}){0,4}",
            "[0-9]{1,4}(\\.[0-9]{1,2})?",
            "[1-9][0-9]{0,2},[0-9]{3}",
            Just(String::new()),
            "[A-Z][a-z]{2,6}, [A-Z][a-z]{2,6}; [a-z]{3}",
            "[紙絲][燈風][籠箏]有限公司",
            "[a-z]{2,5} [0-9]{1,2}\" [a-z]{2,5}",
            "[a-z]{2,5} \"[a-z]{1,5}\"",
            "[A-Z][a-z]{2,6}\n[a-z]{2,6} [a-z]{2,6}",
        ]
    }

    /// Generates a cell without quotes or separators.
    fn plain_cell() -> impl Strategy<Value = String> {
        prop_oneof!["[A-Za-z]{1,8}( [a-z]{1,6}){0,4}", "[0-9]{1,4}(\\.[0-9]{1,2})?", "[紙絲][燈風][籠箏]有限公司"]
    }

    /// Generates a table and its text, written by the `csv` crate in one of the dialects, with or without a title line.
    fn written_table<S: Strategy<Value = String>>(
        cell: fn() -> S,
    ) -> impl Strategy<Value = (Vec<Vec<String>>, String)> {
        let rows = (2..7_usize)
            .prop_flat_map(move |width| proptest::collection::vec(proptest::collection::vec(cell(), width), 3..12));
        (rows, 0..4_usize, any::<bool>()).prop_map(|(mut rows, separator, titled)| {
            // The first cell names the row, and the first row is a header.
            for (number, row) in rows.iter_mut().enumerate() {
                row[0] = format!("K{number}");
            }
            for (place, name) in rows[0].iter_mut().enumerate() {
                *name = format!("Column {place}");
            }
            let mut writer =
                csv::WriterBuilder::new().delimiter(dialect::SEPARATORS[separator]).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let mut content = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            if titled {
                content.insert_str(0, "List of kites\n");
                rows.insert(0, vec!["List of kites".to_owned()]);
            }
            (rows, content)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn written_tables_round_trip((expected, content) in written_table(cell)) {
            let found: Vec<Vec<String>> = rows(&content).into_iter().map(|(_, row)| row).collect();
            prop_assert_eq!(found, expected, "{}", content);
        }

        /// A quote at the start of a cell opens a quoted cell only if the record width confirms it.
        #[test]
        fn a_stray_quote_does_not_affect_other_records((expected, content) in written_table(plain_cell), at in any::<prop::sample::Index>()) {
            let lines: Vec<&str> = content.lines().collect();
            let plain: Vec<usize> = (1..lines.len()).filter(|line| lines[*line].starts_with('K')).collect();
            let line = plain[at.index(plain.len())];
            let mut marked: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            marked[line].insert(0, '"');
            let found = decode(&marked.join("\n")).unwrap();
            let rows: Vec<Vec<String>> = (0..found.table.len()).map(|row| found.table.cells(row).map(str::to_owned).collect()).collect();
            for (number, row) in expected.iter().enumerate().filter(|(number, _)| *number != line) {
                prop_assert_eq!(&rows[number], row, "{:?}", marked);
            }
        }

        #[test]
        fn never_panics(content in "([a,;\t|\"\n\r é]){0,80}") {
            let _ = decode(&content);
        }
    }
}
