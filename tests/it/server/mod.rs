//! The gateway over HTTP.

use std::sync::Arc;

use lionrock::{
    refresh::{Refresher, Settings},
    server::{Gateway, ServeOptions, documents::Documents},
};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot};

use crate::gateway::bundle;

mod caches;
mod clients;
mod documents;
mod fairness;
mod hostile;
mod http;
mod http_caching;
mod lifecycle;
mod limits;
mod live;
mod negotiation;
mod page;
mod raw_request_cache;
#[cfg(target_os = "linux")]
mod revoked;
mod shared_events;
mod socket;
mod subgraph;
mod validity;

/// A gateway in this process.
pub struct TestServer {
    base: String,
    stop: Option<oneshot::Sender<()>>,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

async fn start() -> TestServer {
    start_with(ServeOptions::default(), Documents::new([], false)).await
}

async fn start_with(options: ServeOptions, documents: Documents) -> TestServer {
    serve(bundle(), options, documents).await
}

/// Starts a gateway with its own graph and metrics, so that other tests do not change the counts.
async fn start_isolated(options: ServeOptions) -> TestServer {
    serve(Arc::new(Refresher::start(Settings::offline()).unwrap()), options, Documents::new([], false)).await
}

async fn serve(graph: Arc<Refresher>, options: ServeOptions, documents: Documents) -> TestServer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let gateway = Gateway::with(graph, options, documents);
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(gateway.serve(listener, async { drop(stopped.await) }));
    TestServer { base, stop: Some(stop), task }
}

async fn post(server: &TestServer, body: &str) -> Response {
    let request = Client::new().post(format!("{}/graphql", server.base)).header("content-type", "application/json");
    request.body(body.to_owned()).send().await.unwrap()
}

/// Sends a request body and returns the parsed response, including errors.
async fn execute(server: &TestServer, body: &Value) -> Value {
    post(server, &body.to_string()).await.json().await.unwrap()
}

/// The URL of a GET request with these parameters.
fn graphql_url(server: &TestServer, parameters: &[(&str, &str)]) -> reqwest::Url {
    let mut url = reqwest::Url::parse(&format!("{}/graphql", server.base)).unwrap();
    url.query_pairs_mut().extend_pairs(parameters);
    url
}

fn content_type(response: &Response) -> &str {
    response.headers()["content-type"].to_str().unwrap()
}

/// The code of the first error in a response.
fn error_code(response: &Value) -> &str {
    response["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no code: {response}"))
}

/// A request body that contains only a query.
fn query(text: &str) -> Value {
    json!({ "query": text })
}
