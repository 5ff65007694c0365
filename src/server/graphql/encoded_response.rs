//! Responses serialised as JSON.

use std::sync::{Arc, OnceLock};

use async_graphql::Response as Answer;
use axum::body::Bytes;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{api::guard::DatasetDependencies, domain::clock::RequestClock, server::graphql::codes};

/// A response serialised as JSON.
pub struct EncodedResponse {
    pub body: Bytes,
    pub fate: Cacheability,
    /// The datasets that the response depends on.
    pub touched: Arc<DatasetDependencies>,
    tag: OnceLock<Box<str>>,
}

/// How far a response can be cached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cacheability {
    /// The request failed before any field was resolved.
    RequestError,
    /// Some fields have errors.
    Partial,
    /// The response depends on the current time.
    Momentary,
    /// The response is valid as long as its view.
    Lasting,
}

impl Cacheability {
    /// Returns the cacheability of a response without errors.
    pub fn without_errors(moment: &RequestClock) -> Self {
        if moment.was_read() { Self::Momentary } else { Self::Lasting }
    }

    fn of(answer: &Answer, moment: &RequestClock) -> Self {
        if codes::is_request_error(answer) {
            Self::RequestError
        } else if answer.errors.is_empty() {
            Self::without_errors(moment)
        } else {
            Self::Partial
        }
    }
}

impl EncodedResponse {
    /// Serialises a response of the framework. `None` if it cannot be serialised.
    pub fn of(answer: &Answer, touched: Arc<DatasetDependencies>, moment: &RequestClock) -> Option<Self> {
        let fate = Cacheability::of(answer, moment);
        let body = serde_json::to_vec(&AnswerBody::of(answer, fate));
        let body = body.inspect_err(|error| tracing::error!("cannot encode a response: {error}")).ok()?;
        Some(Self::new(body, fate, touched))
    }

    pub fn new(body: Vec<u8>, fate: Cacheability, touched: Arc<DatasetDependencies>) -> Self {
        // A boxed slice has no spare capacity, so a cached body takes no more memory than its bytes.
        Self { body: body.into_boxed_slice().into(), fate, touched, tag: OnceLock::new() }
    }

    /// True if the response has no errors.
    pub fn is_complete(&self) -> bool {
        matches!(self.fate, Cacheability::Momentary | Cacheability::Lasting)
    }

    /// Parses the response, for callers that encode it in another format.
    pub fn read(&self) -> Answer {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            tracing::error!("cannot decode an encoded response: {error}");
            Answer::default()
        })
    }

    /// Returns the hash of the body, as used for the entity tag.
    pub fn tag(&self) -> &str {
        let tag = || Sha256::digest(&self.body).iter().take(16).map(|byte| format!("{byte:02x}")).collect::<String>();
        self.tag.get_or_init(|| tag().into())
    }
}

/// The serialised form of a response. A request error has no `data`.
#[derive(serde::Serialize)]
#[serde(untagged)]
enum AnswerBody<'a> {
    Whole(&'a Answer),
    Errors(Value),
}

impl<'a> AnswerBody<'a> {
    fn of(answer: &'a Answer, fate: Cacheability) -> Self {
        if fate != Cacheability::RequestError {
            Self::Whole(answer)
        } else if answer.extensions.is_empty() {
            Self::Errors(json!({ "errors": answer.errors }))
        } else {
            Self::Errors(json!({ "errors": answer.errors, "extensions": answer.extensions }))
        }
    }
}
