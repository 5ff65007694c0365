//! Tracing and metrics of requests: one span per request, which continues the caller's trace, and the counters.
//!
//! They contain neither the query nor its variables nor the client's address.

use std::time::Instant;

use axum::{
    extract::Request,
    http::{HeaderMap, Method},
    response::Response,
};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::{Span, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::Gateway;
use crate::domain::metrics::{InFlight, Metrics};

/// The span and the timer of a running request.
pub struct RequestObserver<'a> {
    metrics: &'a Metrics,
    route: &'static str,
    method: &'static str,
    begun: Instant,
    pub span: Span,
    _in_flight: InFlight,
}

impl<'a> RequestObserver<'a> {
    pub fn begin(gateway: &'a Gateway, request: &Request) -> Self {
        let metrics = gateway.refresher.metrics();
        let (route, method) = (route(request.uri().path(), gateway.options.tells_metrics), method(request.method()));
        let span = span(route, method, request.headers());
        Self { metrics, route, method, begun: Instant::now(), span, _in_flight: metrics.request_began() }
    }

    /// Records the response.
    pub fn end(self, response: &Response) {
        let status = response.status();
        self.span.record("http.response.status_code", i64::from(status.as_u16()));
        if status.is_server_error() {
            self.span.record("otel.status_code", "ERROR");
        }
        let took = self.begun.elapsed();
        self.span.in_scope(|| tracing::debug!(took_ms = took.as_secs_f64() * 1000.0, "answered"));
        self.metrics.answered(self.route, self.method, status.as_u16(), took);
    }
}

/// The target of request spans, for filters. At the default log level, spans add nothing to the log lines.
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
        // The call fails only without a trace collector. Then no spans are exported, so the error can be ignored.
        let _ = span.set_parent(TraceContextPropagator::new().extract(&HeaderExtractor(headers)));
    }
    span
}

/// Returns the route's label for metrics. Unknown paths share one label.
fn route(path: &str, tells_metrics: bool) -> &'static str {
    ["/graphql", "/", "/graphiql", "/health", "/healthz", "/readyz", "/metrics"]
        .into_iter()
        .find(|route| *route == path)
        .filter(|route| tells_metrics || *route != "/metrics")
        .unwrap_or("other")
}

/// Returns the method's label for metrics. Unknown methods share one label.
fn method(method: &Method) -> &'static str {
    [("GET", Method::GET), ("POST", Method::POST), ("HEAD", Method::HEAD), ("OPTIONS", Method::OPTIONS)]
        .into_iter()
        .find_map(|(name, known)| (known == *method).then_some(name))
        .unwrap_or("other")
}
