//! GraphQL over HTTP: POST with JSON, GET with parameters. `parameters` reads a request, `execution` answers it,
//! `codes` completes its errors, `caching` tells how
//! long an answer may be kept; what is not understood ends as a `Refusal`.

use std::{sync::Arc, time::Duration};

use async_graphql::Response as Answer;
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Query, RawQuery, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::Gateway;
use crate::{clock, graph::view::View, values::text::Language};

pub mod caching;
pub mod codes;
mod execution;
mod negotiation;
pub mod parameters;
pub mod refusal;

use caching::Key;
use execution::Answered;
use negotiation::is_json;
pub use negotiation::{MediaType, language};
use parameters::{AddressParameters, Asked, CostWish, Parameters};
use refusal::Refusal;

pub async fn post(State(gateway): State<Gateway>, headers: HeaderMap, body: Body) -> Response {
    let Some(media_type) = MediaType::accepted(&headers) else { return not_acceptable() };
    let asked = from_body(&gateway, &headers, body).await;
    let view = gateway.refresher.view();
    respond(answer(&gateway, &view, &headers, asked).await, media_type)
}

pub async fn get(
    State(gateway): State<Gateway>,
    headers: HeaderMap,
    RawQuery(address): RawQuery,
    parameters: Result<Query<AddressParameters>, QueryRejection>,
) -> Response {
    let Some(media_type) = MediaType::accepted(&headers) else { return not_acceptable() };
    let view = gateway.refresher.view();
    let key = Key::of(address.as_deref(), media_type, &headers);
    if let Some(unchanged) = gateway.tags.unchanged(key, &view, &headers, clock::now()) {
        return unchanged;
    }
    let parameters = parameters.map_err(|error| Refusal::bad_request(format!("expected each parameter once: {error}")));
    let asked = parameters.and_then(|Query(parameters)| Asked::from_address(parameters));
    match answer(&gateway, &view, &headers, asked).await {
        Ok((mut answers, _)) if answers.len() == 1 && answers[0].answer.errors.is_empty() => {
            let touched = std::mem::take(&mut answers[0].touched);
            match serde_json::to_vec(&answers[0].answer) {
                Ok(body) => {
                    let content = (media_type.content_type(), body);
                    gateway.tags.tagged(key, &view, touched, &headers, content, clock::now())
                }
                Err(error) => written(StatusCode::OK, Err(error), media_type),
            }
        }
        answered => not_kept(respond(answered, media_type)),
    }
}

/// Any other method.
pub async fn other_method() -> Response {
    let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "expected GET or POST");
    let mut response = refusal.respond(MediaType::Json);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
    response
}

/// What a body of JSON asks for.
pub async fn from_body(gateway: &Gateway, headers: &HeaderMap, body: Body) -> Result<Asked, Refusal> {
    if !is_json(headers) {
        let message = "expected a body of `application/json` in UTF-8";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message));
    }
    Asked::from_body(
        &read(body, gateway.options.largest_body(), gateway.options.patience.body).await?,
        gateway.options.batch,
    )
}

async fn read(body: Body, most: usize, time: Duration) -> Result<Bytes, Refusal> {
    let too_large = || {
        let message = format!("expected a body of at most {most} bytes");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "BODY_TOO_LARGE", message)
    };
    let too_slow = || {
        let message = format!("expected the whole body within {} s", time.as_secs_f32());
        Refusal::new(StatusCode::REQUEST_TIMEOUT, "REQUEST_TIMEOUT", message)
    };
    let read = tokio::time::timeout(time, to_bytes(body, most)).await;
    read.map_err(|_| too_slow())?.map_err(|_| too_large())
}

/// The answers to what is asked, and whether it was a batch.
async fn answer(
    gateway: &Gateway,
    view: &Arc<View>,
    headers: &HeaderMap,
    asked: Result<Asked, Refusal>,
) -> Result<(Vec<Answered>, bool), Refusal> {
    let (asked, is_batch) = match asked? {
        Asked::One(one) => (vec![*one], false),
        Asked::Batch(several) => (several, true),
    };
    let answers = execution::answer(gateway, view, asked, CostWish::of(headers)?, language(headers)).await?;
    Ok((answers, is_batch))
}

/// The answer to one operation of a client that listens.
pub async fn answer_once(gateway: &Gateway, asked: Parameters, language: Language) -> Answer {
    let view = gateway.refresher.view();
    match execution::answer(gateway, &view, vec![asked], CostWish::Nothing, language).await {
        Ok(answers) => answers.into_iter().next().map(|answered| answered.answer).unwrap_or_default(),
        Err(refusal) => Answer::from_errors(vec![refusal.into()]),
    }
}

fn respond(answered: Result<(Vec<Answered>, bool), Refusal>, media_type: MediaType) -> Response {
    match answered {
        Err(refusal) => refusal.respond(media_type),
        Ok((answers, true)) => batch(&answers, media_type),
        Ok((answers, false)) => answers.first().map_or_else(
            || StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            |answered| one(&answered.answer, media_type),
        ),
    }
}

/// What went wrong may go well the next time.
fn not_kept(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// An answer of the schema. Errors that belong to no field are errors of the request: then there is no `data`.
fn one(answer: &Answer, media_type: MediaType) -> Response {
    let status = if codes::is_request_error(answer) && media_type == MediaType::GraphqlResponse {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    written(status, serde_json::to_vec(&body(answer)), media_type)
}

fn batch(answers: &[Answered], media_type: MediaType) -> Response {
    let bodies: Vec<_> = answers.iter().map(|answered| body(&answered.answer)).collect();
    written(StatusCode::OK, serde_json::to_vec(&bodies), media_type)
}

/// What is written of an answer: a request error has no `data`.
#[derive(serde::Serialize)]
#[serde(untagged)]
enum AnswerBody<'a> {
    Whole(&'a Answer),
    Errors(serde_json::Value),
}

fn body(answer: &Answer) -> AnswerBody<'_> {
    if codes::is_request_error(answer) {
        AnswerBody::Errors(if answer.extensions.is_empty() {
            json!({ "errors": answer.errors })
        } else {
            json!({ "errors": answer.errors, "extensions": answer.extensions })
        })
    } else {
        AnswerBody::Whole(answer)
    }
}

fn written(status: StatusCode, body: serde_json::Result<Vec<u8>>, media_type: MediaType) -> Response {
    match body {
        Ok(body) => (status, [(header::CONTENT_TYPE, media_type.content_type())], body).into_response(),
        Err(error) => {
            tracing::error!("an answer could not be written: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn not_acceptable() -> Response {
    let message =
        "expected to answer `application/graphql-response+json` or `application/json`, found neither in `Accept`";
    Refusal::new(StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE", message).respond(MediaType::Json)
}
