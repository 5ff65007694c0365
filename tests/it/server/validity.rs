//! Invalid documents and variables are refused without partial data, even if the document is cached.

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use super::{TestServer, error_code, execute, query, start};

async fn post_strict(server: &TestServer, body: &Value) -> (StatusCode, Value) {
    let request = Client::new()
        .post(format!("{}/graphql", server.base))
        .header("content-type", "application/json")
        .header("accept", "application/graphql-response+json")
        .body(body.to_string());
    let response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

#[tokio::test]
async fn invalid_documents_are_refused() {
    let server = start().await;
    for text in [
        "query($x: String) { node(id: $x) { id } }",
        "query($x: ID) { node(id: $x) { id } }",
        "query($x: ID = null) { node(id: $x) { id } }",
        "query($x: ID) { nodes(ids: [$x]) { id } }",
        "query($x: [ID!]) { nodes(ids: $x) { id } }",
        "query($x: Boolean) { __typename @include(if: $x) }",
        "{ organisation(by: { name: \"PolyU\" }) { name } ...F } fragment F on Query { organisation(by: { name: \"HKU\" }) { name } }",
        "{ publishers { code } ...F } fragment F on Query { publishers { code: name } }",
        "{ nodes(ids: [\"a\"]) { id } nodes(ids: [\"a\", \"b\"]) { id } }",
        "{ organisations(filter: { name: \"a\", name: \"b\" }) { totalCount } }",
        "{ search { totalCount } }",
        "{ organisation(by: {}) { id } }",
        "{ organisation(by: { id: null }) { id } }",
        "{ organisation(by: { id: \"a\", name: \"b\" }) { id } }",
        "query($x: String) { organisation(by: { name: $x }) { id } }",
        "{ organisations(filter: \"a\") { totalCount } }",
        "{ organisations(orderBy: { field: \"NAME\" }) { totalCount } }",
        "{ node(id: null) { id } }",
        "{ node(id: \"a\", id: \"a\") { id } }",
        "{ publishers { code @skip(if: true, if: true) } }",
        "{ publishers { code @deprecated } }",
        "{ publishers { code @specifiedBy(url: \"a\") } }",
        "{ __typename(a: 1) }",
        "{ __typename @nothing }",
        "{ __typename { id } }",
        "subscription { ...F } fragment F on Subscription { datasetRefreshed { __typename } carParkVacancies { vacant } }",
        "{ ...on } fragment on on Query { __typename }",
        "query A() { __typename }",
    ] {
        let (status, refused) = post_strict(&server, &query(text)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{text} {refused}");
        let expected = ["GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"];
        assert!(refused.get("data").is_none() && expected.contains(&error_code(&refused)), "{text} {refused}");
        assert!(refused["errors"][0]["locations"][0]["line"] == 1, "{text} {refused}");
        assert_eq!(execute(&server, &query(text)).await, refused, "{text}");
    }
}

#[tokio::test]
async fn values_allowed_by_the_specification_are_accepted() {
    let server = start().await;
    for text in [
        r#"{ node(id: "\u{1F600}") { id } }"#,
        r#"{ node(id: "\uD83D\uDE00") { id } }"#,
        "{ node(id: 99999999999999999999) { id } }",
        "{ organisations(first: -0) { totalCount } }",
    ] {
        let response = execute(&server, &query(text)).await;
        assert!(
            response["errors"].as_array().is_none_or(|errors| errors[0]["extensions"]["code"] == "UNKNOWN_ID"),
            "{response}"
        );
    }
    let body = json!({ "query": "query($x: Boolean!) { publishers { code } __typename @include(if: $x) }", "variables": { "x": false } });
    let response = execute(&server, &body).await;
    assert!(response["errors"].is_null() && response["data"].get("__typename").is_none(), "{response}");
    // A number is a valid ID, with and without a cached document.
    let body =
        json!({ "query": "query($x: ID!) { dataset(id: $x) { id } publishers { code } }", "variables": { "x": 1e20 } });
    let (first, second) = (execute(&server, &body).await, execute(&server, &body).await);
    assert_eq!(first, second);
    assert_ne!(first["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{first}");
}

#[tokio::test]
async fn an_invalid_variable_is_refused_with_its_path() {
    let server = start().await;
    let text = "query($n: Int!, $filter: OrganisationFilter, $ids: [ID!]! = []) {
                  organisations(first: $n, filter: $filter) { totalCount } nodes(ids: $ids) { id } publishers { code } }";
    let right = json!({ "query": text, "variables": { "n": 1, "filter": { "name": "a" } } });
    for _ in 0..2 {
        assert!(execute(&server, &right).await["errors"].is_null());
        for (variables, message) in [
            (json!({}), "expected a value for `$n` of type `Int!`, found none"),
            (json!({ "n": null }), "expected `$n` of type `Int!`, found null"),
            (json!({ "n": "1" }), "expected `$n` of type `Int!`, found a string"),
            (json!({ "n": 1, "filter": { "name": 1 } }), "expected `$filter.name` of type `String`, found a number"),
            (
                json!({ "n": 1, "filter": { "nothing": 1 } }),
                "expected a field of `OrganisationFilter` in `$filter`, found `nothing`",
            ),
            (json!({ "n": 1, "ids": ["a", null] }), "expected `$ids[1]` of type `ID!`, found null"),
            (json!({ "n": 1, "ids": null }), "expected `$ids` of type `[ID!]!`, found null"),
        ] {
            let (status, refused) = post_strict(&server, &json!({ "query": text, "variables": variables })).await;
            assert_eq!((status, error_code(&refused)), (StatusCode::BAD_REQUEST, "BAD_USER_INPUT"), "{refused}");
            let found = refused["errors"][0]["message"].as_str().unwrap();
            assert!(refused.get("data").is_none() && found.starts_with(message), "{refused}");
        }
    }
}
