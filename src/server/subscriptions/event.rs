//! The results of an operation, as JSON.

use std::sync::Arc;

use async_graphql::{Response as Answered, ServerError};

use crate::server::{
    graphql::{
        encoded_response::{Cacheability, EncodedResponse},
        refusal::Refusal,
    },
    places::Place,
};

/// One result of an operation.
pub enum OperationEvent {
    Next(EventText),
    /// The operation failed before it ran.
    Error(Vec<ServerError>),
}

/// A response as JSON, with the room that its bytes take while they are unsent.
pub struct EventText {
    pub json: String,
    pub room: Option<Place>,
}

impl OperationEvent {
    /// The event for a response that has data, or errors of fields.
    pub fn next(answer: &Answered) -> Self {
        let json = serde_json::to_string(answer).unwrap_or_default();
        Self::Next(EventText { json, room: None })
    }

    /// The event for the response to a query.
    pub fn of_query(answer: Result<Arc<EncodedResponse>, Refusal>) -> Self {
        match answer {
            Ok(written) if written.fate == Cacheability::RequestError => Self::Error(written.read().errors),
            Ok(written) => {
                Self::Next(EventText { json: String::from_utf8_lossy(&written.body).into_owned(), room: None })
            }
            Err(refusal) => Self::Error(vec![refusal.into()]),
        }
    }

    /// The event as the JSON of a response.
    pub fn into_json(self) -> EventText {
        match self {
            Self::Next(text) => text,
            Self::Error(errors) => {
                let json = serde_json::to_string(&Answered::from_errors(errors)).unwrap_or_default();
                EventText { json, room: None }
            }
        }
    }
}
