//! Several processes with one state directory: killed while writing, two at once, out of disk space, and with an
//! operator who restores an earlier version.

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

/// A gateway in a process of its own.
struct Serving {
    child: Child,
    address: String,
    client: reqwest::Client,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Serving {
    fn begin(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let word = |line: String| line.split_whitespace().find(|word| word.ends_with("/graphql")).map(str::to_owned);
        let address = lines.find_map(|line| word(line.unwrap())).unwrap();
        // Another test may have chosen one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { child, address, client: reqwest::Client::new() }
    }

    /// The state of D36 as a client sees it; every answer has to be whole.
    async fn list(&self) -> Value {
        let query = "{ dataset(id: \"D36\") { status origin recordCount lastError { code } storageError { code message } } itf { projects(first: 1) { totalCount } } }";
        let response = self.client.post(&self.address).json(&json!({ "query": query })).send().await.unwrap();
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer.get("errors"), None, "{answer}");
        assert_eq!(answer["data"]["dataset"]["recordCount"], answer["data"]["itf"]["projects"]["totalCount"]);
        answer["data"]["dataset"].clone()
    }

    /// Waits until D36 is as wanted.
    async fn until(&self, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        for _ in 0..600 {
            last = self.list().await;
            if wanted(&last) {
                return last;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("it never came: {last}");
    }
}

/// A configuration in which D36 is asked for at this pace, and other datasets not at all.
fn config(folder: &Path, pace: &str) -> String {
    let others = lionrock::publishers::sources().into_iter().filter(|source| source.dataset.plan != "D36");
    let off = others.map(|source| format!("[datasets.{}]\nenabled = false\n", source.dataset.plan));
    let text = format!("[datasets.D36]\nrefresh = {pace:?}\n{}", off.collect::<String>());
    let path = folder.join("lionrock.toml");
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn arguments(upstream: &LocalUpstream, state: &Path, pace: &str) -> Vec<String> {
    let words =
        ["serve", "--listen", "127.0.0.1:0", "--mirror", &upstream.base, "--state-dir", state.to_str().unwrap()];
    let mut arguments: Vec<String> = words.into_iter().map(str::to_owned).collect();
    arguments.extend(["--config".to_owned(), config(state, pace)]);
    arguments
}

fn lionrock(arguments: &[String]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lionrock"));
    command.args(arguments);
    command
}

fn versions(state: &Path, words: &[&str]) -> String {
    let output = lionrock(&[]).arg("versions").args(words).arg("--state-dir").arg(state).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_locks_the_state_directory_and_the_other_takes_over() {
    let (state, upstream) = (tempfile::tempdir().unwrap(), LocalUpstream::start().await);
    let first = Serving::begin(lionrock(&arguments(&upstream, state.path(), "1h")));
    first.until(|list| list["origin"] == "LIVE" && list["storageError"].is_null()).await;
    let second = Serving::begin(lionrock(&arguments(&upstream, state.path(), "1h")));
    let reading =
        second.until(|list| list["origin"] == "LIVE" && list["storageError"]["code"] == "STATE_DIR_LOCKED").await;
    assert_eq!(
        (&reading["recordCount"], &reading["status"]),
        (&json!(41), &json!("PARTIAL")),
        "it serves all the same"
    );
    drop(first);
    // Without asking the publisher again.
    second.until(|list| list["storageError"].is_null()).await;
    assert!(versions(state.path(), &["list", "D36"]).contains("served"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_restores_an_earlier_version() {
    let (state, upstream) = (tempfile::tempdir().unwrap(), LocalUpstream::start().await);
    let gateway = Serving::begin(lionrock(&arguments(&upstream, state.path(), "1s")));
    gateway.until(|list| list["recordCount"] == 41 && list["origin"] == "LIVE" && list["status"] == "PARTIAL").await;
    let good = upstream.body(LIST_2021);
    let lines: Vec<&[u8]> = good.split_inclusive(|byte| *byte == b'\n').collect();
    let bad = lines[..3].concat();
    upstream.put(LIST_2021, bad.clone());
    let worse = gateway.until(|list| list["recordCount"].as_u64().unwrap() < 41).await;
    assert_eq!(worse["status"], "PARTIAL", "plausible, and wrong all the same");
    let listed = versions(state.path(), &["list", "D36"]);
    assert!(listed.lines().nth(1).unwrap().contains("      2  ") && listed.lines().count() == 3, "{listed}");
    assert_eq!(versions(state.path(), &["restore", "D36", "1"]), "D36: requested version 1 from the running gateway\n");
    gateway.until(|list| list["recordCount"] == 41 && list["lastError"]["code"] == "REFUSED").await;
    assert!(versions(state.path(), &["list", "D36"]).contains("restored from 1  refused files: 1"));
    drop(gateway);
    let again = Serving::begin(lionrock(&arguments(&upstream, state.path(), "1s")));
    again.until(|list| list["recordCount"] == 41 && list["lastError"]["code"] == "REFUSED").await;
    upstream.put(LIST_2021, [&good[..], b"\r\n"].concat());
    again.until(|list| list["recordCount"] == 41 && list["status"] == "PARTIAL" && list["origin"] == "LIVE").await;
    upstream.put(LIST_2021, bad);
    again.until(|list| list["recordCount"].as_u64().unwrap() < 41).await;
    drop(again);
    assert!(versions(state.path(), &["restore", "D36", "1"]).contains("is served from the next start on"));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_does_not_stop_the_gateway() {
    let (state, upstream) = (tempfile::tempdir().unwrap(), LocalUpstream::start().await);
    let mut command = Command::new("sh");
    // No file of this process may grow beyond a block or two, and to try is an error and not its end.
    command.args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_lionrock")]);
    command.args(arguments(&upstream, state.path(), "1s"));
    let gateway = Serving::begin(command);
    let full = gateway.until(|list| list["origin"] == "LIVE" && !list["storageError"].is_null()).await;
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
#[ignore = "writes until it is killed: it is a process of the test below"]
fn write_until_killed() {
    let held = FileStore::in_folder(Path::new(&env::var(STATE).unwrap()));
    let begin = held.versions(&SOURCE.dataset).unwrap().first().map_or(0, |version| version.number as usize);
    for number in begin + 1.. {
        held.keep(&SOURCE.dataset, &generation(number), &[]).unwrap();
        // `println!` would be captured.
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
        // Somewhere within the next writings, at another place each time.
        std::thread::sleep(Duration::from_micros(137 * kill as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        let last = lines.map_while(Result::ok).filter_map(kept).last().unwrap_or(first);
        let held = FileStore::in_folder(state.path()).files(&SOURCE.dataset);
        assert_eq!(held.damaged, Vec::<String>::new(), "kill {kill}");
        let bodies: Vec<Bytes> = held.files.into_iter().map(|file| file.raw.body).collect();
        let whole = |number: usize| generation(number).into_iter().map(|file| file.raw.body).eq(bodies.iter().cloned());
        assert!(whole(last) || whole(last + 1), "kill {kill}: neither generation {last} nor the next one");
    }
}
