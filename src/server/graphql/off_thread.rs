//! Runs work on separate threads, within a deadline.

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;

use crate::{
    domain::clock::RequestClock,
    server::{client::Client, concurrency::WorkerLimit, graphql::refusal::Refusal},
};

/// Maximum time to wait for a response.
const DEADLINE: Duration = Duration::from_secs(10);
/// The `Retry-After` of a request that exceeds the concurrency limit.
pub const SOON: Duration = Duration::from_secs(1);

/// Runs a function on a separate thread.
///
/// Resolvers never yield, so a query blocks its thread until it ends or its deadline passes. Long queries must not
/// block a serving thread. More concurrent queries than processors would only use more memory.
pub async fn off_thread<T: Send + 'static>(
    workers: &WorkerLimit,
    client: Option<&Client>,
    clock: Arc<RequestClock>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Refusal> {
    let working = async {
        let permit = workers.acquire(client).await;
        tokio::task::spawn_blocking(move || (work(), permit).0).await
    };
    match tokio::time::timeout(DEADLINE, working).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => {
            tracing::error!("query task failed: {error}");
            Err(failed())
        }
        Err(_) => {
            clock.end();
            let message =
                format!("expected the query to complete within {} s, found it still running", DEADLINE.as_secs());
            Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "DEADLINE_EXCEEDED", message).retry_after(SOON))
        }
    }
}

/// The error of a query whose task failed.
pub fn failed() -> Refusal {
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_SERVER_ERROR", "internal error while executing the query")
}
