//! Subscriptions, at `/graphql` itself: by WebSocket (the protocol graphql-transport-ws), or as server-sent events (the
//! distinct connections mode of graphql-sse). Both have the guard before them, a bound on listeners, and heartbeats.

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
    domain::text::Language,
    server::{
        Gateway,
        graphql::{self, MediaType, codes, language, parameters::Parameters, refusal::Refusal},
    },
};

mod events;
mod socket;

/// How often a sign of life is sent.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How many subscriptions one listener may have.
const MOST_EACH: usize = 20;
/// When a listener that found no place may come again.
const SOON: Duration = Duration::from_secs(10);

/// What listeners share.
pub struct Subscriptions {
    schema: Graphql,
    places: Arc<Semaphore>,
}

impl Subscriptions {
    /// At most so many listeners over a schema of subscriptions.
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

/// Whether a request asks for a stream.
pub fn is_asked_for(method: &Method, headers: &HeaderMap) -> bool {
    is_upgrade(headers) || (accepts_events(headers) && matches!(*method, Method::GET | Method::POST))
}

/// The stream that a request asks for.
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

/// One client that listens. A query is answered as one event, in the same way as one that comes alone.
#[derive(Clone)]
struct Listener {
    gateway: Gateway,
    /// What it accepts.
    language: Language,
    /// A place for each of its streams.
    streams: Arc<Semaphore>,
}

impl Listener {
    fn of(gateway: &Gateway, headers: &HeaderMap) -> Self {
        let streams = Arc::new(Semaphore::new(MOST_EACH));
        Self { gateway: gateway.clone(), language: language(headers), streams }
    }

    /// The answers to a request, for as long as they come.
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
        // The place is taken as long as the stream is.
        answers.map(move |answer| (&place, answer).1).boxed()
    }

    async fn answers(self, asked: Parameters) -> BoxStream<'static, Answer> {
        match self.subscription(&asked).await {
            Ok(Some(request)) => self.events(request),
            Ok(None) => {
                stream::once(async move { graphql::answer_once(&self.gateway, asked, self.language).await }).boxed()
            }
            Err(error) => stream::once(async { Answer::from_errors(vec![error]) }).boxed(),
        }
    }

    /// The subscription that is asked for, if the guard lets it pass; nothing where it is a query.
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
        let mut request = Query::new(&*text).variables(variables).data(self.language);
        request.operation_name.clone_from(&asked.operation_name);
        request.set_parsed_query(document);
        Ok(Some(crate::api::to_listen(request)))
    }

    fn events(self, request: Query) -> BoxStream<'static, Answer> {
        let alone = request.query.clone();
        let validating = self.gateway.terse.validating.clone();
        let answers = self.gateway.live.schema.execute_stream(request);
        let completed = answers.map(move |mut answer| {
            // Nothing is resolved, so nothing waits.
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

/// The parameters of a request as the protocol's own type has them.
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
