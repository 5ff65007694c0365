//! The `/metrics` endpoint: counters since the start, and the current state of every dataset.

use std::{
    fs,
    sync::{Arc, atomic::AtomicU64},
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::Timestamp;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};

use crate::{
    api::dataset::DatasetObject,
    domain::{
        clock,
        dataset_status::DatasetStatus,
        metrics::TextForm,
        version::{COMMIT, VERSION},
    },
    refresh::{Refresher, view::View},
    server::health,
};

type Seconds = Gauge<f64, AtomicU64>;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfDataset {
    dataset: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfStatus {
    dataset: &'static str,
    status: &'static str,
}

/// Returns the routes of a separate listener for operators: metrics and health checks. Its connections are not limited
/// by those of clients.
pub fn router(refresher: Arc<Refresher>) -> Router {
    Router::new()
        .merge(health::routes())
        .route("/metrics", get(async |State(refresher), headers| answer(&refresher, &headers)))
        .with_state(refresher)
}

/// Returns the response of `/metrics`.
pub fn answer(refresher: &Arc<Refresher>, headers: &HeaderMap) -> Response {
    let accepts = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let form = if accepts.into_iter().any(|accept| accept.contains("application/openmetrics-text")) {
        TextForm::OpenMetrics
    } else {
        TextForm::Prometheus
    };
    match refresher.metrics().text(&current_state(&refresher.view(), clock::now()), form) {
        Ok(text) => ([(header::CONTENT_TYPE, form.content_type())], text).into_response(),
        Err(error) => {
            tracing::error!("cannot encode the metrics: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Returns the current state of the datasets, the graph and the process.
fn current_state(view: &View, now: Timestamp) -> Registry {
    let mut all = Registry::default();
    datasets(&mut all, view, now);
    let count = |count: usize| {
        let gauge = Gauge::<i64>::default();
        gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
        gauge
    };
    let records: usize = view.graph.snapshots.iter().map(|snapshot| snapshot.records.len()).sum();
    all.register("lionrock_graph_records", "Records in the served graph", count(records));
    all.register(
        "lionrock_graph_organisations",
        "Organisations in the served graph",
        count(view.graph.organisations().len()),
    );
    let build = Family::<[(&str, &str); 2], Gauge>::default();
    build.get_or_create(&[("version", VERSION), ("commit", COMMIT.unwrap_or_default())]).set(1);
    all.register("lionrock_build_info", "Version and commit of the program, as labels; the value is 1", build);
    if let Some(bytes) = resident_memory() {
        all.register_with_unit("process_resident_memory", "Resident memory size", Unit::Bytes, count(bytes));
    }
    all
}

fn datasets(all: &mut Registry, view: &View, now: Timestamp) {
    let [age, confirmation_age] = [(); 2].map(|()| Family::<OfDataset, Seconds>::default());
    let [rows, rejects, files] = [(); 3].map(|()| Family::<OfDataset, Gauge>::default());
    let statuses = Family::<OfStatus, Gauge>::default();
    let with_storage_error = Gauge::<i64>::default();
    let seconds = |at: Timestamp| now.duration_since(at).as_secs_f64().max(0.0);
    for dataset in DatasetObject::all(view) {
        let (snapshot, state) = (dataset.snapshot(), dataset.state());
        let label = OfDataset { dataset: dataset.description().plan };
        if let Some(oldest) = snapshot.files.iter().filter_map(|file| file.raw.retrieved_at).min() {
            age.get_or_create(&label).set(seconds(oldest));
        }
        if let Some(at) = state.confirmed_at {
            confirmation_age.get_or_create(&label).set(seconds(at));
        }
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        rows.get_or_create(&label).set(count(snapshot.records.len()));
        rejects.get_or_create(&label).set(count(snapshot.rejects().count()));
        files.get_or_create(&label).set(count(snapshot.files.len()));
        with_storage_error.inc_by(i64::from(state.storage_error.is_some()));
        let status = state.status(snapshot);
        for (known, word) in STATUSES {
            let of_status = OfStatus { dataset: label.dataset, status: word };
            statuses.get_or_create(&of_status).set(i64::from(known == status));
        }
    }
    all.register_with_unit(
        "lionrock_dataset_age",
        "Time since the oldest served file was fetched; absent for a dataset that was never fetched",
        Unit::Seconds,
        age,
    );
    all.register_with_unit(
        "lionrock_dataset_confirmation_age",
        "Time since the publisher last sent or confirmed all served files",
        Unit::Seconds,
        confirmation_age,
    );
    all.register("lionrock_dataset_rows", "Records read from a dataset", rows);
    all.register("lionrock_dataset_rejected_rows", "Rows of a dataset that were rejected", rejects);
    all.register("lionrock_dataset_files", "Served files of a dataset", files);
    all.register(
        "lionrock_datasets_with_storage_error",
        "Datasets whose files could not be stored or are corrupt",
        with_storage_error,
    );
    all.register("lionrock_dataset_status", "1 for the current status of a dataset, 0 for the others", statuses);
}

const STATUSES: [(DatasetStatus, &str); 8] = [
    (DatasetStatus::Ok, "ok"),
    (DatasetStatus::Inferred, "inferred"),
    (DatasetStatus::Partial, "partial"),
    (DatasetStatus::Drifted, "drifted"),
    (DatasetStatus::Degraded, "degraded"),
    (DatasetStatus::Withdrawn, "withdrawn"),
    (DatasetStatus::NotYetLoaded, "not_yet_loaded"),
    (DatasetStatus::Off, "off"),
];

/// Returns the resident memory of the process in bytes. `None` outside Linux.
fn resident_memory() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes << 10)
}
