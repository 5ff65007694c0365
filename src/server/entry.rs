//! The entry point of all requests: metrics, tracing, rate limiting and the raw request cache.
//!
//! Requests that the cache cannot answer go to the router.

use std::net::IpAddr;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderMap, Method},
    response::Response,
};
use tower::ServiceExt;
use tracing::{Instrument, Span};

use crate::{
    domain::metrics::CacheOutcome,
    server::{
        Gateway,
        client::Client,
        graphql::{self, raw_request_cache::RawRequestKey},
        observe::RequestObserver,
        rate_limit::RateLimitState,
    },
};

/// The path of the GraphQL endpoint.
pub const GRAPHQL: &str = "/graphql";

/// The service that handles all requests in front of the router.
pub struct EntryPoint {
    gateway: Gateway,
    routes: Router,
}

impl EntryPoint {
    /// Creates the entry point in front of a gateway's routes.
    pub fn new(gateway: Gateway, routes: Router) -> Self {
        Self { gateway, routes }
    }

    /// Returns the client to which connections from this address count. `None` for a trusted proxy, because its
    /// connections carry the requests of many clients.
    pub fn counted(&self, peer: IpAddr) -> Option<Client> {
        let proxies = &self.gateway.options.proxies;
        (!proxies.trusts(peer)).then(|| proxies.client(peer, &HeaderMap::new()))
    }

    /// Returns the response to a request from `client`. Requests without a client come from the program itself and are
    /// not rate limited.
    pub async fn answer(&self, request: Request, client: Option<IpAddr>) -> Response {
        let observed = RequestObserver::begin(&self.gateway, &request);
        let response = self.respond(request, client).instrument(observed.span.clone()).await;
        observed.end(&response);
        response
    }

    async fn respond(&self, request: Request, client: Option<IpAddr>) -> Response {
        let is_graphql = request.uri().path() == GRAPHQL;
        let limit_state =
            if is_graphql { self.rate_limit_state(request.method(), request.headers(), client).await } else { None };
        let is_allowed = limit_state.as_ref().is_none_or(RateLimitState::is_allowed);
        let cache = &self.gateway.answers.sent;
        if !(is_graphql && is_allowed && cache.may_have(request.method(), request.headers())) {
            return self.route(request, client, limit_state).await;
        }
        let (mut parts, body) = request.into_parts();
        let body = match graphql::read(&self.gateway.options, body).await {
            Ok(body) => body,
            // The handler that reads the body reports the error.
            Err(refusal) => {
                parts.extensions.insert(refusal);
                Bytes::new()
            }
        };
        let key = RawRequestKey::of(&parts.headers, &body);
        if let Some(kept) = cache.get(&key, &self.gateway.refresher) {
            let metrics = self.gateway.refresher.metrics();
            metrics.document_cache(CacheOutcome::Hit);
            metrics.response_cache(CacheOutcome::Hit);
            kept.describe(&Span::current());
            let mut response = kept.response();
            if let (Some(rates), Some(limit_state)) = (&self.gateway.rates, limit_state) {
                rates.add_headers(&limit_state, &mut response);
            }
            return response;
        }
        let response = self.route(Request::from_parts(parts, Body::from(body)), client, limit_state).await;
        cache.keep(key, response).await
    }

    /// Takes a rate limit token and returns the client's state. Preflight requests are not counted.
    async fn rate_limit_state(
        &self,
        method: &Method,
        headers: &HeaderMap,
        client: Option<IpAddr>,
    ) -> Option<RateLimitState> {
        let rates = self.gateway.rates.as_ref().filter(|_| *method != Method::OPTIONS)?;
        Some(rates.take(client?, headers).await)
    }

    /// Passes the request to the router.
    async fn route(
        &self,
        mut request: Request,
        client: Option<IpAddr>,
        limit_state: Option<RateLimitState>,
    ) -> Response {
        if let Some(peer) = client {
            let client = self.gateway.options.proxies.client(peer, request.headers());
            request.extensions_mut().insert(client);
        }
        if let Some(limit_state) = limit_state {
            request.extensions_mut().insert(limit_state);
        }
        // Boxed because the router's future is much larger than that of a cache hit, and futures are moved.
        let Ok(response) = Box::pin(self.routes.clone().oneshot(request)).await;
        response
    }
}
