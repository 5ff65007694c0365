//! Fetching from a publisher that behaves, and from one that does not.

use std::time::Duration;

use lionrock::{
    graph::refresh::{Refresher, Settings},
    upstream::fetch::{Allowed, Bounds, Fetcher},
};
use serde_json::{Value, json};

use crate::{
    gateway::{ask, fetched, settings},
    local_upstream::{Fault, LocalUpstream},
};

const LIST_2019: &str = "https://www.itf.gov.hk/datagovhk/annuallist_2019_e.csv";
const LIST_2021: &str = "https://www.itf.gov.hk/datagovhk/annuallist_2021_e.csv";
const DIRECTORY: &str = "https://opendata.hkstp.org/corporate/companydirectory/v1/";

async fn dataset(graph: &Refresher, plan: &str) -> Value {
    let query = format!(
        "{{ dataset(id: {plan:?}) {{ status origin freshness recordCount lastChecked lastChanged lastError {{ code message }} drift {{ missing untaken }} }} }}"
    );
    ask(graph, &query).await["dataset"].clone()
}

#[tokio::test]
async fn a_fetched_file_replaces_the_bundled_one_and_says_where_it_came_from() {
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
        (&json!("LIVE"), &json!(12), &json!("FRESH"), &json!("OK"))
    );
    assert_eq!(after["lastError"], Value::Null);
    let withdrawn = dataset(&graph, "D32").await;
    assert_eq!((&withdrawn["status"], &withdrawn["origin"]), (&json!("WITHDRAWN"), &json!("BUNDLED")));
}

#[tokio::test]
async fn a_change_upstream_is_the_truth_after_a_refresh() {
    let upstream = LocalUpstream::start().await;
    let graph = fetched(&upstream).await;
    let question =
        r#"{ organisation(name: "Imaginary Harbour Robotics Limited") { id funding { total { amount } } } }"#;
    let before = ask(&graph, question).await;
    let list = String::from_utf8(upstream.body("https://www.itf.gov.hk/datagovhk/annuallist_2023_e.csv")).unwrap();
    let row = "99,ITSP,ITS/999/23FX,A Robot that Changed Overnight,Imaginary Harbour Robotics Limited,7.5,-,,\r\n";
    let header_end = list.find("\r\n").unwrap() + 2;
    upstream.put(
        "https://www.itf.gov.hk/datagovhk/annuallist_2023_e.csv",
        format!("{}{row}{}", &list[..header_end], &list[header_end..]),
    );
    graph.refresh_all().await;
    let after = ask(&graph, question).await;
    assert_eq!(after["organisation"]["id"], before["organisation"]["id"]);
    let amount =
        |answer: &Value| answer["organisation"]["funding"]["total"]["amount"].as_str().unwrap().parse::<f64>().unwrap();
    assert!((amount(&after) - amount(&before) - 7_500_000.0).abs() < 0.01, "{before} {after}");
    assert_eq!(dataset(&graph, "D36").await["recordCount"], 39);
}

#[tokio::test]
async fn an_unchanged_file_is_asked_for_conditionally() {
    let upstream = LocalUpstream::start().await;
    let graph = fetched(&upstream).await;
    let before = dataset(&graph, "D36").await;
    graph.refresh_all().await;
    assert_eq!((upstream.asked(LIST_2019), upstream.not_modified(LIST_2019)), (2, 1));
    let after = dataset(&graph, "D36").await;
    assert_eq!(before["lastChanged"], after["lastChanged"]);
    assert_ne!(before["lastChecked"], after["lastChecked"]);
}

#[tokio::test]
async fn a_failing_answer_is_tried_again() {
    let upstream = LocalUpstream::start().await;
    upstream.fail(LIST_2019, Fault::Status { status: 503, retry_after: None, times: 2 });
    upstream.fail(LIST_2021, Fault::Status { status: 429, retry_after: Some("0"), times: 1 });
    let graph = fetched(&upstream).await;
    assert_eq!((upstream.asked(LIST_2019), upstream.asked(LIST_2021)), (3, 2));
    let state = dataset(&graph, "D36").await;
    assert_eq!(
        (&state["recordCount"], &state["status"], &state["lastError"]),
        (&json!(38), &json!("OK"), &Value::Null)
    );
}

#[tokio::test]
async fn a_server_that_asks_to_wait_long_is_not_asked_again() {
    let upstream = LocalUpstream::start().await;
    upstream.fail(LIST_2019, Fault::Status { status: 503, retry_after: Some("3600"), times: 9 });
    let graph = fetched(&upstream).await;
    assert_eq!(upstream.asked(LIST_2019), 1);
    let error = dataset(&graph, "D36").await["lastError"]["message"].as_str().unwrap().to_owned();
    assert!(error.contains("asked to wait 3600 s"), "{error}");
}

#[tokio::test]
async fn one_bad_file_costs_that_file_only() {
    for fault in [
        Fault::Status { status: 500, retry_after: None, times: usize::MAX },
        Fault::CutOff,
        Fault::Endless,
        Fault::Slow(Duration::from_secs(20)),
        Fault::Redirect("http://169.254.169.254/latest/meta-data".to_owned()),
    ] {
        let upstream = LocalUpstream::start().await;
        let bounds = Bounds { time: Duration::from_millis(700), attempts: 2, ..settings(&upstream).bounds };
        let graph = Refresher::start(Settings { bounds, ..settings(&upstream) }).unwrap();
        graph.refresh_all().await;
        upstream.fail(LIST_2019, fault.clone());
        graph.refresh_all().await;
        let state = dataset(&graph, "D36").await;
        assert_eq!(
            (&state["recordCount"], &state["status"], &state["freshness"]),
            (&json!(38), &json!("DEGRADED"), &json!("STALE")),
            "{fault:?}"
        );
        assert_eq!(state["lastError"]["code"], "FETCH_FAILED", "{fault:?}");
        assert_eq!(dataset(&graph, "D27").await["status"], "OK");
    }
}

#[tokio::test]
async fn a_page_or_half_a_file_does_not_replace_rows() {
    let upstream = LocalUpstream::start().await;
    let graph = fetched(&upstream).await;
    for body in [
        "<!DOCTYPE html><title>Service unavailable</title>",
        "{\"value\":[{\"name_EN\":\"cut",
        "",
        "{\"value\":[]}",
        "{\"value\":[{\"foo\":1}]}",
    ] {
        upstream.put(DIRECTORY, body);
        graph.refresh_all().await;
        let state = dataset(&graph, "D27").await;
        assert_eq!((&state["recordCount"], &state["status"]), (&json!(12), &json!("DEGRADED")), "{body}: {state}");
    }
}

#[tokio::test]
async fn a_file_of_unknown_columns_is_served_as_a_table() {
    let upstream = LocalUpstream::start().await;
    upstream
        .put("https://www.itc.gov.hk/en/quality/hkas/doc/common/accrorg/cab_hkias.csv", "Foo,Bar\r\n1,2\r\n3,4\r\n");
    let graph = fetched(&upstream).await;
    let data = ask(&graph, r#"{ dataset(id: "D5") { status recordCount drift { missing untaken } table { columns rowCount rows { nodes { row cells } } } } }"#).await;
    assert_eq!(
        data["dataset"],
        json!({
            "status": "DRIFTED",
            "recordCount": 0,
            "drift": { "missing": ["registrationNumber", "name", "testCategories"], "untaken": ["Foo", "Bar"] },
            "table": { "columns": ["Foo", "Bar"], "rowCount": 2, "rows": { "nodes": [{ "row": 2, "cells": ["1", "2"] }, { "row": 3, "cells": ["3", "4"] }] } },
        })
    );
}

#[tokio::test]
async fn with_every_publisher_down_the_bundle_answers_and_says_why() {
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
async fn what_was_fetched_is_held_for_the_next_run() {
    let state = tempfile::tempdir().unwrap();
    let upstream = LocalUpstream::start().await;
    let with_state = || Settings { state_dir: Some(state.path().to_owned()), ..settings(&upstream) };
    Refresher::start(with_state()).unwrap().refresh_all().await;
    let restarted = Refresher::start(with_state()).unwrap();
    let held = dataset(&restarted, "D36").await;
    assert_eq!((&held["origin"], &held["recordCount"]), (&json!("HELD"), &json!(38)));
    restarted.refresh_all().await;
    assert_eq!(upstream.not_modified(LIST_2019), 1, "the first request after a restart is conditional");
    assert_eq!(dataset(&restarted, "D36").await["origin"], "LIVE");
    upstream.fail_all(503);
    let alone = Refresher::start(with_state()).unwrap();
    alone.refresh_all().await;
    let alone = dataset(&alone, "D36").await;
    assert_eq!(
        (&alone["origin"], &alone["recordCount"], &alone["status"]),
        (&json!("HELD"), &json!(38), &json!("DEGRADED"))
    );
}

#[tokio::test]
async fn a_host_is_asked_politely() {
    let upstream = LocalUpstream::start().await;
    for year in 2019..=2024 {
        upstream.fail(
            &format!("https://www.itf.gov.hk/datagovhk/annuallist_{year}_e.csv"),
            Fault::Slow(Duration::from_millis(50)),
        );
    }
    fetched(&upstream).await;
    assert!(upstream.most_under_way() <= 4, "{} requests at once", upstream.most_under_way());
}

#[tokio::test]
async fn a_dataset_that_the_portal_dropped_says_so_and_keeps_its_rows() {
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
    assert_eq!(dataset(&graph, "D43").await["status"], "WITHDRAWN", "the second time the portal is asked again");
}

#[tokio::test]
async fn a_portal_that_fails_takes_no_language_away() {
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
        upstream.fail(entry, fault);
        let graph = Refresher::start(with_state()).unwrap();
        graph.refresh_all().await;
        let data =
            ask(&graph, r#"{ itf { project(reference: "ITS/901/24FX") { title { zhHant zhHans converted } } } }"#)
                .await;
        assert_eq!(
            data["itf"]["project"]["title"],
            json!({ "zhHant": "幻想橋樑的幻想材料", "zhHans": "幻想桥梁的幻想材料", "converted": [] })
        );
        assert_eq!(dataset(&graph, "D36").await["recordCount"], 38);
    }
}

#[tokio::test]
async fn one_table_listed_twice_counts_once() {
    let upstream = LocalUpstream::start().await;
    let list = |id: &str, urls: &[&str]| {
        let resources: Vec<Value> =
            urls.iter().map(|url| json!({ "name": "a file", "format": "CSV", "url": url })).collect();
        let answer = json!({ "success": true, "result": { "name": id, "resources": resources } });
        upstream.put(&format!("https://data.gov.hk/en-data/api/3/action/package_show?id={id}"), answer.to_string());
    };
    let entry = upstream.body("https://data.gov.hk/en-data/api/3/action/package_show?id=hk-itc-dbp-dbp-grantee-list");
    let entry: Value = serde_json::from_slice(&entry).unwrap();
    let grants = entry["result"]["resources"][0]["url"].as_str().unwrap().to_owned();
    list("hk-itc-dbp-dbp-grantee-list", &[&grants, &grants.replace("https://", "http://")]);
    let again = "https://www.itf.gov.hk/datagovhk/annuallist_2024_20260131_e.csv";
    upstream.put(again, upstream.body("https://www.itf.gov.hk/datagovhk/annuallist_2024_e.csv"));
    list("hk-itc-team1-annual-itf-approved-projects-list", &[again]);
    let graph = fetched(&upstream).await;
    assert_eq!(dataset(&graph, "D1").await["recordCount"], 11);
    assert_eq!(dataset(&graph, "D36").await["recordCount"], 38);
}

#[tokio::test]
async fn one_years_file_that_lost_its_sense_is_kept_as_it_was() {
    let list_2023 = "https://www.itf.gov.hk/datagovhk/annuallist_2023_e.csv";
    let upstream = LocalUpstream::start().await;
    let sound = String::from_utf8_lossy(&upstream.body(list_2023)).into_owned();
    let without_title = sound.replacen("Project Title", "Caption of the Endeavour", 1);
    let header_only = sound.lines().next().unwrap().to_owned();
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
            (&json!(38), &json!("DEGRADED"), &json!(code)),
            "{body:?}"
        );
    }
}

#[tokio::test]
async fn a_bad_bodys_validators_do_not_vouch_for_the_good_one() {
    let state = tempfile::tempdir().unwrap();
    let upstream = LocalUpstream::start().await;
    let with_state = || Settings { state_dir: Some(state.path().to_owned()), ..settings(&upstream) };
    let graph = Refresher::start(with_state()).unwrap();
    graph.refresh_all().await;
    upstream.put_tagged(LIST_2019, "{\"value\": [{\"cut", "\"bad\"");
    upstream.put(LIST_2021, upstream.body(LIST_2021).repeat(1).into_iter().chain(*b"\n").collect::<Vec<u8>>());
    graph.refresh_all().await;
    assert_eq!(dataset(&graph, "D36").await["status"], "DEGRADED");
    let restarted = Refresher::start(with_state()).unwrap();
    restarted.refresh_all().await;
    let state = dataset(&restarted, "D36").await;
    assert_eq!((&state["recordCount"], &state["status"]), (&json!(38), &json!("DEGRADED")));
}

#[tokio::test]
async fn unknown_columns_of_personal_data_are_not_served() {
    let upstream = LocalUpstream::start().await;
    upstream.put(DIRECTORY, r#"{"value":[{"name_EN":"Imaginary Harbour Robotics Limited","cluster":"x","website":"","contact_email_EN":"doe@leak.invalid","contact":{"name":"Jane Leak"},"mobile":"61234567"}]}"#);
    let graph = fetched(&upstream).await;
    let text =
        ask(&graph, r#"{ dataset(id: "D27") { drift { untaken } table { columns rows { nodes { cells } } } } }"#)
            .await
            .to_string();
    for leak in ["doe@leak.invalid", "Jane Leak", "61234567"] {
        assert!(!text.contains(leak), "{text}");
    }
    assert!(text.contains("mobile"));
}

#[tokio::test]
async fn one_flight_serves_all_who_ask_at_once() {
    let upstream = LocalUpstream::start().await;
    upstream.fail(LIST_2019, Fault::Slow(Duration::from_millis(200)));
    let settings = settings(&upstream);
    let fetcher = Fetcher::new(settings.way, settings.bounds, Allowed::default(), None).unwrap();
    let asked = (0..20).map(|_| fetcher.fetch(LIST_2019));
    let bodies = futures::future::join_all(asked).await;
    assert!(bodies.iter().all(|body| body.as_ref().is_ok_and(|body| body.body == upstream.body(LIST_2019))));
    assert_eq!(upstream.asked(LIST_2019), 1);
}
