//! Every request as an operator sees it: one span, which continues the caller's trace, and the counters. Neither the
//! query nor its variables nor the address of the client are in them.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Method},
    middleware::Next,
    response::Response,
};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::{Instrument, Span, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::Gateway;

/// What every route is wrapped in.
pub async fn observe(
    State(gateway): State<Gateway>,
    path: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    let (route, method) = (route(path.as_ref()), method(request.method()));
    let metrics = gateway.refresher.metrics();
    let _in_flight = metrics.request_began();
    let begun = Instant::now();
    let span = span(route, method, request.headers());
    let response = next.run(request).instrument(span.clone()).await;
    let status = response.status();
    span.record("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    let took = begun.elapsed();
    span.in_scope(|| tracing::debug!(took_ms = took.as_secs_f64() * 1000.0, "answered"));
    metrics.answered(route, method, status.as_u16(), took);
    response
}

/// What the spans of requests are filtered by: at the level that logs have by default, nothing is said within one.
pub const SPANS: &str = "lionrock::requests";

fn span(route: &'static str, method: &'static str, headers: &HeaderMap) -> Span {
    let span = tracing::info_span!(
        target: SPANS,
        "request",
        otel.name = format_args!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        graphql.operation.name = Empty,
        graphql.operation.type = Empty,
    );
    if !span.is_disabled() {
        // Without a collector nobody reads it: then it is no loss that the caller's trace cannot be continued.
        let _ = span.set_parent(TraceContextPropagator::new().extract(&HeaderExtractor(headers)));
    }
    span
}

/// The route that answers, of those there are.
fn route(path: Option<&MatchedPath>) -> &'static str {
    let path = path.map_or("", MatchedPath::as_str);
    ["/", "/graphql", "/health", "/healthz", "/readyz", "/metrics"]
        .into_iter()
        .find(|route| *route == path)
        .unwrap_or("other")
}

/// The method, of those that mean something here.
fn method(method: &Method) -> &'static str {
    [("GET", Method::GET), ("POST", Method::POST), ("HEAD", Method::HEAD), ("OPTIONS", Method::OPTIONS)]
        .into_iter()
        .find_map(|(name, known)| (known == *method).then_some(name))
        .unwrap_or("other")
}
