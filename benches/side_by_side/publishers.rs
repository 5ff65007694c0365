//! Static servers: the fictional files at their official addresses, and stored responses as the upper bound for HTTP.

use std::{collections::HashMap, fs, path::Path, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{StatusCode, Uri, header::CONTENT_TYPE},
    response::IntoResponse,
};
use tokio::net::TcpListener;

use crate::files::Fiction;

/// Returns the path at which the gateway requests a file from its mirror: `/host/path` for `https://host/path`.
fn address(plan: &str, url: &str) -> String {
    match plan {
        "D3" => "/www.itc.gov.hk/en/quality/hkas/doc/common/accrorg/cab_hoklas.csv".to_owned(),
        "D27" => "/opendata.hkstp.org/corporate/companydirectory/v1/".to_owned(),
        _ => url.replace("https:/", ""),
    }
}

/// The portal id of the dataset whose addresses come from the portal only.
const GRANTS: &str = "hk-itc-dbp-dbp-grantee-list";

/// Serves fictional files of the given scale until the process is killed.
pub async fn serve(port: &str, scale: &str) {
    let fiction = Fiction::of(scale.parse().expect("a scale is a number"));
    let mut files: HashMap<String, Bytes> = HashMap::new();
    let mut grants = Vec::new();
    for (plan, url, body) in fiction.files {
        files.insert(address(plan, &url), Bytes::from(body));
        if plan == "D1" {
            grants.push(serde_json::json!({ "id": url, "name": "Grants", "format": "CSV", "url": url }));
        }
    }
    let entry =
        serde_json::json!({ "success": true, "result": { "name": GRANTS, "title": "Grants", "resources": grants } });
    files.insert(format!("/data.gov.hk/en-data/api/3/action/package_show?id={GRANTS}"), Bytes::from(entry.to_string()));
    listen(port, files).await;
}

/// Serves the files of a folder until the process is killed.
pub async fn serve_bytes(port: &str, folder: &str) {
    let entries = fs::read_dir(Path::new(folder)).expect("the folder exists");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let file = |path: std::path::PathBuf| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        (format!("/{name}"), Bytes::from(fs::read(path).expect("the file can be read")))
    };
    listen(port, paths.map(file).collect()).await;
}

async fn listen(port: &str, files: HashMap<String, Bytes>) {
    let handler = async |State(files): State<Arc<HashMap<String, Bytes>>>, uri: Uri| match files.get(&uri.to_string()) {
        Some(body) => ([(CONTENT_TYPE, "application/json")], body.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    };
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await.expect("the port is free");
    axum::serve(listener, Router::new().fallback(handler).with_state(Arc::new(files))).await.expect("the server runs");
}
