//! Fetching as one of several replicas. One replica acquires the lease of a URL and fetches it; the others read its
//! result from the shared cache. Without the cache each replica fetches by itself.

use std::time::{Duration, Instant};

use super::{FetchError, Fetched, Fetcher, address};
use crate::upstream::replica_cache::{Acquired, ReplicaCache, SharedBody, SharedMeta};

/// The interval at which a replica looks for the result of another.
const POLL_INTERVAL: Duration = Duration::from_millis(100);
/// The maximum wait for another replica, in multiples of the request timeout. The other request may queue for the host
/// and be retried.
const MAX_WAIT: u32 = 10;

impl Fetcher {
    /// Returns the body that another replica fetched within `recent`, else fetches it from upstream.
    pub(super) async fn fetch_shared(
        &self,
        url: &str,
        held: Option<&Fetched>,
        asked: Instant,
        recent: Duration,
    ) -> Result<Fetched, FetchError> {
        // A URL that may not be fetched must not be read from the cache either.
        let is_allowed = address::address(url, &self.way, &self.allowed).is_ok();
        let Some(cache) = self.replica_cache.as_ref().filter(|_| is_allowed) else {
            return self.with_retries(url, held, asked).await;
        };
        let mut known = held.cloned();
        let lease = loop {
            if let Some(fetched) = self.recent_of_others(cache, url, &mut known, recent).await {
                return Ok(fetched);
            }
            match cache.acquire(url, self.bounds.time).await {
                Acquired::Ours(lease) => {
                    // Another replica may have finished its fetch between the two commands.
                    if let Some(fetched) = self.recent_of_others(cache, url, &mut known, recent).await {
                        cache.release(lease).await;
                        return Ok(fetched);
                    }
                    break Some(lease);
                }
                Acquired::Other if asked.elapsed() < self.bounds.time * MAX_WAIT => {
                    tokio::time::sleep(POLL_INTERVAL).await;
                }
                Acquired::Other | Acquired::Unavailable => break None,
            }
        };
        cache.count(false);
        let fetching = self.with_retries(url, known.as_ref(), asked);
        let result = match &lease {
            Some(lease) => cache.renewing(lease, self.bounds.time, fetching).await,
            None => fetching.await,
        };
        if let Ok(fetched) = &result {
            cache.put(shared(url, fetched)).await;
        }
        if let Some(lease) = lease {
            cache.release(lease).await;
        }
        result
    }

    /// Returns the body that another replica fetched within `recent`. An older body still makes the next request
    /// conditional if `known` is empty.
    async fn recent_of_others(
        &self,
        cache: &ReplicaCache,
        url: &str,
        known: &mut Option<Fetched>,
        recent: Duration,
    ) -> Option<Fetched> {
        let own = known.as_ref().map(|known| (known.sha256.as_str(), &known.body));
        let SharedBody { meta, body } = cache.get(url, own).await?;
        let is_recent = meta.is_recent(recent);
        let fetched = Fetched {
            body,
            sha256: meta.sha256,
            etag: meta.etag,
            last_modified: meta.last_modified,
            declared_charset: meta.charset,
            retrieved_at: meta.retrieved_at,
            confirmed_at: meta.confirmed_at,
            by_mirror: self.by_mirror(),
            by_replica: true,
            checked: Instant::now(),
        };
        if is_recent {
            cache.count(true);
            return Some(fetched);
        }
        known.get_or_insert(fetched);
        None
    }
}

fn shared(url: &str, fetched: &Fetched) -> SharedBody {
    let meta = SharedMeta {
        url: url.to_owned(),
        sha256: fetched.sha256.clone(),
        etag: fetched.etag.clone(),
        last_modified: fetched.last_modified.clone(),
        charset: fetched.declared_charset.clone(),
        retrieved_at: fetched.retrieved_at,
        confirmed_at: fetched.confirmed_at,
    };
    SharedBody { meta, body: fetched.body.clone() }
}
