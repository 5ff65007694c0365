//! The health checks: `/health` (liveness) and `/readyz` (readiness).

use std::sync::Arc;

use axum::{Router, extract::State, routing::get};

use crate::refresh::Refresher;

/// Returns the routes of the health checks.
pub fn routes() -> Router<Arc<Refresher>> {
    Router::new()
        .route("/health", get(async || "alive\n"))
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(ready))
}

/// Reports readiness, and any problem that would prevent readiness after a restart.
async fn ready(State(refresher): State<Arc<Refresher>>) -> String {
    let view = refresher.view();
    let trouble = view.states.iter().find_map(|state| state.storage_error.as_ref());
    let trouble = trouble.map(|error| format!("{}: {}\n", error.code, error.message)).unwrap_or_default();
    format!("serving\n{trouble}")
}
