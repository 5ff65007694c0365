//! Fetching as one of several replicas: whoever comes first asks upstream, the others take its body from the cache that
//! they share. Without the cache, or when it does not answer, each asks by itself.

use std::time::{Duration, Instant};

use super::{FetchError, Fetched, Fetcher, address};
use crate::upstream::replica_cache::{SharedBody, SharedCache, SharedMeta, Turn};

/// How often it is looked whether another replica is done.
const LOOK: Duration = Duration::from_millis(100);

impl Fetcher {
    /// A body that another replica got as recently as this, else upstream's own.
    pub(super) async fn shared_or_asked(
        &self,
        url: &str,
        held: Option<&Fetched>,
        asked: Instant,
        recent: Duration,
    ) -> Result<Fetched, FetchError> {
        // An address that nobody may be asked at is not asked for there either.
        let may_be_asked = address::address(url, &self.way, &self.allowed).is_ok();
        let Some(shared) = self.shared.as_ref().filter(|_| may_be_asked) else {
            return self.with_retries(url, held, asked).await;
        };
        let mut known = held.cloned();
        let token = loop {
            if let Some(fetched) = self.taken(shared, url, &mut known, recent).await {
                return Ok(fetched);
            }
            match shared.take_turn(url, self.bounds.time).await {
                Turn::Ours(token) => {
                    // Another replica may have been done just before.
                    if let Some(fetched) = self.taken(shared, url, &mut known, recent).await {
                        shared.give_back(token).await;
                        return Ok(fetched);
                    }
                    break Some(token);
                }
                Turn::Theirs if asked.elapsed() < self.bounds.time => tokio::time::sleep(LOOK).await,
                Turn::Theirs | Turn::Unknown => break None,
            }
        };
        shared.count(false);
        let answer = self.with_retries(url, known.as_ref(), asked).await;
        if let Ok(fetched) = &answer {
            shared.put(told(url, fetched)).await;
        }
        if let Some(token) = token {
            shared.give_back(token).await;
        }
        answer
    }

    /// Another replica's body, when it is recent. An older one still makes the next request conditional where nothing
    /// else is known.
    async fn taken(
        &self,
        shared: &SharedCache,
        url: &str,
        known: &mut Option<Fetched>,
        recent: Duration,
    ) -> Option<Fetched> {
        let own = known.as_ref().map(|known| (known.sha256.as_str(), &known.body));
        let SharedBody { card, body } = shared.get(url, own).await?;
        let is_recent = card.is_recent(recent);
        let fetched = Fetched {
            body,
            sha256: card.sha256,
            etag: card.etag,
            last_modified: card.last_modified,
            declared_charset: card.charset,
            retrieved_at: card.retrieved_at,
            confirmed_at: card.confirmed_at,
            by_mirror: self.by_mirror(),
            by_replica: true,
            checked: Instant::now(),
        };
        if is_recent {
            shared.count(true);
            return Some(fetched);
        }
        known.get_or_insert(fetched);
        None
    }
}

fn told(url: &str, fetched: &Fetched) -> SharedBody {
    let card = SharedMeta {
        url: url.to_owned(),
        sha256: fetched.sha256.clone(),
        etag: fetched.etag.clone(),
        last_modified: fetched.last_modified.clone(),
        charset: fetched.declared_charset.clone(),
        retrieved_at: fetched.retrieved_at,
        confirmed_at: fetched.confirmed_at,
    };
    SharedBody { card, body: fetched.body.clone() }
}
