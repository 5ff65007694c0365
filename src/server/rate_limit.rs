//! Rate limiting: one token bucket per client, with its state in every response.

use std::{net::IpAddr, sync::Arc};

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::Response,
};
use governor::{
    DefaultDirectRateLimiter, Quota,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
};
use moka::future::Cache;

use crate::server::{
    client::{Client, Proxies},
    graphql::{MediaType, refusal::Refusal},
};

type Bucket = DefaultDirectRateLimiter<StateInformationMiddleware>;

/// Maximum number of tracked clients. A client with a full bucket is removed. Above the limit, the least active clients
/// are evicted.
const CLIENTS: u64 = 100_000;

/// The header names of the IETF draft on rate limit header fields.
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");

/// The rate limiter: one token bucket per client.
pub struct RateLimiter {
    quota: Quota,
    proxies: Proxies,
    buckets: Cache<Client, Arc<Bucket>>,
}

/// The rate limit state of a client after a request.
#[derive(Clone)]
pub struct RateLimitState {
    remaining: u32,
    /// The time until the next token. `None` if the client had a token.
    wait: Option<std::time::Duration>,
}

impl RateLimiter {
    pub fn new(quota: Quota, proxies: Proxies) -> Self {
        // A bucket is full after this idle time, so dropping it has no effect.
        let buckets = Cache::builder().max_capacity(CLIENTS).time_to_idle(quota.burst_size_replenished_in());
        Self { quota, proxies, buckets: buckets.build() }
    }

    /// Takes a token for a request from `peer`.
    pub async fn take(&self, peer: IpAddr, headers: &HeaderMap) -> RateLimitState {
        self.take_of(self.proxies.client(peer, headers)).await
    }

    /// Takes a token of a client.
    pub async fn take_of(&self, client: Client) -> RateLimitState {
        let new = async { Arc::new(governor::RateLimiter::direct(self.quota).with_middleware()) };
        let bucket = self.buckets.get_with(client, new).await;
        match bucket.check() {
            Ok(snapshot) => RateLimitState { remaining: snapshot.remaining_burst_capacity(), wait: None },
            Err(not_until) => {
                RateLimitState { remaining: 0, wait: Some(not_until.wait_time_from(DefaultClock::default().now())) }
            }
        }
    }

    /// Returns the 429 response for a client without tokens.
    pub fn refuse(&self, state: &RateLimitState, headers: &HeaderMap) -> Response {
        self.refusal(state).respond(MediaType::accepted(headers).unwrap_or(MediaType::Json))
    }

    /// Returns the error of a client without tokens.
    pub fn refusal(&self, state: &RateLimitState) -> Refusal {
        let (most, window) = (self.quota.burst_size(), seconds(self.quota.burst_size_replenished_in()));
        let message = format!("expected at most {most} requests in {window} s, found more");
        let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", message);
        Refusal { retry_after: state.wait, ..refusal }
    }

    /// Adds the rate limit headers to a response.
    pub fn add_headers(&self, state: &RateLimitState, response: &mut Response) {
        let (quota, window) = (self.quota.burst_size(), seconds(self.quota.burst_size_replenished_in()));
        let spent = self.quota.burst_size().get().saturating_sub(state.remaining);
        let full_in = seconds(state.wait.unwrap_or_else(|| self.quota.replenish_interval().saturating_mul(spent)));
        let headers = response.headers_mut();
        for (name, value) in [
            (POLICY, format!("\"client\";q={quota};w={window}")),
            (STATE, format!("\"client\";r={};t={full_in}", state.remaining)),
        ] {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
    }
}

/// Returns whole seconds, rounded up.
fn seconds(time: std::time::Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

impl RateLimitState {
    /// True if the client had a token.
    pub fn is_allowed(&self) -> bool {
        self.wait.is_none()
    }
}
