//! The servers that are compared, each a process of its own.

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use reqwest::Client;
use serde_json::{Value, json};

use crate::questions::{EVERYTHING, Question};

/// The datasets that the publications are of.
const PLANS: [&str; 4] = ["D1", "D3", "D27", "D36"];

/// A server that runs until it is dropped.
pub struct Server {
    pub name: String,
    pub port: u16,
    process: Child,
    client: Client,
}

impl Server {
    /// A part of this program.
    pub async fn own(name: &str, arguments: &[&str]) -> Self {
        Self::start(name, Command::new(std::env::current_exe().expect("a program has a path")), arguments).await
    }

    /// A program; the argument `PORT` becomes a free port.
    pub async fn start(name: &str, mut command: Command, arguments: &[&str]) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.expect("there is a free port").port();
        command.args(arguments.iter().map(|argument| argument.replace("PORT", &port.to_string())));
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the server starts");
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            let ended = process.try_wait().expect("a process can be asked about");
            assert!(ended.is_none(), "{name} ended before it answered");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Self { name: name.to_owned(), port, process, client: Client::new() }
    }

    /// The gateway, once it has fetched the publications. Its folder holds what it keeps.
    pub async fn gateway(name: &str, publishers: &Self, folder: &Path, more: &[&str]) -> Self {
        let off: String = lionrock::publishers::sources()
            .into_iter()
            .filter(|source| !PLANS.contains(&source.dataset.plan))
            .map(|source| format!("[datasets.{}]\nenabled = false\n", source.dataset.plan))
            .collect();
        let config = folder.join("lionrock.toml");
        fs::write(&config, off).expect("there is room for files");
        let mirror = format!("http://127.0.0.1:{}", publishers.port);
        let mut arguments =
            vec!["serve", "--listen", "127.0.0.1:PORT", "--refresh-interval", "1h", "--mirror", &mirror];
        let (config, state) = (config.to_string_lossy(), folder.to_string_lossy());
        arguments.extend(["--config", &config, "--state-dir", &state]);
        // What is still answered for connections that have gone must not take the places of the next ones.
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

    async fn ask(&self, text: &str, variables: &Value) -> String {
        let body = json!({ "query": text, "variables": variables });
        let request = self.client.post(format!("http://127.0.0.1:{}/graphql", self.port)).json(&body);
        let response = request.send().await.expect("the server answers");
        response.text().await.expect("the answer is text")
    }

    async fn data(&self, text: &str, variables: &Value) -> Value {
        let answer: Value = serde_json::from_str(&self.ask(text, variables).await).expect("the answer is JSON");
        assert!(answer.get("errors").is_none(), "{}: {answer}", self.name);
        answer["data"].clone()
    }

    /// Every organisation with what belongs to it.
    pub async fn everything(&self) -> Vec<Value> {
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

    /// Writes the first answer to each question into a folder.
    pub async fn keep_answers(&self, questions: &[Question], folder: &Path) {
        fs::create_dir_all(folder).expect("there is room for files");
        for question in questions {
            let answer = self.ask(question.text, &question.variables[0]).await;
            fs::write(folder.join(question.name).with_extension("json"), answer).expect("there is room for files");
        }
    }

    /// Makes sure that this server and the gateway answer alike.
    pub async fn compare(&self, questions: &[Question], gateway: &Self) {
        for question in questions {
            for variables in &question.variables {
                let (found, expected) =
                    (self.data(question.text, variables).await, gateway.data(question.text, variables).await);
                let shown = |answer: &Value| answer.to_string().chars().take(500).collect::<String>();
                let (name, asked) = (&self.name, question.name);
                assert!(
                    found == expected,
                    "{name} answers `{asked}` otherwise:\n{}\n{}",
                    shown(&found),
                    shown(&expected)
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

/// The ids of organisations that have something of every kind.
pub fn busy(all: &[Value]) -> Vec<&str> {
    let has = |organisation: &Value, field: &str| {
        let list = &organisation[field];
        list.as_array().or_else(|| list["nodes"].as_array()).is_some_and(|items| !items.is_empty())
    };
    let all = all.iter().filter(|organisation| {
        ["fundedProjects", "accreditations", "tenancies"].into_iter().all(|field| has(organisation, field))
    });
    all.filter_map(|organisation| organisation["id"].as_str()).take(200).collect()
}
