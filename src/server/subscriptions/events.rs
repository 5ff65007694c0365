//! Server-sent events: one operation per connection, `event: next` for each result and `event: complete` at the end.

use std::convert::Infallible;

use axum::{
    http::{HeaderName, HeaderValue},
    response::{
        IntoResponse, Response,
        sse::{Event as Sent, KeepAlive, Sse},
    },
};
use futures::{StreamExt, stream};

use crate::server::{
    Gateway,
    graphql::{parameters::RequestBody, refusal::Refusal},
    subscriptions::{HEARTBEAT, Listener},
};

/// Tells nginx not to hold events back.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// Returns the event stream of the operation in a request.
pub fn answer(gateway: &Gateway, listener: &Listener, asked: RequestBody) -> Result<Response, Refusal> {
    let RequestBody::One(asked) = asked else {
        return Err(Refusal::bad_request("expected one operation for an event stream, found a batch"));
    };
    let place = gateway.live.place(listener.client.as_ref())?;
    let next = listener.stream(*asked).map(move |event| {
        let _listening = &place;
        Sent::default().event("next").data(event.into_json().json)
    });
    let complete = stream::once(async { Sent::default().event("complete").data("") });
    let events = next.chain(complete).take_until(gateway.live.stopping()).map(Ok::<_, Infallible>);
    Ok(([UNBUFFERED], Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT))).into_response())
}
