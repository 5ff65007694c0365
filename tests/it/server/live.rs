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

use super::{Running, address, code, post, query, start, start_with};

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub const PARKS: &str = "subscription { carParkVacancies { name { en } } }";

pub async fn connect(running: &Running, protocol: &'static str) -> Result<Socket, u16> {
    let mut request = format!("{}/graphql", running.base.replace("http", "ws")).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", protocol.parse().unwrap());
    match connect_async(request).await {
        Ok((socket, _)) => Ok(socket),
        Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

pub async fn say(socket: &mut Socket, message: Value) {
    socket.send(Message::text(message.to_string())).await.unwrap();
}

/// The next message of the protocol; none within the time is an error.
pub async fn hear(socket: &mut Socket) -> Value {
    loop {
        let message = tokio::time::timeout(Duration::from_secs(20), socket.next()).await.expect("a message comes");
        match message.expect("the connection stands").unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Close(frame) => {
                return json!({ "type": "closed", "code": frame.map(|frame| u16::from(frame.code)) });
            }
            _ => {}
        }
    }
}

pub async fn open(running: &Running) -> Socket {
    let mut socket = connect(running, "graphql-transport-ws").await.unwrap();
    say(&mut socket, json!({ "type": "connection_init" })).await;
    assert_eq!(hear(&mut socket).await["type"], "connection_ack");
    socket
}

pub fn subscribe(id: &str, text: &str) -> Value {
    json!({ "type": "subscribe", "id": id, "payload": { "query": text } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_runs_subscriptions_and_queries() {
    let running = start().await;
    let mut socket = open(&running).await;
    say(&mut socket, json!({ "type": "ping" })).await;
    assert_eq!(hear(&mut socket).await["type"], "pong");
    say(&mut socket, subscribe("1", PARKS)).await;
    let first = hear(&mut socket).await;
    assert_eq!((&first["type"], &first["id"]), (&json!("next"), &json!("1")));
    assert!(!first["payload"]["data"]["carParkVacancies"].as_array().unwrap().is_empty(), "{first}");
    // The end that a client asks for is not confirmed, and its id is free again.
    say(&mut socket, json!({ "type": "complete", "id": "1" })).await;
    say(&mut socket, subscribe("1", "{ publishers { code } }")).await;
    assert_eq!(hear(&mut socket).await["type"], "next");
    assert_eq!(hear(&mut socket).await, json!({ "type": "complete", "id": "1" }));
    say(&mut socket, subscribe("2", "{ dataset(id: \"D36\") { plan recordCount } }")).await;
    let answer = hear(&mut socket).await;
    assert_eq!(
        (&answer["id"], &answer["payload"]["data"]["dataset"]["plan"]),
        (&json!("2"), &json!("D36")),
        "{answer}"
    );
    assert_eq!(hear(&mut socket).await, json!({ "type": "complete", "id": "2" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_applies_the_limits_of_requests() {
    let running = start().await;
    let mut socket = open(&running).await;
    let deep = format!("{{ a{} }}", "(x: [".repeat(10_000));
    for (text, expected) in [
        (deep.as_str(), "QUERY_TOO_DEEP"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
    ] {
        say(&mut socket, subscribe("1", text)).await;
        let answer = hear(&mut socket).await;
        assert_eq!((&answer["type"], &answer["id"]), (&json!("error"), &json!("1")), "{answer}");
        assert_eq!(answer["payload"][0]["extensions"]["code"], expected, "{answer}");
    }
    for at in 0..20 {
        say(&mut socket, subscribe(&format!("p{at}"), PARKS)).await;
        assert_eq!(hear(&mut socket).await["type"], "next");
    }
    say(&mut socket, subscribe("over", PARKS)).await;
    let over = hear(&mut socket).await.to_string();
    assert!(over.contains("TOO_MANY_SUBSCRIPTIONS"), "{over}");
    assert_eq!(connect(&running, "graphql-ws").await.err(), Some(400), "another protocol");
}

#[tokio::test(flavor = "multi_thread")]
async fn event_streams_send_events_one_by_one_and_complete_queries() {
    let running = start().await;
    let events = |url| Client::new().get(url).header("accept", "text/event-stream").send();
    let response = events(address(&running, &[("query", PARKS)])).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    let mut chunks = response.bytes_stream();
    let mut first = String::new();
    while !first.ends_with("\n\n") {
        first.push_str(std::str::from_utf8(&chunks.next().await.unwrap().unwrap()).unwrap());
    }
    assert!(first.starts_with("event: next\ndata: {\"data\":{\"carParkVacancies\":["), "{first}");
    let whole = events(address(&running, &[("query", "{ publishers { code } }")])).await.unwrap().text().await.unwrap();
    let mut parts = whole.split("\n\n");
    assert!(parts.next().unwrap().contains(r#""publishers":[{"code":"ITF"}"#), "{whole}");
    assert!(parts.next().unwrap().starts_with("event: complete"), "{whole}");
    let posted = Client::new()
        .post(format!("{}/graphql", running.base))
        .header("accept", "text/event-stream")
        .header("content-type", "application/json")
        .body(query("{ nothing }").to_string());
    let wrong = posted.send().await.unwrap().text().await.unwrap();
    assert!(wrong.starts_with("event: next\ndata: ") && wrong.contains("nothing"), "{wrong}");
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_beyond_the_limit_get_retry_after() {
    let options = ServeOptions { max_subscriptions: 1, ..ServeOptions::default() };
    let running = start_with(options, Documents::new([], false)).await;
    let held = open(&running).await;
    let busy = Client::new().get(address(&running, &[("query", PARKS)])).header("accept", "text/event-stream");
    let busy = busy.send().await.unwrap();
    assert_eq!(busy.status(), 503);
    assert!(busy.headers().contains_key("retry-after"));
    assert_eq!(code(&busy.json().await.unwrap()), "OVERLOADED");
    assert_eq!(connect(&running, "graphql-transport-ws").await.err(), Some(503));
    drop(held);
    let again = async {
        while connect(&running, "graphql-transport-ws").await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), again).await.expect("the place is free again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_on_a_socket_counts_towards_the_concurrency_limit() {
    let running =
        start_with(ServeOptions { max_concurrent_requests: 0, ..ServeOptions::default() }, Documents::new([], false))
            .await;
    let mut socket = open(&running).await;
    say(&mut socket, subscribe("1", "{ publishers { code } }")).await;
    let refused = hear(&mut socket).await;
    assert!(refused["payload"].to_string().contains("OVERLOADED"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_do_not_depend_on_accept_language() {
    let running = start().await;
    let text = "{ organisations(first: 50) { nodes { name { en } } } }";
    let asked = |language: &'static str| {
        let request = Client::new().get(address(&running, &[("query", text)])).header("accept", "text/event-stream");
        async move { request.header("accept-language", language).send().await.unwrap().text().await.unwrap() }
    };
    let (english, chinese) = (asked("en").await, asked("zh-HK").await);
    assert!(english.starts_with("event: next") && chinese.starts_with("event: next"), "{english}");
    assert_eq!(english, chinese);
}

#[tokio::test]
async fn a_subscription_without_an_event_stream_is_an_error() {
    let running = start().await;
    let answer: Value = post(&running, &query(PARKS).to_string()).await.json().await.unwrap();
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("ubscription"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_runs_only_trusted_documents_if_required() {
    let file = TrustedFile { path: "parks.graphql".into(), text: PARKS.into() };
    let running = start_with(ServeOptions::default(), Documents::new([file], true)).await;
    let mut socket = open(&running).await;
    say(&mut socket, subscribe("1", "{ publishers { code } }")).await;
    let refused = hear(&mut socket).await;
    assert_eq!(refused["id"], "1");
    assert!(refused["payload"].to_string().contains("DOCUMENT_NOT_TRUSTED"), "{refused}");
    let mut socket = open(&running).await;
    say(&mut socket, subscribe("2", PARKS)).await;
    assert_eq!(hear(&mut socket).await["type"], "next");
}
