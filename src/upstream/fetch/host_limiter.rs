//! Whose turn it is: few requests under way at once per server, and none too soon after the one before.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use crate::upstream::fetch::Bounds;

/// The servers asked so far.
#[derive(Debug, Default)]
pub(super) struct HostLimiter {
    servers: Mutex<HashMap<String, Server>>,
}

#[derive(Debug)]
struct Server {
    places: Arc<Semaphore>,
    /// When the next request may begin.
    next: Instant,
}

impl HostLimiter {
    /// Waits for a turn at a server, which lasts as long as what is given.
    pub async fn take(&self, server: &str, bounds: &Bounds) -> Option<OwnedSemaphorePermit> {
        let place = self.with(server, bounds, |server| server.places.clone()).acquire_owned().await.ok();
        let wait = self.with(server, bounds, |server| {
            let now = Instant::now();
            let begin = server.next.max(now);
            server.next = begin + bounds.spacing;
            begin - now
        });
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        place
    }

    fn with<T>(&self, server: &str, bounds: &Bounds, with: impl FnOnce(&mut Server) -> T) -> T {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Server { places: Arc::new(Semaphore::new(bounds.per_host)), next: Instant::now() };
        with(servers.entry(server.to_owned()).or_insert_with(new))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::FutureExt;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn requests_to_one_server_keep_their_distance() {
        let (host_limiter, begun) = (HostLimiter::default(), Instant::now());
        let bounds = Bounds { spacing: Duration::from_millis(200), ..Bounds::default() };
        for _ in 0..5 {
            drop(host_limiter.take("a", &bounds).await);
        }
        assert_eq!(begun.elapsed(), Duration::from_millis(800));
        assert!(host_limiter.take("b", &bounds).now_or_never().is_some(), "another server has its own turns");
    }

    #[tokio::test]
    async fn the_fifth_waits_for_one_of_four() {
        let (host_limiter, bounds) = (HostLimiter::default(), Bounds::default());
        let mut under_way: Vec<_> = (0..4).map(|_| host_limiter.take("a", &bounds).now_or_never().unwrap()).collect();
        assert!(host_limiter.take("a", &bounds).now_or_never().is_none());
        under_way.pop();
        assert!(host_limiter.take("a", &bounds).now_or_never().is_some());
    }
}
