//! Whose turn it is: few requests under way at once per server, and none too soon after the one before.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use super::Bounds;

/// The servers asked so far.
#[derive(Debug, Default)]
pub(super) struct Turns {
    servers: Mutex<HashMap<String, Server>>,
}

#[derive(Debug)]
struct Server {
    places: Arc<Semaphore>,
    /// When the next request may begin.
    next: Instant,
}

impl Turns {
    /// Waits for a turn at a server, which lasts as long as what is given.
    pub async fn take(&self, server: &str, bounds: &Bounds) -> Option<OwnedSemaphorePermit> {
        let place = self.with(server, bounds, |server| server.places.clone()).acquire_owned().await.ok();
        let begin = self.with(server, bounds, |server| {
            let begin = server.next.max(Instant::now());
            server.next = begin + bounds.spacing;
            begin
        });
        tokio::time::sleep_until(begin).await;
        place
    }

    fn with<T>(&self, server: &str, bounds: &Bounds, with: impl FnOnce(&mut Server) -> T) -> T {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Server { places: Arc::new(Semaphore::new(bounds.per_host)), next: Instant::now() };
        with(servers.entry(server.to_owned()).or_insert_with(new))
    }
}
