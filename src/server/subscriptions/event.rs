//! The results of an operation, as JSON.

use std::sync::Arc;

use async_graphql::{Response as Answered, ServerError};
use axum::extract::ws::Utf8Bytes;

use crate::server::{
    Gateway,
    client::Client,
    concurrency::FairPermit,
    graphql::{
        encoded_response::{Cacheability, EncodedResponse},
        refusal::Refusal,
    },
};

/// One result of an operation.
pub enum OperationEvent {
    Next(EventText),
    /// The operation failed before it ran.
    Error(Vec<ServerError>),
}

/// A response as JSON, with the reservation for its unsent bytes.
pub struct EventText {
    /// Listeners that share an operation share these bytes.
    pub json: Utf8Bytes,
    pub reserved: Option<FairPermit>,
}

impl OperationEvent {
    /// The event for the response to a query. Its bytes are reserved until they have been sent.
    pub fn of_query(gateway: &Gateway, client: Option<&Client>, answer: Result<Arc<EncodedResponse>, Refusal>) -> Self {
        let refused = |refusal: Refusal| Self::Error(vec![refusal.into()]);
        match answer {
            Ok(written) if written.cacheability == Cacheability::RequestError => Self::Error(written.read().errors),
            Ok(written) => match gateway.unsent.reserve(client, written.body.len()) {
                Ok(reserved) => {
                    let json = Utf8Bytes::try_from(written.body.clone()).expect("JSON is UTF-8");
                    Self::Next(EventText { json, reserved: Some(reserved) })
                }
                Err(refusal) => refused(refusal),
            },
            Err(refusal) => refused(refusal),
        }
    }

    /// Returns the event as the JSON of a response.
    pub fn into_json(self) -> EventText {
        match self {
            Self::Next(text) => text,
            Self::Error(errors) => EventText { json: encode(&Answered::from_errors(errors)), reserved: None },
        }
    }
}

/// Returns a response as JSON.
pub fn encode(answer: &Answered) -> Utf8Bytes {
    serde_json::to_string(answer).unwrap_or_default().into()
}
