//! Ten minutes of queries over 64 connections while every dataset is refreshed each 3 s and a fifth of the publishers'
//! responses are errors: `make soak`. `SOAK_SECONDS` changes the duration.
//!
//! The published files do not change, so every response must equal the first one to the same query. The queries do not
//! request `checks`, whose order changes when another format of a table is read. The gateway must need no more memory
//! after the first minute.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures::future::join_all;
use reqwest::Client;
use serde_json::json;
use tokio::time::sleep;

use crate::{local_upstream::LocalUpstream, process::Process};

const CONNECTIONS: usize = 64;
/// The number of clients that receive an event for each refreshed dataset.
const LISTENERS: usize = 8;
const SECONDS: u64 = 600;
/// The part of the publishers' responses that are errors.
const FAULT_PERCENT: u8 = 20;
/// The part of the queries whose text is new to the gateway.
const NEW_PERCENT: u8 = 10;
/// The time in which every dataset that has fixtures has been fetched.
const FIRST_FETCHES: Duration = Duration::from_secs(10);
/// Memory is compared with that after this time.
const WARM_UP: Duration = Duration::from_mins(1);
/// How much the memory may grow after the warm-up, for caches that fill.
const GROWTH_PERCENT: u64 = 15;

const QUERIES: [&str; 8] = [
    "{ organisations(first: 50, orderBy: { field: FUNDING, direction: DESC }) { nodes { id name { en } fundedProjects(first: 5) { nodes { id title { en } } } } } }",
    "{ organisations(filter: { name: \"hong kong\" }, first: 20) { totalCount nodes { id names { value } } } }",
    "{ funding(groupBy: [YEAR, PROGRAMME]) { year count total { amount } } }",
    "{ grants(first: 100) { totalCount nodes { id title { en zhHant zhHans } } } }",
    "{ search(text: \"laboratory\", first: 20) { totalCount edges { cursor node { id label { en } } } } }",
    "{ suggest(text: \"hong\", first: 10) { nodeId name } }",
    "{ datasets { id title { en } recordCount } }",
    "{ publishers { code name { en } datasets { id title { en zhHant } licence { name } } } }",
];

async fn post(client: &Client, base: &str, text: &str) -> String {
    let request = client.post(format!("{base}/graphql")).json(&json!({ "query": text }));
    request.send().await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes ten minutes: `make soak`"]
async fn responses_and_memory_stay_the_same_for_ten_minutes() {
    let seconds = std::env::var("SOAK_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(SECONDS);
    let upstream = LocalUpstream::start().await;
    let mut process = Process::start(&["--mirror", &upstream.base, "--refresh-interval", "3s"]);
    let is_live = |data: &serde_json::Value| data["dataset"]["origin"] == "LIVE";
    process.wait_for_data("{ dataset(id: \"D36\") { origin } }", is_live).await;
    // Some datasets have no fixtures, so there is no state to wait for.
    sleep(FIRST_FETCHES).await;
    let mut expected = Vec::new();
    for text in QUERIES {
        let response = post(&Client::new(), &process.base, text).await;
        assert!(response.starts_with("{\"data\""), "{text}: {response}");
        expected.push(response);
    }
    upstream.fail_randomly(FAULT_PERCENT);
    let (expected, stop) = (Arc::new(expected), Arc::new(AtomicBool::new(false)));
    let (count, events) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let workers = (0..CONNECTIONS).map(|_| {
        let (expected, stop, count, base) = (expected.clone(), stop.clone(), count.clone(), process.base.clone());
        tokio::spawn(async move {
            let client = Client::new();
            while !stop.load(Ordering::Relaxed) {
                let number = count.fetch_add(1, Ordering::Relaxed);
                let chosen = fastrand::usize(0..QUERIES.len());
                let is_new = fastrand::u8(0..100) < NEW_PERCENT;
                let text = if is_new { format!("{} # {number}", QUERIES[chosen]) } else { QUERIES[chosen].to_owned() };
                let response = post(&client, &base, &text).await;
                assert!(response == expected[chosen], "another response to {text}: {response:.500}");
            }
        })
    });
    let workers: Vec<_> = workers.collect();
    let listeners: Vec<_> = (0..LISTENERS)
        .map(|_| {
            let (events, base) = (events.clone(), process.base.clone());
            tokio::spawn(async move {
                let query = [("query", "subscription { datasetRefreshed { id status } }")];
                let address = reqwest::Url::parse_with_params(&format!("{base}/graphql"), query).unwrap();
                let mut response =
                    Client::new().get(address).header("accept", "text/event-stream").send().await.unwrap();
                while let Some(chunk) = response.chunk().await.unwrap() {
                    events.fetch_add(
                        chunk.windows(6).filter(|part| *part == b"event:").count() as u64,
                        Ordering::Relaxed,
                    );
                }
            })
        })
        .collect();
    let begun = Instant::now();
    let (mut after_warm_up, mut largest) = (0, 0);
    while begun.elapsed() < Duration::from_secs(seconds) {
        sleep(Duration::from_secs(1)).await;
        let resident = process.resident_kilobytes();
        if begun.elapsed() < WARM_UP {
            after_warm_up = after_warm_up.max(resident);
        }
        largest = largest.max(resident);
        assert!(workers.iter().all(|worker| !worker.is_finished()), "a worker failed: {}", process.log());
        if begun.elapsed().as_secs().is_multiple_of(30) {
            println!("{:?}: {} MiB, {} responses", begun.elapsed(), resident >> 10, count.load(Ordering::Relaxed));
        }
    }
    stop.store(true, Ordering::Relaxed);
    for worker in join_all(workers).await {
        worker.unwrap();
    }
    for listener in listeners {
        listener.abort();
    }
    let (count, events) = (count.load(Ordering::Relaxed), events.load(Ordering::Relaxed));
    println!(
        "{count} responses, {events} events, {} faults; memory {} MiB within the first minute, at most {} MiB",
        upstream.random_failures(),
        after_warm_up >> 10,
        largest >> 10
    );
    assert!(events > 0 && upstream.random_failures() > 0);
    assert!(
        largest * 100 <= after_warm_up * (100 + GROWTH_PERCENT),
        "expected at most {GROWTH_PERCENT}% more memory than {after_warm_up} KiB, found {largest} KiB"
    );
    process.terminate();
}
