//! Runs the gateway as a child process. `LIONROCK_TEST_BINARY` selects another build of it, for example a release
//! build.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use assert_cmd::cargo::cargo_bin;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

/// `lionrock serve`, until it is dropped.
pub struct Process {
    child: Child,
    /// Where the graph is served, `http://127.0.0.1:4000`.
    pub base: String,
    /// Where metrics are served, when that is another address.
    pub metrics: Option<String>,
    log: NamedTempFile,
}

impl Process {
    /// Starts it with these flags and waits until it says where it listens.
    pub fn start(flags: &[&str]) -> Self {
        Self::start_with("exec \"$0\" \"$@\"", flags)
    }

    /// Starts it with a limit on its memory.
    pub fn start_within(kilobytes: u64, flags: &[&str]) -> Self {
        Self::start_with(&format!("ulimit -d {kilobytes}; exec \"$0\" \"$@\""), flags)
    }

    fn start_with(script: &str, flags: &[&str]) -> Self {
        // For the clients that ask it; the process has a provider of its own.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let log = NamedTempFile::new().unwrap();
        let binary = std::env::var_os("LIONROCK_TEST_BINARY").map_or_else(|| cargo_bin("lionrock"), PathBuf::from);
        let mut child = Command::new("sh")
            .args(["-c", script])
            .arg(binary)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(flags)
            .env_remove("RUST_LOG")
            .stdout(Stdio::piped())
            .stderr(File::create(log.path()).unwrap())
            .spawn()
            .unwrap();
        let lines: Vec<String> = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap)
            .take_while(|line| !line.is_empty())
            .collect();
        let address = |word: &str| {
            let line = lines.iter().find(|line| line.trim().starts_with(word))?;
            line.split_whitespace().last().map(|address| address.trim_end_matches('/').to_owned())
        };
        let endpoint = address("GraphQL").unwrap_or_else(|| panic!("{}", std::fs::read_to_string(log.path()).unwrap()));
        let base = endpoint.trim_end_matches("/graphql").to_owned();
        Self { child, base, metrics: address("Metrics"), log }
    }

    /// The kilobytes that it has in memory, where Linux tells.
    pub fn resident_kilobytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// What it has written to standard error.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log.path()).unwrap()
    }

    /// Sends it a signal by its name, `HUP`.
    pub fn signal(&self, name: &str) {
        assert!(Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Asks it to end, and waits until it has.
    pub fn end(&mut self) {
        self.signal("TERM");
        assert!(self.child.wait().unwrap().success(), "{}", self.log());
    }

    /// The data of an answer without errors.
    pub async fn ask(&self, query: &str) -> Value {
        let request = reqwest::Client::new().post(format!("{}/graphql", self.base)).json(&json!({ "query": query }));
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer.get("errors"), None, "{query}");
        answer["data"].clone()
    }

    /// The data of the first answer that is as wanted; there is no telling when it comes.
    pub async fn ask_until(&self, query: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        until(|| async {
            let data = self.ask(query).await;
            is_wanted(&data).then_some(data)
        })
        .await
        .unwrap_or_else(|| panic!("the answer never came: {query}\n{}", self.log()))
    }

    /// Waits until its log holds a text.
    pub async fn log_until(&self, text: &str) {
        let found = until(|| async { self.log().contains(text).then_some(()) }).await;
        assert!(found.is_some(), "expected `{text}` in the log, found\n{}", self.log());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first value that comes, within a time that is long enough for a busy machine.
pub async fn until<T, F: Future<Output = Option<T>>>(attempt: impl Fn() -> F) -> Option<T> {
    for _ in 0..600 {
        if let Some(value) = attempt().await {
            return Some(value);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    None
}
