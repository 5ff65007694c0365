//! Server-sent events: one operation per connection, `event: next` for each result and `event: complete` at the end.

use std::convert::Infallible;

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures::{Stream, StreamExt, stream};
use tokio::time::{Instant, interval_at};

use crate::server::{
    Gateway,
    concurrency::FairPermit,
    graphql::{parameters::RequestBody, refusal::Refusal},
    subscriptions::{HEARTBEAT, Listener, event::EventText},
};

const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    // Disables response buffering in nginx.
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
];

/// Returns the event stream of the operation in a request.
pub async fn answer(gateway: &Gateway, listener: &Listener, parameters: RequestBody) -> Result<Response, Refusal> {
    let RequestBody::One(parameters) = parameters else {
        return Err(Refusal::bad_request("expected one operation for an event stream, found a batch"));
    };
    let permit = gateway.subscriptions.permit(listener.client.as_ref()).await?;
    let next = listener.stream(*parameters).flat_map(|event| stream::iter(parts(event.into_json())));
    let stopping = gateway.subscriptions.stopping();
    // The permit is held until the stream ends.
    let end = async move {
        tokio::select! {
            () = stopping => {}
            () = permit.revoked() => {}
        }
    };
    let complete = stream::once(async { Bytes::from_static(b"event: complete\ndata:\n\n") });
    let events = next.take_until(end).chain(complete);
    Ok((HEADERS, Body::from_stream(with_heartbeat(events).map(Ok::<_, Infallible>))).into_response())
}

/// Returns an event in parts. The JSON is not copied, and stays reserved until it has been sent.
fn parts(text: EventText) -> [Bytes; 3] {
    let json = Bytes::from_owner(CountedBytes { json: text.json.into(), _reserved: text.reserved });
    [Bytes::from_static(b"event: next\ndata: "), json, Bytes::from_static(b"\n\n")]
}

/// Bytes that count as unsent until they are dropped.
struct CountedBytes {
    json: Bytes,
    _reserved: Option<FairPermit>,
}

impl AsRef<[u8]> for CountedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.json
    }
}

/// Adds a comment after each interval without an event, so that proxies keep the connection open.
fn with_heartbeat(events: impl Stream<Item = Bytes>) -> impl Stream<Item = Bytes> {
    let heartbeat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    stream::unfold((Box::pin(events), heartbeat), async |(mut events, mut heartbeat)| {
        let bytes = tokio::select! {
            event = events.next() => {
                heartbeat.reset();
                event?
            }
            _ = heartbeat.tick() => Bytes::from_static(b":\n\n"),
        };
        Some((bytes, (events, heartbeat)))
    })
}
