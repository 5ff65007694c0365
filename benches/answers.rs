//! Measures one request within the server, from request body to response body: `cargo bench --bench answers`.
//!
//! The queries of `examples/` run over the bundle in three ways: as a new document, as a known document, and with a cached
//! response. `make bench` compares whole servers.

use std::{fs, path::Path, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header::CONTENT_TYPE},
};
use divan::Bencher;
use lionrock::{
    linking::Curated,
    refresh::{Refresher, Settings, overrides::Overrides},
    server::{Gateway, ServeOptions, documents::Documents, entry::EntryPoint},
    upstream::fetch::{Bounds, FetchMode},
};
use mimalloc::MiMalloc;
use tokio::runtime::Runtime;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The number of requests before the measurement. After them the server knows that the query is fast.
const BEFORE: usize = 100;

fn main() {
    divan::main();
}

#[divan::bench(args = questions())]
fn new_document(bencher: Bencher<'_, '_>, question: &Question) {
    ask(bencher, question, 0, 0);
}

#[divan::bench(args = questions())]
fn known_document(bencher: Bencher<'_, '_>, question: &Question) {
    ask(bencher, question, 0, 32 << 20);
}

#[divan::bench(args = questions())]
fn cached_response(bencher: Bencher<'_, '_>, question: &Question) {
    ask(bencher, question, 64 << 20, 32 << 20);
}

fn ask(bencher: Bencher<'_, '_>, question: &Question, response_cache: u64, document_cache: u64) {
    let runtime = Runtime::new().expect("the runtime starts");
    let _on_it = runtime.enter();
    let options = ServeOptions { response_cache, document_cache, ..ServeOptions::default() };
    let refresher = Refresher::start(bundle()).expect("the bundle is always readable");
    let front = Gateway::with(Arc::new(refresher), options, Documents::new([], false)).front();
    for _ in 0..BEFORE {
        runtime.block_on(answer(&front, &question.body));
    }
    bencher.bench_local(|| runtime.block_on(answer(&front, &question.body)));
}

async fn answer(front: &EntryPoint, body: &str) -> usize {
    let request = Request::post("/graphql").header(CONTENT_TYPE, "application/json").body(Body::from(body.to_owned()));
    let response = front.answer(request.expect("a request"), None).await;
    assert_eq!(response.status(), StatusCode::OK);
    to_bytes(response.into_body(), usize::MAX).await.expect("the body is in memory").len()
}

fn bundle() -> Settings {
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

/// A request body, named after the file of its query.
struct Question {
    name: String,
    body: String,
}

impl std::fmt::Display for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

fn questions() -> Vec<Question> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let entries = fs::read_dir(folder).expect("the examples are there").map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<_> = entries.filter(|path| path.extension().is_some_and(|end| end == "graphql")).collect();
    paths.sort();
    let question = |path: std::path::PathBuf| {
        let text = fs::read_to_string(&path).expect("an example can be read");
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Question { name, body: serde_json::json!({ "query": text }).to_string() }
    };
    paths.into_iter().map(question).collect()
}
