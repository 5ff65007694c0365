//! Concurrency limits that are shared fairly among clients.
//!
//! While many permits are free, a client may hold any number of them. While few are free, a client that holds its share
//! gets no more, so the remaining permits go to other clients.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::server::client::Client;

/// Minimum number of permits for which the clients' shares are checked.
const MIN_SHARED: usize = 16;

type Counts = Arc<Mutex<HashMap<Client, usize>>>;

/// A semaphore that limits the share of each client.
pub struct FairSemaphore {
    permits: Arc<Semaphore>,
    most: usize,
    counts: Counts,
}

/// A permit. It is released when this value is dropped.
#[derive(Debug)]
pub struct FairPermit {
    _permit: OwnedSemaphorePermit,
    /// The client that holds the permit. `None` if the client's permits are not counted.
    _counted: Option<CountedPermits>,
}

/// The reason why no permit was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPermit {
    /// All permits are in use.
    Exhausted,
    /// The client holds its share, and few permits are free.
    ShareExceeded,
}

impl FairSemaphore {
    pub fn new(most: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(most)), most, counts: Counts::default() }
    }

    /// Acquires a permit without waiting. The permits of `None` are not counted.
    pub fn try_acquire(&self, client: Option<&Client>) -> Result<FairPermit, NoPermit> {
        self.try_acquire_many(client, 1)
    }

    /// Acquires several permits as one, without waiting.
    pub fn try_acquire_many(&self, client: Option<&Client>, number: u32) -> Result<FairPermit, NoPermit> {
        let permit = self.permits.clone().try_acquire_many_owned(number).map_err(|_| NoPermit::Exhausted)?;
        let Some(client) = client else { return Ok(FairPermit { _permit: permit, _counted: None }) };
        let is_scarce = self.most >= MIN_SHARED && self.permits.available_permits() < self.most / 4;
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let number = number as usize;
        let held = counts.get(client).copied().unwrap_or_default();
        if is_scarce && held + number > self.most / 8 {
            return Err(NoPermit::ShareExceeded);
        }
        counts.insert(client.clone(), held + number);
        drop(counts);
        let held = CountedPermits { client: client.clone(), number, counts: self.counts.clone() };
        Ok(FairPermit { _permit: permit, _counted: Some(held) })
    }

    /// Waits for a permit. It is counted, but the client's share is not checked.
    pub async fn acquire(&self, client: Option<&Client>) -> FairPermit {
        let permit = acquired(self.permits.clone()).await;
        let held = client.map(|client| {
            *self.counts.lock().unwrap_or_else(PoisonError::into_inner).entry(client.clone()).or_default() += 1;
            CountedPermits { client: client.clone(), number: 1, counts: self.counts.clone() }
        });
        FairPermit { _permit: permit, _counted: held }
    }

    /// True if all permits are in use.
    pub fn is_exhausted(&self) -> bool {
        self.permits.available_permits() == 0
    }

    /// Waits until all permits are released.
    pub async fn all_released(&self) {
        let most = u32::try_from(self.most).unwrap_or(u32::MAX);
        // An error means that the semaphore is closed, and then no permit is held.
        let _ = self.permits.acquire_many(most).await;
    }
}

/// The permits of a client, counted until this value is dropped.
#[derive(Debug)]
struct CountedPermits {
    client: Client,
    number: usize,
    counts: Counts,
}

impl Drop for CountedPermits {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.client) {
            *count = count.saturating_sub(self.number);
            if *count == 0 {
                counts.remove(&self.client);
            }
        }
    }
}

/// The concurrency limit of work on separate threads. A client holds at most half of the permits; its other tasks wait.
pub struct WorkerLimit {
    all: Arc<Semaphore>,
    each: usize,
    by_client: Mutex<HashMap<Client, Weak<Semaphore>>>,
}

/// A turn. It ends when this value is dropped.
#[derive(Debug)]
pub struct WorkerPermit {
    _of_all: OwnedSemaphorePermit,
    _of_client: Option<OwnedSemaphorePermit>,
}

impl WorkerLimit {
    pub fn new(most: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(most)), each: most.div_ceil(2), by_client: Mutex::default() }
    }

    /// Waits for a turn.
    pub async fn acquire(&self, client: Option<&Client>) -> WorkerPermit {
        let of_client = match client {
            Some(client) => Some(acquired(self.of(client)).await),
            None => None,
        };
        WorkerPermit { _of_all: acquired(self.all.clone()).await, _of_client: of_client }
    }

    /// The permits of one client.
    fn of(&self, client: &Client) -> Arc<Semaphore> {
        let mut by_client = self.by_client.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = by_client.get(client).and_then(Weak::upgrade) {
            return known;
        }
        by_client.retain(|_, permits| permits.strong_count() > 0);
        let permits = Arc::new(Semaphore::new(self.each));
        by_client.insert(client.clone(), Arc::downgrade(&permits));
        permits
    }
}

async fn acquired(semaphore: Arc<Semaphore>) -> OwnedSemaphorePermit {
    semaphore.acquire_owned().await.expect("the semaphore is never closed")
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use futures::FutureExt;

    use super::*;

    fn client(last: u8) -> Client {
        Client::Address(IpAddr::from([192, 0, 2, last]))
    }

    #[test]
    fn the_last_places_are_left_to_the_others() {
        let semaphore = FairSemaphore::new(64);
        let greedy: Vec<FairPermit> = std::iter::from_fn(|| semaphore.try_acquire(Some(&client(1))).ok()).collect();
        assert_eq!(greedy.len(), 48);
        assert_eq!(semaphore.try_acquire(Some(&client(1))).unwrap_err(), NoPermit::ShareExceeded);
        let other: Vec<FairPermit> = std::iter::from_fn(|| semaphore.try_acquire(Some(&client(2))).ok()).collect();
        assert_eq!(other.len(), 8);
        let uncounted: Vec<FairPermit> = std::iter::from_fn(|| semaphore.try_acquire(None).ok()).collect();
        assert_eq!(uncounted.len(), 8);
        assert!(semaphore.is_exhausted());
        assert_eq!(semaphore.try_acquire(Some(&client(3))).unwrap_err(), NoPermit::Exhausted);
        drop(greedy);
        assert!(semaphore.try_acquire(Some(&client(1))).is_ok());
        drop((other, uncounted));
        assert!(semaphore.counts.lock().unwrap().is_empty(), "clients without a permit are removed");
    }

    #[test]
    fn few_places_are_not_shared_out() {
        let semaphore = FairSemaphore::new(3);
        let taken: Vec<FairPermit> = std::iter::from_fn(|| semaphore.try_acquire(Some(&client(1))).ok()).collect();
        assert_eq!(taken.len(), 3);
    }

    #[tokio::test]
    async fn a_client_waits_for_its_own_turns_first() {
        let permits = WorkerLimit::new(4);
        let (first, _second) = (permits.acquire(Some(&client(1))).await, permits.acquire(Some(&client(1))).await);
        assert!(permits.acquire(Some(&client(1))).now_or_never().is_none(), "half of the permits");
        let _other = permits.acquire(Some(&client(2))).now_or_never().unwrap();
        drop(first);
        assert!(permits.acquire(Some(&client(1))).now_or_never().is_some());
        assert!(permits.by_client.lock().unwrap().len() <= 2);
    }
}
