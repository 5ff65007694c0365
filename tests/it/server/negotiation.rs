//! What a request accepts and sends: media types, CSV, event streams, encodings, conditional requests.

use reqwest::{Client, Method, Response, StatusCode};
use serde_json::Value;

use super::{Running, address, code, content_type, live::PARKS, query, start};

const URQL: &str = "application/graphql-response+json, application/graphql+json, application/json, \
                    text/event-stream, multipart/mixed";
const NAMES: &str = "{ publishers { code } }";

async fn get(running: &Running, text: &str, headers: &[(&str, &str)]) -> Response {
    let client = Client::builder().no_gzip().no_brotli().build().unwrap();
    let request = client.get(address(running, &[("query", text)]));
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
}

async fn post_bytes(running: &Running, body: Vec<u8>, headers: &[(&str, &str)]) -> Response {
    let request = Client::new().post(format!("{}/graphql", running.base)).body(body);
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> Vec<&'a str> {
    response.headers().get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_subscriptions_are_streamed_to_a_client_that_accepts_json() {
    let running = start().await;
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
        let got = get(&running, text, &[("accept", accept)]).await;
        assert_eq!((got.status(), content_type(&got)), (StatusCode::OK, expected), "{accept} {text}");
        assert_eq!(got.headers().contains_key("etag"), expected != event_stream, "{accept} {text}");
        let headers = [("accept", accept), ("content-type", "application/json")];
        let posted = post_bytes(&running, query(text).to_string().into_bytes(), &headers).await;
        assert_eq!((posted.status(), content_type(&posted)), (StatusCode::OK, expected), "{accept} {text}");
    }
    for accept in ["text/html", "multipart/mixed", "application/json;q=0", "*/*;q=0"] {
        let refused = get(&running, NAMES, &[("accept", accept)]).await;
        assert_eq!(refused.status(), StatusCode::NOT_ACCEPTABLE, "{accept}");
        assert_eq!(code(&refused.json().await.unwrap()), "NOT_ACCEPTABLE");
    }
}

#[tokio::test]
async fn a_response_with_a_single_list_is_available_as_csv() {
    let running = start().await;
    let csv = [("accept", "text/csv")];
    let got = get(&running, NAMES, &csv).await;
    assert_eq!(content_type(&got), "text/csv; charset=utf-8; header=present");
    let tag = header(&got, "etag")[0].to_owned();
    let rows = got.text().await.unwrap();
    assert!(rows.starts_with("code\nITF\n"), "{rows}");
    let again = get(&running, NAMES, &[("accept", "text/csv"), ("if-none-match", &tag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let json = get(&running, NAMES, &[("accept", "application/json"), ("if-none-match", &tag)]).await;
    assert_eq!(json.status(), StatusCode::OK, "another representation");
    let headers = [csv[0], ("content-type", "application/json")];
    let posted = post_bytes(&running, query(NAMES).to_string().into_bytes(), &headers).await;
    assert_eq!(posted.text().await.unwrap(), rows);
    for (text, status, expected) in [
        ("{ dataset(id: \"D36\") { plan } }", StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE"),
        ("{ a: publishers { code } b: publishers { code } }", StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE"),
        ("{ nothing }", StatusCode::BAD_REQUEST, "GRAPHQL_VALIDATION_FAILED"),
    ] {
        let refused = get(&running, text, &csv).await;
        assert_eq!(
            (refused.status(), content_type(&refused)),
            (status, "application/graphql-response+json; charset=utf-8")
        );
        let answer: Value = refused.json().await.unwrap();
        assert_eq!(code(&answer), expected, "{answer}");
    }
}

#[tokio::test]
async fn a_byte_order_mark_and_the_charset_utf8_are_accepted() {
    let running = start().await;
    let body = [&b"\xEF\xBB\xBF"[..], query(NAMES).to_string().as_bytes()].concat();
    let answered = post_bytes(&running, body, &[("content-type", "application/json; charset=utf8")]).await;
    let answer: Value = answered.json().await.unwrap();
    assert_eq!(answer["data"]["publishers"][0]["code"], "ITF", "{answer}");
}

#[tokio::test]
async fn a_304_has_the_headers_of_the_200() {
    let running = start().await;
    let first = get(&running, NAMES, &[("accept-encoding", "br")]).await;
    let tag = header(&first, "etag")[0].to_owned();
    for given in [tag.clone(), format!("\"x\", {tag}"), format!("W/{tag}"), "*".to_owned()] {
        // The first time the query is run, the second time it is known.
        for _ in 0..2 {
            let again = get(&running, NAMES, &[("if-none-match", &given), ("accept-encoding", "br")]).await;
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{given}");
            assert_eq!(header(&again, "vary"), header(&first, "vary"), "{given}");
            assert!(header(&again, "cache-control")[0].starts_with("public, max-age="), "{given}");
            assert!(again.headers().contains_key("etag"), "{given}");
        }
    }
    assert!(header(&first, "vary").iter().any(|vary| vary.contains("accept-encoding")));
    assert_eq!(get(&running, NAMES, &[("if-none-match", "\"x\"")]).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn brotli_is_preferred_to_zstd() {
    let running = start().await;
    let text = "{ datasets { plan title { en } } }";
    for (accepted, expected) in
        [("gzip, deflate, br, zstd", "br"), ("zstd, br;q=0.5", "zstd"), ("*", "br"), ("gzip, zstd", "zstd")]
    {
        let response = get(&running, text, &[("accept-encoding", accepted)]).await;
        assert_eq!(header(&response, "content-encoding"), [expected], "{accepted}");
    }
}

#[tokio::test]
async fn cors_allows_the_authorization_header() {
    let running = start().await;
    let request = Client::new().request(Method::OPTIONS, format!("{}/graphql", running.base));
    let request = request.header("origin", "https://example.org").header("access-control-request-method", "POST");
    let asked = request.header("access-control-request-headers", "authorization,content-type");
    let allowed = asked.send().await.unwrap();
    assert_eq!(header(&allowed, "access-control-allow-headers"), ["authorization,content-type"]);
}
