//! 64 hostile clients at once, each with its own address, against a gateway with 512 MiB of memory.
//!
//! The test checks that the gateway goes on and that honest clients get their responses. It prints the latencies and
//! asserts none, because they depend on the machine. `make attack` prints those of a release build, with queries that
//! cost ten times as much.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures::future::join_all;
use reqwest::{Client, RequestBuilder, StatusCode, Url};
use serde_json::{Value, json};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpSocket, TcpStream},
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::process::Process;

/// Maximum memory of the gateway: its data segment and its anonymous mappings.
const MEMORY_KILOBYTES: u64 = 512 << 10;
/// The number of hostile clients that send expensive queries.
const SENDERS: u8 = 32;
/// The number of hostile clients that do not read over HTTP/1, and over HTTP/2.
const NOT_READING: u8 = 10;
const CLOSED_WINDOWS: u8 = 10;
/// The number of hostile clients that take all places of subscriptions together, and the event streams of each.
const LISTENERS: u8 = 12;
const STREAMS_EACH: usize = 24;
/// Concurrent requests of one hostile client.
const REQUESTS_EACH: usize = 6;
/// The pause of a hostile client after a refused request. `Retry-After` asks for 1 s.
const AFTER_REFUSAL: Duration = Duration::from_millis(50);
const HONEST: u8 = 4;
/// The pause of an honest client between two requests.
const PAUSE: Duration = Duration::from_millis(50);
/// The duration of the attack before the first honest request.
const WARM_UP: Duration = Duration::from_secs(3);
/// How long the attack lasts, and the part of the highest cost that a query has. `make attack` changes both.
const SECONDS: u64 = 4;
const COST_PERCENT: u64 = 10;

/// The number of different expensive queries.
const EXPENSIVE: u64 = 6;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Returns an expensive query that the guard accepts. No two numbers give the same text.
fn expensive(number: u64) -> String {
    let percent = setting("ATTACK_COST_PERCENT", COST_PERCENT);
    let repeated = |count: u64, part: &dyn Fn(u64) -> String| (0..count * percent / 100).map(part).collect::<String>();
    let selection = match number % EXPENSIVE {
        // Large responses.
        0 => format!(
            "funding(groupBy: [ORGANISATION, YEAR]) {{ {} }}",
            repeated(240, &|at| format!("y{at}n{number}: year "))
        ),
        1 => {
            let fields = format!("id {}", repeated(6, &|at| format!("{}{at}n{number}: id ", "x".repeat(80))));
            format!("datasets {{ publisher {{ datasets {{ {fields} }} }} }}")
        }
        2 => format!(
            "organisations(first: 100) {{ nodes {{ i{number}: id names {{ value }} collaborators(first: 10) {{ nodes {{ organisation {{ id }} }} }} }} }}"
        ),
        // Much work.
        3 => repeated(200, &|at| {
            let words = repeated(17, &|word| format!("unknown{at}word{word} "));
            format!("a{at}n{number}: search(text: \"{words}\", first: 1) {{ totalCount }} ")
        }),
        4 => repeated(100, &|at| {
            format!(
                "a{at}: search(text: \"hong kong techology limted n{number}x{at}\", first: 1) {{ totalCount edges {{ cursor }} }} "
            )
        }),
        _ => repeated(200, &|at| {
            format!("a{at}: organisations(filter: {{ name: \"n{number}x{at}\" }}, first: 1) {{ totalCount }} ")
        }),
    };
    format!("{{ {selection} }}")
}

struct Attack {
    gateway: SocketAddr,
    count: AtomicU64,
    statuses: [AtomicU64; 3],
}

impl Attack {
    /// Sends expensive queries, one after the other.
    async fn send(self: Arc<Self>, client: Client) {
        loop {
            let text = expensive(self.count.fetch_add(1, Ordering::Relaxed));
            let request = client.post(format!("http://{}/graphql", self.gateway)).json(&json!({ "query": text }));
            let Ok(response) = request.send().await else { continue };
            let status = response.status();
            let is_error = response.bytes().await.is_ok_and(|body| body.starts_with(b"{\"errors\""));
            let outcome = if status == StatusCode::OK { usize::from(is_error) } else { 2 };
            self.statuses[outcome].fetch_add(1, Ordering::Relaxed);
            if status != StatusCode::OK {
                sleep(AFTER_REFUSAL).await;
            }
        }
    }

    /// Requests large responses and reads nothing.
    async fn do_not_read(self: Arc<Self>, address: IpAddr) {
        loop {
            let Ok(mut stream) = connect_from(address, self.gateway).await else { continue };
            let body =
                json!({ "query": expensive(EXPENSIVE * self.count.fetch_add(1, Ordering::Relaxed)) }).to_string();
            let head = format!(
                "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
            sleep(Duration::from_secs(2)).await;
        }
    }

    /// Holds event streams.
    async fn listen(self: Arc<Self>, address: IpAddr) {
        let client = client(address);
        let open = || subscription(&client, &format!("http://{}", self.gateway)).send();
        let streams = join_all((0..STREAMS_EACH).map(|_| open())).await;
        std::future::pending::<()>().await;
        drop(streams);
    }

    /// Requests large responses on many streams whose windows stay closed.
    async fn close_windows(self: Arc<Self>, address: IpAddr) {
        loop {
            let Ok(stream) = connect_from(address, self.gateway).await else { continue };
            let mut http = h2::client::Builder::new();
            let Ok((mut sender, connection)) = http.initial_window_size(0).handshake(stream).await else { continue };
            let connection = tokio::spawn(connection);
            let mut responses = Vec::new();
            for _ in 0..32 {
                let body =
                    json!({ "query": expensive(EXPENSIVE * self.count.fetch_add(1, Ordering::Relaxed)) }).to_string();
                let request = axum::http::Request::post(format!("http://{}/graphql", self.gateway))
                    .header("content-type", "application/json");
                let Ok((response, mut stream)) = sender.send_request(request.body(()).unwrap(), false) else { break };
                let _ = stream.send_data(axum::body::Bytes::from(body), true);
                responses.push(response);
            }
            let _ = timeout(Duration::from_secs(3), join_all(responses)).await;
            connection.abort();
        }
    }
}

fn subscription(client: &Client, base: &str) -> RequestBuilder {
    let query = [("query", "subscription { datasetRefreshed { id } }")];
    let address = Url::parse_with_params(&format!("{base}/graphql"), query).unwrap();
    client.get(address).header("accept", "text/event-stream")
}

async fn connect_from(address: IpAddr, to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(address, 0))?;
    socket.connect(to).await
}

fn address(group: u8, number: u8) -> IpAddr {
    Ipv4Addr::new(127, 1, group, number + 1).into()
}

fn client(address: IpAddr) -> Client {
    Client::builder().local_address(address).timeout(Duration::from_secs(30)).build().unwrap()
}

/// The latencies of honest clients by kind of request, and the requests that failed.
#[derive(Default)]
struct Honest {
    latencies: [Vec<Duration>; KINDS.len()],
    failed: Vec<String>,
}

/// The kinds of requests of honest clients.
const KINDS: [&str; 5] = ["known query", "new query", "new search", "readiness", "subscription"];

fn print_latencies(name: &str, mut all: Vec<Duration>) {
    all.sort();
    let [median, most] = [50, 99].map(|percent| all.get(all.len().saturating_sub(1) * percent / 100));
    println!(
        "{name}: {} requests, median {median:.1?}, 99% within {most:.1?}, all within {:.1?}",
        all.len(),
        all.last()
    );
}

/// Sends requests from a thread of its own, so that the other clients do not delay it.
fn spawn_honest_client(address: IpAddr, base: String, until: Instant) -> std::thread::JoinHandle<Honest> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    std::thread::spawn(move || runtime.block_on(run_honest_client(address, base, until)))
}

async fn run_honest_client(address: IpAddr, base: String, until: Instant) -> Honest {
    let client = client(address);
    let mut honest = Honest::default();
    let mut number = 0;
    while Instant::now() < until {
        number += 1;
        let kind = number % KINDS.len();
        let text = match kind {
            0 => "{ organisations(first: 5) { nodes { id name { en } } } }".to_owned(),
            1 => format!("{{ a{number}: organisation(by: {{ id: \"hkust\" }}) {{ id name {{ en }} }} }}"),
            _ => format!("{{ suggest(text: \"poly{number}\", first: 5) {{ nodeId }} }}"),
        };
        let begun = Instant::now();
        let request = match kind {
            3 => client.get(format!("{base}/readyz")),
            4 => subscription(&client, &base),
            _ => client.post(format!("{base}/graphql")).json(&json!({ "query": text })),
        };
        let failure = match request.send().await {
            Ok(response) if response.status() == StatusCode::OK && kind > 2 => None,
            Ok(response) if response.status() == StatusCode::OK => {
                let body: Value = response.json().await.unwrap();
                body.get("errors").map(Value::to_string)
            }
            Ok(response) => Some(response.status().to_string()),
            Err(error) => Some(format!("{error:?}")),
        };
        honest.latencies[kind].push(begun.elapsed());
        honest.failed.extend(failure.map(|failure| format!("{}: {failure}", KINDS[kind])));
        sleep(PAUSE).await;
    }
    honest
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_clients_do_not_take_the_gateway_away_from_honest_ones() {
    let seconds = setting("ATTACK_SECONDS", SECONDS);
    let mut process = Process::start_within(MEMORY_KILOBYTES, &["--offline"]);
    let gateway: SocketAddr = process.base.trim_start_matches("http://").parse().unwrap();
    for number in 0..EXPENSIVE {
        let body = json!({ "query": expensive(number) });
        let begun = Instant::now();
        let response = client(address(9, 0)).post(format!("{}/graphql", process.base)).json(&body).send().await;
        let body = response.unwrap().text().await.unwrap();
        println!("expensive query {number}: {} bytes within {:?}", body.len(), begun.elapsed());
        assert!(body.starts_with("{\"data\""), "query {number}: {}", &body[..body.len().min(1000)]);
    }
    let attack = Arc::new(Attack { gateway, count: AtomicU64::new(EXPENSIVE), statuses: Default::default() });
    let mut hostile: Vec<JoinHandle<()>> = Vec::new();
    for number in 0..SENDERS {
        let client = client(address(0, number));
        hostile.extend((0..REQUESTS_EACH).map(|_| tokio::spawn(attack.clone().send(client.clone()))));
    }
    hostile.extend((0..NOT_READING).map(|number| tokio::spawn(attack.clone().do_not_read(address(1, number)))));
    hostile.extend((0..CLOSED_WINDOWS).map(|number| tokio::spawn(attack.clone().close_windows(address(2, number)))));
    hostile.extend((0..LISTENERS).map(|number| tokio::spawn(attack.clone().listen(address(4, number)))));
    sleep(WARM_UP).await;
    let until = Instant::now() + Duration::from_secs(seconds);
    let honest: Vec<_> =
        (0..HONEST).map(|number| spawn_honest_client(address(3, number), process.base.clone(), until)).collect();
    sleep(Duration::from_secs(seconds)).await;
    let honest: Vec<Honest> =
        tokio::task::spawn_blocking(|| honest.into_iter().map(|thread| thread.join().unwrap()).collect())
            .await
            .unwrap();
    let [resident, largest, data] = ["VmRSS", "VmHWM", "VmData"].map(|name| process.kilobytes(name) >> 10);
    for task in hostile {
        task.abort();
    }
    let outcomes = attack.statuses.each_ref().map(|count| count.load(Ordering::Relaxed));
    println!("hostile: {outcomes:?} data, errors, refused");
    println!("memory: {resident} MiB resident, at most {largest} MiB, {data} MiB of data");
    let latencies = |kind: usize| honest.iter().flat_map(move |honest| honest.latencies[kind].clone());
    for (kind, name) in KINDS.iter().enumerate() {
        print_latencies(name, latencies(kind).collect());
    }
    print_latencies("all requests", (0..KINDS.len()).flat_map(latencies).collect());
    let failed: Vec<&String> = honest.iter().flat_map(|honest| &honest.failed).collect();
    println!("failed: {} {:?}", failed.len(), failed.iter().take(5).collect::<Vec<_>>());
    assert!(failed.is_empty(), "honest clients: {failed:?}\n{}", process.log());
    assert!(outcomes[0] > 0, "no expensive query was accepted");
    process.terminate();
}
