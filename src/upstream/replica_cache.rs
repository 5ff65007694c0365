//! The response bodies that the replicas of a gateway share through Redis, and the leases to fetch them.
//!
//! A replica also works without Redis. After a failure it bypasses the cache for [`PAUSE`] and fetches from upstream. A
//! shared body is as untrusted as a response from upstream: its size is limited, its checksum is verified, and it is
//! read and checked in the same way.

mod secret;

use std::{
    fmt,
    io::{self, Read, Write},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use jiff::Timestamp;
use redis::{
    Client, FromRedisValue, Script, ScriptInvocation,
    aio::{ConnectionManager, ConnectionManagerConfig},
    pipe,
};
use secret::CacheSecret;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::{
    domain::{
        clock,
        metrics::{Metrics, SharedOutcome},
    },
    upstream::raw::sha256_hex,
};

/// The address of the shared cache, and the secret of its replicas. `Debug` does not print its password.
#[derive(Clone)]
pub struct ReplicaCacheAddress {
    client: Client,
    secret: Option<CacheSecret>,
}

impl fmt::Debug for ReplicaCacheAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.client.get_connection_info().addr())
    }
}

/// An invalid address of a Redis server. The message does not repeat the address, which may contain a password.
#[derive(Debug, thiserror::Error)]
#[error("expected an address such as `redis://host:6379` for `--redis-url`, found an invalid one")]
pub struct InvalidAddress;

impl ReplicaCacheAddress {
    /// Parses a URL such as `redis://host:6379`.
    pub fn parse(text: &str) -> Result<Self, InvalidAddress> {
        let client = Client::open(text).map_err(|_| InvalidAddress)?;
        Ok(Self { client, secret: None })
    }

    /// Returns the address with the secret that authenticates shared bodies.
    #[must_use]
    pub fn with_secret(self, secret: &str) -> Self {
        Self { secret: Some(CacheSecret::new(secret)), ..self }
    }
}

/// A response body that a replica shared.
#[derive(Clone, Debug)]
pub struct SharedBody {
    pub meta: SharedMeta,
    pub body: Bytes,
}

/// The metadata of a shared body.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct SharedMeta {
    pub url: String,
    pub sha256: String,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    pub charset: Option<String>,
    pub retrieved_at: Timestamp,
    /// When upstream last sent or confirmed the body.
    pub confirmed_at: Timestamp,
}

impl SharedMeta {
    /// True if upstream sent or confirmed the body within this time.
    pub fn is_recent(&self, recent: Duration) -> bool {
        Duration::try_from(clock::now().duration_since(self.confirmed_at)).is_ok_and(|age| age < recent)
    }
}

/// The result of acquiring a lease.
pub enum Acquired {
    /// This replica holds the lease.
    Ours(Lease),
    /// Another replica holds it.
    Other,
    /// The cache is unavailable.
    Unavailable,
}

/// The right to fetch one URL. It expires unless it is renewed.
pub struct Lease {
    key: String,
    /// A random value that distinguishes this lease from later leases of other replicas.
    secret: String,
}

/// The shared cache.
#[derive(Clone)]
pub struct ReplicaCache {
    connection: ConnectionManager,
    secret: Option<CacheSecret>,
    /// Bodies are decompressed one at a time, so that they need no more memory than the largest body.
    unpacking: Arc<Semaphore>,
    metrics: Metrics,
    /// The size limit of a body in bytes.
    size_limit: usize,
    /// The mirror that this replica fetches from. Empty for direct requests to the publishers. Replicas share only
    /// bodies from the same origin.
    origin: String,
    unavailable_until: Arc<Mutex<Option<Instant>>>,
}

/// The prefix of every key: the name and version of the format.
const PREFIX: &str = "lionrock:2";
/// The timeout of a connection and of a command without a body.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(1);
/// The timeout of a command with a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(3);
/// The time for which the cache is bypassed after a failure.
const PAUSE: Duration = Duration::from_secs(5);
/// The time to live of a body.
const TIME_TO_LIVE: Duration = Duration::from_hours(24 * 30);
/// The accepted clock skew between replicas.
const CLOCK_SKEW: Duration = Duration::from_mins(1);
/// Deletes the lease if this replica still holds it.
const RELEASE: &str = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

/// Extends the lease if this replica still holds it.
const RENEW: &str =
    "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0";

/// A failed command.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error("timed out")]
    TimedOut,
    #[error("Redis returned an error: {0}")]
    Redis(#[from] redis::RedisError),
}

impl ReplicaCache {
    /// Creates the cache. It connects with its first command.
    pub fn at(
        address: &ReplicaCacheAddress,
        size_limit: usize,
        origin: String,
        metrics: Metrics,
    ) -> Result<Self, redis::RedisError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(COMMAND_TIMEOUT))
            .set_response_timeout(Some(BODY_TIMEOUT))
            .set_number_of_retries(0);
        let connection = address.client.get_connection_manager_lazy(config)?;
        Ok(Self {
            connection,
            secret: address.secret.clone(),
            unpacking: Arc::new(Semaphore::new(1)),
            metrics,
            size_limit,
            origin,
            unavailable_until: Arc::default(),
        })
    }

    /// Reads the body of a URL with its metadata. A body that equals `known` (checksum, body) is not transferred again.
    pub async fn get(&self, url: &str, known: Option<(&str, &Bytes)>) -> Option<SharedBody> {
        let key = self.key("body", url);
        let query = pipe().hget(&key, "meta").hget(&key, "code").cmd("HSTRLEN").arg(&key).arg("body").clone();
        let (meta, code, length): (Option<Vec<u8>>, Option<Vec<u8>>, usize) = self.ask(&query, COMMAND_TIMEOUT).await?;
        let meta = meta?;
        if let Some(secret) = &self.secret
            && !secret.verifies(&key, &meta, &code.unwrap_or_default())
        {
            return self.corrupt(url, "metadata that no replica with the same secret wrote");
        }
        let meta = self.parse_meta(url, meta)?;
        if let Some((_, body)) = known.filter(|(sha256, _)| *sha256 == meta.sha256) {
            return Some(SharedBody { meta, body: body.clone() });
        }
        if length > self.size_limit {
            return self.corrupt(url, "a body above the size limit");
        }
        let (packed,): (Vec<u8>,) = self.ask(pipe().hget(&key, "body"), BODY_TIMEOUT).await?;
        let size_limit = self.size_limit;
        let turn = self.unpacking.clone().acquire_owned().await.ok()?;
        let unpacked = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let body = unpack(&packed, size_limit)?;
            let sha256 = sha256_hex(&body);
            Ok::<_, io::Error>((body, sha256))
        });
        match unpacked.await.ok()? {
            Ok((body, sha256)) if sha256 == meta.sha256 => Some(SharedBody { meta, body: Bytes::from(body) }),
            Ok((_, sha256)) => self.corrupt(url, &format!("the checksum {sha256}")),
            Err(error) => self.corrupt(url, &error.to_string()),
        }
    }

    fn parse_meta<T: AsRef<[u8]>>(&self, url: &str, text: T) -> Option<SharedMeta> {
        let meta: SharedMeta = match serde_json::from_slice(text.as_ref()) {
            Ok(meta) => meta,
            Err(error) => return self.corrupt(url, &error.to_string()),
        };
        let latest = clock::now().checked_add(CLOCK_SKEW).unwrap_or(Timestamp::MAX);
        if meta.url != url || meta.confirmed_at > latest || meta.retrieved_at > latest {
            return self.corrupt(url, "another URL or a time in the future");
        }
        Some(meta)
    }

    fn corrupt<T>(&self, url: &str, found: &str) -> Option<T> {
        self.metrics.shared(SharedOutcome::Corrupt);
        tracing::warn!(url, "corrupt entry in the shared cache ignored: {found}");
        None
    }

    /// Counts a cache hit or miss.
    pub fn count(&self, is_hit: bool) {
        self.metrics.shared(if is_hit { SharedOutcome::Hit } else { SharedOutcome::Miss });
    }

    /// Shares a body. A body above the size limit is not shared.
    pub async fn put(&self, shared: SharedBody) {
        let key = self.key("body", &shared.meta.url);
        let SharedBody { meta, body } = shared;
        let packing = tokio::task::spawn_blocking(move || pack(&body));
        let (Ok(Ok(packed)), Ok(meta)) = (packing.await, serde_json::to_vec(&meta)) else { return };
        if packed.len() > self.size_limit {
            return;
        }
        let time_to_live = i64::try_from(TIME_TO_LIVE.as_millis()).unwrap_or(i64::MAX);
        let mut query = pipe();
        query
            .atomic()
            .hset(&key, "code", self.secret.as_ref().map(|secret| secret.code(&key, &meta)).unwrap_or_default())
            .ignore()
            .hset(&key, "meta", meta)
            .ignore()
            .hset(&key, "body", packed)
            .ignore()
            .pexpire(&key, time_to_live)
            .ignore();
        let _: Option<()> = self.ask(&query, BODY_TIMEOUT).await;
    }

    /// Acquires the lease to fetch a URL. It expires after `duration` unless it is renewed.
    pub async fn acquire(&self, url: &str, duration: Duration) -> Acquired {
        let lease = Lease { key: self.key("lease", url), secret: format!("{:032x}", fastrand::u128(..)) };
        let mut query = pipe();
        query.cmd("SET").arg(&lease.key).arg(&lease.secret).arg("NX").arg("PX").arg(milliseconds(duration));
        match self.ask::<(Option<String>,)>(&query, COMMAND_TIMEOUT).await {
            Some((Some(_),)) => Acquired::Ours(lease),
            Some((None,)) => Acquired::Other,
            None => Acquired::Unavailable,
        }
    }

    /// Runs `work` and renews the lease until it ends. A replica that crashes stops renewing, so its lease expires.
    pub async fn renewing<T>(&self, lease: &Lease, duration: Duration, work: impl Future<Output = T>) -> T {
        let script = Script::new(RENEW);
        let mut call = script.key(&lease.key);
        call.arg(&lease.secret).arg(milliseconds(duration));
        let renewals = async {
            loop {
                tokio::time::sleep(duration / 3).await;
                self.invoke(&call).await;
            }
        };
        tokio::select! {
            result = work => result,
            () = renewals => unreachable!("the renewals do not end"),
        }
    }

    /// Releases a lease.
    pub async fn release(&self, lease: Lease) {
        let script = Script::new(RELEASE);
        let mut call = script.key(lease.key);
        call.arg(lease.secret);
        self.invoke(&call).await;
    }

    /// Runs a script. A failure is logged and counted like that of any command.
    async fn invoke(&self, call: &ScriptInvocation<'_>) {
        let mut connection = self.connection.clone();
        let done = async { call.invoke_async::<i64>(&mut connection).await.map_err(CommandError::from) };
        let _ = self.within(COMMAND_TIMEOUT, done).await;
    }

    fn key(&self, kind: &str, url: &str) -> String {
        format!("{PREFIX}:{kind}:{}", sha256_hex(format!("{}\n{url}", self.origin).as_bytes()))
    }

    async fn ask<T: FromRedisValue>(&self, query: &redis::Pipeline, timeout: Duration) -> Option<T> {
        let mut connection = self.connection.clone();
        self.within(timeout, async move { Ok(query.query_async::<T>(&mut connection).await?) }).await
    }

    /// Waits for the response to a command. Returns `None` immediately during the pause after a failure.
    async fn within<T>(&self, timeout: Duration, answer: impl Future<Output = Result<T, CommandError>>) -> Option<T> {
        let paused = || self.unavailable_until.lock().unwrap_or_else(PoisonError::into_inner);
        if paused().is_some_and(|until| Instant::now() < until) {
            self.metrics.shared(SharedOutcome::Unavailable);
            return None;
        }
        match tokio::time::timeout(timeout, answer).await.unwrap_or(Err(CommandError::TimedOut)) {
            Ok(answer) => {
                if paused().take().is_some() {
                    tracing::info!("the shared cache is available again");
                }
                Some(answer)
            }
            Err(error) => {
                self.metrics.shared(SharedOutcome::Unavailable);
                if paused().replace(Instant::now() + PAUSE).is_none() {
                    tracing::warn!("the shared cache is unavailable; fetching without it: {error}");
                }
                None
            }
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX).max(1)
}

fn pack(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut packing = ZlibEncoder::new(Vec::new(), Compression::fast());
    packing.write_all(body)?;
    packing.finish()
}

fn unpack(packed: &[u8], size_limit: usize) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    ZlibDecoder::new(packed).take(size_limit as u64 + 1).read_to_end(&mut body)?;
    if body.len() > size_limit {
        return Err(io::Error::other("a body above the size limit"));
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_decompressed_within_a_limit() {
        let body = vec![b'x'; 1 << 20];
        let packed = pack(&body).unwrap();
        assert!(packed.len() < 100_000);
        assert_eq!(unpack(&packed, 1 << 20).unwrap(), body);
        assert!(unpack(&packed, (1 << 20) - 1).is_err(), "decompression stops at the limit");
        assert!(unpack(&packed[..packed.len() / 2], 1 << 20).is_err());
        assert!(unpack(b"no zlib at all", 1 << 20).is_err());
    }

    #[test]
    fn a_password_is_never_shown() {
        let address = ReplicaCacheAddress::parse("redis://user:a-secret@cache.example.org:6379/1").unwrap();
        assert_eq!(format!("{address:?}"), "cache.example.org:6379");
        let error = ReplicaCacheAddress::parse("http://user:a-secret@cache.example.org").unwrap_err();
        assert!(!error.to_string().contains("a-secret"));
    }
}
