//! GraphQL over HTTP: methods, media types and status codes.

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use super::{content_type, error_code, execute, graphql_url, post, query, start};

#[tokio::test]
async fn post_and_get_return_the_same_response() {
    let server = start().await;
    let query = "query Q($plan: ID!) { dataset(id: $plan) { plan } }";
    let posted =
        post(&server, &json!({ "query": query, "variables": { "plan": "D36" }, "operationName": "Q" }).to_string())
            .await;
    assert_eq!(content_type(&posted), "application/json; charset=utf-8");
    let posted: Value = posted.json().await.unwrap();
    assert_eq!(posted, json!({ "data": { "dataset": { "plan": "D36" } } }));
    let url = graphql_url(&server, &[("query", query), ("variables", r#"{"plan":"D36"}"#)]);
    let response: Value = Client::new().get(url).send().await.unwrap().json().await.unwrap();
    assert_eq!(response, posted);
}

#[tokio::test]
async fn request_errors_have_no_data_and_a_status_that_depends_on_the_media_type() {
    let server = start().await;
    let body = r#"{"query":"{ nothing }"}"#;
    let plain = post(&server, body).await;
    assert_eq!(plain.status(), StatusCode::OK);
    let plain: Value = plain.json().await.unwrap();
    assert!(
        plain.get("data").is_none() && plain["errors"][0]["locations"][0] == json!({ "line": 1, "column": 3 }),
        "{plain}"
    );
    let strict = Client::new()
        .post(format!("{}/graphql", server.base))
        .header("content-type", "application/json")
        .header("accept", "application/graphql-response+json")
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(strict.status(), StatusCode::BAD_REQUEST);
    assert!(content_type(&strict).starts_with("application/graphql-response+json"));
}

#[tokio::test]
async fn malformed_requests_are_rejected() {
    let server = start().await;
    for (body, status) in [
        ("{", StatusCode::BAD_REQUEST),
        ("{}", StatusCode::BAD_REQUEST),
        (r#"{"query":1}"#, StatusCode::BAD_REQUEST),
        (r#"{"query":"{publishers{code}}","variables":[]}"#, StatusCode::BAD_REQUEST),
        (r#"[{"query":"{publishers{code}}"}]"#, StatusCode::BAD_REQUEST),
        (&format!(r#"{{"query":"{}"}}"#, " ".repeat(70_000)), StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let response = post(&server, body).await;
        assert_eq!(response.status(), status, "{}", &body[..body.len().min(60)]);
        let response: Value = response.json().await.unwrap();
        assert!(response["errors"][0]["message"].as_str().unwrap().starts_with("expected"), "{response}");
    }
    let client = Client::new();
    let url = format!("{}/graphql", server.base);
    let text = client.post(&url).header("content-type", "text/plain").body("{}").send().await.unwrap();
    assert_eq!(text.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let html = client
        .get(format!("{url}?query=%7Bpublishers%7Bcode%7D%7D"))
        .header("accept", "text/html")
        .send()
        .await
        .unwrap();
    assert_eq!(html.status(), StatusCode::NOT_ACCEPTABLE);
    let delete = client.delete(&url).send().await.unwrap();
    assert_eq!(
        (delete.status(), delete.headers()["allow"].to_str().unwrap()),
        (StatusCode::METHOD_NOT_ALLOWED, "GET, POST")
    );
}

#[tokio::test]
async fn every_error_has_a_code() {
    let server = start().await;
    let by_plan = "query($plan: ID!) { dataset(id: $plan) { plan } }";
    for (body, expected) in [
        (query("{ nothing }"), "GRAPHQL_VALIDATION_FAILED"),
        (query("{ organisations(first: \"a\") { totalCount } }"), "GRAPHQL_VALIDATION_FAILED"),
        (query("{ organisations "), "GRAPHQL_PARSE_FAILED"),
        (json!({ "query": by_plan, "variables": { "plan": ["D36", {}] } }), "BAD_USER_INPUT"),
        (query(by_plan), "BAD_USER_INPUT"),
        (
            json!({ "query": "query($n: Int) { organisations(first: $n) { totalCount } }", "variables": { "n": "x" } }),
            "BAD_USER_INPUT",
        ),
        (query("query($n: Int!) { organisations(first: $n) { totalCount } }"), "BAD_USER_INPUT"),
        (query("{ organisations(first: $n) { totalCount } }"), "GRAPHQL_VALIDATION_FAILED"),
        (query("{ organisations(first: 5000) { totalCount } }"), "PAGE_TOO_LARGE"),
        (query("mutation { nothing }"), "GRAPHQL_VALIDATION_FAILED"),
        (query("subscription { datasetRefreshed { __typename } }"), "SUBSCRIPTION_NOT_SUPPORTED"),
        (json!({ "query": "query A { publishers { code } }", "operationName": "B" }), "OPERATION_RESOLUTION_FAILURE"),
        (query("query A { publishers { code } } query B { publishers { code } }"), "OPERATION_RESOLUTION_FAILURE"),
    ] {
        let response = execute(&server, &body).await;
        assert_eq!(error_code(&response), expected, "{body} {response}");
    }
}

#[tokio::test]
async fn optional_variables_may_be_omitted() {
    let server = start().await;
    let page = "query($n: Int, $after: String) { organisations(first: $n, after: $after) { nodes { id } } }";
    let response = execute(&server, &query(page)).await;
    assert_eq!(response["data"]["organisations"]["nodes"].as_array().map(Vec::len), Some(20), "{response}");
}

#[tokio::test]
async fn names_do_not_depend_on_accept_language() {
    let server = start().await;
    let text =
        r#"{ organisation(by: { name: "PolyU" }) { name { en zhHant zhHans converted in(language: ZH_HANS) } } }"#;
    let get = async |language: &'static str| {
        let request = Client::new().get(graphql_url(&server, &[("query", text)])).header("accept-language", language);
        let response = request.send().await.unwrap();
        let mut vary = response.headers().get_all("vary").iter();
        assert!(!vary.any(|vary| vary.to_str().unwrap().contains("language")), "{:?}", response.headers());
        let tag = response.headers()["etag"].clone();
        (tag, response.json::<Value>().await.unwrap()["data"]["organisation"]["name"].clone())
    };
    let (tag, name) = get("fr").await;
    assert_eq!(
        (&name["en"], &name["zhHant"]),
        (&json!("The Hong Kong Polytechnic University"), &json!("香港理工大學"))
    );
    assert_eq!((&name["zhHans"], &name["in"]), (&json!("香港理工大学"), &json!("香港理工大学")));
    assert_eq!(get("zh-HK, en;q=0.5").await, (tag, name));
}
