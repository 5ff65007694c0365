//! HTTP caching of GET responses: `ETag`, `Cache-Control` and `Vary`.
//!
//! The entity tag is a hash of the response body. It is the same on every replica and across refreshes without changes.
//! The tag of a response is remembered while its view is served, so that a conditional request gets 304 without running
//! the query.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use crate::{
    api::guard::DatasetDependencies,
    domain::catalog::Frequency,
    refresh::{state::DatasetState, view::View},
    server::graphql::{
        encoded_response::{Cacheability, EncodedResponse},
        negotiation::MediaType,
        refusal::Refusal,
    },
};

/// Maximum number of remembered entity tags.
const REMEMBERED: u64 = 50_000;
/// Maximum `max-age` of a response.
const LONGEST: Duration = Duration::from_hours(1);
/// The request headers that a response depends on.
const VARY: HeaderValue = HeaderValue::from_static("accept, accept-encoding, lionrock-cost");
/// The suffixes that the compression layer may append to an entity tag.
const ENCODINGS: [&str; 3] = ["-br", "-gzip", "-zstd"];

/// The entity tags of recent responses.
pub struct Tags {
    known: Cache<HttpCacheKey, PreparedQueries>,
}

/// The key of a GET request: its parameters, media type and cost setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HttpCacheKey([u8; 32]);

#[derive(Clone)]
struct PreparedQueries {
    view: Weak<View>,
    tag: Arc<str>,
    touched: Arc<DatasetDependencies>,
}

impl HttpCacheKey {
    pub fn of(parameters: Option<&str>, media_type: MediaType, headers: &HeaderMap) -> Self {
        let mut hash = Sha256::new();
        hash.update(media_type.content_type());
        hash.update([0]);
        hash.update(headers.get(super::parameters::COST_HEADER).map_or(&b""[..], HeaderValue::as_bytes));
        hash.update([0]);
        hash.update(parameters.unwrap_or_default());
        Self(hash.finalize().into())
    }
}

impl Tags {
    pub fn new() -> Self {
        Self { known: Cache::new(REMEMBERED) }
    }

    /// Returns 304 if the client has the response to this request from the current view.
    pub fn unchanged(
        &self,
        key: HttpCacheKey,
        view: &Arc<View>,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Option<Response> {
        let known = self.known.get(&key).filter(|known| known.view.as_ptr() == Arc::as_ptr(view))?;
        let has = matching(headers, &known.tag)?;
        Some(not_modified(has, max_age(view, &known.touched, now)))
    }

    /// Returns the response with its entity tag, or 304 if the client has it.
    pub fn tagged(
        &self,
        key: HttpCacheKey,
        view: &Arc<View>,
        written: &Arc<EncodedResponse>,
        headers: &HeaderMap,
        content_type: &'static str,
        now: Timestamp,
        body: impl FnOnce(Bytes) -> Result<Body, Refusal>,
    ) -> Result<Response, Refusal> {
        let tag = written.tag();
        let age = max_age(view, &written.touched, now);
        let has = matching(headers, tag);
        if written.cacheability == Cacheability::Lasting {
            let known =
                PreparedQueries { view: Arc::downgrade(view), tag: tag.into(), touched: written.touched.clone() };
            self.known.insert(key, known);
        }
        if let Some(has) = has {
            return Ok(not_modified(has, age));
        }
        let mut response = ([(header::CONTENT_TYPE, content_type)], body(written.body.clone())?).into_response();
        let tag = HeaderValue::try_from(format!("\"{tag}\"")).expect("hexadecimal digits are valid in a header");
        mark(&mut response, tag, age);
        Ok(response)
    }
}

fn not_modified(tag: HeaderValue, age: Duration) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    mark(&mut response, tag, age);
    response
}

fn mark(response: &mut Response, tag: HeaderValue, age: Duration) {
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag);
    headers.append(header::VARY, VARY);
    let age = format!("public, max-age={}", age.as_secs());
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::try_from(age).expect("ASCII words and digits are valid in a header"),
    );
}

/// Returns the client's entity tag that matches this response in any encoding.
pub fn matching(headers: &HeaderMap, tag: &str) -> Option<HeaderValue> {
    let given = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let found = given.flat_map(|value| value.split(',')).map(str::trim).find(|given| {
        if *given == "*" {
            return true;
        }
        let bare = given.strip_prefix("W/").unwrap_or(given).trim_matches('"');
        let bare = ENCODINGS.iter().find_map(|encoding| bare.strip_suffix(encoding)).unwrap_or(bare);
        bare == tag
    })?;
    if found == "*" { HeaderValue::try_from(format!("\"{tag}\"")).ok() } else { HeaderValue::try_from(found).ok() }
}

/// Returns the shortest time until a dataset is refreshed, at most [`LONGEST`].
///
/// Zero if a dataset is due or was never checked. Real-time datasets count only if the query selects their own fields.
fn max_age(view: &View, touched: &DatasetDependencies, now: Timestamp) -> Duration {
    let counts = |plan: &str, frequency: Frequency| {
        frequency != Frequency::RealTime || touched.every_one || touched.plans.contains(plan)
    };
    // A dataset that is no longer on the portal is never refreshed.
    let is_asked_for =
        |state: &&DatasetState| !state.is_off && (state.next_due.is_some() || state.source.dataset.portal_id.is_some());
    let states = view.states.iter().filter(is_asked_for);
    let ages = states.filter(|state| counts(state.source.dataset.plan, state.source.dataset.frequency)).map(|state| {
        let due = state.next_due.unwrap_or(now);
        Duration::try_from(due.duration_since(now)).unwrap_or_default()
    });
    ages.min().unwrap_or_default().min(LONGEST)
}

/// Appends the content encoding to the entity tag of a compressed response, because a strong tag must differ between
/// encodings.
pub async fn name_encoding(response: Response) -> Response {
    let (mut parts, body): (_, Body) = response.into_parts();
    let encoding = parts.headers.get(header::CONTENT_ENCODING).and_then(|encoding| encoding.to_str().ok());
    let tag = parts.headers.get(header::ETAG).and_then(|tag| tag.to_str().ok());
    if let (Some(encoding), Some(tag)) = (encoding, tag.and_then(|tag| tag.strip_suffix('"')))
        && let Ok(tag) = HeaderValue::try_from(format!("{tag}-{encoding}\""))
    {
        parts.headers.insert(header::ETAG, tag);
    }
    Response::from_parts(parts, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_etag_matches_in_every_encoding() {
        let has = |given: &'static str| {
            let headers = [(header::IF_NONE_MATCH, HeaderValue::from_static(given))].into_iter().collect();
            matching(&headers, "abc").map(|tag| tag.to_str().map(str::to_owned).unwrap_or_default())
        };
        assert_eq!(has("\"abc\"").as_deref(), Some("\"abc\""));
        assert_eq!(has("\"x\", W/\"abc-br\"").as_deref(), Some("W/\"abc-br\""));
        assert_eq!(has("\"abc-gzip\"").as_deref(), Some("\"abc-gzip\""));
        assert_eq!(has("\"abcd\""), None);
        assert_eq!(has("*").as_deref(), Some("\"abc\""), "any response matches");
    }
}
