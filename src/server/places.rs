//! Limits on what runs at once, shared fairly among clients.
//!
//! While places are plenty, a client may take as many as it wants. While they are scarce, a client that holds its share
//! gets no more, so that the last places are left to the others.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::server::client::Client;

/// A smaller number of places is not shared out.
const FEWEST_SHARED: usize = 16;

type Counts = Arc<Mutex<HashMap<Client, usize>>>;

/// A limited number of places.
pub struct Places {
    permits: Arc<Semaphore>,
    most: usize,
    counts: Counts,
}

/// A place. It is free again when this value is dropped.
#[derive(Debug)]
pub struct Place {
    _permit: OwnedSemaphorePermit,
    /// The client that holds the place. `None` if its places are not counted.
    _held: Option<Held>,
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
        Self { permits: Arc::new(Semaphore::new(most)), most, counts: Counts::default() }
    }

    /// Takes a place, without waiting. The places of `None` are not counted.
    pub fn take(&self, client: Option<&Client>) -> Result<Place, NoPlace> {
        self.take_many(client, 1)
    }

    /// Takes several places as one, without waiting.
    pub fn take_many(&self, client: Option<&Client>, number: u32) -> Result<Place, NoPlace> {
        let permit = self.permits.clone().try_acquire_many_owned(number).map_err(|_| NoPlace::Full)?;
        let Some(client) = client else { return Ok(Place { _permit: permit, _held: None }) };
        let is_scarce = self.most >= FEWEST_SHARED && self.permits.available_permits() < self.most / 4;
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let number = number as usize;
        let held = counts.get(client).copied().unwrap_or_default();
        if is_scarce && held + number > self.most / 8 {
            return Err(NoPlace::ShareTaken);
        }
        counts.insert(client.clone(), held + number);
        drop(counts);
        let held = Held { client: client.clone(), number, counts: self.counts.clone() };
        Ok(Place { _permit: permit, _held: Some(held) })
    }

    /// Waits for a place. It is counted, but the client's share is not checked.
    pub async fn wait(&self, client: Option<&Client>) -> Place {
        let permit = acquired(self.permits.clone()).await;
        let held = client.map(|client| {
            *self.counts.lock().unwrap_or_else(PoisonError::into_inner).entry(client.clone()).or_default() += 1;
            Held { client: client.clone(), number: 1, counts: self.counts.clone() }
        });
        Place { _permit: permit, _held: held }
    }

    /// Whether every place is taken.
    pub fn are_full(&self) -> bool {
        self.permits.available_permits() == 0
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
    counts: Counts,
}

impl Drop for Held {
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
        assert!(places.counts.lock().unwrap().is_empty(), "clients without a place are forgotten");
    }

    #[test]
    fn few_places_are_not_shared_out() {
        let places = Places::new(3);
        let taken: Vec<Place> = std::iter::from_fn(|| places.take(Some(&client(1))).ok()).collect();
        assert_eq!(taken.len(), 3);
    }
}
