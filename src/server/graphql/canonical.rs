//! Canonical JSON: equal values have equal text, regardless of the order of object keys.

use serde_json::{Map, Value};

/// Appends the canonical form of a value.
pub fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => write_object(fields, text),
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write(item, text);
                text.push(',');
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

/// Appends the canonical form of an object.
pub fn write_object(fields: &Map<String, Value>, text: &mut String) {
    let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
    fields.sort_unstable_by_key(|(name, _)| *name);
    text.push('{');
    for (name, value) in fields {
        text.push_str(&Value::from(name.as_str()).to_string());
        text.push(':');
        write(value, text);
        text.push(',');
    }
    text.push('}');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(value: &Value) -> String {
        let mut text = String::new();
        write(value, &mut text);
        text
    }

    #[test]
    fn canonical_json_ignores_only_the_order_of_keys() {
        let one = json!({ "b": [1, { "y": null, "x": "\"" }], "a": 1.0 });
        let same = json!({ "a": 1.0, "b": [1, { "x": "\"", "y": null }] });
        assert_eq!(text(&one), text(&same));
        let others = [
            json!({ "a": 1.0, "b": [{ "x": "\"", "y": null }, 1] }),
            json!({ "a": 1, "b": [] }),
            json!("a"),
            json!({}),
        ];
        for other in &others {
            assert!(others.iter().filter(|some| text(some) == text(other)).count() == 1 && text(other) != text(&one));
        }
    }
}
