//! The graphql-transport-ws protocol: close codes, errors of single operations, and the closing handshake.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use lionrock::server::{
    ServeOptions,
    documents::{Documents, TrustedFile},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

use super::{
    TestServer,
    live::{PARKS, Socket, connect, open_socket, receive, send, subscribe_message},
    start, start_with,
};

const PROTOCOL: &str = "graphql-transport-ws";

async fn connect_without_init(server: &TestServer) -> Socket {
    connect(server, PROTOCOL).await.unwrap()
}

/// The code with which the server closes the socket.
async fn close_code(socket: &mut Socket) -> Value {
    let last = receive(socket).await;
    assert_eq!(last["type"], "closed", "{last}");
    last["code"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_violation_has_its_close_code() {
    let server = start().await;
    for message in [
        "no json",
        r#"{"type":"start","id":"1","payload":{"query":"{ publishers { code } }"}}"#,
        r#"{"type":"subscribe","id":"","payload":{"query":"{ publishers { code } }"}}"#,
        r#"{"type":"subscribe","id":"1"}"#,
        r#"{"id":"1"}"#,
    ] {
        let mut socket = open_socket(&server).await;
        socket.send(Message::text(message)).await.unwrap();
        assert_eq!(close_code(&mut socket).await, 4400, "{message}");
    }
    let mut socket = open_socket(&server).await;
    socket.send(Message::binary(br#"{"type":"ping"}"#.to_vec())).await.unwrap();
    assert_eq!(close_code(&mut socket).await, 4400);
    let mut socket = connect_without_init(&server).await;
    send(&mut socket, subscribe_message("1", PARKS)).await;
    assert_eq!(close_code(&mut socket).await, 4401);
    let mut socket = open_socket(&server).await;
    send(&mut socket, subscribe_message("1", PARKS)).await;
    assert_eq!(receive(&mut socket).await["type"], "next");
    send(&mut socket, subscribe_message("1", PARKS)).await;
    assert_eq!(close_code(&mut socket).await, 4409);
    let mut socket = open_socket(&server).await;
    send(&mut socket, json!({ "type": "connection_init" })).await;
    assert_eq!(close_code(&mut socket).await, 4429);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_without_connection_init_is_not_counted_and_is_closed() {
    let options = ServeOptions { max_subscriptions: 1, ..ServeOptions::default() };
    let server = start_with(options, Documents::new([], false)).await;
    let mut idle = connect_without_init(&server).await;
    let mut late = connect_without_init(&server).await;
    let _held = open_socket(&server).await;
    send(&mut late, json!({ "type": "connection_init" })).await;
    assert_eq!(close_code(&mut late).await, 1013, "the limit of one socket is reached");
    assert_eq!(close_code(&mut idle).await, 4408);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_payload_ends_its_operation_and_not_the_socket() {
    let server = start().await;
    let mut socket = open_socket(&server).await;
    send(&mut socket, subscribe_message("stays", PARKS)).await;
    assert_eq!(receive(&mut socket).await["id"], "stays");
    for (payload, code) in [
        (json!({ "query": null }), "BAD_REQUEST"),
        (json!({}), "BAD_REQUEST"),
        (json!({ "query": 1 }), "BAD_REQUEST"),
        (json!({ "query": PARKS, "variables": [] }), "BAD_REQUEST"),
        (json!({ "query": "{" }), "GRAPHQL_PARSE_FAILED"),
        (json!({ "query": "query A { publishers { code } }", "operationName": "B" }), "OPERATION_RESOLUTION_FAILURE"),
        (json!({ "query": r#"subscription { datasetRefreshed(ids: ["D99"]) { plan } }"# }), "UNKNOWN_DATASET"),
        (json!({ "documentId": "sha256:00" }), "PERSISTED_QUERY_NOT_FOUND"),
    ] {
        send(&mut socket, json!({ "type": "subscribe", "id": "1", "payload": payload })).await;
        let error = receive(&mut socket).await;
        assert_eq!((&error["type"], &error["id"]), (&json!("error"), &json!("1")), "{payload} {error}");
        assert_eq!(error["payload"][0]["extensions"]["code"], code, "{payload} {error}");
    }
    send(&mut socket, subscribe_message("1", "{ publishers { code } }")).await;
    assert_eq!(receive(&mut socket).await["type"], "next", "the id can be used again, and the socket is open");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_has_exactly_one_root_field() {
    let server = start().await;
    let mut socket = open_socket(&server).await;
    let fragment = "subscription { ...F } fragment F on Subscription { carParkVacancies { name { en } } }";
    for (id, text) in [("a", fragment), ("b", "subscription { ... on Subscription { carParkVacancies { vacant } } }")] {
        send(&mut socket, subscribe_message(id, text)).await;
        let first = receive(&mut socket).await;
        assert_eq!((&first["type"], &first["id"]), (&json!("next"), &json!(id)), "{first}");
        assert!(!first["payload"]["data"]["carParkVacancies"].as_array().unwrap().is_empty(), "{first}");
    }
    for text in [
        "subscription { carParkVacancies { vacant } datasetRefreshed { plan } }",
        "subscription { a: carParkVacancies { vacant } b: carParkVacancies { vacant } }",
        "subscription { __typename }",
        "subscription { ...F } fragment F on Query { publishers { code } }",
    ] {
        send(&mut socket, subscribe_message("c", text)).await;
        let error = receive(&mut socket).await;
        assert_eq!((&error["type"], &error["id"]), (&json!("error"), &json!("c")), "{text} {error}");
        assert_eq!(error["payload"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{text} {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_accepts_document_ids() {
    let file = TrustedFile { path: "parks.graphql".into(), text: PARKS.into() };
    let id = file.id();
    let server = start_with(ServeOptions::default(), Documents::new([file], true)).await;
    let mut socket = open_socket(&server).await;
    send(&mut socket, json!({ "type": "subscribe", "id": "1", "payload": { "documentId": id } })).await;
    assert_eq!(receive(&mut socket).await["type"], "next");
    send(&mut socket, subscribe_message("2", "{ publishers { code } }")).await;
    let refused = receive(&mut socket).await;
    assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!("2")), "{refused}");
    assert_eq!(refused["payload"][0]["extensions"]["code"], "DOCUMENT_NOT_TRUSTED", "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_frame_is_answered() {
    let server = start().await;
    let mut socket = open_socket(&server).await;
    send(&mut socket, subscribe_message("1", PARKS)).await;
    assert_eq!(receive(&mut socket).await["type"], "next");
    socket.close(None).await.unwrap();
    let rest = async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Close(_))) => return true,
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return false,
            }
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(20), rest).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_closes_sockets_as_going_away() {
    let mut server = start().await;
    let mut socket = open_socket(&server).await;
    send(&mut socket, subscribe_message("1", PARKS)).await;
    assert_eq!(receive(&mut socket).await["type"], "next");
    drop(server.stop.take());
    assert_eq!(close_code(&mut socket).await, 1001);
    let ended = async {
        while let Some(Ok(_)) = socket.next().await {}
        server.task.await.unwrap().unwrap();
    };
    tokio::time::timeout(Duration::from_secs(20), ended).await.expect("the server ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_from_other_origins_are_refused() {
    let origins = vec!["https://example.org".parse().unwrap()];
    let server = start_with(ServeOptions { origins, ..ServeOptions::default() }, Documents::new([], false)).await;
    let own = server.base.clone();
    for (origin, status) in [
        (None, 101),
        (Some("https://example.org"), 101),
        (Some(own.as_str()), 101),
        (Some("https://example.com"), 403),
        (Some("null"), 403),
    ] {
        let mut request = format!("{}/graphql", server.base.replace("http", "ws")).into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", PROTOCOL.parse().unwrap());
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        let found = match connect_async(request).await {
            Ok((_, response)) => response.status().as_u16(),
            Err(Error::Http(response)) => response.status().as_u16(),
            Err(error) => panic!("{error}"),
        };
        assert_eq!(found, status, "{origin:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn handshake_header_names_keep_the_case_of_the_client() {
    let server = start().await;
    for name in ["Sec-WebSocket-Protocol", "sec-websocket-protocol"] {
        let mut stream = TcpStream::connect(server.base.trim_start_matches("http://")).await.unwrap();
        let handshake = format!(
            "GET /graphql HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             {name}: graphql-transport-ws\r\n\r\n"
        );
        stream.write_all(handshake.as_bytes()).await.unwrap();
        let mut handshake_response = Vec::new();
        while !handshake_response.ends_with(b"\r\n\r\n") {
            handshake_response.push(stream.read_u8().await.unwrap());
        }
        let handshake_response = String::from_utf8(handshake_response).unwrap();
        assert!(handshake_response.starts_with("HTTP/1.1 101"), "{handshake_response}");
        assert!(handshake_response.contains(&format!("\r\n{name}: graphql-transport-ws\r\n")), "{handshake_response}");
        assert!(handshake_response.contains("\r\nSec-Websocket-Accept: "), "{handshake_response}");
    }
}
