//! JSON: an array of objects, bare or as the one array of an envelope (`{"value": […]}`). Keys become columns in the
//! order they are first seen, objects rows.

use std::{collections::HashMap, fmt::Write as _};

use serde_json::{Map, Value};

use super::{DecodeError, LONGEST_NAME, MOST_CELLS, MOST_COLUMNS, push};
use crate::domain::table::Table;

/// Decodes a JSON text. Row 0 is the header made of the keys; objects are numbered from 1.
pub fn decode(content: &str) -> Result<Table, DecodeError> {
    // A value in memory is many times as large as the two bytes it may have in the file.
    if content.bytes().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count() > MOST_CELLS {
        return Err(DecodeError::TooManyCells);
    }
    let value: Value = serde_json::from_str(content.trim_start_matches('\u{feff}'))
        .map_err(|error| DecodeError::Json { line: error.line(), column: error.column(), reason: error.to_string() })?;
    let items = records(value)?;
    let mut columns: Vec<String> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut rows: Vec<Vec<(usize, String)>> = Vec::with_capacity(items.len());
    for item in items.into_iter().filter(|item| !item.is_null()) {
        let mut cells = Vec::new();
        flatten("", item, &mut |key, text| {
            let place = match places.get(key) {
                Some(place) => *place,
                None if columns.len() >= MOST_COLUMNS => return Err(DecodeError::TooManyColumns),
                None => {
                    columns.push(key.to_owned());
                    places.insert(key.to_owned(), columns.len() - 1);
                    columns.len() - 1
                }
            };
            cells.push((place, text));
            Ok(())
        })?;
        rows.push(cells);
    }
    let mut table = Table::default();
    table.begin_row(0);
    for column in &columns {
        push(&mut table, column)?;
    }
    for (number, mut cells) in (1..).zip(rows) {
        cells.sort_by_key(|(place, _)| *place);
        table.begin_row(number);
        let mut next = 0;
        for (place, text) in cells {
            for _ in next..place {
                push(&mut table, "")?;
            }
            push(&mut table, &text)?;
            next = place + 1;
        }
    }
    Ok(table)
}

/// The array of records in a document: the document itself, its `value`, else the one array of objects in it, be it one
/// level down.
fn records(value: Value) -> Result<Vec<Value>, DecodeError> {
    let shape =
        |found: String| DecodeError::Shape { expected: "an array of records or an object that holds one", found };
    match value {
        Value::Array(items) => Ok(items),
        Value::Object(mut envelope) => {
            if let Some(Value::Array(items)) = envelope.remove("value") {
                return Ok(items);
            }
            let keys = envelope.keys().take(5).cloned().collect::<Vec<_>>().join("`, `");
            let inner: Vec<Value> = envelope.values().filter(|value| value.is_object()).cloned().collect();
            let of_objects = |items: &Vec<Value>| items.iter().any(Value::is_object);
            let arrays = |objects: Vec<Value>| -> Vec<Vec<Value>> {
                let values = objects.into_iter().flat_map(|object| match object {
                    Value::Object(object) => object.into_iter().map(|(_, value)| value).collect(),
                    other => vec![other],
                });
                values.filter_map(|value| if let Value::Array(items) = value { Some(items) } else { None }).collect()
            };
            let mut candidates = arrays(vec![Value::Object(envelope)]);
            if candidates.is_empty() {
                candidates = arrays(inner);
            }
            if candidates.len() > 1 {
                candidates.retain(of_objects);
            }
            match (candidates.pop(), candidates.is_empty()) {
                (Some(items), true) => Ok(items),
                (None, _) => Err(shape(format!("an object without an array, of `{keys}`"))),
                (Some(_), false) => Err(shape(format!("an object with several arrays, of `{keys}`"))),
            }
        }
        _ => Err(shape("a single value".to_owned())),
    }
}

/// Takes a text with its dotted path.
type Give<'a> = dyn FnMut(&str, String) -> Result<(), DecodeError> + 'a;

/// Gives each scalar below `value` with its dotted path. An array of scalars is one cell of several lines.
fn flatten(path: &str, value: Value, give: &mut Give<'_>) -> Result<(), DecodeError> {
    match value {
        Value::Object(object) => flatten_object(path, object, give),
        Value::Array(items) => give(named(path), lines(items)),
        scalar => give(named(path), text(&scalar)),
    }
}

fn flatten_object(path: &str, object: Map<String, Value>, give: &mut Give<'_>) -> Result<(), DecodeError> {
    for (key, value) in object {
        if path.len() + key.len() > LONGEST_NAME {
            let found = format!("`{}…`", key.chars().take(40).collect::<String>());
            return Err(DecodeError::Shape { expected: "names of at most 256 bytes, with those around them", found });
        }
        let path = if path.is_empty() { key } else { format!("{path}.{key}") };
        flatten(&path, value, give)?;
    }
    Ok(())
}

/// A record that is no object has one column.
const fn named(path: &str) -> &str {
    if path.is_empty() { "value" } else { path }
}

fn lines(items: Vec<Value>) -> String {
    let mut joined = String::new();
    for item in items {
        if !joined.is_empty() {
            joined.push('\n');
        }
        let _ = match item {
            Value::Object(_) | Value::Array(_) => write!(joined, "{item}"),
            scalar => write!(joined, "{}", text(&scalar)),
        };
    }
    joined
}

fn text(scalar: &Value) -> String {
    match scalar {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(content: &str) -> Vec<Vec<String>> {
        let table = decode(content).unwrap();
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
        let cut_off = decode("{\"value\":[{\"a\":1},\n{\"a\"").unwrap_err().to_string();
        assert!(cut_off.contains("line 2"), "{cut_off}");
        assert!(decode("{\"a\":1}").unwrap_err().to_string().contains("without an array, of `a`"));
        assert!(decode(&"[".repeat(10_000)).unwrap_err().to_string().contains("recursion limit"));
    }
}
