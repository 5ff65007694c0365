//! The compared servers, each in a separate process.

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use reqwest::Client;
use serde_json::{Value, json};

use crate::queries::{BenchQuery, EVERYTHING};

/// The datasets with fictional files.
const PLANS: [&str; 4] = ["D1", "D3", "D27", "D36"];

/// A running server. It is stopped when the value is dropped.
pub struct Server {
    pub name: String,
    pub port: u16,
    process: Child,
    client: Client,
}

impl Server {
    /// Starts a server that is part of this program.
    pub async fn start_self(name: &str, arguments: &[&str]) -> Self {
        Self::start(name, Command::new(std::env::current_exe().expect("a program has a path")), arguments).await
    }

    /// Starts a program. `PORT` in the arguments is replaced by a free port.
    pub async fn start(name: &str, mut command: Command, arguments: &[&str]) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.expect("there is a free port").port();
        command.args(arguments.iter().map(|argument| argument.replace("PORT", &port.to_string())));
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the server starts");
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            let ended = process.try_wait().expect("the status of a child process can be read");
            assert!(ended.is_none(), "{name} exited before it accepted a connection");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Self { name: name.to_owned(), port, process, client: Client::new() }
    }

    /// Starts the gateway and waits until it has fetched all files. `folder` is its state directory.
    pub async fn gateway(name: &str, publishers: &Self, folder: &Path, more: &[&str]) -> Self {
        let off: String = lionrock::publishers::sources()
            .into_iter()
            .filter(|source| !PLANS.contains(&source.dataset.plan))
            .map(|source| format!("[datasets.{}]\nenabled = false\n", source.dataset.plan))
            .collect();
        let config = folder.join("lionrock.toml");
        fs::write(&config, off).expect("the temporary directory is writable");
        let mirror = format!("http://127.0.0.1:{}", publishers.port);
        let mut arguments =
            vec!["serve", "--listen", "127.0.0.1:PORT", "--refresh-interval", "1h", "--mirror", &mirror];
        let (config, state) = (config.to_string_lossy(), folder.to_string_lossy());
        arguments.extend(["--config", &config, "--state-dir", &state]);
        // Requests of closed connections may still be running; they must not use up the permits of the next round.
        arguments.extend(["--max-concurrent-requests", "256"]);
        arguments.extend(more);
        let server = Self::start(name, Command::new(env!("CARGO_BIN_EXE_lionrock")), &arguments).await;
        let state = "query($id: ID!) { dataset(id: $id) { status origin } }";
        for plan in PLANS {
            while server.data(state, &json!({ "id": plan })).await["dataset"]["origin"] != "LIVE" {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        server
    }

    pub fn id(&self) -> u32 {
        self.process.id()
    }

    async fn send(&self, text: &str, variables: &Value) -> String {
        let body = json!({ "query": text, "variables": variables });
        let request = self.client.post(format!("http://127.0.0.1:{}/graphql", self.port)).json(&body);
        let response = request.send().await.expect("the server responds");
        response.text().await.expect("the response is text")
    }

    async fn data(&self, text: &str, variables: &Value) -> Value {
        let response: Value =
            serde_json::from_str(&self.send(text, variables).await).expect("the response is valid JSON");
        assert!(response.get("errors").is_none(), "{}: {response}", self.name);
        response["data"].clone()
    }

    /// Returns every organisation with its records.
    pub async fn all_organisations(&self) -> Vec<Value> {
        let mut all = Vec::new();
        let mut after = Value::Null;
        loop {
            let mut page = self.data(EVERYTHING, &json!({ "after": after })).await["organisations"].take();
            all.append(page["nodes"].as_array_mut().expect("a page has nodes"));
            after = page["pageInfo"]["endCursor"].take();
            if page["pageInfo"]["hasNextPage"] != true {
                return all;
            }
        }
    }

    /// Writes the first response to each query to a folder.
    pub async fn save_responses(&self, queries: &[BenchQuery], folder: &Path) {
        fs::create_dir_all(folder).expect("the temporary directory is writable");
        for query in queries {
            let response = self.send(query.text, &query.variables[0]).await;
            fs::write(folder.join(query.name).with_extension("json"), response)
                .expect("the temporary directory is writable");
        }
    }

    /// Asserts that this server returns the same responses as the gateway.
    pub async fn compare(&self, queries: &[BenchQuery], gateway: &Self) {
        for query in queries {
            for variables in &query.variables {
                let (found, expected) =
                    (self.data(query.text, variables).await, gateway.data(query.text, variables).await);
                let excerpt = |response: &Value| response.to_string().chars().take(500).collect::<String>();
                let (name, query_name) = (&self.name, query.name);
                assert!(
                    found == expected,
                    "{name} returns a different response to `{query_name}`:\n{}\n{}",
                    excerpt(&found),
                    excerpt(&expected)
                );
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns the ids of at most 200 organisations that have records of every kind.
pub fn organisations_with_all_records(all: &[Value]) -> Vec<&str> {
    let has = |organisation: &Value, field: &str| {
        let list = &organisation[field];
        list.as_array().or_else(|| list["nodes"].as_array()).is_some_and(|items| !items.is_empty())
    };
    let all = all.iter().filter(|organisation| {
        ["fundedProjects", "accreditations", "tenancies"].into_iter().all(|field| has(organisation, field))
    });
    all.filter_map(|organisation| organisation["id"].as_str()).take(200).collect()
}
