//! The response cache.
//!
//! A response without errors is cached for its view, unless it depends on the time of day. The key contains everything
//! that the response depends on. Concurrent requests with the same key wait for one execution.

use std::{
    hash::{Hash, Hasher},
    sync::{
        Arc, Weak,
        atomic::{AtomicUsize, Ordering},
    },
};

use ahash::RandomState;
use moka::{future::Cache, policy::EvictionPolicy};
use serde_json::{Map, Value};

use crate::{
    refresh::view::View,
    server::graphql::{
        canonical,
        encoded_response::{Cacheability, EncodedResponse},
        prepared_cache::PreparedQueries,
        raw_request_cache::RawRequestCache,
        refusal::Refusal,
    },
};

/// The estimated overhead of an entry in bytes, without its text and variables.
const BESIDE: usize = 400;
/// The divisor of the cache size that gives the maximum size of one entry.
const LARGEST_PART: u64 = 16;

/// The reason why a response is not cached: it is not cacheable, or the request was rejected.
enum NotKept {
    Answer(Arc<EncodedResponse>),
    Refusal(Refusal),
}

/// A size-bounded cache of responses.
pub struct ResponseCache {
    /// The responses by the key of their parsed request.
    kept: Option<Cache<CacheKey, Arc<EncodedResponse>, RandomState>>,
    /// The responses by the bytes of their request.
    pub sent: RawRequestCache,
    largest: u64,
    /// The address of the view that was last used.
    view: AtomicUsize,
}

/// The key of a cached response: everything that the response depends on.
pub struct CacheKey {
    known: Arc<PreparedQueries>,
    variables: Box<str>,
    tells_cost: bool,
    view: Weak<View>,
}

impl CacheKey {
    pub fn new(
        known: Arc<PreparedQueries>,
        variables: &Map<String, Value>,
        tells_cost: bool,
        view: &Arc<View>,
    ) -> Self {
        let mut text = String::new();
        canonical::write_object(variables, &mut text);
        Self { known, variables: text.into(), tells_cost, view: Arc::downgrade(view) }
    }

    /// Compares operations and views by address. The key holds references to both, so their addresses are not reused.
    fn parts(&self) -> (*const PreparedQueries, &str, bool, *const View) {
        (Arc::as_ptr(&self.known), &self.variables, self.tells_cost, self.view.as_ptr())
    }
}

impl PartialEq for CacheKey {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for CacheKey {}

impl Hash for CacheKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

impl ResponseCache {
    /// Creates a cache of at most `bytes` bytes, half of them for the raw request cache. Zero disables it.
    pub fn new(bytes: u64) -> Self {
        let (bytes, largest) = (bytes / 2, bytes / LARGEST_PART);
        let weight = |key: &CacheKey, written: &Arc<EncodedResponse>| {
            u32::try_from(key.variables.len() + written.body.len() + BESIDE).unwrap_or(u32::MAX)
        };
        // LRU, because entries of an earlier view are never requested again, however frequent they were.
        let cache = || {
            let lru = Cache::builder().max_capacity(bytes).weigher(weight).eviction_policy(EvictionPolicy::lru());
            lru.build_with_hasher(RandomState::new())
        };
        let sent = RawRequestCache::new(bytes, largest);
        Self { kept: (bytes > 0).then(cache), sent, largest, view: AtomicUsize::new(0) }
    }

    /// Returns the cached response, or the result of `make`. The flag is true on a hit.
    pub async fn get(
        &self,
        key: CacheKey,
        make: impl Future<Output = Result<EncodedResponse, Refusal>>,
    ) -> (Result<Arc<EncodedResponse>, Refusal>, bool) {
        let Some(kept) = &self.kept else { return (make.await.map(Arc::new), false) };
        self.forget_others(&key.view);
        if let Some(written) = kept.get(&key).await {
            return (Ok(written), true);
        }
        let making = async {
            match make.await {
                Ok(written)
                    if written.cacheability == Cacheability::Lasting && written.body.len() as u64 <= self.largest =>
                {
                    Ok(Arc::new(written))
                }
                Ok(written) => Err(NotKept::Answer(Arc::new(written))),
                Err(refusal) => Err(NotKept::Refusal(refusal)),
            }
        };
        let made = kept.try_get_with(key, making).await.or_else(|not_kept| match &*not_kept {
            NotKept::Answer(written) => Ok(written.clone()),
            NotKept::Refusal(refusal) => Err(refusal.clone()),
        });
        (made, false)
    }

    /// Removes the responses of earlier views.
    fn forget_others(&self, view: &Weak<View>) {
        let now = view.as_ptr().addr();
        if self.view.swap(now, Ordering::Relaxed) != now
            && let Some(kept) = &self.kept
        {
            kept.invalidate_all();
            self.sent.forget();
        }
    }
}
