//! Answers that can be given again.
//!
//! An answer is kept for the view it was made from, only when it has no errors and does not depend on the time of day. It
//! is found by everything that it depends on, compared as a whole; who asks for what is just being made waits for it.

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
    domain::text::Language,
    refresh::view::View,
    server::graphql::{
        canonical,
        encoded_response::{Cacheability, EncodedResponse},
        prepared_cache::PreparedQueries,
        raw_request_cache::RawRequestCache,
        refusal::Refusal,
    },
};

/// What an answer takes beside its text and its variables, in bytes.
const BESIDE: usize = 400;
/// The largest part of the cache that one answer may take.
const LARGEST_PART: u64 = 16;

/// Why an answer is not kept: it is itself of a kind that is not, or there is none.
enum NotKept {
    Answer(Arc<EncodedResponse>),
    Refusal(Refusal),
}

/// The answers that are kept, bounded by their bytes.
pub struct ResponseCache {
    /// By what they depend on, once it is understood.
    kept: Option<Cache<CacheKey, Arc<EncodedResponse>, RandomState>>,
    /// By the requests that they were asked with.
    pub sent: RawRequestCache,
    largest: u64,
    /// The address of the view that was asked last.
    view: AtomicUsize,
}

/// Everything that an answer depends on.
pub struct CacheKey {
    known: Arc<PreparedQueries>,
    variables: Box<str>,
    language: Language,
    tells_cost: bool,
    view: Weak<View>,
}

impl CacheKey {
    pub fn new(
        known: Arc<PreparedQueries>,
        variables: &Map<String, Value>,
        language: Language,
        tells_cost: bool,
        view: &Arc<View>,
    ) -> Self {
        let mut text = String::new();
        canonical::write_object(variables, &mut text);
        Self { known, variables: text.into(), language, tells_cost, view: Arc::downgrade(view) }
    }

    /// Operations and views are compared by their place in memory: the question holds it, so that nothing else can come there.
    fn parts(&self) -> (*const PreparedQueries, &str, Language, bool, *const View) {
        (Arc::as_ptr(&self.known), &self.variables, self.language, self.tells_cost, self.view.as_ptr())
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
    /// At most so many bytes of them, half of them as they were sent; none for zero.
    pub fn new(bytes: u64) -> Self {
        let (bytes, largest) = (bytes / 2, bytes / LARGEST_PART);
        let weight = |question: &CacheKey, written: &Arc<EncodedResponse>| {
            u32::try_from(question.variables.len() + written.body.len() + BESIDE).unwrap_or(u32::MAX)
        };
        // Those of an earlier view are never asked for again, however often they were.
        let cache = || {
            let lru = Cache::builder().max_capacity(bytes).weigher(weight).eviction_policy(EvictionPolicy::lru());
            lru.build_with_hasher(RandomState::new())
        };
        let sent = RawRequestCache::new(bytes, largest);
        Self { kept: (bytes > 0).then(cache), sent, largest, view: AtomicUsize::new(0) }
    }

    /// The answer that is kept, or the one that `make` makes, with whether it was kept.
    pub async fn get(
        &self,
        question: CacheKey,
        make: impl Future<Output = Result<EncodedResponse, Refusal>>,
    ) -> (Result<Arc<EncodedResponse>, Refusal>, bool) {
        let Some(kept) = &self.kept else { return (make.await.map(Arc::new), false) };
        self.forget_others(&question.view);
        if let Some(written) = kept.get(&question).await {
            return (Ok(written), true);
        }
        let making = async {
            match make.await {
                Ok(written) if written.fate == Cacheability::Lasting && written.body.len() as u64 <= self.largest => {
                    Ok(Arc::new(written))
                }
                Ok(written) => Err(NotKept::Answer(Arc::new(written))),
                Err(refusal) => Err(NotKept::Refusal(refusal)),
            }
        };
        let made = kept.try_get_with(question, making).await.or_else(|not_kept| match &*not_kept {
            NotKept::Answer(written) => Ok(written.clone()),
            NotKept::Refusal(refusal) => Err(refusal.clone()),
        });
        (made, false)
    }

    /// Frees the answers of earlier views.
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
