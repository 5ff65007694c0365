//! Client identification, and the rate limit headers.

use std::{num::NonZeroU32, time::Duration};

use governor::Quota;
use lionrock::server::{ServeOptions, client::Proxies, documents::Documents};
use reqwest::{Client, Method, StatusCode, header::HeaderMap};
use serde_json::Value;

use super::{TestServer, error_code, query, start, start_with};

async fn limited(proxies: Proxies) -> TestServer {
    let two = NonZeroU32::new(2).unwrap();
    let rate = Quota::with_period(Duration::from_hours(1)).unwrap().allow_burst(two);
    start_with(ServeOptions { rate: Some(rate), proxies, ..ServeOptions::default() }, Documents::new([], false)).await
}

async fn send(server: &TestServer, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, Value) {
    let request = Client::new().post(format!("{}/graphql", server.base)).json(&query("{ publishers { code } }"));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let response = request.send().await.unwrap();
    (response.status(), response.headers().clone(), response.json().await.unwrap())
}

#[tokio::test]
async fn requests_beyond_the_rate_limit_get_retry_after() {
    let server = limited(Proxies::default()).await;
    let (status, headers, _) = send(&server, &[]).await;
    assert_eq!((status, headers["ratelimit-policy"].to_str().unwrap()), (StatusCode::OK, "\"client\";q=2;w=7200"));
    assert_eq!(headers["ratelimit"], "\"client\";r=1;t=3600");
    // `X-Forwarded-For` is ignored because the client is not a trusted proxy.
    let (status, ..) = send(&server, &[("x-forwarded-for", "198.51.100.1")]).await;
    assert_eq!(status, StatusCode::OK);
    let (status, headers, response) = send(&server, &[("x-forwarded-for", "198.51.100.2")]).await;
    assert_eq!((status, error_code(&response)), (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED"));
    assert!(headers["ratelimit"].to_str().unwrap().starts_with("\"client\";r=0;t="));
    let wait: u64 = headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=3600).contains(&wait), "{wait}");
    let healthy = reqwest::get(format!("{}/healthz", server.base)).await.unwrap();
    assert_eq!(healthy.status(), StatusCode::OK, "health checks are not counted");
}

#[tokio::test]
async fn a_trusted_proxy_identifies_clients() {
    let networks = vec!["127.0.0.0/8".parse().unwrap()];
    let server = limited(Proxies { networks: networks.clone(), ..Proxies::default() }).await;
    for client in ["198.51.100.1", "198.51.100.2"] {
        for expected in [StatusCode::OK, StatusCode::OK, StatusCode::TOO_MANY_REQUESTS] {
            assert_eq!(send(&server, &[("x-forwarded-for", client)]).await.0, expected, "{client}");
        }
    }
    let key = Some("x-consumer".parse().unwrap());
    let server = limited(Proxies { networks, key, ..Proxies::default() }).await;
    for consumer in ["alice", "bob"] {
        for expected in [StatusCode::OK, StatusCode::OK, StatusCode::TOO_MANY_REQUESTS] {
            assert_eq!(send(&server, &[("x-consumer", consumer)]).await.0, expected, "{consumer}");
        }
    }
}

#[tokio::test]
async fn cors_allows_every_origin_unless_some_are_configured() {
    let preflight = async |server: &TestServer, origin: &str| {
        let request = Client::new().request(Method::OPTIONS, format!("{}/graphql", server.base));
        let request = request.header("origin", origin).header("access-control-request-method", "POST");
        request.header("access-control-request-headers", "content-type").send().await.unwrap()
    };
    let open = start().await;
    let allowed = preflight(&open, "https://example.org").await;
    assert_eq!(allowed.status(), StatusCode::OK);
    assert_eq!(allowed.headers()["access-control-allow-origin"], "*");
    assert_eq!(allowed.headers().get("access-control-allow-credentials"), None);
    assert_eq!(send(&open, &[("origin", "https://example.org")]).await.1["access-control-allow-origin"], "*");
    let origins = vec!["https://example.org".parse().unwrap()];
    let named = start_with(ServeOptions { origins, ..ServeOptions::default() }, Documents::new([], false)).await;
    let headers = preflight(&named, "https://example.org").await.headers().clone();
    assert_eq!(headers["access-control-allow-origin"], "https://example.org");
    assert!(headers.get_all("vary").iter().any(|vary| vary.to_str().unwrap().contains("origin")));
    assert_eq!(preflight(&named, "https://example.com").await.headers().get("access-control-allow-origin"), None);
}

#[tokio::test]
async fn responses_are_compressed_in_the_accepted_encoding() {
    let server = start().await;
    for encoding in ["br", "gzip", "zstd"] {
        let request = Client::builder().no_gzip().no_brotli().build().unwrap();
        let request = request.post(format!("{}/graphql", server.base)).header("accept-encoding", encoding);
        let response = request.json(&query("{ datasets { plan title { en } } }")).send().await.unwrap();
        assert_eq!(response.headers()["content-encoding"], encoding);
        assert!(
            response.headers().get_all("vary").iter().any(|vary| vary.to_str().unwrap().contains("accept-encoding"))
        );
        assert!(!response.bytes().await.unwrap().starts_with(b"{"));
    }
}
