//! Builds the graph of the fixtures and queries it.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use async_graphql::Request;
use lionrock::{
    api,
    linking::Curated,
    refresh::{Refresher, Settings, overrides::Overrides},
    upstream::fetch::{Bounds, FetchMode},
};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::local_upstream::LocalUpstream;

/// Settings that fetch from a local upstream and do not wait long.
pub fn settings(upstream: &LocalUpstream) -> Settings {
    Settings {
        way: FetchMode::Mirror(upstream.base.parse().unwrap()),
        bounds: Bounds {
            backoff: Duration::from_millis(5),
            time: Duration::from_secs(2),
            body: 4 << 20,
            ..Bounds::default()
        },
        ..offline()
    }
}

/// Settings without any connection: the bundle alone.
pub fn offline() -> Settings {
    Settings {
        way: FetchMode::Offline,
        bounds: Bounds::default(),
        contact: None,
        private_hosts: Vec::new(),
        state_dir: None,
        keep_personal_data: false,
        pace: None,
        overrides: Overrides::default(),
        curated: Curated::embedded(),
        shared: None,
    }
}

/// The graph of what a local upstream serves now.
pub async fn fetched(upstream: &LocalUpstream) -> Arc<Refresher> {
    let refresher = Arc::new(Refresher::start(settings(upstream)).unwrap());
    refresher.refresh_all().await;
    refresher
}

/// The graph of the fixtures, fetched once for all tests that change nothing.
pub fn fixtures() -> Arc<Refresher> {
    static FETCHED: LazyLock<Arc<Refresher>> = LazyLock::new(|| {
        let fetching = || Runtime::new().unwrap().block_on(async { fetched(&LocalUpstream::start().await).await });
        std::thread::spawn(fetching).join().unwrap()
    });
    FETCHED.clone()
}

/// The graph of the bundle, read once for all tests that change nothing.
pub fn bundle() -> Arc<Refresher> {
    static READ: LazyLock<Arc<Refresher>> = LazyLock::new(|| Arc::new(Refresher::start(offline()).unwrap()));
    READ.clone()
}

/// The answer to a query, errors and all.
pub async fn answer(refresher: &Refresher, query: &str) -> Value {
    static SCHEMA: LazyLock<api::Graphql> = LazyLock::new(|| api::build(api::Subgraph::Whole));
    let request = api::on(&refresher.view(), Request::new(query));
    serde_json::to_value(SCHEMA.execute(request).await).unwrap()
}

/// The data of an answer without errors.
pub async fn ask(refresher: &Refresher, query: &str) -> Value {
    let answer = answer(refresher, query).await;
    assert_eq!(answer.get("errors"), None, "{query}");
    answer["data"].clone()
}
