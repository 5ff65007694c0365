//! Flattens a record into the cells of a row.
//!
//! A column is named by the keys that lead to it, joined by dots. An array of plain values becomes one cell with several
//! lines. An array of objects becomes one cell per column of its objects.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::find::{is_language, is_scalar};
use crate::upstream::decode::{DecodeError, LONGEST_NAME, MOST_COLUMNS};

/// The cells of a row, each with its column.
pub(super) type Cells = Vec<(usize, String)>;

/// The columns found so far, in the order of first appearance.
#[derive(Default)]
pub(super) struct JsonColumns {
    pub names: Vec<String>,
    places: HashMap<String, usize>,
}

impl JsonColumns {
    pub fn place(&mut self, name: &str) -> Result<usize, DecodeError> {
        if let Some(place) = self.places.get(name) {
            return Ok(*place);
        }
        if self.names.len() >= MOST_COLUMNS {
            return Err(DecodeError::TooManyColumns);
        }
        self.names.push(name.to_owned());
        self.places.insert(name.to_owned(), self.names.len() - 1);
        Ok(self.names.len() - 1)
    }

    /// Adds the cells of a record, or of an object in it at `path`.
    pub fn record_below(
        &mut self,
        path: &str,
        value: &Value,
        with_arrays: bool,
        cells: &mut Cells,
    ) -> Result<(), DecodeError> {
        if path.is_empty() {
            self.record(value, with_arrays, cells)
        } else {
            self.flatten(path, value, with_arrays, cells)
        }
    }

    /// Adds the cells of a record. For a `GeoJSON` feature, the keywords of the format are omitted.
    pub fn record(&mut self, record: &Value, with_arrays: bool, cells: &mut Cells) -> Result<(), DecodeError> {
        let Some(object) = record.as_object().filter(|object| object.get("type").is_some_and(|kind| kind == "Feature"))
        else {
            return self.flatten("", record, with_arrays, cells);
        };
        let properties = object.get("properties").and_then(Value::as_object);
        for (key, value) in object.iter().filter(|(key, _)| key.as_str() != "type") {
            match (key.as_str(), value) {
                ("properties", Value::Object(properties)) => self.object("", properties, with_arrays, cells)?,
                ("geometry", Value::Object(geometry)) => {
                    for (key, value) in geometry.iter().filter(|(key, _)| key.as_str() != "type") {
                        self.flatten(&format!("geometry.{key}"), value, with_arrays, cells)?;
                    }
                }
                // A property takes precedence over a key of the format with the same name.
                _ if properties.is_some_and(|properties| properties.contains_key(key)) => {
                    self.flatten(&format!("feature.{key}"), value, with_arrays, cells)?;
                }
                _ => self.flatten(key, value, with_arrays, cells)?,
            }
        }
        Ok(())
    }

    /// Adds each plain value below `value` with its path.
    pub fn flatten(
        &mut self,
        path: &str,
        value: &Value,
        with_arrays: bool,
        cells: &mut Cells,
    ) -> Result<(), DecodeError> {
        match value {
            Value::Object(object) => self.object(path, object, with_arrays, cells),
            Value::Array(items) => {
                if let Some(texts) = by_language(items) {
                    for (language, value) in texts {
                        self.flatten(&format!("{path}.{language}"), value, with_arrays, cells)?;
                    }
                    return Ok(());
                }
                if items.iter().any(Value::is_object) {
                    if with_arrays {
                        for item in items.iter().filter(|item| !item.is_null()) {
                            self.flatten(path, item, with_arrays, cells)?;
                        }
                    }
                    return Ok(());
                }
                let place = self.place(named(path))?;
                cells.push((place, lines(items)));
                Ok(())
            }
            scalar => {
                let place = self.place(named(path))?;
                cells.push((place, text(scalar)));
                Ok(())
            }
        }
    }

    fn object(
        &mut self,
        path: &str,
        object: &Map<String, Value>,
        with_arrays: bool,
        cells: &mut Cells,
    ) -> Result<(), DecodeError> {
        for (key, value) in object {
            if path.len() + key.len() > LONGEST_NAME {
                let found = format!("`{}…`", key.chars().take(40).collect::<String>());
                return Err(DecodeError::Shape { expected: "paths of keys of at most 256 bytes", found });
            }
            if path.is_empty() {
                self.flatten(key, value, with_arrays, cells)?;
            } else {
                self.flatten(&format!("{path}.{key}"), value, with_arrays, cells)?;
            }
        }
        Ok(())
    }
}

/// Interprets an array of objects with a language each as one text in several languages: `[{"lang":"en","text":"…"}]`.
pub(super) fn by_language(items: &[Value]) -> Option<Vec<(&str, &Value)>> {
    let one = |item: &'_ Value| {
        let object = item.as_object().filter(|object| object.len() == 2)?;
        let mut entries = object.values();
        let (first, second) = (entries.next()?, entries.next()?);
        match (first.as_str().filter(|text| is_language(text)), second.as_str().filter(|text| is_language(text))) {
            (Some(_), None) => Some((0, 1)),
            (None, Some(_)) => Some((1, 0)),
            _ => None,
        }
    };
    let (language, value) = one(items.first()?)?;
    let mut texts: Vec<(&str, &Value)> = Vec::new();
    for item in items {
        let object = item.as_object().filter(|object| object.len() == 2)?;
        let name = object.values().nth(language)?.as_str().filter(|text| is_language(text))?;
        if texts.iter().any(|(known, _)| *known == name) {
            return None;
        }
        texts.push((name, object.values().nth(value)?));
    }
    Some(texts)
}

/// Returns the column name for a path. A record that is not an object has one column, `value`.
const fn named(path: &str) -> &str {
    if path.is_empty() { "value" } else { path }
}

/// Joins the values of an array, one per line. Nested arrays and objects are written as JSON.
fn lines(items: &[Value]) -> String {
    let line = |item: &Value| if is_scalar(item) { text(item) } else { item.to_string() };
    items.iter().map(line).collect::<Vec<_>>().join("\n")
}

pub(super) fn text(scalar: &Value) -> String {
    match scalar {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
