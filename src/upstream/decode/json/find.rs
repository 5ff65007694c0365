//! Finds the records of a JSON document.
//!
//! Records may be an array of objects at any depth, objects keyed by id, columns, rows of bare values, or arrays that
//! are parts of one list.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::upstream::decode::score;

/// A location of records in a document.
#[derive(Debug)]
pub struct RecordLocation<'a> {
    /// The JSON Pointer (RFC 6901) of the records.
    pub pointer: String,
    pub records: JsonRecords<'a>,
    /// The plain values beside and above the records, nearest last: titles, units, dates.
    pub context: Vec<(String, &'a Value)>,
    pub score: f32,
}

/// Records in the form in which a document holds them.
#[derive(Debug)]
pub enum JsonRecords<'a> {
    /// Objects, or single values.
    Items(Vec<&'a Value>),
    /// Objects by key. The key becomes a column.
    Keyed(Vec<(String, &'a Value)>),
    /// The same records in each language: arrays of equal length, by language.
    Languages(Vec<(String, Vec<&'a Value>)>),
    /// Columns of equal length.
    Columns(Vec<(&'a str, Vec<&'a Value>)>),
    /// Rows of bare values, with the column names if the document gives them.
    Rows { names: Vec<String>, rows: Vec<Vec<&'a Value>> },
}

/// The minimum share of the best score for another location to count as a table.
const NEAR: f32 = 0.5;
/// The minimum similarity of the objects' keys for records of one kind.
const ALIKE: f32 = 0.8;
/// The maximum number of tables of a document.
const MOST_TABLES: usize = 16;

/// Returns the locations of records, best first. Empty if the document has no records.
pub fn find(document: &Value) -> Vec<RecordLocation<'_>> {
    let mut search = Search { found: Vec::new(), empty: None };
    search.walk(document, "", 0, &[], "");
    let Search { mut found, empty } = search;
    merge_parts(&mut found);
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let least = found.first().map_or(0.0, |best| best.score * NEAR);
    found.retain(|other| other.score >= least);
    found.truncate(MOST_TABLES);
    if found.is_empty() {
        found.extend(empty.or_else(|| single(document)));
    }
    found
}

/// Returns the location of a document that is a single record: an object with at least two values.
fn single(document: &Value) -> Option<RecordLocation<'_>> {
    let mut record = document;
    let mut pointer = String::new();
    while let Value::Object(object) = record {
        let mut inner = object.iter().filter(|(_, value)| value.is_object());
        if let (Some((key, value)), None) = (inner.next(), inner.next())
            && !object.values().any(is_scalar)
        {
            pointer = format!("{pointer}/{key}");
            record = value;
            continue;
        }
        let is_record = object.values().map(leaves).sum::<usize>() > 1;
        return is_record.then(|| RecordLocation {
            pointer,
            records: JsonRecords::Items(vec![record]),
            context: Vec::new(),
            score: 0.0,
        });
    }
    None
}

struct Search<'a> {
    found: Vec<RecordLocation<'a>>,
    /// The location of an empty array.
    empty: Option<RecordLocation<'a>>,
}

/// The maximum depth at which records are searched.
const DEEPEST: usize = 12;

impl<'a> Search<'a> {
    fn walk(&mut self, value: &'a Value, pointer: &str, depth: usize, context: &[(String, &'a Value)], key: &str) {
        if depth > DEEPEST || self.found.len() > 1000 {
            return;
        }
        if let Some((records, mass)) = records(value) {
            let points = mass * weight(key) / score(1 + depth);
            let mut context = context.to_vec();
            if let (JsonRecords::Columns(_), Value::Object(object)) = (&records, value) {
                context.extend(plain_values(object));
            }
            self.found.push(RecordLocation { pointer: pointer.to_owned(), records, context, score: points });
            return;
        }
        match value {
            Value::Array(items) if items.iter().all(Value::is_null) => {
                let is_better = self.empty.is_none() || weight(key) > 1.0;
                if is_better {
                    let (pointer, context) = (pointer.to_owned(), context.to_vec());
                    self.empty =
                        Some(RecordLocation { pointer, records: JsonRecords::Items(Vec::new()), context, score: 0.0 });
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.walk(item, &format!("{pointer}/{index}"), depth + 1, context, key);
                }
            }
            Value::Object(object) => {
                let mut inner = context.to_vec();
                inner.extend(plain_values(object));
                if let Some(found) = named_rows(object, pointer, depth, &inner) {
                    self.found.push(found);
                    return;
                }
                for (key, value) in object.iter().filter(|(_, value)| !is_scalar(value)) {
                    let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                    self.walk(value, &pointer, depth + 1, &inner, key);
                }
            }
            _ => {}
        }
    }
}

/// Returns the plain values of an object, except response metadata.
fn plain_values(object: &Map<String, Value>) -> impl Iterator<Item = (String, &Value)> {
    const ABOUT_TRANSFER: [&str; 22] = [
        "success",
        "ok",
        "status",
        "code",
        "help",
        "count",
        "total",
        "totalcount",
        "page",
        "pagesize",
        "pages",
        "limit",
        "offset",
        "next",
        "previous",
        "version",
        "encoding",
        "format",
        "type",
        "message",
        "id",
        "resourceid",
    ];
    let is_told = |key: &str| {
        let name: String = key.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        !key.starts_with(['@', '$', '_']) && !ABOUT_TRANSFER.contains(&name.as_str())
    };
    object
        .iter()
        .filter(move |(key, value)| matches!(value, Value::String(_) | Value::Number(_)) && is_told(key))
        .map(|(key, value)| (key.clone(), value))
}

/// Returns a weight for the key of an array: how likely the key is to name records.
fn weight(key: &str) -> f32 {
    match key.to_lowercase().as_str() {
        "value" | "data" | "records" | "rows" | "items" | "results" | "result" | "features" | "list" | "entries" => 2.0,
        "links" | "fields" | "schema" | "columns" | "errors" | "warnings" | "messages" | "metadata" | "meta"
        | "@warnings" | "pagination" | "namespaces" => 0.1,
        _ => 1.0,
    }
}

/// Interprets a value as records, and returns them with their mass.
fn records(value: &Value) -> Option<(JsonRecords<'_>, f32)> {
    match value {
        Value::Array(items) => {
            let records: Vec<&Value> = items.iter().filter(|item| !item.is_null()).collect();
            let objects = records.iter().filter(|item| item.is_object()).count();
            if objects > 0 && objects * 2 >= records.len() {
                let mass = mass(records.iter().copied());
                return Some((JsonRecords::Items(items.iter().collect()), mass));
            }
            let rows: Vec<&Vec<Value>> = records.iter().filter_map(|item| item.as_array()).collect();
            if rows.len() > 1 && rows.len() == records.len() && rows.iter().all(|row| row.iter().all(is_scalar)) {
                let mass = score(rows.iter().map(|row| row.len()).sum::<usize>());
                let rows = rows.iter().map(|row| row.iter().collect()).collect();
                return Some((JsonRecords::Rows { names: Vec::new(), rows }, mass));
            }
            let is_list = !records.is_empty() && records.iter().all(|item| is_scalar(item));
            is_list.then(|| (JsonRecords::Items(items.iter().collect()), 0.5 * score(records.len())))
        }
        Value::Object(object) => {
            let entries = || object.iter().map(|(key, value)| (key.as_str(), value));
            if entries().count() > 1
                && entries().all(|(key, value)| value.is_object() && !is_language(key))
                && entries().all(|(_, value)| value.as_object().is_some_and(|inner| inner.values().any(is_scalar)))
                && similarity(object.values()) >= ALIKE
            {
                let keyed = entries().map(|(key, value)| (key.to_owned(), value)).collect();
                return Some((JsonRecords::Keyed(keyed), mass(object.values())));
            }
            columns(object)
        }
        _ => None,
    }
}

/// Interprets an object as columns: two or more arrays of plain values of equal length.
fn columns(object: &Map<String, Value>) -> Option<(JsonRecords<'_>, f32)> {
    let mut columns: Vec<(&str, Vec<&Value>)> = Vec::new();
    for (key, value) in object.iter().filter(|(_, value)| !is_scalar(value)) {
        let items = value.as_array().filter(|items| items.len() > 1 && items.iter().all(is_scalar))?;
        columns.push((key, items.iter().collect()));
    }
    let length = columns.first()?.1.len();
    // Column names beside rows are not a column.
    let is_table = columns.len() > 1 && columns.iter().all(|(_, items)| items.len() == length);
    let mass = score(length * columns.len());
    is_table.then_some((JsonRecords::Columns(columns), mass))
}

/// Finds rows of bare values with their column names beside them: `{"columns":["a","b"],"rows":[[1,2]]}`.
fn named_rows<'a>(
    object: &'a Map<String, Value>,
    pointer: &str,
    depth: usize,
    context: &[(String, &'a Value)],
) -> Option<RecordLocation<'a>> {
    let (key, rows) = object.iter().find_map(|(key, value)| {
        let rows = value.as_array().filter(|rows| !rows.is_empty())?;
        let rows: Option<Vec<Vec<&Value>>> = rows
            .iter()
            .map(|row| row.as_array().filter(|row| row.iter().all(is_scalar)).map(|row| row.iter().collect()))
            .collect();
        Some((key, rows?))
    })?;
    let width = rows.iter().map(Vec::len).max()?;
    let name = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(field) => ["name", "id", "title", "label", "key", "field"]
            .iter()
            .find_map(|key| field.get(*key)?.as_str().map(str::to_owned)),
        _ => None,
    };
    let names = object.iter().filter(|(other, _)| *other != key).find_map(|(_, value)| {
        let names: Option<Vec<String>> = value.as_array()?.iter().map(name).collect();
        names.filter(|names| names.len() == width)
    })?;
    let points = 2.0 * score(rows.len() * width) / score(2 + depth);
    let pointer = format!("{pointer}/{key}");
    Some(RecordLocation {
        pointer,
        records: JsonRecords::Rows { names, rows },
        context: context.to_vec(),
        score: points,
    })
}

/// Merges sibling arrays whose records have the same keys into one table. If their names are languages, they become the
/// languages of the records; otherwise the name becomes a column.
fn merge_parts(found: &mut Vec<RecordLocation<'_>>) {
    let parent = |pointer: &str| pointer.rsplit_once('/').map(|(parent, _)| parent.to_owned());
    let mut by_parent: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, place) in found.iter().enumerate() {
        if let (Some(parent), JsonRecords::Items(_)) = (parent(&place.pointer), &place.records) {
            by_parent.entry(parent).or_default().push(index);
        }
    }
    let mut merged = Vec::new();
    let mut gone = HashSet::new();
    for (parent, places) in by_parent {
        let items = |index: usize| match &found[index].records {
            JsonRecords::Items(items) => items.as_slice(),
            _ => &[],
        };
        let all = places.iter().flat_map(|index| items(*index).iter().copied()).filter(|item| !item.is_null());
        if places.len() < 2 || !all.clone().all(Value::is_object) || similarity(all) < ALIKE {
            continue;
        }
        let names: Vec<String> = places.iter().map(|index| last_key(&found[*index].pointer)).collect();
        let is_by_language = names.iter().all(|name| is_language(name))
            && places.iter().all(|index| items(*index).len() == items(places[0]).len());
        let parts = names.into_iter().zip(places.iter().map(|index| items(*index).to_vec()));
        let records = if is_by_language {
            JsonRecords::Languages(parts.collect())
        } else {
            let keyed = |(name, items): (String, Vec<_>)| items.into_iter().map(move |item| (name.clone(), item));
            JsonRecords::Keyed(parts.flat_map(keyed).collect())
        };
        let points = places.iter().map(|index| found[*index].score).sum();
        let context = found[places[0]].context.clone();
        merged.push(RecordLocation { pointer: parent, records, context, score: points });
        gone.extend(places);
    }
    let mut index = 0;
    found.retain(|_| {
        index += 1;
        !gone.contains(&(index - 1))
    });
    found.extend(merged);
}

fn last_key(pointer: &str) -> String {
    pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~")
}

pub fn is_scalar(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

/// Counts the plain values within a value.
fn leaves(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::Object(object) => object.values().map(leaves).sum(),
        Value::Array(items) => items.iter().map(leaves).sum(),
        _ => 1,
    }
}

/// Returns the number of plain values in records, reduced where their keys differ.
fn mass<'a>(records: impl Iterator<Item = &'a Value> + Clone) -> f32 {
    score(records.clone().map(leaves).sum::<usize>()) * similarity(records)
}

/// Returns the mean similarity of the objects' keys to the most common set of keys. 1 if all have the same keys.
fn similarity<'a>(objects: impl Iterator<Item = &'a Value> + Clone) -> f32 {
    let keys = |value: &'a Value| value.as_object().map(|object| object.keys().map(String::as_str).collect::<Vec<_>>());
    let mut sets: HashMap<Vec<&str>, usize> = HashMap::new();
    for set in objects.filter_map(keys) {
        *sets.entry(set).or_default() += 1;
    }
    let Some((commonest, _)) = sets.iter().max_by_key(|(set, count)| (**count, set.len())) else { return 1.0 };
    let commonest: HashSet<&str> = commonest.iter().copied().collect();
    let (mut sum, mut all) = (0.0, 0);
    for (set, count) in &sets {
        let shared = set.iter().filter(|key| commonest.contains(*key)).count();
        let either = commonest.len() + set.len() - shared;
        sum += score(*count) * if either == 0 { 1.0 } else { score(shared) / score(either) };
        all += count;
    }
    sum / score(all.max(1))
}

/// True if the key is exactly the name of a language.
pub fn is_language(key: &str) -> bool {
    const NAMES: [&str; 23] = [
        "en",
        "eng",
        "english",
        "tc",
        "trad",
        "traditional",
        "chi",
        "chinese",
        "zh",
        "zht",
        "zhtw",
        "zhhk",
        "zhhant",
        "hant",
        "sc",
        "simp",
        "simplified",
        "zhs",
        "zhcn",
        "zhhans",
        "hans",
        "cn",
        "hk",
    ];
    let name: String = key.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    NAMES.contains(&name.as_str())
}
