//! Protection of upstream hosts: concurrency limits, request intervals, `Retry-After` and the circuit breaker.

use std::{sync::Arc, time::Duration};

use lionrock::{
    refresh::{Refresher, Settings},
    upstream::fetch::{AllowedHosts, Bounds, FetchErrorKind, FetchMode, Fetcher},
};
use serde_json::json;

use super::{DIRECTORY, LIST_2019, LIST_2021, asking::Asking, dataset};
use crate::{
    gateway::{fetched, settings},
    local_upstream::{Fault, LocalUpstream},
};

const FOREVER: Fault = Fault::Status { status: 503, retry_after: None, times: usize::MAX };

fn fetcher(upstream: &LocalUpstream, bounds: Bounds, contact: Option<&str>) -> Fetcher {
    Fetcher::new(settings(upstream).way, bounds, AllowedHosts::default(), contact).unwrap()
}

#[tokio::test]
async fn concurrent_requests_to_a_host_are_limited() {
    let upstream = LocalUpstream::start().await;
    for year in 2019..=2024 {
        upstream.fail(
            &format!("https://www.itf.gov.hk/datagovhk/annuallist_{year}_e.csv"),
            Fault::Slow(Duration::from_millis(50)),
        );
    }
    fetched(&upstream).await;
    assert!(upstream.most_under_way() <= 4, "{} requests at once", upstream.most_under_way());
}

#[tokio::test]
async fn concurrent_fetches_of_a_file_share_one_request() {
    let upstream = LocalUpstream::start().await;
    upstream.fail(LIST_2019, Fault::Slow(Duration::from_millis(200)));
    let fetcher = fetcher(&upstream, settings(&upstream).bounds, None);
    let asked = (0..20).map(|_| fetcher.fetch(LIST_2019));
    let bodies = futures::future::join_all(asked).await;
    assert!(bodies.iter().all(|body| body.as_ref().is_ok_and(|body| body.body == upstream.body(LIST_2019))));
    assert_eq!(upstream.asked(LIST_2019), 1);
}

#[tokio::test]
async fn the_user_agent_contains_the_contact_address() {
    let upstream = LocalUpstream::start().await;
    fetcher(&upstream, Bounds::default(), Some("data@example.org")).fetch(LIST_2019).await.unwrap();
    let told = upstream.user_agent();
    assert!(told.starts_with("lionrock/") && told.ends_with("; data@example.org)"), "{told}");
}

#[tokio::test]
async fn retry_after_is_respected() {
    let upstream = LocalUpstream::start().await;
    let graph = Arc::new(Refresher::start(settings(&upstream)).unwrap());
    let asking = Asking::begin(&graph);
    upstream.fail(LIST_2019, Fault::Status { status: 503, retry_after: Some("3600"), times: 1 });
    for round in 1..=3 {
        graph.refresh_some(|source| source.dataset.plan == "D36").await;
        assert_eq!((upstream.asked(LIST_2019), upstream.asked(LIST_2021)), (1, round), "only that file waits");
        let state = dataset(&graph, "D36").await;
        let message = state["lastError"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains("found 503 with a `Retry-After` of 3") && state["status"] == "DEGRADED", "{state}");
    }
    upstream.fail(DIRECTORY, Fault::Status { status: 429, retry_after: Some("3600"), times: 1 });
    graph.refresh_some(|source| source.dataset.plan == "D27").await;
    graph.refresh_some(|source| source.dataset.plan == "D22").await;
    let of_the_host = "https://opendata.hkstp.org/corporate/figures/technologycompanies/v1/";
    assert_eq!((upstream.asked(DIRECTORY), upstream.asked(of_the_host)), (1, 0), "429 is said of the whole host");
    assert!(asking.end().await > 0);
}

#[tokio::test]
async fn the_circuit_breaker_opens_and_sends_one_probe() {
    let upstream = LocalUpstream::start().await;
    let pause = Duration::from_millis(1500);
    let bounds = Bounds { failures: 4, pause, longest_pause: pause, ..settings(&upstream).bounds };
    let graph = Arc::new(Refresher::start(Settings { bounds, ..settings(&upstream) }).unwrap());
    let asking = Asking::begin(&graph);
    let refresh = async || graph.refresh_some(|source| source.dataset.plan == "D27").await;
    upstream.fail(DIRECTORY, FOREVER);
    refresh().await;
    assert_eq!(upstream.asked(DIRECTORY), 3, "three attempts");
    refresh().await;
    assert_eq!(upstream.asked(DIRECTORY), 4, "the fourth failure begins the pause");
    refresh().await;
    assert_eq!(upstream.asked(DIRECTORY), 4);
    let told = dataset(&graph, "D27").await;
    let message = told["lastError"]["message"].as_str().unwrap();
    assert!(
        message.contains("expected a response from `opendata.hkstp.org`, found 4 consecutive failures, the last one: expected status 200, found 503"),
        "{message}"
    );
    assert_eq!((&told["origin"], &told["status"]), (&json!("BUNDLED"), &json!("DEGRADED")));
    tokio::time::sleep(pause).await;
    refresh().await;
    assert_eq!(upstream.asked(DIRECTORY), 5, "one request tells whether it is back");
    upstream.mend(DIRECTORY);
    tokio::time::sleep(pause).await;
    refresh().await;
    let state = dataset(&graph, "D27").await;
    assert_eq!((&state["origin"], &state["status"]), (&json!("LIVE"), &json!("PARTIAL")));
    assert!(asking.end().await > 0);
}

#[tokio::test]
async fn only_configured_hosts_may_have_private_addresses() {
    let upstream = LocalUpstream::start().await;
    let named = format!("{}/list_e.csv", upstream.base.replace("127.0.0.1", "localhost"));
    upstream.put("list_e.csv", "a,b\r\n1,2\r\n");
    let direct = |hosts: &[&str]| {
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        let allowed = AllowedHosts::new(hosts, Vec::new());
        let bounds = Bounds { attempts: 1, ..Bounds::default() };
        Fetcher::new(FetchMode::Direct, bounds, allowed, None).unwrap()
    };
    assert!(direct(&["localhost"]).fetch(&named).await.is_ok());
    let unnamed = direct(&[]).fetch(&named).await.unwrap_err();
    assert_eq!(unnamed.kind, FetchErrorKind::UnlistedHost("localhost".to_owned()));
    let elsewhere = format!("{}/list_e.csv", upstream.base);
    upstream.fail("list_e.csv", Fault::Redirect(elsewhere.clone()));
    let redirected = direct(&["localhost"]).fetch(&named).await.unwrap_err();
    assert_eq!(redirected.kind, FetchErrorKind::Redirect(elsewhere));
}
