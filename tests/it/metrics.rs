//! `/metrics` in the formats of Prometheus.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use lionrock::{refresh::Refresher, server::Gateway};
use reqwest::{Client, StatusCode, header};
use tokio::net::TcpListener;

use crate::{
    gateway::settings,
    local_upstream::{Fault, LocalUpstream},
    process::Process,
};

/// Samples: the value of each name and label set.
type Samples = BTreeMap<(String, String), f64>;

/// Parses the text format strictly. Each metric family must be described once, before its samples. The sample names
/// must match its type. Histograms must be cumulative, and the last bucket must equal the count.
fn parse(text: &str) -> Samples {
    let mut help = BTreeSet::new();
    let mut types: BTreeMap<String, String> = BTreeMap::new();
    let mut samples = Samples::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, words) = rest.split_once(' ').unwrap();
            assert!(help.insert(name.to_owned()) && words.len() > 10, "{line}");
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert!(help.contains(name) && types.insert(name.to_owned(), kind.to_owned()).is_none(), "{line}");
        } else {
            let (series, value) = line.rsplit_once(' ').unwrap();
            let (name, labels) = match series.split_once('{') {
                Some((name, labels)) => (name, labels.strip_suffix('}').unwrap()),
                None => (series, ""),
            };
            assert!(name.starts_with(|c: char| c.is_ascii_lowercase()), "{line}");
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{line}");
            for label in labels.split(',').filter(|label| !label.is_empty()) {
                let (key, text) = label.split_once("=\"").unwrap();
                assert!(key.chars().all(|c| c.is_ascii_lowercase()) && text.ends_with('"'), "{line}");
            }
            let is_described = types.iter().any(|(family, kind)| match kind.as_str() {
                "histogram" => ["_bucket", "_sum", "_count"].iter().any(|end| name == format!("{family}{end}")),
                "counter" => name == family && name.ends_with("_total"),
                _ => name == family,
            });
            assert!(is_described, "{line}");
            let known = samples.insert((name.to_owned(), labels.to_owned()), value.parse().unwrap());
            assert_eq!(known, None, "{line}");
        }
    }
    for (family, _) in types.iter().filter(|(_, kind)| *kind == "histogram") {
        let infinite: Vec<_> = samples
            .iter()
            .filter(|((name, labels), _)| *name == format!("{family}_bucket") && labels.contains("le=\"+Inf\""))
            .collect();
        let counts: Vec<_> = samples.iter().filter(|((name, _), _)| *name == format!("{family}_count")).collect();
        let (infinite_sum, counted): (f64, f64) =
            (infinite.iter().map(|(_, n)| **n).sum(), counts.iter().map(|(_, n)| **n).sum());
        assert!((infinite_sum - counted).abs() < 0.5, "{family}: {infinite_sum} {counted}");
        let bucket_values =
            samples.iter().filter(|((name, _), _)| *name == format!("{family}_bucket")).map(|(_, n)| *n);
        assert!(bucket_values.fold(0.0, f64::max) <= infinite.iter().map(|(_, n)| **n).fold(0.0, f64::max), "{family}");
    }
    samples
}

fn value(samples: &Samples, name: &str, labels: &str) -> Option<f64> {
    samples.get(&(name.to_owned(), labels.to_owned())).copied()
}

async fn get(url: String, accept: &str) -> (String, String) {
    let response = Client::new().get(url).header(header::ACCEPT, accept).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let media_type = response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
    (media_type, response.text().await.unwrap())
}

const LIST_2019: &str = "https://www.itf.gov.hk/datagovhk/annuallist_2019_e.csv";

#[tokio::test]
async fn metrics_report_datasets_fetches_and_requests() {
    let upstream = LocalUpstream::start().await;
    upstream.set_fault(LIST_2019, Fault::Status { status: 500, retry_after: None, times: usize::MAX });
    let refresher = Arc::new(Refresher::start(settings(&upstream)).unwrap());
    refresher.refresh_all().await;
    refresher.refresh_all().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(Gateway::new(refresher).serve(listener, std::future::pending()));
    for path in ["/graphql?query=%7Bpublishers%7Bid%7D%7D", "/health", "/no/such/place", "/nor/this"] {
        Client::new().get(format!("{base}{path}")).send().await.unwrap();
    }
    let (media_type, text) = get(format!("{base}/metrics"), "*/*").await;
    assert_eq!(media_type, "text/plain; version=0.0.4; charset=utf-8");
    let samples = parse(&text);
    let of = |name: &str, labels: &str| value(&samples, name, labels);

    assert_eq!(of("lionrock_dataset_status", "dataset=\"D36\",status=\"degraded\""), Some(1.0));
    assert_eq!(of("lionrock_dataset_status", "dataset=\"D36\",status=\"ok\""), Some(0.0));
    assert_eq!(of("lionrock_dataset_status", "dataset=\"D5\",status=\"ok\""), Some(1.0));
    assert_eq!(of("lionrock_dataset_rows", "dataset=\"D27\""), Some(12.0));
    assert_eq!(of("lionrock_datasets_with_storage_error", ""), Some(0.0));
    assert!(of("lionrock_dataset_rejected_rows", "dataset=\"D3\"").is_some_and(|rejects| rejects > 0.0));
    assert!(of("lionrock_dataset_age_seconds", "dataset=\"D27\"").is_some_and(|age| age < 3600.0));
    assert!(of("lionrock_dataset_confirmation_age_seconds", "dataset=\"D27\"").is_some_and(|age| age < 3600.0));
    assert_eq!(
        of("lionrock_dataset_confirmation_age_seconds", "dataset=\"D36\""),
        None,
        "not all of its files were ever fetched"
    );

    assert_eq!(of("lionrock_fetches_total", "dataset=\"D36\",outcome=\"failed\""), Some(2.0));
    assert!(of("lionrock_fetches_total", "dataset=\"D36\",outcome=\"fetched\"").is_some_and(|count| count >= 1.0));
    assert!(of("lionrock_fetches_total", "dataset=\"D36\",outcome=\"unchanged\"").is_some_and(|count| count >= 1.0));
    assert!(of("lionrock_fetched_bytes_total", "dataset=\"D36\"").is_some_and(|bytes| bytes > 1000.0));
    assert!(of("lionrock_fetch_duration_seconds_count", "outcome=\"fetched\"").is_some_and(|count| count > 50.0));
    assert_eq!(of("lionrock_refreshes_total", "dataset=\"D36\",outcome=\"failed\""), Some(2.0));
    assert_eq!(of("lionrock_refreshes_total", "dataset=\"D27\",outcome=\"changed\""), Some(1.0));
    assert_eq!(of("lionrock_refreshes_total", "dataset=\"D27\",outcome=\"unchanged\""), Some(1.0));

    let builds = of("lionrock_graph_builds_total", "outcome=\"succeeded\"").unwrap();
    assert!(builds >= 2.0 && of("lionrock_graph_build_duration_seconds_count", "") == Some(builds));
    assert!(of("lionrock_graph_organisations", "").is_some_and(|count| count > 10.0));
    assert!(of("lionrock_graph_records", "").is_some_and(|count| count > 100.0));

    assert_eq!(of("lionrock_http_requests_total", "route=\"/graphql\",method=\"GET\",status=\"200\""), Some(1.0));
    assert_eq!(of("lionrock_http_requests_total", "route=\"/health\",method=\"GET\",status=\"200\""), Some(1.0));
    assert_eq!(of("lionrock_http_requests_total", "route=\"other\",method=\"GET\",status=\"404\""), Some(2.0));
    assert_eq!(of("lionrock_http_request_duration_seconds_count", "route=\"/graphql\""), Some(1.0));
    assert_eq!(of("lionrock_http_requests_in_flight", ""), Some(1.0), "the request for /metrics");
    if cfg!(target_os = "linux") {
        assert!(of("process_resident_memory_bytes", "").is_some_and(|bytes| bytes > 1e6));
    }

    let (media_type, text) = get(format!("{base}/metrics"), "application/openmetrics-text;version=1.0.0").await;
    assert_eq!(media_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    assert!(text.contains("# TYPE lionrock_http_requests counter\n") && text.ends_with("# EOF\n"));
}

#[tokio::test]
async fn metrics_with_a_separate_listener_are_served_only_there() {
    let gateway = Process::start(&["--offline", "--metrics-listen", "127.0.0.1:0"]);
    let beside = reqwest::get(format!("{}/metrics", gateway.base)).await.unwrap();
    assert_eq!(beside.status(), StatusCode::NOT_FOUND);
    let (_, text) = get(gateway.metrics.clone().unwrap(), "*/*").await;
    let samples = parse(&text);
    assert_eq!(
        value(&samples, "lionrock_http_requests_total", "route=\"other\",method=\"GET\",status=\"404\""),
        Some(1.0)
    );
    assert_eq!(value(&samples, "lionrock_dataset_rows", "dataset=\"D27\""), Some(1380.0));
    assert_eq!(value(&samples, "lionrock_dataset_age_seconds", "dataset=\"D27\""), None, "bundled, never fetched");
}
