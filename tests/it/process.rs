//! Runs the gateway as a child process. `LIONROCK_TEST_BINARY` selects another binary, for example a release build.

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

/// A running `lionrock serve`. It is killed when the value is dropped.
pub struct Process {
    child: Child,
    /// The base URL of the GraphQL server, for example `http://127.0.0.1:4000`.
    pub base: String,
    /// The URL of the metrics, if they have a separate listener.
    pub metrics: Option<String>,
    log: NamedTempFile,
}

impl Process {
    /// Starts the gateway with these flags and waits until it prints its addresses.
    pub fn start(flags: &[&str]) -> Self {
        Self::start_with("exec \"$0\" \"$@\"", flags)
    }

    /// Starts it with a limit on its memory, on two processors if possible: it needs more memory with more processors.
    pub fn start_within(kilobytes: u64, flags: &[&str]) -> Self {
        let two = "if taskset -c 0,1 true 2>/dev/null; then exec taskset -c 0,1 \"$0\" \"$@\"; fi";
        Self::start_with(&format!("ulimit -d {kilobytes}; {two}; exec \"$0\" \"$@\""), flags)
    }

    fn start_with(script: &str, flags: &[&str]) -> Self {
        // Needed by the HTTP client in this process.
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

    /// The resident memory of the process in kilobytes (Linux only).
    pub fn resident_kilobytes(&self) -> u64 {
        self.kilobytes("VmRSS")
    }

    /// A size in kilobytes from the status of the process (Linux only).
    pub fn kilobytes(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let value = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let value = value.unwrap_or_else(|| panic!("the process has ended: {}", self.log()));
        value.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// The output on standard error.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log.path()).unwrap()
    }

    /// Sends a signal by name, for example `HUP`.
    pub fn signal(&self, name: &str) {
        assert!(Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Sends `TERM` and waits for a successful exit.
    pub fn terminate(&mut self) {
        self.signal("TERM");
        assert!(self.child.wait().unwrap().success(), "{}", self.log());
    }

    /// Sends a query and returns its data. Fails if the response has errors.
    pub async fn query_data(&self, query: &str) -> Value {
        let request = reqwest::Client::new().post(format!("{}/graphql", self.base)).json(&json!({ "query": query }));
        let response: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(response.get("errors"), None, "{query}");
        response["data"].clone()
    }

    /// Repeats a query until its data is as expected, and returns the data.
    pub async fn wait_for_data(&self, query: &str, is_expected: impl Fn(&Value) -> bool) -> Value {
        poll(|| async {
            let data = self.query_data(query).await;
            is_expected(&data).then_some(data)
        })
        .await
        .unwrap_or_else(|| panic!("timed out waiting for the response to {query}\n{}", self.log()))
    }

    /// Waits until the log contains a text.
    pub async fn wait_for_log(&self, text: &str) {
        let found = poll(|| async { self.log().contains(text).then_some(()) }).await;
        assert!(found.is_some(), "expected `{text}` in the log, found\n{}", self.log());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Calls `attempt` until it returns a value. Returns `None` after a minute, which is enough for a busy machine.
pub async fn poll<T, F: Future<Output = Option<T>>>(attempt: impl Fn() -> F) -> Option<T> {
    for _ in 0..600 {
        if let Some(value) = attempt().await {
            return Some(value);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    None
}
