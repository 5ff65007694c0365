//! WebSocket: multiple subscriptions per connection, with the graphql-transport-ws protocol.

use async_graphql::http::{WebSocket as Protocol, WebSocketProtocols, WsMessage};
use axum::{
    body::Bytes,
    extract::{
        FromRequestParts, Request,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade},
    },
    response::Response,
};
use futures::{SinkExt, StreamExt, channel::mpsc};
use tokio::{sync::OwnedSemaphorePermit, time::Instant};

use crate::server::{
    Gateway,
    graphql::{MediaType, refusal::Refusal},
    subscriptions::{HEARTBEAT, Listener},
};

/// The name of the subprotocol.
const PROTOCOL: &str = "graphql-transport-ws";
/// Maximum size of a message in bytes.
const LARGEST_MESSAGE: usize = 64 << 10;
/// Maximum number of heartbeats without a reply.
const PATIENCE: u32 = 3;

/// Upgrades the connection to a WebSocket.
pub async fn answer(gateway: &Gateway, request: Request) -> Response {
    let refuse = |refusal: Refusal| refusal.respond(MediaType::Json);
    let (mut parts, _) = request.into_parts();
    let upgrade = match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
        Ok(upgrade) => upgrade.protocols([PROTOCOL]).max_message_size(LARGEST_MESSAGE).max_frame_size(LARGEST_MESSAGE),
        Err(error) => {
            return refuse(Refusal::bad_request(format!("expected a WebSocket handshake, found an error: {error}")));
        }
    };
    if upgrade.selected_protocol().is_none() {
        return refuse(Refusal::bad_request(format!(
            "expected the WebSocket subprotocol `{PROTOCOL}`, found none or another"
        )));
    }
    let place = match gateway.live.place() {
        Ok(place) => place,
        Err(refusal) => return refuse(refusal),
    };
    let listener = Listener::of(gateway);
    upgrade.on_upgrade(move |socket| talk(socket, listener, place))
}

/// Runs the protocol until either side closes the connection or the client misses too many heartbeats.
async fn talk(socket: WebSocket, listener: Listener, place: OwnedSemaphorePermit) {
    let (mut out, mut incoming) = socket.split();
    // Holds at most a message or two: results are polled before the next message is read.
    let (heard, messages) = mpsc::unbounded::<Bytes>();
    let mut answers = Box::pin(Protocol::new(listener, messages, WebSocketProtocols::GraphQLWS));
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    let mut last_heard = Instant::now();
    loop {
        let message = tokio::select! {
            biased;
            answer = answers.next() => match answer {
                Some(WsMessage::Text(text)) => Message::Text(text.into()),
                Some(WsMessage::Close(code, reason)) => Message::Close(Some(CloseFrame { code, reason: reason.into() })),
                None => break,
            },
            message = incoming.next() => {
                last_heard = Instant::now();
                match message {
                    Some(Ok(Message::Text(text))) => {
                        if heard.unbounded_send(text.into()).is_err() {
                            break;
                        }
                        continue;
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_))) => continue,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                }
            }
            _ = heartbeat.tick() => {
                if last_heard.elapsed() > HEARTBEAT * PATIENCE {
                    break;
                }
                Message::Ping(Bytes::new())
            }
        };
        let is_last = matches!(message, Message::Close(_));
        if out.send(message).await.is_err() || is_last {
            break;
        }
    }
    drop(place);
}
