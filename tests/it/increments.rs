//! Incremental builds: after each change, the graph reuses its unchanged parts and returns the same responses as a
//! graph built from scratch.

use std::{fs, path::Path, sync::Arc};

use async_graphql::Request;
use lionrock::{
    api::{self, Graphql, subgraph::Subgraph},
    index::Graph,
    publishers::itf::projects::FundedProject,
    refresh::{Refresher, view::View},
    upstream::snapshots::Snapshots,
};
use serde_json::Value;

use crate::{gateway::fetched, local_upstream::LocalUpstream};

const VACANCIES: &str = "https://opendata.hkstp.org/carpark/v1/vacancy";
const PROJECTS: &str = "https://www.itf.gov.hk/datagovhk/annuallist_2023_e.csv";
const TENANTS: &str = "https://opendata.hkstp.org/corporate/companydirectory/v1/";
const JOBS: &str = "https://opendata.hkstp.org/corporate/recruitment/v1/";

/// The queries that are executed on both graphs, in addition to the examples: lists, sort orders, sums and searches.
const QUERIES: [&str; 15] = [
    "{ organisations(first: 100) { totalCount pageInfo { hasNextPage endCursor } nodes { id formerIds name { en zhHant zhHans } kind website names { value mentionCount provenance { row } } possibleMatches { organisation { id } evidence } } } }",
    "{ organisations(first: 20, orderBy: { field: MENTIONS, direction: DESC }) { nodes { id mentions(first: 40) { totalCount nodes { role unit name { en } record { id } link { method evidence } provenance { dataset { plan } row } } } } } }",
    "{ organisations(first: 100, orderBy: { field: FUNDING, direction: DESC }) { nodes { id clusters { en } funding { total { amount } count countWithoutAmount byYear { year total { amount } count } byScheme { kind programme count } } } } }",
    "{ companies(last: 7, orderBy: { field: MENTIONS }) { totalCount nodes { id } pageInfo { hasPreviousPage startCursor } } }",
    r#"{ organisations(filter: { name: "imag" }, orderBy: { field: FUNDING, direction: DESC }) { totalCount nodes { name { en } } } }"#,
    r#"{ organisations(filter: { name: "幻想" }) { totalCount nodes { name { en } } } }"#,
    "{ itf { projects(first: 100, orderBy: { field: TITLE, direction: DESC }) { nodes { id } } } }",
    "{ organisations(first: 100) { nodes { fundedProjects(orderBy: { field: FUNDING }) { nodes { id } } } } }",
    "{ funding(groupBy: []) { total { amount } count countWithoutAmount } }",
    "{ funding(groupBy: [KIND, YEAR, PROGRAMME, CLUSTER]) { kind year programme cluster total { amount } count } }",
    "{ funding(groupBy: [ORGANISATION, CLUSTER]) { organisation { id } cluster total { amount } count } }",
    r#"{ search(text: "imaginary", first: 50) { totalCount edges { score cursor node { id } } } }"#,
    r#"{ search(text: "幻想", first: 50) { totalCount edges { score cursor node { id } } } }"#,
    r#"{ search(text: "applied scientist engineer parking", first: 50) { totalCount edges { node { id } } } }"#,
    "{ hkstpc { carParks { name { en } general { id vacant } electricVehicle { id vacant } } tenancies(first: 50) { totalCount nodes { id organisation { id } } } } }",
];

async fn execute(schema: &Graphql, view: &Arc<View>, query: &str) -> Value {
    let mut response = serde_json::to_value(schema.execute(api::on(view, Request::new(query))).await).unwrap();
    // Freshness depends on the time of the request.
    let datasets = response.pointer_mut("/data/datasets").and_then(Value::as_array_mut);
    for dataset in datasets.into_iter().flatten().filter_map(Value::as_object_mut) {
        dataset.remove("freshness");
    }
    response
}

/// Compares the served graph with a full build from the same snapshots and the previous ids.
async fn assert_matches_full_build(refresher: &Refresher, before: &View, change: &str) {
    let view = refresher.view();
    let snapshots = Arc::new(Snapshots::new(view.graph.snapshots.iter_shared().cloned().collect()));
    let graph = Graph::build(snapshots, &refresher.curated(), before.graph.ledger().clone());
    let schema = api::build(Subgraph::Whole);
    let full = Arc::new(View::new(Arc::new(graph), view.states.clone()));
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let examples = fs::read_dir(examples).unwrap().map(|entry| entry.unwrap().path());
    let examples: Vec<String> = examples
        .filter(|path| path.extension().is_some_and(|extension| extension == "graphql"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    assert!(!examples.is_empty());
    for query in QUERIES.into_iter().chain(examples.iter().map(String::as_str)) {
        let expected = execute(&schema, &full, query).await;
        assert_eq!(expected.get("errors"), None, "{query}");
        assert_eq!(execute(&schema, &view, query).await, expected, "after {change}: {query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_rebuilds_only_the_affected_parts() {
    let upstream = LocalUpstream::start().await;
    let refresher = fetched(&upstream).await;
    let replace = |url: &str, from: &str, to: &str| {
        let body = String::from_utf8(upstream.body(url)).unwrap();
        assert!(body.contains(from), "{url} has {from}");
        upstream.put(url, body.replacen(from, to, 1));
    };
    let later = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/C1/vacancy_later.json")).unwrap();
    let change = |name: &str| match name {
        "a vacancy" => replace(VACANCIES, "123", "77"),
        "fewer car parks" => upstream.put(VACANCIES, later.clone()),
        "an amount" => replace(PROJECTS, "10.5", "9.25"),
        "a title" => replace(PROJECTS, "Bridge Inspector", "Tunnel Inspector"),
        "another applicant" => replace(PROJECTS, "Never-Never Semiconductor Limited", "Perhaps Semiconductor Limited"),
        "another tenant" => replace(TENANTS, "Imaginary", "Imaginable"),
        "one job less" => {
            let mut jobs: Value = serde_json::from_slice(&upstream.body(JOBS)).unwrap();
            jobs["value"].as_array_mut().unwrap().remove(0);
            upstream.put(JOBS, jobs.to_string());
        }
        unknown => unreachable!("{unknown}"),
    };
    for (name, plan, same_links, same_sums) in [
        ("a vacancy", "C1", true, true),
        ("fewer car parks", "C1", true, true),
        ("an amount", "D36", true, false),
        ("a title", "D36", true, false),
        ("another applicant", "D36", false, false),
        ("another tenant", "D27", false, false),
        ("one job less", "D28", false, false),
    ] {
        let before = refresher.view();
        // Builds the search index, so that the next graph can reuse it.
        before.graph.search_index();
        change(name);
        refresher.refresh_some(|source| source.dataset.plan == plan).await;
        let now = refresher.view();
        assert!(!Arc::ptr_eq(&before.graph, &now.graph), "{name} builds a new graph");
        assert_eq!(now.graph.is_linked_as(&before.graph), same_links, "{name}");
        assert_eq!(now.graph.is_summed_as(&before.graph), same_sums, "{name}");
        let orders = |view: &View| std::ptr::from_ref(view.graph.snapshots.rows::<FundedProject>().sorted(0));
        assert_eq!(orders(&now) == orders(&before), plan != "D36", "{name}");
        assert_matches_full_build(&refresher, &before, name).await;
    }
}
