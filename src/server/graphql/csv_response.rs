//! The list in a response as CSV, for clients that accept `text/csv`.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::Value;
use tokio::task::spawn_blocking;

use crate::{
    api::list_csv::{self, ListCsvError},
    server::graphql::{
        encoded_response::EncodedResponse,
        execution::QueryRunner,
        parameters::{CostDetail, Parameters},
        refusal::Refusal,
    },
};

/// Runs an operation and writes its only list as CSV. A response with errors is sent as JSON.
pub async fn answer(
    runner: QueryRunner,
    parameters: Parameters,
    cost_detail: CostDetail,
) -> Result<Arc<EncodedResponse>, Refusal> {
    let gateway = runner.gateway.clone();
    let operation = parameters.operation_name.clone();
    let document = gateway.documents.find(&parameters).await;
    let (written, _) = runner.answer(parameters, cost_detail).await?;
    let Ok(document) = document else { return Ok(written) };
    if !written.is_complete() {
        return Ok(written);
    }
    let writing = spawn_blocking(move || {
        let document = gateway.guard.parse(&document.text).map_err(internal)?;
        let answer: Value = serde_json::from_slice(&written.body).map_err(internal)?;
        let mut rows = Vec::new();
        match list_csv::write(&document.executable, operation.as_deref(), &answer["data"], &mut rows) {
            Ok(()) => Ok(Arc::new(EncodedResponse::new(rows, written.cacheability, written.touched.clone()))),
            Err(error @ ListCsvError::Lists(_)) => {
                Err(Refusal::new(StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE", error.to_string()))
            }
            Err(error @ ListCsvError::Output(_)) => Err(internal(error)),
        }
    });
    writing.await.unwrap_or_else(|error| Err(internal(error)))
}

fn internal(error: impl std::fmt::Display) -> Refusal {
    tracing::error!("cannot write a response as CSV: {error}");
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_SERVER_ERROR", "internal error while writing CSV")
}
