//! Builds the graph of the fixtures and queries it.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use async_graphql::Request;
use lionrock::{
    api,
    refresh::{Refresher, Settings},
    upstream::fetch::{Bounds, FetchMode},
};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::local_upstream::LocalUpstream;

/// Settings that fetch from a local upstream with short timeouts.
pub fn settings(upstream: &LocalUpstream) -> Settings {
    Settings {
        way: FetchMode::Mirror(upstream.base.parse().unwrap()),
        bounds: Bounds {
            backoff: Duration::from_millis(5),
            time: Duration::from_secs(2),
            body: 4 << 20,
            ..Bounds::default()
        },
        ..Settings::offline()
    }
}

/// Fetches every dataset from a local upstream and returns the refresher.
pub async fn fetched(upstream: &LocalUpstream) -> Arc<Refresher> {
    let refresher = Arc::new(Refresher::start(settings(upstream)).unwrap());
    refresher.refresh_all().await;
    refresher
}

/// The graph of the fixtures. It is fetched once and shared by the tests that do not change it.
pub fn fixtures() -> Arc<Refresher> {
    static FETCHED: LazyLock<Arc<Refresher>> = LazyLock::new(|| {
        let fetching = || Runtime::new().unwrap().block_on(async { fetched(&LocalUpstream::start().await).await });
        std::thread::spawn(fetching).join().unwrap()
    });
    FETCHED.clone()
}

/// The graph of the bundle. It is read once and shared by the tests that do not change it.
pub fn bundle() -> Arc<Refresher> {
    static READ: LazyLock<Arc<Refresher>> = LazyLock::new(|| Arc::new(Refresher::start(Settings::offline()).unwrap()));
    READ.clone()
}

/// Executes a query and returns the whole response, including errors.
pub async fn execute(refresher: &Refresher, query: &str) -> Value {
    static SCHEMA: LazyLock<api::Graphql> = LazyLock::new(|| api::build(api::Subgraph::Whole));
    let request = api::on(&refresher.view(), Request::new(query));
    serde_json::to_value(SCHEMA.execute(request).await).unwrap()
}

/// Executes a query and returns its data. Fails if the response has errors.
pub async fn query_data(refresher: &Refresher, query: &str) -> Value {
    let response = execute(refresher, query).await;
    assert_eq!(response.get("errors"), None, "{query}");
    response["data"].clone()
}
