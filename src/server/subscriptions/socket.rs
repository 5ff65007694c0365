//! WebSocket: multiple operations per connection, with the protocol graphql-transport-ws.
//!
//! This module implements the protocol itself, because the framework supports neither the close codes and `error`
//! messages of the specification nor `documentId`.

use std::{collections::HashMap, time::Duration};

use async_graphql::ServerError;
use axum::{
    body::Bytes,
    extract::{
        FromRequestParts, Request,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code},
    },
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use futures::{
    StreamExt,
    future::{AbortHandle, Abortable},
    stream::{self, BoxStream, SelectAll},
};
use serde_json::{Map, Value};
use tokio::time::Instant;

use crate::server::{
    Gateway,
    client::Client,
    concurrency::FairPermit,
    graphql::{MediaType, parameters::Parameters, refusal::Refusal},
    subscriptions::{
        HEARTBEAT, Listener, OperationEvent,
        message::{self, ClientMessage, Violation},
    },
};

/// The name of the subprotocol.
const PROTOCOL: &str = "graphql-transport-ws";
/// Maximum size of a message in bytes.
const LARGEST_MESSAGE: usize = 64 << 10;
/// Maximum number of heartbeats without a reply.
const MAX_MISSED_HEARTBEATS: u32 = 3;
/// Maximum time from the handshake to `connection_init`.
const INIT_TIME: Duration = Duration::from_secs(10);
/// Maximum time for the client's part of the closing handshake.
const CLOSING_TIME: Duration = Duration::from_secs(2);

/// Upgrades the connection to a WebSocket.
pub async fn answer(gateway: &Gateway, request: Request) -> Response {
    upgraded(gateway, request).await.unwrap_or_else(|refusal| refusal.respond(MediaType::Json))
}

async fn upgraded(gateway: &Gateway, request: Request) -> Result<Response, Refusal> {
    let (mut parts, _) = request.into_parts();
    if !is_allowed_origin(gateway, &parts.headers) {
        let message = "expected an allowed `Origin` for a WebSocket, found another";
        return Err(Refusal::new(StatusCode::FORBIDDEN, "ORIGIN_NOT_ALLOWED", message));
    }
    // The extensions contain the client's case of header names. Hyper reuses it in a response with the same extension.
    let extensions = parts.extensions.clone();
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &())
        .await
        .map_err(|error| Refusal::bad_request(format!("expected a WebSocket handshake: {error}")))?;
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(LARGEST_MESSAGE).max_frame_size(LARGEST_MESSAGE);
    if upgrade.selected_protocol().is_none() {
        return Err(Refusal::bad_request(format!(
            "expected the WebSocket subprotocol `{PROTOCOL}`, found none or another"
        )));
    }
    let client = parts.extensions.get::<Client>().cloned();
    let waiting = gateway.subscriptions.waiting_permit(client.as_ref())?;
    let listener = Listener::of(gateway, client);
    let mut response = upgrade.on_upgrade(move |socket| Session::new(listener, waiting).run(socket));
    response.extensions_mut().extend(extensions);
    Ok(response)
}

/// True if no origins are configured, the client is not a browser, or the page has an allowed origin or that of this
/// server.
fn is_allowed_origin(gateway: &Gateway, headers: &HeaderMap) -> bool {
    let allowed = &gateway.options.origins;
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let host = headers.get(header::HOST).map(HeaderValue::as_bytes);
    let is_own = || {
        let authority =
            origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host.as_bytes());
        authority.is_some() && authority == host
    };
    allowed.is_empty() || allowed.contains(origin) || is_own()
}

/// The next event of an operation. `None` ends the operation.
type Step = (String, Option<OperationEvent>);

/// The state of one socket.
struct Session {
    listener: Listener,
    /// The permit of the socket: of a socket before `connection_init`, then of a subscription client.
    permit: FairPermit,
    is_initialised: bool,
    running: HashMap<String, AbortHandle>,
    steps: SelectAll<Abortable<BoxStream<'static, Step>>>,
}

impl Session {
    fn new(listener: Listener, waiting: FairPermit) -> Self {
        let (running, steps) = (HashMap::new(), SelectAll::new());
        Self { listener, permit: waiting, is_initialised: false, running, steps }
    }

    /// Runs the protocol until either side closes the connection or the client misses too many heartbeats.
    async fn run(mut self, mut socket: WebSocket) {
        if let Some(frame) = self.talk(&mut socket).await
            && socket.send(Message::Close(Some(frame))).await.is_err()
        {
            return;
        }
        // Further reads send or receive the reply to a close frame.
        let rest = async { while let Some(Ok(_)) = socket.recv().await {} };
        let _ = tokio::time::timeout(CLOSING_TIME, rest).await;
    }

    /// Runs the message loop and returns the frame to close with. `None` if the client has closed the connection.
    async fn talk(&mut self, socket: &mut WebSocket) -> Option<CloseFrame> {
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        let mut last_received = Instant::now();
        let init_by = last_received + INIT_TIME;
        let stopping = self.listener.gateway.clone();
        let stopping = stopping.subscriptions.stopping();
        tokio::pin!(stopping);
        loop {
            // Results are sent before the next message is read, so a client cannot request faster than it reads. The
            // bytes of an event stay reserved until it has been sent.
            let mut _reserved = None;
            let out = tokio::select! {
                biased;
                () = &mut stopping => {
                    return Some(CloseFrame { code: close_code::AWAY, reason: "the server shuts down".into() });
                }
                () = self.permit.revoked() => {
                    let reason = "subscriptions are full, and another client has fewer connections";
                    return Some(CloseFrame { code: close_code::AGAIN, reason: reason.into() });
                }
                Some((id, mut event)) = self.steps.next(), if !self.steps.is_empty() => {
                    if let Some(OperationEvent::Next(text)) = &mut event {
                        _reserved = text.reserved.take();
                    }
                    self.step((id, event)).map(Message::text)
                }
                incoming = socket.recv() => {
                    last_received = Instant::now();
                    match incoming {
                        Some(Ok(Message::Text(text))) => match self.handle_message(&text).await {
                            Ok(reply) => reply.map(Message::text),
                            Err(frame) => return Some(frame),
                        },
                        Some(Ok(Message::Binary(_))) => {
                            return Some(Violation::BadMessage("expected a text frame").frame());
                        }
                        Some(Ok(Message::Ping(_) | Message::Pong(_))) => None,
                        Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                    }
                }
                () = tokio::time::sleep_until(init_by), if !self.is_initialised => {
                    return Some(Violation::InitTimeout.frame());
                }
                _ = heartbeat.tick() => {
                    if last_received.elapsed() > HEARTBEAT * MAX_MISSED_HEARTBEATS {
                        return None;
                    }
                    Some(Message::Ping(Bytes::new()))
                }
            };
            if let Some(out) = out
                && socket.send(out).await.is_err()
            {
                return None;
            }
        }
    }

    /// Handles a message and returns the reply, or the frame to close with.
    async fn handle_message(&mut self, text: &str) -> Result<Option<String>, CloseFrame> {
        let message = ClientMessage::parse(text).map_err(|violation| violation.frame())?;
        match message {
            ClientMessage::Init if self.is_initialised => Err(Violation::SecondInit.frame()),
            ClientMessage::Init => {
                self.permit = self
                    .listener
                    .gateway
                    .subscriptions
                    .permit(self.listener.client.as_ref())
                    .await
                    .map_err(|refusal| CloseFrame { code: close_code::AGAIN, reason: refusal.message.into() })?;
                self.is_initialised = true;
                Ok(Some(message::ack()))
            }
            ClientMessage::Ping(payload) => Ok(Some(message::pong(payload))),
            ClientMessage::Pong => Ok(None),
            ClientMessage::Subscribe { .. } if !self.is_initialised => Err(Violation::NoInitYet.frame()),
            ClientMessage::Subscribe { id, .. } if self.running.contains_key(&id) => {
                Err(Violation::IdInUse(id).frame())
            }
            ClientMessage::Subscribe { id, payload } => Ok(self.subscribe(id, payload)),
            ClientMessage::Complete { id } => {
                if let Some(running) = self.running.remove(&id) {
                    running.abort();
                }
                Ok(None)
            }
        }
    }

    /// Starts an operation. Returns an `error` message if its payload is wrong.
    fn subscribe(&mut self, id: String, payload: Map<String, Value>) -> Option<String> {
        let parameters = serde_json::from_value::<Parameters>(Value::Object(payload))
            .map_err(|error| Refusal::bad_request(format!("expected a GraphQL request: {error}")))
            .and_then(Parameters::checked);
        let parameters = match parameters {
            Ok(parameters) => parameters,
            Err(refusal) => return Some(message::error(&id, &[ServerError::from(refusal)])),
        };
        let (of_event, of_end) = (id.clone(), id.clone());
        let events = self.listener.counted_stream(parameters).map(move |event| (of_event.clone(), Some(event)));
        let steps = events.chain(stream::once(async move { (of_end, None) })).boxed();
        let (handle, registration) = AbortHandle::new_pair();
        self.steps.push(Abortable::new(steps, registration));
        self.running.insert(id, handle);
        None
    }

    /// Returns the message of a step. `None` if the operation has ended already.
    fn step(&mut self, (id, event): Step) -> Option<String> {
        if !self.running.contains_key(&id) {
            return None;
        }
        match event {
            Some(OperationEvent::Next(text)) => Some(message::next(&id, &text.json)),
            Some(OperationEvent::Error(errors)) => {
                self.end(&id);
                Some(message::error(&id, &errors))
            }
            None => {
                self.end(&id);
                Some(message::complete(&id))
            }
        }
    }

    fn end(&mut self, id: &str) {
        if let Some(running) = self.running.remove(id) {
            running.abort();
        }
    }
}
