//! State directories and processes: a process killed while writing, two processes at once, a full disk, and the restore
//! of an earlier version.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use bytes::Bytes;
use lionrock::{
    domain::catalog::Distribution,
    publishers::itf::projects::SOURCE,
    upstream::{
        file_store::{FileStore, StoredFile},
        raw::{Origin, RawFile, sha256_hex},
    },
};
use serde_json::{Value, json};

use super::{LIST_2019, LIST_2021};
use crate::local_upstream::LocalUpstream;

/// A gateway in a child process. It is killed when the value is dropped.
struct GatewayProcess {
    child: Child,
    address: String,
    client: reqwest::Client,
}

impl Drop for GatewayProcess {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl GatewayProcess {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let word = |line: String| line.split_whitespace().find(|word| word.ends_with("/graphql")).map(str::to_owned);
        let address = lines.find_map(|line| word(line.unwrap())).unwrap();
        // Fails if another test has already installed a provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { child, address, client: reqwest::Client::new() }
    }

    /// The state of D36 as a client sees it. Fails if the response is incomplete.
    async fn d36(&self) -> Value {
        let query = "{ dataset(id: \"D36\") { status origin recordCount lastError { code } storageError { code message } } itf { projects(first: 1) { totalCount } } }";
        let response = self.client.post(&self.address).json(&json!({ "query": query })).send().await.unwrap();
        let response: Value = response.json().await.unwrap();
        assert_eq!(response.get("errors"), None, "{response}");
        assert_eq!(response["data"]["dataset"]["recordCount"], response["data"]["itf"]["projects"]["totalCount"]);
        response["data"]["dataset"].clone()
    }

    /// Waits until the state of D36 is as expected.
    async fn wait_until(&self, is_expected: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        for _ in 0..600 {
            last = self.d36().await;
            if is_expected(&last) {
                return last;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("timed out waiting for the state of D36: {last}");
    }
}

/// Writes a configuration that refreshes D36 at this interval and disables all other datasets.
fn config(folder: &Path, interval: &str) -> String {
    let others = lionrock::publishers::sources().into_iter().filter(|source| source.dataset.plan != "D36");
    let disabled = others.map(|source| format!("[datasets.{}]\nenabled = false\n", source.dataset.plan));
    let text = format!("[datasets.D36]\nrefresh = {interval:?}\n{}", disabled.collect::<String>());
    let path = folder.join("lionrock.toml");
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn arguments(upstream: &LocalUpstream, state: &Path, interval: &str) -> Vec<String> {
    let arguments =
        ["serve", "--listen", "127.0.0.1:0", "--mirror", &upstream.base, "--state-dir", state.to_str().unwrap()];
    let mut arguments: Vec<String> = arguments.into_iter().map(str::to_owned).collect();
    arguments.extend(["--config".to_owned(), config(state, interval)]);
    arguments
}

fn lionrock(arguments: &[String]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lionrock"));
    command.args(arguments);
    command
}

fn versions(state: &Path, arguments: &[&str]) -> String {
    let output = lionrock(&[]).arg("versions").args(arguments).arg("--state-dir").arg(state).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_locks_the_state_directory_and_the_other_takes_over() {
    let (state, upstream) = (tempfile::tempdir().unwrap(), LocalUpstream::start().await);
    let first = GatewayProcess::start(lionrock(&arguments(&upstream, state.path(), "1h")));
    first.wait_until(|d36| d36["origin"] == "LIVE" && d36["storageError"].is_null()).await;
    let second = GatewayProcess::start(lionrock(&arguments(&upstream, state.path(), "1h")));
    let reading =
        second.wait_until(|d36| d36["origin"] == "LIVE" && d36["storageError"]["code"] == "STATE_DIR_LOCKED").await;
    assert_eq!(
        (&reading["recordCount"], &reading["status"]),
        (&json!(41), &json!("PARTIAL")),
        "it still serves the rows"
    );
    drop(first);
    // The second process takes the lock without another request to the publisher.
    second.wait_until(|d36| d36["storageError"].is_null()).await;
    assert!(versions(state.path(), &["list", "D36"]).contains("served"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_restores_an_earlier_version() {
    let (state, upstream) = (tempfile::tempdir().unwrap(), LocalUpstream::start().await);
    let gateway = GatewayProcess::start(lionrock(&arguments(&upstream, state.path(), "1s")));
    gateway.wait_until(|d36| d36["recordCount"] == 41 && d36["origin"] == "LIVE" && d36["status"] == "PARTIAL").await;
    let good = upstream.body(LIST_2021);
    let lines: Vec<&[u8]> = good.split_inclusive(|byte| *byte == b'\n').collect();
    let bad = lines[..3].concat();
    upstream.put(LIST_2021, bad.clone());
    let partial = gateway.wait_until(|d36| d36["recordCount"].as_u64().unwrap() < 41).await;
    assert_eq!(partial["status"], "PARTIAL", "the file is plausible although it is wrong");
    let listed = versions(state.path(), &["list", "D36"]);
    assert!(listed.lines().nth(1).unwrap().contains("      2  ") && listed.lines().count() == 3, "{listed}");
    assert_eq!(versions(state.path(), &["restore", "D36", "1"]), "D36: requested version 1 from the running gateway\n");
    gateway.wait_until(|d36| d36["recordCount"] == 41 && d36["lastError"]["code"] == "REFUSED").await;
    assert!(versions(state.path(), &["list", "D36"]).contains("restored from 1  refused files: 1"));
    drop(gateway);
    let again = GatewayProcess::start(lionrock(&arguments(&upstream, state.path(), "1s")));
    again.wait_until(|d36| d36["recordCount"] == 41 && d36["lastError"]["code"] == "REFUSED").await;
    upstream.put(LIST_2021, [&good[..], b"\r\n"].concat());
    again.wait_until(|d36| d36["recordCount"] == 41 && d36["status"] == "PARTIAL" && d36["origin"] == "LIVE").await;
    upstream.put(LIST_2021, bad);
    again.wait_until(|d36| d36["recordCount"].as_u64().unwrap() < 41).await;
    drop(again);
    assert!(versions(state.path(), &["restore", "D36", "1"]).contains("is served from the next start on"));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_does_not_stop_the_gateway() {
    let (state, upstream) = (tempfile::tempdir().unwrap(), LocalUpstream::start().await);
    let mut command = Command::new("sh");
    // Limits the size of written files to one block. Ignoring XFSZ makes a larger write an error instead of a fatal
    // signal.
    command.args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_lionrock")]);
    command.args(arguments(&upstream, state.path(), "1s"));
    let gateway = GatewayProcess::start(command);
    let full = gateway.wait_until(|d36| d36["origin"] == "LIVE" && !d36["storageError"].is_null()).await;
    assert_eq!((&full["recordCount"], &full["status"]), (&json!(41), &json!("PARTIAL")));
    assert_eq!(full["storageError"]["code"], "STATE_DIR_NOT_WRITABLE");
    let message = full["storageError"]["message"].as_str().unwrap();
    assert!(message.contains("File too large"), "{message}");
    drop(gateway);
    assert_eq!(FileStore::in_folder(state.path()).files(&SOURCE.dataset).damaged, Vec::<String>::new());
}

const KILLS: usize = 100;
const STATE: &str = "LIONROCK_TEST_STATE";

fn generation(number: usize) -> Vec<StoredFile> {
    let file = |url: &str| {
        let body = Bytes::from(format!("{number},{url}\n").repeat(2000));
        let raw = RawFile {
            distribution: Distribution::at(url),
            sha256: sha256_hex(&body),
            body,
            origin: Origin::Live,
            retrieved_at: None,
            published_at: None,
            as_of: None,
            declared_charset: None,
            by_mirror: false,
            source: None,
        };
        StoredFile { raw, etag: None, last_modified: None }
    };
    vec![file(LIST_2019), file(LIST_2021)]
}

#[test]
#[ignore = "child process of the test below: writes until it is killed"]
fn write_until_killed() {
    let store = FileStore::in_folder(Path::new(&env::var(STATE).unwrap()));
    let last_number = store.versions(&SOURCE.dataset).unwrap().first().map_or(0, |version| version.number as usize);
    for number in last_number + 1.. {
        store.keep(&SOURCE.dataset, &generation(number), &[]).unwrap();
        // The test harness would capture `println!`.
        writeln!(std::io::stdout(), "kept {number}").unwrap();
    }
}

#[test]
fn a_process_killed_while_writing_leaves_a_complete_version() {
    let state = tempfile::tempdir().unwrap();
    for kill in 0..KILLS {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "upstream::processes::write_until_killed", "--ignored", "--nocapture"])
            .env(STATE, state.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let kept = |line: String| line.split_once("kept ")?.1.parse::<usize>().ok();
        let first = lines.find_map(|line| kept(line.unwrap())).unwrap();
        // Kills the process during one of the next writes, at a different moment each time.
        std::thread::sleep(Duration::from_micros(137 * kill as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        let last = lines.map_while(Result::ok).filter_map(kept).last().unwrap_or(first);
        let store = FileStore::in_folder(state.path()).files(&SOURCE.dataset);
        assert_eq!(store.damaged, Vec::<String>::new(), "kill {kill}");
        let bodies: Vec<Bytes> = store.files.into_iter().map(|file| file.raw.body).collect();
        let is_generation =
            |number: usize| generation(number).into_iter().map(|file| file.raw.body).eq(bodies.iter().cloned());
        assert!(
            is_generation(last) || is_generation(last + 1),
            "kill {kill}: neither generation {last} nor the next one"
        );
    }
}
