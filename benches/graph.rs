//! Measures the graph: building it from snapshots, rebuilding it after a change, and querying it.
//!
//! `cargo bench --bench graph`. `LIONROCK_BENCH_LARGE=1` adds scale 25, a million rows. The column `max alloc` is the
//! peak of allocated memory.

mod fiction;

use std::sync::{Arc, Mutex};

use async_graphql::Request;
use divan::{AllocProfiler, Bencher};
use fiction::Fiction;
use lionrock::{
    api::{self, subgraph::Subgraph},
    index::Graph,
    linking::{Curated, IdLedger},
    publishers,
    refresh::{state::DatasetState, view::View},
    upstream::snapshots::Snapshots,
};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

fn scales() -> Vec<usize> {
    if std::env::var_os("LIONROCK_BENCH_LARGE").is_some() { vec![1, 25] } else { vec![1] }
}

fn build_graph(snapshots: Snapshots, curated: &Arc<Curated>) -> Graph {
    Graph::build(Arc::new(snapshots), curated, IdLedger::default())
}

/// Decodes and reads the files into snapshots.
#[divan::bench(args = scales(), sample_count = 3, sample_size = 1)]
fn read(bencher: Bencher<'_, '_>, scale: usize) {
    let fiction = Fiction::of(scale);
    bencher.bench_local(|| fiction.snapshots());
}

/// Builds a graph from snapshots: links names and indexes records.
#[divan::bench(args = scales(), sample_count = 3, sample_size = 1)]
fn build(bencher: Bencher<'_, '_>, scale: usize) {
    let snapshots = Arc::new(Fiction::of(scale).snapshots());
    let curated = Arc::new(Curated::embedded());
    bencher.bench_local(|| Graph::build(snapshots.clone(), &curated, IdLedger::default()));
}

/// Builds the search index.
#[divan::bench(args = scales(), sample_count = 3, sample_size = 1)]
fn search_index(bencher: Bencher<'_, '_>, scale: usize) {
    let fiction = Fiction::of(scale);
    let curated = Arc::new(Curated::embedded());
    bencher.with_inputs(|| build_graph(fiction.snapshots(), &curated)).bench_local_values(|graph| {
        graph.search_index();
        graph
    });
}

/// Builds the next graph after a change in one dataset.
#[divan::bench(args = changes(), sample_count = 3, sample_size = 1)]
fn next(bencher: Bencher<'_, '_>, (scale, change): &(usize, Change)) {
    let fiction = Fiction::of(*scale);
    let curated = Arc::new(Curated::embedded());
    let graph = build_graph(fiction.snapshots(), &curated);
    graph.search_index();
    let body = change.body(&fiction);
    bencher.with_inputs(|| Arc::new(fiction::with(&graph.snapshots, change.plan(), &body))).bench_local_values(
        |snapshots| {
            let next = graph.next(snapshots, &curated);
            next.search_index();
            next
        },
    );
}

/// A change in one dataset.
#[derive(Clone, Copy, Debug)]
enum Change {
    Vacancies,
    Cluster,
    Name,
}

impl Change {
    const fn plan(self) -> &'static str {
        match self {
            Self::Vacancies => "C1",
            Self::Cluster => "D27",
            Self::Name => "D3",
        }
    }

    fn body(self, fiction: &Fiction) -> String {
        match self {
            Self::Vacancies => fiction::car_parks(77),
            Self::Cluster => fiction.body("D27").replacen("Electronics", "Electronics and more", 1),
            Self::Name => fiction.body("D3").replacen("Pretend", "Pretended", 1),
        }
    }
}

fn changes() -> Vec<(usize, Change)> {
    let of = |scale| [Change::Vacancies, Change::Cluster, Change::Name].map(|change| (scale, change));
    scales().into_iter().flat_map(of).collect()
}

/// Runs one query, from its text to the JSON response.
#[divan::bench(args = queries())]
fn query(bencher: Bencher<'_, '_>, BenchQuery { scale, text, .. }: &BenchQuery) {
    let view = view(*scale);
    let schema = api::build(Subgraph::Whole);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime without drivers");
    let run = || {
        let response = runtime.block_on(schema.execute(api::on(&view, Request::new(text))));
        assert!(response.errors.is_empty(), "{:?}", response.errors);
        serde_json::to_string(&response).expect("a response is valid JSON")
    };
    bencher.bench_local(run);
}

/// Returns the graph of a scale. Each graph is built once.
fn view(scale: usize) -> Arc<View> {
    static VIEWS: Mutex<Vec<(usize, Arc<View>)>> = Mutex::new(Vec::new());
    let mut views = VIEWS.lock().expect("the lock is not poisoned");
    if let Some((_, view)) = views.iter().find(|(of, _)| *of == scale) {
        return view.clone();
    }
    let graph = build_graph(Fiction::of(scale).snapshots(), &Arc::new(Curated::embedded()));
    let states = publishers::sources().into_iter().map(DatasetState::unknown).collect();
    let view = Arc::new(View::new(Arc::new(graph), states));
    views.push((scale, view.clone()));
    view
}

/// A query with a name, for one scale.
struct BenchQuery {
    scale: usize,
    name: &'static str,
    text: String,
}

impl std::fmt::Debug for BenchQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at scale {}", self.name, self.scale)
    }
}

fn queries() -> Vec<BenchQuery> {
    let joined = "id name { en } funding { total { amount } } fundedProjects(first: 3) { nodes { reference title { en } year funding { amount } } } accreditations { nodes { registrationNumber testCategories { en } } } tenancies: tenanciesConnection { nodes { name { en } cluster { en } website } }";
    let named = |part: &str| {
        format!(
            "{{ organisations(first: 20, orderBy: {{ field: FUNDING, direction: DESC }}, filter: {{ name: {part:?} }}) {{ nodes {{ {joined} }} }} }}"
        )
    };
    let (rare, _) = fiction::names::firm(1234);
    let queries = [
        ("one", format!("{{ organisation(by: {{ name: {rare:?} }}) {{ {joined} }} }}")),
        (
            "top",
            "{ organisations(first: 50, orderBy: { field: FUNDING, direction: DESC }) { nodes { id name { en } funding { total { amount } } fundedProjects(first: 5) { nodes { reference title { en } year funding { amount } } } } } }".to_owned(),
        ),
        (
            "top, ordered",
            "{ organisations(first: 50, orderBy: { field: FUNDING, direction: DESC }) { nodes { id fundedProjects(first: 5, orderBy: { field: REFERENCE }) { nodes { reference } } } } }".to_owned(),
        ),
        (
            "grants, ordered",
            "{ itc { businessGrants(first: 20, orderBy: { field: ENTERPRISE_NAME, direction: DESC }) { nodes { id enterpriseName { en } } } } }".to_owned(),
        ),
        (
            "grants, ordered, rare",
            format!(
                "{{ itc {{ businessGrants(first: 20, orderBy: {{ field: APPROVED, direction: DESC }}, filter: {{ enterpriseName: {rare:?} }}) {{ nodes {{ id }} }} }} }}"
            ),
        ),
        (
            "sums",
            r#"{ funding(groupBy: [YEAR, PROGRAMME], filter: { clusters: ["Electronics"] }) { year programme count total { amount } } }"#.to_owned(),
        ),
        ("named, common", named("tech")),
        ("named, rare", named(&rare[..rare.len() - 6])),
        ("suggest, one letter", r#"{ suggest(text: "p") { nodeId name } }"#.to_owned()),
        ("suggest", r#"{ suggest(text: "pretend fantapre te") { nodeId type name snippet { text } } }"#.to_owned()),
        ("suggest, mistyped", r#"{ suggest(text: "pretned biotech") { nodeId name } }"#.to_owned()),
        ("search", r#"{ search(text: "pretend robotics") { totalCount nodes { id } } }"#.to_owned()),
        ("counted", r#"{ companies(filter: { name: "tech" }) { totalCount } }"#.to_owned()),
    ];
    let of = |scale| queries.clone().map(|(name, text)| BenchQuery { scale, name, text });
    scales().into_iter().flat_map(of).collect()
}
