//! HTTP caching: entity tags, maximum ages, and the datasets that a response depends on.

use std::{sync::Arc, time::Duration};

use lionrock::{
    refresh::Refresher,
    server::{Gateway, ServeOptions, documents::Documents},
};
use reqwest::{Client, Response, StatusCode};
use tokio::net::TcpListener;

use super::{TestServer, graphql_url, start};
use crate::{gateway::fetched, local_upstream::LocalUpstream};

const PLANS: &str = "{ hkas { accreditations(first: 2) { nodes { id } } } }";

async fn get(server: &TestServer, query: &str, headers: &[(&str, &str)]) -> Response {
    let request =
        Client::builder().no_gzip().no_brotli().build().unwrap().get(graphql_url(server, &[("query", query)]));
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Starts a gateway with this refresher.
pub async fn serve_refresher(refresher: Arc<Refresher>) -> TestServer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let gateway = Gateway::with(refresher, ServeOptions::default(), Documents::new([], false));
    TestServer { base, stop: None, task: tokio::spawn(gateway.serve(listener, std::future::pending())) }
}

#[tokio::test]
async fn a_matching_etag_returns_304() {
    let server = start().await;
    let first = get(&server, PLANS, &[]).await;
    let tag = header(&first, "etag").to_owned();
    assert!(tag.len() == 34 && tag.starts_with('"'), "{tag}");
    assert!(first.headers().get_all("vary").iter().any(|vary| vary == "accept, accept-encoding, lionrock-cost"));
    // The tag matches whether or not the response is cached.
    for query in [PLANS, "{ dataset(id: \"D36\") { plan } }"] {
        let tag = header(&get(&server, query, &[]).await, "etag").to_owned();
        let again = get(&server, query, &[("if-none-match", &format!("\"x\", {tag}"))]).await;
        assert_eq!((again.status(), header(&again, "etag")), (StatusCode::NOT_MODIFIED, &*tag));
        assert_eq!(again.bytes().await.unwrap().len(), 0);
    }
    let other =
        get(&server, "{ hkas { accreditations(first: 3) { nodes { id } } } }", &[("if-none-match", &tag)]).await;
    assert_eq!(other.status(), StatusCode::OK);
    let with_cost = get(&server, PLANS, &[("if-none-match", &tag), ("lionrock-cost", "include")]).await;
    assert_eq!(with_cost.status(), StatusCode::OK);
}

#[tokio::test]
async fn compressed_responses_have_a_different_etag() {
    let server = start().await;
    let query = "{ datasets { plan title { en } } }";
    let plain = header(&get(&server, query, &[]).await, "etag").to_owned();
    let compressed = get(&server, query, &[("accept-encoding", "gzip")]).await;
    assert_eq!(header(&compressed, "content-encoding"), "gzip");
    assert_eq!(header(&compressed, "etag"), format!("{}-gzip\"", plain.trim_end_matches('"')));
    let tag = header(&compressed, "etag").to_owned();
    let again = get(&server, query, &[("accept-encoding", "gzip"), ("if-none-match", &tag)]).await;
    assert_eq!((again.status(), header(&again, "etag")), (StatusCode::NOT_MODIFIED, &*tag));
}

#[tokio::test]
async fn errors_are_not_cached() {
    let server = start().await;
    for query in ["{ nothing }", "{", "{ organisations(first: 5000) { totalCount } }"] {
        let response = get(&server, query, &[]).await;
        assert_eq!((header(&response, "cache-control"), header(&response, "etag")), ("no-store", ""), "{query}");
    }
}

#[tokio::test]
async fn max_age_ends_when_a_dataset_is_due() {
    let server = serve_refresher(fetched(&LocalUpstream::start().await).await).await;
    let age = async |query: &str| {
        let response = get(&server, query, &[]).await;
        let age = header(&response, "cache-control").strip_prefix("public, max-age=").map(str::to_owned);
        Duration::from_secs(age.unwrap_or_else(|| panic!("{query}: {response:?}")).parse().unwrap())
    };
    let live = Duration::from_secs(30);
    assert!(age("{ hkstpc { carParks { __typename } } }").await <= live);
    assert!(age("{ datasets { plan status } }").await <= live);
    assert!(age(PLANS).await > live);
}
