//! File discovery: files listed by the portal, in several formats and languages, at unusual addresses, and at the last
//! known addresses if the portal fails.

use std::process::Command;

use assert_cmd::cargo::cargo_bin;
use lionrock::refresh::Refresher;
use serde_json::{Value, json};

use super::dataset;
use crate::{
    gateway::{fixtures, query_data, settings},
    local_upstream::{Fault, LocalUpstream},
};

const UNAVAILABLE: Fault = Fault::Status { status: 503, retry_after: None, times: usize::MAX };

fn entry(id: &str) -> String {
    format!("https://data.gov.hk/en-data/api/3/action/package_show?id={id}")
}

/// Makes the portal list these resources of a dataset: format, name and address.
fn list(upstream: &LocalUpstream, id: &str, resources: &[(&str, &str, &str)]) {
    let resource = |(format, name, url): &(&str, &str, &str)| json!({ "format": format, "name": name, "url": url });
    let resources: Vec<Value> = resources.iter().map(resource).collect();
    let response = json!({ "success": true, "result": { "name": id, "resources": resources } });
    upstream.put(&entry(id), response.to_string());
}

async fn refresh(upstream: &LocalUpstream, plan: &str) -> (Refresher, Value) {
    let graph = Refresher::start(settings(upstream)).unwrap();
    graph.refresh_some(|source| source.dataset.plan == plan).await;
    let state = dataset(&graph, plan).await;
    (graph, state)
}

const TRIALS: &str = "No.,Reference No.,Project Title,Lead Applicant,Participating Organisation(s),Funds Approved ($M)\r\n\
    1,ITT/901/25GP,A Lantern,Imaginary Harbour Robotics Limited,Example Primary School,1.5\r\n\
    2,ITT/902/25GP,A Kettle,Imaginary Harbour Robotics Limited,Example Primary School,2.5\r\n";

#[tokio::test]
async fn a_dataset_missing_from_the_portal_is_fetched_from_its_last_known_addresses() {
    let upstream = LocalUpstream::start().await;
    upstream.remove(&entry("hk-itc-team1-psts-sp"));
    upstream.put("http://www.itf.gov.hk/datagovhk/PSTS_SP_en.csv", TRIALS);
    let (_, state) = refresh(&upstream, "D43").await;
    assert_eq!((&state["origin"], &state["status"]), (&json!("LIVE"), &json!("DEGRADED")), "{state}");
    assert_eq!(state["recordCount"], 2);
    assert_eq!(state["lastError"]["code"], "FETCH_FAILED", "two of its three files are missing");
    for language in ["tc", "sc"] {
        upstream.put(&format!("http://www.itf.gov.hk/datagovhk/PSTS_SP_{language}.csv"), TRIALS);
    }
    let (_, state) = refresh(&upstream, "D43").await;
    assert_eq!((&state["status"], &state["lastError"]["code"]), (&json!("DEGRADED"), &json!("UNLISTED")));
    assert_eq!(state["recordCount"], 2);
}

#[tokio::test]
async fn datasets_with_fixed_addresses_do_not_need_the_portal() {
    let upstream = LocalUpstream::start().await;
    upstream.set_fault(&entry("hk-itc-hkas-cab-hkias"), UNAVAILABLE);
    let (_, state) = refresh(&upstream, "D5").await;
    assert_eq!((&state["origin"], &state["status"], &state["lastError"]), (&json!("LIVE"), &json!("OK"), &Value::Null));
}

#[tokio::test]
async fn the_files_of_three_languages_are_merged() {
    let upstream = LocalUpstream::start().await;
    let id = "hk-itc-team1-annual-psts-approved-projects-list";
    // The resource names state the wrong languages.
    list(
        &upstream,
        id,
        &[
            ("CSV", "Trials (Traditional Chinese)", "http://www.itf.gov.hk/datagovhk/annualPSTSlist_2025_e.csv"),
            ("CSV", "Trials (Simplified Chinese)", "http://www.itf.gov.hk/datagovhk/annualPSTSlist_2025_t.csv"),
            ("CSV", "Trials (Simplified Chinese)", "http://www.itf.gov.hk/datagovhk/annualPSTSlist_2025_s.csv"),
        ],
    );
    let address = |letter: &str| format!("http://www.itf.gov.hk/datagovhk/annualPSTSlist_2025_{letter}.csv");
    upstream.put(&address("e"), TRIALS);
    upstream.put(&address("t"), TRIALS.replace("A Lantern", "燈籠").replace("A Kettle", "水壺"));
    upstream.put(&address("s"), TRIALS.replace("A Lantern", "灯笼").replace("A Kettle", "水壶"));
    let (graph, state) = refresh(&upstream, "D44").await;
    assert_eq!((&state["recordCount"], &state["status"]), (&json!(2), &json!("OK")), "{state}");
    let query =
        "{ itf { trialProjects(filter: { title: \"Lantern\" }) { nodes { title { en zhHant zhHans } year } } } }";
    let data = query_data(&graph, query).await;
    assert_eq!(
        data["itf"]["trialProjects"]["nodes"],
        json!([{ "title": { "en": "A Lantern", "zhHant": "燈籠", "zhHans": "灯笼" }, "year": 2025 }])
    );
}

#[tokio::test]
async fn a_workbook_replaces_a_missing_or_unreadable_csv_file() {
    let text = |language: &str| format!("https://www.itc.gov.hk/datagovhk/TechTAS/techtas_quotas_{language}.csv");
    let query = "{ itc { talentQuotas { observations(first: 100) { totalCount } } } }";
    let upstream = LocalUpstream::start().await;
    let (graph, _) = refresh(&upstream, "D17").await;
    let expected = query_data(&graph, query).await;
    for fault in [
        Fault::Status { status: 500, retry_after: None, times: usize::MAX },
        Fault::Typed("text/html", b"<!DOCTYPE html><html><body>Sorry</body></html>".to_vec()),
    ] {
        let upstream = LocalUpstream::start().await;
        upstream.set_fault(&text("en"), fault);
        let (graph, state) = refresh(&upstream, "D17").await;
        assert_eq!(state["lastError"], Value::Null, "{state}");
        assert_eq!(query_data(&graph, query).await, expected, "the table counts once");
        let files = query_data(&graph, "{ dataset(id: \"D17\") { distributions { url } } }").await;
        assert!(files.to_string().contains("techtas_quotas_en.xls"), "{files}");
        assert!(!files.to_string().contains("techtas_quotas_tc.xls"), "{files}");
    }
}

#[tokio::test]
async fn unusual_addresses_are_encoded_once() {
    let laboratories = "HOKLAS No.,Name,Test Category\r\nHOKLAS 901,Imaginary Laboratory,Kettles\r\n";
    for (listed, encoded) in [
        ("https://www.itc.gov.hk/R&D/cab (HK)s list.csv", "https://www.itc.gov.hk/R&D/cab%20(HK)s%20list.csv"),
        ("https://www.itc.gov.hk/a%20b.csv", "https://www.itc.gov.hk/a%20b.csv"),
        (" https://www.itc.gov.hk/名單.csv", "https://www.itc.gov.hk/%E5%90%8D%E5%96%AE.csv"),
        ("https://www.itc.gov.hk/R&amp;D/list.csv", "https://www.itc.gov.hk/R&D/list.csv"),
    ] {
        let upstream = LocalUpstream::start().await;
        list(&upstream, "hk-itc-hkas-cab-hoklas", &[("text/csv ", "HOKLAS", listed)]);
        upstream.put(encoded, laboratories);
        let (_, state) = refresh(&upstream, "D3").await;
        assert_eq!((&state["origin"], &state["recordCount"]), (&json!("LIVE"), &json!(1)), "{listed}: {state}");
        assert_eq!(upstream.request_count(encoded), 1);
    }
}

#[tokio::test]
async fn an_empty_response_never_replaces_rows() {
    for (plan, url, before) in [
        ("D27", "https://opendata.hkstp.org/corporate/companydirectory/v1/", 1380),
        ("C1", "https://opendata.hkstp.org/carpark/v1/vacancy", 4),
    ] {
        for body in ["{\"value\":[]}", "[]", "", "{\"value\":[{\"colour\":\"red\",\"taste\":\"sour\"}]}"] {
            let upstream = LocalUpstream::start().await;
            upstream.put(url, body);
            let (graph, state) = refresh(&upstream, plan).await;
            assert_eq!((&state["origin"], &state["recordCount"]), (&json!("BUNDLED"), &json!(before)), "{plan} {body}");
            assert_eq!(state["status"], "DEGRADED");
            graph.refresh_some(|source| source.dataset.plan == plan).await;
            assert_eq!(dataset(&graph, plan).await["recordCount"], before);
        }
    }
    // The list of events may be empty.
    let upstream = LocalUpstream::start().await;
    upstream.put("https://opendata.hkstp.org/corporate/info/v1/upcomingevent", "{\"value\":[]}");
    let (_, state) = refresh(&upstream, "C6").await;
    assert_eq!((&state["origin"], &state["recordCount"]), (&json!("LIVE"), &json!(0)), "{state}");
}

#[tokio::test]
async fn no_file_belongs_to_two_datasets() {
    let graph = fixtures();
    let data = query_data(&graph, "{ datasets { plan distributions { url origin } } }").await;
    let mut owners = std::collections::HashMap::new();
    for dataset in data["datasets"].as_array().unwrap() {
        for file in dataset["distributions"].as_array().unwrap().iter().filter(|file| file["origin"] == "LIVE") {
            let url = file["url"].as_str().unwrap().to_owned();
            let plan = dataset["plan"].as_str().unwrap();
            let other = owners.insert(url.clone(), plan);
            assert!(other.is_none_or(|other| other == plan), "{url} belongs to {plan} and {other:?}");
        }
    }
}

#[tokio::test]
async fn addresses_listed_as_http_are_tried_with_https_first() {
    // The local upstream is used as a proxy. It refuses tunnels, so HTTPS requests fail and HTTP requests succeed.
    let upstream = LocalUpstream::start().await;
    for language in ["en", "tc", "sc"] {
        upstream.put(&format!("http://www.itf.gov.hk/datagovhk/PSTS_SP_{language}.csv"), TRIALS);
    }
    let proxy = upstream.base.clone();
    let output = tokio::task::spawn_blocking(move || {
        Command::new(cargo_bin("lionrock"))
            .args(["check", "D43"])
            .envs([("HTTP_PROXY", &proxy), ("HTTPS_PROXY", &proxy), ("http_proxy", &proxy), ("https_proxy", &proxy)])
            .env_remove("NO_PROXY")
            .env_remove("no_proxy")
            .output()
            .unwrap()
    });
    let output = output.await.unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    let line = table.lines().find(|line| line.trim_start_matches("! ").starts_with("D43")).unwrap_or_default();
    assert!(line.contains("LIVE") && line.contains(" 2 "), "{table}{}", String::from_utf8_lossy(&output.stderr));
}
