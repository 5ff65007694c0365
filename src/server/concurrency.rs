//! Concurrency limits that are shared fairly among clients.
//!
//! While many permits are free, a client may hold any number of them. While few are free, a client that holds its share
//! gets no more, so the remaining permits go to other clients. When none is free, a permit of the client with the most
//! can be revoked.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::server::client::Client;

/// Minimum number of permits for which the clients' shares are checked.
const MIN_SHARED: usize = 16;
/// Maximum time until a revoked permit is released.
const RELEASE_TIME: Duration = Duration::from_secs(2);

type Holdings = Arc<Mutex<HashMap<Client, Holding>>>;

/// The permits of one client.
#[derive(Debug, Default)]
struct Holding {
    count: usize,
    /// The permits that can be revoked, oldest first.
    revocable: Vec<Arc<Notify>>,
}

/// A semaphore that limits the share of each client.
pub struct FairSemaphore {
    permits: Arc<Semaphore>,
    most: usize,
    holdings: Holdings,
}

/// A permit. It is released when this value is dropped.
#[derive(Debug)]
pub struct FairPermit {
    _permit: OwnedSemaphorePermit,
    /// `None` if the client's permits are not counted.
    held: Option<CountedPermits>,
}

impl FairPermit {
    /// Completes once the permit is revoked, because another client has fewer.
    pub async fn revoked(&self) {
        match self.held.as_ref().and_then(|held| held.revoked.as_ref()) {
            Some(revoked) => revoked.notified().await,
            None => std::future::pending().await,
        }
    }
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
        Self { permits: Arc::new(Semaphore::new(most)), most, holdings: Holdings::default() }
    }

    /// Acquires a permit without waiting. The permits of `None` are not counted.
    pub fn try_acquire(&self, client: Option<&Client>) -> Result<FairPermit, NoPermit> {
        self.try_acquire_many(client, 1)
    }

    /// Acquires several permits as one, without waiting.
    pub fn try_acquire_many(&self, client: Option<&Client>, number: u32) -> Result<FairPermit, NoPermit> {
        let permit = self.permits.clone().try_acquire_many_owned(number).map_err(|_| NoPermit::Exhausted)?;
        let Some(client) = client else { return Ok(FairPermit { _permit: permit, held: None }) };
        let number = number as usize;
        let is_scarce = self.most >= MIN_SHARED && self.permits.available_permits() < self.most / 4;
        if is_scarce && self.count(client) + number > self.most / 8 {
            return Err(NoPermit::ShareExceeded);
        }
        Ok(FairPermit { _permit: permit, held: Some(self.counted(client, number, false)) })
    }

    /// Acquires a permit that can be revoked. If none is free, the newest permit of the client with the most is
    /// revoked, unless this client has as many.
    pub async fn acquire_or_revoke(&self, client: Option<&Client>) -> Result<FairPermit, NoPermit> {
        let Some(client) = client else { return self.try_acquire(None) };
        match self.try_acquire(Some(client)) {
            Ok(permit) => return Ok(FairPermit { held: Some(self.counted(client, 1, true)), ..permit }),
            Err(NoPermit::ShareExceeded) => return Err(NoPermit::ShareExceeded),
            Err(NoPermit::Exhausted) => {}
        }
        if !self.revoke_for(client) {
            return Err(NoPermit::Exhausted);
        }
        let free = tokio::time::timeout(RELEASE_TIME, acquired(self.permits.clone())).await;
        let permit = free.map_err(|_| NoPermit::Exhausted)?;
        Ok(FairPermit { _permit: permit, held: Some(self.counted(client, 1, true)) })
    }

    /// Revokes the newest permit of the client with the most, if it has more than `client` would have. Returns false if
    /// no permit was revoked.
    fn revoke_for(&self, client: &Client) -> bool {
        let mut holdings = self.lock();
        let own = holdings.get(client).map_or(0, |holding| holding.count);
        let revocable = holdings.values_mut().filter(|holding| !holding.revocable.is_empty());
        let largest = revocable.max_by_key(|holding| holding.count).filter(|largest| largest.count > own + 1);
        let newest = largest.and_then(|largest| largest.revocable.pop());
        newest.is_some_and(|newest| {
            newest.notify_one();
            true
        })
    }

    /// True if a permit is free or can be revoked for this client.
    pub fn may_acquire(&self, client: Option<&Client>) -> bool {
        let holdings = self.lock();
        let own = client.and_then(|client| holdings.get(client)).map_or(0, |holding| holding.count);
        !self.is_exhausted()
            || holdings.values().any(|holding| holding.count > own + 1 && !holding.revocable.is_empty())
    }

    fn counted(&self, client: &Client, number: usize, is_revocable: bool) -> CountedPermits {
        let revoked = is_revocable.then(Arc::<Notify>::default);
        let mut holdings = self.lock();
        let holding = holdings.entry(client.clone()).or_default();
        holding.count += number;
        holding.revocable.extend(revoked.clone());
        drop(holdings);
        CountedPermits { client: client.clone(), number, revoked, holdings: self.holdings.clone() }
    }

    fn count(&self, client: &Client) -> usize {
        self.lock().get(client).map_or(0, |holding| holding.count)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Client, Holding>> {
        self.holdings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True if all permits are in use.
    pub fn is_exhausted(&self) -> bool {
        self.permits.available_permits() == 0
    }

    /// Waits until a permit is free, without acquiring it.
    pub async fn one_released(&self) {
        // An error means that the semaphore is closed, and then no permit is held.
        let _ = self.permits.acquire().await;
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
    /// `None` if the permit cannot be revoked.
    revoked: Option<Arc<Notify>>,
    holdings: Holdings,
}

impl Drop for CountedPermits {
    fn drop(&mut self) {
        let mut holdings = self.holdings.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(holding) = holdings.get_mut(&self.client) else { return };
        holding.count = holding.count.saturating_sub(self.number);
        if let Some(revoked) = &self.revoked {
            holding.revocable.retain(|known| !Arc::ptr_eq(known, revoked));
        }
        if holding.count == 0 {
            holdings.remove(&self.client);
        }
    }
}

async fn acquired(semaphore: Arc<Semaphore>) -> OwnedSemaphorePermit {
    semaphore.acquire_owned().await.expect("the semaphore is never closed")
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn client(last: u8) -> Client {
        Client::Address(IpAddr::from([192, 0, 2, last]))
    }

    #[test]
    fn the_last_permits_are_reserved_for_other_clients() {
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
        assert!(semaphore.lock().is_empty(), "clients without a permit are forgotten");
    }

    #[test]
    fn one_client_can_hold_all_of_a_few_permits() {
        let semaphore = FairSemaphore::new(3);
        let taken: Vec<FairPermit> = std::iter::from_fn(|| semaphore.try_acquire(Some(&client(1))).ok()).collect();
        assert_eq!(taken.len(), 3);
    }

    #[tokio::test]
    async fn the_newest_permit_of_the_client_with_the_most_is_revoked() {
        let semaphore = FairSemaphore::new(4);
        let [greedy, modest] = [1, 2].map(client);
        let mut taken = Vec::new();
        for _ in 0..4 {
            taken.push(semaphore.acquire_or_revoke(Some(&greedy)).await.unwrap());
        }
        assert_eq!(semaphore.acquire_or_revoke(Some(&greedy)).await.unwrap_err(), NoPermit::Exhausted);
        let newest = taken.pop().unwrap();
        let releasing = async {
            newest.revoked().await;
            drop(newest);
        };
        let (first, ()) = tokio::join!(semaphore.acquire_or_revoke(Some(&modest)), releasing);
        let second = taken.pop().unwrap();
        let releasing = async {
            second.revoked().await;
            drop(second);
        };
        let (other, ()) = tokio::join!(semaphore.acquire_or_revoke(Some(&modest)), releasing);
        assert!(first.is_ok() && other.is_ok());
        assert_eq!(
            semaphore.acquire_or_revoke(Some(&modest)).await.unwrap_err(),
            NoPermit::Exhausted,
            "both clients hold two permits"
        );
        drop((taken, first, other));
        assert!(semaphore.lock().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_permit_that_is_not_released_in_time_stays_with_its_client() {
        let semaphore = FairSemaphore::new(2);
        let [greedy, modest] = [1, 2].map(client);
        let _first = semaphore.acquire_or_revoke(Some(&greedy)).await.unwrap();
        let _second = semaphore.acquire_or_revoke(Some(&greedy)).await.unwrap();
        assert_eq!(semaphore.acquire_or_revoke(Some(&modest)).await.unwrap_err(), NoPermit::Exhausted);
    }
}
