//! Converts records to tables.
//!
//! [`super::cells`] flattens each record into the cells of its row. An array of objects within the records also becomes its
//! own table, in which each row begins with the values of its record.

use serde_json::Value;

use super::{
    cells::{Cells, JsonColumns, by_language, text},
    find::{JsonRecords, RecordLocation, is_scalar},
};
use crate::{
    domain::table::Table,
    upstream::decode::{BlankLines, DecodeError, push, push_row},
};

/// The maximum number of arrays of objects within records that become their own tables.
const MOST_CHILDREN: usize = 8;
/// The name of the key column, for objects by key.
const KEY: &str = "key";

/// The tables of one location of records.
#[derive(Debug, Default)]
pub struct Tables {
    /// One row per record.
    pub records: Table,
    /// One row per record without arrays of objects, if these have their own tables and the records have figures of
    /// their own.
    pub without_children: Option<Table>,
    /// One table per array of objects within the records, with one row per object.
    pub children: Vec<ChildTable>,
}

/// The table of the objects in an array within records.
#[derive(Debug)]
pub struct ChildTable {
    /// The keys that lead from a record to the array, joined by dots. It is the prefix of the objects' column names.
    pub path: String,
    pub table: Table,
}

pub fn tables(found: &RecordLocation<'_>) -> Result<Tables, DecodeError> {
    let context = context(found);
    let mut builder = Builder::new(&context)?;
    let numbered = |index: usize| u32::try_from(index + 1).unwrap_or(u32::MAX);
    match &found.records {
        JsonRecords::Rows { names, rows } => return self::rows(&context, names, rows),
        JsonRecords::Columns(columns) => {
            for index in 0..columns.first().map_or(0, |(_, items)| items.len()) {
                let mut cells = Vec::new();
                for (name, items) in columns {
                    builder.columns.flatten(name, items[index], true, &mut cells)?;
                }
                builder.rows.push((numbered(index), cells));
            }
        }
        JsonRecords::Languages(languages) => {
            for index in 0..languages.first().map_or(0, |(_, items)| items.len()) {
                let mut cells = Vec::new();
                for (language, items) in languages {
                    builder.columns.flatten(language, items[index], true, &mut cells)?;
                }
                builder.rows.push((numbered(index), cells));
            }
        }
        JsonRecords::Items(items) => {
            for (index, item) in items.iter().enumerate().filter(|(_, item)| !item.is_null()) {
                let mut cells = Vec::new();
                builder.columns.record(item, true, &mut cells)?;
                builder.rows.push((numbered(index), cells));
            }
            return with_children(builder.finish()?, &context, items);
        }
        JsonRecords::Keyed(items) => {
            for (index, (key, item)) in items.iter().enumerate().filter(|(_, (_, item))| !item.is_null()) {
                let mut cells = Vec::new();
                let place = builder.columns.place(KEY)?;
                cells.push((place, key.clone()));
                builder.columns.record(item, true, &mut cells)?;
                builder.rows.push((numbered(index), cells));
            }
        }
    }
    Ok(Tables { records: builder.finish()?, ..Tables::default() })
}

/// Formats the values around the records as lines above their table, for example `unit: HK$ million`.
fn context(found: &RecordLocation<'_>) -> Vec<String> {
    found.context.iter().map(|(key, value)| format!("{key}: {}", text(value))).collect()
}

/// A table under construction. Its columns are complete only after its last row.
struct Builder {
    table: Table,
    columns: JsonColumns,
    rows: Vec<(u32, Cells)>,
}

impl Builder {
    fn new(context: &[String]) -> Result<Self, DecodeError> {
        let mut table = Table::default();
        for line in context {
            table.begin_row(0);
            push(&mut table, line)?;
        }
        Ok(Self { table, columns: JsonColumns::default(), rows: Vec::new() })
    }

    fn finish(self) -> Result<Table, DecodeError> {
        let Self { mut table, columns, rows } = self;
        table.begin_row(0);
        for name in &columns.names {
            push(&mut table, name)?;
        }
        for (number, mut cells) in rows {
            push_row(&mut table, number, &mut cells, BlankLines::Kept)?;
        }
        Ok(table)
    }
}

/// Builds a table from rows of bare values. If no names are given and the first row is all text, the first row names
/// the columns.
fn rows(context: &[String], names: &[String], rows: &[Vec<&Value>]) -> Result<Tables, DecodeError> {
    let Builder { mut table, .. } = Builder::new(context)?;
    if !names.is_empty() {
        table.begin_row(0);
        names.iter().try_for_each(|name| push(&mut table, name))?;
    }
    for (number, row) in (1..).zip(rows) {
        table.begin_row(number);
        row.iter().try_for_each(|value| push(&mut table, &text(value)))?;
    }
    Ok(Tables { records: table, ..Tables::default() })
}

fn with_children(records: Table, context: &[String], items: &[&Value]) -> Result<Tables, DecodeError> {
    let mut paths = Vec::new();
    for item in items {
        array_paths(item, &mut Vec::new(), &mut paths);
    }
    if paths.is_empty() {
        return Ok(Tables { records, ..Tables::default() });
    }
    let mut children = Vec::new();
    for path in paths {
        let mut builder = Builder::new(context)?;
        let mut number = 0;
        for item in items.iter().filter(|item| !item.is_null()) {
            builder.explode(item, "", &path, &[], &mut number)?;
        }
        let name = path.iter().map(|step| step.join(".")).collect::<Vec<_>>().join(".");
        children.push(ChildTable { path: name, table: builder.finish()? });
    }
    // A table of the records' own values is useful only if they include a figure.
    if !items.iter().any(|item| has_number(item)) {
        return Ok(Tables { records, without_children: None, children });
    }
    let mut builder = Builder::new(context)?;
    for (number, item) in (1..).zip(items).filter(|(_, item)| !item.is_null()) {
        let mut cells = Vec::new();
        builder.columns.record(item, false, &mut cells)?;
        builder.rows.push((number, cells));
    }
    Ok(Tables { records, without_children: Some(builder.finish()?), children })
}

/// The keys that lead to an array, one list for each level of array.
type Path = Vec<Vec<String>>;

/// Adds the paths of all arrays of objects in a value.
fn array_paths(value: &Value, above: &mut Path, paths: &mut Vec<Path>) {
    fn walk(value: &Value, keys: &mut Vec<String>, above: &mut Path, paths: &mut Vec<Path>) {
        match value {
            Value::Object(object) => {
                for (key, value) in object.iter().filter(|(_, value)| !is_scalar(value)) {
                    keys.push(key.clone());
                    walk(value, keys, above, paths);
                    keys.pop();
                }
            }
            Value::Array(items) if is_of_objects(items) => {
                above.push(keys.clone());
                if !paths.contains(above) && paths.len() < MOST_CHILDREN {
                    paths.push(above.clone());
                }
                for item in items {
                    walk(item, &mut Vec::new(), above, paths);
                }
                above.pop();
            }
            _ => {}
        }
    }
    walk(value, &mut Vec::new(), above, paths);
}

/// True if the array holds objects that are not one text in several languages.
fn is_of_objects(items: &[Value]) -> bool {
    items.iter().any(Value::is_object) && by_language(items).is_none()
}

impl Builder {
    /// Adds a row for each object at a path below `value`. `before` holds the cells of the enclosing records.
    fn explode(
        &mut self,
        value: &Value,
        prefix: &str,
        path: &[Vec<String>],
        before: &[(usize, String)],
        number: &mut u32,
    ) -> Result<(), DecodeError> {
        let mut cells = before.to_vec();
        let [step, further @ ..] = path else {
            *number += 1;
            self.columns.record_below(prefix, value, true, &mut cells)?;
            self.rows.push((*number, cells));
            return Ok(());
        };
        let mut own = Vec::new();
        self.columns.record_below(prefix, &without_numbers(value), false, &mut own)?;
        cells.extend(own);
        let items = step.iter().try_fold(value, |value, key| value.get(key)).and_then(Value::as_array);
        let dotted = step.join(".");
        let prefix = if prefix.is_empty() { dotted } else { format!("{prefix}.{dotted}") };
        for item in items.into_iter().flatten().filter(|item| !item.is_null()) {
            self.explode(item, &prefix, further, &cells, number)?;
        }
        Ok(())
    }
}

/// Returns a record without its own figures, because they do not describe the objects nested in it.
fn without_numbers(value: &Value) -> Value {
    let Value::Object(object) = value else { return value.clone() };
    let kept = object.iter().filter(|(_, value)| !is_number(value));
    let below = |value: &Value| if value.is_object() { without_numbers(value) } else { value.clone() };
    Value::Object(kept.map(|(key, value)| (key.clone(), below(value))).collect())
}

/// True if a record has a figure of its own.
fn has_number(value: &Value) -> bool {
    value.as_object().is_some_and(|object| object.values().any(|value| is_number(value) || has_number(value)))
}

/// True if a value is a figure, as a number or as text. Years and dates are not figures.
fn is_number(value: &Value) -> bool {
    match value {
        Value::Number(number) => !number.as_u64().is_some_and(|number| (1900..2100).contains(&number)),
        Value::String(text) => {
            let text = text.trim();
            let is_day = matches!(text.len(), 4 | 6 | 8) && (text.starts_with("19") || text.starts_with("20"));
            let is_plain = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | '%' | '$' | ' ');
            text.starts_with(|c: char| c.is_ascii_digit() || c == '$') && text.chars().all(is_plain) && !is_day
        }
        _ => false,
    }
}
