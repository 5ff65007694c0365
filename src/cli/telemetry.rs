//! Telemetry: logs on standard error, and traces to a collector if one is configured.

use std::{io::IsTerminal, time::Duration};

use async_trait::async_trait;
use opentelemetry::{KeyValue, trace::TracerProvider};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use reqwest::{Client, Url};
use tokio::runtime::Handle;
use tracing_subscriber::{
    EnvFilter, Layer, Registry, filter::LevelFilter, filter::Targets, fmt, layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::{
    cli::config::{LogFormat, ObservabilityArgs},
    domain::version::VERSION,
    server::SPANS,
};

/// The running telemetry.
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

/// An error in the setup of traces.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    #[error("cannot initialise TLS: {0}")]
    Tls(#[from] reqwest::Error),
    #[error("cannot create the trace exporter: {0}")]
    Exporter(#[from] ExporterBuildError),
}

/// The time limit for sending the last spans when the program ends.
const LAST_SPANS: Duration = Duration::from_secs(3);
/// The time limit for one export of spans.
const DELIVERY: Duration = Duration::from_secs(10);

impl Telemetry {
    /// Writes logs at this level or above (`RUST_LOG` overrides it), and exports traces if configured.
    pub fn start(observability: &ObservabilityArgs, level: &str) -> Result<Self, TelemetryError> {
        let traces = observability.otlp_endpoint.as_ref().map(provider).transpose()?;
        let spans = traces.as_ref().map(|traces| {
            tracing_opentelemetry::layer()
                .with_tracer(traces.tracer("lionrock"))
                .with_location(false)
                .with_threads(false)
                .with_filter(Targets::new().with_target("lionrock", LevelFilter::INFO))
        });
        // At the default log level, single requests are not logged. A span for the log alone would add a tenth to the
        // time of a short request.
        let by_default = || EnvFilter::new(format!("error,lionrock={level},{SPANS}=off"));
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| by_default());
        let logs = Registry::default().with(logs(observability.log_format).with_filter(filter));
        // `try_init` fails only if the process has a subscriber already. An optional layer that is `None` would still
        // enable every span, so it is not added.
        let _ = match spans {
            Some(spans) => logs.with(spans).try_init(),
            None => logs.try_init(),
        };
        Ok(Self { traces })
    }

    /// Sends the remaining spans.
    pub async fn finish(self) {
        let Some(traces) = self.traces else { return };
        // It blocks on a thread that uses this runtime, so it must not occupy a runtime thread itself.
        let finished = tokio::task::spawn_blocking(move || traces.shutdown_with_timeout(LAST_SPANS)).await;
        if let Ok(Err(error)) = finished {
            tracing::warn!("cannot send the last spans: {error}");
        }
    }
}

fn logs(format: LogFormat) -> Box<dyn Layer<Registry> + Send + Sync> {
    let logs = fmt::layer().with_writer(std::io::stderr).with_target(false);
    match format {
        LogFormat::Text => logs.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => logs.json().flatten_event(true).with_span_list(false).boxed(),
    }
}

/// Collects and exports spans on a separate thread.
fn provider(collector: &Url) -> Result<SdkTracerProvider, TelemetryError> {
    // Another part of the process may have installed a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().timeout(DELIVERY).build()?;
    let exporter = SpanExporter::builder()
        .with_http()
        .with_endpoint(format!("{}/v1/traces", collector.as_str().trim_end_matches('/')))
        .with_timeout(DELIVERY)
        .with_http_client(OnRuntime { client, runtime: Handle::current() })
        .build()?;
    let resource = Resource::builder().with_attribute(KeyValue::new("service.version", VERSION));
    // The resource already includes the name from `OTEL_SERVICE_NAME`.
    let resource = match std::env::var_os("OTEL_SERVICE_NAME") {
        Some(_) => resource,
        None => resource.with_service_name("lionrock"),
    };
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build()).build())
}

/// A client whose requests run on the program's runtime. The export thread has none.
#[derive(Debug)]
struct OnRuntime {
    client: Client,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for OnRuntime {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let request: reqwest::Request = request.try_into()?;
        let client = self.client.clone();
        let sending = self.runtime.spawn(async move {
            let answer = client.execute(request).await?;
            let mut response = Response::builder().status(answer.status());
            if let Some(headers) = response.headers_mut() {
                headers.clone_from(answer.headers());
            }
            Ok::<_, HttpError>(response.body(answer.bytes().await?)?)
        });
        sending.await?
    }
}
