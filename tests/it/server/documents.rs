//! Documents by hash: automatic persisted queries and trusted documents.

use std::path::PathBuf;

use lionrock::server::{
    ServeOptions,
    documents::{Documents, TrustedFile, id, read_folder},
};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{error_code, execute, graphql_url, query, start, start_with};
use crate::cli::run;

const TEXT: &str = r#"query Plan($id: ID = "D36") { dataset(id: $id) { plan } }"#;

fn persisted(hash: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } })
}

#[tokio::test]
async fn a_persisted_query_is_sent_once_and_then_requested_by_hash() {
    let server = start().await;
    let by_hash = json!({ "extensions": persisted(&id(TEXT)) });
    let missing = execute(&server, &by_hash).await;
    assert_eq!(
        (error_code(&missing), &missing["errors"][0]["message"]),
        ("PERSISTED_QUERY_NOT_FOUND", &json!("PersistedQueryNotFound"))
    );
    let wrong =
        execute(&server, &json!({ "query": "{ publishers { code } }", "extensions": persisted(&id(TEXT)) })).await;
    assert_eq!(error_code(&wrong), "PERSISTED_QUERY_HASH_MISMATCH");
    let expected = json!({ "data": { "dataset": { "plan": "D36" } } });
    assert_eq!(execute(&server, &json!({ "query": TEXT, "extensions": persisted(&id(TEXT)) })).await, expected);
    assert_eq!(execute(&server, &by_hash).await, expected);
    assert_eq!(execute(&server, &json!({ "documentId": format!("sha256:{}", id(TEXT)) })).await, expected);
    let (extensions, variables) = (persisted(&id(TEXT)).to_string(), json!({ "id": "C1" }).to_string());
    let url = graphql_url(&server, &[("extensions", &extensions), ("variables", &variables)]);
    let response: Value = Client::new().get(url).send().await.unwrap().json().await.unwrap();
    assert_eq!(response, json!({ "data": { "dataset": { "plan": "C1" } } }));
    let version = json!({ "extensions": { "persistedQuery": { "version": 2, "sha256Hash": id(TEXT) } } });
    assert_eq!(error_code(&execute(&server, &version).await), "PERSISTED_QUERY_NOT_SUPPORTED");
}

#[tokio::test]
async fn only_valid_documents_are_persisted() {
    let server = start().await;
    for invalid in ["{ nothing }", "{", "{ ...F } fragment F on Query { ...F }"] {
        let hash = id(invalid);
        let sent = execute(&server, &json!({ "query": invalid, "extensions": persisted(&hash) })).await;
        assert_ne!(error_code(&sent), "PERSISTED_QUERY_NOT_FOUND");
        let by_hash = execute(&server, &json!({ "extensions": persisted(&hash) })).await;
        assert_eq!(error_code(&by_hash), "PERSISTED_QUERY_NOT_FOUND", "{invalid}");
    }
}

#[tokio::test]
async fn trusted_documents_are_executed_and_others_refused() {
    let file = TrustedFile { path: PathBuf::from("plan.graphql"), text: TEXT.into() };
    let server = start_with(ServeOptions::default(), Documents::new([file], true)).await;
    let expected = json!({ "data": { "dataset": { "plan": "D36" } } });
    for trusted in [json!({ "documentId": id(TEXT) }), json!({ "extensions": persisted(&id(TEXT)) }), query(TEXT)] {
        for _ in 0..5 {
            assert_eq!(execute(&server, &trusted).await, expected, "{trusted}");
        }
    }
    let other = "{ publishers { code } }";
    for refused in [
        query(other),
        query("{ __schema { types { name } } }"),
        json!({ "query": other, "extensions": persisted(&id(other)) }),
        json!({ "documentId": id(other) }),
    ] {
        let request = Client::new().post(format!("{}/graphql", server.base)).json(&refused);
        let response = request.header("accept", "application/graphql-response+json").send().await.unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert_eq!(error_code(&response.json().await.unwrap()), "DOCUMENT_NOT_TRUSTED", "{refused}");
    }
}

#[test]
fn documents_check_prints_ids_costs_and_error_positions() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("plan.graphql", TEXT);
    write(
        "two.graphql",
        "query A($n: Int!) { organisations(first: $n) { totalCount } }\nquery B { organisations(first: 3) { totalCount } }",
    );
    write("notes.txt", "no document");
    let path = folder.path().to_str().unwrap();
    let (success, out, error) = run(&["documents", "check", path]);
    assert!(success, "{error}");
    let lines: Vec<Vec<&str>> = out.lines().map(|line| line.split_whitespace().take(3).collect()).collect();
    let two_id = read_folder(folder.path()).unwrap()[1].id();
    assert_eq!(lines, [vec![&id(TEXT), "2", "Plan"], vec![&two_id, "101", "A"], vec![&two_id, "4", "B"]]);
    write("wrong.graphql", "query {\n  organisations { nothing }\n}");
    write("broken.graphql", "query {\n  organisations {\n}");
    let (success, _, error) = run(&["documents", "check", path]);
    let unknown = "wrong.graphql:2:19: expected a field of the type `OrganisationConnection`, found `nothing`";
    assert!(!success && error.contains(unknown), "{error}");
    assert!(error.contains("broken.graphql:3:1: expected"), "{error}");
    let (success, _, error) = run(&["serve", "--offline", "--listen", "127.0.0.1:0", "--trusted-documents", path]);
    assert!(!success && error.contains("wrong.graphql:2:19"), "{error}");
}
