//! Known faults of publishers, while a client sends queries continuously. The served rows stay, and `datasets` reports
//! the fault. Each test lists its faults in a table.

use std::{io::Write, sync::Arc, time::Duration};

use lionrock::{
    refresh::{Refresher, Settings},
    upstream::fetch::{Bounds, FetchMode},
};
use serde_json::{Value, json};

use super::{DIRECTORY, LIST_2019, background_queries::BackgroundQueries, dataset};
use crate::{
    gateway::{query_data, settings},
    local_upstream::{Fault, LocalUpstream},
};

const LIST_2024: &str = "https://www.itf.gov.hk/datagovhk/annuallist_2024_e.csv";
const INSPECTION: &str = "https://www.itc.gov.hk/en/quality/hkas/doc/common/accrorg/cab_hkias.csv";

async fn set_up() -> (LocalUpstream, Arc<Refresher>) {
    let upstream = LocalUpstream::start().await;
    let settings = settings(&upstream);
    let bounds = Bounds { time: Duration::from_millis(400), attempts: 2, ..settings.bounds };
    let graph = Arc::new(Refresher::start(Settings { bounds, ..settings }).unwrap());
    graph.refresh_some(|source| ["D5", "D27", "D29", "D30", "D31", "D36"].contains(&source.dataset.plan)).await;
    (upstream, graph)
}

async fn refresh(graph: &Refresher, plan: &str) {
    graph.refresh_some(|source| source.dataset.plan == plan).await;
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn brotli(body: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::new();
    brotli::CompressorWriter::new(&mut compressed, 4096, 5, 22).write_all(body).unwrap();
    compressed
}

/// A fault at an address of a dataset, and the expected `lastError`.
struct Case {
    plan: &'static str,
    url: &'static str,
    fault: Fault,
    code: &'static str,
    message: &'static str,
}

impl Case {
    fn of_list(fault: Fault, message: &'static str) -> Self {
        Self { plan: "D36", url: LIST_2019, fault, code: "FETCH_FAILED", message }
    }

    fn of_directory(body: impl Into<Vec<u8>>, code: &'static str, message: &'static str) -> Self {
        Self { plan: "D27", url: DIRECTORY, fault: Fault::Typed("application/json", body.into()), code, message }
    }

    /// Asserts that the fault changes no served rows and is reported by the dataset.
    async fn assert(&self, upstream: &LocalUpstream, graph: &Refresher) {
        let before = dataset(graph, self.plan).await;
        upstream.set_fault(self.url, self.fault.clone());
        refresh(graph, self.plan).await;
        let after = dataset(graph, self.plan).await;
        let last_error = &after["lastError"];
        assert_eq!(
            (&after["recordCount"], &after["origin"], &after["status"], &after["freshness"], &last_error["code"]),
            (&before["recordCount"], &json!("LIVE"), &json!("DEGRADED"), &json!("STALE"), &json!(self.code)),
            "{}: {last_error}",
            self.message
        );
        assert!(
            last_error["message"].as_str().unwrap().contains(self.message),
            "expected `{}`, found {last_error}",
            self.message
        );
        assert!(after["ageSeconds"].as_u64().is_some() && after["confirmedAt"].is_string(), "{after}");
        upstream.clear_fault(self.url);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_transfer_keeps_the_served_rows() {
    let (upstream, graph) = set_up().await;
    let queries = BackgroundQueries::start(&graph);
    let zeros = vec![b'0'; 16 << 20];
    let status = |status| Fault::Status { status, retry_after: None, times: usize::MAX };
    let redirect = |to: &str| Fault::Redirect(to.to_owned());
    for case in [
        Case::of_list(status(404), "found 404 (attempts: 1"),
        Case::of_list(status(503), "found 503 (attempts: 2"),
        Case::of_list(Fault::Slow(Duration::from_secs(20)), "timed out"),
        Case::of_list(Fault::SlowBody(Duration::from_millis(100)), "timed out"),
        Case::of_list(Fault::CutOff, "expected a complete response"),
        Case::of_list(Fault::WrongLength(upstream.body(LIST_2019).len() + 100), "expected a complete response"),
        Case::of_list(Fault::Endless, "at most 4194304 bytes"),
        Case::of_list(Fault::Encoded("gzip", gzip(&zeros)), "at most 4194304 bytes"),
        Case::of_list(Fault::Encoded("br", brotli(&zeros)), "at most 4194304 bytes"),
        Case::of_list(Fault::Encoded("gzip", b"no gzip".to_vec()), "expected a complete response"),
        Case::of_list(redirect("http://169.254.169.254/meta"), "found a redirect to `http://169.254.169.254/meta`"),
        Case::of_list(redirect("https://example.org/"), "found a redirect to `https://example.org/`"),
    ] {
        case.assert(&upstream, &graph).await;
        assert_eq!(dataset(&graph, "D27").await["status"], "PARTIAL", "other datasets are not affected");
    }
    upstream.set_fault(LIST_2019, Fault::Status { status: 503, retry_after: None, times: 1 });
    refresh(&graph, "D36").await;
    let state = dataset(&graph, "D36").await;
    assert_eq!(
        (&state["status"], &state["lastError"]),
        (&json!("PARTIAL"), &Value::Null),
        "the second attempt succeeded"
    );
    assert!(queries.finish().await > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_body_does_not_replace_the_served_rows() {
    let (upstream, graph) = set_up().await;
    let queries = BackgroundQueries::start(&graph);
    let directory: Value = serde_json::from_slice(&upstream.body(DIRECTORY)).unwrap();
    let one_row = json!({ "value": [directory["value"][0]] }).to_string();
    let renamed = directory.to_string().replace("\"name_", "\"quux_");
    let wide: String = (0..20_000).map(|name| format!("\"n{name}\":1,")).collect();
    let other = upstream.body(INSPECTION);
    let many = |row: usize| format!("IB{row:05},Imaginary Inspection {row} Limited,,Imaginary,31.12.2023\r\n");
    let inspected = [other.clone(), (0..20_001).map(many).collect::<String>().into_bytes()].concat();
    let half = Fault::WrongLength(upstream.body(DIRECTORY).len() / 2);
    for case in [
        Case::of_directory("<!DOCTYPE html><title>Service unavailable</title>", "NOT_A_TABLE", "found an HTML page"),
        Case::of_directory("", "NOT_A_TABLE", "found an empty body"),
        Case::of_directory("{\"value\":[{\"name_EN\":\"cut", "NOT_A_TABLE", "expected JSON, found an error at line 1"),
        Case { fault: half, ..Case::of_directory("", "IMPLAUSIBLE", "found one truncated") },
        Case::of_directory("%PDF-1.7", "NOT_A_TABLE", "found a PDF document"),
        Case::of_directory("PK\u{3}\u{4}", "NOT_A_TABLE", "expected a workbook, found an error in zip"),
        Case::of_directory(
            "<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><l><v>&b;</v></l>",
            "NOT_A_TABLE",
            "found a DOCTYPE that declares others",
        ),
        Case::of_directory("[".repeat(10_000), "NOT_A_TABLE", "recursion limit"),
        Case::of_directory("<a>".repeat(10_000), "NOT_A_TABLE", "at most 64 levels"),
        Case::of_directory(format!("[{{{wide}\"z\":1}}]"), "NOT_A_TABLE", "at most 16384 columns"),
        Case::of_directory("{\"value\":[]}", "IMPLAUSIBLE", "expected at least 2 records, found 0"),
        Case::of_directory(one_row, "IMPLAUSIBLE", "expected at least 2 records, found 1"),
        Case::of_directory("{\"value\":[{\"foo\":1}]}", "IMPLAUSIBLE", "expected the columns"),
        Case::of_directory(renamed, "IMPLAUSIBLE", "expected the columns"),
        Case::of_directory(other, "IMPLAUSIBLE", "expected the columns"),
        Case {
            plan: "D5",
            url: INSPECTION,
            ..Case::of_directory(inspected, "IMPLAUSIBLE", "expected at most 20000 records, found 20004")
        },
    ] {
        case.assert(&upstream, &graph).await;
    }
    assert!(queries.finish().await > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_charsets_and_duplicate_columns_are_handled() {
    let (upstream, graph) = set_up().await;
    let queries = BackgroundQueries::start(&graph);
    let project = r#"{ itf { project(reference: "ITS/901/24FX") { title { en zhHant } } } }"#;
    let title = json!({ "en": "Imaginary Materials for Imaginary Bridges", "zhHant": "幻想橋樑的幻想材料" });
    let chinese = LIST_2024.replace("_e.csv", "_tc.csv");
    let text = String::from_utf8(upstream.body(&chinese)).unwrap();
    let in_big5 = encoding_rs::BIG5.encode(text.trim_start_matches('\u{feff}')).0.into_owned();
    for (media_type, body) in [
        ("text/csv; charset=utf-8", in_big5),
        ("text/csv; charset=big5", text.clone().into_bytes()),
        ("application/octet-stream; charset=no-such", text.into_bytes()),
    ] {
        upstream.set_fault(&chinese, Fault::Typed(media_type, body));
        refresh(&graph, "D36").await;
        assert_eq!(query_data(&graph, project).await["itf"]["project"]["title"], title, "{media_type}");
        assert_eq!(dataset(&graph, "D36").await["status"], "PARTIAL", "{media_type}");
    }
    upstream.clear_fault(&chinese);
    let with_duplicate =
        String::from_utf8(upstream.body(LIST_2024)).unwrap().replacen("Remarks,", "Remarks,Project Title", 1);
    upstream.set_fault(LIST_2024, Fault::Typed("text/csv", with_duplicate.into_bytes()));
    refresh(&graph, "D36").await;
    let state = dataset(&graph, "D36").await;
    assert_eq!((&state["recordCount"], &state["status"]), (&json!(41), &json!("PARTIAL")));
    assert_eq!(state["drift"]["unmapped"], json!(["Project Title"]));
    assert_eq!(
        query_data(&graph, project).await["itf"]["project"]["title"],
        title,
        "the first of two columns with the same heading is used"
    );
    assert!(queries.finish().await > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_at_swapped_addresses_change_no_figure() {
    let (upstream, graph) = set_up().await;
    let queries = BackgroundQueries::start(&graph);
    let counts = async || {
        let mut counts = Vec::new();
        for plan in ["D29", "D30", "D31"] {
            let state = dataset(&graph, plan).await;
            counts.push((state["recordCount"].clone(), state["status"].clone()));
        }
        counts
    };
    let before = counts().await;
    let file = |number: usize| format!("https://www.itf.gov.hk/datagovhk/itfstat{number}_20261031.csv");
    let bodies: Vec<Vec<u8>> = (1..=9).map(|number| upstream.body(&file(number))).collect();
    for (position, body) in bodies.iter().enumerate() {
        upstream.put(&file((position + 4) % 9 + 1), body.clone());
    }
    // One file fails during the change. Nothing may count twice.
    upstream.set_fault(&file(2), Fault::Status { status: 404, retry_after: None, times: usize::MAX });
    for faulty in [true, false] {
        for plan in ["D29", "D30", "D31"] {
            refresh(&graph, plan).await;
        }
        let now = counts().await;
        let is_right = |((_, status), (_, before)): (&(Value, Value), &(Value, Value))| {
            if faulty { status == "DEGRADED" } else { status == before }
        };
        assert!(now.iter().zip(&before).all(is_right), "{now:?}");
        let only = |counts: Vec<(Value, Value)>| counts.into_iter().map(|(count, _)| count).collect::<Vec<_>>();
        assert_eq!(only(now), only(before.clone()));
        upstream.clear_fault(&file(2));
    }
    assert!(queries.finish().await > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn stored_and_bundled_rows_are_served_while_publishers_are_unreachable() {
    let state = tempfile::tempdir().unwrap();
    let unreachable = || FetchMode::Mirror("http://127.0.0.1:1".parse().unwrap());
    let upstream = LocalUpstream::start().await;
    let with_state = || Settings { state_dir: Some(state.path().to_owned()), ..settings(&upstream) };
    Refresher::start(with_state()).unwrap().refresh_some(|source| source.dataset.plan == "D36").await;
    let graph = Arc::new(Refresher::start(Settings { way: unreachable(), ..with_state() }).unwrap());
    let queries = BackgroundQueries::start(&graph);
    for (plan, origin, records) in [("D36", "HELD", 41), ("D27", "BUNDLED", 1380)] {
        refresh(&graph, plan).await;
        let state = dataset(&graph, plan).await;
        assert_eq!(
            (&state["origin"], &state["recordCount"], &state["status"], &state["lastError"]["code"]),
            (&json!(origin), &json!(records), &json!("DEGRADED"), &json!("FETCH_FAILED"))
        );
        assert_eq!(state["ageSeconds"].is_null(), origin == "BUNDLED", "{state}");
    }
    assert!(queries.finish().await > 0);
}
