//! Fetching from publishers, with and without faults.

use lionrock::refresh::{Refresher, Settings};
use serde_json::{Value, json};

use crate::{
    gateway::{execute, fetched, query_data, settings},
    local_upstream::{Fault, LocalUpstream},
};

mod addresses;
mod background_queries;
mod faults;
mod hosts;
mod malformed_files;
mod processes;
mod state_dir;

const LIST_2019: &str = "https://www.itf.gov.hk/datagovhk/annuallist_2019_e.csv";
const LIST_2021: &str = "https://www.itf.gov.hk/datagovhk/annuallist_2021_e.csv";
const JOBS: &str = "https://opendata.hkstp.org/corporate/recruitment/v1/";
const DIRECTORY: &str = "https://opendata.hkstp.org/corporate/companydirectory/v1/";

async fn dataset(graph: &Refresher, plan: &str) -> Value {
    let query = format!(
        "{{ dataset(id: {plan:?}) {{ status origin freshness recordCount lastChecked lastChanged confirmedAt ageSeconds lastError {{ code message }} storageError {{ code message }} drift {{ missing unmapped }} }} }}"
    );
    query_data(graph, &query).await["dataset"].clone()
}

#[tokio::test]
async fn fetched_files_replace_bundled_files() {
    let upstream = LocalUpstream::start().await;
    let graph = Refresher::start(settings(&upstream)).unwrap();
    let before = dataset(&graph, "D27").await;
    assert_eq!(
        (&before["origin"], &before["recordCount"], &before["freshness"]),
        (&json!("BUNDLED"), &json!(1380), &json!("STALE"))
    );
    graph.refresh_all().await;
    let after = dataset(&graph, "D27").await;
    assert_eq!(
        (&after["origin"], &after["recordCount"], &after["freshness"], &after["status"]),
        (&json!("LIVE"), &json!(12), &json!("FRESH"), &json!("PARTIAL"))
    );
    assert_eq!(after["lastError"], Value::Null);
    let withdrawn = dataset(&graph, "D32").await;
    assert_eq!((&withdrawn["status"], &withdrawn["origin"]), (&json!("WITHDRAWN"), &json!("BUNDLED")));
}

#[tokio::test]
async fn upstream_changes_are_served_after_a_refresh() {
    let upstream = LocalUpstream::start().await;
    let graph = fetched(&upstream).await;
    let query =
        r#"{ organisation(by: { name: "Imaginary Harbour Robotics Limited" }) { id funding { total { amount } } } }"#;
    let before = query_data(&graph, query).await;
    let list = String::from_utf8(upstream.body("https://www.itf.gov.hk/datagovhk/annuallist_2023_e.csv")).unwrap();
    let row = "99,ITSP,ITS/999/23FX,A Robot that Changed Overnight,Imaginary Harbour Robotics Limited,7.5,-,,\r\n";
    let header_end = list.find("\r\n").unwrap() + 2;
    upstream.put(
        "https://www.itf.gov.hk/datagovhk/annuallist_2023_e.csv",
        format!("{}{row}{}", &list[..header_end], &list[header_end..]),
    );
    graph.refresh_all().await;
    let after = query_data(&graph, query).await;
    assert_eq!(after["organisation"]["id"], before["organisation"]["id"]);
    let amount =
        |data: &Value| data["organisation"]["funding"]["total"]["amount"].as_str().unwrap().parse::<f64>().unwrap();
    assert!((amount(&after) - amount(&before) - 7_500_000.0).abs() < 0.01, "{before} {after}");
    assert_eq!(dataset(&graph, "D36").await["recordCount"], 42);
}

#[tokio::test]
async fn a_dataset_without_rows_is_null_with_an_error() {
    let upstream = LocalUpstream::start().await;
    upstream.set_fault(JOBS, Fault::Status { status: 503, retry_after: None, times: usize::MAX });
    let graph = Refresher::start(settings(&upstream)).unwrap();
    let query = "{ hkstpc { vacancies { totalCount } tenancies { totalCount } } companies { nodes { vacancies { totalCount } } } }";
    let before_fetch = execute(&graph, query).await;
    let error = &before_fetch["errors"][0];
    assert_eq!(error["message"], "expected rows of the dataset D28, found none: it has not been fetched yet");
    assert_eq!(error["extensions"].get("since"), None);

    graph.refresh_all().await;
    let failed = execute(&graph, query).await;
    assert_eq!(failed["data"]["hkstpc"]["vacancies"], Value::Null);
    assert_eq!(failed["data"]["hkstpc"]["tenancies"]["totalCount"], 12, "{failed}");
    assert_eq!(failed["data"]["companies"]["nodes"][0]["vacancies"], Value::Null);
    let error = &failed["errors"][0];
    assert_eq!(error["path"], json!(["hkstpc", "vacancies"]));
    assert_eq!(error["extensions"]["code"], "DATASET_UNAVAILABLE");
    let state =
        query_data(&graph, "{ dataset(id: \"D28\") { id lastError { message since } } }").await["dataset"].clone();
    assert_eq!(error["extensions"]["dataset"], state["id"]);
    let since = |value: &Value| value.as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert_eq!(since(&error["extensions"]["since"]), since(&state["lastError"]["since"]));
    assert!(error["message"].as_str().unwrap().ends_with(state["lastError"]["message"].as_str().unwrap()), "{error}");

    upstream.clear_fault(JOBS);
    graph.refresh_all().await;
    assert!(query_data(&graph, query).await["hkstpc"]["vacancies"]["totalCount"].as_u64() > Some(0));
}

#[tokio::test]
async fn unchanged_files_are_requested_conditionally() {
    let upstream = LocalUpstream::start().await;
    let graph = fetched(&upstream).await;
    let before = dataset(&graph, "D36").await;
    graph.refresh_all().await;
    assert_eq!((upstream.request_count(LIST_2019), upstream.not_modified(LIST_2019)), (2, 1));
    let after = dataset(&graph, "D36").await;
    assert_eq!(before["lastChanged"], after["lastChanged"]);
    assert_ne!(before["lastChecked"], after["lastChecked"]);
}

#[tokio::test]
async fn failed_requests_are_retried() {
    let upstream = LocalUpstream::start().await;
    upstream.set_fault(LIST_2019, Fault::Status { status: 503, retry_after: None, times: 2 });
    upstream.set_fault(LIST_2021, Fault::Status { status: 429, retry_after: Some("0"), times: 1 });
    let graph = fetched(&upstream).await;
    assert_eq!((upstream.request_count(LIST_2019), upstream.request_count(LIST_2021)), (3, 2));
    let state = dataset(&graph, "D36").await;
    assert_eq!(
        (&state["recordCount"], &state["status"], &state["lastError"]),
        (&json!(41), &json!("PARTIAL"), &Value::Null)
    );
}

#[tokio::test]
async fn a_file_with_unknown_columns_is_served_as_a_table() {
    let upstream = LocalUpstream::start().await;
    upstream
        .put("https://www.itc.gov.hk/en/quality/hkas/doc/common/accrorg/cab_hkias.csv", "Foo,Bar\r\n1,2\r\n3,4\r\n");
    let graph = fetched(&upstream).await;
    let data = query_data(&graph, r#"{ dataset(id: "D5") { status recordCount drift { missing unmapped } table { columns rowCount rows { nodes { row cells } } } } }"#).await;
    assert_eq!(
        data["dataset"],
        json!({
            "status": "DRIFTED",
            "recordCount": 0,
            "drift": { "missing": ["registrationNumber", "name", "testCategories"], "unmapped": ["Foo", "Bar"] },
            "table": { "columns": ["Foo", "Bar"], "rowCount": 2, "rows": { "nodes": [{ "row": 2, "cells": ["1", "2"] }, { "row": 3, "cells": ["3", "4"] }] } },
        })
    );
}

#[tokio::test]
async fn the_bundle_is_served_while_every_publisher_is_down() {
    let upstream = LocalUpstream::start().await;
    upstream.fail_all(500);
    let graph = fetched(&upstream).await;
    let state = dataset(&graph, "D27").await;
    assert_eq!(
        (&state["origin"], &state["recordCount"], &state["status"]),
        (&json!("BUNDLED"), &json!(1380), &json!("DEGRADED"))
    );
    assert_eq!(state["lastError"]["code"], "FETCH_FAILED");
}

#[tokio::test]
async fn a_dataset_removed_from_the_portal_keeps_its_rows() {
    let upstream = LocalUpstream::start().await;
    let graph = fetched(&upstream).await;
    let entry = "https://data.gov.hk/en-data/api/3/action/package_show?id=hk-itc-team1-psts-sp";
    let files: Value = serde_json::from_slice(&upstream.body(entry)).unwrap();
    upstream.remove(entry);
    for file in files["result"]["resources"].as_array().unwrap() {
        upstream.remove(file["url"].as_str().unwrap());
    }
    graph.refresh_all().await;
    let state = dataset(&graph, "D43").await;
    assert_eq!((&state["origin"], &state["recordCount"]), (&json!("LIVE"), &json!(4)));
    assert_eq!(state["freshness"], "STALE");
    graph.refresh_all().await;
    assert_eq!(
        dataset(&graph, "D43").await["status"],
        "WITHDRAWN",
        "the portal is requested again on the second refresh"
    );
}

#[tokio::test]
async fn a_failing_portal_removes_no_language() {
    let state = tempfile::tempdir().unwrap();
    let upstream = LocalUpstream::start().await;
    let with_state = || Settings { state_dir: Some(state.path().to_owned()), ..settings(&upstream) };
    Refresher::start(with_state()).unwrap().refresh_all().await;
    let entry =
        "https://data.gov.hk/en-data/api/3/action/package_show?id=hk-itc-team1-annual-itf-approved-projects-list";
    for fault in [
        Fault::Status { status: 503, retry_after: None, times: usize::MAX },
        Fault::Status { status: 404, retry_after: None, times: usize::MAX },
    ] {
        upstream.set_fault(entry, fault);
        let graph = Refresher::start(with_state()).unwrap();
        graph.refresh_all().await;
        let data = query_data(
            &graph,
            r#"{ itf { project(reference: "ITS/901/24FX") { title { zhHant zhHans converted } } } }"#,
        )
        .await;
        assert_eq!(
            data["itf"]["project"]["title"],
            json!({ "zhHant": "幻想橋樑的幻想材料", "zhHans": "幻想桥梁的幻想材料", "converted": [] })
        );
        assert_eq!(dataset(&graph, "D36").await["recordCount"], 41);
    }
}

#[tokio::test]
async fn a_table_listed_twice_counts_once() {
    let upstream = LocalUpstream::start().await;
    let list = |id: &str, urls: &[&str]| {
        let resources: Vec<Value> =
            urls.iter().map(|url| json!({ "name": "a file", "format": "CSV", "url": url })).collect();
        let response = json!({ "success": true, "result": { "name": id, "resources": resources } });
        upstream.put(&format!("https://data.gov.hk/en-data/api/3/action/package_show?id={id}"), response.to_string());
    };
    let entry = upstream.body("https://data.gov.hk/en-data/api/3/action/package_show?id=hk-itc-dbp-dbp-grantee-list");
    let entry: Value = serde_json::from_slice(&entry).unwrap();
    let grants = entry["result"]["resources"][0]["url"].as_str().unwrap().to_owned();
    list("hk-itc-dbp-dbp-grantee-list", &[&grants, &grants.replace("https://", "http://")]);
    let again = "https://www.itf.gov.hk/datagovhk/annuallist_2024_20260131_e.csv";
    upstream.put(again, upstream.body("https://www.itf.gov.hk/datagovhk/annuallist_2024_e.csv"));
    list("hk-itc-team1-annual-itf-approved-projects-list", &[again]);
    let graph = fetched(&upstream).await;
    assert_eq!(dataset(&graph, "D1").await["recordCount"], 12);
    assert_eq!(dataset(&graph, "D36").await["recordCount"], 41);
}

#[tokio::test]
async fn an_implausible_file_does_not_replace_the_file_of_its_year() {
    let list_2023 = "https://www.itf.gov.hk/datagovhk/annuallist_2023_e.csv";
    let upstream = LocalUpstream::start().await;
    let valid = String::from_utf8_lossy(&upstream.body(list_2023)).into_owned();
    let without_title = valid.replacen("Project Title", "Caption of the Endeavour", 1);
    let header_only = valid.lines().next().unwrap().to_owned();
    for (body, code) in
        [(Some(without_title), "IMPLAUSIBLE"), (Some(header_only), "IMPLAUSIBLE"), (None, "FETCH_FAILED")]
    {
        let upstream = LocalUpstream::start().await;
        let graph = fetched(&upstream).await;
        match &body {
            Some(body) => upstream.put(list_2023, body.clone()),
            None => upstream.remove(list_2023),
        }
        graph.refresh_all().await;
        let state = dataset(&graph, "D36").await;
        assert_eq!(
            (&state["recordCount"], &state["status"], &state["lastError"]["code"]),
            (&json!(41), &json!("DEGRADED"), &json!(code)),
            "{body:?}"
        );
    }
}

#[tokio::test]
async fn unknown_columns_with_personal_data_are_not_served() {
    let upstream = LocalUpstream::start().await;
    upstream.put(DIRECTORY, r#"{"value":[{"name_EN":"Imaginary Harbour Robotics Limited","cluster":"x","website":"","contact_email_EN":"doe@leak.invalid","contact":{"name":"Jane Leak"},"mobile":"61234567"}]}"#);
    let graph = fetched(&upstream).await;
    let text =
        query_data(&graph, r#"{ dataset(id: "D27") { drift { unmapped } table { columns rows { nodes { cells } } } } hkstpc { tenancies { nodes { provenance { cells { column text } } } } } }"#)
            .await
            .to_string();
    for leak in ["doe@leak.invalid", "Jane Leak", "61234567"] {
        assert!(!text.contains(leak), "{text}");
    }
    assert!(text.contains("mobile"));
}
