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
    pub cacheability: Cacheability,
    /// The datasets that the response depends on.
    pub touched: Arc<DatasetDependencies>,
    tag: OnceLock<Box<str>>,
}

/// Whether, and for how long, a response can be cached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cacheability {
    /// The request failed before any field was resolved.
    RequestError,
    /// Some fields have errors.
    Partial,
    /// The response depends on the current time.
    Momentary,
    /// The response is valid while its view is served.
    Lasting,
}

impl Cacheability {
    /// Returns the cacheability of a response without errors.
    pub fn without_errors(clock: &RequestClock) -> Self {
        if clock.was_read() { Self::Momentary } else { Self::Lasting }
    }

    fn of(answer: &Answer, clock: &RequestClock) -> Self {
        if codes::is_request_error(answer) {
            Self::RequestError
        } else if answer.errors.is_empty() {
            Self::without_errors(clock)
        } else {
            Self::Partial
        }
    }
}

impl EncodedResponse {
    /// Serialises a response of the framework. `None` if it cannot be serialised.
    pub fn of(answer: &Answer, touched: Arc<DatasetDependencies>, clock: &RequestClock) -> Option<Self> {
        let cacheability = Cacheability::of(answer, clock);
        let body = serde_json::to_vec(&AnswerBody::of(answer, cacheability));
        let body = body.inspect_err(|error| tracing::error!("cannot encode a response: {error}")).ok()?;
        Some(Self::new(body, cacheability, touched))
    }

    pub fn new(body: Vec<u8>, cacheability: Cacheability, touched: Arc<DatasetDependencies>) -> Self {
        // A boxed slice has no spare capacity, so a cached body takes no more memory than its bytes.
        Self { body: body.into_boxed_slice().into(), cacheability, touched, tag: OnceLock::new() }
    }

    /// True if the response has no errors.
    pub fn is_complete(&self) -> bool {
        matches!(self.cacheability, Cacheability::Momentary | Cacheability::Lasting)
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
    fn of(answer: &'a Answer, cacheability: Cacheability) -> Self {
        if cacheability != Cacheability::RequestError {
            Self::Whole(answer)
        } else if answer.extensions.is_empty() {
            Self::Errors(json!({ "errors": answer.errors }))
        } else {
            Self::Errors(json!({ "errors": answer.errors, "extensions": answer.extensions }))
        }
    }
}
