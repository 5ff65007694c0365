//! Who is connected: at most so many at once, and none that keeps the server waiting. A head must come within a time, as
//! must the next one on a connection that is kept, and an answer must be taken.

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

/// How long a client may keep the server waiting.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a head, the wait for it on a kept connection included.
    pub head: Duration,
    /// For a whole body.
    pub body: Duration,
    /// While neither side says anything: longer than an answer takes.
    pub silence: Duration,
    /// For taking any of its answer.
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

/// How long a client may leave a ping without an answer.
const PING_TIME: Duration = Duration::from_secs(20);
/// The most bytes of a head.
const LARGEST_HEAD: usize = 64 << 10;
/// The most requests at once on one connection.
const STREAMS: u32 = 32;
/// How long running requests have to finish once a shutdown began.
const LAST_REQUESTS: Duration = Duration::from_secs(8);
/// How long no connection is taken after the system refused one.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stop` is over, then finishes the running requests. Beyond `most` connections, new ones wait at the
/// system until one ends.
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
            // A client that leaves, or that is left, is no failure of the server.
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

/// How one connection is spoken to.
fn protocol(patience: Timeouts) -> Builder<TokioExecutor> {
    let mut http = Builder::new(TokioExecutor::new());
    http.http1().timer(HeadTimer::new(patience.head)).header_read_timeout(patience.head).max_buf_size(LARGEST_HEAD);
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

/// A stream that fails when its client says or takes nothing for too long.
fn patient(stream: TcpStream, patience: Timeouts) -> TokioIo<IdleTimeout<Pin<Box<TimeoutStream<TcpStream>>>>> {
    // An answer is written whole: there is nothing to gather.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(patience.taking));
    TokioIo::new(IdleTimeout::new(Box::pin(stream), patience.silence))
}
