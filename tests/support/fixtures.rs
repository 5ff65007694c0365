//! Serves the fixtures like a publisher's server: fictional files at their official addresses, `https://host/path` as
//! `/host/path`. Shared by the tests and the demo.

use std::{collections::HashMap, fs, path::PathBuf};

use axum::{
    body::Body,
    http::{HeaderMap, Response, StatusCode, Uri, header},
};
use serde::Deserialize;

/// A file with its response headers.
#[derive(Clone, Debug)]
pub struct ServedFile {
    pub status: u16,
    pub content_type: String,
    pub body: Vec<u8>,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    file: String,
    content_type: String,
    status: u16,
    etag: Option<String>,
    last_modified: Option<String>,
}

/// The folder of the fixtures.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn entries() -> HashMap<String, Entry> {
    let text = fs::read(folder().join("upstream.json")).expect("`upstream.json` exists");
    serde_json::from_slice(&text).expect("`upstream.json` is valid JSON")
}

/// Returns every fixture with an address, by the address without its scheme.
pub fn load() -> HashMap<String, ServedFile> {
    let serve = |(url, entry): (String, Entry)| {
        let body = fs::read(folder().join(&entry.file)).expect("every listed fixture exists");
        let served = ServedFile {
            status: entry.status,
            content_type: entry.content_type,
            body,
            etag: entry.etag,
            last_modified: entry.last_modified,
        };
        (address(&url), served)
    };
    entries().into_iter().map(serve).collect()
}

/// Returns an address without its scheme, as requested from a mirror.
pub fn address(url: &str) -> String {
    let bare = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url);
    bare.trim_start_matches('/').to_owned()
}

/// Returns the requested address, whether the request was sent to a mirror or through a proxy.
pub fn requested_address(uri: &Uri) -> String {
    let path = uri.path_and_query().map_or("", |path| path.as_str());
    address(&format!("{}{path}", uri.host().unwrap_or_default()))
}

/// Returns the response for a file: 304 if the client has the current version, 404 with a page if there is no file.
pub fn file_response(served: Option<&ServedFile>, headers: &HeaderMap) -> Response<Body> {
    let Some(served) = served else {
        let page = Body::from("<!DOCTYPE html><html><body><h1>Not Found</h1></body></html>");
        return respond(StatusCode::NOT_FOUND, &[(header::CONTENT_TYPE, "text/html")], page);
    };
    let known = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let same = served.etag.is_some() && known(header::IF_NONE_MATCH) == served.etag.as_deref()
        || served.last_modified.is_some() && known(header::IF_MODIFIED_SINCE) == served.last_modified.as_deref();
    let mut fields = vec![(header::CONTENT_TYPE, served.content_type.as_str())];
    fields.extend(served.etag.as_deref().map(|etag| (header::ETAG, etag)));
    fields.extend(served.last_modified.as_deref().map(|date| (header::LAST_MODIFIED, date)));
    if same {
        respond(StatusCode::NOT_MODIFIED, &fields, Body::empty())
    } else {
        let status = StatusCode::from_u16(served.status).expect("fixtures have a valid status");
        respond(status, &fields, Body::from(served.body.clone()))
    }
}

fn respond(status: StatusCode, fields: &[(header::HeaderName, &str)], body: Body) -> Response<Body> {
    let mut response = Response::builder().status(status);
    for (name, value) in fields {
        response = response.header(name, *value);
    }
    response.body(body).expect("fixtures have valid headers")
}
