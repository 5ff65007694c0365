//! Subscriptions at `/graphql`: over WebSocket (graphql-transport-ws) or server-sent events (the distinct connections
//! mode of graphql-sse).
//!
//! Both have the guard, a limit on clients, and heartbeats. A query over an event stream or a socket is executed like a
//! query over HTTP.

use std::{future::Future, sync::Arc, time::Duration};

use async_graphql::{
    Name, Request as Query, Response as Answered, ServerError, Value as Data, Variables,
    parser::types::{ExecutableDocument, OperationType},
};
use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    response::Response,
};
use futures::{FutureExt, StreamExt, future, stream, stream::BoxStream};
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::{
    api::{Graphql, guard::CostBudget},
    server::{
        Gateway,
        graphql::{
            self, MediaType, accepts_events,
            checks::check,
            codes,
            parameters::{Parameters, RequestBody},
            refusal::Refusal,
        },
    },
};

mod events;
mod message;
mod root_field;
mod socket;

/// The heartbeat interval.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Maximum number of subscriptions per client.
const MOST_EACH: usize = 20;
/// Maximum number of sockets that wait for their first message.
const MOST_WAITING: usize = 1024;
/// The `Retry-After` of a client that exceeds the limit.
const SOON: Duration = Duration::from_secs(10);
/// Maximum time for the closing handshakes of a shutdown.
const CLOSING_TIME: Duration = Duration::from_secs(3);

/// The state shared by all subscription clients.
pub struct Subscriptions {
    schema: Graphql,
    most: usize,
    places: Arc<Semaphore>,
    /// The places of sockets before `connection_init`, so that idle sockets hold no place of a subscription client.
    waiting: Arc<Semaphore>,
    is_stopping: watch::Sender<bool>,
}

impl Subscriptions {
    /// Allows at most `listeners` clients over a subscription schema.
    pub fn new(schema: Graphql, listeners: usize) -> Self {
        Self {
            schema,
            most: listeners,
            places: Arc::new(Semaphore::new(listeners)),
            waiting: Arc::new(Semaphore::new(MOST_WAITING)),
            is_stopping: watch::Sender::new(false),
        }
    }

    fn place(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        self.places.clone().try_acquire_owned().map_err(|_| full())
    }

    /// Returns the place of a socket before `connection_init`, if it can expect another place after it.
    fn waiting_place(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        if self.places.available_permits() == 0 {
            return Err(full());
        }
        self.waiting.clone().try_acquire_owned().map_err(|_| full())
    }

    /// Ends all streams and closes all sockets.
    pub fn close(&self) {
        self.is_stopping.send_replace(true);
    }

    /// Completes once `close` has been called.
    fn stopping(&self) -> impl Future<Output = ()> + use<> {
        let mut is_stopping = self.is_stopping.subscribe();
        // An error means that the server is gone.
        async move {
            let _ = is_stopping.wait_for(|is_stopping| *is_stopping).await;
        }
    }

    /// Waits for the closing handshakes, within a limit.
    pub async fn closed(&self) {
        let all = |places: &Arc<Semaphore>, most: usize| {
            let most = u32::try_from(most).unwrap_or(u32::MAX);
            places.clone().acquire_many_owned(most)
        };
        let closed = future::join(all(&self.places, self.most), all(&self.waiting, MOST_WAITING));
        if tokio::time::timeout(CLOSING_TIME, closed).await.is_err() {
            tracing::warn!("subscription clients remain {} s after the shutdown began", CLOSING_TIME.as_secs());
        }
    }
}

fn full() -> Refusal {
    let message = format!("subscription limit reached: retry after {} s", SOON.as_secs());
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED", message).retry_after(SOON)
}

/// The response to a request, or the request if it asks for no stream.
pub enum StreamAnswer {
    Stream(Response),
    Other(Request),
}

/// Returns the stream that a request asks for: a socket, or an event stream.
///
/// An event stream is for subscriptions, and for clients that accept nothing else.
pub async fn answer(gateway: &Gateway, request: Request) -> StreamAnswer {
    if is_upgrade(request.headers()) {
        return StreamAnswer::Stream(socket::answer(gateway, request).await);
    }
    let may_stream = accepts_events(request.headers()) && matches!(*request.method(), Method::GET | Method::POST);
    if !may_stream {
        return StreamAnswer::Other(request);
    }
    let (mut parts, body) = request.into_parts();
    let body = buffered(gateway, &mut parts, body).await;
    let asked = if parts.method == Method::GET {
        graphql::from_address(&parts.uri)
    } else {
        graphql::from_body(gateway, &mut parts.clone(), Body::from(body.clone())).await
    };
    let listener = Listener::of(gateway);
    let wants_stream = MediaType::accepted(&parts.headers).is_none()
        || match &asked {
            Ok(RequestBody::One(one)) => listener.is_subscription(one).await,
            Ok(RequestBody::Batch(_)) | Err(_) => false,
        };
    if !wants_stream {
        return StreamAnswer::Other(Request::from_parts(parts, Body::from(body)));
    }
    let streamed = asked.and_then(|asked| events::answer(gateway, &listener, asked));
    StreamAnswer::Stream(streamed.unwrap_or_else(|refusal| refusal.respond(MediaType::Json)))
}

/// Reads the body of a request. An error is stored in the extensions, for the code that parses the body.
async fn buffered(gateway: &Gateway, parts: &mut Parts, body: Body) -> Bytes {
    match graphql::read(&gateway.options, body).await {
        Ok(body) => body,
        Err(refusal) => {
            parts.extensions.insert(refusal);
            Bytes::new()
        }
    }
}

fn is_upgrade(headers: &HeaderMap) -> bool {
    let upgrade = headers.get(header::UPGRADE).and_then(|value| value.to_str().ok());
    upgrade.is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("websocket"))
}

/// One result of an operation.
enum Event {
    Next(Answered),
    /// The operation failed before it ran.
    Error(Vec<ServerError>),
}

impl Event {
    fn of(answer: Answered) -> Self {
        if codes::is_request_error(&answer) { Self::Error(answer.errors) } else { Self::Next(answer) }
    }

    fn into_answer(self) -> Answered {
        match self {
            Self::Next(answer) => answer,
            Self::Error(errors) => Answered::from_errors(errors),
        }
    }
}

/// A subscription client.
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

    /// True if the operation is a subscription. An operation with an error is not: its execution reports the error.
    async fn is_subscription(&self, asked: &Parameters) -> bool {
        let Ok(document) = self.gateway.documents.find(asked).await else { return false };
        // Most documents are not parsed twice.
        document.text.contains("subscription")
            && self
                .gateway
                .guard
                .parse(&document.text)
                .is_ok_and(|parsed| is_subscription(&parsed.executable, asked.operation_name.as_deref()))
    }

    /// Returns the results of an operation.
    fn stream(&self, asked: Parameters) -> BoxStream<'static, Event> {
        let Ok(place) = self.streams.clone().try_acquire_owned() else {
            let mut error = ServerError::new(
                format!("expected at most {MOST_EACH} subscriptions on one connection, found more"),
                None,
            );
            error.extensions.get_or_insert_default().set("code", "TOO_MANY_SUBSCRIPTIONS");
            return failed(error);
        };
        let listener = self.clone();
        let events = stream::once(async move { listener.events(asked).await }).flatten();
        // The stream holds its permit until it ends.
        events.map(move |event| (&place, event).1).boxed()
    }

    async fn events(self, asked: Parameters) -> BoxStream<'static, Event> {
        match self.subscription(&asked).await {
            Ok(Some(request)) => from_source(self.answers(request)).await,
            Ok(None) => {
                let answer = async move { graphql::answer_once(&self.gateway, asked).await };
                stream::once(answer.map(Event::of)).boxed()
            }
            Err(errors) => {
                let mut answer = Answered::from_errors(errors);
                codes::complete(&mut answer);
                stream::once(future::ready(Event::Error(answer.errors))).boxed()
            }
        }
    }

    /// Checks a subscription like a query. `None` if the operation is a query.
    async fn subscription(&self, asked: &Parameters) -> Result<Option<Query>, Vec<ServerError>> {
        let text = self.gateway.documents.find(asked).await.map_err(|error| vec![error.into()])?.text;
        let parsed = self.gateway.guard.parse(&text).map_err(|excess| vec![excess.into()])?;
        let name = asked.operation_name.as_deref();
        if !is_subscription(&parsed.executable, name) {
            return Ok(None);
        }
        let variables = asked.variables.clone().unwrap_or_default();
        let mut checked = check(&self.gateway, &text, parsed, name, variables, &mut CostBudget::default())?;
        root_field::select_one(&mut checked.document, name).map_err(|error| vec![error])?;
        let variables = Variables::from_json(Value::Object(checked.variables));
        let mut request = Query::new(&*text).variables(variables);
        request.operation_name.clone_from(&asked.operation_name);
        request.set_parsed_query(checked.document);
        Ok(Some(crate::api::to_listen(request)))
    }

    fn answers(self, request: Query) -> BoxStream<'static, Answered> {
        let answers = self.gateway.live.schema.execute_stream(request);
        let completed = answers.map(|mut answer| {
            codes::complete(&mut answer);
            answer
        });
        completed.boxed()
    }
}

/// True if the chosen operation is a subscription.
fn is_subscription(document: &ExecutableDocument, name: Option<&str>) -> bool {
    let is_chosen = |known: Option<&str>| name.is_none() || known == name;
    let mut chosen = document.operations.iter().filter(|(known, _)| is_chosen(known.map(Name::as_str)));
    chosen.any(|(_, operation)| operation.node.ty == OperationType::Subscription)
}

fn failed(error: ServerError) -> BoxStream<'static, Event> {
    stream::once(future::ready(Event::Error(vec![error]))).boxed()
}

/// Returns the events of a subscription. A first answer without data that ends the stream means that the source of
/// events could not be created.
async fn from_source(mut answers: BoxStream<'static, Answered>) -> BoxStream<'static, Event> {
    let Some(first) = answers.next().await else { return stream::empty().boxed() };
    if first.data != Data::Null || first.errors.is_empty() {
        return stream::iter([Event::Next(first)]).chain(answers.map(Event::Next)).boxed();
    }
    if codes::is_request_error(&first) {
        return stream::iter([Event::Error(first.errors)]).boxed();
    }
    match answers.next().now_or_never() {
        Some(None) => stream::iter([Event::Error(first.errors)]).boxed(),
        second => {
            let begun = [Some(first), second.flatten()].into_iter().flatten().map(Event::Next);
            stream::iter(begun).chain(answers.map(Event::Next)).boxed()
        }
    }
}
