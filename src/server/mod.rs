//! HTTP: GraphQL at `/graphql`, GraphiQL at `/graphiql`, `/health` (alive), `/readyz` (a graph is served), `/metrics`.

use std::{convert::Infallible, future::Future, io, ops::Deref, sync::Arc, thread, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode},
    middleware,
    response::Response,
    routing::{any, get},
};
use governor::Quota;
use tokio::{net::TcpListener, sync::Semaphore};
use tower_http::{
    compression::CompressionLayer,
    cors::{AllowOrigin, Any, CorsLayer},
};

use crate::{
    api::{
        SchemaPair,
        executor::FastExecutor,
        guard::{Guard, Limits},
        subgraph::Subgraph,
    },
    refresh::Refresher,
};

pub mod client;
pub mod connections;
pub mod documents;
pub mod entry;
mod graphql;
mod idle_timeout;
pub mod metrics;
mod observe;
mod page;
mod rate_limit;
mod subscriptions;
mod timeouts;

use client::Proxies;
use connections::Timeouts;
use documents::Documents;
use entry::{EntryPoint, GRAPHQL};
use graphql::{
    http_cache::{self, Tags},
    prepared_cache::PreparedCache,
    response_cache::ResponseCache,
};
pub use observe::SPANS;
use rate_limit::{RateLimitState, RateLimiter};
use subscriptions::Subscriptions;

/// What an operator decides about how the gateway serves.
#[derive(Debug)]
pub struct ServeOptions {
    /// Which part of the graph is served, behind a router; without one, all of it to anybody.
    pub subgraph: Option<Subgraph>,
    /// Maximum number of operations in a batch; 1 disables batches.
    pub max_batch_size: usize,
    /// Maximum number of GraphQL requests that run concurrently.
    pub max_concurrent_requests: usize,
    /// Maximum number of open connections.
    pub max_connections: usize,
    /// Maximum number of connections with subscriptions.
    pub max_subscriptions: usize,
    /// Maximum size of the response cache in bytes; 0 disables it.
    pub response_cache: u64,
    /// Maximum size of the cache of prepared operations in bytes; 0 disables it.
    pub document_cache: u64,
    pub patience: Timeouts,
    /// Whether `/metrics` is answered beside the rest.
    pub tells_metrics: bool,
    /// How often each client may ask; without one, as often as it likes.
    pub rate: Option<Quota>,
    /// The proxies that are believed about who their clients are.
    pub proxies: Proxies,
    /// The origins whose pages may read answers; every one when empty.
    pub origins: Vec<HeaderValue>,
}

impl ServeOptions {
    /// The most bytes of a request's body.
    const fn largest_body(&self) -> usize {
        if self.subgraph.is_some() { 1 << 20 } else { 64 << 10 }
    }

    /// The most that a query may ask for.
    const fn limits(&self) -> Limits {
        if self.subgraph.is_some() { Limits::OF_A_ROUTER } else { Limits::DEFAULT }
    }
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            subgraph: None,
            max_batch_size: 1,
            max_concurrent_requests: 64,
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

/// Says that a graph is served, and what keeps it from being served after a restart.
async fn ready(State(gateway): State<Gateway>) -> String {
    let view = gateway.refresher.view();
    let trouble = view.states.iter().find_map(|state| state.storage_error.as_ref());
    let trouble = trouble.map(|error| format!("{}: {}\n", error.code, error.message)).unwrap_or_default();
    format!("serving\n{trouble}")
}

/// Answers a request to the graph, by a stream or once.
async fn graph(State(gateway): State<Gateway>, mut request: Request) -> Response {
    if page::is_requested_by(&request) {
        return page::graphiql_at_endpoint(request.headers()).await;
    }
    let standing = request.extensions_mut().remove::<RateLimitState>();
    let counted = gateway.rates.as_ref().zip(standing.as_ref());
    let mut response = match counted {
        Some((rates, standing)) if !standing.may_ask() => rates.refuse(standing, request.headers()),
        _ if subscriptions::is_asked_for(request.method(), request.headers()) => {
            subscriptions::answer(&gateway, request).await
        }
        _ => graphql::answer_request(gateway.clone(), request).await,
    };
    if let Some((rates, standing)) = counted {
        rates.tell(standing, &mut response);
    }
    response
}

/// What every handler needs; cheap to clone.
#[derive(Clone)]
pub struct Gateway(Arc<GatewayParts>);

/// What a gateway is made of.
pub struct GatewayParts {
    /// For queries of some fields, and for larger ones.
    helpful: SchemaPair,
    terse: SchemaPair,
    /// For those that were valid before.
    lane: FastExecutor,
    guard: Guard,
    documents: Documents,
    known: PreparedCache,
    answers: ResponseCache,
    live: Subscriptions,
    refresher: Arc<Refresher>,
    /// A place for each request that is being answered.
    running: Arc<Semaphore>,
    /// A turn for each of them that needs a thread of its own: as many as can go on at once.
    turns: Arc<Semaphore>,
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

/// How long a browser may remember what it is allowed to send.
const PREFLIGHT_HOLDS: Duration = Duration::from_hours(1);

impl Gateway {
    /// A gateway over a graph that somebody keeps current.
    pub fn new(refresher: Arc<Refresher>) -> Self {
        Self::with(refresher, ServeOptions::default(), Documents::new([], false))
    }

    /// The same with what the operator decides.
    pub fn with(refresher: Arc<Refresher>, options: ServeOptions, documents: Documents) -> Self {
        let subgraph = options.subgraph.unwrap_or_default();
        let helpful = SchemaPair::helpful(subgraph);
        let guard = Guard::new(&helpful.running.sdl(), options.limits());
        let live_schema = crate::api::build_live(subgraph, refresher.clone());
        let live = Subscriptions::new(live_schema, options.max_subscriptions);
        Self(Arc::new(GatewayParts {
            guard,
            live,
            helpful,
            terse: SchemaPair::terse(subgraph),
            lane: FastExecutor::new(subgraph),
            known: PreparedCache::new(options.document_cache),
            answers: ResponseCache::new(options.response_cache),
            documents,
            refresher,
            running: Arc::new(Semaphore::new(options.max_concurrent_requests)),
            turns: Arc::new(Semaphore::new(2 * thread::available_parallelism().map_or(1, usize::from))),
            rates: options.rate.map(|quota| RateLimiter::new(quota, options.proxies.clone())),
            tags: Tags::new(),
            options,
        }))
    }

    /// What takes requests.
    pub fn front(self) -> EntryPoint {
        EntryPoint::new(self.clone(), self.routes())
    }

    fn routes(self) -> Router {
        let metrics = async |State(gateway): State<Self>, headers| metrics::answer(&gateway.refresher, &headers);
        let graphql = any(graph).layer::<_, Infallible>(cors(&self.options.origins));
        let answers = Router::new()
            .route(GRAPHQL, graphql)
            .route("/health", get(|| async { "alive\n" }))
            .route("/healthz", get(|| async { "alive\n" }))
            .route("/readyz", get(ready));
        let answers = if self.options.tells_metrics { answers.route("/metrics", get(metrics)) } else { answers };
        answers
            .merge(page::routes())
            .layer(CompressionLayer::new())
            .layer(middleware::map_response(http_cache::name_encoding))
            .fallback(async || StatusCode::NOT_FOUND)
            .with_state(self)
    }

    /// Serves until `stop` is over, then finishes the running requests.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let (most, patience) = (self.options.max_connections, self.options.patience);
        connections::serve(listener, self.front(), most, patience, stop).await
    }
}

/// Which pages may read answers. What is served is public and the same for everybody, so that credentials are never
/// asked for and every origin may read unless some are named.
fn cors(origins: &[HeaderValue]) -> CorsLayer {
    let origin = if origins.is_empty() { AllowOrigin::any() } else { AllowOrigin::list(origins.iter().cloned()) };
    CorsLayer::new()
        .allow_origin(origin)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(Any)
        .expose_headers(Any)
        .max_age(PREFLIGHT_HOLDS)
}
