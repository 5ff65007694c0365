//! A rejected request: status, code and a message that is safe to show.

use std::time::Duration;

use async_graphql::{ErrorExtensionValues, ServerError};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::negotiation::MediaType;

/// The reason why a request is rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub status: StatusCode,
    pub code: &'static str,
    pub message: String,
    /// The value of `Retry-After`.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after: None }
    }

    /// Returns the rejection of a malformed request.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    /// Sets `Retry-After`, in whole seconds.
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..self }
    }

    /// Returns the response in a media type, or as JSON if that has no errors.
    pub fn respond(&self, media_type: MediaType) -> Response {
        let media_type = media_type.of_errors();
        let body = serde_json::json!({ "errors": [{ "message": self.message, "extensions": { "code": self.code } }] });
        let mut response =
            (self.status, [(header::CONTENT_TYPE, media_type.content_type())], body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<Refusal> for ServerError {
    fn from(refusal: Refusal) -> Self {
        let mut error = Self::new(refusal.message, None);
        error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", refusal.code);
        error
    }
}
