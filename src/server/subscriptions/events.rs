//! Server-sent events: one operation per connection, `event: next` for each result and `event: complete` at the end.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, Query as Address, Request},
    http::Method,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{StreamExt, stream};

use crate::server::{
    Gateway,
    graphql::{
        self,
        parameters::{AddressParameters, RequestBody},
        refusal::Refusal,
    },
    subscriptions::{HEARTBEAT, Listener},
};

/// Returns the event stream of the operation in a request.
pub async fn answer(gateway: &Gateway, request: Request) -> Result<Response, Refusal> {
    let listener = Listener::of(gateway);
    let asked = if *request.method() == Method::GET {
        let (mut parts, _) = request.into_parts();
        let Address(parameters) =
            Address::<AddressParameters>::from_request_parts(&mut parts, &()).await.map_err(|error| {
                Refusal::bad_request(format!("expected each URL parameter at most once, found an error: {error}"))
            })?;
        RequestBody::from_address(parameters)?
    } else {
        let (mut parts, body) = request.into_parts();
        graphql::from_body(gateway, &mut parts, body).await?
    };
    let RequestBody::One(asked) = asked else {
        return Err(Refusal::bad_request("expected one operation for an event stream, found a batch"));
    };
    let place = gateway.live.place()?;
    let answers = listener.stream(*asked);
    let next = answers.map(move |answer| {
        let _listening = &place;
        let text = serde_json::to_string(&answer).unwrap_or_default();
        Event::default().event("next").data(text)
    });
    let complete = stream::once(async { Event::default().event("complete").data("") });
    let events = next.chain(complete).map(Ok::<_, Infallible>);
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response())
}
