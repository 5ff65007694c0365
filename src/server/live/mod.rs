//! Subscriptions, at `/graphql` itself: by WebSocket (the protocol graphql-transport-ws), or as server-sent events (the
//! distinct connections mode of graphql-sse). Both have the guard before them, a bound on listeners, and heartbeats.

use std::{sync::Arc, time::Duration};

use async_graphql::{Data, Executor, Request as Query, Response as Answer, ServerError, Variables};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use futures::{StreamExt, stream, stream::BoxStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    Gateway,
    graphql::{MediaType, refusal::Refusal},
};
use crate::schema::{Graphql, guard::Guard};

mod events;
mod socket;

/// How often a sign of life is sent.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How many subscriptions one listener may have.
const MOST_EACH: usize = 20;
/// When a listener that found no place may come again.
const SOON: Duration = Duration::from_secs(10);

/// What listeners share.
pub struct Live {
    schema: Graphql,
    guard: Arc<Guard>,
    places: Arc<Semaphore>,
}

impl Live {
    /// At most so many listeners over a schema of subscriptions.
    pub fn new(schema: Graphql, guard: Arc<Guard>, listeners: usize) -> Self {
        Self { schema, guard, places: Arc::new(Semaphore::new(listeners)) }
    }

    fn place(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        self.places.clone().try_acquire_owned().map_err(|_| {
            let message = "expected a free place for another listener, found all taken: try again later";
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED", message).retry_after(SOON)
        })
    }

    fn listener(self: &Arc<Self>) -> Listener {
        Listener { live: self.clone(), streams: Arc::new(Semaphore::new(MOST_EACH)) }
    }
}

/// Takes the requests that ask for a stream; leaves the others to who answers once.
pub async fn listen(State(gateway): State<Gateway>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let is_stream = accepts_events(headers) && matches!(*request.method(), Method::GET | Method::POST);
    if is_upgrade(headers) {
        socket::answer(&gateway.live, request).await
    } else if is_stream {
        events::answer(&gateway, request).await.unwrap_or_else(|refusal| refusal.respond(MediaType::Json))
    } else {
        next.run(request).await
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

/// One client that listens. Its requests pass the guard; queries are answered as one event.
#[derive(Clone)]
struct Listener {
    live: Arc<Live>,
    /// A place for each of its streams.
    streams: Arc<Semaphore>,
}

impl Listener {
    /// The request, parsed, if the guard lets it pass.
    fn guarded(&self, mut request: Query) -> Result<Query, ServerError> {
        let document = self.live.guard.parse(&request.query).map_err(ServerError::from)?;
        let operation = request.operation_name.as_deref();
        self.live.guard.price(&document, operation, &request.variables).map_err(ServerError::from)?;
        request.set_parsed_query(document);
        Ok(crate::schema::to_validate(request))
    }

    /// The answers to a request, for as long as they come.
    fn stream(&self, request: Query) -> BoxStream<'static, Answer> {
        let once = |error| stream::once(async { Answer::from_errors(vec![error]) }).boxed();
        let Ok(place) = self.streams.clone().try_acquire_owned() else {
            let mut error =
                ServerError::new(format!("expected at most {MOST_EACH} subscriptions of one listener"), None);
            error.extensions.get_or_insert_default().set("code", "TOO_MANY_SUBSCRIPTIONS");
            return once(error);
        };
        match self.guarded(request) {
            Ok(request) => {
                let answers = self.live.schema.execute_stream(request);
                // The place is taken as long as the stream is.
                answers.map(move |answer| (&place, answer).1).boxed()
            }
            Err(error) => once(error),
        }
    }
}

impl Executor for Listener {
    async fn execute(&self, request: Query) -> Answer {
        self.stream(request).next().await.unwrap_or_default()
    }

    fn execute_stream(&self, request: Query, _: Option<Arc<Data>>) -> BoxStream<'static, Answer> {
        self.stream(request)
    }
}

/// A request of these parts.
fn query(text: String, operation: Option<String>, variables: Variables) -> Query {
    let mut query = Query::new(text).variables(variables);
    query.operation_name = operation;
    query
}
