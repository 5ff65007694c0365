//! The HTTP server: GraphQL at `/graphql`, GraphiQL at `/graphiql`, `/health` (liveness), `/readyz` (readiness),
//! `/metrics`.

use std::{convert::Infallible, future::Future, io, ops::Deref, sync::Arc, thread, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, Method},
    middleware,
    response::Response,
    routing::{any, get},
};
use governor::Quota;
use tokio::net::TcpListener;
use tower_http::{
    compression::CompressionLayer,
    cors::{AllowHeaders, AllowOrigin, Any, CorsLayer},
};

use crate::{
    api::{
        Graphql,
        executor::FastExecutor,
        guard::{Guard, Limits},
        subgraph::Subgraph,
        validation::DocumentValidator,
    },
    refresh::Refresher,
};

pub mod client;
mod concurrency;
mod connection;
pub mod connections;
pub mod documents;
mod encoding;
pub mod entry;
mod graphql;
mod health;
mod idle_timeout;
pub mod metrics;
mod observe;
mod page;
mod rate_limit;
mod subscriptions;
mod timeouts;
mod used_times;
mod work_queue;

use client::Proxies;
use connections::Timeouts;
use documents::Documents;
use entry::{EntryPoint, GRAPHQL};
use graphql::{
    UnsentBytes,
    http_cache::{self, Tags},
    prepared_cache::PreparedCache,
    response_cache::ResponseCache,
};
pub use observe::SPANS;
use rate_limit::{RateLimitState, RateLimiter};
use subscriptions::{StreamAnswer, Subscriptions};
use work_queue::WorkQueue;

/// The server options that an operator sets.
#[derive(Debug)]
pub struct ServeOptions {
    /// The subgraph to serve behind a router. `None` serves the whole graph.
    pub subgraph: Option<Subgraph>,
    /// Maximum number of operations in a batch; 1 disables batches.
    pub max_batch_size: usize,
    /// Maximum number of queries that run on separate threads or wait for that.
    pub max_concurrent_requests: usize,
    /// Maximum size of a response in bytes, before compression.
    pub max_response_size: usize,
    /// Maximum number of open connections.
    pub max_connections: usize,
    /// Maximum number of connections with subscriptions.
    pub max_subscriptions: usize,
    /// Maximum size of the response cache in bytes; 0 disables it.
    pub response_cache: u64,
    /// Maximum size of the cache of prepared operations in bytes; 0 disables it.
    pub document_cache: u64,
    pub patience: Timeouts,
    /// True if this listener serves `/metrics`.
    pub tells_metrics: bool,
    /// The rate limit per client. `None` disables rate limiting.
    pub rate: Option<Quota>,
    /// The trusted proxies.
    pub proxies: Proxies,
    /// The allowed CORS origins. Empty allows all.
    pub origins: Vec<HeaderValue>,
}

impl ServeOptions {
    /// Returns the maximum size of a request body in bytes.
    const fn largest_body(&self) -> usize {
        if self.subgraph.is_some() { 1 << 20 } else { 64 << 10 }
    }

    /// Returns the limits on queries.
    const fn limits(&self) -> Limits {
        if self.subgraph.is_some() { Limits::OF_A_ROUTER } else { Limits::DEFAULT }
    }
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            subgraph: None,
            max_batch_size: 1,
            max_concurrent_requests: 96,
            max_response_size: 8 << 20,
            max_connections: 1024,
            max_subscriptions: 256,
            response_cache: 64 << 20,
            document_cache: 32 << 20,
            patience: Timeouts::default(),
            tells_metrics: true,
            rate: None,
            proxies: Proxies::default(),
            origins: Vec::new(),
        }
    }
}

/// Handles a request to the GraphQL endpoint: a subscription or a single response.
async fn graph(State(gateway): State<Gateway>, mut request: Request) -> Response {
    if page::is_requested_by(&request) {
        return page::graphiql_at_endpoint(request.headers()).await;
    }
    let limit_state = request.extensions_mut().remove::<RateLimitState>();
    let counted = gateway.rates.as_ref().zip(limit_state.as_ref());
    let mut response = match counted {
        Some((rates, limit_state)) if !limit_state.is_allowed() => rates.refuse(limit_state, request.headers()),
        _ => match subscriptions::answer(&gateway, request).await {
            StreamAnswer::Stream(response) => response,
            StreamAnswer::Other(request) => graphql::answer_request(gateway.clone(), request).await,
        },
    };
    if let Some((rates, limit_state)) = counted {
        rates.add_headers(limit_state, &mut response);
    }
    response
}

/// The state shared by all handlers. Cheap to clone.
#[derive(Clone)]
pub struct Gateway(Arc<GatewayParts>);

/// The components of the gateway.
pub struct GatewayParts {
    schema: Graphql,
    validator: DocumentValidator,
    /// The fast executor, for queries that are known to be valid.
    executor: FastExecutor,
    guard: Guard,
    documents: Documents,
    known: PreparedCache,
    answers: ResponseCache,
    subscriptions: Subscriptions,
    refresher: Arc<Refresher>,
    /// The queries that run on separate threads or wait for that. One per processor runs at a time.
    queue: WorkQueue,
    unsent: UnsentBytes,
    rates: Option<RateLimiter>,
    tags: Tags,
    options: ServeOptions,
}

impl Deref for Gateway {
    type Target = GatewayParts;

    fn deref(&self) -> &GatewayParts {
        &self.0
    }
}

/// Maximum time for which a browser caches a preflight response.
const PREFLIGHT_HOLDS: Duration = Duration::from_hours(1);

impl Gateway {
    /// Creates a gateway with default options over the graph of a refresher.
    pub fn new(refresher: Arc<Refresher>) -> Self {
        Self::with(refresher, ServeOptions::default(), Documents::new([], false))
    }

    /// Creates a gateway with these options and documents.
    pub fn with(refresher: Arc<Refresher>, options: ServeOptions, documents: Documents) -> Self {
        let subgraph = options.subgraph.unwrap_or_default();
        let schema = crate::api::build(subgraph);
        let sdl = schema.sdl();
        let guard = Guard::new(&sdl, options.limits());
        let live_schema = crate::api::build_live(subgraph, refresher.clone());
        let subscriptions = Subscriptions::new(live_schema, options.max_subscriptions);
        Self(Arc::new(GatewayParts {
            guard,
            subscriptions,
            schema,
            validator: DocumentValidator::new(&sdl),
            executor: FastExecutor::new(subgraph),
            known: PreparedCache::new(options.document_cache),
            answers: ResponseCache::new(options.response_cache),
            documents: documents.with_trusted(page::documents()),
            refresher,
            queue: WorkQueue::new(
                thread::available_parallelism().map_or(1, usize::from),
                options.max_concurrent_requests,
            ),
            unsent: UnsentBytes::for_responses_of(options.max_response_size),
            rates: options.rate.map(|quota| RateLimiter::new(quota, options.proxies.clone())),
            tags: Tags::new(),
            options,
        }))
    }

    /// Returns the entry point with all routes.
    pub fn front(self) -> EntryPoint {
        EntryPoint::new(self.clone(), self.routes())
    }

    fn routes(self) -> Router {
        let metrics = async |State(gateway): State<Self>, headers| metrics::answer(&gateway.refresher, &headers);
        let graphql = any(graph).layer::<_, Infallible>(cors(&self.options.origins));
        let answers = Router::new().route(GRAPHQL, graphql).merge(health::routes().with_state(self.refresher.clone()));
        let answers = if self.options.tells_metrics { answers.route("/metrics", get(metrics)) } else { answers };
        answers
            .merge(page::routes())
            .layer(CompressionLayer::new())
            .layer(middleware::map_response(http_cache::name_encoding))
            .layer(middleware::map_request(encoding::prefer_brotli))
            .fallback(page::not_found)
            .with_state(self)
    }

    /// Serves until `stop` completes, then finishes the running requests.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let (most, timeouts) = (self.options.max_connections, self.options.patience);
        let (closing, gateway) = (self.clone(), self.clone());
        let stop = async move {
            stop.await;
            closing.subscriptions.close();
        };
        connections::serve(listener, self.front(), most, timeouts, stop).await?;
        gateway.subscriptions.closed().await;
        Ok(())
    }
}

/// Returns the CORS policy. All data is public and the same for all clients, so credentials are not allowed. Without
/// configured origins, all origins are allowed.
fn cors(origins: &[HeaderValue]) -> CorsLayer {
    let origin = if origins.is_empty() { AllowOrigin::any() } else { AllowOrigin::list(origins.iter().cloned()) };
    CorsLayer::new()
        .allow_origin(origin)
        .allow_methods([Method::GET, Method::POST])
        // `*` does not include `Authorization`.
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(Any)
        .max_age(PREFLIGHT_HOLDS)
}
