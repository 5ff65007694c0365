//! Query limits, and the cost that the server reports.

use lionrock::server::{ServeOptions, documents::Documents};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use super::{answer, code, post, query, start, start_with};

#[tokio::test]
async fn queries_beyond_the_depth_limit_are_refused() {
    let running = start().await;
    let deep = format!(
        "{{ organisation(by: {{ name: \"HKRITA\" }}) {{ {}id{} }} }}",
        "fundedProjects { nodes { leadApplicant { ".repeat(20),
        "} } }".repeat(20)
    );
    let answer = answer(&running, &query(&deep)).await;
    assert!(answer.get("data").is_none() && code(&answer) == "QUERY_TOO_DEEP", "{answer}");
}

#[tokio::test]
async fn nested_pages_exceed_the_cost_limit() {
    let running = start().await;
    let level = "fundedProjects(first: 100) { nodes { leadApplicant {";
    let query =
        format!("{{ organisation(by: {{ name: \"PolyU\" }}) {{ {} id {} }} }}", level.repeat(3), "} } }".repeat(3));
    let answer = answer(&running, &json!({ "query": query })).await;
    assert!(answer.get("data").is_none() && code(&answer) == "QUERY_TOO_COMPLEX", "{answer}");
}

#[tokio::test]
async fn the_cost_is_returned_on_request() {
    let running = start().await;
    let page = "{ organisations(first: 3) { nodes { id name { en } } } }";
    let plain = answer(&running, &query(page)).await;
    assert_eq!(plain.get("extensions"), None);
    let told = answer(&running, &json!({ "query": page, "extensions": { "cost": true } })).await;
    assert_eq!(told["data"], plain["data"]);
    let cost = json!({ "requested": 13, "limit": 30_000, "fields": 5, "depth": 4, "aliases": 0, "introspection": 0 });
    assert_eq!(told["extensions"]["cost"], cost);
    let ask = async |query: &str, wish: &str| {
        let request = Client::new().post(format!("{}/graphql", running.base)).header("lionrock-cost", wish);
        request.json(&json!({ "query": query })).send().await.unwrap().json::<Value>().await.unwrap()
    };
    assert_eq!(ask(page, "include").await, told);
    assert_eq!(ask(page, "only").await, json!({ "data": null, "extensions": { "cost": cost } }));
    assert_eq!(code(&ask("{ organisations { nothing } }", "only").await), "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(code(&ask(page, "gratis").await), "BAD_REQUEST");
}

#[tokio::test]
async fn a_batch_keeps_its_order_and_shares_one_cost_limit() {
    let running =
        start_with(ServeOptions { max_batch_size: 3, ..ServeOptions::default() }, Documents::new([], false)).await;
    let dear =
        "{ organisations(first: 100) { nodes { a: id b: id c: id d: id e: id f: id g: id h: id i: id j: id } } }";
    let cheap = r#"{ dataset(id: "D36") { plan } }"#;
    let answers = answer(&running, &json!([query(cheap), query("{ nothing }"), query(dear)])).await;
    assert_eq!(answers[0], json!({ "data": { "dataset": { "plan": "D36" } } }));
    assert_eq!(code(&answers[1]), "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(answers[2]["data"]["organisations"]["nodes"].as_array().map(Vec::len), Some(100));
    let dearer = dear.replace("j: id }", &format!("{} }}", (0..130).map(|n| format!("x{n}: id ")).collect::<String>()));
    let answers = answer(&running, &json!([query(&dearer), query(&dearer), query(&dearer)])).await;
    assert_eq!(answers[1].get("errors"), None, "{}", answers[1]["errors"]);
    assert_eq!(code(&answers[2]), "QUERY_TOO_COMPLEX");
    let too_many = answer(&running, &json!([query(cheap), query(cheap), query(cheap), query(cheap)])).await;
    assert_eq!(code(&too_many), "BATCH_NOT_ALLOWED");
}

#[tokio::test]
async fn requests_beyond_the_concurrency_limit_get_retry_after() {
    let running =
        start_with(ServeOptions { max_concurrent_requests: 0, ..ServeOptions::default() }, Documents::new([], false))
            .await;
    let refused = post(&running, &query("{ publishers { code } }").to_string()).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers()["retry-after"], "1");
    assert_eq!(refused.headers()["cache-control"], "no-store");
    assert_eq!(code(&refused.json().await.unwrap()), "OVERLOADED");
    assert_eq!(reqwest::get(format!("{}/healthz", running.base)).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn responses_beyond_the_size_limit_are_errors() {
    let options = ServeOptions { max_response_size: 1_000, ..ServeOptions::default() };
    let running = start_with(options, Documents::new([], false)).await;
    let large = query("{ organisations { nodes { id names { value } } } }");
    // The second time, the document is known.
    for _ in 0..2 {
        let refused = answer(&running, &large).await;
        assert_eq!(code(&refused), "ANSWER_TOO_LARGE", "{refused}");
        assert_eq!(refused.get("data"), None);
    }
    // The framework makes responses with errors.
    let failing = query(
        "{ organisations { nodes { id } } datasets { id title { en zhHant zhHans } } node(id: \"\") { id } search(text: \"a\", after: \"no cursor\") { totalCount } }",
    );
    assert_eq!(code(&answer(&running, &failing).await), "ANSWER_TOO_LARGE");
    let small = answer(&running, &query("{ organisations(first: 1) { nodes { id } } }")).await;
    assert_eq!(small["data"]["organisations"]["nodes"].as_array().map(Vec::len), Some(1), "{small}");
}

#[tokio::test]
async fn spelling_suggestions_are_omitted_if_there_are_many_errors() {
    let running = start().await;
    let few = answer(&running, &query("{ organisatio { id } }")).await;
    assert!(few["errors"][0]["message"].as_str().unwrap().contains("Did you mean \"organisation\""), "{few}");
    let many = answer(&running, &query(&format!("{{ {} }}", "organisatio ".repeat(1_000)))).await;
    let message = many["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("organisatio") && !message.contains("Did you mean"), "{many}");
    assert_eq!((code(&few), code(&many)), ("GRAPHQL_VALIDATION_FAILED", "GRAPHQL_VALIDATION_FAILED"));
}
