//! HTTP caching: entity tags, maximum ages, and the datasets that a response depends on.

use std::{sync::Arc, time::Duration};

use lionrock::{
    refresh::Refresher,
    server::{Gateway, ServeOptions, documents::Documents},
};
use reqwest::{Client, Response, StatusCode};
use tokio::net::TcpListener;

use super::{Running, address, start};
use crate::{gateway::fetched, local_upstream::LocalUpstream};

const PLANS: &str = "{ hkas { accreditations(first: 2) { nodes { id } } } }";

async fn get(running: &Running, query: &str, headers: &[(&str, &str)]) -> Response {
    let request = Client::builder().no_gzip().no_brotli().build().unwrap().get(address(running, &[("query", query)]));
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// A gateway over what a local upstream serves.
pub async fn live(refresher: Arc<Refresher>) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let gateway = Gateway::with(refresher, ServeOptions::default(), Documents::new([], false));
    Running { base, stop: None, task: tokio::spawn(gateway.serve(listener, std::future::pending())) }
}

#[tokio::test]
async fn a_matching_etag_returns_304() {
    let running = start().await;
    let first = get(&running, PLANS, &[]).await;
    let tag = header(&first, "etag").to_owned();
    assert!(tag.len() == 34 && tag.starts_with('"'), "{tag}");
    assert!(first.headers().get_all("vary").iter().any(|vary| vary == "accept, accept-encoding, lionrock-cost"));
    // The second time nothing is run, the third time the state of datasets is, and gives the same.
    for query in [PLANS, "{ dataset(id: \"D36\") { plan } }"] {
        let tag = header(&get(&running, query, &[]).await, "etag").to_owned();
        let again = get(&running, query, &[("if-none-match", &format!("\"x\", {tag}"))]).await;
        assert_eq!((again.status(), header(&again, "etag")), (StatusCode::NOT_MODIFIED, &*tag));
        assert_eq!(again.bytes().await.unwrap().len(), 0);
    }
    let other =
        get(&running, "{ hkas { accreditations(first: 3) { nodes { id } } } }", &[("if-none-match", &tag)]).await;
    assert_eq!(other.status(), StatusCode::OK);
    let told = get(&running, PLANS, &[("if-none-match", &tag), ("lionrock-cost", "include")]).await;
    assert_eq!(told.status(), StatusCode::OK);
}

#[tokio::test]
async fn compressed_responses_have_a_different_etag() {
    let running = start().await;
    let query = "{ datasets { plan title { en } } }";
    let plain = header(&get(&running, query, &[]).await, "etag").to_owned();
    let packed = get(&running, query, &[("accept-encoding", "gzip")]).await;
    assert_eq!(header(&packed, "content-encoding"), "gzip");
    assert_eq!(header(&packed, "etag"), format!("{}-gzip\"", plain.trim_end_matches('"')));
    let tag = header(&packed, "etag").to_owned();
    let again = get(&running, query, &[("accept-encoding", "gzip"), ("if-none-match", &tag)]).await;
    assert_eq!((again.status(), header(&again, "etag")), (StatusCode::NOT_MODIFIED, &*tag));
}

#[tokio::test]
async fn errors_are_not_cached() {
    let running = start().await;
    for query in ["{ nothing }", "{", "{ organisations(first: 5000) { totalCount } }"] {
        let response = get(&running, query, &[]).await;
        assert_eq!((header(&response, "cache-control"), header(&response, "etag")), ("no-store", ""), "{query}");
    }
}

#[tokio::test]
async fn max_age_ends_when_a_dataset_is_due() {
    let running = live(fetched(&LocalUpstream::start().await).await).await;
    let age = async |query: &str| {
        let response = get(&running, query, &[]).await;
        let age = header(&response, "cache-control").strip_prefix("public, max-age=").map(str::to_owned);
        Duration::from_secs(age.unwrap_or_else(|| panic!("{query}: {response:?}")).parse().unwrap())
    };
    let live = Duration::from_secs(30);
    assert!(age("{ hkstpc { carParks { __typename } } }").await <= live);
    assert!(age("{ datasets { plan status } }").await <= live);
    assert!(age(PLANS).await > live);
}
