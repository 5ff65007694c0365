//! Runs a complete gateway with fictional publishers. One port serves the fixtures as an upstream. The gateway fetches
//! them and serves the graph on another port.
//!
//! ```sh
//! cargo run --example demo
//! ```

#[path = "../tests/support/fixtures.rs"]
mod fixtures;

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Uri},
    response::IntoResponse,
};
use fixtures::ServedFile;
use lionrock::{
    cli::{config::ObservabilityArgs, telemetry::Telemetry},
    refresh::{Refresher, Settings},
    server::Gateway,
    upstream::fetch::FetchMode,
};
use tokio::net::TcpListener;

async fn file(
    State(files): State<Arc<HashMap<String, ServedFile>>>,
    uri: Uri,
    headers: HeaderMap,
) -> impl IntoResponse {
    fixtures::file_response(files.get(&fixtures::requested_address(&uri)), &headers)
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    Telemetry::start(&ObservabilityArgs::default(), "info")?;
    let upstream = TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://{}", upstream.local_addr()?);
    let publishers = Router::new().fallback(file).with_state(Arc::new(fixtures::load()));
    tokio::spawn(async move { axum::serve(upstream, publishers).await });

    let settings = Settings { way: FetchMode::Mirror(base.parse()?), ..Settings::offline() };
    let refresher = Arc::new(Refresher::start(settings)?);
    refresher.refresh_all().await;

    let listener = TcpListener::bind("127.0.0.1:4000").await.or(TcpListener::bind("127.0.0.1:0").await)?;
    let address = listener.local_addr()?;
    println!("Fictional publishers: {base}/");
    println!("Lionrock: http://{address}/. Example query:");
    println!("  organisation(by: {{ name: \"The Fictional Polytechnic of Lantau\" }})");
    let stop = async { tokio::signal::ctrl_c().await.unwrap_or_default() };
    Ok(Gateway::new(refresher).serve(listener, stop).await?)
}
