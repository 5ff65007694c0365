//! Protection of upstream hosts: concurrency limit, shared requests, `Retry-After` and the circuit breaker.

use std::{sync::Arc, time::Duration};

use lionrock::{
    refresh::{Refresher, Settings},
    upstream::fetch::{AllowedHosts, Bounds, FetchErrorKind, FetchMode, Fetcher},
};
use serde_json::json;

use super::{DIRECTORY, LIST_2019, LIST_2021, background_queries::BackgroundQueries, dataset};
use crate::{
    gateway::{fetched, settings},
    local_upstream::{Fault, LocalUpstream},
};

const UNAVAILABLE: Fault = Fault::Status { status: 503, retry_after: None, times: usize::MAX };

fn fetcher(upstream: &LocalUpstream, bounds: Bounds, contact: Option<&str>) -> Fetcher {
    Fetcher::new(settings(upstream).way, bounds, AllowedHosts::default(), contact).unwrap()
}

#[tokio::test]
async fn concurrent_requests_to_a_host_are_limited() {
    let upstream = LocalUpstream::start().await;
    for year in 2019..=2024 {
        upstream.set_fault(
            &format!("https://www.itf.gov.hk/datagovhk/annuallist_{year}_e.csv"),
            Fault::Slow(Duration::from_millis(50)),
        );
    }
    fetched(&upstream).await;
    assert!(upstream.max_in_flight() <= 4, "{} requests at once", upstream.max_in_flight());
}

#[tokio::test]
async fn concurrent_fetches_of_a_file_share_one_request() {
    let upstream = LocalUpstream::start().await;
    upstream.set_fault(LIST_2019, Fault::Slow(Duration::from_millis(200)));
    let fetcher = fetcher(&upstream, settings(&upstream).bounds, None);
    let fetches = (0..20).map(|_| fetcher.fetch(LIST_2019));
    let bodies = futures::future::join_all(fetches).await;
    assert!(bodies.iter().all(|body| body.as_ref().is_ok_and(|body| body.body == upstream.body(LIST_2019))));
    assert_eq!(upstream.request_count(LIST_2019), 1);
}

#[tokio::test]
async fn the_user_agent_contains_the_contact_address() {
    let upstream = LocalUpstream::start().await;
    fetcher(&upstream, Bounds::default(), Some("data@example.org")).fetch(LIST_2019).await.unwrap();
    let user_agent = upstream.user_agent();
    assert!(user_agent.starts_with("lionrock/") && user_agent.ends_with("; data@example.org)"), "{user_agent}");
}

#[tokio::test]
async fn retry_after_is_respected() {
    let upstream = LocalUpstream::start().await;
    let graph = Arc::new(Refresher::start(settings(&upstream)).unwrap());
    let queries = BackgroundQueries::start(&graph);
    upstream.set_fault(LIST_2019, Fault::Status { status: 503, retry_after: Some("3600"), times: 1 });
    for round in 1..=3 {
        graph.refresh_some(|source| source.dataset.plan == "D36").await;
        assert_eq!(
            (upstream.request_count(LIST_2019), upstream.request_count(LIST_2021)),
            (1, round),
            "other files of the host are still requested"
        );
        let state = dataset(&graph, "D36").await;
        let message = state["lastError"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains("found 503 with a `Retry-After` of 3") && state["status"] == "DEGRADED", "{state}");
    }
    upstream.set_fault(DIRECTORY, Fault::Status { status: 429, retry_after: Some("3600"), times: 1 });
    graph.refresh_some(|source| source.dataset.plan == "D27").await;
    graph.refresh_some(|source| source.dataset.plan == "D22").await;
    let same_host = "https://opendata.hkstp.org/corporate/figures/technologycompanies/v1/";
    assert_eq!(
        (upstream.request_count(DIRECTORY), upstream.request_count(same_host)),
        (1, 0),
        "429 applies to the whole host"
    );
    assert!(queries.finish().await > 0);
}

#[tokio::test]
async fn the_circuit_breaker_opens_and_sends_one_probe() {
    let upstream = LocalUpstream::start().await;
    let pause = Duration::from_millis(1500);
    let bounds = Bounds { failures: 4, pause, longest_pause: pause, ..settings(&upstream).bounds };
    let graph = Arc::new(Refresher::start(Settings { bounds, ..settings(&upstream) }).unwrap());
    let queries = BackgroundQueries::start(&graph);
    let refresh = async || graph.refresh_some(|source| source.dataset.plan == "D27").await;
    upstream.set_fault(DIRECTORY, UNAVAILABLE);
    refresh().await;
    assert_eq!(upstream.request_count(DIRECTORY), 3, "three attempts");
    refresh().await;
    assert_eq!(upstream.request_count(DIRECTORY), 4, "the fourth failure opens the circuit");
    refresh().await;
    assert_eq!(upstream.request_count(DIRECTORY), 4);
    let state = dataset(&graph, "D27").await;
    let message = state["lastError"]["message"].as_str().unwrap();
    assert!(
        message.contains("expected a response from `opendata.hkstp.org`, found 4 consecutive failures, the last one: expected status 200, found 503"),
        "{message}"
    );
    assert_eq!((&state["origin"], &state["status"]), (&json!("BUNDLED"), &json!("DEGRADED")));
    tokio::time::sleep(pause).await;
    refresh().await;
    assert_eq!(upstream.request_count(DIRECTORY), 5, "a single probe is sent");
    upstream.clear_fault(DIRECTORY);
    tokio::time::sleep(pause).await;
    refresh().await;
    let state = dataset(&graph, "D27").await;
    assert_eq!((&state["origin"], &state["status"]), (&json!("LIVE"), &json!("PARTIAL")));
    assert!(queries.finish().await > 0);
}

#[tokio::test]
async fn only_configured_hosts_may_have_private_addresses() {
    let upstream = LocalUpstream::start().await;
    let listed = format!("{}/list_e.csv", upstream.base.replace("127.0.0.1", "localhost"));
    upstream.put("list_e.csv", "a,b\r\n1,2\r\n");
    let direct = |hosts: &[&str]| {
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        let allowed = AllowedHosts::new(hosts, Vec::new());
        let bounds = Bounds { attempts: 1, ..Bounds::default() };
        Fetcher::new(FetchMode::Direct, bounds, allowed, None).unwrap()
    };
    assert!(direct(&["localhost"]).fetch(&listed).await.is_ok());
    let unlisted = direct(&[]).fetch(&listed).await.unwrap_err();
    assert_eq!(unlisted.kind, FetchErrorKind::UnlistedHost("localhost".to_owned()));
    let elsewhere = format!("{}/list_e.csv", upstream.base);
    upstream.set_fault("list_e.csv", Fault::Redirect(elsewhere.clone()));
    let redirected = direct(&["localhost"]).fetch(&listed).await.unwrap_err();
    assert_eq!(redirected.kind, FetchErrorKind::Redirect(elsewhere));
}
