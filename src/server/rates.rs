//! How often one client may ask: a bucket of tokens for each, told in every answer.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    middleware::Next,
    response::Response,
};
use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
};
use moka::future::Cache;

use super::{
    Gateway,
    client::{Client, Proxies},
    graphql::{MediaType, refusal::Refusal},
};

type Bucket = DefaultDirectRateLimiter<StateInformationMiddleware>;

/// How many clients are told apart at once. Who has asked for nothing long enough is forgotten, as is who asked least
/// when there are more.
const CLIENTS: u64 = 100_000;

/// The names of the IETF's draft of rate limit header fields.
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STANDING: HeaderName = HeaderName::from_static("ratelimit");

/// The buckets of all clients.
pub struct Rates {
    quota: Quota,
    proxies: Proxies,
    buckets: Cache<Client, Arc<Bucket>>,
}

/// How a client stands after a request.
#[derive(Clone)]
pub struct Standing {
    remaining: u32,
    /// How long until it may ask again; none while it may.
    wait: Option<std::time::Duration>,
}

impl Rates {
    pub fn new(quota: Quota, proxies: Proxies) -> Self {
        // A bucket that nobody took from for this long is full, as a new one is.
        let buckets = Cache::builder().max_capacity(CLIENTS).time_to_idle(quota.burst_size_replenished_in());
        Self { quota, proxies, buckets: buckets.build() }
    }

    /// Takes a token for a request that came from `peer`.
    pub async fn take(&self, peer: IpAddr, headers: &HeaderMap) -> Standing {
        let client = self.proxies.client(peer, headers);
        let new = async { Arc::new(RateLimiter::direct(self.quota).with_middleware()) };
        let bucket = self.buckets.get_with(client, new).await;
        match bucket.check() {
            Ok(snapshot) => Standing { remaining: snapshot.remaining_burst_capacity(), wait: None },
            Err(not_until) => {
                Standing { remaining: 0, wait: Some(not_until.wait_time_from(DefaultClock::default().now())) }
            }
        }
    }

    /// Tells in an answer how its client stands.
    pub fn tell(&self, standing: &Standing, response: &mut Response) {
        let (quota, window) = (self.quota.burst_size(), seconds(self.quota.burst_size_replenished_in()));
        let spent = self.quota.burst_size().get().saturating_sub(standing.remaining);
        let full_in = seconds(standing.wait.unwrap_or_else(|| self.quota.replenish_interval().saturating_mul(spent)));
        let headers = response.headers_mut();
        for (name, value) in [
            (POLICY, format!("\"client\";q={quota};w={window}")),
            (STANDING, format!("\"client\";r={};t={full_in}", standing.remaining)),
        ] {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
    }
}

/// Whole seconds, rounded up.
fn seconds(time: std::time::Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

impl Standing {
    /// Whether its client had a token left.
    pub fn may_ask(&self) -> bool {
        self.wait.is_none()
    }
}

/// Lets a request through whose client had a token left. One that nobody counted came from the program itself.
pub async fn limit(State(gateway): State<Gateway>, mut request: Request, next: Next) -> Response {
    let standing = request.extensions_mut().remove::<Standing>();
    let (Some(rates), Some(standing)) = (&gateway.rates, standing) else { return next.run(request).await };
    let mut response = match standing.wait {
        None => next.run(request).await,
        Some(wait) => {
            let message = format!(
                "expected at most {} requests in {} s, found more",
                rates.quota.burst_size(),
                seconds(rates.quota.burst_size_replenished_in())
            );
            let media_type = MediaType::accepted(request.headers()).unwrap_or(MediaType::Json);
            let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", message);
            refusal.retry_after(wait).respond(media_type)
        }
    };
    rates.tell(&standing, &mut response);
    response
}
