//! GraphQL over HTTP: POST with JSON, GET with parameters.

use std::time::Duration;

use async_graphql::{
    PathSegment, Request, Response as Answer, ServerError, Variables, parser::types::DocumentOperations,
};
use axum::{
    body::Bytes,
    extract::{
        Query, State,
        rejection::{BytesRejection, QueryRejection},
    },
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use tokio::runtime::Handle;
use tracing::{Instrument, Span};

use super::{
    Gateway,
    negotiation::{MediaType, is_json},
};

/// How long an answer is waited for.
const DEADLINE: Duration = Duration::from_secs(10);

/// The longest name of an operation that traces tell, in bytes.
const LONGEST_NAME: usize = 100;

/// The parameters of a request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    query: String,
    #[serde(default)]
    operation_name: Option<String>,
    #[serde(default)]
    variables: Option<Map<String, Value>>,
    #[serde(default)]
    extensions: Option<Map<String, Value>>,
}

/// The parameters of a GET request, JSON in text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GetParameters {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

/// A request that cannot be understood.
struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Refusal {
    fn bad_request(message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: "BAD_REQUEST", message: message.into() }
    }
}

pub async fn post(State(gateway): State<Gateway>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    let Some(media_type) = MediaType::accepted(&headers) else { return not_acceptable() };
    let parameters = if is_json(&headers) {
        body.map_err(too_large).and_then(|body| from_body(&body))
    } else {
        Err(Refusal {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            code: "UNSUPPORTED_MEDIA_TYPE",
            message: "expected a body of `application/json` in UTF-8".to_owned(),
        })
    };
    respond(&gateway, parameters, media_type).await
}

pub async fn get(
    State(gateway): State<Gateway>,
    headers: HeaderMap,
    parameters: Result<Query<GetParameters>, QueryRejection>,
) -> Response {
    let Some(media_type) = MediaType::accepted(&headers) else { return not_acceptable() };
    let parameters = parameters.map_err(|error| Refusal::bad_request(format!("expected each parameter once: {error}")));
    respond(&gateway, parameters.and_then(|Query(parameters)| from_address(parameters)), media_type).await
}

/// Any other method.
pub async fn other_method() -> Response {
    let refusal = Refusal {
        status: StatusCode::METHOD_NOT_ALLOWED,
        code: "METHOD_NOT_ALLOWED",
        message: "expected GET or POST".to_owned(),
    };
    ([(header::ALLOW, "GET, POST")], refuse(&refusal, MediaType::Json)).into_response()
}

fn from_body(body: &[u8]) -> Result<Parameters, Refusal> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| Refusal::bad_request(format!("expected JSON, found an error: {error}")))?;
    if value.is_array() {
        return Err(Refusal::bad_request("expected one request as a JSON object, found an array: batches are off"));
    }
    serde_json::from_value(value)
        .map_err(|error| Refusal::bad_request(format!("expected a GraphQL request, found an error: {error}")))
}

fn from_address(parameters: GetParameters) -> Result<Parameters, Refusal> {
    fn json<T: DeserializeOwned>(name: &str, text: Option<String>) -> Result<Option<T>, Refusal> {
        let text = text.filter(|text| !text.is_empty());
        let parsed = text.map(|text| serde_json::from_str::<Option<T>>(&text)).transpose();
        parsed.map(Option::flatten).map_err(|error| {
            Refusal::bad_request(format!("expected `{name}` as a JSON object, found an error: {error}"))
        })
    }
    Ok(Parameters {
        query: parameters.query.ok_or_else(|| Refusal::bad_request("expected the parameter `query`, found none"))?,
        operation_name: parameters.operation_name,
        variables: json("variables", parameters.variables)?,
        extensions: json("extensions", parameters.extensions)?,
    })
}

fn too_large(rejection: BytesRejection) -> Refusal {
    Refusal {
        status: rejection.status(),
        code: "BODY_TOO_LARGE",
        message: format!("expected a body of at most {} bytes", super::LARGEST_BODY),
    }
}

async fn respond(gateway: &Gateway, parameters: Result<Parameters, Refusal>, media_type: MediaType) -> Response {
    let parameters = match parameters {
        Ok(parameters) => parameters,
        Err(refusal) => return refuse(&refusal, media_type),
    };
    // Extensions are read for their form only: none is understood yet.
    drop(parameters.extensions);
    let mut request = Request::new(parameters.query);
    if let Some(name) = parameters.operation_name.filter(|name| !name.is_empty()) {
        request = request.operation_name(name);
    }
    if let Some(variables) = parameters.variables {
        request = request.variables(Variables::from_json(Value::Object(variables)));
    }
    let mut request = crate::schema::on(&gateway.refresher.view(), request);
    // Resolvers never wait, so a query holds its thread until it is done: it must not be one of those that serve.
    let schema = gateway.schema.clone();
    let span = Span::current();
    let executing = tokio::task::spawn_blocking(move || {
        describe(&mut request, &span);
        Handle::current().block_on(schema.execute(request).instrument(span))
    });
    let refusal = match tokio::time::timeout(DEADLINE, executing).await {
        Ok(Ok(answer)) => return answered(answer, media_type),
        Ok(Err(error)) => {
            tracing::error!("a query ended early: {error}");
            let message = "the query could not be answered".to_owned();
            Refusal { status: StatusCode::INTERNAL_SERVER_ERROR, code: "INTERNAL_SERVER_ERROR", message }
        }
        Err(_) => {
            let message = format!("expected a query that takes at most {} s", DEADLINE.as_secs());
            Refusal { status: StatusCode::SERVICE_UNAVAILABLE, code: "DEADLINE_EXCEEDED", message }
        }
    };
    refuse(&refusal, media_type)
}

/// Puts the operation's name and type into the span. A query that cannot be parsed has neither.
fn describe(request: &mut Request, span: &Span) {
    let wanted = request.operation_name.clone();
    let Ok(document) = request.parsed_query() else { return };
    let (name, operation) = match &document.operations {
        DocumentOperations::Single(operation) => (None, operation),
        DocumentOperations::Multiple(operations) => {
            let found = match &wanted {
                Some(wanted) => operations.iter().find(|(name, _)| name.as_str() == wanted.as_str()),
                None => operations.iter().next().filter(|_| operations.len() == 1),
            };
            let Some((name, operation)) = found else { return };
            (Some(name.to_string()), operation)
        }
    };
    if let Some(name) = name.filter(|name| name.len() <= LONGEST_NAME) {
        span.record("graphql.operation.name", name);
    }
    span.record("graphql.operation.type", operation.node.ty.to_string());
}

/// An answer of the schema. Errors that belong to no field are errors of the request: then there is no `data`.
fn answered(answer: Answer, media_type: MediaType) -> Response {
    let is_request_error = is_request_error(&answer);
    let status = if is_request_error && media_type == MediaType::GraphqlResponse {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    let body = if is_request_error {
        serde_json::to_vec(&serde_json::json!({ "errors": answer.errors }))
    } else {
        serde_json::to_vec(&answer)
    };
    match body {
        Ok(body) => (status, [(header::CONTENT_TYPE, media_type.content_type())], body).into_response(),
        Err(error) => {
            tracing::error!("an answer could not be written: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Whether the request failed before any field was resolved.
pub fn is_request_error(answer: &Answer) -> bool {
    let no_field = |error: &ServerError| !error.path.iter().any(|segment| matches!(segment, PathSegment::Field(_)));
    answer.data == async_graphql::Value::Null
        && answer.errors.iter().any(|_| true)
        && answer.errors.iter().all(no_field)
}

fn refuse(refusal: &Refusal, media_type: MediaType) -> Response {
    let body =
        serde_json::json!({ "errors": [{ "message": refusal.message, "extensions": { "code": refusal.code } }] });
    (refusal.status, [(header::CONTENT_TYPE, media_type.content_type())], body.to_string()).into_response()
}

fn not_acceptable() -> Response {
    let message =
        "expected to answer `application/graphql-response+json` or `application/json`, found neither in `Accept`"
            .to_owned();
    refuse(&Refusal { status: StatusCode::NOT_ACCEPTABLE, code: "NOT_ACCEPTABLE", message }, MediaType::Json)
}
