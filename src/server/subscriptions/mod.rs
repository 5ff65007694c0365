//! Subscriptions at `/graphql`: over WebSocket (graphql-transport-ws) or server-sent events (the distinct connections
//! mode of graphql-sse).
//!
//! Both have the guard, a limit on clients, and heartbeats.

use std::{sync::Arc, time::Duration};

use async_graphql::{
    Data, Executor, Name, Request as Query, Response as Answer, ServerError, Variables,
    parser::types::{OperationDefinition, OperationType},
};
use axum::{
    extract::Request,
    http::{HeaderMap, Method, StatusCode, header},
    response::Response,
};
use futures::{FutureExt, StreamExt, stream, stream::BoxStream};
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    api::Graphql,
    server::{
        Gateway,
        graphql::{self, MediaType, codes, parameters::Parameters, refusal::Refusal},
    },
};

mod events;
mod socket;

/// The heartbeat interval.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Maximum number of subscriptions per client.
const MOST_EACH: usize = 20;
/// The `Retry-After` of a client that exceeds the limit.
const SOON: Duration = Duration::from_secs(10);

/// The state shared by all subscription clients.
pub struct Subscriptions {
    schema: Graphql,
    places: Arc<Semaphore>,
}

impl Subscriptions {
    /// Allows at most `listeners` clients over a subscription schema.
    pub fn new(schema: Graphql, listeners: usize) -> Self {
        Self { schema, places: Arc::new(Semaphore::new(listeners)) }
    }

    fn place(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        self.places.clone().try_acquire_owned().map_err(|_| {
            let message = format!("subscription limit reached: retry after {} s", SOON.as_secs());
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED", message).retry_after(SOON)
        })
    }
}

/// True if a request asks for a subscription stream.
pub fn is_asked_for(method: &Method, headers: &HeaderMap) -> bool {
    is_upgrade(headers) || (accepts_events(headers) && matches!(*method, Method::GET | Method::POST))
}

/// Returns the stream that a request asks for.
pub async fn answer(gateway: &Gateway, request: Request) -> Response {
    if is_upgrade(request.headers()) {
        socket::answer(gateway, request).await
    } else {
        events::answer(gateway, request).await.unwrap_or_else(|refusal| refusal.respond(MediaType::Json))
    }
}

fn is_upgrade(headers: &HeaderMap) -> bool {
    let upgrade = headers.get(header::UPGRADE).and_then(|value| value.to_str().ok());
    upgrade.is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("websocket"))
}

fn accepts_events(headers: &HeaderMap) -> bool {
    let ranges = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    ranges.flat_map(|ranges| ranges.split(',')).any(|range| {
        let media_type = range.split(';').next().unwrap_or_default();
        media_type.trim().eq_ignore_ascii_case("text/event-stream")
    })
}

/// A subscription client. A query gives a single event, executed like a query over HTTP.
#[derive(Clone)]
struct Listener {
    gateway: Gateway,
    /// The limit on the client's streams.
    streams: Arc<Semaphore>,
}

impl Listener {
    fn of(gateway: &Gateway) -> Self {
        let streams = Arc::new(Semaphore::new(MOST_EACH));
        Self { gateway: gateway.clone(), streams }
    }

    /// Returns the results of an operation.
    fn stream(&self, asked: Parameters) -> BoxStream<'static, Answer> {
        let Ok(place) = self.streams.clone().try_acquire_owned() else {
            let mut error = ServerError::new(
                format!("expected at most {MOST_EACH} subscriptions on one connection, found more"),
                None,
            );
            error.extensions.get_or_insert_default().set("code", "TOO_MANY_SUBSCRIPTIONS");
            return stream::once(async { Answer::from_errors(vec![error]) }).boxed();
        };
        let listener = self.clone();
        let answers = stream::once(async move { listener.answers(asked).await }).flatten();
        // The stream holds its permit until it ends.
        answers.map(move |answer| (&place, answer).1).boxed()
    }

    async fn answers(self, asked: Parameters) -> BoxStream<'static, Answer> {
        match self.subscription(&asked).await {
            Ok(Some(request)) => self.events(request),
            Ok(None) => stream::once(async move { graphql::answer_once(&self.gateway, asked).await }).boxed(),
            Err(error) => stream::once(async { Answer::from_errors(vec![error]) }).boxed(),
        }
    }

    /// Checks a subscription with the guard. `None` if the operation is a query.
    async fn subscription(&self, asked: &Parameters) -> Result<Option<Query>, ServerError> {
        let text = self.gateway.documents.find(asked).await?.text;
        let document = self.gateway.guard.parse(&text)?;
        let name = asked.operation_name.as_deref();
        let listens = |operation: &OperationDefinition| operation.ty == OperationType::Subscription;
        let mut named =
            document.operations.iter().filter(|(known, _)| name.is_none() || known.map(Name::as_str) == name);
        if !named.any(|(_, operation)| listens(&operation.node)) {
            return Ok(None);
        }
        let variables = Variables::from_json(Value::Object(asked.variables.clone().unwrap_or_default()));
        self.gateway.guard.price(&document, name, &variables)?;
        let mut request = Query::new(&*text).variables(variables);
        request.operation_name.clone_from(&asked.operation_name);
        request.set_parsed_query(document);
        Ok(Some(crate::api::to_listen(request)))
    }

    fn events(self, request: Query) -> BoxStream<'static, Answer> {
        let alone = request.query.clone();
        let validating = self.gateway.terse.validating.clone();
        let answers = self.gateway.live.schema.execute_stream(request);
        let completed = answers.map(move |mut answer| {
            // Validation resolves nothing, so it never waits.
            let errors = || validating.execute(&alone).now_or_never().map(|answer| answer.errors).unwrap_or_default();
            codes::complete(&mut answer, errors);
            answer
        });
        completed.boxed()
    }
}

impl Executor for Listener {
    async fn execute(&self, request: Query) -> Answer {
        self.stream(parameters(request)).next().await.unwrap_or_default()
    }

    fn execute_stream(&self, request: Query, _: Option<Arc<Data>>) -> BoxStream<'static, Answer> {
        self.stream(parameters(request))
    }
}

/// Converts the protocol library's request to parameters.
fn parameters(request: Query) -> Parameters {
    let extensions = serde_json::to_value(&request.extensions).and_then(serde_json::from_value);
    Parameters {
        query: Some(request.query).filter(|text| !text.is_empty()),
        document_id: None,
        operation_name: request.operation_name,
        variables: request.variables.into_value().into_json().ok().and_then(|value| value.as_object().cloned()),
        extensions: extensions.ok(),
    }
}
