//! The pages for browsers over HTTP: their addresses, headers and encodings.

use std::io::Read;

use flate2::read::GzDecoder;
use reqwest::{Client, Method, Response, StatusCode};

use super::{TestServer, content_type, start};

/// The `Accept` header of a navigation in Chromium.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

async fn request(server: &TestServer, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
    // Without automatic decompression.
    let client = Client::builder().no_gzip().no_brotli().build().unwrap();
    let request = client.request(method, format!("{}{path}", server.base));
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
}

async fn get(server: &TestServer, path: &str, headers: &[(&str, &str)]) -> Response {
    request(server, Method::GET, path, headers).await
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

fn varies_by(response: &Response, name: &str) -> bool {
    let mut values = response.headers().get_all("vary").iter().map(|value| value.to_str().unwrap());
    values.any(|value| value.split(", ").any(|listed| listed == name))
}

/// The relative addresses of the files that the page loads.
fn links(html: &str) -> Vec<&str> {
    let links = html.split(['"', '\'']).filter_map(|part| part.strip_prefix("./"));
    links.collect()
}

#[tokio::test]
async fn graphiql_is_served_at_each_of_its_addresses() {
    let server = start().await;
    let page = get(&server, "/graphiql", &[]).await.text().await.unwrap();
    assert!(page.contains("<title>Lionrock GraphiQL</title>"), "{page}");
    for path in ["/graphql", "/graphiql/"] {
        let response = get(&server, path, &[("accept", BROWSER)]).await;
        assert_eq!(
            (response.status(), content_type(&response)),
            (StatusCode::OK, "text/html; charset=utf-8"),
            "{path}"
        );
        assert_eq!(varies_by(&response, "accept"), path == "/graphql", "{path}");
        assert_eq!(response.text().await.unwrap(), page, "{path}");
    }
}

#[tokio::test]
async fn the_endpoint_returns_json_for_an_operation_from_a_browser() {
    let server = start().await;
    let response = get(&server, "/graphql?query=%7Bpublishers%7Bcode%7D%7D", &[("accept", BROWSER)]).await;
    assert_eq!(content_type(&response), "application/json; charset=utf-8");
    assert!(varies_by(&response, "accept"));
}

#[tokio::test]
async fn the_page_uses_no_other_host_and_no_inline_script() {
    let server = start().await;
    let response = get(&server, "/graphiql", &[]).await;
    let policy = header(&response, "content-security-policy").unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    for source in ["http:", "https:", "*", "'unsafe-eval'", "blob:"] {
        assert!(!policy.contains(source), "{policy}");
    }
    assert_eq!(header(&response, "x-content-type-options"), Some("nosniff"));
    let html = response.text().await.unwrap();
    assert!(
        !html.contains("://") || html.matches("://").count() == html.matches("http://127.0.0.1:4000/").count(),
        "{html}"
    );
    assert_eq!(html.matches("<script").count(), html.matches("<script type=\"module\" crossorigin src=\"./").count());
    assert!(!html.contains("<style") && !html.contains(" style="), "{html}");
    // A worker uses the policy of its own file.
    for link in links(&html) {
        let file = get(&server, &format!("/{link}"), &[]).await;
        assert_eq!(header(&file, "content-security-policy"), Some(&*policy), "{link}");
    }
}

#[tokio::test]
async fn files_are_the_same_in_every_encoding() {
    let server = start().await;
    let html = get(&server, "/graphiql", &[]).await.text().await.unwrap();
    let scripts = links(&html).into_iter().filter(|link| link.starts_with("assets/"));
    let mut files = vec!["graphiql".to_owned(), "licences.md".to_owned()];
    files.extend(scripts.map(str::to_owned));
    assert!(files.len() > 4, "the page loads a script, a stylesheet and an icon: {files:?}");
    for file in files {
        let path = format!("/{file}");
        let plain = get(&server, &path, &[]).await;
        assert_eq!((header(&plain, "content-encoding"), varies_by(&plain, "accept-encoding")), (None, true), "{file}");
        let tag = header(&plain, "etag").unwrap().to_owned();
        let plain = plain.bytes().await.unwrap();
        for encoding in ["br", "gzip"] {
            let encoded = get(&server, &path, &[("accept-encoding", encoding)]).await;
            assert_eq!(header(&encoded, "content-encoding"), Some(encoding), "{file}");
            assert!(varies_by(&encoded, "accept-encoding"), "{file}");
            assert_ne!(header(&encoded, "etag"), Some(&*tag), "{file}: each encoding has its own tag");
            let encoded = encoded.bytes().await.unwrap();
            let mut decoded = Vec::new();
            match encoding {
                "br" => brotli::Decompressor::new(&*encoded, 4096).read_to_end(&mut decoded).unwrap(),
                _ => GzDecoder::new(&*encoded).read_to_end(&mut decoded).unwrap(),
            };
            assert_eq!(decoded, plain, "{file} in {encoding}");
        }
    }
}

#[tokio::test]
async fn hashed_files_are_immutable_and_the_others_are_revalidated() {
    let server = start().await;
    let html = get(&server, "/graphiql", &[]).await.text().await.unwrap();
    let script = links(&html).into_iter().find(|link| link.starts_with("assets/graphiql-")).unwrap();
    for (path, cache_control) in [
        ("/graphiql", "no-cache"),
        ("/graphiql/examples.json", "no-cache"),
        ("/licences.md", "no-cache"),
        (&format!("/{script}"), "public, max-age=31536000, immutable"),
    ] {
        assert_eq!(header(&get(&server, path, &[]).await, "cache-control"), Some(cache_control), "{path}");
    }
}

#[tokio::test]
async fn a_matching_etag_returns_304() {
    let server = start().await;
    for path in ["/graphiql", "/graphql"] {
        for encoding in ["br", "gzip", "identity"] {
            let headers = [("accept", BROWSER), ("accept-encoding", encoding)];
            let tag = header(&get(&server, path, &headers).await, "etag").unwrap().to_owned();
            let again = get(&server, path, &[&headers[..], &[("if-none-match", &tag)]].concat()).await;
            assert_eq!((again.status(), header(&again, "etag")), (StatusCode::NOT_MODIFIED, Some(&*tag)), "{path}");
            assert!(varies_by(&again, "accept-encoding"), "{path}");
            assert_eq!(varies_by(&again, "accept"), path == "/graphql", "{path}");
            assert!(again.bytes().await.unwrap().is_empty(), "{path}");
        }
        let other = get(&server, path, &[("accept", BROWSER), ("if-none-match", "\"other\"")]).await;
        assert_eq!(other.status(), StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_no_body() {
    let server = start().await;
    for path in ["/", "/graphiql", "/graphql", "/licences.md"] {
        let headers = [("accept", BROWSER), ("accept-encoding", "br")];
        let (head, get) = (request(&server, Method::HEAD, path, &headers).await, get(&server, path, &headers).await);
        for name in ["content-type", "content-length", "content-encoding", "etag", "cache-control"] {
            assert_eq!(header(&head, name), header(&get, name), "{path}: {name}");
        }
        assert!(header(&head, "content-length").is_some(), "{path}");
        assert!(head.bytes().await.unwrap().is_empty(), "{path}");
    }
}

#[tokio::test]
async fn the_served_examples_match_the_folder() {
    let server = start().await;
    let served: Vec<String> = get(&server, "/graphiql/examples.json", &[]).await.json().await.unwrap();
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/examples")).unwrap();
    let mut paths: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "graphql"));
    paths.sort();
    let expected: Vec<String> = paths.into_iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    assert!(!expected.is_empty());
    assert_eq!(served, expected, "`src/server/page/examples.rs` names every query of `examples/`");
}

#[tokio::test]
async fn an_unknown_file_is_not_found() {
    let server = start().await;
    for path in ["/assets/nothing.js", "/assets/..%2Fgraphiql.html", "/graphiql.html", "/assets/"] {
        assert_eq!(get(&server, path, &[]).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_explorer_is_served_at_each_of_its_addresses_with_relative_links() {
    let server = start().await;
    for (path, to_base) in [
        ("/", "./"),
        ("/projects?programme=ITSP", "./"),
        ("/organisations/org:u7wttbq5fa5p", "../"),
        ("/organisations/org:u7wttbq5fa5p/network", "../../"),
        ("/projects/D36:ITP~023~19TP?source=D36-2", "../"),
        ("/datasets/D36", "../"),
    ] {
        let response = get(&server, path, &[("accept", BROWSER)]).await;
        assert_eq!(
            (response.status(), content_type(&response)),
            (StatusCode::OK, "text/html; charset=utf-8"),
            "{path}"
        );
        let policy = header(&response, "content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        let html = response.text().await.unwrap();
        assert!(html.contains("<title>Lionrock</title>"), "{path}: {html}");
        let scripts = html.matches("<script").count();
        let own = html.matches(&format!("<script type=\"module\" crossorigin src=\"{to_base}assets/")).count();
        assert!(scripts > 0 && scripts == own, "{path}: {html}");
        assert!(!html.contains("<style") && !html.contains(" style="), "{path}: {html}");
    }
}

#[tokio::test]
async fn only_browsers_get_a_page_with_a_404() {
    let server = start().await;
    let page = get(&server, "/nothing", &[("accept", BROWSER)]).await;
    assert_eq!((page.status(), content_type(&page)), (StatusCode::NOT_FOUND, "text/html; charset=utf-8"));
    for (path, accept) in [("/nothing", "*/*"), ("/nothing", "application/json"), ("/a/b/c/d", BROWSER)] {
        let response = get(&server, path, &[("accept", accept)]).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(response.bytes().await.unwrap().is_empty(), "{path}");
    }
}
