//! GraphQL over HTTP: POST with JSON, GET with URL parameters.
//!
//! `parameters` parses a request, `checks` validates its operation and `execution` runs it. `prepared_cache` caches
//! valid documents. `response_cache` and `raw_request_cache` cache responses. `codes` adds error codes, and `http_cache`
//! sets the caching headers. A rejected request is a `Refusal`.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Query, Request},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};

use super::{Gateway, ServeOptions, client::Client};
use crate::{domain::clock, refresh::view::View};

mod canonical;
pub mod checks;
pub mod codes;
mod csv_response;
pub mod encoded_response;
mod execution;
pub mod http_cache;
mod negotiation;
mod off_thread;
pub mod parameters;
pub mod prepared_cache;
pub mod raw_request_cache;
pub mod refusal;
pub mod response_cache;
mod span;
mod unsent;

use encoded_response::{Cacheability, EncodedResponse};
use execution::QueryRunner;
use http_cache::HttpCacheKey;
use negotiation::is_json;
pub use negotiation::{MediaType, accepts_events};
use parameters::{AddressParameters, CostDetail, Parameters, RequestBody};
use raw_request_cache::EntryMeta;
use refusal::Refusal;
pub use unsent::UnsentBytes;

/// Returns the response to a request that is not a subscription.
pub async fn answer_request(gateway: Gateway, request: Request) -> Response {
    match *request.method() {
        Method::GET | Method::HEAD => get(gateway, request).await,
        Method::POST => post(gateway, request).await,
        _ => other_method(),
    }
}

async fn post(gateway: Gateway, request: Request) -> Response {
    let (mut head, body) = request.into_parts();
    let Some(media_type) = MediaType::accepted(&head.headers) else { return not_acceptable() };
    let parameters = from_body(&gateway, &mut head, body).await;
    let view = gateway.refresher.view();
    let client = head.extensions.remove::<Client>();
    let answered = answer(gateway.clone(), view, client.clone(), &head.headers, parameters, media_type).await;
    respond(&gateway, client.as_ref(), answered, media_type)
}

async fn get(gateway: Gateway, request: Request) -> Response {
    let (Parts { uri, headers, mut extensions, .. }, _) = request.into_parts();
    let client = extensions.remove::<Client>();
    let Some(media_type) = MediaType::accepted(&headers) else { return not_acceptable() };
    let view = gateway.refresher.view();
    let key = HttpCacheKey::of(uri.query(), media_type, &headers);
    if let Some(unchanged) = gateway.tags.unchanged(key, &view, &headers, clock::now()) {
        return unchanged;
    }
    let parameters = from_address(&uri);
    match answer(gateway.clone(), view.clone(), client.clone(), &headers, parameters, media_type).await {
        Ok(Answered::One(written, _)) if written.is_complete() => {
            let body = |bytes| gateway.unsent.body(client.as_ref(), bytes);
            let tagged =
                gateway.tags.tagged(key, &view, &written, &headers, media_type.content_type(), clock::now(), body);
            tagged.unwrap_or_else(|refusal| refusal.respond(media_type))
        }
        answered => not_kept(respond(&gateway, client.as_ref(), answered, media_type)),
    }
}

fn other_method() -> Response {
    let refusal = Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "METHOD_NOT_ALLOWED",
        "expected GET or POST, found another method",
    );
    let mut response = refusal.respond(MediaType::Json);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
    response
}

/// Parses the URL parameters of a request.
pub fn from_address(uri: &Uri) -> Result<RequestBody, Refusal> {
    let parameters = Query::<AddressParameters>::try_from_uri(uri)
        .map_err(|error| Refusal::bad_request(format!("expected each URL parameter at most once: {error}")));
    parameters.and_then(|Query(parameters)| RequestBody::from_address(parameters))
}

/// Parses the JSON body of a request.
pub async fn from_body(gateway: &Gateway, head: &mut Parts, body: Body) -> Result<RequestBody, Refusal> {
    if !is_json(&head.headers) {
        let message = "expected the content type `application/json` in UTF-8, found another";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message));
    }
    // The entry point may have read the body already, or failed to.
    match head.extensions.remove::<Refusal>() {
        Some(refusal) => Err(refusal),
        None => RequestBody::from_body(&read(&gateway.options, body).await?, gateway.options.max_batch_size),
    }
}

/// Reads a body within the limits on size and time.
pub async fn read(options: &ServeOptions, body: Body) -> Result<Bytes, Refusal> {
    let (most, time) = (options.largest_body(), options.patience.body);
    let too_large = || {
        let message = format!("expected a request body of at most {most} bytes, found more");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "BODY_TOO_LARGE", message)
    };
    let too_slow = || {
        let message =
            format!("expected the complete request body within {} s, found only part of it", time.as_secs_f32());
        Refusal::new(StatusCode::REQUEST_TIMEOUT, "REQUEST_TIMEOUT", message)
    };
    let mut reading = pin!(to_bytes(body, most));
    let read = match soon(reading.as_mut()).await {
        Some(read) => read,
        None => tokio::time::timeout(time, reading).await.map_err(|_| too_slow())?,
    };
    read.map_err(|_| too_large())
}

/// Polls a future at most twice. A body usually arrives with its head, and a timer costs more than a second poll.
async fn soon<T>(mut waiting: Pin<&mut impl Future<Output = T>>) -> Option<T> {
    let mut looks = 0;
    poll_fn(|cx| {
        looks += 1;
        match waiting.as_mut().poll(cx) {
            Poll::Ready(there) => Poll::Ready(Some(there)),
            Poll::Pending if looks == 1 => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Poll::Pending => Poll::Ready(None),
        }
    })
    .await
}

/// The response to a request.
enum Answered {
    /// A single response, with its cache metadata if it is cacheable.
    One(Arc<EncodedResponse>, Option<EntryMeta>),
    Batch(Vec<EncodedResponse>),
}

/// Returns the response to a single operation of a subscription client.
pub async fn answer_once(
    gateway: &Gateway,
    client: Option<Client>,
    parameters: Parameters,
) -> Result<Arc<EncodedResponse>, Refusal> {
    let runner = QueryRunner { gateway: gateway.clone(), view: gateway.refresher.view(), client };
    runner.answer(parameters, CostDetail::Nothing).await.map(|(written, _)| written)
}

async fn answer(
    gateway: Gateway,
    view: Arc<View>,
    client: Option<Client>,
    headers: &HeaderMap,
    parameters: Result<RequestBody, Refusal>,
    media_type: MediaType,
) -> Result<Answered, Refusal> {
    let (parameters, cost_detail) = (parameters?, CostDetail::of(headers)?);
    let runner = QueryRunner { gateway, view, client };
    match parameters {
        RequestBody::One(one) if media_type == MediaType::Csv => {
            csv_response::answer(runner, *one, cost_detail).await.map(|written| Answered::One(written, None))
        }
        RequestBody::Batch(_) if media_type == MediaType::Csv => {
            Err(Refusal::bad_request("expected one operation for CSV output, found a batch"))
        }
        RequestBody::One(one) => {
            runner.answer(*one, cost_detail).await.map(|(written, meta)| Answered::One(written, meta))
        }
        RequestBody::Batch(several) => runner.answer_all(several, cost_detail).await.map(Answered::Batch),
    }
}

fn respond(
    gateway: &Gateway,
    client: Option<&Client>,
    answered: Result<Answered, Refusal>,
    media_type: MediaType,
) -> Response {
    let (status, body, meta, media_type) = match answered {
        Err(refusal) => return refusal.respond(media_type),
        Ok(Answered::One(written, meta)) => {
            let shown = if written.is_complete() { media_type } else { media_type.of_errors() };
            (status(&written, media_type), written.body.clone(), meta, shown)
        }
        Ok(Answered::Batch(several)) => {
            let bodies: Vec<&[u8]> = several.iter().map(|written| &written.body[..]).collect();
            (StatusCode::OK, [b"[", &bodies.join(&b","[..])[..], b"]"].concat().into(), None, media_type)
        }
    };
    let body = match gateway.unsent.body(client, body) {
        Ok(body) => body,
        Err(refusal) => return refusal.respond(media_type),
    };
    let content_type = HeaderValue::from_static(media_type.content_type());
    let mut response = (status, [(header::CONTENT_TYPE, content_type)], body).into_response();
    if let Some(meta) = meta {
        response.extensions_mut().insert(meta);
    }
    response
}

/// Returns the HTTP status. The GraphQL media type reports request errors by the status. A client of CSV gets no rows if
/// any field has an error.
fn status(written: &EncodedResponse, media_type: MediaType) -> StatusCode {
    match (written.cacheability, media_type) {
        (Cacheability::RequestError, MediaType::GraphqlResponse | MediaType::Csv) => StatusCode::BAD_REQUEST,
        (Cacheability::Partial, MediaType::Csv) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    }
}

/// Forbids caching of an error, because the next attempt may succeed.
fn not_kept(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn not_acceptable() -> Response {
    let message = "expected `application/graphql-response+json`, `application/json`, `text/csv` or \
                   `text/event-stream` in `Accept`, found none of them";
    Refusal::new(StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE", message).respond(MediaType::Json)
}
