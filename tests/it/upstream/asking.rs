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

const QUESTION: &str = "{
    datasets { plan recordCount freshness ageSeconds }
    itf { projects(first: 3) { totalCount nodes { id title { en } provenance { dataset { plan } row } } } }
    companies(first: 1) { totalCount nodes { name { en } mentions(first: 1) { totalCount } } }
}";

/// A task that asks until it is told to stop.
pub struct Asking {
    stop: Arc<AtomicBool>,
    task: JoinHandle<usize>,
}

impl Asking {
    pub fn begin(graph: &Arc<Refresher>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn({
            let (graph, stop, schema) = (graph.clone(), stop.clone(), api::build(api::subgraph::Subgraph::Whole));
            async move {
                let mut answers = 0;
                while answers == 0 || !stop.load(Ordering::Relaxed) {
                    let answer = schema.execute(api::on(&graph.view(), Request::new(QUESTION))).await;
                    assert_whole(&serde_json::to_value(answer).unwrap());
                    answers += 1;
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                answers
            }
        });
        Self { stop, task }
    }

    /// Stops asking. Fails if any answer was not whole.
    pub async fn end(self) -> usize {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await.unwrap()
    }
}

/// An answer without errors, of all datasets, from one graph, with its rows.
fn assert_whole(answer: &Value) {
    assert_eq!(answer.get("errors"), None, "{answer}");
    let (datasets, projects) = (answer["data"]["datasets"].as_array().unwrap(), &answer["data"]["itf"]["projects"]);
    assert_eq!(datasets.len(), 60);
    let count = |plan: &str| {
        let dataset = datasets.iter().find(|dataset| dataset["plan"] == plan).unwrap();
        dataset["recordCount"].as_u64().unwrap()
    };
    assert_eq!(json!(count("D36") + count("N2")), projects["totalCount"], "two graphs in one answer");
    let nodes = projects["nodes"].as_array().unwrap();
    assert!(nodes.len() == 3 && nodes.iter().all(|node| node["provenance"]["dataset"]["plan"] == "D36"), "{answer}");
    assert!(answer["data"]["companies"]["totalCount"].as_u64().unwrap() > 0, "{answer}");
}
