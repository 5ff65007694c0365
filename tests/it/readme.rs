//! The README's query returns the response printed in the README, and the queries of the guide return data.

use lionrock::api;
use serde_json::{Value, json};

use crate::gateway::{bundle, query_data};

fn code_block<'a>(readme: &'a str, language: &str) -> &'a str {
    let begin = readme.find(&format!("```{language}\n")).unwrap() + language.len() + 4;
    &readme[begin..begin + readme[begin..].find("```").unwrap()]
}

#[tokio::test]
async fn the_readme_query_returns_the_printed_response() {
    let readme = include_str!("../../README.md");
    let graph = bundle();
    let data = query_data(&graph, code_block(readme, "graphql")).await;
    assert_eq!(data, serde_json::from_str::<Value>(code_block(readme, "json")).unwrap());
}

#[tokio::test]
async fn the_queries_of_the_guide_return_data() {
    let guide = include_str!("../../docs/query-guide.md");
    let graph = bundle();
    let schema = api::build(api::Subgraph::Whole);
    let polyu = graph.view().graph.organisation_named("PolyU").unwrap().id.clone();
    let mut count = 0;
    for query in guide.split("```graphql\n").skip(1).filter_map(|text| text.split("```").next()) {
        let known_variables = json!({ "id": polyu, "text": "robot" });
        let declared = |name: &String| query.contains(&format!("${name}:"));
        let variables =
            known_variables.as_object().unwrap().clone().into_iter().filter(|(name, _)| declared(name)).collect();
        let checked = api::checked_request(&schema, query, None, variables);
        let request = checked.unwrap_or_else(|errors| panic!("{query}: {errors:?}"));
        let response = schema.execute(api::on(&graph.view(), request)).await;
        assert!(response.errors.is_empty(), "{query}: {:?}", response.errors);
        let text = response.data.into_json().unwrap().to_string();
        assert!(text.len() > 200, "{query}: {text}");
        count += 1;
    }
    assert!(count >= 4, "{count}");
}
