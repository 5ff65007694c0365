//! Output of resolvers: JSON for the response body, or values of the framework.

use async_graphql::{
    Name, Value,
    indexmap::{IndexMap, map::Entry},
};

/// Receives a response part by part. If a part is not completed, everything written before is invalid.
pub trait ResponseWriter {
    /// Whether a field that is written twice is merged.
    const MERGES: bool;

    /// Writes an object with about this many fields.
    fn object(&mut self, size: usize, fields: impl FnOnce(&mut Self) -> Option<()>) -> Option<()>;

    /// Writes a field of an object.
    fn field(&mut self, key: &Name, value: impl FnOnce(&mut Self) -> Option<()>) -> Option<()>;

    fn list(&mut self, items: impl FnOnce(&mut Self) -> Option<()>) -> Option<()>;

    /// Writes an item of a list.
    fn item(&mut self, value: impl FnOnce(&mut Self) -> Option<()>) -> Option<()>;

    fn text(&mut self, text: &str) -> Option<()>;

    /// Writes the value of an enum.
    fn name(&mut self, name: &'static str) -> Option<()>;

    fn number(&mut self, number: i64) -> Option<()>;

    fn value(&mut self, value: Value) -> Option<()>;
}

/// A response in JSON, in the format of `serde_json`.
#[derive(Debug, Default)]
pub struct JsonWriter(Vec<u8>);

impl JsonWriter {
    /// Continues after JSON that is already written, with capacity for about this many more bytes.
    pub fn after(written: &[u8], length: usize) -> Self {
        let mut json = Vec::with_capacity(written.len() + length);
        json.extend_from_slice(written);
        Self(json)
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Every part is followed by a comma. The last comma is replaced by the end.
    fn close(&mut self, end: u8) {
        match self.0.last_mut() {
            Some(last @ b',') => *last = end,
            _ => self.0.push(end),
        }
    }

    fn write(&mut self, value: &(impl serde::Serialize + ?Sized)) -> Option<()> {
        serde_json::to_writer(&mut self.0, value).ok()
    }
}

impl ResponseWriter for JsonWriter {
    const MERGES: bool = false;

    fn object(&mut self, _: usize, fields: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        self.0.push(b'{');
        fields(self)?;
        self.close(b'}');
        Some(())
    }

    fn field(&mut self, key: &Name, value: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        // A name has letters, digits and underscores.
        self.0.push(b'"');
        self.0.extend_from_slice(key.as_bytes());
        self.0.extend_from_slice(b"\":");
        value(self)?;
        self.0.push(b',');
        Some(())
    }

    fn list(&mut self, items: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        self.0.push(b'[');
        items(self)?;
        self.close(b']');
        Some(())
    }

    fn item(&mut self, value: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        value(self)?;
        self.0.push(b',');
        Some(())
    }

    fn text(&mut self, text: &str) -> Option<()> {
        self.write(text)
    }

    fn name(&mut self, name: &'static str) -> Option<()> {
        self.write(name)
    }

    fn number(&mut self, number: i64) -> Option<()> {
        self.write(&number)
    }

    fn value(&mut self, value: Value) -> Option<()> {
        self.write(&value)
    }
}

/// A response in the framework's values.
#[derive(Debug, Default)]
pub struct ValueWriter {
    /// The value that was written last.
    value: Value,
    /// The fields of the current object.
    fields: IndexMap<Name, Value>,
    /// The items of the current list.
    items: Vec<Value>,
}

impl ValueWriter {
    pub fn into_value(self) -> Value {
        self.value
    }
}

impl ResponseWriter for ValueWriter {
    const MERGES: bool = true;

    fn object(&mut self, size: usize, fields: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        let outer = std::mem::replace(&mut self.fields, IndexMap::with_capacity(size));
        fields(self)?;
        self.value = Value::Object(std::mem::replace(&mut self.fields, outer));
        Some(())
    }

    fn field(&mut self, key: &Name, value: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        value(self)?;
        let value = std::mem::take(&mut self.value);
        insert(&mut self.fields, key.clone(), value);
        Some(())
    }

    fn list(&mut self, items: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        let outer = std::mem::take(&mut self.items);
        items(self)?;
        self.value = Value::List(std::mem::replace(&mut self.items, outer));
        Some(())
    }

    fn item(&mut self, value: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        value(self)?;
        let value = std::mem::take(&mut self.value);
        self.items.push(value);
        Some(())
    }

    fn text(&mut self, text: &str) -> Option<()> {
        self.value(Value::String(text.to_owned()))
    }

    fn name(&mut self, name: &'static str) -> Option<()> {
        self.value(Value::Enum(Name::new(name)))
    }

    fn number(&mut self, number: i64) -> Option<()> {
        self.value(number.into())
    }

    fn value(&mut self, value: Value) -> Option<()> {
        self.value = value;
        Some(())
    }
}

/// Inserts a field into an object. A field that is already present is merged.
pub(super) fn insert(object: &mut IndexMap<Name, Value>, key: Name, value: Value) {
    match object.entry(key) {
        Entry::Occupied(mut known) => merge(known.get_mut(), value),
        Entry::Vacant(free) => {
            free.insert(value);
        }
    }
}

fn merge(known: &mut Value, value: Value) {
    match (known, value) {
        (Value::Object(known), Value::Object(more)) => {
            more.into_iter().for_each(|(key, value)| insert(known, key, value));
        }
        (Value::List(known), Value::List(more)) => {
            known.iter_mut().zip(more).for_each(|(known, more)| merge(known, more));
        }
        _ => {}
    }
}
