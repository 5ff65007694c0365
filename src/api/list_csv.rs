//! Writes the list of a response as CSV. The columns follow the query, so they do not depend on the data.

use std::io::Write;

use async_graphql::{
    Positioned,
    parser::types::{DocumentOperations, ExecutableDocument, Selection, SelectionSet},
};
use serde_json::Value;

use crate::domain::value::escaped;

/// A field of the query, by its response key, with its selections. A leaf has none.
struct Field {
    key: String,
    fields: Vec<Field>,
}

/// The columns of a list: each heading, and the path of its value in a row.
struct Column {
    name: String,
    path: Vec<String>,
}

/// A list in the response: the keys that lead to it, and the fields of its items.
struct List<'a> {
    path: Vec<&'a str>,
    fields: &'a [Field],
}

/// The reason why a response is not written as CSV.
#[derive(Debug, thiserror::Error)]
pub enum ListCsvError {
    #[error("expected one list in the response for CSV output, found {0}")]
    Lists(String),
    #[error("cannot write CSV: {0}")]
    Output(#[from] csv::Error),
}

/// Writes the list in `data`, the response to this operation of `document`, to `out`.
pub fn write(
    document: &ExecutableDocument,
    operation: Option<&str>,
    data: &Value,
    out: impl Write,
) -> Result<(), ListCsvError> {
    let fields = requested_fields(document, operation);
    let mut lists = Vec::new();
    find(&fields, data, &mut Vec::new(), &mut lists);
    let [list] = lists.as_slice() else {
        let names: Vec<String> = lists.iter().map(|list| format!("`{}`", list.path.join("."))).collect();
        let found = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        return Err(ListCsvError::Lists(found));
    };
    let items = list.path.iter().try_fold(data, |value, key| value.get(key)).and_then(Value::as_array);
    let columns = columns(list);
    let mut out = csv::Writer::from_writer(out);
    out.write_record(columns.iter().map(|column| &column.name))?;
    for item in items.into_iter().flatten() {
        out.write_record(columns.iter().map(|column| column.cell(item)))?;
    }
    out.flush().map_err(|error| ListCsvError::Output(error.into()))
}

/// The fields of an operation, including those of its fragments.
fn requested_fields(document: &ExecutableDocument, operation: Option<&str>) -> Vec<Field> {
    let definition = match (&document.operations, operation) {
        (DocumentOperations::Single(definition), _) => Some(definition),
        (DocumentOperations::Multiple(definitions), Some(name)) => definitions.get(name),
        (DocumentOperations::Multiple(definitions), None) => definitions.values().next(),
    };
    let mut fields = Vec::new();
    if let Some(definition) = definition {
        gather(document, &definition.node.selection_set, &mut fields);
    }
    fields
}

/// Adds the fields of a selection. A key that occurs twice is one field.
fn gather(document: &ExecutableDocument, selection: &Positioned<SelectionSet>, fields: &mut Vec<Field>) {
    for item in &selection.node.items {
        match &item.node {
            Selection::Field(field) => {
                let key = field.node.response_key().node.as_str();
                let at = fields.iter().position(|known| known.key == key).unwrap_or_else(|| {
                    fields.push(Field { key: key.to_owned(), fields: Vec::new() });
                    fields.len() - 1
                });
                gather(document, &field.node.selection_set, &mut fields[at].fields);
            }
            Selection::InlineFragment(fragment) => gather(document, &fragment.node.selection_set, fields),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    gather(document, &fragment.node.selection_set, fields);
                }
            }
        }
    }
}

/// Finds the lists of objects, including nested lists. A list of scalars is a cell.
fn find<'a>(fields: &'a [Field], value: &Value, path: &mut Vec<&'a str>, lists: &mut Vec<List<'a>>) {
    for field in fields.iter().filter(|field| !field.fields.is_empty()) {
        path.push(&field.key);
        match value.get(&field.key) {
            Some(Value::Array(items)) => {
                if !lists.iter().any(|list| list.path == *path) {
                    lists.push(List { path: path.clone(), fields: &field.fields });
                }
                for item in items {
                    find(&field.fields, item, path, lists);
                }
            }
            Some(value @ Value::Object(_)) => find(&field.fields, value, path, lists),
            _ => {}
        }
        path.pop();
    }
}

/// The leaves of a list's items, named by their path. In an edge, the fields of the node keep their names, and those of
/// the edge begin with `edge.`.
fn columns(list: &List) -> Vec<Column> {
    let mut columns = Vec::new();
    let is_edges = list.path.last() == Some(&"edges");
    for field in list.fields {
        let start = if is_edges && field.key != "node" { "edge." } else { "" };
        leaves(field, &mut Vec::new(), &mut |path| {
            let shown = if is_edges && path[0] == "node" { &path[1..] } else { path };
            columns.push(Column { name: format!("{start}{}", shown.join(".")), path: path.to_vec() });
        });
    }
    columns
}

fn leaves(field: &Field, path: &mut Vec<String>, leaf: &mut impl FnMut(&[String])) {
    path.push(field.key.clone());
    if field.fields.is_empty() {
        leaf(path);
    }
    for inner in &field.fields {
        leaves(inner, path, leaf);
    }
    path.pop();
}

impl Column {
    /// The value of a row in this column. Empty if the value or a parent object is null.
    fn cell(&self, item: &Value) -> String {
        let value = self.path.iter().try_fold(item, |value, key| value.get(key));
        harmless(value.map(text).unwrap_or_default())
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.split('\n').map(escaped).collect::<Vec<_>>().join("\n"),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join("; "),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

/// Prefixes text that a spreadsheet would evaluate as a formula with `'`. The cells come from publishers, and a
/// spreadsheet evaluates formulas when it opens the file. Numbers are not changed.
fn harmless(text: String) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    if is_formula { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    fn to_csv(query: &str, data: &Value) -> Result<String, String> {
        let mut out = Vec::new();
        write(&parse_query(query).unwrap(), None, data, &mut out).map_err(|error| error.to_string())?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn nodes_are_rows_and_objects_are_dotted_columns() {
        let query = "{ itf { projects { totalCount nodes { title { en zh } money { amount } tags } } } }";
        let data = json!({ "itf": { "projects": { "totalCount": 2, "nodes": [
            { "title": { "en": "A, \"B\"", "zh": "甲" }, "money": null, "tags": ["x", "y"] },
            { "title": { "en": "C", "zh": null }, "money": { "amount": "-5.50" }, "tags": [] },
        ] } } });
        let expected = "title.en,title.zh,money.amount,tags\n\"A, \"\"B\"\"\",甲,,x; y\nC,,-5.50,\n";
        assert_eq!(to_csv(query, &data).unwrap(), expected);
    }

    #[test]
    fn edges_have_the_columns_of_their_nodes() {
        let query = "{ list: things { edges { cursor node { cursor inner { id } } } } }";
        let data =
            json!({ "list": { "edges": [{ "cursor": "c", "node": { "cursor": 1, "inner": { "id": true } } }] } });
        assert_eq!(to_csv(query, &data).unwrap(), "edge.cursor,cursor,inner.id\nc,1,true\n");
    }

    #[test]
    fn columns_do_not_depend_on_the_response() {
        let query = "{ things { ...Both ... on Thing { b } a { y } } } fragment Both on Thing { a { x } b }";
        assert_eq!(to_csv(query, &json!({ "things": [] })).unwrap(), "a.x,a.y,b\n");
        assert_eq!(to_csv(query, &json!({ "things": [{ "a": null, "b": null }] })).unwrap(), "a.x,a.y,b\n,,\n");
    }

    #[test]
    fn errors_name_the_lists_of_the_response() {
        let query = "{ a { b { c } } d { nodes { e } } f }";
        let data = json!({ "a": [{ "b": [{ "c": 1 }] }, { "b": [] }], "d": { "nodes": [] }, "f": [1] });
        let found = to_csv(query, &data).unwrap_err();
        assert_eq!(found, "expected one list in the response for CSV output, found `a`, `a.b`, `d.nodes`");
        let found = to_csv("{ a { b { c } } f }", &json!({ "a": null, "f": [1] })).unwrap_err();
        assert_eq!(found, "expected one list in the response for CSV output, found none");
    }

    #[test]
    fn formulas_are_escaped() {
        for (text, cell) in [
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            ("+852 2788", "'+852 2788"),
            ("@x", "'@x"),
            ("-", "'-"),
            ("\t=1", "'\t=1"),
            ("-12.5", "-12.5"),
            ("+3e4", "+3e4"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(harmless(text.to_owned()), cell);
        }
    }
}
