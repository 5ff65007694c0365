//! Connection handling: the connection limit, each client's share of it, and timeouts for slow clients.
//!
//! A request head must arrive within a time limit, also on a kept-alive connection. The client must read its responses
//! within another limit.

use std::{
    convert::Infallible,
    future::Future,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::body::Body;
use hyper::{Request, Version, body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
};
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;

use crate::server::{
    client::Client,
    concurrency::{FairPermit, FairSemaphore, NoPermit},
    connection::Connection,
    entry::EntryPoint,
    idle_timeout::IdleTimeout,
    timeouts::HeadTimer,
};

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

/// The number of checks of a connection within its shortest limit.
const CHECKS: u32 = 4;

/// Serves until `stop` completes, then finishes the running requests.
///
/// At `most` connections, an idle connection is closed to admit a new one. If none is idle, the client with the most
/// loses its newest. If no client has more than that of the new connection, the new one waits. When few connections are
/// free, a client that holds its share gets no more.
pub async fn serve(
    listener: TcpListener,
    entry: EntryPoint,
    most: usize,
    timeouts: Timeouts,
    stop: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let entry = Arc::new(entry);
    let graceful = GracefulShutdown::new();
    let connections = Arc::new(Connections::new(most));
    tokio::pin!(stop);
    loop {
        let accepted = async {
            loop {
                let (stream, peer) = accept(&listener).await;
                if let Some(permit) = connections.permit(entry.counted(peer.ip())).await {
                    return (stream, peer, permit);
                }
            }
        };
        let (stream, peer, permit) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stop => break,
        };
        let connection = connections.open(peer);
        let entry = entry.clone();
        let service = {
            let connection = connection.clone();
            service_fn(move |request: Request<Incoming>| {
                let (entry, connection) = (entry.clone(), connection.clone());
                async move {
                    let running = connection.begin();
                    let is_http2 = request.version() == Version::HTTP_2;
                    let response = entry.answer(request.map(Body::new), Some(connection.peer.ip())).await;
                    // The write timeout of the socket does not cover a single HTTP/2 stream.
                    let response = if is_http2 { connection.watch(response) } else { response };
                    drop(running);
                    Ok::<_, Infallible>(response)
                }
            })
        };
        let http = protocol(timeouts);
        let serving = http.serve_connection_with_upgrades(with_timeouts(stream, timeouts), service).into_owned();
        let serving = graceful.watch(serving);
        let connections = connections.clone();
        tokio::spawn(async move {
            let mut checks = tokio::time::interval(timeouts.head.min(timeouts.taking) / CHECKS);
            tokio::pin!(serving);
            loop {
                tokio::select! {
                    served = &mut serving => {
                        // A closed or timed-out connection is not a server error.
                        if let Err(error) = served {
                            tracing::debug!("connection closed with an error: {error}");
                        }
                        break;
                    }
                    () = connection.closed() => break,
                    () = permit.revoked() => {
                        tracing::debug!("connection closed in favour of a client with fewer connections");
                        break;
                    }
                    _ = checks.tick() => {
                        if connection.is_stalled(timeouts.head, timeouts.taking) {
                            tracing::debug!("connection closed because its client does not send or read");
                            break;
                        }
                    }
                }
            }
            connections.closed(&connection);
            drop(permit);
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

/// All open connections.
struct Connections {
    permits: FairSemaphore,
    open: Mutex<Vec<Arc<Connection>>>,
}

impl Connections {
    fn new(most: usize) -> Self {
        Self { permits: FairSemaphore::new(most), open: Mutex::default() }
    }

    /// Waits for a permit for a new connection. `None` if the client holds its share.
    async fn permit(&self, client: Option<Client>) -> Option<FairPermit> {
        loop {
            if self.permits.is_exhausted() && self.close_longest_idle() {
                self.permits.one_released().await;
            }
            match self.permits.acquire_or_revoke(client.as_ref()).await {
                Ok(permit) => return Some(permit),
                Err(NoPermit::ShareExceeded) => return None,
                Err(NoPermit::Exhausted) => self.permits.one_released().await,
            }
        }
    }

    fn open(&self, peer: SocketAddr) -> Arc<Connection> {
        let connection = Arc::new(Connection::new(peer));
        self.all().push(connection.clone());
        connection
    }

    fn closed(&self, connection: &Arc<Connection>) {
        self.all().retain(|known| !Arc::ptr_eq(known, connection));
    }

    /// Closes the longest idle connection. Returns false if no connection is idle.
    fn close_longest_idle(&self) -> bool {
        let all = self.all();
        let idle = all.iter().filter_map(|known| Some((known.idle_since()?, known)));
        let longest = idle.min_by_key(|(since, _)| *since);
        if let Some((_, longest)) = longest {
            longest.close();
        }
        longest.is_some()
    }

    fn all(&self) -> MutexGuard<'_, Vec<Arc<Connection>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the HTTP settings of a connection.
fn protocol(timeouts: Timeouts) -> Builder<TokioExecutor> {
    let mut http = Builder::new(TokioExecutor::new());
    // Some older clients look up header names in title case. Python's `gql` looks up `Sec-WebSocket-Protocol` in the
    // case in which it was sent, so the handshake response keeps the client's case.
    http.http1()
        .timer(HeadTimer::new(timeouts.head))
        .header_read_timeout(timeouts.head)
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

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                tracing::warn!("cannot accept a connection: {error}");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Wraps a connection in the timeouts for idle and slow clients.
fn with_timeouts(stream: TcpStream, timeouts: Timeouts) -> TokioIo<IdleTimeout<Pin<Box<TimeoutStream<TcpStream>>>>> {
    // Responses are written whole, so Nagle's algorithm only adds delay.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(timeouts.taking));
    TokioIo::new(IdleTimeout::new(Box::pin(stream), timeouts.silence))
}
