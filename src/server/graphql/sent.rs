//! Answers as they went out, for whoever sends the very same request again: nothing of it is read then.
//!
//! A request is told from another by its body and by the headers on which an answer can depend, byte for byte and compared
//! as a whole. Only what was given from [`answers`](super::answers) comes here, so that it has no errors, does not depend
//! on the time of day, and is asked for more than once.

use std::sync::{Arc, Weak};

use ahash::RandomState;
use async_graphql::parser::types::OperationType;
use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderMap, HeaderName, Method, header},
    response::Response,
};
use futures::stream;
use moka::{policy::EvictionPolicy, sync::Cache};
use tracing::Span;

use super::{execution::describe, known::Known, negotiation::is_json, parameters::COST_HEADER};
use crate::graph::{refresh::Refresher, view::View};

/// What an answer takes beside its bytes and those of its request, in bytes: its own headers, for the most part.
const BESIDE: usize = 1_500;
/// On what an answer depends beside the body of its request: what it is made of, who may read it, how it is packed.
static HEADERS: [HeaderName; 5] = [
    header::ACCEPT,
    header::ACCEPT_ENCODING,
    header::ACCEPT_LANGUAGE,
    header::ORIGIN,
    HeaderName::from_static(COST_HEADER),
];
/// Stands between headers and body.
const BODY: u8 = u8::MAX;

/// The answers that can be sent again as they are, bounded by their bytes.
pub struct Sent {
    kept: Option<Cache<Box<[u8]>, Arc<Kept>, RandomState>>,
    largest: u64,
}

/// An answer as it went out.
pub struct Kept {
    response: Response<Bytes>,
    view: Weak<View>,
    /// Of the operation that it answers, for traces.
    name: Option<Box<str>>,
    ty: OperationType,
}

/// What an answer that may be sent again was made from. It goes out with the answer, as far as to where it is kept.
#[derive(Clone)]
pub struct Again {
    known: Arc<Known>,
    view: Weak<View>,
}

impl Kept {
    /// The answer, to be sent.
    pub fn response(&self) -> Response {
        self.response.clone().map(Body::from)
    }

    /// Puts the name and type of its operation into the span.
    pub fn describe(&self, span: &Span) {
        describe(self.name.as_deref(), self.ty, span);
    }
}

impl Again {
    pub fn new(known: Arc<Known>, view: &Arc<View>) -> Self {
        Self { known, view: Arc::downgrade(view) }
    }
}

/// What tells one request from another.
pub struct Key(Vec<u8>);

impl Key {
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

impl Sent {
    /// At most so many bytes of them, none larger than a part; none for zero.
    pub fn new(bytes: u64, largest: u64) -> Self {
        let cache = || {
            let weigher = |key: &Box<[u8]>, kept: &Arc<Kept>| u32::try_from(weight(key, kept)).unwrap_or(u32::MAX);
            let lru = Cache::builder().max_capacity(bytes).weigher(weigher).eviction_policy(EvictionPolicy::lru());
            // Clients choose what is hashed, and it is long.
            lru.build_with_hasher(RandomState::new())
        };
        Self { kept: (bytes > 0).then(cache), largest }
    }

    /// Whether such a request can have been answered before.
    pub fn may_have(&self, method: &Method, headers: &HeaderMap) -> bool {
        self.kept.is_some() && *method == Method::POST && is_json(headers) && !headers.contains_key(header::UPGRADE)
    }

    /// The answer to the same request, made from the view that is served now.
    pub fn get(&self, key: &Key, refresher: &Refresher) -> Option<Arc<Kept>> {
        // It holds the view's place in memory, so that nothing else can be there.
        self.kept.as_ref()?.get(&*key.0).filter(|kept| refresher.serves(&kept.view))
    }

    /// Keeps an answer if it may be sent again.
    pub async fn keep(&self, key: Key, mut response: Response) -> Response {
        let again = response.extensions_mut().remove::<Again>();
        let (Some(again), Some(all)) = (again, &self.kept) else { return response };
        let (head, body) = response.into_parts();
        let body = match to_bytes(body, usize::MAX).await {
            Ok(body) => body,
            // The client has to see that it ends too early.
            Err(error) => {
                let broken = stream::iter([Err::<Bytes, _>(error)]);
                return Response::from_parts(head, Body::from_stream(broken));
            }
        };
        let (name, operation) = again.known.ready.operation();
        let kept = Kept {
            response: Response::from_parts(head, body),
            view: again.view,
            name: name.map(Into::into),
            ty: operation.ty,
        };
        let response = kept.response();
        if weight(&key.0, &kept) as u64 <= self.largest {
            all.insert(key.0.into(), Arc::new(kept));
        }
        response
    }

    /// Frees all of them.
    pub fn forget(&self) {
        if let Some(kept) = &self.kept {
            kept.invalidate_all();
        }
    }
}

fn weight(key: &[u8], kept: &Kept) -> usize {
    key.len() + kept.response.body().len() + kept.name.as_ref().map_or(0, |name| name.len()) + BESIDE
}
