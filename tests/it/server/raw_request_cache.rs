//! The raw request cache: an identical request gets the same response, and no other request does.

use std::{collections::BTreeMap, num::NonZeroU32, sync::LazyLock, time::Duration};

use governor::Quota;
use lionrock::server::{ServeOptions, documents::id};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use super::{TestServer, caches::outcomes, query, start_isolated};

/// The number of times that each request is sent. The document is cached first, then the response, then the raw
/// request. The last repetition is therefore a hit in the raw request cache.
const REPETITIONS: usize = 4;

const TEXT: &str = "query A($n: Int = 2, $name: String) { organisations(first: $n, filter: { name: $name }) { nodes { name { en } } } } \
                    query B { organisations(first: 1) { totalCount } }";

async fn start(options: ServeOptions) -> TestServer {
    start_isolated(options).await
}

fn without_caches(options: ServeOptions) -> ServeOptions {
    ServeOptions { response_cache: 0, document_cache: 0, ..options }
}

/// A response: its status, headers and bytes.
type WireResponse = (StatusCode, BTreeMap<String, Vec<String>>, Vec<u8>);

async fn send(server: &TestServer, method: Method, body: &str, headers: &[(&str, &str)]) -> WireResponse {
    /// Shared, because creating a client takes longer than a request.
    static CLIENT: LazyLock<Client> = LazyLock::new(|| Client::builder().no_gzip().no_brotli().build().unwrap());
    let request = CLIENT.request(method, format!("{}/graphql", server.base)).body(body.to_owned());
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let response = request.send().await.unwrap();
    let mut found = BTreeMap::<String, Vec<String>>::new();
    for (name, value) in response.headers() {
        // Responses that are compressed while they are sent have no length. The date differs between responses.
        if !["date", "content-length", "transfer-encoding"].contains(&name.as_str()) {
            found.entry(name.to_string()).or_default().push(value.to_str().unwrap().to_owned());
        }
    }
    (response.status(), found, response.bytes().await.unwrap().to_vec())
}

fn bodies() -> Vec<String> {
    let of = |parameters: Value| {
        let mut body = json!({ "query": TEXT, "operationName": "A" });
        body.as_object_mut().unwrap().extend(parameters.as_object().unwrap().clone());
        body
    };
    let bodies = [
        of(json!({})),
        of(json!({ "operationName": "B" })),
        of(json!({ "operationName": "C" })),
        of(json!({ "operationName": null })),
        of(json!({ "extensions": { "cost": true } })),
        of(json!({ "variables": { "n": 1 } })),
        of(json!({ "variables": { "n": "1" } })),
        of(json!({ "variables": { "name": "Hong Kong" } })),
        of(json!({ "variables": { "name": "HongKong" } })),
        of(json!({ "documentId": "x" })),
        json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": id(TEXT) } }, "operationName": "A" }),
        json!([query("{ __typename }")]),
    ];
    let spaced = serde_json::to_string_pretty(&bodies[0]).unwrap();
    let cut = bodies[0].to_string().trim_end_matches('}').to_owned();
    bodies.iter().map(Value::to_string).chain([spaced, cut, String::new()]).collect()
}

const JSON: (&str, &str) = ("content-type", "application/json");

fn header_sets() -> Vec<Vec<(&'static str, &'static str)>> {
    let others: [&[_]; 17] = [
        &[],
        &[("accept", "application/json")],
        &[("accept", "application/graphql-response+json")],
        &[("accept", "text/html")],
        &[("accept", "text/event-stream")],
        &[("accept-language", "zh-Hant")],
        &[("accept-language", "zh-Hans")],
        &[("lionrock-cost", "include")],
        &[("lionrock-cost", "only")],
        &[("lionrock-cost", "zh-Hant")],
        &[("accept-encoding", "br")],
        &[("accept-encoding", "gzip")],
        &[("accept-encoding", "zstd")],
        &[("origin", "https://a.example")],
        &[("origin", "https://b.example")],
        &[("upgrade", "websocket"), ("connection", "upgrade")],
        &[("accept-language", "zh-Hant"), ("lionrock-cost", "include"), ("accept-encoding", "br")],
    ];
    others.into_iter().map(|others| [&[JSON], others].concat()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_requests_get_the_same_response() {
    for origins in [vec![], vec!["https://a.example".parse().unwrap()]] {
        let options = || ServeOptions { origins: origins.clone(), max_batch_size: 2, ..ServeOptions::default() };
        let (with, without) = (start(options()).await, start(without_caches(options())).await);
        // Persists the document for the requests that contain only its hash.
        let persisting = json!({ "query": TEXT, "operationName": "A", "extensions": { "persistedQuery": { "version": 1, "sha256Hash": id(TEXT) } } });
        for server in [&with, &without] {
            assert_eq!(send(server, Method::POST, &persisting.to_string(), &[JSON]).await.0, StatusCode::OK);
        }
        let mut cases = Vec::new();
        for body in bodies() {
            for headers in header_sets() {
                let expected = send(&without, Method::POST, &body, &headers).await;
                cases.push((body.clone(), headers, expected));
            }
        }
        for _ in 0..REPETITIONS {
            for (body, headers, expected) in &cases {
                assert_eq!(send(&with, Method::POST, body, headers).await, *expected, "{body} {headers:?}");
            }
        }
        let found = outcomes(&with).await;
        assert!(found["response hit"] > 200 && found["document hit"] > found["response hit"], "{found:?}");
    }
}

#[tokio::test]
async fn only_a_json_post_uses_the_cache_entry_of_a_json_post() {
    let (with, without) = (start(ServeOptions::default()).await, start(without_caches(ServeOptions::default())).await);
    let body = query("{ publishers { code } }").to_string();
    for _ in 0..REPETITIONS {
        assert_eq!(send(&with, Method::POST, &body, &[JSON]).await.0, StatusCode::OK);
    }
    for (method, content_type) in [
        (Method::POST, "text/plain"),
        (Method::POST, "application/json; charset=latin1"),
        (Method::PUT, "application/json"),
        (Method::GET, "application/json"),
        (Method::OPTIONS, "application/json"),
        (Method::POST, "Application/JSON; Charset=UTF-8"),
    ] {
        let headers = [("content-type", content_type)];
        let found = send(&with, method.clone(), &body, &headers).await;
        assert_eq!(found, send(&without, method.clone(), &body, &headers).await, "{method} {content_type}");
    }
}

#[tokio::test]
async fn repeated_requests_count_towards_the_rate_limit_and_metrics() {
    let rate = Quota::per_hour(NonZeroU32::new(REPETITIONS as u32).unwrap());
    let server = start(ServeOptions { rate: Some(rate), ..ServeOptions::default() }).await;
    let body = query("{ publishers { code } }").to_string();
    for remaining in (0..REPETITIONS).rev() {
        let (status, headers, _) = send(&server, Method::POST, &body, &[JSON]).await;
        assert_eq!(status, StatusCode::OK);
        assert!(headers["ratelimit"][0].starts_with(&format!("\"client\";r={remaining};")), "{headers:?}");
        assert_eq!(headers["ratelimit"].len(), 1);
    }
    let (status, headers, _) = send(&server, Method::POST, &body, &[JSON, ("origin", "https://a.example")]).await;
    assert_eq!((status, &*headers["access-control-allow-origin"][0]), (StatusCode::TOO_MANY_REQUESTS, "*"));
    let metrics = reqwest::get(format!("{}/metrics", server.base)).await.unwrap().text().await.unwrap();
    for line in [
        format!("lionrock_http_requests_total{{route=\"/graphql\",method=\"POST\",status=\"200\"}} {REPETITIONS}"),
        "lionrock_http_requests_total{route=\"/graphql\",method=\"POST\",status=\"429\"} 1".to_owned(),
        format!("lionrock_http_request_duration_seconds_count{{route=\"/graphql\"}} {}", REPETITIONS + 1),
        format!("lionrock_document_cache_requests_total{{outcome=\"hit\"}} {}", REPETITIONS - 1),
        format!("lionrock_response_cache_requests_total{{outcome=\"hit\"}} {}", REPETITIONS - 2),
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line}\n{metrics}");
    }
}

#[tokio::test]
async fn bodies_beyond_the_size_limit_are_refused() {
    let timeouts = lionrock::server::connections::Timeouts { body: Duration::from_millis(200), ..Default::default() };
    let server = start(ServeOptions { patience: timeouts, ..ServeOptions::default() }).await;
    let large = format!("{{ \"query\": \"{}\" }}", " ".repeat(70_000));
    let (status, headers, body) = send(&server, Method::POST, &large, &[JSON]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{}", String::from_utf8_lossy(&body));
    assert!(headers.contains_key("access-control-allow-origin") && body.starts_with(b"{\"errors\""));
}
