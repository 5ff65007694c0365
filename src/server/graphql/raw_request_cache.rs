//! A cache of complete HTTP responses, keyed by the bytes of the request. A hit does not parse the request.
//!
//! The key is the body and the headers that a response can depend on, compared byte by byte. Only hits of the
//! [`response_cache`](super::response_cache) are stored. These responses have no errors, do not depend on the time of
//! day and were requested more than once.

use std::sync::{Arc, Weak};

use ahash::RandomState;
use async_graphql::parser::types::OperationType;
use axum::{
    body::{Body, Bytes, HttpBody, to_bytes},
    http::{HeaderMap, HeaderName, Method, header},
    response::Response,
};
use futures::stream;
use moka::{policy::EvictionPolicy, sync::Cache};
use tracing::Span;

use crate::{
    refresh::{Refresher, view::View},
    server::graphql::{negotiation::is_json, parameters::COST_HEADER, prepared_cache::PreparedQueries, span::describe},
};

/// The estimated overhead of an entry in bytes, mostly its response headers.
const BESIDE: usize = 1_500;
/// The request headers that a response depends on: format, origin, encoding and cost setting.
static HEADERS: [HeaderName; 4] =
    [header::ACCEPT, header::ACCEPT_ENCODING, header::ORIGIN, HeaderName::from_static(COST_HEADER)];
/// Separates the headers from the body in a key.
const BODY: u8 = u8::MAX;

/// A size-bounded cache of complete responses.
pub struct RawRequestCache {
    kept: Option<Cache<RawRequestKey, Arc<StoredResponse>, RandomState>>,
    largest: u64,
}

/// A cached HTTP response.
pub struct StoredResponse {
    response: Response<Bytes>,
    meta: EntryMeta,
}

/// The metadata of a cacheable response. It is passed as an extension of the response.
#[derive(Clone)]
pub struct EntryMeta {
    view: Weak<View>,
    /// The name and type of its operation, for traces.
    name: Option<Box<str>>,
    ty: OperationType,
}

impl EntryMeta {
    /// Creates the metadata of an operation's response that was made from a view.
    pub fn new(known: &PreparedQueries, view: &Arc<View>) -> Self {
        let (name, operation) = known.ready.operation();
        Self { view: Arc::downgrade(view), name: name.map(Into::into), ty: operation.ty }
    }
}

impl StoredResponse {
    /// Returns the response to send.
    pub fn response(&self) -> Response {
        self.response.clone().map(Body::from)
    }

    /// Records the name and type of the operation in the span.
    pub fn describe(&self, span: &Span) {
        describe(self.meta.name.as_deref(), self.meta.ty, span);
    }

    fn weight(&self, key: &RawRequestKey) -> usize {
        let name = self.meta.name.as_ref().map_or(0, |name| name.len());
        key.0.len() + self.response.body().len() + name + BESIDE
    }
}

/// The key of a request.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct RawRequestKey(Vec<u8>);

impl RawRequestKey {
    pub fn of(headers: &HeaderMap, body: &[u8]) -> Self {
        let mut key = Vec::with_capacity(body.len() + 128);
        for (name, value) in headers {
            let known = (0_u8..).zip(&HEADERS).find(|(_, known)| *known == name);
            if let Some((position, _)) = known {
                key.push(position);
                key.extend_from_slice(&value.len().to_le_bytes());
                key.extend_from_slice(value.as_bytes());
            }
        }
        key.push(BODY);
        key.extend_from_slice(body);
        Self(key)
    }
}

impl RawRequestCache {
    /// Creates a cache of at most `bytes` bytes, with entries of at most `largest` bytes. Zero `bytes` disables it.
    pub fn new(bytes: u64, largest: u64) -> Self {
        let cache = || {
            let weigher =
                |key: &RawRequestKey, kept: &Arc<StoredResponse>| u32::try_from(kept.weight(key)).unwrap_or(u32::MAX);
            let lru = Cache::builder().max_capacity(bytes).weigher(weigher).eviction_policy(EvictionPolicy::lru());
            // Clients choose the keys, so the hasher is randomly seeded.
            lru.build_with_hasher(RandomState::new())
        };
        Self { kept: (bytes > 0).then(cache), largest }
    }

    /// True if such a request can be in the cache.
    pub fn may_have(&self, method: &Method, headers: &HeaderMap) -> bool {
        self.kept.is_some() && *method == Method::POST && is_json(headers) && !headers.contains_key(header::UPGRADE)
    }

    /// Returns the cached response to the same request, if it was made from the current view.
    pub fn get(&self, key: &RawRequestKey, refresher: &Refresher) -> Option<Arc<StoredResponse>> {
        // The entry holds a weak reference to its view, so the view's address is not reused.
        self.kept.as_ref()?.get(key).filter(|kept| refresher.serves(&kept.meta.view))
    }

    /// Stores a response if it is cacheable.
    pub async fn keep(&self, mut key: RawRequestKey, mut response: Response) -> Response {
        let meta = response.extensions_mut().remove::<EntryMeta>();
        let (Some(meta), Some(all)) = (meta, &self.kept) else { return response };
        if HttpBody::size_hint(response.body()).exact().is_some_and(|size| size > self.largest) {
            return response;
        }
        let (head, body) = response.into_parts();
        let body = match to_bytes(body, usize::MAX).await {
            Ok(body) => body,
            // The error is passed on, so that the client sees a truncated response.
            Err(error) => {
                let broken = stream::iter([Err::<Bytes, _>(error)]);
                return Response::from_parts(head, Body::from_stream(broken));
            }
        };
        let kept = StoredResponse { response: Response::from_parts(head, body), meta };
        let response = kept.response();
        if kept.weight(&key) as u64 <= self.largest {
            key.0.shrink_to_fit();
            all.insert(key, Arc::new(kept));
        }
        response
    }

    /// Removes all entries.
    pub fn forget(&self) {
        if let Some(kept) = &self.kept {
            kept.invalidate_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn key(headers: &[(HeaderName, &'static str)], body: &str) -> RawRequestKey {
        let headers = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
        RawRequestKey::of(&headers, body.as_bytes())
    }

    #[test]
    fn the_key_covers_everything_that_affects_the_response() {
        let (accept, encoding) = (header::ACCEPT, header::ACCEPT_ENCODING);
        let mut keys = vec![
            key(&[], "{}"),
            key(&[], "{} "),
            key(&[], ""),
            key(&[(accept.clone(), "")], "{}"),
            key(&[(accept.clone(), "en")], "{}"),
            key(&[(accept.clone(), "en"), (encoding.clone(), "en")], "{}"),
            key(&[(accept.clone(), "e"), (encoding, "nen")], "{}"),
            key(&[(accept, "enen")], "{}"),
        ];
        keys.extend(HEADERS.iter().skip(1).map(|name| key(&[(name.clone(), "en")], "{}")));
        let count = keys.len();
        keys.sort_by(|a, b| a.0.cmp(&b.0));
        keys.dedup();
        assert_eq!(keys.len(), count);
        assert_eq!(
            key(&[(header::HOST, "a"), (header::ACCEPT_LANGUAGE, "b"), (header::COOKIE, "c")], "{}"),
            key(&[], "{}")
        );
    }

    #[tokio::test]
    async fn the_cache_is_limited_by_its_total_size() {
        const BYTES: u64 = 100_000;
        let sent = RawRequestCache::new(BYTES, BYTES / 10);
        let all = sent.kept.clone().unwrap();
        let keep = async |body: &str, answer: usize| {
            let mut response = Response::new(Body::from(vec![b'x'; answer]));
            response.extensions_mut().insert(EntryMeta { view: Weak::new(), name: None, ty: OperationType::Query });
            let response = sent.keep(key(&[], body), response).await;
            assert_eq!(to_bytes(response.into_body(), usize::MAX).await.unwrap().len(), answer);
            all.run_pending_tasks();
            all.contains_key(&key(&[], body))
        };
        assert!(keep("first", 5_000).await);
        assert!(!keep("large", 10_000).await && !keep(&"long".repeat(2_500), 1).await);
        for n in 0..100 {
            keep(&n.to_string(), 5_000).await;
            assert!(all.weighted_size() <= BYTES);
        }
        assert!((5..20).contains(&all.entry_count()), "{}", all.entry_count());
    }
}
