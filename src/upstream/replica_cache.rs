//! Bodies that replicas of the gateway share by Redis, and whose turn it is to ask upstream. Each replica works without
//! it: what does not answer in time is left alone for a while, and the replica asks upstream by itself.
//!
//! What comes from there is believed no more than what comes from a publisher: it has bounds, its checksum must be
//! right, and it is read and judged like any other body.

use std::{
    fmt,
    io::{self, Read, Write},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use jiff::Timestamp;
use redis::{Client, FromRedisValue, Script, aio::ConnectionManager, aio::ConnectionManagerConfig, pipe};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        clock,
        metrics::{Metrics, SharedOutcome},
    },
    upstream::raw::sha256_hex,
};

/// Where the shared cache is. Its password is never shown.
#[derive(Clone)]
pub struct SharedAddress(Client);

impl fmt::Debug for SharedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.get_connection_info().addr())
    }
}

/// An address that is none of a Redis server. It is not repeated: there may be a password in it.
#[derive(Debug, thiserror::Error)]
#[error("expected an address such as `redis://host:6379` for `--redis-url`, found an invalid one")]
pub struct BadSharedAddress;

impl SharedAddress {
    /// The address that a text names.
    pub fn parse(text: &str) -> Result<Self, BadSharedAddress> {
        Client::open(text).map(Self).map_err(|_| BadSharedAddress)
    }
}

/// A body as a replica shared it.
#[derive(Clone, Debug)]
pub struct SharedBody {
    pub card: SharedMeta,
    pub body: Bytes,
}

/// What is known of a body.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct SharedMeta {
    pub url: String,
    pub sha256: String,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    pub charset: Option<String>,
    pub retrieved_at: Timestamp,
    /// When upstream last gave or confirmed it.
    pub confirmed_at: Timestamp,
}

impl SharedMeta {
    /// Whether upstream was asked so recently that it need not be asked again.
    pub fn is_recent(&self, recent: Duration) -> bool {
        Duration::try_from(clock::now().duration_since(self.confirmed_at)).is_ok_and(|age| age < recent)
    }
}

/// Whose turn it is to ask upstream.
pub enum Turn {
    /// This replica's, until it gives it back.
    Ours(Token),
    /// Another one's.
    Theirs,
    /// Nobody knows: everybody asks.
    Unknown,
}

/// The right to ask for one address.
pub struct Token {
    key: String,
    secret: String,
}

/// The cache.
#[derive(Clone)]
pub struct SharedCache {
    connection: ConnectionManager,
    metrics: Metrics,
    /// The most bytes of a body.
    largest: usize,
    /// Where bodies come from: replicas that ask other servers share nothing.
    way: String,
    left_alone_until: Arc<Mutex<Option<Instant>>>,
}

/// The name and version of everything that is kept there.
const PREFIX: &str = "lionrock:1";
/// How long a small answer is waited for, and a connection.
const SMALL: Duration = Duration::from_secs(1);
/// How long a body is waited for.
const LARGE: Duration = Duration::from_secs(3);
/// How long it is left alone after a failure.
const PAUSE: Duration = Duration::from_secs(5);
/// How long a body is kept there that nobody asks for.
const KEPT: Duration = Duration::from_hours(24 * 30);
/// How much later than this machine's clock another one's may be.
const SKEW: Duration = Duration::from_mins(1);
/// Gives a turn back, unless it has become another one's.
const GIVE_BACK: &str = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

/// What went wrong with the cache.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("expected a response in time, found none")]
    TimedOut,
    #[error("expected a response, found an error: {0}")]
    Redis(#[from] redis::RedisError),
}

impl SharedCache {
    /// The cache at an address. The connection is made when it is first needed.
    pub fn at(
        address: &SharedAddress,
        largest: usize,
        way: String,
        metrics: Metrics,
    ) -> Result<Self, redis::RedisError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(SMALL))
            .set_response_timeout(Some(LARGE))
            .set_number_of_retries(0);
        let connection = address.0.get_connection_manager_lazy(config)?;
        Ok(Self { connection, metrics, largest, way, left_alone_until: Arc::default() })
    }

    /// The body of an address, and what is known of it. One that is the caller's already is not sent again.
    pub async fn get(&self, url: &str, known: Option<(&str, &Bytes)>) -> Option<SharedBody> {
        let key = self.key("body", url);
        let query = pipe().hget(&key, "card").cmd("HSTRLEN").arg(&key).arg("body").clone();
        let (card, length): (Option<Vec<u8>>, usize) = self.ask(&query, SMALL).await?;
        let card = self.read_card(url, card?)?;
        if let Some((_, body)) = known.filter(|(sha256, _)| *sha256 == card.sha256) {
            return Some(SharedBody { card, body: body.clone() });
        }
        if length > self.largest {
            return self.corrupt(url, "a body above the size limit");
        }
        let (packed,): (Vec<u8>,) = self.ask(pipe().hget(&key, "body"), LARGE).await?;
        let largest = self.largest;
        let unpacked = tokio::task::spawn_blocking(move || {
            let body = unpack(&packed, largest)?;
            let sha256 = sha256_hex(&body);
            Ok::<_, io::Error>((body, sha256))
        });
        match unpacked.await.ok()? {
            Ok((body, sha256)) if sha256 == card.sha256 => Some(SharedBody { card, body: Bytes::from(body) }),
            Ok((_, sha256)) => self.corrupt(url, &format!("the checksum {sha256}")),
            Err(error) => self.corrupt(url, &error.to_string()),
        }
    }

    fn read_card<T: AsRef<[u8]>>(&self, url: &str, text: T) -> Option<SharedMeta> {
        let card: SharedMeta = match serde_json::from_slice(text.as_ref()) {
            Ok(card) => card,
            Err(error) => return self.corrupt(url, &error.to_string()),
        };
        let latest = clock::now().checked_add(SKEW).unwrap_or(Timestamp::MAX);
        if card.url != url || card.confirmed_at > latest || card.retrieved_at > latest {
            return self.corrupt(url, "another URL or a time in the future");
        }
        Some(card)
    }

    fn corrupt<T>(&self, url: &str, found: &str) -> Option<T> {
        self.metrics.shared(SharedOutcome::Corrupt);
        tracing::warn!(url, "expected an intact body in the shared cache, found {found}: ignored");
        None
    }

    /// Counts whether a body of another replica was of use.
    pub fn count(&self, is_hit: bool) {
        self.metrics.shared(if is_hit { SharedOutcome::Hit } else { SharedOutcome::Miss });
    }

    /// Shares a body. One that is larger than may be taken from there is not shared.
    pub async fn put(&self, shared: SharedBody) {
        let key = self.key("body", &shared.card.url);
        let SharedBody { card, body } = shared;
        let packing = tokio::task::spawn_blocking(move || pack(&body));
        let (Ok(Ok(packed)), Ok(card)) = (packing.await, serde_json::to_vec(&card)) else { return };
        if packed.len() > self.largest {
            return;
        }
        let kept = i64::try_from(KEPT.as_millis()).unwrap_or(i64::MAX);
        let mut query = pipe();
        query
            .atomic()
            .hset(&key, "card", card)
            .ignore()
            .hset(&key, "body", packed)
            .ignore()
            .pexpire(&key, kept)
            .ignore();
        let _: Option<()> = self.ask(&query, LARGE).await;
    }

    /// Takes the turn to ask for an address, for this long at the most.
    pub async fn take_turn(&self, url: &str, longest: Duration) -> Turn {
        let token = Token { key: self.key("turn", url), secret: format!("{:032x}", fastrand::u128(..)) };
        let mut query = pipe();
        let longest = u64::try_from(longest.as_millis()).unwrap_or(u64::MAX);
        query.cmd("SET").arg(&token.key).arg(&token.secret).arg("NX").arg("PX").arg(longest.max(1));
        match self.ask::<(Option<String>,)>(&query, SMALL).await {
            Some((Some(_),)) => Turn::Ours(token),
            Some((None,)) => Turn::Theirs,
            None => Turn::Unknown,
        }
    }

    /// Gives a turn back before its time.
    pub async fn give_back(&self, token: Token) {
        let script = Script::new(GIVE_BACK);
        let mut connection = self.connection.clone();
        let mut call = script.key(token.key);
        let call = call.arg(token.secret);
        let given = call.invoke_async::<i64>(&mut connection);
        let _ = self.within(SMALL, async { given.await.map_err(Trouble::from) }).await;
    }

    fn key(&self, kind: &str, url: &str) -> String {
        format!("{PREFIX}:{kind}:{}", sha256_hex(format!("{}\n{url}", self.way).as_bytes()))
    }

    async fn ask<T: FromRedisValue>(&self, query: &redis::Pipeline, longest: Duration) -> Option<T> {
        let mut connection = self.connection.clone();
        self.within(longest, async move { Ok(query.query_async::<T>(&mut connection).await?) }).await
    }

    /// Waits for an answer, unless the cache is left alone.
    async fn within<T>(&self, longest: Duration, answer: impl Future<Output = Result<T, Trouble>>) -> Option<T> {
        let paused = || self.left_alone_until.lock().unwrap_or_else(PoisonError::into_inner);
        if paused().is_some_and(|until| Instant::now() < until) {
            self.metrics.shared(SharedOutcome::Unavailable);
            return None;
        }
        match tokio::time::timeout(longest, answer).await.unwrap_or(Err(Trouble::TimedOut)) {
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

fn pack(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut packing = ZlibEncoder::new(Vec::new(), Compression::fast());
    packing.write_all(body)?;
    packing.finish()
}

fn unpack(packed: &[u8], largest: usize) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    ZlibDecoder::new(packed).take(largest as u64 + 1).read_to_end(&mut body)?;
    if body.len() > largest {
        return Err(io::Error::other("a body above the size limit"));
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_unpacked_within_its_bounds() {
        let body = vec![b'x'; 1 << 20];
        let packed = pack(&body).unwrap();
        assert!(packed.len() < 100_000);
        assert_eq!(unpack(&packed, 1 << 20).unwrap(), body);
        assert!(unpack(&packed, (1 << 20) - 1).is_err(), "a bomb ends at its bound");
        assert!(unpack(&packed[..packed.len() / 2], 1 << 20).is_err());
        assert!(unpack(b"no zlib at all", 1 << 20).is_err());
    }

    #[test]
    fn a_password_is_never_shown() {
        let address = SharedAddress::parse("redis://user:a-secret@cache.example.org:6379/1").unwrap();
        assert_eq!(format!("{address:?}"), "cache.example.org:6379");
        let error = SharedAddress::parse("http://user:a-secret@cache.example.org").unwrap_err();
        assert!(!error.to_string().contains("a-secret"));
    }
}
