//! The state directory within one process: restarts, corrupt files, and a directory that is not writable.

use std::{fs, path::Path, sync::Arc};

use lionrock::{
    publishers::itf::projects::SOURCE,
    refresh::{Refresher, Settings},
    upstream::file_store::FileStore,
};
use serde_json::{Value, json};

use super::{LIST_2019, LIST_2021, background_queries::BackgroundQueries, dataset};
use crate::{gateway::settings, local_upstream::LocalUpstream};

#[tokio::test]
async fn fetched_files_are_stored_for_the_next_run() {
    let state = tempfile::tempdir().unwrap();
    let upstream = LocalUpstream::start().await;
    let with_state = || Settings { state_dir: Some(state.path().to_owned()), ..settings(&upstream) };
    Refresher::start(with_state()).unwrap().refresh_all().await;
    let restarted = Refresher::start(with_state()).unwrap();
    let held = dataset(&restarted, "D36").await;
    assert_eq!((&held["origin"], &held["recordCount"]), (&json!("HELD"), &json!(41)));
    restarted.refresh_all().await;
    assert_eq!(upstream.not_modified(LIST_2019), 1, "the first request after a restart is conditional");
    assert_eq!(dataset(&restarted, "D36").await["origin"], "LIVE");
    upstream.fail_all(503);
    let without_upstream = Refresher::start(with_state()).unwrap();
    without_upstream.refresh_all().await;
    let without_upstream = dataset(&without_upstream, "D36").await;
    assert_eq!(
        (&without_upstream["origin"], &without_upstream["recordCount"], &without_upstream["status"]),
        (&json!("HELD"), &json!(41), &json!("DEGRADED"))
    );
}

#[tokio::test]
async fn the_validators_of_a_rejected_body_are_not_stored() {
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
    assert_eq!((&state["recordCount"], &state["status"]), (&json!(41), &json!("DEGRADED")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unwritable_state_directory_does_not_stop_the_gateway() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, b"no folder").unwrap();
    let upstream = LocalUpstream::start().await;
    // A folder cannot be created below a file, and not even root can create one in `/sys`.
    for state_dir in [file.join("state"), Path::new("/sys/lionrock").to_owned()] {
        let settings = Settings { state_dir: Some(state_dir), ..settings(&upstream) };
        let graph = Arc::new(Refresher::start(settings).unwrap());
        let queries = BackgroundQueries::start(&graph);
        graph.refresh_some(|source| source.dataset.plan == "D36").await;
        let state = dataset(&graph, "D36").await;
        assert_eq!(
            (&state["origin"], &state["status"], &state["lastError"], &state["storageError"]["code"]),
            (&json!("LIVE"), &json!("PARTIAL"), &Value::Null, &json!("STATE_DIR_NOT_WRITABLE"))
        );
        let message = state["storageError"]["message"].as_str().unwrap();
        assert!(message.starts_with("cannot write to the state directory: "), "{message}");
        assert!(!message.contains(folder.path().to_str().unwrap()), "the message does not reveal the path: {message}");
        assert!(queries.finish().await > 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_stored_files_are_reported_and_fetched_again() {
    let state = tempfile::tempdir().unwrap();
    let upstream = LocalUpstream::start().await;
    let with_state = || Settings { state_dir: Some(state.path().to_owned()), ..settings(&upstream) };
    let refresh_d36 =
        |graph: Arc<Refresher>| async move { graph.refresh_some(|source| source.dataset.plan == "D36").await };
    refresh_d36(Arc::new(Refresher::start(with_state()).unwrap())).await;
    let stored = FileStore::in_folder(state.path()).files(&SOURCE.dataset);
    let body = |url: &str| {
        let file = stored.files.iter().find(|file| file.raw.distribution.url == url).unwrap();
        state.path().join("held/D36").join(format!("{}.body", file.raw.sha256))
    };
    fs::write(body(LIST_2019), b"not what was kept").unwrap();
    fs::remove_file(body(LIST_2021)).unwrap();
    let graph = Arc::new(Refresher::start(with_state()).unwrap());
    let queries = BackgroundQueries::start(&graph);
    let held = dataset(&graph, "D36").await;
    let count = held["recordCount"].as_u64().unwrap();
    assert!(held["origin"] == "HELD" && 10 < count && count < 41, "{held}");
    assert_eq!(held["storageError"]["code"], "STORED_FILE_CORRUPT");
    let message = held["storageError"]["message"].as_str().unwrap();
    assert!(message.contains(LIST_2019) && message.contains(LIST_2021), "{message}");
    refresh_d36(graph.clone()).await;
    let repaired = dataset(&graph, "D36").await;
    assert_eq!(
        (&repaired["recordCount"], &repaired["status"], &repaired["storageError"]),
        (&json!(41), &json!("PARTIAL"), &Value::Null)
    );
    assert!(queries.finish().await > 0);
    drop(graph);
    let again = Refresher::start(with_state()).unwrap();
    assert_eq!(dataset(&again, "D36").await["recordCount"], 41, "the files that were fetched again are stored again");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_stored_file_is_skipped_and_reported() {
    let state = tempfile::tempdir().unwrap();
    let upstream = LocalUpstream::start().await;
    let with_state = || Settings { state_dir: Some(state.path().to_owned()), ..settings(&upstream) };
    Refresher::start(with_state()).unwrap().refresh_some(|source| source.dataset.plan == "D36").await;
    let held = FileStore::in_folder(state.path());
    let mut files = held.files(&SOURCE.dataset).files;
    let list = files.iter_mut().find(|file| file.raw.distribution.url == LIST_2019).unwrap();
    list.raw.body = b"<!DOCTYPE html><title>Sorry</title>".as_slice().into();
    list.raw.sha256 = lionrock::upstream::raw::sha256_hex(&list.raw.body);
    held.keep(&SOURCE.dataset, &files, &[]).unwrap();
    drop(held);
    let graph = Refresher::start(with_state()).unwrap();
    let state = dataset(&graph, "D36").await;
    assert!(state["origin"] == "HELD" && state["recordCount"].as_u64().unwrap() > 20, "{state}");
    assert_eq!(state["storageError"]["code"], "STORED_FILE_CORRUPT");
    let message = state["storageError"]["message"].as_str().unwrap();
    assert!(message.contains(LIST_2019) && message.contains("found an HTML page"), "{message}");
}
