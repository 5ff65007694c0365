//! A subgraph behind a router: many entities by key in one query.

use lionrock::{
    api::subgraph::Subgraph,
    domain::catalog::Publisher,
    server::{ServeOptions, documents::Documents},
};
use reqwest::Client;
use serde_json::{Value, json};

use super::{Running, answer, code, start, start_with};

const HKAS: Subgraph = Subgraph::Publisher(Publisher::Hkas);

async fn behind_a_router() -> Running {
    start_with(ServeOptions { subgraph: Some(HKAS), ..ServeOptions::default() }, Documents::new([], false)).await
}

/// A question about one organisation as often as it says.
fn entities(count: usize, fields: &str) -> Value {
    let id = "org:ovfmrp3mmque";
    let query = format!("query($r: [_Any!]!) {{ _entities(representations: $r) {{ {fields} }} }}");
    let representation = json!({ "__typename": "Organisation", "id": id });
    json!({ "query": query, "variables": { "r": vec![representation; count] } })
}

#[tokio::test]
async fn only_a_subgraph_accepts_a_thousand_entities() {
    let fields = "... on Organisation { id accreditations(first: 1) { totalCount } }";
    let found = answer(&behind_a_router().await, &entities(1000, fields)).await;
    assert_eq!(found.get("errors"), None, "{found}");
    assert_eq!(found["data"]["_entities"].as_array().map(Vec::len), Some(1000));
    let public = answer(&start().await, &entities(1000, fields)).await;
    assert_eq!(code(&public), "TOO_MANY_VALUES");
}

#[tokio::test]
async fn entities_count_towards_the_cost_limit() {
    let running = behind_a_router().await;
    let request = Client::new().post(format!("{}/graphql", running.base)).header("lionrock-cost", "only");
    let body = entities(100, "... on Organisation { id accreditations(first: 5) { nodes { id } } }");
    let told: Value = request.json(&body).send().await.unwrap().json().await.unwrap();
    // Of each its id and the page, and on the page five times a list with an id.
    assert_eq!(told["extensions"]["cost"]["requested"], 1 + 100 * (1 + 1 + 5 * 2));
    let dear = entities(200, "... on Organisation { accreditations(first: 100) { nodes { id name { en } } } }");
    assert_eq!(code(&answer(&running, &dear).await), "QUERY_TOO_COMPLEX");
    let many = answer(&running, &entities(10_001, "__typename")).await;
    assert_eq!(code(&many), "TOO_MANY_IDS", "{many}");
}
