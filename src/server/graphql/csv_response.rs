//! The one list of a response as CSV, for clients that accept `text/csv`.

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

/// Runs an operation and writes its list as CSV. A response with errors stays JSON.
pub async fn answer(runner: QueryRunner, asked: Parameters, wish: CostDetail) -> Result<Arc<EncodedResponse>, Refusal> {
    let gateway = runner.gateway.clone();
    let operation = asked.operation_name.clone();
    let document = gateway.documents.find(&asked).await;
    let (written, _) = runner.answer(asked, wish).await?;
    let Ok(document) = document else { return Ok(written) };
    if !written.is_complete() {
        return Ok(written);
    }
    let writing = spawn_blocking(move || {
        let document = gateway.guard.parse(&document.text).map_err(internal)?;
        let answer: Value = serde_json::from_slice(&written.body).map_err(internal)?;
        let mut rows = Vec::new();
        match list_csv::write(&document.executable, operation.as_deref(), &answer["data"], &mut rows) {
            Ok(()) => Ok(Arc::new(EncodedResponse::new(rows, written.fate, written.touched.clone()))),
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
