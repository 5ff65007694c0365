//! HTTP: GraphQL at `/graphql`, GraphiQL at `/`, `/health` (alive), `/readyz` (a graph is served), `/metrics`.

use std::{future::Future, io, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    middleware,
    routing::get,
};
use tokio::{net::TcpListener, sync::Semaphore};

use crate::{
    graph::refresh::Refresher,
    schema::{
        Graphql,
        guard::{Guard, Limits},
    },
};

mod connections;
pub mod documents;
mod graphql;
pub mod metrics;
mod observe;
mod page;

use documents::Documents;

/// What an operator decides about how the gateway serves.
#[derive(Debug)]
pub struct Options {
    /// The most operations of one request; 1 for no batches.
    pub batch: usize,
    /// The most requests that are answered at once.
    pub requests: usize,
    /// The most open connections.
    pub connections: usize,
    /// Whether `/metrics` is answered beside the rest.
    pub tells_metrics: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { batch: 1, requests: 64, connections: 1024, tells_metrics: true }
    }
}

/// What every handler needs.
#[derive(Clone)]
pub struct Gateway {
    schema: Graphql,
    validating: Graphql,
    guard: Arc<Guard>,
    documents: Arc<Documents>,
    refresher: Arc<Refresher>,
    /// A place for each request that is being answered.
    running: Arc<Semaphore>,
    options: Arc<Options>,
}

impl Gateway {
    /// A gateway over a graph that somebody keeps current.
    pub fn new(refresher: Arc<Refresher>) -> Self {
        Self::with(refresher, Options::default(), Documents::new([], false))
    }

    /// The same with what the operator decides.
    pub fn with(refresher: Arc<Refresher>, options: Options, documents: Documents) -> Self {
        let schema = crate::schema::build();
        Self {
            guard: Arc::new(Guard::new(&schema.sdl(), Limits::DEFAULT)),
            schema,
            validating: crate::schema::validating(),
            documents: Arc::new(documents),
            refresher,
            running: Arc::new(Semaphore::new(options.requests)),
            options: Arc::new(options),
        }
    }

    /// The routes.
    pub fn router(self) -> Router {
        let metrics = async |State(gateway): State<Self>, headers| metrics::answer(&gateway.refresher, &headers);
        let router = Router::new()
            .route("/", get(page::graphiql))
            .route("/graphql", get(graphql::get).post(graphql::post).fallback(graphql::other_method))
            .route("/health", get(|| async { "alive\n" }))
            .route("/healthz", get(|| async { "alive\n" }))
            .route("/readyz", get(|| async { (StatusCode::OK, "serving\n") }));
        let router = if self.options.tells_metrics { router.route("/metrics", get(metrics)) } else { router };
        router
            .fallback(async || StatusCode::NOT_FOUND)
            .layer(middleware::from_fn_with_state(self.clone(), observe::observe))
            .with_state(self)
    }

    /// Serves until `stop` is over, then finishes the running requests.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let most = self.options.connections;
        connections::serve(listener, self.router(), most, stop).await
    }
}
