//! A subgraph behind a router: many entities in one query.

use lionrock::{
    api::subgraph::Subgraph,
    domain::catalog::Publisher,
    server::{ServeOptions, documents::Documents},
};
use reqwest::Client;
use serde_json::{Value, json};

use super::{TestServer, error_code, execute, start, start_with};

const HKAS: Subgraph = Subgraph::Publisher(Publisher::Hkas);

async fn start_subgraph() -> TestServer {
    start_with(ServeOptions { subgraph: Some(HKAS), ..ServeOptions::default() }, Documents::new([], false)).await
}

/// A request for the same organisation `count` times.
fn entities(count: usize, fields: &str) -> Value {
    let id = "org:ovfmrp3mmque";
    let query = format!("query($r: [_Any!]!) {{ _entities(representations: $r) {{ {fields} }} }}");
    let representation = json!({ "__typename": "Organisation", "id": id });
    json!({ "query": query, "variables": { "r": vec![representation; count] } })
}

#[tokio::test]
async fn only_a_subgraph_accepts_a_thousand_entities() {
    let fields = "... on Organisation { id accreditations(first: 1) { totalCount } }";
    let response = execute(&start_subgraph().await, &entities(1000, fields)).await;
    assert_eq!(response.get("errors"), None, "{response}");
    assert_eq!(response["data"]["_entities"].as_array().map(Vec::len), Some(1000));
    let complete_graph = execute(&start().await, &entities(1000, fields)).await;
    assert_eq!(error_code(&complete_graph), "TOO_MANY_VALUES");
}

#[tokio::test]
async fn entities_count_towards_the_cost_limit() {
    let server = start_subgraph().await;
    let request = Client::new().post(format!("{}/graphql", server.base)).header("lionrock-cost", "only");
    let body = entities(100, "... on Organisation { id accreditations(first: 5) { nodes { id } } }");
    let response: Value = request.json(&body).send().await.unwrap().json().await.unwrap();
    // The field itself; for each entity its id, the page, and five items with a node and an id.
    assert_eq!(response["extensions"]["cost"]["requested"], 1 + 100 * (1 + 1 + 5 * 2));
    let expensive = entities(200, "... on Organisation { accreditations(first: 100) { nodes { id name { en } } } }");
    assert_eq!(error_code(&execute(&server, &expensive).await), "QUERY_TOO_COMPLEX");
    let many = execute(&server, &entities(10_001, "__typename")).await;
    assert_eq!(error_code(&many), "TOO_MANY_IDS", "{many}");
}
