//! Fetches files over HTTP: conditional requests, few connections per host, one concurrent request per URL, retries
//! that respect `Retry-After`, and limits on time and size. [`address`] decides which hosts may be contacted,
//! [`breaker`] pauses hosts that fail, [`host_limiter`] limits the concurrent requests to a host.
//!
//! The last body of each URL is cached. The cache is limited by bytes and has no time to live, because an expired copy
//! would be missing when its publisher is down.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use jiff::Timestamp;
use moka::{
    future::Cache,
    ops::compute::{CompResult, Op},
};
use reqwest::Client;

use crate::{
    domain::{metrics::Metrics, version::VERSION},
    upstream::{
        raw::RawFile,
        replica_cache::{ReplicaCache, ReplicaCacheAddress},
    },
};

mod address;
mod breaker;
mod connectivity;
mod encoding;
mod error;
mod host_limiter;
mod replicas;
mod request;

use address::{Address, PublicOnly};
pub use address::{AllowedHosts, FetchMode};
use breaker::{BreakerDecision, Breakers};
pub use connectivity::Connectivity;
pub use error::{FetchError, FetchErrorKind, PrivateAddress};
use host_limiter::HostLimiter;

/// The limits of fetching.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// The size limit of a body in bytes, after decompression.
    pub body: usize,
    /// The timeout of a request, including its body.
    pub time: Duration,
    /// The number of attempts for a request.
    pub attempts: u32,
    /// The wait before the second attempt. It doubles with each further attempt; jitter shortens it by up to half.
    pub backoff: Duration,
    /// The longest `Retry-After` that an attempt waits for. A longer one ends this round.
    pub longest_wait: Duration,
    /// The limit of concurrent requests to a host.
    pub per_host: usize,
    /// The minimum time between the starts of two requests to a host.
    pub spacing: Duration,
    /// The number of consecutive failures that open the circuit of a host.
    pub failures: u32,
    /// The time for which the circuit of a host first stays open. It doubles with each further failure.
    pub pause: Duration,
    /// The longest time that a circuit stays open.
    pub longest_pause: Duration,
    /// The size in bytes of the cache of bodies for conditional requests.
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
            spacing: Duration::ZERO,
            failures: 6,
            pause: Duration::from_secs(30),
            longest_pause: Duration::from_mins(10),
            kept: 256 << 20,
        }
    }
}

/// A response body with its metadata.
#[derive(Clone, Debug)]
pub struct Fetched {
    pub body: Bytes,
    pub sha256: String,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    pub declared_charset: Option<String>,
    /// When the body was received.
    pub retrieved_at: Timestamp,
    /// When the server last sent the body or confirmed it with 304.
    pub confirmed_at: Timestamp,
    pub by_mirror: bool,
    /// Whether another replica fetched it.
    pub by_replica: bool,
    /// When this process last fetched or confirmed it.
    checked: Instant,
}

impl Fetched {
    /// The time of `Last-Modified`.
    pub fn published_at(&self) -> Option<Timestamp> {
        let text = self.last_modified.as_deref()?;
        jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
    }
}

/// Fetches files.
#[derive(Clone)]
pub struct Fetcher {
    client: Client,
    way: FetchMode,
    bounds: Bounds,
    allowed: Arc<AllowedHosts>,
    bodies: Cache<String, Arc<Fetched>>,
    breakers: Arc<Breakers>,
    host_limiter: Arc<HostLimiter>,
    /// Whether any publisher can be reached.
    pub connectivity: Arc<Connectivity>,
    replica_cache: Option<ReplicaCache>,
    /// Hosts that responded over HTTP only, each for an hour.
    without_tls: moka::sync::Cache<String, ()>,
}

/// The `User-Agent`, with the contact address of the operator.
fn user_agent(contact: Option<&str>) -> String {
    let contact = contact.map(|contact| format!("; {contact}")).unwrap_or_default();
    format!("lionrock/{VERSION} (gateway over open data of data.gov.hk{contact})")
}

impl Fetcher {
    /// Creates a fetcher that sends the operator's contact address to the publishers. Fails only if TLS is unusable.
    pub fn new(
        way: FetchMode,
        bounds: Bounds,
        allowed: AllowedHosts,
        contact: Option<&str>,
    ) -> Result<Self, reqwest::Error> {
        // Fails if the process has already installed a provider, which is then used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let allowed = Arc::new(allowed);
        let client = Client::builder()
            .user_agent(user_agent(contact))
            .connect_timeout(Duration::from_secs(10))
            .timeout(bounds.time)
            .redirect(address::redirects(&way, &allowed));
        let client = match way {
            FetchMode::Direct => client.dns_resolver(PublicOnly::new(&allowed)),
            // The operator chose the mirror, so its address may be private. No other host is contacted.
            FetchMode::Mirror(_) | FetchMode::Offline => client,
        };
        let client = client.build()?;
        let bodies = Cache::builder()
            .max_capacity(bounds.kept)
            .weigher(|url: &String, fetched: &Arc<Fetched>| {
                u32::try_from(url.len() + fetched.body.len()).unwrap_or(u32::MAX)
            })
            .build();
        let without_tls = moka::sync::Cache::builder().max_capacity(100).time_to_live(Duration::from_hours(1)).build();
        let (breakers, host_limiter, connectivity) = (Arc::default(), Arc::default(), Arc::default());
        Ok(Self {
            client,
            way,
            bounds,
            allowed,
            bodies,
            breakers,
            host_limiter,
            connectivity,
            replica_cache: None,
            without_tls,
        })
    }

    /// Makes this one of several replicas that share the bodies they fetch.
    #[must_use]
    pub fn sharing(self, address: &ReplicaCacheAddress, metrics: Metrics) -> Self {
        let origin = match &self.way {
            FetchMode::Direct => String::new(),
            FetchMode::Mirror(base) => base.to_string(),
            // Nothing is fetched, so nothing is shared.
            FetchMode::Offline => return self,
        };
        match ReplicaCache::at(address, self.bounds.body, origin, metrics) {
            Ok(cache) => Self { replica_cache: Some(cache), ..self },
            Err(error) => {
                tracing::error!("cannot use the shared cache: {error}");
                self
            }
        }
    }

    /// Whether the process runs without network access.
    pub const fn is_offline(&self) -> bool {
        matches!(self.way, FetchMode::Offline)
    }

    /// Replaces the hosts that are allowed beside the listed ones.
    pub fn name_hosts(&self, hosts: Vec<String>) {
        self.allowed.name(hosts);
    }

    /// Adds a file of an earlier run to the cache, so that the next request for it can be conditional.
    pub async fn remember(&self, file: &RawFile, etag: Option<String>, last_modified: Option<String>) {
        // Validators of another server do not apply.
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
            confirmed_at: retrieved_at,
            by_mirror: file.by_mirror,
            by_replica: false,
            checked: Instant::now(),
        };
        self.bodies.insert(file.distribution.url.clone(), Arc::new(fetched)).await;
    }

    /// The last body of an address, if it is still cached.
    pub async fn kept(&self, url: &str) -> Option<Arc<Fetched>> {
        self.bodies.get(url).await
    }

    /// Fetches the file at its official address. Concurrent callers share one request.
    pub async fn fetch(&self, url: &str) -> Result<Arc<Fetched>, FetchError> {
        self.fetch_recent(url, Duration::ZERO).await
    }

    /// Fetches the file at its official URL, or returns the body that another replica fetched within `recent`.
    pub async fn fetch_recent(&self, url: &str, recent: Duration) -> Result<Arc<Fetched>, FetchError> {
        let asked = Instant::now();
        let result = self
            .bodies
            .entry_by_ref(url)
            .and_try_compute_with(|held| async move {
                let held = held.map(moka::Entry::into_value);
                match held {
                    Some(held) if held.checked >= asked => Ok(Op::Nop),
                    held => {
                        let fetched = self.fetch_shared(url, held.as_deref(), asked, recent).await;
                        fetched.map(|fetched| Op::Put(Arc::new(fetched)))
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
        let address = address::address(url, &self.way, &self.allowed).map_err(|kind| fail(kind, attempts))?;
        let mut failure = None;
        loop {
            match self.breakers.ask(&address.host, url, Instant::now(), &self.bounds) {
                BreakerDecision::Go => {}
                BreakerDecision::After(wait) => {
                    tokio::time::sleep(wait).await;
                    continue;
                }
                // The error of this file is more informative than the state of its host.
                BreakerDecision::No(refused) => return Err(fail(failure.unwrap_or(refused), attempts)),
            }
            attempts += 1;
            let kind = match self.attempt(url, &address, held).await {
                Ok(fetched) => return Ok(fetched),
                Err(kind) => kind,
            };
            if attempts >= self.bounds.attempts || !kind.is_passing() {
                return Err(fail(kind, attempts));
            }
            let wait = self.bounds.backoff.saturating_mul(1 << attempts.min(10)).mul_f64(0.25 + 0.25 * fastrand::f64());
            tracing::debug!(
                url,
                attempts,
                wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                "{kind}: retrying"
            );
            failure = Some(kind);
            tokio::time::sleep(wait).await;
        }
    }

    /// Sends one request and updates the circuit of its host.
    async fn attempt(&self, url: &str, address: &Address, held: Option<&Fetched>) -> Result<Fetched, FetchErrorKind> {
        let (host, bounds) = (&address.host, &self.bounds);
        let (kind, wait) = match self.request_any(address, held).await {
            Ok(fetched) => {
                self.breakers.answered(host, url);
                self.connectivity.responded();
                return Ok(fetched);
            }
            Err(failure) => failure,
        };
        if !kind.is_without_response() && !matches!(kind, FetchErrorKind::PrivateAddress(_)) {
            self.connectivity.responded();
        }
        match (&kind, wait) {
            (FetchErrorKind::Status(status), Some(wait)) if kind.is_passing() => {
                self.breakers.requested_wait(host, url, Instant::now() + wait.min(LONGEST_PROMISE), *status);
                if wait > bounds.longest_wait {
                    return Err(FetchErrorKind::AskedToWait { status: *status, wait_seconds: wait.as_secs() });
                }
            }
            _ if kind.is_passing() => {
                let is_open = self.breakers.failed(host, &kind, Instant::now(), bounds);
                if kind.is_without_response() {
                    self.connectivity.failed(host, is_open, &kind);
                }
                if is_open && self.connectivity.is_interrupted() {
                    tracing::debug!(host, "circuit breaker opened: {kind}");
                } else if is_open {
                    tracing::warn!(host, "circuit breaker opened: {kind}");
                }
            }
            (FetchErrorKind::PrivateAddress(_), _) => {}
            _ => self.breakers.answered(host, url),
        }
        Err(kind)
    }

    const fn by_mirror(&self) -> bool {
        matches!(self.way, FetchMode::Mirror(_))
    }
}

/// The longest `Retry-After` that is respected.
const LONGEST_PROMISE: Duration = Duration::from_hours(24);
