//! The state of a connection: whether it is idle, and whether its client reads its responses.

use std::{
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    response::Response,
};
use hyper::body::{Frame, SizeHint};
use tokio::{sync::Notify, time::Instant};

/// The state of one connection, shared by its task, its requests and the list of all connections.
#[derive(Debug)]
pub struct Connection {
    pub peer: SocketAddr,
    opened: Instant,
    has_requested: AtomicBool,
    /// The number of requests without a response.
    running: AtomicUsize,
    /// The end of the last request, in milliseconds after the connection was opened.
    last_end: AtomicU64,
    /// The response bodies that are being sent on an HTTP/2 connection.
    bodies: Mutex<Vec<Arc<BodyProgress>>>,
    closing: Notify,
}

/// The progress of the body of one response.
#[derive(Debug)]
struct BodyProgress {
    /// The time since which the next part waits for the client. `None` while the server produces that part.
    waits_since: Mutex<Option<Instant>>,
}

impl Connection {
    pub fn new(peer: SocketAddr) -> Self {
        Self {
            peer,
            opened: Instant::now(),
            has_requested: AtomicBool::new(false),
            running: AtomicUsize::new(0),
            last_end: AtomicU64::new(0),
            bodies: Mutex::default(),
            closing: Notify::new(),
        }
    }

    /// Counts a request until the returned value is dropped.
    pub fn begin(self: &Arc<Self>) -> RunningRequest {
        self.has_requested.store(true, Ordering::Relaxed);
        self.running.fetch_add(1, Ordering::Relaxed);
        RunningRequest(self.clone())
    }

    /// Returns the time since which no request is running. `None` if one is running.
    pub fn idle_since(&self) -> Option<Instant> {
        let is_idle = self.running.load(Ordering::Relaxed) == 0 && self.bodies().is_empty();
        is_idle.then(|| self.opened + Duration::from_millis(self.last_end.load(Ordering::Relaxed)))
    }

    /// Asks the task of the connection to close it.
    pub fn close(&self) {
        self.closing.notify_one();
    }

    /// Completes once [`Self::close`] has been called.
    pub async fn closed(&self) {
        self.closing.notified().await;
    }

    /// True if the client is too slow to send the first request or to read a part of a response.
    pub fn is_stalled(&self, head: Duration, taking: Duration) -> bool {
        let is_late = |since: Instant, limit| since.elapsed() > limit;
        let waits = |body: &Arc<BodyProgress>| *body.waits_since.lock().unwrap_or_else(PoisonError::into_inner);
        let has_no_request = !self.has_requested.load(Ordering::Relaxed) && is_late(self.opened, head);
        has_no_request || self.bodies().iter().filter_map(waits).any(|since| is_late(since, taking))
    }

    /// Wraps the body of a response to track its progress.
    pub fn watch(self: &Arc<Self>, response: Response) -> Response {
        let progress = Arc::new(BodyProgress { waits_since: Mutex::new(Some(Instant::now())) });
        self.bodies().push(progress.clone());
        let connection = self.clone();
        response.map(|body| Body::new(WatchedBody { body, progress, connection }))
    }

    fn bodies(&self) -> std::sync::MutexGuard<'_, Vec<Arc<BodyProgress>>> {
        self.bodies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts one running request.
pub struct RunningRequest(Arc<Connection>);

impl Drop for RunningRequest {
    fn drop(&mut self) {
        let now = u64::try_from(self.0.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.last_end.store(now, Ordering::Relaxed);
        self.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A body that records when the client reads it.
struct WatchedBody {
    body: Body,
    progress: Arc<BodyProgress>,
    connection: Arc<Connection>,
}

impl hyper::body::Body for WatchedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        let waits = polled.is_ready().then(Instant::now);
        *self.progress.waits_since.lock().unwrap_or_else(PoisonError::into_inner) = waits;
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for WatchedBody {
    fn drop(&mut self) {
        self.connection.bodies().retain(|known| !Arc::ptr_eq(known, &self.progress));
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    fn connection() -> Arc<Connection> {
        Arc::new(Connection::new(SocketAddr::from(([192, 0, 2, 1], 4711))))
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_without_a_request_stalls_after_the_limit() {
        let connection = connection();
        tokio::time::advance(LIMIT / 2).await;
        assert!(!connection.is_stalled(LIMIT, LIMIT));
        tokio::time::advance(LIMIT).await;
        assert!(connection.is_stalled(LIMIT, LIMIT));
        drop(connection.begin());
        assert!(!connection.is_stalled(LIMIT, LIMIT));
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_stalls_if_the_client_does_not_read_the_body() {
        let connection = connection();
        drop(connection.begin());
        let response = connection.watch(Response::new(Body::from("text")));
        assert_eq!(connection.idle_since(), None);
        tokio::time::advance(LIMIT * 2).await;
        assert!(connection.is_stalled(LIMIT, LIMIT));
        assert_eq!(to_bytes(response.into_body(), 10).await.unwrap(), "text");
        assert!(!connection.is_stalled(LIMIT, LIMIT) && connection.idle_since().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_does_not_stall_while_the_server_produces_the_body() {
        let connection = connection();
        drop(connection.begin());
        let endless = futures::stream::pending::<Result<Bytes, axum::Error>>();
        let response = connection.watch(Response::new(Body::from_stream(endless)));
        let taking = tokio::spawn(to_bytes(response.into_body(), 10));
        tokio::task::yield_now().await;
        tokio::time::advance(LIMIT * 2).await;
        assert!(!connection.is_stalled(LIMIT, LIMIT));
        taking.abort();
    }
}
