//! Replicas that share fetched files through a real Redis server. `make verify` installs Redis and runs these tests.
//! `LIONROCK_TEST_REDIS_SERVER` selects a binary other than `redis-server`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use futures::future::join_all;
use jiff::SignedDuration;
use lionrock::{
    domain::metrics::TextForm,
    refresh::{Refresher, Settings},
    upstream::replica_cache::ReplicaCacheAddress,
};
use prometheus_client::registry::Registry;
use redis::{AsyncCommands, aio::MultiplexedConnection};
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpListener;

#[path = "../support/fixtures.rs"]
mod fixtures;
#[expect(dead_code, reason = "other tests need more of it")]
mod gateway;
#[expect(dead_code, reason = "other tests need more of it")]
mod local_upstream;

use gateway::{query_data, settings};
use local_upstream::{Fault, LocalUpstream};

/// A Redis server. It is killed when the value is dropped.
struct Server {
    port: u16,
    child: Option<Child>,
    folder: TempDir,
}

impl Server {
    async fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let mut server = Self { port, child: None, folder: tempfile::tempdir().unwrap() };
        server.run().await;
        server
    }

    /// Starts an empty server and waits until it accepts connections.
    async fn run(&mut self) {
        let binary = std::env::var("LIONROCK_TEST_REDIS_SERVER").unwrap_or_else(|_| "redis-server".to_owned());
        let child = Command::new(&binary)
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .args(["--dir", self.folder.path().to_str().unwrap()])
            .stdout(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("expected `{binary}` to run, found {error}"));
        self.child = Some(child);
        for _ in 0..300 {
            if self.client().get_multiplexed_async_connection().await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("expected `{binary}` to listen at port {}", self.port);
    }

    fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Sends a signal by name, for example `STOP`.
    fn signal(&self, name: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    fn client(&self) -> redis::Client {
        redis::Client::open(self.url()).unwrap()
    }

    async fn connection(&self) -> MultiplexedConnection {
        self.client().get_multiplexed_async_connection().await.unwrap()
    }

    async fn keys(&self, pattern: &str) -> Vec<String> {
        self.connection().await.keys(pattern).await.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

const LIST_2019: &str = "https://www.itf.gov.hk/datagovhk/annuallist_2019_e.csv";
const DIRECTORY: &str = "https://opendata.hkstp.org/corporate/companydirectory/v1/";
const PORTAL: &str = "https://data.gov.hk/en-data/api/3/action/package_show?id=hk-itc-dbp-dbp-grantee-list";

fn replica(upstream: &LocalUpstream, redis: &str) -> Arc<Refresher> {
    let shared = Some(ReplicaCacheAddress::parse(redis).unwrap());
    Arc::new(Refresher::start(Settings { shared, ..settings(upstream) }).unwrap())
}

/// The number of cache requests with this outcome.
fn cache_requests(replica: &Refresher, outcome: &str) -> u64 {
    let text = replica.metrics().text(&Registry::default(), TextForm::Prometheus).unwrap();
    let series = format!("lionrock_shared_cache_requests_total{{outcome=\"{outcome}\"}} ");
    text.lines().find_map(|line| line.strip_prefix(&series)).map_or(0, |count| count.parse().unwrap())
}

async fn rows(replica: &Refresher) -> serde_json::Value {
    query_data(replica, "{ datasets { plan origin status recordCount } }").await
}

async fn assert_served_live(replica: &Refresher) {
    let dataset = query_data(replica, "{ dataset(id: \"D27\") { origin status recordCount } }").await;
    assert_eq!(dataset, json!({ "dataset": { "origin": "LIVE", "status": "PARTIAL", "recordCount": 12 } }));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_fetch_each_file_once() {
    let (upstream, server) = (LocalUpstream::start().await, Server::start().await);
    let (one, two) = (replica(&upstream, &server.url()), replica(&upstream, &server.url()));
    tokio::join!(one.refresh_all(), two.refresh_all());
    for url in [LIST_2019, DIRECTORY, PORTAL] {
        assert_eq!(upstream.request_count(url), 1, "{url}");
    }
    assert_eq!(rows(&one).await, rows(&two).await);
    assert_served_live(&one).await;

    // A replica that starts later sends no requests to publishers. Neither does a refresh within the refresh interval.
    let three = replica(&upstream, &server.url());
    tokio::join!(one.refresh_all(), three.refresh_all());
    for url in [LIST_2019, DIRECTORY, PORTAL] {
        assert_eq!(upstream.request_count(url), 1, "{url}");
    }
    assert_eq!(rows(&one).await, rows(&three).await);
    assert!(cache_requests(&three, "hit") > 50 && cache_requests(&three, "unavailable") == 0);
    let [from_one, from_three] = [&one, &three].map(|replica| {
        let view = replica.view();
        let list = view.graph.snapshots.iter().flat_map(|snapshot| &snapshot.files);
        list.filter(|file| file.raw.distribution.url == LIST_2019)
            .map(|file| (file.raw.retrieved_at, file.raw.sha256.clone()))
            .collect::<Vec<_>>()
    });
    assert!(!from_one.is_empty());
    assert_eq!(from_one, from_three, "the time of the fetch is that of the replica that fetched");

    assert!(!server.keys("lionrock:2:body:*").await.is_empty());
    assert_eq!(server.keys("lionrock:2:lease:*").await, Vec::<String>::new(), "every lease is released");
    let others = server.keys("*").await;
    assert!(others.iter().all(|key| key.starts_with("lionrock:2:")), "{others:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn cache_entries_are_authenticated_by_the_secret() {
    let (upstream, server) = (LocalUpstream::start().await, Server::start().await);
    let with = |secret: &str| {
        let shared = Some(ReplicaCacheAddress::parse(&server.url()).unwrap().with_secret(secret));
        Refresher::start(Settings { shared, ..settings(&upstream) }).unwrap()
    };
    let (one, two) = (with("open sesame"), with("open sesame"));
    one.refresh_all().await;
    two.refresh_all().await;
    assert_eq!(upstream.request_count(DIRECTORY), 1);
    assert!(cache_requests(&two, "hit") > 0 && cache_requests(&two, "corrupt") == 0);
    let other = with("close sesame");
    other.refresh_all().await;
    assert_eq!(upstream.request_count(DIRECTORY), 2);
    assert!(cache_requests(&other, "corrupt") > 0);
    assert_served_live(&other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_replicas_together_fetch_once_per_interval() {
    let (upstream, server) = (LocalUpstream::start().await, Server::start().await);
    let pace = Some(SignedDuration::from_secs(1));
    let replicas: Vec<Refresher> = (0..3)
        .map(|_| {
            let shared = Some(ReplicaCacheAddress::parse(&server.url()).unwrap());
            Refresher::start(Settings { shared, pace, ..settings(&upstream) }).unwrap()
        })
        .collect();
    let started = Instant::now();
    let mut rounds = 0;
    while started.elapsed() < Duration::from_secs(3) || rounds < 3 {
        join_all(replicas.iter().map(|replica| replica.refresh_some(|source| source.dataset.plan == "D27"))).await;
        rounds += 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // A file is requested again after at least 0.8 of an interval, and an interval is at least 0.9 of the pace.
    let maximum = usize::try_from(started.elapsed().as_millis() / 720).unwrap() + 1;
    let requests = upstream.request_count(DIRECTORY);
    assert!(
        requests >= 2 && requests <= maximum,
        "{requests} requests in {rounds} rounds of three replicas, at most {maximum}"
    );
    assert!(rounds > requests);
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_succeed_while_redis_restarts() {
    let (upstream, mut server) = (LocalUpstream::start().await, Server::start().await);
    let gateway = replica(&upstream, &server.url());
    gateway.refresh_all().await;
    let queries = {
        let gateway = gateway.clone();
        tokio::spawn(async move {
            let mut responses = 0_u64;
            loop {
                assert_served_live(&gateway).await;
                responses += 1;
                tokio::task::yield_now().await;
                if responses.is_multiple_of(50) {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
        })
    };
    let before = upstream.request_count(DIRECTORY);
    server.kill();
    gateway.refresh_all().await;
    assert_eq!(upstream.request_count(DIRECTORY), before + 1, "each replica fetches for itself");
    assert!(cache_requests(&gateway, "unavailable") > 0);
    assert_served_live(&gateway).await;

    server.run().await;
    let mut is_shared = false;
    for _ in 0..100 {
        let requests = upstream.request_count(DIRECTORY);
        gateway.refresh_all().await;
        is_shared = upstream.request_count(DIRECTORY) == requests;
        if is_shared {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(is_shared, "fetched files are shared again");
    assert!(!queries.is_finished(), "every response was complete");
    queries.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_server_that_never_responds_is_bypassed() {
    let upstream = LocalUpstream::start().await;
    let hanging = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://{}", hanging.local_addr().unwrap());
    let accepting = tokio::spawn(async move {
        let mut open = Vec::new();
        loop {
            open.push(hanging.accept().await.unwrap());
        }
    });
    let gateway = replica(&upstream, &url);
    gateway.refresh_all().await;
    assert_served_live(&gateway).await;
    assert_eq!(upstream.request_count(DIRECTORY), 1);
    assert!(cache_requests(&gateway, "unavailable") > 0 && cache_requests(&gateway, "hit") == 0);
    accepting.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_redis_server_is_bypassed() {
    let (upstream, server) = (LocalUpstream::start().await, Server::start().await);
    let gateway = replica(&upstream, &server.url());
    gateway.refresh_all().await;
    server.signal("STOP");
    let requests = upstream.request_count(DIRECTORY);
    gateway.refresh_all().await;
    server.signal("CONT");
    assert_eq!(upstream.request_count(DIRECTORY), requests + 1);
    assert!(cache_requests(&gateway, "unavailable") > 0);
    assert_served_live(&gateway).await;
}

/// Refreshes only two datasets, so that Redis responds in time on a slow machine.
async fn refresh_two(replica: &Refresher) {
    replica.refresh_some(|source| ["D36", "D27"].contains(&source.dataset.plan)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_cache_entries_are_ignored() {
    let (upstream, server) = (LocalUpstream::start().await, Server::start().await);
    let first = replica(&upstream, &server.url());
    refresh_two(&first).await;
    let mut connection = server.connection().await;
    let keys = server.keys("lionrock:2:body:*").await;
    let another: Vec<u8> = connection.hget(&keys[0], "body").await.unwrap();
    // Random text; the body of another address; no metadata; metadata with a time in the future.
    for (position, key) in keys.iter().enumerate() {
        let _: () = match position % 4 {
            0 => connection.hset(key, "body", "noise").await.unwrap(),
            1 => connection.hset(key, "body", another.as_slice()).await.unwrap(),
            2 => connection.hset(key, "meta", "{}").await.unwrap(),
            _ => {
                let meta: String = connection.hget(key, "meta").await.unwrap();
                let mut meta: serde_json::Value = serde_json::from_str(&meta).unwrap();
                meta["confirmed_at"] = json!("2999-01-01T00:00:00Z");
                connection.hset(key, "meta", meta.to_string()).await.unwrap()
            }
        };
    }
    let second = replica(&upstream, &server.url());
    refresh_two(&second).await;
    assert_eq!(rows(&first).await, rows(&second).await);
    assert_eq!(
        (upstream.request_count(DIRECTORY), upstream.request_count(LIST_2019)),
        (2, 2),
        "both files were fetched again"
    );
    let (corrupt, hit) = (cache_requests(&second, "corrupt"), cache_requests(&second, "hit"));
    assert!(corrupt >= keys.len() as u64 - 1 && hit <= 1, "{corrupt} corrupt and {hit} hits of {}", keys.len());

    // The damaged entries have been replaced.
    let third = replica(&upstream, &server.url());
    refresh_two(&third).await;
    assert_eq!(cache_requests(&third, "corrupt"), 0);
    assert_eq!(upstream.request_count(DIRECTORY), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lease_of_a_crashed_replica_expires() {
    let (upstream, server) = (LocalUpstream::start().await, Server::start().await);
    upstream.set_fault(DIRECTORY, Fault::Slow(Duration::from_hours(1)));
    let crashing = replica(&upstream, &server.url());
    let fetching = tokio::spawn({
        let crashing = crashing.clone();
        async move { crashing.refresh_some(|source| source.dataset.plan == "D27").await }
    });
    for _ in 0..300 {
        if upstream.request_count(DIRECTORY) > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    fetching.abort();
    upstream.set_fault(DIRECTORY, Fault::Status { status: 500, retry_after: None, times: 0 });
    assert_eq!(server.keys("lionrock:2:lease:*").await.len(), 1, "the lease is not released");
    let other = replica(&upstream, &server.url());
    other.refresh_some(|source| source.dataset.plan == "D27").await;
    assert_served_live(&other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_with_different_mirrors_share_nothing() {
    let (here, there, server) = (LocalUpstream::start().await, LocalUpstream::start().await, Server::start().await);
    replica(&here, &server.url()).refresh_all().await;
    replica(&there, &server.url()).refresh_all().await;
    assert_eq!((here.request_count(DIRECTORY), there.request_count(DIRECTORY)), (1, 1));
}
