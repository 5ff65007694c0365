//! JSON of any shape: the records are found wherever they stand. Keys become columns in the order they are first seen,
//! objects rows. A text that is nearly sound is read as far as it is; a record that is not is left out and told.

use serde_json::Value;

use super::{Damage, DecodeError, MOST_CELLS, error_answer};
use crate::table::Table;

mod find;
mod lenient;
mod rows;

pub use rows::Child;

/// A decoded JSON text.
#[derive(Debug)]
pub struct Json {
    /// The tables found, the likeliest first.
    pub tables: Vec<JsonTable>,
    /// Records that could not be read.
    pub damages: Vec<Damage>,
    pub notes: Vec<String>,
    /// Whether the text ends early.
    pub is_cut_off: bool,
}

/// The records of one place in a document.
#[derive(Debug)]
pub struct JsonTable {
    /// The JSON Pointer of the place; empty for the document itself.
    pub pointer: String,
    /// A row a record: row 0 is the header made of the keys, records are numbered from 1. Lines above the header are what
    /// the document says about its records.
    pub table: Table,
    /// The same without arrays of objects, where there are such.
    pub without_children: Option<Table>,
    /// A table for each array of objects within the records.
    pub children: Vec<Child>,
}

/// Decodes a JSON text.
pub fn decode(content: &str) -> Result<Json, DecodeError> {
    // A value in memory is many times as large as the two bytes it may have in the file.
    if content.bytes().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count() > MOST_CELLS {
        return Err(DecodeError::TooManyCells);
    }
    let content = content.trim_start_matches('\u{feff}');
    let lenient::Lenient { value, damages, notes, is_cut_off } = match serde_json::from_str::<Value>(content) {
        Ok(value) => lenient::Lenient { value, ..lenient::Lenient::default() },
        Err(error) => lenient::read(content).ok_or_else(|| DecodeError::Json {
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

fn shape(value: &Value) -> DecodeError {
    let found = match value {
        Value::Object(object) => {
            let keys = object.keys().take(5).cloned().collect::<Vec<_>>().join("`, `");
            format!("an object without an array, of `{keys}`")
        }
        _ => "a single value".to_owned(),
    };
    DecodeError::Shape { expected: "an array of records or an object that holds one", found }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn bombs_are_refused() {
        let refused = |content: String| decode(&content).unwrap_err().to_string();
        assert!(refused(format!("[{}1]", "1,".repeat(MOST_CELLS))).contains("at most 4000000 cells"));
        let wide: String = (0..MOST_COLUMNS).map(|name| format!("\"n{name}\":1,")).collect();
        assert!(refused(format!("[{{{wide}\"z\":1}}]")).contains("at most 16384 columns"));
        assert!(refused(format!("[{{\"{}\":1}}]", "n".repeat(300))).contains("names of at most 256 bytes"));
        let deep = format!("{}1{}", "{\"abc\":".repeat(100), "}".repeat(100));
        assert!(refused(format!("[{deep}]")).contains("found `abc…`"));
    }

    #[test]
    fn errors_say_where() {
        let cut_off = decode("{\"value\":[\n{\"a\"").unwrap_err().to_string();
        assert!(cut_off.contains("line 2"), "{cut_off}");
        assert!(decode("{\"a\":1}").unwrap_err().to_string().contains("without an array, of `a`"));
        assert!(decode(&"[".repeat(10_000)).unwrap_err().to_string().contains("recursion limit"));
    }
}
