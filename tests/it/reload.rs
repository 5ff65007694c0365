//! The configuration and the identity overrides are reloaded while the gateway runs.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::{local_upstream::LocalUpstream, process::Process};

const INSPECTION: &str = "https://www.itc.gov.hk/en/quality/hkas/doc/common/accrorg/cab_hkias.csv";
const LISTING: &str = "{ dataset(id: \"D5\") { status recordCount drift { missing unmapped } } }";
const ALIAS: &str = "name_en,name_zh,alias,kind,organisation_kind,source,valid_from,valid_until\n";

/// Replaces a file atomically, as editors do.
fn write(path: &Path, text: &str) {
    let beside = path.with_extension("new");
    fs::write(&beside, text).unwrap();
    fs::rename(beside, path).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_valid_configuration_is_applied_and_an_invalid_one_is_rejected() {
    let upstream = LocalUpstream::start().await;
    upstream.put(INSPECTION, "No. of the Thing,Thing\r\nIB 901,Imaginary\r\n");
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("lionrock.toml");
    write(&config, "[datasets.C1]\nenabled = false\n");
    let gateway =
        Process::start(&["--mirror", &upstream.base, "--config", config.to_str().unwrap(), "--refresh-interval", "1h"]);
    let drifted = gateway.wait_for_data(LISTING, |data| data["dataset"]["status"] == "DRIFTED").await;
    assert_eq!(drifted["dataset"]["recordCount"], 0);
    let requests = upstream.request_count(INSPECTION);

    // The new columns apply to the file that was fetched before, and the dataset is fetched again.
    let columns = "[datasets.D5.columns]\nregistrationNumber = [\"No. of the Thing\"]\nname = [\"Thing\"]\n";
    write(&config, columns);
    let read = gateway.wait_for_data(LISTING, |data| data["dataset"]["recordCount"] == 1).await;
    assert_eq!(read["dataset"]["drift"]["missing"], json!(["testCategories"]));
    let parks = "{ dataset(id: \"C1\") { status } }";
    gateway.wait_for_data(parks, |data| data["dataset"]["status"] != "OFF").await;
    let metric = "lionrock_config_reloads_total{outcome=\"applied\"} 1\n";
    assert!(metrics(&gateway).await.contains(metric));
    assert!(
        crate::process::poll(|| async { (upstream.request_count(INSPECTION) > requests).then_some(()) })
            .await
            .is_some()
    );

    // One invalid line rejects the whole configuration.
    write(&config, "[datasets.C1]\nenabled = false\n\n[datasets.D5]\nurll = \"https://a.gov.hk\"\n");
    gateway.wait_for_log("reload refused").await;
    let log = gateway.log();
    assert!(log.contains(&format!("{}:5:", config.display())) && log.contains("urll"), "{log}");
    assert_eq!(gateway.query_data(LISTING).await["dataset"]["recordCount"], 1);
    assert_ne!(gateway.query_data(parks).await["dataset"]["status"], "OFF");
    let after = metrics(&gateway).await;
    assert!(after.contains("lionrock_config_reloads_total{outcome=\"refused\"} 1\n"));
    assert!(after.contains("lionrock_config_last_reload_successful 0\n"));

    // A changed address is fetched at once, without waiting for the refresh interval.
    let moved = "https://files.example.org/laboratories.csv";
    upstream.put(moved, "No. of the Thing,Thing\r\nIB 901,Imaginary\r\nIB 902,Moved\r\n");
    write(&config, &format!("[datasets.D5]\nurl = \"{moved}\"\n{columns}"));
    gateway.wait_for_data(LISTING, |data| data["dataset"]["recordCount"] == 2).await;
    assert!(metrics(&gateway).await.contains("lionrock_config_last_reload_successful 1\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn identity_overrides_are_reloaded_while_the_gateway_runs() {
    let folder = tempfile::tempdir().unwrap();
    let alias = folder.path().join("alias.csv");
    let gateway = Process::start(&["--offline", "--identity-overrides", folder.path().to_str().unwrap()]);
    let query = "{ organisation(by: { name: \"Harbour Make-Believe\" }) { name { en } } }";
    assert_eq!(gateway.query_data(query).await["organisation"], Value::Null);

    let line = "The Hong Kong Polytechnic University,,Harbour Make-Believe,TRADING,,https://a.hk,,\n";
    write(&alias, &format!("{ALIAS}{line}"));
    let linked = gateway.wait_for_data(query, |data| !data["organisation"].is_null()).await;
    assert_eq!(linked["organisation"]["name"]["en"], "The Hong Kong Polytechnic University");

    // An alias that contradicts an embedded one is rejected. The message names both organisations, and the links stay.
    let wrong = "Imaginary Harbour University,,HKU,ACRONYM,,https://a.hk,,\n";
    write(&alias, &format!("{ALIAS}{wrong}"));
    gateway.wait_for_log("`Imaginary Harbour University`").await;
    let log = gateway.log();
    assert!(log.contains("refused") && log.contains("`The University of Hong Kong`"), "{log}");
    assert_eq!(gateway.query_data(query).await, linked);

    // Removes the file, and reloads by signal instead of by polling.
    fs::remove_file(&alias).unwrap();
    gateway.signal("HUP");
    gateway.wait_for_data(query, |data| data["organisation"].is_null()).await;
}

#[test]
fn unknown_override_files_are_rejected() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("aliases.csv"), ALIAS).unwrap();
    let output = std::process::Command::new(assert_cmd::cargo::cargo_bin("lionrock"))
        .args(["datasets", "--offline", "--identity-overrides", folder.path().to_str().unwrap()])
        .output()
        .unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && error.contains("`aliases.csv`") && error.contains("`alias.csv`"), "{error}");
}

async fn metrics(gateway: &Process) -> String {
    reqwest::get(format!("{}/metrics", gateway.base)).await.unwrap().text().await.unwrap()
}
