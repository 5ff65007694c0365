//! What answers are given into: JSON as it is sent, or the framework's values.

use async_graphql::{
    Name, Value,
    indexmap::{IndexMap, map::Entry},
};

/// Takes an answer, part by part. Where a part is not given to its end, all that was given before is worth nothing.
pub trait ResponseWriter {
    /// Whether a field that is given twice becomes one.
    const MERGES: bool;

    /// An object of about so many fields.
    fn object(&mut self, size: usize, fields: impl FnOnce(&mut Self) -> Option<()>) -> Option<()>;

    /// A field of an object.
    fn field(&mut self, key: &Name, value: impl FnOnce(&mut Self) -> Option<()>) -> Option<()>;

    fn list(&mut self, items: impl FnOnce(&mut Self) -> Option<()>) -> Option<()>;

    /// An item of a list.
    fn item(&mut self, value: impl FnOnce(&mut Self) -> Option<()>) -> Option<()>;

    fn text(&mut self, text: &str) -> Option<()>;

    /// The value of an enum.
    fn name(&mut self, name: &'static str) -> Option<()>;

    fn number(&mut self, number: i64) -> Option<()>;

    fn value(&mut self, value: Value) -> Option<()>;
}

/// An answer in JSON, written as `serde_json` writes it.
#[derive(Debug, Default)]
pub struct JsonWriter(Vec<u8>);

impl JsonWriter {
    /// Goes on where other JSON ends, for about so many bytes.
    pub fn after(written: &[u8], length: usize) -> Self {
        let mut json = Vec::with_capacity(written.len() + length);
        json.extend_from_slice(written);
        Self(json)
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Every part is followed by a comma: the last one is the end.
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

/// An answer in the framework's values.
#[derive(Debug, Default)]
pub struct ValueWriter {
    /// The value that was given last.
    value: Value,
    /// The fields of the object that is open.
    fields: IndexMap<Name, Value>,
    /// The items of the list that is open.
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

/// Puts a field into an object; what is asked for twice is merged.
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
