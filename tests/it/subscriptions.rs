//! Subscriptions: the events that clients receive.

use std::{pin::Pin, sync::Arc, time::Duration};

use async_graphql::Request;
use futures::{Stream, StreamExt};
use lionrock::{api, refresh::Refresher};
use serde_json::{Value, json};

use crate::{
    gateway::{fetched, fixtures},
    local_upstream::LocalUpstream,
};

const VACANCIES: &str = "https://opendata.hkstp.org/carpark/v1/vacancy";

type Events = Pin<Box<dyn Stream<Item = Value> + Send>>;

fn subscribe(graph: &Arc<Refresher>, text: &str) -> Events {
    let stream = api::build_live(api::subgraph::Subgraph::Whole, graph.clone()).execute_stream(Request::new(text));
    Box::pin(stream.map(|response| serde_json::to_value(response).unwrap()))
}

/// Returns the next event. Fails after 20 seconds without one.
async fn next(events: &mut Events) -> Value {
    tokio::time::timeout(Duration::from_secs(20), events.next())
        .await
        .expect("an event arrives in time")
        .expect("the stream is open")
}

#[tokio::test(flavor = "multi_thread")]
async fn vacancies_are_sent_at_once_and_after_each_change() {
    let upstream = LocalUpstream::start().await;
    let graph = fetched(&upstream).await;
    let mut events = subscribe(
        &graph,
        "subscription { carParkVacancies { id name { en } vacant provenance { retrievedAt dataset { plan lastChecked } } } }",
    );
    let first = next(&mut events).await;
    let parks = first["data"]["carParkVacancies"].as_array().unwrap().clone();
    assert!(!parks.is_empty(), "{first}");
    let body = String::from_utf8(upstream.body(VACANCIES)).unwrap();
    assert!(parks.iter().any(|park| park["vacant"] == 123));
    upstream.put(VACANCIES, body.replacen("123", "77", 1));
    graph.refresh_all().await;
    let second = next(&mut events).await;
    let now = second["data"]["carParkVacancies"].as_array().unwrap();
    assert!(now.iter().any(|park| park["vacant"] == 77), "{second}");
    assert_ne!(
        now[0]["provenance"]["dataset"]["lastChecked"], parks[0]["provenance"]["dataset"]["lastChecked"],
        "the dataset and its rows come from the same refresh"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn refreshed_datasets_send_an_event() {
    let graph = fixtures();
    let mut events = subscribe(&graph, r#"subscription { datasetRefreshed(ids: ["D36"]) { plan lastChecked } }"#);
    let waiting = tokio::spawn(async move { next(&mut events).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    graph.refresh_some(|source| ["D27", "D36"].contains(&source.dataset.plan)).await;
    let event = waiting.await.unwrap();
    assert_eq!(event["data"]["datasetRefreshed"]["plan"], "D36");
    let wrong = next(&mut subscribe(&graph, r#"subscription { datasetRefreshed(ids: ["D99"]) { plan } }"#)).await;
    assert_eq!(wrong["errors"][0]["extensions"]["code"], json!("UNKNOWN_DATASET"), "{wrong}");
}
