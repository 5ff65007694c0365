//! HTTP: GraphQL at `/graphql`, GraphiQL at `/`, `/health` (alive), `/readyz` (a graph is served), `/metrics`.

use std::{future::Future, io, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
    middleware,
    routing::get,
};
use tokio::net::TcpListener;

use crate::{graph::refresh::Refresher, schema::Graphql};

mod graphql;
pub mod metrics;
mod negotiation;
mod observe;
mod page;

/// Says that a graph is served, and what keeps it from being served after a restart.
async fn ready(State(gateway): State<Gateway>) -> String {
    let view = gateway.refresher.view();
    let trouble = view.states.iter().find_map(|state| state.storage_error.as_ref());
    let trouble = trouble.map(|error| format!("{}: {}\n", error.code, error.message)).unwrap_or_default();
    format!("serving\n{trouble}")
}

/// What every handler needs.
#[derive(Clone)]
pub struct Gateway {
    schema: Graphql,
    refresher: Arc<Refresher>,
    /// Whether `/metrics` is answered beside the rest.
    tells_metrics: bool,
}

/// The most bytes of a request's body.
const LARGEST_BODY: usize = 64 << 10;
/// How long running requests have to finish once a shutdown began.
const LAST_REQUESTS: Duration = Duration::from_secs(8);

impl Gateway {
    /// A gateway over a graph that somebody keeps current.
    pub fn new(refresher: Arc<Refresher>) -> Self {
        Self { schema: crate::schema::build(), refresher, tells_metrics: true }
    }

    /// The same without `/metrics`, which then has a listener of its own.
    #[must_use]
    pub fn without_metrics(self) -> Self {
        Self { tells_metrics: false, ..self }
    }

    /// The routes.
    pub fn router(self) -> Router {
        let metrics = async |State(gateway): State<Self>, headers| metrics::answer(&gateway.refresher, &headers);
        let router = Router::new()
            .route("/", get(page::graphiql))
            .route("/assets/{name}", get(page::asset))
            .route("/licences.md", get(page::licences))
            .route("/graphql", get(graphql::get).post(graphql::post).fallback(graphql::other_method))
            .route("/health", get(|| async { "alive\n" }))
            .route("/healthz", get(|| async { "alive\n" }))
            .route("/readyz", get(ready));
        let router = if self.tells_metrics { router.route("/metrics", get(metrics)) } else { router };
        router
            .fallback(async || StatusCode::NOT_FOUND)
            .layer(DefaultBodyLimit::max(LARGEST_BODY))
            .layer(middleware::from_fn_with_state(self.clone(), observe::observe))
            .with_state(self)
    }

    /// Serves until `stop` is over, then finishes the running requests.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let (stopping, stopped) = tokio::sync::oneshot::channel::<()>();
        let graceful = async move {
            stop.await;
            drop(stopping);
        };
        let serving = axum::serve(listener, self.router()).with_graceful_shutdown(graceful);
        tokio::select! {
            served = async { serving.await } => served,
            () = async {
                let _ = stopped.await;
                tokio::time::sleep(LAST_REQUESTS).await;
            } => Ok(()),
        }
    }
}
