//! Measures one request within the server, from request body to response body: `cargo bench --bench answers`.
//!
//! The queries of `examples/` run over the bundle in three ways: as a new document, as a known document, and with a
//! cached response. `make bench` compares whole servers.

use std::{fs, path::Path, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header::CONTENT_TYPE},
};
use divan::Bencher;
use lionrock::{
    refresh::{Refresher, Settings},
    server::{Gateway, ServeOptions, documents::Documents, entry::EntryPoint},
};
use mimalloc::MiMalloc;
use tokio::runtime::Runtime;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The number of requests before the measurement. The server then knows that the query is fast.
const WARM_UP_REQUESTS: usize = 100;

fn main() {
    divan::main();
}

#[divan::bench(args = requests())]
fn new_document(bencher: Bencher<'_, '_>, request: &NamedRequest) {
    bench_request(bencher, request, 0, 0);
}

#[divan::bench(args = requests())]
fn known_document(bencher: Bencher<'_, '_>, request: &NamedRequest) {
    bench_request(bencher, request, 0, 32 << 20);
}

#[divan::bench(args = requests())]
fn cached_response(bencher: Bencher<'_, '_>, request: &NamedRequest) {
    bench_request(bencher, request, 64 << 20, 32 << 20);
}

fn bench_request(bencher: Bencher<'_, '_>, request: &NamedRequest, response_cache: u64, document_cache: u64) {
    let runtime = Runtime::new().expect("the runtime starts");
    let _runtime_context = runtime.enter();
    let options = ServeOptions { response_cache, document_cache, ..ServeOptions::default() };
    let refresher = Refresher::start(Settings::offline()).expect("the bundle is always readable");
    let entry_point = Gateway::with(Arc::new(refresher), options, Documents::new([], false)).front();
    for _ in 0..WARM_UP_REQUESTS {
        runtime.block_on(send(&entry_point, &request.body));
    }
    bencher.bench_local(|| runtime.block_on(send(&entry_point, &request.body)));
}

async fn send(entry_point: &EntryPoint, body: &str) -> usize {
    let request = Request::post("/graphql").header(CONTENT_TYPE, "application/json").body(Body::from(body.to_owned()));
    let response = entry_point.answer(request.expect("the request is valid"), None).await;
    assert_eq!(response.status(), StatusCode::OK);
    to_bytes(response.into_body(), usize::MAX).await.expect("the body is in memory").len()
}

/// A request body with the name of its example file.
struct NamedRequest {
    name: String,
    body: String,
}

impl std::fmt::Display for NamedRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

fn requests() -> Vec<NamedRequest> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let entries =
        fs::read_dir(folder).expect("`examples/` exists").map(|entry| entry.expect("`examples/` can be read").path());
    let mut paths: Vec<_> = entries.filter(|path| path.extension().is_some_and(|end| end == "graphql")).collect();
    paths.sort();
    let request = |path: std::path::PathBuf| {
        let text = fs::read_to_string(&path).expect("an example can be read");
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        NamedRequest { name, body: serde_json::json!({ "query": text }).to_string() }
    };
    paths.into_iter().map(request).collect()
}
