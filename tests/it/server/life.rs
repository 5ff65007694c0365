//! Health checks, shutdown, load and slow clients.

use std::{io::ErrorKind, time::Duration};

use lionrock::server::{ServeOptions, connections::Timeouts, documents::Documents};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Running, query, start, start_with};

#[tokio::test]
async fn health_checks_return_200() {
    let running = start().await;
    for path in ["/health", "/healthz", "/readyz"] {
        assert_eq!(reqwest::get(format!("{}{path}", running.base)).await.unwrap().status(), StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn a_shutdown_completes_running_requests() {
    let mut running = start().await;
    let names: Vec<String> = (0..50)
        .map(|n| {
            format!(
                "a{n}: organisations(filter: {{ name: \"limited\" }}, first: 100) {{ nodes {{ id name {{ en }} }} }}"
            )
        })
        .collect();
    let body = json!({ "query": format!("{{ {} }}", names.join(" ")) }).to_string();
    let url = format!("{}/graphql", running.base);
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
    drop(running.stop.take());
    let answer = request.await.unwrap();
    assert_eq!(answer.get("errors"), None);
    assert_eq!(answer["data"]["a49"]["nodes"].as_array().unwrap().len(), 100);
    running.task.await.unwrap().unwrap();
}

#[tokio::test]
async fn health_checks_respond_under_load() {
    let running = start().await;
    let names: Vec<String> = (0..100)
        .map(|n| format!("a{n}: organisations(filter: {{ name: \"limited\" }}, first: 100) {{ nodes {{ id }} }}"))
        .collect();
    let body = json!({ "query": format!("{{ {} }}", names.join(" ")) }).to_string();
    let heavy: Vec<_> = (0..4)
        .map(|_| {
            let (url, body) = (format!("{}/graphql", running.base), body.clone());
            tokio::spawn(async move {
                Client::new().post(url).header("content-type", "application/json").body(body).send().await
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let healthy = tokio::time::timeout(Duration::from_secs(2), reqwest::get(format!("{}/healthz", running.base))).await;
    assert!(healthy.is_ok_and(|response| response.is_ok_and(|response| response.status() == StatusCode::OK)));
    for request in heavy {
        assert_eq!(request.await.unwrap().unwrap().status(), StatusCode::OK);
    }
}

async fn connect(running: &Running) -> TcpStream {
    TcpStream::connect(running.base.trim_start_matches("http://")).await.unwrap()
}

/// All that the server says before it closes the connection.
async fn rest(mut stream: TcpStream) -> String {
    let mut said = Vec::new();
    // A connection that is reset is closed as well.
    let _ = stream.read_to_end(&mut said).await;
    String::from_utf8(said).unwrap()
}

#[tokio::test]
async fn incomplete_requests_time_out() {
    let patience = Timeouts {
        head: Duration::from_millis(300),
        body: Duration::from_millis(300),
        silence: Duration::from_secs(2),
        taking: Duration::from_secs(30),
    };
    let running = start_with(ServeOptions { patience, ..ServeOptions::default() }, Documents::new([], false)).await;
    for unfinished in ["", "POST /graphql HTTP/1.1\r\nhost: a\r\nx-slow: "] {
        let mut stream = connect(&running).await;
        stream.write_all(unfinished.as_bytes()).await.unwrap();
        assert!(!rest(stream).await.contains("200 OK"));
    }
    let mut stream = connect(&running).await;
    let head = "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let said = rest(stream).await;
    assert!(said.starts_with("HTTP/1.1 408 ") && said.contains("REQUEST_TIMEOUT"), "{said}");
}

#[tokio::test]
async fn a_client_that_does_not_read_is_disconnected() {
    let patience = Timeouts { taking: Duration::from_millis(500), ..Timeouts::default() };
    let running = start_with(ServeOptions { patience, ..ServeOptions::default() }, Documents::new([], false)).await;
    let text = "{ __schema { types { name description fields { name description args { name description } } } } }";
    let body = query(text).to_string();
    let length = body.len();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let mut stream = connect(&running).await;
    // Nothing is read: once the buffers between the two are full, the server waits no longer than it said.
    let asking = async {
        loop {
            if let Err(closed) = stream.write_all(request.as_bytes()).await {
                return closed;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let closed = tokio::time::timeout(Duration::from_mins(2), asking).await.expect("the server closes");
    assert!(matches!(closed.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{closed}");
}

#[tokio::test]
async fn connections_beyond_the_limit_wait() {
    let options = ServeOptions { max_connections: 1, ..ServeOptions::default() };
    let running = start_with(options, Documents::new([], false)).await;
    let mut first = connect(&running).await;
    // A request without its body is not idle.
    let head = b"POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{";
    first.write_all(head).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let url = format!("{}/healthz", running.base);
    let second = tokio::spawn(async { reqwest::get(url).await.unwrap().status() });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!second.is_finished());
    drop(first);
    assert_eq!(second.await.unwrap(), StatusCode::OK);
}
