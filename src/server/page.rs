//! The page at `/`: our own GraphiQL where `web/dist` was built before the binary, else one that loads GraphiQL from a CDN.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
    },
    response::{Html, IntoResponse, Response},
};
use rust_embed::Embed;
use serde::Serialize;

mod built;

use built::File;

/// The queries that the page offers and that every release is tested with.
#[derive(Embed)]
#[folder = "examples/"]
#[include = "*.graphql"]
#[exclude = "clients/*"]
struct Examples;

#[derive(Serialize)]
struct Tab {
    title: String,
    query: String,
}

/// Nothing from anywhere else, and no script but the page's own files. Monaco writes its colours into `style` elements.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; \
                      font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

const SAFETY: [(HeaderName, HeaderValue); 2] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
];

/// The page without `web/dist`.
static WITHOUT_BUILD: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Examples::iter().collect();
    names.sort();
    let tabs: Vec<Tab> = names
        .iter()
        .filter_map(|name| Examples::get(name))
        .map(|file| tab(&String::from_utf8_lossy(&file.data)))
        .collect();
    // A query that holds `</script>` must not end the script that it stands in.
    let json = serde_json::to_string(&tabs).unwrap_or_else(|_| "[]".to_owned()).replace('<', "\\u003c");
    include_str!("../../web/graphiql.html").replace("/*EXAMPLES*/[]", &json)
});

/// A tab is titled by the comment that its query begins with.
fn tab(query: &str) -> Tab {
    let first = query.lines().next().unwrap_or_default();
    Tab { title: first.trim_start_matches(['#', ' ']).to_owned(), query: query.to_owned() }
}

/// `/`
pub async fn graphiql(headers: HeaderMap) -> Response {
    match File::get("index.html") {
        Some(file) => (SAFETY, [(CONTENT_SECURITY_POLICY, POLICY)], fresh(file.answer(&headers))).into_response(),
        None => (SAFETY, Html(WITHOUT_BUILD.as_str())).into_response(),
    }
}

/// `/licences.md`: the licences of what the page is built of.
pub async fn licences(headers: HeaderMap) -> Response {
    match File::get("licences.md") {
        Some(file) => (SAFETY, fresh(file.answer(&headers))).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `/assets/{name}`: what the page loads. Every name holds a hash of the content, so none ever changes.
pub async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    match File::get(&format!("assets/{name}")) {
        // A worker has the policy of its own file, not of the page.
        Some(file) => (
            SAFETY,
            [(CONTENT_SECURITY_POLICY, POLICY), (CACHE_CONTROL, "public, max-age=31536000, immutable")],
            file.answer(&headers),
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// An answer under a name that another build gives to something else: kept, but asked for again.
fn fresh(answer: Response) -> Response {
    ([(CACHE_CONTROL, "no-cache")], answer).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_query_ends_the_script_of_the_page_without_build() {
        let page = WITHOUT_BUILD.as_str();
        assert!(page.contains("query OneOrganisation") && !page.contains("/*EXAMPLES*/"), "{page}");
        assert!(page.contains("make web"), "the page tells how to build the other one");
    }

    #[test]
    fn no_script_stands_in_the_built_page() {
        // What the policy forbids would be dead in the page.
        let page = include_str!("../../web/index.html");
        assert!(!page.contains("<style") && !page.contains(" on") && !page.contains("<script>"), "{page}");
        assert_eq!(page.matches("<script").count(), 1);
    }
}
