//! How often one client may ask: a bucket of tokens for each, told in every answer.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderName, HeaderValue, StatusCode},
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
struct Standing {
    remaining: u32,
    /// Seconds until it may ask again; none while it may.
    wait: Option<std::time::Duration>,
}

impl Rates {
    pub fn new(quota: Quota, proxies: Proxies) -> Self {
        // A bucket that nobody took from for this long is full, as a new one is.
        let buckets = Cache::builder().max_capacity(CLIENTS).time_to_idle(quota.burst_size_replenished_in());
        Self { quota, proxies, buckets: buckets.build() }
    }

    async fn take(&self, client: Client) -> Standing {
        let new = async { Arc::new(RateLimiter::direct(self.quota).with_middleware()) };
        let bucket = self.buckets.get_with(client, new).await;
        match bucket.check() {
            Ok(snapshot) => Standing { remaining: snapshot.remaining_burst_capacity(), wait: None },
            Err(not_until) => {
                Standing { remaining: 0, wait: Some(not_until.wait_time_from(DefaultClock::default().now())) }
            }
        }
    }

    fn tell(&self, standing: &Standing, response: &mut Response) {
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

/// Lets a request through when its client has a token left.
pub async fn limit(State(gateway): State<Gateway>, request: Request, next: Next) -> Response {
    let Some(rates) = &gateway.rates else { return next.run(request).await };
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    // Without a connection there is nobody to count: the router was called by the program itself.
    let Some(peer) = peer else { return next.run(request).await };
    let standing = rates.take(rates.proxies.client(peer, request.headers())).await;
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
