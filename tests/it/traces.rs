//! Exported traces, and logs in JSON.

use std::sync::{Arc, Mutex};

use axum::{Router, body::Bytes, extract::State, routing::post};
use opentelemetry_proto::tonic::{
    collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse},
    common::v1::{KeyValue, any_value::Value as Any},
    trace::v1::Span,
};
use prost::Message;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{local_upstream::LocalUpstream, process::Process};

/// An OpenTelemetry collector that stores the received spans.
#[derive(Clone, Default)]
struct Collector {
    received: Arc<Mutex<Vec<ExportTraceServiceRequest>>>,
}

impl Collector {
    async fn start() -> (Self, String) {
        let collector = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let receive = async |State(collector): State<Self>, body: Bytes| {
            collector.received.lock().unwrap().push(ExportTraceServiceRequest::decode(body).unwrap());
            ExportTraceServiceResponse::default().encode_to_vec()
        };
        let router = Router::new().route("/v1/traces", post(receive)).with_state(collector.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (collector, base)
    }

    fn spans(&self) -> Vec<Span> {
        let received = self.received.lock().unwrap();
        let scopes = received.iter().flat_map(|request| &request.resource_spans).flat_map(|spans| &spans.scope_spans);
        scopes.flat_map(|scope| scope.spans.clone()).collect()
    }

    fn text(&self) -> String {
        format!("{:?}", self.received.lock().unwrap())
    }
}

fn attribute(attributes: &[KeyValue], key: &str) -> Value {
    let value = attributes.iter().find(|attribute| attribute.key == key).and_then(|found| found.value.clone());
    match value.and_then(|value| value.value) {
        Some(Any::StringValue(text)) => json!(text),
        Some(Any::IntValue(number)) => json!(number),
        Some(other) => panic!("{key}: {other:?}"),
        None => Value::Null,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refresh_and_request_exports_a_span() {
    let upstream = LocalUpstream::start().await;
    let (collector, address) = Collector::start().await;
    let mut gateway = Process::start(&["--mirror", &upstream.base, "--otlp-endpoint", &address]);
    let loaded = "{ dataset(id: \"D27\") { origin recordCount } }";
    gateway.wait_for_data(loaded, |data| data["dataset"]["origin"] == "LIVE").await;
    let body = json!({
        "query": "query WhoIsIt($name: String!) { organisation(by: { name: $name }) { name { en } } }",
        "variables": { "name": "A Secret Word" },
    });
    let request = reqwest::Client::new()
        .post(format!("{}/graphql", gateway.base))
        .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        .json(&body);
    // The last requests are served by the raw request cache.
    for _ in 0..5 {
        request.try_clone().unwrap().send().await.unwrap().error_for_status().unwrap();
    }
    // The remaining spans are exported before the process exits.
    gateway.terminate();

    let spans = collector.spans();
    let refresh = spans
        .iter()
        .find(|span| span.name == "refresh" && attribute(&span.attributes, "dataset") == "D27")
        .unwrap_or_else(|| panic!("{}", gateway.log()));
    let of_refresh = |key: &str| attribute(&refresh.attributes, key);
    assert_eq!(
        (of_refresh("outcome"), of_refresh("files"), of_refresh("rows")),
        (json!("changed"), json!(1), json!(12))
    );
    assert!(of_refresh("bytes").as_i64().is_some_and(|bytes| bytes > 1000));
    assert!(refresh.end_time_unix_nano >= refresh.start_time_unix_nano);

    let is_request_span = |span: &&Span| attribute(&span.attributes, "graphql.operation.name") == "WhoIsIt";
    let request_spans: Vec<&Span> = spans.iter().filter(is_request_span).collect();
    assert_eq!(request_spans.len(), 5, "{spans:?}");
    for span in request_spans {
        assert_eq!(span.name, "POST /graphql");
        assert_eq!(attribute(&span.attributes, "graphql.operation.type"), "query");
        assert_eq!(attribute(&span.attributes, "http.response.status_code"), 200);
        // The span continues the trace of the client.
        assert_eq!(span.trace_id, 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes());
        assert_eq!(span.parent_span_id, 0xb7ad_6b71_6920_3331_u64.to_be_bytes());
    }

    let all = collector.text();
    assert!(all.contains("service.name") && all.contains("lionrock"));
    assert!(
        !all.contains("Secret") && !all.contains("organisation(by"),
        "spans contain neither the variables nor the query"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateway_works_without_a_collector() {
    let address = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let mut gateway = Process::start(&["--offline", "--otlp-endpoint", &address]);
    assert_eq!(gateway.query_data("{ dataset(id: \"D36\") { plan } }").await["dataset"]["plan"], "D36");
    gateway.terminate();
}

#[tokio::test(flavor = "multi_thread")]
async fn json_log_lines_are_objects() {
    let upstream = LocalUpstream::start().await;
    let gateway = Process::start(&["--mirror", &upstream.base, "--log-format", "json"]);
    gateway.wait_for_log("\"dataset\":\"D27\",\"records\"").await;
    let log = gateway.log();
    // The last line may be incomplete.
    let complete_lines = log.rsplit_once('\n').unwrap().0;
    let lines: Vec<Value> = complete_lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let changed = lines
        .iter()
        .find(|line| line["message"] == "rows changed" && line["dataset"] == "D27")
        .unwrap_or_else(|| panic!("{log}"));
    assert_eq!((&changed["level"], &changed["records"]), (&json!("INFO"), &json!(12)));
    assert_eq!(changed["span"]["name"], "refresh");
    assert!(changed["timestamp"].is_string());
}
