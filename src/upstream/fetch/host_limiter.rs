//! Limits the concurrent requests to a host, and the rate at which they start.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use crate::upstream::fetch::Bounds;

/// The limits of every host contacted so far.
#[derive(Debug, Default)]
pub(super) struct HostLimiter {
    hosts: Mutex<HashMap<String, Host>>,
}

#[derive(Debug)]
struct Host {
    permits: Arc<Semaphore>,
    /// When the next request may start.
    next: Instant,
}

impl HostLimiter {
    /// Waits until a request to this host may start. The request ends when the permit is dropped.
    pub async fn acquire(&self, host: &str, bounds: &Bounds) -> Option<OwnedSemaphorePermit> {
        let permit = self.with(host, bounds, |host| host.permits.clone()).acquire_owned().await.ok();
        let wait = self.with(host, bounds, |host| {
            let now = Instant::now();
            let begin = host.next.max(now);
            host.next = begin + bounds.spacing;
            begin - now
        });
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        permit
    }

    fn with<T>(&self, host: &str, bounds: &Bounds, with: impl FnOnce(&mut Host) -> T) -> T {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Host { permits: Arc::new(Semaphore::new(bounds.per_host)), next: Instant::now() };
        with(hosts.entry(host.to_owned()).or_insert_with(new))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::FutureExt;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn requests_to_one_host_are_spaced() {
        let (host_limiter, begun) = (HostLimiter::default(), Instant::now());
        let bounds = Bounds { spacing: Duration::from_millis(200), ..Bounds::default() };
        for _ in 0..5 {
            drop(host_limiter.acquire("a", &bounds).await);
        }
        assert_eq!(begun.elapsed(), Duration::from_millis(800));
        assert!(host_limiter.acquire("b", &bounds).now_or_never().is_some(), "another host has its own limits");
    }

    #[tokio::test]
    async fn a_fifth_request_waits_for_a_permit() {
        let (host_limiter, bounds) = (HostLimiter::default(), Bounds::default());
        let mut under_way: Vec<_> =
            (0..4).map(|_| host_limiter.acquire("a", &bounds).now_or_never().unwrap()).collect();
        assert!(host_limiter.acquire("a", &bounds).now_or_never().is_none());
        under_way.pop();
        assert!(host_limiter.acquire("a", &bounds).now_or_never().is_some());
    }
}
