//! Health checks, shutdown, load, and slow clients.

use std::{io::ErrorKind, time::Duration};

use lionrock::server::{ServeOptions, connections::Timeouts, documents::Documents};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{TestServer, query, start, start_with};

#[tokio::test]
async fn health_checks_return_200() {
    let server = start().await;
    for path in ["/health", "/healthz", "/readyz"] {
        assert_eq!(reqwest::get(format!("{}{path}", server.base)).await.unwrap().status(), StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn a_shutdown_completes_running_requests() {
    let mut server = start().await;
    let names: Vec<String> = (0..50)
        .map(|n| {
            format!(
                "a{n}: organisations(filter: {{ name: \"limited\" }}, first: 100) {{ nodes {{ id name {{ en }} }} }}"
            )
        })
        .collect();
    let body = json!({ "query": format!("{{ {} }}", names.join(" ")) }).to_string();
    let url = format!("{}/graphql", server.base);
    let request = tokio::spawn(async move {
        Client::new()
            .post(url)
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .unwrap()
            .json::<Value>()
            .await
            .unwrap()
    });
    tokio::time::sleep(Duration::from_millis(250)).await;
    drop(server.stop.take());
    let response = request.await.unwrap();
    assert_eq!(response.get("errors"), None);
    assert_eq!(response["data"]["a49"]["nodes"].as_array().unwrap().len(), 100);
    server.task.await.unwrap().unwrap();
}

#[tokio::test]
async fn health_checks_respond_under_load() {
    let server = start().await;
    let names: Vec<String> = (0..100)
        .map(|n| format!("a{n}: organisations(filter: {{ name: \"limited\" }}, first: 100) {{ nodes {{ id }} }}"))
        .collect();
    let body = json!({ "query": format!("{{ {} }}", names.join(" ")) }).to_string();
    let heavy: Vec<_> = (0..4)
        .map(|_| {
            let (url, body) = (format!("{}/graphql", server.base), body.clone());
            tokio::spawn(async move {
                Client::new().post(url).header("content-type", "application/json").body(body).send().await
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let healthy = tokio::time::timeout(Duration::from_secs(2), reqwest::get(format!("{}/healthz", server.base))).await;
    assert!(healthy.is_ok_and(|response| response.is_ok_and(|response| response.status() == StatusCode::OK)));
    for request in heavy {
        assert_eq!(request.await.unwrap().unwrap().status(), StatusCode::OK);
    }
}

async fn connect(server: &TestServer) -> TcpStream {
    TcpStream::connect(server.base.trim_start_matches("http://")).await.unwrap()
}

/// Returns everything that the server sends before it closes the connection.
async fn read_rest(mut stream: TcpStream) -> String {
    let mut output = Vec::new();
    // A reset connection is closed, too.
    let _ = stream.read_to_end(&mut output).await;
    String::from_utf8(output).unwrap()
}

#[tokio::test]
async fn incomplete_requests_time_out() {
    let timeouts = Timeouts {
        head: Duration::from_millis(300),
        body: Duration::from_millis(300),
        silence: Duration::from_secs(2),
        taking: Duration::from_secs(30),
    };
    let server =
        start_with(ServeOptions { patience: timeouts, ..ServeOptions::default() }, Documents::new([], false)).await;
    for unfinished in ["", "POST /graphql HTTP/1.1\r\nhost: a\r\nx-slow: "] {
        let mut stream = connect(&server).await;
        stream.write_all(unfinished.as_bytes()).await.unwrap();
        assert!(!read_rest(stream).await.contains("200 OK"));
    }
    let mut stream = connect(&server).await;
    let head = "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let output = read_rest(stream).await;
    assert!(output.starts_with("HTTP/1.1 408 ") && output.contains("REQUEST_TIMEOUT"), "{output}");
}

#[tokio::test]
async fn a_client_that_does_not_read_is_disconnected() {
    let timeouts = Timeouts { taking: Duration::from_millis(500), ..Timeouts::default() };
    let server =
        start_with(ServeOptions { patience: timeouts, ..ServeOptions::default() }, Documents::new([], false)).await;
    let text = "{ __schema { types { name description fields { name description args { name description } } } } }";
    let body = query(text).to_string();
    let length = body.len();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let mut stream = connect(&server).await;
    // The client reads nothing. Once the socket buffers are full, the server must close the connection after its
    // timeout.
    let writing = async {
        loop {
            if let Err(closed) = stream.write_all(request.as_bytes()).await {
                return closed;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let closed = tokio::time::timeout(Duration::from_mins(2), writing).await.expect("the server closes the connection");
    assert!(matches!(closed.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{closed}");
}

#[tokio::test]
async fn connections_beyond_the_limit_wait() {
    let options = ServeOptions { max_connections: 1, ..ServeOptions::default() };
    let server = start_with(options, Documents::new([], false)).await;
    let mut first = connect(&server).await;
    // A request without its body is not idle.
    let head = b"POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{";
    first.write_all(head).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let url = format!("{}/healthz", server.base);
    let second = tokio::spawn(async { reqwest::get(url).await.unwrap().status() });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!second.is_finished());
    drop(first);
    assert_eq!(second.await.unwrap(), StatusCode::OK);
}
