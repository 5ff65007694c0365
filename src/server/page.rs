//! The pages for browsers, the explorer and GraphiQL: routes, files and response headers.
//!
//! `make web` builds the pages from `web/` into `web/dist`. The build is committed, so that the binary holds the pages
//! without Node.

use axum::{
    Router,
    extract::{Path, Request},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{
            ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::{IntoResponse, Redirect, Response},
    routing::get,
};

use super::Gateway;
use crate::domain::quality_list;

mod asset;
mod examples;
mod explorer;

use asset::Asset;
pub use explorer::{documents, not_found};

/// Allows no other host, and no scripts except the page's own files. Monaco writes its colours into `style` elements.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; \
                      font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// The security headers of every file. A worker has the policy of its own file, not that of the page.
const SECURITY_HEADERS: [(HeaderName, HeaderValue); 3] = [
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
];

/// The cache policy for file names that contain a hash of the content.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// The cache policy for file names whose content changes between releases.
const REVALIDATED: &str = "no-cache";

/// The routes of the pages.
///
/// All links of the GraphiQL page are relative, so that it works behind a path prefix. An address of the page must
/// therefore have one segment, like `/graphiql`.
pub fn routes() -> Router<Gateway> {
    Router::new()
        .merge(explorer::routes())
        .route("/graphiql", get(graphiql))
        .route("/graphiql/", get(async || Redirect::permanent("../graphiql")))
        .route("/graphiql/examples.json", get(examples))
        .route("/assets/{name}", get(hashed_asset))
        .route("/licences.md", get(licences))
}

/// True if a request to the GraphQL endpoint comes from a browser's address bar: it has no operation and prefers HTML
/// to JSON.
pub fn is_requested_by(request: &Request) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
        && request.uri().query().is_none_or(str::is_empty)
        && prefers_html(request.headers())
}

fn prefers_html(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(ACCEPT).iter().filter_map(|list| list.to_str().ok());
    let (mut html, mut json, mut any) = (0.0, 0.0_f32, 0.0);
    for (media_type, quality) in lists.flat_map(quality_list::items) {
        match media_type.to_ascii_lowercase().as_str() {
            "text/html" => html = quality,
            "application/json" | "application/graphql-response+json" => json = json.max(quality),
            "*/*" => any = quality,
            _ => {}
        }
    }
    html > json && html >= any
}

/// Returns the GraphiQL page as the response of the GraphQL endpoint.
pub async fn graphiql_at_endpoint(headers: &HeaderMap) -> Response {
    let mut response = file("graphiql.html", headers, REVALIDATED).await;
    response.headers_mut().append(VARY, HeaderValue::from_static("accept"));
    response
}

async fn graphiql(headers: HeaderMap) -> Response {
    file("graphiql.html", &headers, REVALIDATED).await
}

/// Returns a JSON array of the example queries.
async fn examples() -> Response {
    let queries = serde_json::to_vec(&examples::QUERIES).expect("strings are valid JSON values");
    let headers = [(CACHE_CONTROL, REVALIDATED), (CONTENT_TYPE, "application/json; charset=utf-8")];
    (SECURITY_HEADERS, headers, queries).into_response()
}

async fn hashed_asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    file(&format!("assets/{name}"), &headers, IMMUTABLE).await
}

/// Returns the licences of the libraries in the GraphiQL page.
async fn licences(headers: HeaderMap) -> Response {
    file("licences.md", &headers, REVALIDATED).await
}

async fn file(path: &str, headers: &HeaderMap, cache_control: &'static str) -> Response {
    match Asset::find(path) {
        Some(asset) => {
            (SECURITY_HEADERS, [(CACHE_CONTROL, cache_control)], asset.response(headers).await).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn the_endpoint_answers_html_only_to_a_browser_without_an_operation() {
        let is_page = |method: &str, uri: &str, accept: &str| {
            let request = Request::builder().method(method).uri(uri).header(ACCEPT, accept).body(Body::empty());
            is_requested_by(&request.unwrap())
        };
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
        for accept in [browser, "text/html", "Text/HTML; charset=utf-8, */*", "application/json;q=0.5, text/html"] {
            assert!(is_page("GET", "/graphql", accept) && is_page("HEAD", "/graphql?", accept), "{accept}");
            assert!(!is_page("POST", "/graphql", accept) && !is_page("GET", "/graphql?query={a}", accept), "{accept}");
        }
        for accept in
            ["*/*", "application/json", "application/json, text/html", "text/html;q=0.5, */*", "text/html;q=0"]
        {
            assert!(!is_page("GET", "/graphql", accept), "{accept}");
        }
    }
}
