//! A client that sends queries continuously and fails on any incomplete response.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_graphql::Request;
use lionrock::{api, refresh::Refresher};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

const QUERY: &str = "{
    datasets { plan recordCount freshness ageSeconds }
    itf { projects(first: 3) { totalCount nodes { id title { en } provenance { dataset { plan } row } } } }
    companies(first: 1) { totalCount nodes { name { en } mentions(first: 1) { totalCount } } }
}";

/// A task that sends queries until it is stopped.
pub struct BackgroundQueries {
    stop: Arc<AtomicBool>,
    task: JoinHandle<usize>,
}

impl BackgroundQueries {
    /// Starts the task.
    pub fn start(graph: &Arc<Refresher>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn({
            let (graph, stop, schema) = (graph.clone(), stop.clone(), api::build(api::subgraph::Subgraph::Whole));
            async move {
                let mut responses = 0;
                while responses == 0 || !stop.load(Ordering::Relaxed) {
                    let response = schema.execute(api::on(&graph.view(), Request::new(QUERY))).await;
                    assert_complete(&serde_json::to_value(response).unwrap());
                    responses += 1;
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                responses
            }
        });
        Self { stop, task }
    }

    /// Stops the task and returns the number of responses. Fails if a response was incomplete.
    pub async fn finish(self) -> usize {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await.unwrap()
    }
}

/// Asserts that a response has no errors, contains all datasets and their rows, and comes from a single graph.
fn assert_complete(response: &Value) {
    assert_eq!(response.get("errors"), None, "{response}");
    let (datasets, projects) = (response["data"]["datasets"].as_array().unwrap(), &response["data"]["itf"]["projects"]);
    assert_eq!(datasets.len(), 60);
    let count = |plan: &str| {
        let dataset = datasets.iter().find(|dataset| dataset["plan"] == plan).unwrap();
        dataset["recordCount"].as_u64().unwrap()
    };
    assert_eq!(json!(count("D36") + count("N2")), projects["totalCount"], "two graphs in one response");
    let nodes = projects["nodes"].as_array().unwrap();
    assert!(nodes.len() == 3 && nodes.iter().all(|node| node["provenance"]["dataset"]["plan"] == "D36"), "{response}");
    assert!(response["data"]["companies"]["totalCount"].as_u64().unwrap() > 0, "{response}");
}
