//! Caches do not change responses: every byte is the same with and without them.

use std::{
    collections::BTreeMap,
    fs,
    panic::AssertUnwindSafe,
    path::Path,
    sync::{Arc, LazyLock},
};

use async_graphql::Request;
use futures::FutureExt;
use lionrock::{
    api::{self, subgraph::Subgraph},
    domain::clock::RequestClock,
    server::ServeOptions,
};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use super::{TestServer, http_caching::serve_refresher, query, start_isolated};
use crate::{
    gateway::{bundle, fetched},
    local_upstream::LocalUpstream,
};

/// Queries, each with the sets of variables that it is sent with. Some are invalid on purpose.
fn queries() -> Vec<(String, Vec<Value>)> {
    let pages = "query($n: Int) { organisations(first: $n) { totalCount nodes { id name { en zhHans } } } }";
    let by_name = "query($name: String!) { organisation(by: { name: $name }) { __typename ...A } } fragment A on Organisation { id name { en } ... { kind } }";
    let by_id = "query($id: ID!) { organisation(by: { id: $id }) { id } node(id: $id) { __typename ... on Organisation { kind } } }";
    let by_any = "query($by: OrganisationBy!) { organisation(by: $by) { id } }";
    let ordered = "query($by: OrganisationOrderField!, $n: Int = 2) { organisations(orderBy: { field: $by }, first: $n) { nodes { id } } }";
    let ids = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let filter = "query($filter: FundedProjectFilter) { itf { projects(filter: $filter, first: 3) { totalCount nodes { title { en } } } } }";
    let skips = "query($s: Boolean!) { organisations(first: 1) { totalCount @skip(if: $s) nodes { id @include(if: $s) name { en } } } }";
    let several = "query A { hkas { __typename } } query B($n: Int) { organisations(first: $n) { totalCount } }";
    let mut queries: Vec<(String, Vec<Value>)> = [
        (pages, json!([{}, { "n": 2 }, { "n": null }, { "n": 100 }, { "n": 101 }, { "n": "2" }, { "n": 1.5 }, { "n": 3_000_000_000_u64 }, { "n": 2, "other": [1] }])),
        (by_name, json!([{ "name": "PolyU" }, { "name": "nobody" }, {}, { "name": null }, { "name": 5 }, { "name": ["PolyU"] }, { "name": "x".repeat(3000) }])),
        (by_id, json!([{}, { "id": "x" }, { "id": null }, { "id": 7 }, { "id": 7.5 }, { "id": {} }])),
        (by_any, json!([{ "by": { "name": "PolyU" } }, { "by": { "id": "x" } }, { "by": {} }, { "by": { "id": null } }, { "by": { "id": "x", "name": "PolyU" } }, {}])),
        (ordered, json!([{ "by": "NAME" }, { "by": "FUNDING", "n": 3 }, { "by": "NOTHING" }, {}, { "by": "NAME", "n": null }])),
        (ids, json!([{ "ids": [] }, { "ids": ["a", "b"] }, { "ids": "a" }, { "ids": [null] }, { "ids": ["a", 1] }])),
        (filter, json!([{}, { "filter": { "title": "a", "year": { "from": 2020 } } }, { "filter": { "year": { "from": 2020 }, "title": "a" } }, { "filter": { "tytle": "a" } }, { "filter": { "year": 2020 } }])),
        (skips, json!([{ "s": true }, { "s": false }, {}])),
        (several, json!([{}, { "n": 1 }])),
        ("{ organisations(first: 5000) { totalCount } datasets { plan } }", json!([{}])),
        ("{ organisation(by: { id: \"x\" }) { id } hkas { __typename } }", json!([{}])),
        ("{ __schema { queryType { name } } __typename }", json!([{}])),
        ("{ nothing }", json!([{}])),
        ("{ organisation(by: { name: PolyU }) { id } }", json!([{}])),
        ("subscription { datasetRefreshed { plan } }", json!([{}])),
        ("{", json!([{}])),
    ]
    .into_iter()
    .map(|(text, variables)| (text.to_owned(), variables.as_array().unwrap().clone()))
    .collect();
    for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "graphql") {
            queries.push((fs::read_to_string(path).unwrap(), vec![json!({})]));
        }
    }
    queries
}

async fn send(server: &TestServer, body: &Value, headers: [(&str, &str); 3]) -> (StatusCode, String) {
    /// Shared, because creating a client takes longer than a request.
    static CLIENT: LazyLock<Client> = LazyLock::new(Client::new);
    let request = CLIENT.post(format!("{}/graphql", server.base)).json(body);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let response = request.send().await.unwrap();
    (response.status(), response.text().await.unwrap())
}

/// The number of hits and misses of each cache, from the metrics.
pub async fn outcomes(server: &TestServer) -> BTreeMap<String, u64> {
    let text = Client::new().get(format!("{}/metrics", server.base)).send().await.unwrap().text().await.unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("lionrock_")?.rsplit_once(' '));
    lines
        .filter_map(|(name, count)| {
            let (cache, outcome) = name.split_once("_cache_requests_total{outcome=\"")?;
            Some((format!("{cache} {}", outcome.trim_end_matches("\"}")), count.parse().ok()?))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn responses_are_identical_with_and_without_caches() {
    let [with, documents_only, without] = [(64, 32), (0, 32), (0, 0)].map(|(responses, documents)| ServeOptions {
        response_cache: responses << 20,
        document_cache: documents << 20,
        ..ServeOptions::default()
    });
    let start = async |options| start_isolated(options).await;
    let (with, documents_only, without) = (start(with).await, start(documents_only).await, start(without).await);
    for (text, all) in queries() {
        for variables in all {
            for operation in [Value::Null, json!("B"), json!("nothing")] {
                if operation != Value::Null && !text.contains("query B") {
                    continue;
                }
                let body = json!({ "query": text, "variables": variables, "operationName": operation });
                for headers in [
                    [("accept", "application/json"), ("accept-language", "en"), ("x", "y")],
                    [("accept", "application/graphql-response+json"), ("accept-language", "zh-Hant"), ("x", "y")],
                    [("accept", "application/json"), ("accept-language", "en"), ("lionrock-cost", "include")],
                ] {
                    let expected = send(&without, &body, headers).await;
                    for _ in 0..4 {
                        let found = send(&with, &body, headers).await;
                        // Ages change between requests.
                        if !expected.1.contains("ageSeconds") {
                            assert_eq!(found, expected, "{body} {headers:?}");
                            assert_eq!(send(&documents_only, &body, headers).await, expected, "{body} {headers:?}");
                        }
                    }
                }
            }
        }
    }
    let (with, documents_only, without) =
        (outcomes(&with).await, outcomes(&documents_only).await, outcomes(&without).await);
    assert!(with["response hit"] > 50 && with["document hit"] > with["response hit"], "{with:?}");
    assert!(documents_only["document hit"] > 100 && !documents_only.contains_key("response hit"), "{documents_only:?}");
    assert!(!without.contains_key("document hit") && !without.contains_key("response hit"), "{without:?}");
}

#[tokio::test]
async fn a_query_known_to_be_fast_returns_the_same_response() {
    let options = ServeOptions { response_cache: 0, ..ServeOptions::default() };
    let server = start_isolated(options).await;
    let body = query("{ organisations(first: 2) { nodes { id name { en zhHans } } } }");
    let headers = [("accept", "application/json"), ("x", "y"), ("y", "z")];
    let expected = send(&server, &body, headers).await;
    for _ in 0..120 {
        assert_eq!(send(&server, &body, headers).await, expected);
    }
}

#[tokio::test]
async fn changed_rows_invalidate_cached_responses() {
    let upstream = LocalUpstream::start().await;
    let refresher = fetched(&upstream).await;
    let server = serve_refresher(refresher.clone()).await;
    let body = query("{ itf { projects(first: 1) { totalCount nodes { title { en } } } } }");
    let headers = [("accept", "application/json"), ("x", "y"), ("y", "z")];
    for _ in 0..5 {
        assert!(send(&server, &body, headers).await.1.contains("title"));
    }
    assert_eq!(outcomes(&server).await["response hit"], 3);
    let url = "https://www.itf.gov.hk/datagovhk/annuallist_2023_e.csv";
    let list = String::from_utf8_lossy(&upstream.body(url)).replace("Imaginary Legs", "Other Legs");
    upstream.put(url, list);
    refresher.refresh_all().await;
    let all_titles = query("{ itf { projects(first: 100) { nodes { title { en } } } } }");
    for _ in 0..3 {
        assert!(send(&server, &all_titles, headers).await.1.contains("Other Legs"));
    }
    let before = outcomes(&server).await;
    send(&server, &body, headers).await;
    let after = outcomes(&server).await;
    assert_eq!(after["response hit"], before["response hit"], "the response from the old rows is not returned again");
    assert_eq!(after["document hit"], before["document hit"] + 1);
}

#[tokio::test]
async fn time_dependent_responses_are_not_cached() {
    let server = start_isolated(ServeOptions::default()).await;
    let headers = [("accept", "application/json"), ("x", "y"), ("y", "z")];
    for text in [
        "{ datasets { freshness } }",
        "{ hkstpc { tenders(filter: { open: true }) { totalCount } } }",
        "{ hkstpc { events(filter: { upcoming: true }) { totalCount } } }",
    ] {
        for _ in 0..4 {
            send(&server, &query(text), headers).await;
        }
    }
    let found = outcomes(&server).await;
    assert_eq!((found["document hit"], found["response miss"]), (9, 9), "{found:?}");
    assert!(!found.contains_key("response hit"), "{found:?}");
    for _ in 0..3 {
        send(&server, &query("{ datasets { status } }"), headers).await;
    }
    assert_eq!(outcomes(&server).await["response hit"], 1, "the states of datasets do not depend on the time");
    for text in ["{ hkstpc { tenders { totalCount } } }", "{ hkstpc { events { totalCount } } }"] {
        for _ in 0..3 {
            send(&server, &query(text), headers).await;
        }
    }
    assert_eq!(outcomes(&server).await["response hit"], 3, "a list without a filter does not depend on the time");
}

#[tokio::test]
async fn an_abandoned_query_is_cancelled_at_the_next_resolver() {
    let refresher = bundle();
    let clock = Arc::new(RequestClock::default());
    let run = async || {
        let request = Request::new("{ organisations(first: 3) { nodes { fundedProjects { totalCount } } } }");
        let request = api::on(&refresher.view(), request).data(clock.clone());
        AssertUnwindSafe(api::build(Subgraph::Whole).execute(request)).catch_unwind().await
    };
    assert!(run().await.unwrap().errors.is_empty());
    clock.end();
    assert!(run().await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn identical_concurrent_requests_share_one_execution() {
    let options = ServeOptions { max_concurrent_requests: 1, ..ServeOptions::default() };
    let server = start_isolated(options).await;
    let body = query("{ organisations(first: 100) { nodes { id mentions(first: 20) { nodes { name { en } } } } } }");
    let headers = [("accept", "application/json"), ("x", "y"), ("y", "z")];
    let expected = send(&server, &body, headers).await;
    let requests = (0..12).map(|_| send(&server, &body, headers));
    for found in futures::future::join_all(requests).await {
        assert_eq!(found, expected, "only one of the requests needs the single permit");
    }
}
