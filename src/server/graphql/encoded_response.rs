//! Answers as they are sent.

use std::sync::{Arc, OnceLock};

use async_graphql::Response as Answer;
use axum::body::Bytes;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{api::guard::DatasetDependencies, domain::clock::RequestClock, server::graphql::codes};

/// An answer in JSON.
pub struct EncodedResponse {
    pub body: Bytes,
    pub fate: Cacheability,
    /// The datasets that it can show.
    pub touched: Arc<DatasetDependencies>,
    tag: OnceLock<Box<str>>,
}

/// What may become of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cacheability {
    /// It failed before any field was resolved.
    RequestError,
    /// Some fields failed.
    Partial,
    /// It holds for this moment only.
    Momentary,
    /// It holds as long as its view.
    Lasting,
}

impl Cacheability {
    /// What may become of an answer without errors.
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
    /// An answer of the framework; nothing where it cannot be written.
    pub fn of(answer: &Answer, touched: Arc<DatasetDependencies>, moment: &RequestClock) -> Option<Self> {
        let fate = Cacheability::of(answer, moment);
        let body = serde_json::to_vec(&AnswerBody::of(answer, fate));
        let body = body.inspect_err(|error| tracing::error!("cannot encode a response: {error}")).ok()?;
        Some(Self::new(body, fate, touched))
    }

    pub fn new(body: Vec<u8>, fate: Cacheability, touched: Arc<DatasetDependencies>) -> Self {
        // What is kept must not hold room that was only needed while it was written.
        Self { body: body.into_boxed_slice().into(), fate, touched, tag: OnceLock::new() }
    }

    /// Whether it has no errors.
    pub fn is_complete(&self) -> bool {
        matches!(self.fate, Cacheability::Momentary | Cacheability::Lasting)
    }

    /// The answer, for who has to write it otherwise.
    pub fn read(&self) -> Answer {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            tracing::error!("cannot decode an encoded response: {error}");
            Answer::default()
        })
    }

    /// What tells its bytes from all others.
    pub fn tag(&self) -> &str {
        let tag = || Sha256::digest(&self.body).iter().take(16).map(|byte| format!("{byte:02x}")).collect::<String>();
        self.tag.get_or_init(|| tag().into())
    }
}

/// What is written of an answer: a request error has no `data`.
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
