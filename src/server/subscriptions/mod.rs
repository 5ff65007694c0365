//! Subscriptions at `/graphql`: over WebSocket (graphql-transport-ws) or server-sent events (the distinct connections
//! mode of graphql-sse).
//!
//! Both check operations with the guard, limit the number of clients and send heartbeats. A query over an event stream
//! or a socket is executed like a query over HTTP.

use std::{future::Future, sync::Arc, time::Duration};

use async_graphql::{
    Name, Response as Answered, ServerError,
    parser::types::{ExecutableDocument, OperationType},
};
use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    response::Response,
};
use futures::{StreamExt, future, stream, stream::BoxStream};
use tokio::sync::{Semaphore, watch};

use crate::{
    api::{Graphql, guard::CostBudget},
    server::{
        Gateway,
        client::Client,
        concurrency::{FairPermit, FairSemaphore, NoPermit},
        graphql::{
            self, MediaType, accepts_events,
            checks::check,
            codes,
            parameters::{Parameters, RequestBody},
            refusal::Refusal,
        },
    },
};

mod event;
mod event_runtime;
mod events;
mod message;
mod root_field;
mod shared_operation;
mod socket;

use event::OperationEvent;
use event_runtime::EventRuntime;
use shared_operation::{Operation, SharedOperations};

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
    runtime: EventRuntime,
    operations: SharedOperations,
    permits: FairSemaphore,
    /// The permits of sockets before `connection_init`, so that idle sockets hold no permit of subscription clients.
    waiting: FairSemaphore,
    is_stopping: watch::Sender<bool>,
}

impl Subscriptions {
    /// Allows at most `listeners` clients over a subscription schema.
    pub fn new(schema: Graphql, listeners: usize) -> Self {
        Self {
            schema,
            runtime: EventRuntime::start(),
            operations: SharedOperations::default(),
            permits: FairSemaphore::new(listeners),
            waiting: FairSemaphore::new(MOST_WAITING),
            is_stopping: watch::Sender::new(false),
        }
    }

    async fn permit(&self, client: Option<&Client>) -> Result<FairPermit, Refusal> {
        self.permits.acquire_or_revoke(client).await.map_err(full)
    }

    /// Returns the permit of a socket before `connection_init`. Fails if it could not get that of a subscription client.
    fn waiting_permit(&self, client: Option<&Client>) -> Result<FairPermit, Refusal> {
        if !self.permits.may_acquire(client) {
            return Err(full(NoPermit::Exhausted));
        }
        self.waiting.try_acquire(client).map_err(full)
    }

    /// Ends all streams and closes all sockets.
    pub fn close(&self) {
        self.is_stopping.send_replace(true);
    }

    /// Completes once `close` has been called.
    fn stopping(&self) -> impl Future<Output = ()> + use<> {
        let mut is_stopping = self.is_stopping.subscribe();
        // An error means that the server has been dropped.
        async move {
            let _ = is_stopping.wait_for(|is_stopping| *is_stopping).await;
        }
    }

    /// Waits for the closing handshakes, within a limit.
    pub async fn closed(&self) {
        let closed = future::join(self.permits.all_released(), self.waiting.all_released());
        if tokio::time::timeout(CLOSING_TIME, closed).await.is_err() {
            tracing::warn!("subscription clients remain {} s after the shutdown began", CLOSING_TIME.as_secs());
        }
    }
}

fn full(none: NoPermit) -> Refusal {
    let message = match none {
        NoPermit::Exhausted => format!("subscription limit reached: retry after {} s", SOON.as_secs()),
        NoPermit::ShareExceeded => {
            format!("too many subscription clients at this address: retry after {} s", SOON.as_secs())
        }
    };
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED", message).retry_after(SOON)
}

/// The response to a request, or the request itself if it requests no stream.
pub enum StreamAnswer {
    Stream(Response),
    Other(Request),
}

/// Returns the stream that a request selects: a socket or an event stream.
///
/// An event stream serves subscriptions, and any operation of a client that accepts only event streams.
pub async fn answer(gateway: &Gateway, request: Request) -> StreamAnswer {
    if is_upgrade(request.headers()) {
        return StreamAnswer::Stream(socket::answer(gateway, request).await);
    }
    let may_stream = accepts_events(request.headers()) && matches!(*request.method(), Method::GET | Method::POST);
    if !may_stream {
        return StreamAnswer::Other(request);
    }
    let (mut parts, body) = request.into_parts();
    let client = parts.extensions.get::<Client>().cloned();
    let body = buffered(gateway, &mut parts, body).await;
    let parameters = if parts.method == Method::GET {
        graphql::from_address(&parts.uri)
    } else {
        graphql::from_body(gateway, &mut parts.clone(), Body::from(body.clone())).await
    };
    let listener = Listener::of(gateway, client);
    let wants_stream = MediaType::accepted(&parts.headers).is_none()
        || match &parameters {
            Ok(RequestBody::One(one)) => listener.is_subscription(one).await,
            Ok(RequestBody::Batch(_)) | Err(_) => false,
        };
    if !wants_stream {
        return StreamAnswer::Other(Request::from_parts(parts, Body::from(body)));
    }
    let streamed = match parameters {
        Ok(parameters) => events::answer(gateway, &listener, parameters).await,
        Err(refusal) => Err(refusal),
    };
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

/// A subscription client.
#[derive(Clone)]
struct Listener {
    gateway: Gateway,
    client: Option<Client>,
    /// The limit on the client's streams.
    streams: Arc<Semaphore>,
}

impl Listener {
    fn of(gateway: &Gateway, client: Option<Client>) -> Self {
        let streams = Arc::new(Semaphore::new(MOST_EACH));
        Self { gateway: gateway.clone(), client, streams }
    }

    /// True if the operation is a subscription. False for an operation with an error, because its execution reports the
    /// error.
    async fn is_subscription(&self, parameters: &Parameters) -> bool {
        let Ok(document) = self.gateway.documents.find(parameters).await else { return false };
        // Most documents are not parsed twice.
        document.text.contains("subscription")
            && self
                .gateway
                .guard
                .parse(&document.text)
                .is_ok_and(|parsed| is_subscription(&parsed.executable, parameters.operation_name.as_deref()))
    }

    /// Returns the results of an operation.
    fn stream(&self, parameters: Parameters) -> BoxStream<'static, OperationEvent> {
        let Ok(permit) = self.streams.clone().try_acquire_owned() else {
            let mut error = ServerError::new(
                format!("expected at most {MOST_EACH} subscriptions on one connection, found more"),
                None,
            );
            error.extensions.get_or_insert_default().set("code", "TOO_MANY_SUBSCRIPTIONS");
            return failed(error);
        };
        let listener = self.clone();
        let events = stream::once(async move { listener.events(parameters).await }).flatten();
        // The stream holds its permit until it ends.
        events.map(move |event| (&permit, event).1).boxed()
    }

    /// Returns the results of an operation on a socket, which takes a rate limit token of its own.
    fn counted_stream(&self, parameters: Parameters) -> BoxStream<'static, OperationEvent> {
        let listener = self.clone();
        let events = async move {
            match listener.take_token().await {
                Ok(()) => listener.stream(parameters),
                Err(refusal) => failed(refusal.into()),
            }
        };
        stream::once(events).flatten().boxed()
    }

    async fn take_token(&self) -> Result<(), Refusal> {
        let (Some(rates), Some(client)) = (&self.gateway.rates, &self.client) else { return Ok(()) };
        let limit_state = rates.take_of(client.clone()).await;
        if limit_state.is_allowed() { Ok(()) } else { Err(rates.refusal(&limit_state)) }
    }

    async fn events(self, parameters: Parameters) -> BoxStream<'static, OperationEvent> {
        match self.subscription(&parameters).await {
            Ok(Some(operation)) => {
                self.gateway.subscriptions.operations.listen(&self.gateway, self.client.clone(), operation)
            }
            Ok(None) => {
                let event = async move {
                    let answer = graphql::answer_once(&self.gateway, self.client.clone(), parameters).await;
                    OperationEvent::of_query(&self.gateway, self.client.as_ref(), answer)
                };
                stream::once(event).boxed()
            }
            Err(errors) => {
                let mut answer = Answered::from_errors(errors);
                codes::complete(&mut answer);
                stream::once(future::ready(OperationEvent::Error(answer.errors))).boxed()
            }
        }
    }

    /// Checks a subscription like a query. `None` if the operation is a query.
    async fn subscription(&self, parameters: &Parameters) -> Result<Option<Operation>, Vec<ServerError>> {
        let text = self.gateway.documents.find(parameters).await.map_err(|error| vec![error.into()])?.text;
        let parsed = self.gateway.guard.parse(&text).map_err(|excess| vec![excess.into()])?;
        let name = parameters.operation_name.as_deref();
        if !is_subscription(&parsed.executable, name) {
            return Ok(None);
        }
        let variables = parameters.variables.clone().unwrap_or_default();
        let mut checked = check(&self.gateway, &text, parsed, name, variables, &mut CostBudget::default())?;
        root_field::select_one(&mut checked.document, name).map_err(|error| vec![error])?;
        let (document, variables) = (checked.document, checked.variables);
        Ok(Some(Operation { text, name: parameters.operation_name.clone(), document, variables }))
    }
}

/// True if the chosen operation is a subscription.
fn is_subscription(document: &ExecutableDocument, name: Option<&str>) -> bool {
    let is_chosen = |known: Option<&str>| name.is_none() || known == name;
    let mut chosen = document.operations.iter().filter(|(known, _)| is_chosen(known.map(Name::as_str)));
    chosen.any(|(_, operation)| operation.node.ty == OperationType::Subscription)
}

fn failed(error: ServerError) -> BoxStream<'static, OperationEvent> {
    stream::once(future::ready(OperationEvent::Error(vec![error]))).boxed()
}
