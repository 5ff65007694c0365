//! Limits on what runs at once, shared fairly among clients.
//!
//! While places are plenty, a client may take as many as it wants. While they are scarce, a client that holds its share
//! gets no more, so that the last places are left to the others. When all are taken, the client with the most can be
//! asked to give one back.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::server::client::Client;

/// A smaller number of places is not shared out.
const FEWEST_SHARED: usize = 16;
/// Maximum time for a client to give back a place.
const GIVING_BACK: Duration = Duration::from_secs(2);

type Holdings = Arc<Mutex<HashMap<Client, Holding>>>;

/// The places of one client.
#[derive(Debug, Default)]
struct Holding {
    count: usize,
    /// The places that can be revoked, oldest first.
    revocable: Vec<Arc<Notify>>,
}

/// A limited number of places.
pub struct Places {
    permits: Arc<Semaphore>,
    most: usize,
    holdings: Holdings,
}

/// A place. It is free again when this value is dropped.
#[derive(Debug)]
pub struct Place {
    _permit: OwnedSemaphorePermit,
    /// `None` if the places of the client are not counted.
    held: Option<Held>,
}

impl Place {
    /// Completes once another client needs the place more.
    pub async fn revoked(&self) {
        match self.held.as_ref().and_then(|held| held.revoked.as_ref()) {
            Some(revoked) => revoked.notified().await,
            None => std::future::pending().await,
        }
    }
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPlace {
    /// All places are taken.
    Full,
    /// The client holds its share, and few places are left.
    ShareTaken,
}

impl Places {
    pub fn new(most: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(most)), most, holdings: Holdings::default() }
    }

    /// Takes a place, without waiting. The places of `None` are not counted.
    pub fn take(&self, client: Option<&Client>) -> Result<Place, NoPlace> {
        self.take_many(client, 1)
    }

    /// Takes several places as one, without waiting.
    pub fn take_many(&self, client: Option<&Client>, number: u32) -> Result<Place, NoPlace> {
        let permit = self.permits.clone().try_acquire_many_owned(number).map_err(|_| NoPlace::Full)?;
        let Some(client) = client else { return Ok(Place { _permit: permit, held: None }) };
        let number = number as usize;
        let is_scarce = self.most >= FEWEST_SHARED && self.permits.available_permits() < self.most / 4;
        if is_scarce && self.count(client) + number > self.most / 8 {
            return Err(NoPlace::ShareTaken);
        }
        Ok(Place { _permit: permit, held: Some(self.held(client, number, false)) })
    }

    /// Takes a place that can be revoked. If all are taken, the client with the most is asked to give back its newest,
    /// unless this client has as many.
    pub async fn take_or_revoke(&self, client: Option<&Client>) -> Result<Place, NoPlace> {
        let Some(client) = client else { return self.take(None) };
        match self.take(Some(client)) {
            // The count of the first place ends when the second one replaces it.
            Ok(Place { _permit, .. }) => return Ok(Place { _permit, held: Some(self.held(client, 1, true)) }),
            Err(NoPlace::ShareTaken) => return Err(NoPlace::ShareTaken),
            Err(NoPlace::Full) => {}
        }
        if !self.revoke_for(client) {
            return Err(NoPlace::Full);
        }
        let free = tokio::time::timeout(GIVING_BACK, acquired(self.permits.clone())).await;
        let permit = free.map_err(|_| NoPlace::Full)?;
        Ok(Place { _permit: permit, held: Some(self.held(client, 1, true)) })
    }

    /// Asks the client with the most places to give back its newest, if it has more than `client` would have. Returns
    /// whether it was asked.
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

    /// Whether a place is free, or another client can be asked for one.
    pub fn may_take(&self, client: Option<&Client>) -> bool {
        let holdings = self.lock();
        let own = client.and_then(|client| holdings.get(client)).map_or(0, |holding| holding.count);
        !self.are_full() || holdings.values().any(|holding| holding.count > own + 1 && !holding.revocable.is_empty())
    }

    fn held(&self, client: &Client, number: usize, is_revocable: bool) -> Held {
        let revoked = is_revocable.then(Arc::<Notify>::default);
        let mut holdings = self.lock();
        let holding = holdings.entry(client.clone()).or_default();
        holding.count += number;
        holding.revocable.extend(revoked.clone());
        drop(holdings);
        Held { client: client.clone(), number, revoked, holdings: self.holdings.clone() }
    }

    fn count(&self, client: &Client) -> usize {
        self.lock().get(client).map_or(0, |holding| holding.count)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Client, Holding>> {
        self.holdings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether every place is taken.
    pub fn are_full(&self) -> bool {
        self.permits.available_permits() == 0
    }

    /// Waits until a place is free, and leaves it free.
    pub async fn one_free(&self) {
        // An error means that the semaphore is closed, and then every place is free.
        let _ = self.permits.acquire().await;
    }

    /// Waits until every place is free.
    pub async fn all_free(&self) {
        let most = u32::try_from(self.most).unwrap_or(u32::MAX);
        // An error means that the semaphore is closed, and then every place is free.
        let _ = self.permits.acquire_many(most).await;
    }
}

/// Counts places of a client.
#[derive(Debug)]
struct Held {
    client: Client,
    number: usize,
    /// `None` if the place cannot be revoked.
    revoked: Option<Arc<Notify>>,
    holdings: Holdings,
}

impl Drop for Held {
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
    fn the_last_places_are_left_to_the_others() {
        let places = Places::new(64);
        let greedy: Vec<Place> = std::iter::from_fn(|| places.take(Some(&client(1))).ok()).collect();
        assert_eq!(greedy.len(), 48);
        assert_eq!(places.take(Some(&client(1))).unwrap_err(), NoPlace::ShareTaken);
        let other: Vec<Place> = std::iter::from_fn(|| places.take(Some(&client(2))).ok()).collect();
        assert_eq!(other.len(), 8);
        let uncounted: Vec<Place> = std::iter::from_fn(|| places.take(None).ok()).collect();
        assert_eq!(uncounted.len(), 8);
        assert!(places.are_full());
        assert_eq!(places.take(Some(&client(3))).unwrap_err(), NoPlace::Full);
        drop(greedy);
        assert!(places.take(Some(&client(1))).is_ok());
        drop((other, uncounted));
        assert!(places.lock().is_empty(), "clients without a place are forgotten");
    }

    #[test]
    fn few_places_are_not_shared_out() {
        let places = Places::new(3);
        let taken: Vec<Place> = std::iter::from_fn(|| places.take(Some(&client(1))).ok()).collect();
        assert_eq!(taken.len(), 3);
    }

    #[tokio::test]
    async fn the_client_with_the_most_gives_back_its_newest_place() {
        let places = Places::new(4);
        let [greedy, modest] = [1, 2].map(client);
        let mut taken = Vec::new();
        for _ in 0..4 {
            taken.push(places.take_or_revoke(Some(&greedy)).await.unwrap());
        }
        assert_eq!(places.take_or_revoke(Some(&greedy)).await.unwrap_err(), NoPlace::Full);
        let newest = taken.pop().unwrap();
        let giving_back = async {
            newest.revoked().await;
            drop(newest);
        };
        let (place, ()) = tokio::join!(places.take_or_revoke(Some(&modest)), giving_back);
        let second = taken.pop().unwrap();
        let giving_back = async {
            second.revoked().await;
            drop(second);
        };
        let (other, ()) = tokio::join!(places.take_or_revoke(Some(&modest)), giving_back);
        assert!(place.is_ok() && other.is_ok());
        assert_eq!(places.take_or_revoke(Some(&modest)).await.unwrap_err(), NoPlace::Full, "both have two");
        drop((taken, place, other));
        assert!(places.lock().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_gives_back_nothing_keeps_its_place() {
        let places = Places::new(2);
        let [greedy, modest] = [1, 2].map(client);
        let _first = places.take_or_revoke(Some(&greedy)).await.unwrap();
        let _second = places.take_or_revoke(Some(&greedy)).await.unwrap();
        assert_eq!(places.take_or_revoke(Some(&modest)).await.unwrap_err(), NoPlace::Full);
    }
}
