//! Fetching politely: conditional requests, few connections per host, one flight per address, retries that wait as
//! they are told, and bounds on time and size.
//!
//! The last body of each address is kept (by moka, bounded by bytes) without a time to live: eviction by age would drop
//! the copy that is wanted when the publisher is down.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use jiff::Timestamp;
use moka::{
    future::Cache,
    ops::compute::{CompResult, Op},
};
use reqwest::{Client, Response, StatusCode, Url, header, redirect};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    clock,
    upstream::raw::{RawFile, sha256_hex},
};

/// Which way requests go.
#[derive(Clone, Debug)]
pub enum Way {
    /// To the publishers themselves, by TLS.
    Direct,
    /// `https://host/path?query` as `BASE/host/path?query`.
    Mirror(Url),
    /// No connection at all.
    Offline,
}

/// The bounds of fetching.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// The most bytes of a body, after decompression.
    pub body: usize,
    /// The longest a request may take, body included.
    pub time: Duration,
    /// How often a request is tried in all.
    pub attempts: u32,
    /// The wait before the second attempt; it doubles with each further one and is spread at random below that.
    pub backoff: Duration,
    /// The longest wait that a `Retry-After` can ask for; one that asks for more ends this round.
    pub longest_wait: Duration,
    /// Requests under way at once per host.
    pub per_host: usize,
    /// Bytes of bodies kept in memory for conditional requests.
    pub kept: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            body: 64 << 20,
            time: Duration::from_mins(1),
            attempts: 3,
            backoff: Duration::from_millis(500),
            longest_wait: Duration::from_secs(30),
            per_host: 4,
            kept: 256 << 20,
        }
    }
}

/// A body and what its server said of it.
#[derive(Clone, Debug)]
pub struct Fetched {
    pub body: Bytes,
    pub sha256: String,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    pub declared_charset: Option<String>,
    /// When the body came.
    pub retrieved_at: Timestamp,
    pub by_mirror: bool,
    /// When the server last said that it is still the same.
    checked: Instant,
}

impl Fetched {
    /// The time of `Last-Modified`.
    pub fn published_at(&self) -> Option<Timestamp> {
        let text = self.last_modified.as_deref()?;
        jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
    }
}

/// A fetch that gave no body.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{url}: {kind} (attempts: {attempts}, {:.1} s)", .elapsed.as_secs_f64())]
pub struct FetchError {
    /// The official address.
    pub url: String,
    pub kind: FetchErrorKind,
    pub attempts: u32,
    pub elapsed: Duration,
}

impl FetchError {
    /// Whether the publisher answered that there is no such file.
    pub const fn is_missing(&self) -> bool {
        matches!(self.kind, FetchErrorKind::Status(404 | 410))
    }
}

/// What went wrong with a fetch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchErrorKind {
    #[error("expected a connection, found the gateway started with `--offline`")]
    Offline,
    #[error("expected an address of a listed publisher, found the host `{0}`")]
    UnlistedHost(String),
    #[error("expected an address, found none that can be understood")]
    BadAddress,
    #[error("expected status 200, found {0}")]
    Status(u16),
    #[error("expected status 200, found {status}: asked to wait {wait_seconds} s")]
    AskedToWait { status: u16, wait_seconds: u64 },
    #[error("expected a body of at most {0} bytes, found more")]
    TooLarge(usize),
    #[error("expected a whole answer, found {0}")]
    Connection(String),
    #[error("expected an answer in time, found none")]
    TimedOut,
}

/// Fetches files.
#[derive(Clone)]
pub struct Fetcher {
    client: Client,
    way: Way,
    bounds: Bounds,
    /// Hosts beside the listed ones that the operator named.
    hosts_named: Arc<[String]>,
    bodies: Cache<String, Arc<Fetched>>,
    hosts: Arc<Mutex<HashMap<String, Arc<Semaphore>>>>,
}

const USER_AGENT: &str = concat!("lionrock/", env!("CARGO_PKG_VERSION"), " (gateway over open data of data.gov.hk)");

/// The domains that the publishers' files and the portal are on.
const LISTED_DOMAINS: [&str; 3] = ["gov.hk", "hkstp.org", "hkpc.org"];

fn is_listed(host: &str) -> bool {
    LISTED_DOMAINS
        .iter()
        .any(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

impl Fetcher {
    /// A fetcher; fails only where the machine has no usable TLS.
    pub fn new(way: Way, bounds: Bounds, hosts_named: Arc<[String]>) -> Result<Self, reqwest::Error> {
        // Another part of the process may have chosen a provider already: then that one serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(Duration::from_secs(10))
            .timeout(bounds.time)
            .redirect(redirects(&way))
            .build()?;
        let bodies = Cache::builder()
            .max_capacity(bounds.kept)
            .weigher(|url: &String, fetched: &Arc<Fetched>| {
                u32::try_from(url.len() + fetched.body.len()).unwrap_or(u32::MAX)
            })
            .build();
        Ok(Self { client, way, bounds, hosts_named, bodies, hosts: Arc::default() })
    }

    /// Whether no connection is ever made.
    pub const fn is_offline(&self) -> bool {
        matches!(self.way, Way::Offline)
    }

    /// Remembers a file of an earlier run, so that the next request for it can be conditional.
    pub async fn remember(&self, file: &RawFile, etag: Option<String>, last_modified: Option<String>) {
        // What another server said of a file does not count here.
        if file.by_mirror != self.by_mirror() {
            return;
        }
        let retrieved_at = file.retrieved_at.unwrap_or_default();
        let fetched = Fetched {
            body: file.body.clone(),
            sha256: file.sha256.clone(),
            etag,
            last_modified,
            declared_charset: file.declared_charset.clone(),
            retrieved_at,
            by_mirror: file.by_mirror,
            checked: Instant::now(),
        };
        self.bodies.insert(file.distribution.url.clone(), Arc::new(fetched)).await;
    }

    /// The file at its official address, as it is now. Callers at the same time share one request.
    pub async fn fetch(&self, url: &str) -> Result<Arc<Fetched>, FetchError> {
        let asked = Instant::now();
        let result = self
            .bodies
            .entry_by_ref(url)
            .and_try_compute_with(|held| async move {
                let held = held.map(moka::Entry::into_value);
                match held {
                    Some(held) if held.checked >= asked => Ok(Op::Nop),
                    held => {
                        self.with_retries(url, held.as_deref(), asked).await.map(|fetched| Op::Put(Arc::new(fetched)))
                    }
                }
            })
            .await?;
        Ok(match result {
            CompResult::Inserted(entry) | CompResult::ReplacedWith(entry) | CompResult::Unchanged(entry) => {
                entry.into_value()
            }
            CompResult::StillNone(_) | CompResult::Removed(_) => unreachable!("a flight puts a body or fails"),
        })
    }

    async fn with_retries(&self, url: &str, held: Option<&Fetched>, asked: Instant) -> Result<Fetched, FetchError> {
        let mut attempts = 0;
        let fail = |kind, attempts| FetchError { url: url.to_owned(), kind, attempts, elapsed: asked.elapsed() };
        let address = self.address(url).map_err(|kind| fail(kind, attempts))?;
        loop {
            attempts += 1;
            let (kind, asked_wait) = match self.attempt(&address, held).await {
                Ok(fetched) => return Ok(fetched),
                Err(failure) => failure,
            };
            if attempts >= self.bounds.attempts || !is_passing(&kind) {
                return Err(fail(kind, attempts));
            }
            let wait = match asked_wait {
                Some(wait) if wait > self.bounds.longest_wait => {
                    let FetchErrorKind::Status(status) = kind else { return Err(fail(kind, attempts)) };
                    return Err(fail(FetchErrorKind::AskedToWait { status, wait_seconds: wait.as_secs() }, attempts));
                }
                Some(wait) => wait,
                None => {
                    self.bounds.backoff.saturating_mul(1 << attempts.min(10)).mul_f64(0.25 + 0.25 * fastrand::f64())
                }
            };
            tracing::debug!(
                url,
                attempts,
                wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                "{kind}: trying again"
            );
            tokio::time::sleep(wait).await;
        }
    }

    /// Where a request for this official address goes.
    fn address(&self, url: &str) -> Result<Url, FetchErrorKind> {
        let official = Url::parse(url).map_err(|_| FetchErrorKind::BadAddress)?;
        let host = official.host_str().ok_or(FetchErrorKind::BadAddress)?.to_owned();
        let is_named = self.hosts_named.contains(&host);
        if !is_listed(&host) && !is_named {
            return Err(FetchErrorKind::UnlistedHost(host));
        }
        match &self.way {
            Way::Offline => Err(FetchErrorKind::Offline),
            Way::Direct if is_named => Ok(official),
            Way::Direct => {
                // Some catalogue entries still say http; every listed publisher answers by TLS.
                let mut secure = official;
                secure.set_scheme("https").map_err(|()| FetchErrorKind::BadAddress)?;
                Ok(secure)
            }
            Way::Mirror(base) => {
                let mut mirrored = base.clone();
                mirrored.set_path(&format!("{}/{host}{}", base.path().trim_end_matches('/'), official.path()));
                mirrored.set_query(official.query());
                Ok(mirrored)
            }
        }
    }

    async fn attempt(
        &self,
        address: &Url,
        held: Option<&Fetched>,
    ) -> Result<Fetched, (FetchErrorKind, Option<Duration>)> {
        let _place = self.place_at(address.host_str().unwrap_or_default()).await;
        let mut request = self.client.get(address.clone());
        if let Some(held) = held {
            if let Some(etag) = &held.etag {
                request = request.header(header::IF_NONE_MATCH, etag);
            } else if let Some(last_modified) = &held.last_modified {
                request = request.header(header::IF_MODIFIED_SINCE, last_modified);
            }
        }
        let response = request.send().await.map_err(|error| (connection(&error), None))?;
        match (response.status(), held) {
            (StatusCode::OK, _) => self.receive(response).await.map_err(|kind| (kind, None)),
            (StatusCode::NOT_MODIFIED, Some(held)) => Ok(Fetched { checked: Instant::now(), ..held.clone() }),
            (status, _) => Err((FetchErrorKind::Status(status.as_u16()), retry_after(&response))),
        }
    }

    /// A place among the requests under way at a host.
    async fn place_at(&self, host: &str) -> Option<OwnedSemaphorePermit> {
        let semaphore = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            hosts.entry(host.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(self.bounds.per_host))).clone()
        };
        semaphore.acquire_owned().await.ok()
    }

    async fn receive(&self, response: Response) -> Result<Fetched, FetchErrorKind> {
        let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (etag, last_modified) = (text(header::ETAG), text(header::LAST_MODIFIED));
        let declared_charset = text(header::CONTENT_TYPE).and_then(|media_type| charset_of(&media_type));
        let mut body = BytesMut::new();
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| connection(&error))?;
            if body.len() + chunk.len() > self.bounds.body {
                return Err(FetchErrorKind::TooLarge(self.bounds.body));
            }
            body.extend_from_slice(&chunk);
        }
        let body = body.freeze();
        Ok(Fetched {
            sha256: sha256_hex(&body),
            body,
            etag,
            last_modified,
            declared_charset,
            retrieved_at: clock::now(),
            by_mirror: self.by_mirror(),
            checked: Instant::now(),
        })
    }

    const fn by_mirror(&self) -> bool {
        matches!(self.way, Way::Mirror(_))
    }
}

/// Follows redirects among listed hosts by TLS, or within the mirror; anything else ends as the redirect's own status.
fn redirects(way: &Way) -> redirect::Policy {
    let mirror = match way {
        Way::Mirror(base) => Some(base.origin()),
        Way::Direct | Way::Offline => None,
    };
    redirect::Policy::custom(move |attempt| {
        let listed = match &mirror {
            Some(origin) => attempt.url().origin() == *origin,
            None => attempt.url().scheme() == "https" && attempt.url().host_str().is_some_and(is_listed),
        };
        if listed && attempt.previous().len() <= 5 { attempt.follow() } else { attempt.stop() }
    })
}

/// Whether another attempt may fare better.
const fn is_passing(kind: &FetchErrorKind) -> bool {
    match kind {
        FetchErrorKind::Status(status) => matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504),
        FetchErrorKind::Connection(_) | FetchErrorKind::TimedOut => true,
        _ => false,
    }
}

fn connection(error: &reqwest::Error) -> FetchErrorKind {
    if error.is_timeout() {
        return FetchErrorKind::TimedOut;
    }
    // The outermost text repeats the address; the innermost says what happened.
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    FetchErrorKind::Connection(innermost.to_string())
}

/// The wait that the server asks for, in seconds or until a date.
fn retry_after(response: &Response) -> Option<Duration> {
    let text = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(until.duration_since(clock::now()).try_into().unwrap_or(Duration::ZERO))
}

fn charset_of(media_type: &str) -> Option<String> {
    let (_, charset) = media_type
        .split(';')
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    Some(charset.trim().trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(way: Way, url: &str) -> Result<String, FetchErrorKind> {
        Fetcher::new(way, Bounds::default(), Arc::new([])).unwrap().address(url).map(String::from)
    }

    #[test]
    fn only_listed_hosts_and_tls() {
        assert_eq!(address(Way::Direct, "http://www.itf.gov.hk/a?b=c").as_deref(), Ok("https://www.itf.gov.hk/a?b=c"));
        for host in ["example.org", "evilgov.hk", "gov.hk.example.org", "127.0.0.1", "localhost"] {
            let refused = address(Way::Direct, &format!("https://{host}/x"));
            assert_eq!(refused, Err(FetchErrorKind::UnlistedHost(host.to_owned())));
        }
    }

    #[test]
    fn a_mirror_has_a_folder_per_host() {
        let base = Url::parse("http://127.0.0.1:9/root/").unwrap();
        let mirrored = address(Way::Mirror(base), "https://data.gov.hk/en-data/api/3/action/package_show?id=x");
        assert_eq!(
            mirrored.as_deref(),
            Ok("http://127.0.0.1:9/root/data.gov.hk/en-data/api/3/action/package_show?id=x")
        );
    }

    #[test]
    fn charset_parameter() {
        assert_eq!(charset_of("text/csv; header=present; Charset=\"big5\"").as_deref(), Some("big5"));
        assert_eq!(charset_of("text/csv"), None);
    }
}
