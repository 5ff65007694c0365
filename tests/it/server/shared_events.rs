//! Events that several clients receive are computed once, and a client that does not read delays nobody.

use std::time::Duration;

use lionrock::server::{ServeOptions, documents::Documents};
use reqwest::{Client, Response};
use serde_json::Value;
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};

use super::{
    Running, address,
    live::{PARKS, hear, open, say, subscribe},
    serve,
};
use crate::{gateway::fetched, local_upstream::LocalUpstream};

const VACANCIES: &str = "https://opendata.hkstp.org/carpark/v1/vacancy";
const REFRESHED: &str = "subscription { datasetRefreshed { plan lastChecked } }";
const LONG: Duration = Duration::from_secs(20);

struct Streamed {
    response: Response,
    unread: String,
}

impl Streamed {
    async fn open(running: &Running, text: &str) -> Self {
        let request = Client::new().get(address(running, &[("query", text)])).header("accept", "text/event-stream");
        Self { response: request.send().await.unwrap(), unread: String::new() }
    }

    /// The next event, whole. None within the time is an error.
    async fn next(&mut self) -> String {
        loop {
            if let Some((event, rest)) = self.unread.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.unread = rest;
                return event;
            }
            let chunk = timeout(LONG, self.response.chunk()).await.expect("an event comes").unwrap();
            self.unread.push_str(std::str::from_utf8(&chunk.expect("the stream goes on")).unwrap());
        }
    }
}

/// The events so far that were computed, queued for a client, and lost to one.
async fn counted(running: &Running) -> [u64; 3] {
    let text = reqwest::get(format!("{}/metrics", running.base)).await.unwrap().text().await.unwrap();
    ["computed", "queued", "lost"].map(|outcome| {
        let start = format!("lionrock_subscription_events_total{{outcome=\"{outcome}\"}} ");
        text.lines().find_map(|line| line.strip_prefix(&start)).map_or(0, |count| count.parse().unwrap())
    })
}

fn is_parked(event: &Value, vacant: u64) -> bool {
    event["payload"]["data"]["carParkVacancies"].as_array().unwrap().iter().any(|park| park["vacant"] == vacant)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_computed_once_for_all_clients() {
    let upstream = LocalUpstream::start().await;
    let graph = fetched(&upstream).await;
    let running = serve(graph.clone(), ServeOptions::default(), Documents::new([], false)).await;
    let text = PARKS.replace("name { en }", "vacant");
    let mut streamed = Streamed::open(&running, &text).await;
    assert!(streamed.next().await.starts_with("event: next\ndata: {\"data\":{\"carParkVacancies\":["));
    let mut sockets = Vec::new();
    for _ in 0..3 {
        let mut socket = open(&running).await;
        say(&mut socket, subscribe("1", &text)).await;
        assert!(is_parked(&hear(&mut socket).await, 123), "what is so now comes at once");
        sockets.push(socket);
    }
    assert_eq!(counted(&running).await, [1, 4, 0]);
    let body = String::from_utf8(upstream.body(VACANCIES)).unwrap();
    upstream.put(VACANCIES, body.replacen("123", "77", 1));
    graph.refresh_all().await;
    for socket in &mut sockets {
        assert!(is_parked(&hear(socket).await, 77));
    }
    assert!(streamed.next().await.contains("\"vacant\":77"));
    assert_eq!(counted(&running).await, [2, 8, 0]);
    // A later listener learns of the state that is current when it comes. Other variables or fields are another operation.
    for _ in 0..2 {
        let mut late = open(&running).await;
        say(&mut late, subscribe("1", &text)).await;
        assert!(is_parked(&hear(&mut late).await, 77));
    }
    assert_eq!(counted(&running).await, [3, 10, 0]);
    let mut other = open(&running).await;
    say(&mut other, subscribe("1", PARKS)).await;
    assert_eq!(hear(&mut other).await["type"], "next");
    assert_eq!(counted(&running).await, [4, 11, 0]);
    // When all have left, the operation begins anew.
    drop((streamed, sockets, other));
    sleep(Duration::from_millis(500)).await;
    let mut again = open(&running).await;
    say(&mut again, subscribe("1", &text)).await;
    assert!(is_parked(&hear(&mut again).await, 77));
    assert_eq!(counted(&running).await, [5, 12, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_loses_events_and_delays_no_other() {
    let upstream = LocalUpstream::start().await;
    let graph = fetched(&upstream).await;
    let running = serve(graph.clone(), ServeOptions::default(), Documents::new([], false)).await;
    let stream = TcpStream::connect(running.base.trim_start_matches("http://")).await.unwrap();
    let (mut sender, connection) =
        h2::client::Builder::new().initial_window_size(0).handshake::<_, &[u8]>(stream).await.unwrap();
    tokio::spawn(connection);
    let request = axum::http::Request::get(address(&running, &[("query", REFRESHED)]).as_str());
    let request = request.header("accept", "text/event-stream").body(()).unwrap();
    let (unread, _) = sender.send_request(request, true).unwrap();
    let _unread = timeout(LONG, unread).await.unwrap().unwrap();
    let mut reading = Streamed::open(&running, REFRESHED).await;
    for _ in 0..3 {
        graph.refresh_all().await;
        // A refresh has more events. Those that this client reads later wait on its connection.
        for _ in 0..40 {
            assert!(reading.next().await.contains("\"lastChecked\""));
        }
    }
    let [computed, queued, lost] = counted(&running).await;
    assert!(lost > 0 && queued + lost == 2 * computed, "{computed} computed, {queued} queued, {lost} lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_completes_event_streams() {
    let upstream = LocalUpstream::start().await;
    let graph = fetched(&upstream).await;
    let mut running = serve(graph, ServeOptions::default(), Documents::new([], false)).await;
    let mut streamed = Streamed::open(&running, PARKS).await;
    assert!(streamed.next().await.starts_with("event: next"));
    drop(running.stop.take());
    assert_eq!(streamed.next().await, "event: complete\ndata:");
    assert!(timeout(LONG, streamed.response.chunk()).await.unwrap().unwrap().is_none());
    timeout(LONG, running.task).await.expect("the server ends").unwrap().unwrap();
}
