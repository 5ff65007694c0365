//! Subscriptions over WebSocket and as server-sent events.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use lionrock::server::{
    ServeOptions,
    documents::{Documents, TrustedFile},
};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use super::{TestServer, error_code, graphql_url, post, query, start, start_with};

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub const PARKS: &str = "subscription { carParkVacancies { name { en } } }";

pub async fn connect(server: &TestServer, protocol: &'static str) -> Result<Socket, u16> {
    let mut request = format!("{}/graphql", server.base.replace("http", "ws")).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", protocol.parse().unwrap());
    match connect_async(request).await {
        Ok((socket, _)) => Ok(socket),
        Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

pub async fn send(socket: &mut Socket, message: Value) {
    socket.send(Message::text(message.to_string())).await.unwrap();
}

/// Receives the next message. Fails after 20 seconds without one.
pub async fn receive(socket: &mut Socket) -> Value {
    loop {
        let message =
            tokio::time::timeout(Duration::from_secs(20), socket.next()).await.expect("a message arrives in time");
        match message.expect("the connection is open").unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Close(frame) => {
                return json!({ "type": "closed", "code": frame.map(|frame| u16::from(frame.code)) });
            }
            _ => {}
        }
    }
}

pub async fn open_socket(server: &TestServer) -> Socket {
    let mut socket = connect(server, "graphql-transport-ws").await.unwrap();
    send(&mut socket, json!({ "type": "connection_init" })).await;
    assert_eq!(receive(&mut socket).await["type"], "connection_ack");
    socket
}

pub fn subscribe_message(id: &str, text: &str) -> Value {
    json!({ "type": "subscribe", "id": id, "payload": { "query": text } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_runs_subscriptions_and_queries() {
    let server = start().await;
    let mut socket = open_socket(&server).await;
    send(&mut socket, json!({ "type": "ping" })).await;
    assert_eq!(receive(&mut socket).await["type"], "pong");
    send(&mut socket, subscribe_message("1", PARKS)).await;
    let first = receive(&mut socket).await;
    assert_eq!((&first["type"], &first["id"]), (&json!("next"), &json!("1")));
    assert!(!first["payload"]["data"]["carParkVacancies"].as_array().unwrap().is_empty(), "{first}");
    // The server does not confirm a `complete` from the client, and the id can be used again.
    send(&mut socket, json!({ "type": "complete", "id": "1" })).await;
    send(&mut socket, subscribe_message("1", "{ publishers { code } }")).await;
    assert_eq!(receive(&mut socket).await["type"], "next");
    assert_eq!(receive(&mut socket).await, json!({ "type": "complete", "id": "1" }));
    send(&mut socket, subscribe_message("2", "{ dataset(id: \"D36\") { plan recordCount } }")).await;
    let response = receive(&mut socket).await;
    assert_eq!(
        (&response["id"], &response["payload"]["data"]["dataset"]["plan"]),
        (&json!("2"), &json!("D36")),
        "{response}"
    );
    assert_eq!(receive(&mut socket).await, json!({ "type": "complete", "id": "2" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_applies_the_limits_of_requests() {
    let server = start().await;
    let mut socket = open_socket(&server).await;
    let deep = format!("{{ a{} }}", "(x: [".repeat(10_000));
    for (text, expected) in [
        (deep.as_str(), "QUERY_TOO_DEEP"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
    ] {
        send(&mut socket, subscribe_message("1", text)).await;
        let response = receive(&mut socket).await;
        assert_eq!((&response["type"], &response["id"]), (&json!("error"), &json!("1")), "{response}");
        assert_eq!(response["payload"][0]["extensions"]["code"], expected, "{response}");
    }
    for at in 0..20 {
        send(&mut socket, subscribe_message(&format!("p{at}"), PARKS)).await;
        assert_eq!(receive(&mut socket).await["type"], "next");
    }
    send(&mut socket, subscribe_message("over", PARKS)).await;
    let over = receive(&mut socket).await.to_string();
    assert!(over.contains("TOO_MANY_SUBSCRIPTIONS"), "{over}");
    assert_eq!(connect(&server, "graphql-ws").await.err(), Some(400), "another protocol");
}

#[tokio::test(flavor = "multi_thread")]
async fn event_streams_send_events_one_by_one_and_complete_queries() {
    let server = start().await;
    let events = |url| Client::new().get(url).header("accept", "text/event-stream").send();
    let response = events(graphql_url(&server, &[("query", PARKS)])).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    let mut chunks = response.bytes_stream();
    let mut first = String::new();
    while !first.ends_with("\n\n") {
        first.push_str(std::str::from_utf8(&chunks.next().await.unwrap().unwrap()).unwrap());
    }
    assert!(first.starts_with("event: next\ndata: {\"data\":{\"carParkVacancies\":["), "{first}");
    let body =
        events(graphql_url(&server, &[("query", "{ publishers { code } }")])).await.unwrap().text().await.unwrap();
    let mut parts = body.split("\n\n");
    assert!(parts.next().unwrap().contains(r#""publishers":[{"code":"ITF"}"#), "{body}");
    assert!(parts.next().unwrap().starts_with("event: complete"), "{body}");
    let posted = Client::new()
        .post(format!("{}/graphql", server.base))
        .header("accept", "text/event-stream")
        .header("content-type", "application/json")
        .body(query("{ nothing }").to_string());
    let wrong = posted.send().await.unwrap().text().await.unwrap();
    assert!(wrong.starts_with("event: next\ndata: ") && wrong.contains("nothing"), "{wrong}");
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_beyond_the_limit_get_retry_after() {
    let options = ServeOptions { max_subscriptions: 1, ..ServeOptions::default() };
    let server = start_with(options, Documents::new([], false)).await;
    let held = open_socket(&server).await;
    let busy = Client::new().get(graphql_url(&server, &[("query", PARKS)])).header("accept", "text/event-stream");
    let busy = busy.send().await.unwrap();
    assert_eq!(busy.status(), 503);
    assert!(busy.headers().contains_key("retry-after"));
    assert_eq!(error_code(&busy.json().await.unwrap()), "OVERLOADED");
    assert_eq!(connect(&server, "graphql-transport-ws").await.err(), Some(503));
    drop(held);
    let again = async {
        while connect(&server, "graphql-transport-ws").await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), again).await.expect("a new socket is accepted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_on_a_socket_counts_towards_the_concurrency_limit() {
    let server =
        start_with(ServeOptions { max_concurrent_requests: 0, ..ServeOptions::default() }, Documents::new([], false))
            .await;
    let mut socket = open_socket(&server).await;
    send(&mut socket, subscribe_message("1", "{ publishers { code } }")).await;
    let refused = receive(&mut socket).await;
    assert!(refused["payload"].to_string().contains("OVERLOADED"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_do_not_depend_on_accept_language() {
    let server = start().await;
    let text = "{ organisations(first: 50) { nodes { name { en } } } }";
    let events = |language: &'static str| {
        let request = Client::new().get(graphql_url(&server, &[("query", text)])).header("accept", "text/event-stream");
        async move { request.header("accept-language", language).send().await.unwrap().text().await.unwrap() }
    };
    let (english, chinese) = (events("en").await, events("zh-HK").await);
    assert!(english.starts_with("event: next") && chinese.starts_with("event: next"), "{english}");
    assert_eq!(english, chinese);
}

#[tokio::test]
async fn a_subscription_without_an_event_stream_is_an_error() {
    let server = start().await;
    let response: Value = post(&server, &query(PARKS).to_string()).await.json().await.unwrap();
    assert!(response["errors"][0]["message"].as_str().unwrap().contains("ubscription"), "{response}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_runs_only_trusted_documents_if_required() {
    let file = TrustedFile { path: "parks.graphql".into(), text: PARKS.into() };
    let server = start_with(ServeOptions::default(), Documents::new([file], true)).await;
    let mut socket = open_socket(&server).await;
    send(&mut socket, subscribe_message("1", "{ publishers { code } }")).await;
    let refused = receive(&mut socket).await;
    assert_eq!(refused["id"], "1");
    assert!(refused["payload"].to_string().contains("DOCUMENT_NOT_TRUSTED"), "{refused}");
    let mut socket = open_socket(&server).await;
    send(&mut socket, subscribe_message("2", PARKS)).await;
    assert_eq!(receive(&mut socket).await["type"], "next");
}
