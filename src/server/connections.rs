//! Connection handling: the connection limit and timeouts for slow clients.
//!
//! A request head must arrive within a time limit, also on a kept-alive connection. The client must read its responses
//! within a limit too.

use std::{convert::Infallible, future::Future, io, net::SocketAddr, pin::Pin, sync::Arc, time::Duration};

use axum::body::Body;
use hyper::{Request, body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_io_timeout::TimeoutStream;

use crate::server::{entry::EntryPoint, idle_timeout::IdleTimeout, timeouts::HeadTimer};

/// The timeouts for slow clients.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Maximum time for a request head, including the idle time on a kept-alive connection.
    pub head: Duration,
    /// Maximum time for a whole body.
    pub body: Duration,
    /// Maximum time without traffic in either direction. Must exceed the longest response time.
    pub silence: Duration,
    /// Maximum time without progress in writing a response.
    pub taking: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(20),
            body: Duration::from_secs(10),
            silence: Duration::from_mins(1),
            taking: Duration::from_secs(30),
        }
    }
}

/// The HTTP/2 ping interval, and the maximum time for the reply.
const PING_TIME: Duration = Duration::from_secs(20);
/// Maximum size of a request head in bytes.
const LARGEST_HEAD: usize = 64 << 10;
/// Maximum number of concurrent HTTP/2 streams per connection.
const STREAMS: u32 = 32;
/// Maximum time for running requests to finish after a shutdown begins.
const LAST_REQUESTS: Duration = Duration::from_secs(8);
/// The pause after a failed `accept`.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stop` completes, then finishes the running requests. Beyond `most` connections, new ones wait in the
/// system's backlog until one closes.
pub async fn serve(
    listener: TcpListener,
    front: EntryPoint,
    most: usize,
    patience: Timeouts,
    stop: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let front = Arc::new(front);
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(most));
    tokio::pin!(stop);
    loop {
        let (stream, client, place) = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = &mut stop => break,
        };
        let front = front.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let front = front.clone();
            async move { Ok::<_, Infallible>(front.answer(request.map(Body::new), Some(client.ip())).await) }
        });
        let http = protocol(patience);
        let connection = http.serve_connection_with_upgrades(patient(stream, patience), service).into_owned();
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            // A closed or timed-out connection is not a server error.
            if let Err(error) = watched.await {
                tracing::debug!("connection closed with an error: {error}");
            }
            drop(place);
        });
    }
    drop(listener);
    let finished = tokio::time::timeout(LAST_REQUESTS, graceful.shutdown()).await;
    if finished.is_err() {
        tracing::warn!(
            "aborting requests that are still running {} s after the shutdown began",
            LAST_REQUESTS.as_secs()
        );
    }
    Ok(())
}

/// Returns the HTTP settings of a connection.
fn protocol(patience: Timeouts) -> Builder<TokioExecutor> {
    let mut http = Builder::new(TokioExecutor::new());
    // Some older clients look up header names in title case. Python's `gql` looks up `Sec-WebSocket-Protocol` as it has
    // sent it, so the handshake answers in the client's spelling.
    http.http1()
        .timer(HeadTimer::new(patience.head))
        .header_read_timeout(patience.head)
        .max_buf_size(LARGEST_HEAD)
        .preserve_header_case(true)
        .title_case_headers(true);
    http.http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING_TIME)
        .keep_alive_timeout(PING_TIME)
        .max_concurrent_streams(STREAMS);
    http
}

async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let place = places.clone().acquire_owned().await.expect("the semaphore is never closed");
    loop {
        match listener.accept().await {
            Ok((stream, client)) => return (stream, client, place),
            Err(error) => {
                tracing::warn!("cannot accept a connection: {error}");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Wraps a connection in the timeouts for idle and slow clients.
fn patient(stream: TcpStream, patience: Timeouts) -> TokioIo<IdleTimeout<Pin<Box<TimeoutStream<TcpStream>>>>> {
    // Responses are written whole, so Nagle's algorithm only adds delay.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(patience.taking));
    TokioIo::new(IdleTimeout::new(Box::pin(stream), patience.silence))
}
