//! An event for several clients is computed once, and a client that does not read does not delay the others.

use std::time::Duration;

use lionrock::server::{ServeOptions, documents::Documents};
use reqwest::{Client, Response};
use serde_json::Value;
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};

use super::{
    TestServer, graphql_url,
    live::{PARKS, open_socket, receive, send, subscribe_message},
    serve,
};
use crate::{gateway::fetched, local_upstream::LocalUpstream};

const VACANCIES: &str = "https://opendata.hkstp.org/carpark/v1/vacancy";
const REFRESHED: &str = "subscription { datasetRefreshed { plan lastChecked } }";
const TEST_TIMEOUT: Duration = Duration::from_secs(20);

/// A subscription as server-sent events.
struct EventStream {
    response: Response,
    unread: String,
}

impl EventStream {
    async fn open(server: &TestServer, text: &str) -> Self {
        let request = Client::new().get(graphql_url(server, &[("query", text)])).header("accept", "text/event-stream");
        Self { response: request.send().await.unwrap(), unread: String::new() }
    }

    /// Returns the next complete event. Fails after a timeout.
    async fn next(&mut self) -> String {
        loop {
            if let Some((event, rest)) = self.unread.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.unread = rest;
                return event;
            }
            let chunk = timeout(TEST_TIMEOUT, self.response.chunk()).await.expect("an event arrives in time").unwrap();
            self.unread.push_str(std::str::from_utf8(&chunk.expect("the stream is open")).unwrap());
        }
    }
}

/// The number of events that were computed, queued for a client and lost.
async fn event_counts(server: &TestServer) -> [u64; 3] {
    let text = reqwest::get(format!("{}/metrics", server.base)).await.unwrap().text().await.unwrap();
    ["computed", "queued", "lost"].map(|outcome| {
        let start = format!("lionrock_subscription_events_total{{outcome=\"{outcome}\"}} ");
        text.lines().find_map(|line| line.strip_prefix(&start)).map_or(0, |count| count.parse().unwrap())
    })
}

fn has_vacancy(event: &Value, vacant: u64) -> bool {
    event["payload"]["data"]["carParkVacancies"].as_array().unwrap().iter().any(|park| park["vacant"] == vacant)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_computed_once_for_all_clients() {
    let upstream = LocalUpstream::start().await;
    let graph = fetched(&upstream).await;
    let server = serve(graph.clone(), ServeOptions::default(), Documents::new([], false)).await;
    let text = PARKS.replace("name { en }", "vacant");
    let mut event_stream = EventStream::open(&server, &text).await;
    assert!(event_stream.next().await.starts_with("event: next\ndata: {\"data\":{\"carParkVacancies\":["));
    let mut sockets = Vec::new();
    for _ in 0..3 {
        let mut socket = open_socket(&server).await;
        send(&mut socket, subscribe_message("1", &text)).await;
        assert!(has_vacancy(&receive(&mut socket).await, 123), "the current state is sent at once");
        sockets.push(socket);
    }
    assert_eq!(event_counts(&server).await, [1, 4, 0]);
    let body = String::from_utf8(upstream.body(VACANCIES)).unwrap();
    upstream.put(VACANCIES, body.replacen("123", "77", 1));
    graph.refresh_all().await;
    for socket in &mut sockets {
        assert!(has_vacancy(&receive(socket).await, 77));
    }
    assert!(event_stream.next().await.contains("\"vacant\":77"));
    assert_eq!(event_counts(&server).await, [2, 8, 0]);
    // A later client receives the current state first. An operation with other variables or fields is computed
    // separately.
    for _ in 0..2 {
        let mut later = open_socket(&server).await;
        send(&mut later, subscribe_message("1", &text)).await;
        assert!(has_vacancy(&receive(&mut later).await, 77));
    }
    assert_eq!(event_counts(&server).await, [3, 10, 0]);
    let mut other = open_socket(&server).await;
    send(&mut other, subscribe_message("1", PARKS)).await;
    assert_eq!(receive(&mut other).await["type"], "next");
    assert_eq!(event_counts(&server).await, [4, 11, 0]);
    // After the last client has left, the operation starts again.
    drop((event_stream, sockets, other));
    sleep(Duration::from_millis(500)).await;
    let mut again = open_socket(&server).await;
    send(&mut again, subscribe_message("1", &text)).await;
    assert!(has_vacancy(&receive(&mut again).await, 77));
    assert_eq!(event_counts(&server).await, [5, 12, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_loses_events_and_delays_no_other() {
    let upstream = LocalUpstream::start().await;
    let graph = fetched(&upstream).await;
    let server = serve(graph.clone(), ServeOptions::default(), Documents::new([], false)).await;
    let stream = TcpStream::connect(server.base.trim_start_matches("http://")).await.unwrap();
    let (mut sender, connection) =
        h2::client::Builder::new().initial_window_size(0).handshake::<_, &[u8]>(stream).await.unwrap();
    tokio::spawn(connection);
    let request = axum::http::Request::get(graphql_url(&server, &[("query", REFRESHED)]).as_str());
    let request = request.header("accept", "text/event-stream").body(()).unwrap();
    let (unread, _) = sender.send_request(request, true).unwrap();
    let _unread = timeout(TEST_TIMEOUT, unread).await.unwrap().unwrap();
    let mut reading = EventStream::open(&server, REFRESHED).await;
    for _ in 0..3 {
        graph.refresh_all().await;
        // A refresh sends more than 40 events. The others wait on the connection.
        for _ in 0..40 {
            assert!(reading.next().await.contains("\"lastChecked\""));
        }
    }
    let [computed, queued, lost] = event_counts(&server).await;
    assert!(lost > 0 && queued + lost == 2 * computed, "{computed} computed, {queued} queued, {lost} lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_completes_event_streams() {
    let upstream = LocalUpstream::start().await;
    let graph = fetched(&upstream).await;
    let mut server = serve(graph, ServeOptions::default(), Documents::new([], false)).await;
    let mut event_stream = EventStream::open(&server, PARKS).await;
    assert!(event_stream.next().await.starts_with("event: next"));
    drop(server.stop.take());
    assert_eq!(event_stream.next().await, "event: complete\ndata:");
    assert!(timeout(TEST_TIMEOUT, event_stream.response.chunk()).await.unwrap().unwrap().is_none());
    timeout(TEST_TIMEOUT, server.task).await.expect("the server ends").unwrap().unwrap();
}
