//! Content negotiation: media types, CSV, event streams, encodings and conditional requests.

use reqwest::{Client, Method, Response, StatusCode};
use serde_json::Value;

use super::{TestServer, content_type, error_code, graphql_url, live::PARKS, query, start};

const URQL: &str = "application/graphql-response+json, application/graphql+json, application/json, \
                    text/event-stream, multipart/mixed";
const NAMES: &str = "{ publishers { code } }";

async fn get(server: &TestServer, text: &str, headers: &[(&str, &str)]) -> Response {
    let client = Client::builder().no_gzip().no_brotli().build().unwrap();
    let request = client.get(graphql_url(server, &[("query", text)]));
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
}

async fn post_bytes(server: &TestServer, body: Vec<u8>, headers: &[(&str, &str)]) -> Response {
    let request = Client::new().post(format!("{}/graphql", server.base)).body(body);
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> Vec<&'a str> {
    response.headers().get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_subscriptions_are_streamed_to_a_client_that_accepts_json() {
    let server = start().await;
    let response_json = "application/graphql-response+json; charset=utf-8";
    let event_stream = "text/event-stream";
    for (accept, text, expected) in [
        (URQL, NAMES, response_json),
        (URQL, PARKS, event_stream),
        (URQL, "query subscription { publishers { code } }", response_json),
        ("application/json;q=0.5, text/event-stream", NAMES, "application/json; charset=utf-8"),
        (event_stream, NAMES, event_stream),
        ("text/event-stream;q=0, */*", NAMES, "application/json; charset=utf-8"),
    ] {
        let response = get(&server, text, &[("accept", accept)]).await;
        assert_eq!((response.status(), content_type(&response)), (StatusCode::OK, expected), "{accept} {text}");
        assert_eq!(response.headers().contains_key("etag"), expected != event_stream, "{accept} {text}");
        let headers = [("accept", accept), ("content-type", "application/json")];
        let posted = post_bytes(&server, query(text).to_string().into_bytes(), &headers).await;
        assert_eq!((posted.status(), content_type(&posted)), (StatusCode::OK, expected), "{accept} {text}");
    }
    for accept in ["text/html", "multipart/mixed", "application/json;q=0", "*/*;q=0"] {
        let refused = get(&server, NAMES, &[("accept", accept)]).await;
        assert_eq!(refused.status(), StatusCode::NOT_ACCEPTABLE, "{accept}");
        assert_eq!(error_code(&refused.json().await.unwrap()), "NOT_ACCEPTABLE");
    }
}

#[tokio::test]
async fn a_response_with_a_single_list_is_available_as_csv() {
    let server = start().await;
    let csv = [("accept", "text/csv")];
    let response = get(&server, NAMES, &csv).await;
    assert_eq!(content_type(&response), "text/csv; charset=utf-8; header=present");
    let tag = header(&response, "etag")[0].to_owned();
    let rows = response.text().await.unwrap();
    assert!(rows.starts_with("code\nITF\n"), "{rows}");
    let again = get(&server, NAMES, &[("accept", "text/csv"), ("if-none-match", &tag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let json = get(&server, NAMES, &[("accept", "application/json"), ("if-none-match", &tag)]).await;
    assert_eq!(json.status(), StatusCode::OK, "the tag belongs to another representation");
    let headers = [csv[0], ("content-type", "application/json")];
    let posted = post_bytes(&server, query(NAMES).to_string().into_bytes(), &headers).await;
    assert_eq!(posted.text().await.unwrap(), rows);
    for (text, status, expected) in [
        ("{ dataset(id: \"D36\") { plan } }", StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE"),
        ("{ a: publishers { code } b: publishers { code } }", StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE"),
        ("{ nothing }", StatusCode::BAD_REQUEST, "GRAPHQL_VALIDATION_FAILED"),
    ] {
        let refused = get(&server, text, &csv).await;
        assert_eq!(
            (refused.status(), content_type(&refused)),
            (status, "application/graphql-response+json; charset=utf-8")
        );
        let response: Value = refused.json().await.unwrap();
        assert_eq!(error_code(&response), expected, "{response}");
    }
}

#[tokio::test]
async fn a_byte_order_mark_and_the_charset_utf8_are_accepted() {
    let server = start().await;
    let body = [&b"\xEF\xBB\xBF"[..], query(NAMES).to_string().as_bytes()].concat();
    let posted = post_bytes(&server, body, &[("content-type", "application/json; charset=utf8")]).await;
    let response: Value = posted.json().await.unwrap();
    assert_eq!(response["data"]["publishers"][0]["code"], "ITF", "{response}");
}

#[tokio::test]
async fn a_304_has_the_headers_of_the_200() {
    let server = start().await;
    let first = get(&server, NAMES, &[("accept-encoding", "br")]).await;
    let tag = header(&first, "etag")[0].to_owned();
    for if_none_match in [tag.clone(), format!("\"x\", {tag}"), format!("W/{tag}"), "*".to_owned()] {
        // The first request executes the query; the second one uses the cached response.
        for _ in 0..2 {
            let again = get(&server, NAMES, &[("if-none-match", &if_none_match), ("accept-encoding", "br")]).await;
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{if_none_match}");
            assert_eq!(header(&again, "vary"), header(&first, "vary"), "{if_none_match}");
            assert!(header(&again, "cache-control")[0].starts_with("public, max-age="), "{if_none_match}");
            assert!(again.headers().contains_key("etag"), "{if_none_match}");
        }
    }
    assert!(header(&first, "vary").iter().any(|vary| vary.contains("accept-encoding")));
    assert_eq!(get(&server, NAMES, &[("if-none-match", "\"x\"")]).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn brotli_is_preferred_to_zstd() {
    let server = start().await;
    let text = "{ datasets { plan title { en } } }";
    for (accepted, expected) in
        [("gzip, deflate, br, zstd", "br"), ("zstd, br;q=0.5", "zstd"), ("*", "br"), ("gzip, zstd", "zstd")]
    {
        let response = get(&server, text, &[("accept-encoding", accepted)]).await;
        assert_eq!(header(&response, "content-encoding"), [expected], "{accepted}");
    }
}

#[tokio::test]
async fn cors_allows_the_authorization_header() {
    let server = start().await;
    let request = Client::new().request(Method::OPTIONS, format!("{}/graphql", server.base));
    let request = request.header("origin", "https://example.org").header("access-control-request-method", "POST");
    let preflight = request.header("access-control-request-headers", "authorization,content-type");
    let allowed = preflight.send().await.unwrap();
    assert_eq!(header(&allowed, "access-control-allow-headers"), ["authorization,content-type"]);
}
