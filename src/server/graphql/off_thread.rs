//! Runs work on separate threads, within a deadline.

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;

use crate::{
    domain::clock::RequestClock,
    server::{
        client::Client,
        graphql::refusal::Refusal,
        work_queue::{Overload, WorkQueue},
    },
};

/// Maximum time to wait for a response.
const DEADLINE: Duration = Duration::from_secs(10);
/// The `Retry-After` of a request for which the queue has no room.
const SOON: Duration = Duration::from_secs(1);

/// Runs a function on a separate thread.
///
/// Resolvers never yield, so a query blocks its thread until it ends or its deadline passes. Long queries must not
/// block a serving thread. More concurrent queries than processors would only use more memory. A query is paused while
/// a much lighter client waits.
pub async fn off_thread<T: Send + 'static>(
    queue: &WorkQueue,
    client: Option<&Client>,
    clock: Arc<RequestClock>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Refusal> {
    let working = async {
        let turn = queue.turn(client).await.map_err(overloaded)?;
        clock.pause_with(turn.pause());
        let working = tokio::task::spawn_blocking(move || {
            turn.begin();
            (work(), turn).0
        });
        working.await.map_err(|error| {
            tracing::error!("query task failed: {error}");
            failed()
        })
    };
    tokio::time::timeout(DEADLINE, working).await.unwrap_or_else(|_| {
        clock.end();
        let message = format!("expected the query to complete within {} s, found it still running", DEADLINE.as_secs());
        Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "DEADLINE_EXCEEDED", message).retry_after(SOON))
    })
}

fn overloaded(overload: Overload) -> Refusal {
    let message = match overload {
        Overload::Full => format!("server at capacity: retry after {} s", SOON.as_secs()),
        Overload::LargestShare => {
            format!("too many concurrent requests from this client: retry after {} s", SOON.as_secs())
        }
    };
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED", message).retry_after(SOON)
}

/// The error of a query whose task failed.
pub fn failed() -> Refusal {
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_SERVER_ERROR", "internal error while executing the query")
}
