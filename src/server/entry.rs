//! Where every request comes in: it is counted and timed, its client's rate is looked at, and it is answered here if the
//! very same one was answered before. All others go on to the routes.

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
        graphql::{self, raw_request_cache::RawRequestKey},
        observe::RequestObserver,
        rate_limit::RateLimitState,
    },
};

/// The path that answers queries.
pub const GRAPHQL: &str = "/graphql";

/// A gateway that takes requests.
pub struct EntryPoint {
    gateway: Gateway,
    routes: Router,
}

impl EntryPoint {
    /// In front of a gateway's routes.
    pub fn new(gateway: Gateway, routes: Router) -> Self {
        Self { gateway, routes }
    }

    /// The answer to a request from `client`; nobody counts those that come from the program itself.
    pub async fn answer(&self, request: Request, client: Option<IpAddr>) -> Response {
        let observed = RequestObserver::begin(&self.gateway, &request);
        let response = self.respond(request, client).instrument(observed.span.clone()).await;
        observed.end(&response);
        response
    }

    async fn respond(&self, request: Request, client: Option<IpAddr>) -> Response {
        let is_graphql = request.uri().path() == GRAPHQL;
        let standing = if is_graphql { self.standing(request.method(), request.headers(), client).await } else { None };
        let may_ask = standing.as_ref().is_none_or(RateLimitState::may_ask);
        let sent = &self.gateway.answers.sent;
        if !(is_graphql && may_ask && sent.may_have(request.method(), request.headers())) {
            return self.check_cancelled(request, standing).await;
        }
        let (mut parts, body) = request.into_parts();
        let body = match graphql::read(&self.gateway.options, body).await {
            Ok(body) => body,
            // Whoever would have read it tells why not.
            Err(refusal) => {
                parts.extensions.insert(refusal);
                Bytes::new()
            }
        };
        let key = RawRequestKey::of(&parts.headers, &body);
        if let Some(kept) = sent.get(&key, &self.gateway.refresher) {
            let metrics = self.gateway.refresher.metrics();
            metrics.document_cache(CacheOutcome::Hit);
            metrics.response_cache(CacheOutcome::Hit);
            kept.describe(&Span::current());
            let mut response = kept.response();
            if let (Some(rates), Some(standing)) = (&self.gateway.rates, standing) {
                rates.tell(&standing, &mut response);
            }
            return response;
        }
        let response = self.check_cancelled(Request::from_parts(parts, Body::from(body)), standing).await;
        sent.keep(key, response).await
    }

    /// How the client stands, where that counts: what browsers ask before they ask is free.
    async fn standing(&self, method: &Method, headers: &HeaderMap, client: Option<IpAddr>) -> Option<RateLimitState> {
        let rates = self.gateway.rates.as_ref().filter(|_| *method != Method::OPTIONS)?;
        Some(rates.take(client?, headers).await)
    }

    /// Leaves the request to the routes.
    async fn check_cancelled(&self, mut request: Request, standing: Option<RateLimitState>) -> Response {
        if let Some(standing) = standing {
            request.extensions_mut().insert(standing);
        }
        // Boxed: what is answered here takes far less room, and every future is moved.
        let Ok(response) = Box::pin(self.routes.clone().oneshot(request)).await;
        response
    }
}
