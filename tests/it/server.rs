//! The gateway over HTTP.

use std::{sync::Arc, time::Duration};

use lionrock::{graph::refresh::Refresher, server::Gateway};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot};

use crate::gateway::offline;

struct Running {
    base: String,
    stop: Option<oneshot::Sender<()>>,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

async fn start() -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let gateway = Gateway::new(Arc::new(Refresher::start(offline()).unwrap()));
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(gateway.serve(listener, async { drop(stopped.await) }));
    Running { base, stop: Some(stop), task }
}

async fn post(running: &Running, body: &str) -> Response {
    let request = Client::new().post(format!("{}/graphql", running.base)).header("content-type", "application/json");
    request.body(body.to_owned()).send().await.unwrap()
}

fn content_type(response: &Response) -> &str {
    response.headers()["content-type"].to_str().unwrap()
}

#[tokio::test]
async fn post_and_get_answer_alike() {
    let running = start().await;
    let query = "query Q($plan: ID!) { dataset(id: $plan) { plan } }";
    let posted =
        post(&running, &json!({ "query": query, "variables": { "plan": "D36" }, "operationName": "Q" }).to_string())
            .await;
    assert_eq!(content_type(&posted), "application/json; charset=utf-8");
    let posted: Value = posted.json().await.unwrap();
    assert_eq!(posted, json!({ "data": { "dataset": { "plan": "D36" } } }));
    let mut address = reqwest::Url::parse(&format!("{}/graphql", running.base)).unwrap();
    address.query_pairs_mut().append_pair("query", query).append_pair("variables", r#"{"plan":"D36"}"#);
    let got: Value = Client::new().get(address).send().await.unwrap().json().await.unwrap();
    assert_eq!(got, posted);
}

#[tokio::test]
async fn a_request_error_has_no_data_and_the_status_of_its_media_type() {
    let running = start().await;
    let body = r#"{"query":"{ nothing }"}"#;
    let plain = post(&running, body).await;
    assert_eq!(plain.status(), StatusCode::OK);
    let plain: Value = plain.json().await.unwrap();
    assert!(
        plain.get("data").is_none() && plain["errors"][0]["locations"][0] == json!({ "line": 1, "column": 3 }),
        "{plain}"
    );
    let strict = Client::new()
        .post(format!("{}/graphql", running.base))
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
async fn requests_that_cannot_be_understood() {
    let running = start().await;
    for (body, status) in [
        ("{", StatusCode::BAD_REQUEST),
        ("{}", StatusCode::BAD_REQUEST),
        (r#"{"query":1}"#, StatusCode::BAD_REQUEST),
        (r#"{"query":"{publishers{id}}","variables":[]}"#, StatusCode::BAD_REQUEST),
        (r#"[{"query":"{publishers{id}}"}]"#, StatusCode::BAD_REQUEST),
        (&format!(r#"{{"query":"{}"}}"#, " ".repeat(70_000)), StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let response = post(&running, body).await;
        assert_eq!(response.status(), status, "{}", &body[..body.len().min(60)]);
        let answer: Value = response.json().await.unwrap();
        assert!(answer["errors"][0]["message"].as_str().unwrap().starts_with("expected"), "{answer}");
    }
    let client = Client::new();
    let url = format!("{}/graphql", running.base);
    let text = client.post(&url).header("content-type", "text/plain").body("{}").send().await.unwrap();
    assert_eq!(text.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let html =
        client.get(format!("{url}?query=%7Bpublishers%7Bid%7D%7D")).header("accept", "text/html").send().await.unwrap();
    assert_eq!(html.status(), StatusCode::NOT_ACCEPTABLE);
    let delete = client.delete(&url).send().await.unwrap();
    assert_eq!(
        (delete.status(), delete.headers()["allow"].to_str().unwrap()),
        (StatusCode::METHOD_NOT_ALLOWED, "GET, POST")
    );
}

#[tokio::test]
async fn queries_beyond_the_limits_are_refused() {
    let running = start().await;
    let deep = format!(
        "{{ organisation(name: \"HKRITA\") {{ {}id{} }} }}",
        "fundedProjects { nodes { leadApplicant { ".repeat(20),
        "} } }".repeat(20)
    );
    let answer: Value = post(&running, &json!({ "query": deep }).to_string()).await.json().await.unwrap();
    assert!(
        answer.get("data").is_none()
            && ["deep", "complex"].iter().any(|word| answer["errors"].to_string().contains(word)),
        "{answer}"
    );
}

#[tokio::test]
async fn health_and_page() {
    let running = start().await;
    for path in ["/health", "/healthz", "/readyz"] {
        assert_eq!(reqwest::get(format!("{}{path}", running.base)).await.unwrap().status(), StatusCode::OK, "{path}");
    }
    let page = reqwest::get(format!("{}/", running.base)).await.unwrap();
    assert!(content_type(&page).starts_with("text/html"));
    let page = page.text().await.unwrap();
    assert!(page.contains("query OneOrganisation") && !page.contains("/*EXAMPLES*/"));
}

#[tokio::test]
async fn a_shutdown_finishes_the_running_request() {
    let mut running = start().await;
    let names: Vec<String> = (0..60)
        .map(|n| format!("a{n}: organisations(filter: {{ name: \"limited\" }}, first: 100) {{ nodes {{ id name }} }}"))
        .collect();
    let body = json!({ "query": format!("{{ {} }}", names.join(" ")) }).to_string();
    let url = format!("{}/graphql", running.base);
    let request = tokio::spawn(async move {
        Client::new()
            .post(url)
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .unwrap()
            .json::<Value>()
            .await
            .unwrap()
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(running.stop.take());
    let answer = request.await.unwrap();
    assert_eq!(answer.get("errors"), None);
    assert_eq!(answer["data"]["a59"]["nodes"].as_array().unwrap().len(), 100);
    running.task.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_query_that_would_multiply_is_refused_before_it_is_run() {
    let running = start().await;
    let level = "fundedProjects(first: 100) { nodes { leadApplicant {";
    let query = format!("{{ organisation(name: \"PolyU\") {{ {} id {} }} }}", level.repeat(3), "} } }".repeat(3));
    let answer: Value = post(&running, &json!({ "query": query }).to_string()).await.json().await.unwrap();
    assert!(answer.get("data").is_none(), "{answer}");
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("complex"), "{answer}");
}

#[tokio::test]
async fn health_answers_while_queries_are_heavy() {
    let running = start().await;
    let names: Vec<String> = (0..100)
        .map(|n| format!("a{n}: organisations(filter: {{ name: \"limited\" }}, first: 100) {{ nodes {{ id }} }}"))
        .collect();
    let body = json!({ "query": format!("{{ {} }}", names.join(" ")) }).to_string();
    let heavy: Vec<_> = (0..4)
        .map(|_| {
            let (url, body) = (format!("{}/graphql", running.base), body.clone());
            tokio::spawn(async move {
                Client::new().post(url).header("content-type", "application/json").body(body).send().await
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let healthy = tokio::time::timeout(Duration::from_secs(2), reqwest::get(format!("{}/healthz", running.base))).await;
    assert!(healthy.is_ok_and(|response| response.is_ok_and(|response| response.status() == StatusCode::OK)));
    for request in heavy {
        assert_eq!(request.await.unwrap().unwrap().status(), StatusCode::OK);
    }
}
