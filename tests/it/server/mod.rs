//! The gateway over HTTP.

use std::sync::Arc;

use lionrock::{
    refresh::Refresher,
    server::{Gateway, ServeOptions, documents::Documents},
};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot};

use crate::gateway::{bundle, offline};

mod caches;
mod caching;
mod clients;
mod documents;
mod fairness;
mod hostile;
mod http;
mod life;
mod limits;
mod live;
mod negotiation;
mod page;
mod sent;
mod shared_events;
mod socket;
mod subgraph;
mod validity;

/// A gateway over the bundle, in this process.
pub struct Running {
    base: String,
    stop: Option<oneshot::Sender<()>>,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

async fn start() -> Running {
    start_with(ServeOptions::default(), Documents::new([], false)).await
}

async fn start_with(options: ServeOptions, documents: Documents) -> Running {
    serve(bundle(), options, documents).await
}

/// A gateway whose metrics count its own requests only.
async fn start_counted(options: ServeOptions) -> Running {
    serve(Arc::new(Refresher::start(offline()).unwrap()), options, Documents::new([], false)).await
}

async fn serve(graph: Arc<Refresher>, options: ServeOptions, documents: Documents) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let gateway = Gateway::with(graph, options, documents);
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(gateway.serve(listener, async { drop(stopped.await) }));
    Running { base, stop: Some(stop), task }
}

async fn post(running: &Running, body: &str) -> Response {
    let request = Client::new().post(format!("{}/graphql", running.base)).header("content-type", "application/json");
    request.body(body.to_owned()).send().await.unwrap()
}

/// The answer to a request, errors and all.
async fn answer(running: &Running, body: &Value) -> Value {
    post(running, &body.to_string()).await.json().await.unwrap()
}

/// The address of a GET request with these parameters.
fn address(running: &Running, parameters: &[(&str, &str)]) -> reqwest::Url {
    let mut address = reqwest::Url::parse(&format!("{}/graphql", running.base)).unwrap();
    address.query_pairs_mut().extend_pairs(parameters);
    address
}

fn content_type(response: &Response) -> &str {
    response.headers()["content-type"].to_str().unwrap()
}

/// The code of an answer's first error.
fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no code: {answer}"))
}

/// The body of a request with nothing but a query.
fn query(text: &str) -> Value {
    json!({ "query": text })
}
