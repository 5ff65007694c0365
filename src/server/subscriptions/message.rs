//! The messages and close codes of the protocol graphql-transport-ws.

use async_graphql::ServerError;
use axum::extract::ws::CloseFrame;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// A message of a client.
#[derive(Debug)]
pub enum ClientMessage {
    Init,
    Ping(Option<Value>),
    Pong,
    /// The payload is checked with the operation: an invalid payload ends only the operation.
    Subscribe {
        id: String,
        payload: Map<String, Value>,
    },
    Complete {
        id: String,
    },
}

/// The JSON of a client's message.
#[derive(Deserialize)]
struct RawMessage {
    #[serde(rename = "type")]
    ty: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    payload: Option<Map<String, Value>>,
}

/// Maximum length of an operation id in bytes.
const LONGEST_ID: usize = 256;

impl ClientMessage {
    /// Parses a message.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let raw: RawMessage =
            serde_json::from_str(text).map_err(|_| Violation::BadMessage("expected a JSON message with a type"))?;
        let id = raw.id.filter(|id| !id.is_empty() && id.len() <= LONGEST_ID);
        let id = id.ok_or(Violation::BadMessage("expected an id of 1 to 256 bytes"));
        match raw.ty.as_str() {
            "connection_init" => Ok(Self::Init),
            "ping" => Ok(Self::Ping(raw.payload.map(Value::Object))),
            "pong" => Ok(Self::Pong),
            "subscribe" => {
                let payload = raw.payload.ok_or(Violation::BadMessage("expected a payload in `subscribe`"))?;
                Ok(Self::Subscribe { id: id?, payload })
            }
            "complete" => Ok(Self::Complete { id: id? }),
            _ => Err(Violation::BadMessage("expected a message type of graphql-transport-ws")),
        }
    }
}

/// A violation of the protocol, which closes the socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    BadMessage(&'static str),
    NoInitYet,
    InitTimeout,
    IdInUse(String),
    SecondInit,
}

impl Violation {
    /// Returns the close frame that reports the violation.
    pub fn frame(&self) -> CloseFrame {
        let (code, reason) = match self {
            Self::BadMessage(reason) => (4400, (*reason).to_owned()),
            Self::NoInitYet => (4401, "Unauthorized".to_owned()),
            Self::InitTimeout => (4408, "Connection initialisation timeout".to_owned()),
            // A close frame has room for 123 bytes.
            Self::IdInUse(id) if id.len() > 80 => (4409, "Subscriber for this id already exists".to_owned()),
            Self::IdInUse(id) => (4409, format!("Subscriber for {id} already exists")),
            Self::SecondInit => (4429, "Too many initialisation requests".to_owned()),
        };
        CloseFrame { code, reason: reason.into() }
    }
}

pub fn ack() -> String {
    json!({ "type": "connection_ack" }).to_string()
}

pub fn pong(payload: Option<Value>) -> String {
    match payload {
        Some(payload) => json!({ "type": "pong", "payload": payload }).to_string(),
        None => json!({ "type": "pong" }).to_string(),
    }
}

/// Returns the message for a response as JSON.
pub fn next(id: &str, payload: &str) -> String {
    format!(r#"{{"type":"next","id":{},"payload":{payload}}}"#, Value::from(id))
}

pub fn error(id: &str, errors: &[ServerError]) -> String {
    json!({ "type": "error", "id": id, "payload": errors }).to_string()
}

pub fn complete(id: &str) -> String {
    json!({ "type": "complete", "id": id }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_messages_are_protocol_violations() {
        for text in [
            "no json",
            "[]",
            "{}",
            r#"{"type":1}"#,
            r#"{"type":"start","id":"1","payload":{}}"#,
            r#"{"type":"subscribe","payload":{}}"#,
            r#"{"type":"subscribe","id":"","payload":{}}"#,
            r#"{"type":"subscribe","id":1,"payload":{}}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"subscribe","id":"1","payload":[]}"#,
            r#"{"type":"connection_init","payload":"x"}"#,
            r#"{"type":"complete"}"#,
        ] {
            assert_eq!(ClientMessage::parse(text).map_err(|error| error.frame().code).err(), Some(4400), "{text}");
        }
        assert!(ClientMessage::parse(&format!(r#"{{"type":"complete","id":"{}"}}"#, "a".repeat(257))).is_err());
        assert!(matches!(
            ClientMessage::parse(r#"{"type":"subscribe","id":"1","payload":{"query":null}}"#),
            Ok(ClientMessage::Subscribe { .. })
        ));
        assert!(matches!(ClientMessage::parse(r#"{"type":"connection_init"}"#), Ok(ClientMessage::Init)));
    }

    #[test]
    fn a_reason_fits_in_a_close_frame() {
        for length in [1, 80, 256] {
            assert!(Violation::IdInUse("é".repeat(length / 2)).frame().reason.len() <= 123);
        }
    }
}
