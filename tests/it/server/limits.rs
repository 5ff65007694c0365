//! Query limits, and the reported query cost.

use lionrock::server::{ServeOptions, documents::Documents};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use super::{error_code, execute, post, query, start, start_with};

#[tokio::test]
async fn queries_beyond_the_depth_limit_are_refused() {
    let server = start().await;
    let deep = format!(
        "{{ organisation(by: {{ name: \"HKRITA\" }}) {{ {}id{} }} }}",
        "fundedProjects { nodes { leadApplicant { ".repeat(20),
        "} } }".repeat(20)
    );
    let response = execute(&server, &query(&deep)).await;
    assert!(response.get("data").is_none() && error_code(&response) == "QUERY_TOO_DEEP", "{response}");
}

#[tokio::test]
async fn nested_pages_exceed_the_cost_limit() {
    let server = start().await;
    let level = "fundedProjects(first: 100) { nodes { leadApplicant {";
    let query =
        format!("{{ organisation(by: {{ name: \"PolyU\" }}) {{ {} id {} }} }}", level.repeat(3), "} } }".repeat(3));
    let response = execute(&server, &json!({ "query": query })).await;
    assert!(response.get("data").is_none() && error_code(&response) == "QUERY_TOO_COMPLEX", "{response}");
}

#[tokio::test]
async fn the_cost_is_returned_on_request() {
    let server = start().await;
    let page = "{ organisations(first: 3) { nodes { id name { en } } } }";
    let plain = execute(&server, &query(page)).await;
    assert_eq!(plain.get("extensions"), None);
    let with_cost = execute(&server, &json!({ "query": page, "extensions": { "cost": true } })).await;
    assert_eq!(with_cost["data"], plain["data"]);
    let cost = json!({ "requested": 13, "limit": 30_000, "fields": 5, "depth": 4, "aliases": 0, "introspection": 0 });
    assert_eq!(with_cost["extensions"]["cost"], cost);
    let send = async |query: &str, cost_header: &str| {
        let request = Client::new().post(format!("{}/graphql", server.base)).header("lionrock-cost", cost_header);
        request.json(&json!({ "query": query })).send().await.unwrap().json::<Value>().await.unwrap()
    };
    assert_eq!(send(page, "include").await, with_cost);
    assert_eq!(send(page, "only").await, json!({ "data": null, "extensions": { "cost": cost } }));
    assert_eq!(error_code(&send("{ organisations { nothing } }", "only").await), "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(error_code(&send(page, "gratis").await), "BAD_REQUEST");
}

#[tokio::test]
async fn a_batch_keeps_its_order_and_shares_one_cost_limit() {
    let server =
        start_with(ServeOptions { max_batch_size: 3, ..ServeOptions::default() }, Documents::new([], false)).await;
    let expensive =
        "{ organisations(first: 100) { nodes { a: id b: id c: id d: id e: id f: id g: id h: id i: id j: id } } }";
    let cheap = r#"{ dataset(id: "D36") { plan } }"#;
    let responses = execute(&server, &json!([query(cheap), query("{ nothing }"), query(expensive)])).await;
    assert_eq!(responses[0], json!({ "data": { "dataset": { "plan": "D36" } } }));
    assert_eq!(error_code(&responses[1]), "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(responses[2]["data"]["organisations"]["nodes"].as_array().map(Vec::len), Some(100));
    let more_expensive =
        expensive.replace("j: id }", &format!("{} }}", (0..130).map(|n| format!("x{n}: id ")).collect::<String>()));
    let responses =
        execute(&server, &json!([query(&more_expensive), query(&more_expensive), query(&more_expensive)])).await;
    assert_eq!(responses[1].get("errors"), None, "{}", responses[1]["errors"]);
    assert_eq!(error_code(&responses[2]), "QUERY_TOO_COMPLEX");
    let too_many = execute(&server, &json!([query(cheap), query(cheap), query(cheap), query(cheap)])).await;
    assert_eq!(error_code(&too_many), "BATCH_NOT_ALLOWED");
}

#[tokio::test]
async fn requests_beyond_the_concurrency_limit_get_retry_after() {
    let server =
        start_with(ServeOptions { max_concurrent_requests: 0, ..ServeOptions::default() }, Documents::new([], false))
            .await;
    let refused = post(&server, &query("{ publishers { code } }").to_string()).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers()["retry-after"], "1");
    assert_eq!(refused.headers()["cache-control"], "no-store");
    assert_eq!(error_code(&refused.json().await.unwrap()), "OVERLOADED");
    assert_eq!(reqwest::get(format!("{}/healthz", server.base)).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn responses_beyond_the_size_limit_are_errors() {
    let options = ServeOptions { max_response_size: 1_000, ..ServeOptions::default() };
    let server = start_with(options, Documents::new([], false)).await;
    let large = query("{ organisations { nodes { id names { value } } } }");
    // The second request uses the cached document.
    for _ in 0..2 {
        let refused = execute(&server, &large).await;
        assert_eq!(error_code(&refused), "ANSWER_TOO_LARGE", "{refused}");
        assert_eq!(refused.get("data"), None);
    }
    // Responses with errors are written by async-graphql instead of the fast executor.
    let failing = query(
        "{ organisations { nodes { id } } datasets { id title { en zhHant zhHans } } node(id: \"\") { id } search(text: \"a\", after: \"no cursor\") { totalCount } }",
    );
    assert_eq!(error_code(&execute(&server, &failing).await), "ANSWER_TOO_LARGE");
    let small = execute(&server, &query("{ organisations(first: 1) { nodes { id } } }")).await;
    assert_eq!(small["data"]["organisations"]["nodes"].as_array().map(Vec::len), Some(1), "{small}");
}

#[tokio::test]
async fn spelling_suggestions_are_omitted_if_there_are_many_errors() {
    let server = start().await;
    let few = execute(&server, &query("{ organisatio { id } }")).await;
    assert!(few["errors"][0]["message"].as_str().unwrap().contains("Did you mean \"organisation\""), "{few}");
    let many = execute(&server, &query(&format!("{{ {} }}", "organisatio ".repeat(1_000)))).await;
    let message = many["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("organisatio") && !message.contains("Did you mean"), "{many}");
    assert_eq!((error_code(&few), error_code(&many)), ("GRAPHQL_VALIDATION_FAILED", "GRAPHQL_VALIDATION_FAILED"));
}
