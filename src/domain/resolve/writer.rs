//! Output of resolvers: JSON for the response body, in the format of `serde_json`.

use async_graphql::Value;

/// Receives a response part by part. If a part is not completed, everything written before is invalid.
#[derive(Debug)]
pub struct JsonWriter {
    json: Vec<u8>,
    /// The maximum size of the response in bytes.
    limit: usize,
}

impl JsonWriter {
    /// Continues after JSON that is already written, with capacity for about this many more bytes.
    pub fn after(written: &[u8], length: usize, limit: usize) -> Self {
        let mut json = Vec::with_capacity(written.len() + length.min(limit));
        json.extend_from_slice(written);
        Self { json, limit }
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.json
    }

    /// Whether the response exceeds its limit.
    pub fn is_full(&self) -> bool {
        self.json.len() > self.limit
    }

    pub fn begin_object(&mut self) {
        self.json.push(b'{');
    }

    /// Writes the key of a field, as [`key`] renders it.
    pub fn key(&mut self, key: &str) {
        self.json.extend_from_slice(key.as_bytes());
    }

    pub fn end_object(&mut self) {
        self.end(b'}');
    }

    pub fn begin_list(&mut self) {
        self.json.push(b'[');
    }

    pub fn end_list(&mut self) {
        self.end(b']');
    }

    /// Ends the value of a field or an item of a list. `None` if the response exceeds its limit.
    pub fn end_part(&mut self) -> Option<()> {
        self.json.push(b',');
        (!self.is_full()).then_some(())
    }

    /// Every part is followed by a comma. The last comma is replaced by the end.
    fn end(&mut self, end: u8) {
        match self.json.last_mut() {
            Some(last @ b',') => *last = end,
            _ => self.json.push(end),
        }
    }

    fn write(&mut self, value: &(impl serde::Serialize + ?Sized)) -> Option<()> {
        serde_json::to_writer(&mut self.json, value).ok()
    }

    pub fn text(&mut self, text: &str) -> Option<()> {
        self.write(text)
    }

    pub fn number(&mut self, number: i64) -> Option<()> {
        self.write(&number)
    }

    pub fn null(&mut self) -> Option<()> {
        self.json.extend_from_slice(b"null");
        Some(())
    }

    pub fn value(&mut self, value: &Value) -> Option<()> {
        self.write(value)
    }
}

/// The JSON of a key with its colon. A name of GraphQL has only letters, digits and underscores.
pub fn key(name: &str) -> Box<str> {
    format!("\"{name}\":").into()
}
