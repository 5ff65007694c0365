//! The explorer: its addresses, and one page for each depth of address.
//!
//! All links of the page are relative, so that it works behind a path prefix. `explorer.html` is the page at addresses
//! such as `/projects`, `explorer-1.html` at `/projects/ID`, `explorer-2.html` one level deeper.
//!
//! The page requests its operations by id. `explorer-documents.json` holds their texts.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header::CONTENT_SECURITY_POLICY},
    response::{IntoResponse, Response},
    routing::get,
};

use super::{Asset, REVALIDATED, file, prefers_html};
use crate::server::Gateway;

/// Allows no other host, and neither scripts nor styles except the page's own files.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'";

/// The pages, by the depth of their address.
const PAGES: [&str; 3] = ["explorer.html", "explorer-1.html", "explorer-2.html"];

/// The operations of the explorer: an object with the id and the text of each.
const DOCUMENTS: &str = "explorer-documents.json";

/// The addresses of the explorer.
const ADDRESSES: [&str; 15] = [
    "/",
    "/about",
    "/datasets",
    "/datasets/{plan}",
    "/funding",
    "/laboratories",
    "/organisations",
    "/organisations/{id}",
    "/organisations/{id}/network",
    "/park",
    "/projects",
    "/projects/{id}",
    "/records/{id}",
    "/statistics",
    "/statistics/{plan}",
];

pub fn routes() -> Router<Gateway> {
    let licences = async |headers: HeaderMap| file("explorer-licences.md", &headers, REVALIDATED).await;
    let pages = ADDRESSES.into_iter().fold(Router::new(), |router, address| router.route(address, get(explorer)));
    let documents = async |headers: HeaderMap| file(DOCUMENTS, &headers, REVALIDATED).await;
    pages.route("/explorer-licences.md", get(licences)).route("/explorer-documents.json", get(documents))
}

/// Returns the texts of the explorer's operations.
pub fn documents() -> Vec<Arc<str>> {
    let manifest = Asset::find(DOCUMENTS).map(Asset::decompress).unwrap_or_default();
    let texts: BTreeMap<String, String> = serde_json::from_slice(&manifest).unwrap_or_default();
    texts.into_values().map(Arc::from).collect()
}

async fn explorer(uri: Uri, headers: HeaderMap) -> Response {
    match page_at(uri.path()) {
        Some(page) => with_policy(file(page, &headers, REVALIDATED).await),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Returns the response to a request without a route. A browser gets the explorer, which shows a message in the
/// reader's language.
pub async fn not_found(request: Request) -> Response {
    let is_from_browser = *request.method() == Method::GET && prefers_html(request.headers());
    match page_at(request.uri().path()).filter(|_| is_from_browser) {
        Some(page) => {
            let mut response = with_policy(file(page, request.headers(), REVALIDATED).await);
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn page_at(path: &str) -> Option<&'static str> {
    let depth = path.matches('/').count().checked_sub(1)?;
    PAGES.get(depth).copied()
}

fn with_policy(mut response: Response) -> Response {
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_id_is_the_hash_of_its_text() {
        let manifest = Asset::find(DOCUMENTS).unwrap().decompress();
        let texts: BTreeMap<String, String> = serde_json::from_slice(&manifest).unwrap();
        assert!(texts.len() > 50, "{}", texts.len());
        assert!(texts.iter().all(|(id, text)| *id == format!("sha256:{}", crate::server::documents::id(text))));
        assert_eq!(documents().len(), texts.len());
    }

    #[test]
    fn the_page_matches_the_depth_of_its_path() {
        assert_eq!(page_at("/"), Some("explorer.html"));
        assert_eq!(page_at("/projects"), Some("explorer.html"));
        assert_eq!(page_at("/projects/D36:ITP~023~19TP"), Some("explorer-1.html"));
        assert_eq!(page_at("/organisations/org:1/network"), Some("explorer-2.html"));
        assert_eq!((page_at("/a/b/c/d"), page_at("*")), (None, None));
    }
}
