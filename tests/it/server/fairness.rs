//! No client can block the others: idle connections, slow clients, the rate limit of operations on a socket, and the
//! cost of searches.

use std::{net::SocketAddr, num::NonZeroU32, time::Duration};

use governor::Quota;
use lionrock::server::{ServeOptions, connections::Timeouts, documents::Documents};
use reqwest::{Client, StatusCode};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::process::Process;

use super::{
    TestServer, error_code, execute,
    live::{PARKS, open_socket, receive, send, subscribe_message},
    query, start, start_with,
};

const SHORT: Duration = Duration::from_millis(400);
const TEST_TIMEOUT: Duration = Duration::from_secs(20);

async fn start_with_short_timeouts(max_connections: usize) -> TestServer {
    let timeouts = Timeouts { head: SHORT, taking: SHORT, ..Timeouts::default() };
    let options = ServeOptions { max_connections, patience: timeouts, ..ServeOptions::default() };
    start_with(options, Documents::new([], false)).await
}

fn socket_address(server: &TestServer) -> SocketAddr {
    server.base.trim_start_matches("http://").parse().unwrap()
}

/// Returns whether the server closes the connection in time.
async fn is_closed(stream: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    timeout(TEST_TIMEOUT, stream.read_to_end(&mut rest)).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_idle_connection_is_closed_for_a_new_one() {
    let options = ServeOptions { max_connections: 2, ..ServeOptions::default() };
    let server = start_with(options, Documents::new([], false)).await;
    let mut idle = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(socket_address(&server)).await.unwrap();
        stream.write_all(b"GET /health HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        let mut head = [0; 15];
        stream.read_exact(&mut head).await.unwrap();
        assert_eq!(&head, b"HTTP/1.1 200 OK");
        idle.push(stream);
    }
    let third = timeout(TEST_TIMEOUT, Client::new().get(format!("{}/health", server.base)).send()).await;
    assert_eq!(third.unwrap().unwrap().status(), StatusCode::OK);
    assert!(is_closed(&mut idle[0]).await, "the longest idle connection is closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_http2_preface_times_out() {
    let server = start_with_short_timeouts(16).await;
    let mut stream = TcpStream::connect(socket_address(&server)).await.unwrap();
    // Single bytes, sent slowly, must not count as activity.
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let mut written = 0;
    let closed = timeout(TEST_TIMEOUT, async {
        while written < preface.len() - 1 {
            if stream.write_all(&preface[written..=written]).await.is_err() {
                return;
            }
            written += 1;
            let mut byte = [0];
            if let Ok(Ok(0) | Err(_)) = timeout(SHORT / 2, stream.read(&mut byte)).await {
                return;
            }
        }
    });
    closed.await.unwrap();
    assert!(written < preface.len() - 1, "closed before the preface was complete");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_with_a_closed_window_times_out() {
    let server = start_with_short_timeouts(16).await;
    let stream = TcpStream::connect(socket_address(&server)).await.unwrap();
    let (mut sender, connection) =
        h2::client::Builder::new().initial_window_size(0).handshake::<_, &[u8]>(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let request = axum::http::Request::get(format!("{}/health", server.base)).body(()).unwrap();
    let (response, _) = sender.send_request(request, true).unwrap();
    let response = timeout(TEST_TIMEOUT, response).await.unwrap().unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    timeout(TEST_TIMEOUT, connection).await.expect("the server ends the connection").unwrap().ok();
    drop(response);
    // A client that reads is not affected.
    let client = Client::builder().http2_prior_knowledge().build().unwrap();
    for _ in 0..3 {
        assert_eq!(client.get(format!("{}/health", server.base)).send().await.unwrap().status(), StatusCode::OK);
        sleep(SHORT).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_operation_on_a_socket_counts_towards_the_rate_limit() {
    let rate = Quota::with_period(Duration::from_hours(1)).unwrap().allow_burst(NonZeroU32::new(3).unwrap());
    let options = ServeOptions { rate: Some(rate), ..ServeOptions::default() };
    let server = start_with(options, Documents::new([], false)).await;
    // The handshake counts as the first request.
    let mut socket = open_socket(&server).await;
    for id in ["1", "2"] {
        send(&mut socket, subscribe_message(id, "{ publishers { code } }")).await;
        assert_eq!(receive(&mut socket).await["type"], "next");
        assert_eq!(receive(&mut socket).await["type"], "complete");
    }
    send(&mut socket, subscribe_message("3", PARKS)).await;
    let refused = receive(&mut socket).await;
    assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!("3")), "{refused}");
    assert_eq!(refused["payload"][0]["extensions"]["code"], "RATE_LIMITED");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_have_a_size_limit() {
    let options = ServeOptions { max_response_size: 40, ..ServeOptions::default() };
    let server = start_with(options, Documents::new([], false)).await;
    let mut socket = open_socket(&server).await;
    send(&mut socket, subscribe_message("1", PARKS)).await;
    let event = receive(&mut socket).await;
    assert_eq!(event["payload"]["errors"][0]["extensions"]["code"], "ANSWER_TOO_LARGE", "{event}");
}

#[tokio::test]
async fn expensive_fields_count_towards_the_cost_limit() {
    let server = start().await;
    let aliases = |field: &str| -> String { (0..240).map(|n| format!("a{n}: {field} ")).collect() };
    for text in [
        format!("query($t: String!) {{ {} }}", aliases("search(text: $t, first: 1) { totalCount }")),
        format!("{{ {} }}", aliases("funding(groupBy: [ORGANISATION, YEAR]) { count }")),
        format!("{{ {} }}", aliases(r#"organisations(filter: { name: "a" }, first: 80) { totalCount }"#)),
        "{ datasets { publisher { datasets { publisher { datasets { publisher { datasets { id } } } } } } } }"
            .to_owned(),
    ] {
        let refused = execute(&server, &json!({ "query": text, "variables": { "t": "a b c" } })).await;
        assert_eq!(error_code(&refused), "QUERY_TOO_COMPLEX", "{text}");
    }
    let cheap = execute(&server, &query(r#"{ search(text: "robot", first: 5) { totalCount nodes { id } } }"#)).await;
    assert_eq!(cheap.get("errors"), None, "{cheap}");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_checks_have_a_separate_listener() {
    let process = Process::start(&["--offline", "--metrics-listen", "127.0.0.1:0", "--max-connections", "1"]);
    let metrics = process.metrics.clone().unwrap();
    let operators = metrics.trim_end_matches("/metrics");
    // A client occupies the only connection with an incomplete request.
    let mut client = TcpStream::connect(process.base.trim_start_matches("http://")).await.unwrap();
    client.write_all(b"POST /graphql HTTP/1.1\r\nhost: a\r\n").await.unwrap();
    for path in ["/health", "/healthz", "/readyz"] {
        let response = timeout(TEST_TIMEOUT, reqwest::get(format!("{operators}{path}"))).await.unwrap().unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
    }
    let health = |url: &str| assert_cmd::Command::cargo_bin("lionrock").unwrap().args(["health", url]).ok();
    assert!(health(operators).is_ok());
    let refused = health("http://127.0.0.1:1").unwrap_err().to_string();
    assert!(refused.contains("no response from http://127.0.0.1:1/readyz"), "{refused}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_open_file_limit_is_raised() {
    use std::{
        io::{BufRead, BufReader},
        process::{Command, Stdio},
    };

    let script = r#"ulimit -Sn 300 && exec "$0" serve --offline --listen 127.0.0.1:0 --max-connections 500"#;
    let mut child = Command::new("sh")
        .args(["-c", script])
        .arg(assert_cmd::cargo::cargo_bin("lionrock"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let soft = limits.lines().find_map(|line| line.strip_prefix("Max open files")?.split_whitespace().next());
    assert_eq!(soft, Some("756"), "{limits}");
}
