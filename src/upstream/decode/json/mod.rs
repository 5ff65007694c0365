//! Decodes JSON of any shape.
//!
//! Objects become rows; keys become columns, in the order of first appearance. A slightly malformed text is parsed as
//! far as possible. Unreadable records are skipped and reported.

use serde_json::Value;

use super::{DamagedRow, DecodeError, MOST_CELLS, error_answer};
use crate::domain::table::Table;

mod cells;
mod find;
mod lenient;
mod rows;

pub use rows::ChildTable;

/// A decoded JSON text.
#[derive(Debug)]
pub struct Json {
    /// The tables found, most likely first.
    pub tables: Vec<JsonTable>,
    /// Records that could not be read.
    pub damages: Vec<DamagedRow>,
    pub notes: Vec<String>,
    /// True if the text is truncated.
    pub is_cut_off: bool,
}

/// The records at one location of a document.
#[derive(Debug)]
pub struct JsonTable {
    /// The JSON Pointer of the location. Empty for the document itself.
    pub pointer: String,
    /// One row per record. Row 0 is the header made of the keys; records are numbered from 1. Lines above the header
    /// hold the plain values around the records.
    pub table: Table,
    /// The same table without arrays of objects, if there are any.
    pub without_children: Option<Table>,
    /// A table for each array of objects within the records.
    pub children: Vec<ChildTable>,
}

/// Decodes a JSON text.
pub fn decode(content: &str) -> Result<Json, DecodeError> {
    // A value in memory is many times larger than the two bytes that it may have in the file.
    if content.bytes().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count() > MOST_CELLS {
        return Err(DecodeError::TooManyCells);
    }
    let content = content.trim_start_matches('\u{feff}');
    let lenient::Lenient { value, damages, notes, is_cut_off } = match serde_json::from_str::<Value>(content) {
        Ok(value) => lenient::Lenient { value, ..lenient::Lenient::default() },
        Err(error) => lines(content).or_else(|| lenient::read(content)).ok_or_else(|| DecodeError::Json {
            line: error.line(),
            column: error.column(),
            reason: error.to_string(),
        })?,
    };
    if let Some(message) = error_answer::in_json(&value) {
        return Err(DecodeError::ErrorAnswer(message));
    }
    let found = find::find(&value);
    if found.is_empty() {
        return Err(shape(&value));
    }
    let mut tables = Vec::with_capacity(found.len());
    for found in &found {
        let rows::Tables { records, without_children, children } = rows::tables(found)?;
        tables.push(JsonTable { pointer: found.pointer.clone(), table: records, without_children, children });
    }
    Ok(Json { tables, damages, notes, is_cut_off })
}

/// Parses a text in which every line is an object (JSON Lines).
fn lines(content: &str) -> Option<lenient::Lenient> {
    let lines = content.lines().filter(|line| !line.trim().is_empty());
    let records: Option<Vec<Value>> =
        lines.map(|line| serde_json::from_str(line).ok().filter(Value::is_object)).collect();
    let value = Value::Array(records.filter(|records| records.len() > 1)?);
    Some(lenient::Lenient { value, ..lenient::Lenient::default() })
}

fn shape(value: &Value) -> DecodeError {
    let found = match value {
        Value::Object(object) => {
            let keys = object.keys().take(5).cloned().collect::<Vec<_>>().join("`, `");
            format!("an object without an array, with the keys `{keys}`")
        }
        _ => "a single value".to_owned(),
    };
    DecodeError::Shape { expected: "an array of records or an object that holds one", found }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::upstream::decode::MOST_COLUMNS;

    fn rows(content: &str) -> Vec<Vec<String>> {
        let table = decode(content).unwrap().tables.swap_remove(0).table;
        (0..table.len()).map(|row| table.cells(row).map(str::to_owned).collect()).collect()
    }

    #[test]
    fn keys_are_columns() {
        let content = r#"{"value":[{"a":1.5,"b":null},{"b":true,"c":{"d":["x","y"]}}]}"#;
        assert_eq!(rows(content), [vec!["a", "b", "c.d"], vec!["1.5", ""], vec!["", "true", "x\ny"]]);
        assert_eq!(rows("[]"), [Vec::<String>::new()]);
        assert_eq!(rows(r#"["x",null]"#), [["value"], ["x"]]);
        for envelope in [
            r#"{"@warnings":[],"rows":[{"a":1}]}"#,
            r#"{"result":{"records":[{"a":1}],"total":1}}"#,
            r#"{"value":[{"a":1}],"b":[{"c":1}]}"#,
        ] {
            assert_eq!(rows(envelope), [["a"], ["1"]], "{envelope}");
        }
    }

    fn tables(content: &str) -> Vec<(String, Vec<Vec<String>>)> {
        let rows = |table: &Table| (0..table.len()).map(|row| table.cells(row).map(str::to_owned).collect()).collect();
        decode(content).unwrap().tables.iter().map(|found| (found.pointer.clone(), rows(&found.table))).collect()
    }

    #[test]
    fn records_are_found_in_every_layout() {
        let expected = [["a", "b"], ["1", "x"], ["2", "y"]];
        for content in [
            r#"[{"a":1,"b":"x"},{"a":2,"b":"y"}]"#,
            r#"{"meta":{"links":[{"rel":"self","href":"u"}]},"data":{"page":{"list":[{"a":1,"b":"x"},{"a":2,"b":"y"}]}}}"#,
            r#"{"result":{"fields":[{"id":"a","type":"int"},{"id":"b","type":"text"}],"records":[{"a":1,"b":"x"},{"a":2,"b":"y"}]}}"#,
            r#"{"a":[1,2],"b":["x","y"]}"#,
            "{\"a\":1,\"b\":\"x\"}\r\n{\"a\":2,\"b\":\"y\"}\r\n",
            r#"[["a","b"],[1,"x"],[2,"y"]]"#,
            r#"{"columns":["a","b"],"rows":[[1,"x"],[2,"y"]]}"#,
            r#"{"fields":[{"name":"a"},{"name":"b"}],"data":[[1,"x"],[2,"y"]]}"#,
            r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":1,"b":"x"},"geometry":null},{"type":"Feature","properties":{"a":2,"b":"y"}}]}"#,
        ] {
            let found = tables(content);
            let rows: Vec<Vec<&str>> =
                found[0].1.iter().map(|row| row.iter().take(2).map(String::as_str).collect()).collect();
            assert_eq!(rows, expected, "{content}");
        }
    }

    #[test]
    fn keyed_objects_and_lists_have_a_key_column() {
        let expected = [["key", "a", "b"], ["k1", "1", "x"], ["k2", "2", "y"]];
        assert_eq!(rows(r#"{"kites":{"k1":{"a":1,"b":"x"},"k2":{"a":2,"b":"y"}}}"#), expected);
        assert_eq!(rows(r#"{"k1":[{"a":1,"b":"x"}],"k2":[{"a":2,"b":"y"}]}"#), expected);
    }

    #[test]
    fn languages_are_adjacent_columns() {
        let expected = [["en.a", "tc.a"], ["kite", "風箏"], ["lamp", "燈"]];
        assert_eq!(rows(r#"{"en":[{"a":"kite"},{"a":"lamp"}],"tc":[{"a":"風箏"},{"a":"燈"}]}"#), expected);
        assert_eq!(
            rows(r#"[{"name":[{"lang":"en","text":"kite"},{"lang":"zh-HK","text":"風箏"}]}]"#),
            [["name.en", "name.zh-HK"], ["kite", "風箏"]]
        );
    }

    #[test]
    fn values_around_the_records_are_lines_above_the_table() {
        let content = r#"{"success":true,"asAt":"2025-03-31","data":{"unit":"HK$ million","rows":[{"a":1,"b":2}]}}"#;
        assert_eq!(
            rows(content),
            [vec!["asAt: 2025-03-31"], vec!["unit: HK$ million"], vec!["a", "b"], vec!["1", "2"]]
        );
    }

    #[test]
    fn a_nested_array_of_objects_is_a_child_table() {
        let content = r#"[{"year":2024,"total":9,"kites":[{"n":"silk","c":4},{"n":"wire","c":5}]},{"year":2025,"total":1,"kites":[{"n":"silk","c":1}]}]"#;
        let json = decode(content).unwrap();
        let rows = |table: &Table| -> Vec<Vec<String>> {
            (0..table.len()).map(|row| table.cells(row).map(str::to_owned).collect()).collect()
        };
        let found = &json.tables[0];
        assert_eq!(rows(&found.table)[1], ["2024", "9", "silk\nwire", "4\n5"]);
        assert_eq!(
            rows(&found.children[0].table),
            [["year", "kites.n", "kites.c"], ["2024", "silk", "4"], ["2024", "wire", "5"], ["2025", "silk", "1"]]
        );
        assert_eq!(rows(found.without_children.as_ref().unwrap()), [["year", "total"], ["2024", "9"], ["2025", "1"]]);
        assert_eq!(found.children[0].path, "kites");
    }

    #[test]
    fn a_single_object_can_be_the_only_record() {
        assert_eq!(rows(r#"{"asAt":"2025","kites":12}"#), [["asAt", "kites"], ["2025", "12"]]);
        assert_eq!(rows(r#"{"value":{"silk":3,"wire":{"n":4}}}"#), [["silk", "wire.n"], ["3", "4"]]);
    }

    #[test]
    fn different_lists_are_separate_tables() {
        let found = tables(r#"{"a":[{"x":1},{"x":2}],"b":[{"y":1,"z":1},{"y":2,"z":2}]}"#);
        assert_eq!(found.iter().map(|(pointer, _)| pointer.as_str()).collect::<Vec<_>>(), ["/b", "/a"]);
    }

    proptest! {
        /// Every text of a document appears in one of its tables.
        #[test]
        fn no_value_is_lost(rows in proptest::collection::vec(proptest::collection::vec("[a-z]{1,5}[0-9]{1,3}", 3), 1..6), depth in 0..3_usize) {
            let records: Vec<Value> = rows.iter().map(|row| serde_json::json!({"id": row[0], "inner": {"name": row[1]}, "tags": [row[2]]})).collect();
            let mut document = Value::Array(records);
            for _ in 0..depth {
                document = serde_json::json!({ "part": document });
            }
            let found = tables(&document.to_string());
            for text in rows.iter().flatten() {
                prop_assert!(found[0].1.iter().flatten().any(|cell| cell == text), "{}: {:?}", text, found);
            }
        }
    }

    #[test]
    fn bombs_are_refused() {
        let refused = |content: String| decode(&content).unwrap_err().to_string();
        assert!(refused(format!("[{}1]", "1,".repeat(MOST_CELLS))).contains("at most 4000000 cells"));
        let wide: String = (0..MOST_COLUMNS).map(|name| format!("\"n{name}\":1,")).collect();
        assert!(refused(format!("[{{{wide}\"z\":1}}]")).contains("at most 16384 columns"));
        assert!(refused(format!("[{{\"{}\":1}}]", "n".repeat(300))).contains("paths of keys of at most 256 bytes"));
        let deep = format!("{}1{}", "{\"abc\":".repeat(100), "}".repeat(100));
        assert!(refused(format!("[{deep}]")).contains("found `abc…`"));
    }

    #[test]
    fn errors_name_the_location() {
        let cut_off = decode("{\"value\":[\n{\"a\"").unwrap_err().to_string();
        assert!(cut_off.contains("line 2"), "{cut_off}");
        assert!(decode("{\"a\":1}").unwrap_err().to_string().contains("an object without an array, with the keys `a`"));
        assert!(decode(&"[".repeat(10_000)).unwrap_err().to_string().contains("recursion limit"));
    }
}
