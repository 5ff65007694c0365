//! Prometheus counters and timings of the running gateway. Each module records its own events, and the server exports
//! them all. Labels have few values: a dataset, an outcome, a route.

use std::{
    fmt,
    hash::Hash,
    sync::{Arc, OnceLock},
    time::Duration,
};

use prometheus_client::{
    encoding::{
        EncodeLabelSet,
        text::{encode_eof, encode_registry},
    },
    metrics::{
        counter::Counter,
        family::{Family, MetricConstructor},
        gauge::Gauge,
        histogram::Histogram,
    },
    registry::{Registry, Unit},
};

mod outcome;
mod text;

pub use outcome::{
    BuildOutcome, CacheOutcome, EventOutcome, FetchOutcome, RefreshOutcome, ReloadOutcome, SharedOutcome,
};
pub use text::TextForm;

/// The metrics of one gateway.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    fetches: Family<OfDatasetOutcome, Counter>,
    fetch_duration: Family<OfOutcome, Histogram>,
    fetched_bytes: Family<OfDataset, Counter>,
    refreshes: Family<OfDatasetOutcome, Counter>,
    refresh_duration: Family<OfOutcome, Histogram>,
    builds: Family<OfOutcome, Counter>,
    build_duration: Histogram,
    requests: Family<OfRequest, Counter>,
    request_duration: Family<OfRoute, Histogram>,
    in_flight: Gauge,
    reloads: Family<OfOutcome, Counter>,
    reload_successful: Gauge,
    shared: Family<OfOutcome, Counter>,
    documents: Family<OfOutcome, Counter>,
    responses: Family<OfOutcome, Counter>,
    events: Family<OfOutcome, Counter>,
    often: Arc<Often>,
}

/// Metrics recorded for almost every request. They are cached, because a lookup in the family would cost more than
/// counting.
#[derive(Default)]
struct Often {
    /// By whether the document was in the cache.
    documents: [OnceLock<Counter>; 2],
    responses: [OnceLock<Counter>; 2],
    queries: OnceLock<Counter>,
    query_duration: OnceLock<Histogram>,
}

/// A member of a metric family, looked up on first use.
fn once<'a, S: Clone + Hash + Eq, M: Clone, C: MetricConstructor<M>>(
    found: &'a OnceLock<M>,
    family: &Family<S, M, C>,
    labels: &S,
) -> &'a M {
    found.get_or_init(|| family.get_or_create_owned(labels))
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfDataset {
    dataset: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfOutcome {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfDatasetOutcome {
    dataset: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRoute {
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRequest {
    route: &'static str,
    method: &'static str,
    status: u16,
}

/// The labels of most requests.
const QUERY: OfRequest = OfRequest { route: "/graphql", method: "POST", status: 200 };

/// Histogram buckets in seconds, for requests over the network and long calculations.
const SLOW: [f64; 10] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];
/// Histogram buckets in seconds, for responses from memory.
const QUICK: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 10.0];

fn slow() -> Histogram {
    Histogram::new(SLOW)
}

fn quick() -> Histogram {
    Histogram::new(QUICK)
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Arc::default(),
            fetches: Family::default(),
            fetch_duration: Family::new_with_constructor(slow),
            fetched_bytes: Family::default(),
            refreshes: Family::default(),
            refresh_duration: Family::new_with_constructor(slow),
            builds: Family::default(),
            build_duration: slow(),
            requests: Family::default(),
            request_duration: Family::new_with_constructor(quick),
            in_flight: Gauge::default(),
            reloads: Family::default(),
            reload_successful: Gauge::default(),
            shared: Family::default(),
            documents: Family::default(),
            responses: Family::default(),
            events: Family::default(),
            often: Arc::default(),
        };
        metrics.reload_successful.set(1);
        metrics.registry = Arc::new(metrics.registered());
        metrics
    }
}

impl Metrics {
    fn registered(&self) -> Registry {
        let mut all = Registry::with_prefix("lionrock");
        all.register(
            "fetches",
            "Requests for files and catalogue entries, by dataset and outcome",
            self.fetches.clone(),
        );
        all.register_with_unit(
            "fetch_duration",
            "Duration of fetching one file, including retries",
            Unit::Seconds,
            self.fetch_duration.clone(),
        );
        all.register_with_unit("fetched", "Size of the fetched bodies", Unit::Bytes, self.fetched_bytes.clone());
        all.register("refreshes", "Refreshes, by dataset and outcome", self.refreshes.clone());
        all.register_with_unit(
            "refresh_duration",
            "Duration of refreshing one dataset",
            Unit::Seconds,
            self.refresh_duration.clone(),
        );
        all.register("graph_builds", "Graph builds, by outcome", self.builds.clone());
        all.register_with_unit(
            "graph_build_duration",
            "Duration of building the graph",
            Unit::Seconds,
            self.build_duration.clone(),
        );
        all.register("http_requests", "HTTP requests, by route, method and status", self.requests.clone());
        all.register_with_unit(
            "http_request_duration",
            "Duration of HTTP requests, by route",
            Unit::Seconds,
            self.request_duration.clone(),
        );
        all.register("http_requests_in_flight", "HTTP requests in progress", self.in_flight.clone());
        all.register(
            "config_reloads",
            "Reloads of the configuration file and the identity overrides, by outcome",
            self.reloads.clone(),
        );
        all.register(
            "config_last_reload_successful",
            "1 if the last reload was applied, 0 if it was refused",
            self.reload_successful.clone(),
        );
        all.register("shared_cache_requests", "Reads from the shared cache, by outcome", self.shared.clone());
        all.register(
            "document_cache_requests",
            "Lookups in the cache of prepared operations, by outcome",
            self.documents.clone(),
        );
        all.register("response_cache_requests", "Lookups in the response cache, by outcome", self.responses.clone());
        all.register("subscription_events", "Events of subscriptions, by outcome", self.events.clone());
        all
    }

    /// Records that a file was requested.
    pub fn fetched(&self, dataset: &'static str, outcome: FetchOutcome, bytes: usize, took: Duration) {
        self.fetches.get_or_create(&OfDatasetOutcome { dataset, outcome: outcome.word() }).inc();
        self.fetch_duration.get_or_create(&OfOutcome { outcome: outcome.word() }).observe(took.as_secs_f64());
        self.fetched_bytes.get_or_create(&OfDataset { dataset }).inc_by(bytes as u64);
    }

    /// Records that a dataset was refreshed.
    pub fn refreshed(&self, dataset: &'static str, outcome: RefreshOutcome, took: Duration) {
        self.refreshes.get_or_create(&OfDatasetOutcome { dataset, outcome: outcome.word() }).inc();
        self.refresh_duration.get_or_create(&OfOutcome { outcome: outcome.word() }).observe(took.as_secs_f64());
    }

    /// Records that a graph was built.
    pub fn built(&self, outcome: BuildOutcome, took: Duration) {
        self.builds.get_or_create(&OfOutcome { outcome: outcome.word() }).inc();
        self.build_duration.observe(took.as_secs_f64());
    }

    /// Records that a request has begun. Dropping the result records its end.
    pub fn request_began(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// Records that a request was answered.
    pub fn answered(&self, route: &'static str, method: &'static str, status: u16, took: Duration) {
        let (request, seconds) = (OfRequest { route, method, status }, took.as_secs_f64());
        if request == QUERY {
            once(&self.often.queries, &self.requests, &request).inc();
            once(&self.often.query_duration, &self.request_duration, &OfRoute { route }).observe(seconds);
        } else {
            self.requests.get_or_create(&request).inc();
            self.request_duration.get_or_create(&OfRoute { route }).observe(seconds);
        }
    }

    /// Records that the operator's files were reloaded.
    pub fn reloaded(&self, outcome: ReloadOutcome) {
        self.reloads.get_or_create(&OfOutcome { outcome: outcome.word() }).inc();
        self.reload_successful.set(i64::from(outcome == ReloadOutcome::Applied));
    }

    /// Records a lookup in the shared cache.
    pub fn shared(&self, outcome: SharedOutcome) {
        self.shared.get_or_create(&OfOutcome { outcome: outcome.word() }).inc();
    }

    /// Records a lookup in the cache of validated operations.
    pub fn document_cache(&self, outcome: CacheOutcome) {
        let labels = OfOutcome { outcome: outcome.word() };
        once(&self.often.documents[usize::from(outcome == CacheOutcome::Hit)], &self.documents, &labels).inc();
    }

    /// Records a lookup in the response cache.
    pub fn response_cache(&self, outcome: CacheOutcome) {
        let labels = OfOutcome { outcome: outcome.word() };
        once(&self.often.responses[usize::from(outcome == CacheOutcome::Hit)], &self.responses, &labels).inc();
    }

    /// Records the outcome of a subscription event.
    pub fn subscription_event(&self, outcome: EventOutcome) {
        self.events.get_or_create(&OfOutcome { outcome: outcome.word() }).inc();
    }

    /// All metrics as text, followed by those in `now`.
    pub fn text(&self, now: &Registry, form: TextForm) -> Result<String, fmt::Error> {
        let mut written = String::new();
        encode_registry(&mut written, &self.registry)?;
        encode_registry(&mut written, now)?;
        encode_eof(&mut written)?;
        Ok(match form {
            TextForm::OpenMetrics => written,
            TextForm::Prometheus => text::plain(&written),
        })
    }
}

/// A request in progress.
pub struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_request_is_no_longer_in_flight() {
        let metrics = Metrics::default();
        let first = metrics.request_began();
        let second = metrics.request_began();
        drop(first);
        assert_eq!(metrics.in_flight.get(), 1);
        drop(second);
        assert_eq!(metrics.in_flight.get(), 0);
    }
}
