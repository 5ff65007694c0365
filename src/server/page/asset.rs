//! A static file of the page, embedded as Brotli. The gzip and uncompressed forms are made at the first request and
//! cached.

use std::{
    borrow::Cow,
    collections::HashMap,
    io::{Read, Write},
    sync::{LazyLock, OnceLock},
};

use axum::{
    body::Bytes,
    http::{
        HeaderMap, StatusCode,
        header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY},
    },
    response::{IntoResponse, Response},
};
use brotli_decompressor::Decompressor;
use flate2::{Compression, write::GzEncoder};
use rust_embed::Embed;
use tokio::task::spawn_blocking;

use crate::{domain::quality_list, server::graphql::http_cache};

#[derive(Embed)]
#[folder = "web/dist/"]
struct Dist;

/// All files, keyed by their path below `web/dist` without the `.br` suffix.
static ASSETS: LazyLock<HashMap<String, Asset>> = LazyLock::new(|| {
    let files = Dist::iter().filter_map(|name| Some((name.strip_suffix(".br")?.to_owned(), Dist::get(&name)?)));
    files
        .map(|(path, file)| {
            let hash = &file.metadata.sha256_hash()[..12];
            let tag = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            let brotli = match file.data {
                Cow::Borrowed(data) => Bytes::from_static(data),
                Cow::Owned(data) => Bytes::from(data),
            };
            let asset = Asset::new(content_type(&path), tag, brotli);
            (path, asset)
        })
        .collect()
});

/// A static file of the page.
pub struct Asset {
    content_type: &'static str,
    /// The entity tag without its quotes. `http_cache::name_encoding` appends the encoding of the response.
    tag: String,
    brotli: Bytes,
    gzip: OnceLock<Bytes>,
    plain: OnceLock<Bytes>,
}

impl Asset {
    /// Returns the file with this path below `web/dist`.
    pub fn find(path: &str) -> Option<&'static Self> {
        ASSETS.get(path)
    }

    const fn new(content_type: &'static str, tag: String, brotli: Bytes) -> Self {
        Self { content_type, tag, brotli, gzip: OnceLock::new(), plain: OnceLock::new() }
    }

    /// Returns the content in an accepted encoding, or 304 if the client has it.
    pub async fn response(&'static self, headers: &HeaderMap) -> Response {
        let vary = [(VARY, "accept-encoding")];
        if let Some(tag) = http_cache::matching(headers, &self.tag) {
            return (StatusCode::NOT_MODIFIED, [(ETAG, tag)], vary).into_response();
        }
        let (encoding, content) = if accepts(headers, "br") {
            (Some("br"), Ok(self.brotli.clone()))
        } else if accepts(headers, "gzip") {
            (Some("gzip"), spawn_blocking(|| self.gzip()).await)
        } else {
            (None, spawn_blocking(|| self.plain()).await)
        };
        // The task ends early only when the runtime shuts down.
        let Ok(content) = content else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
        let tag = format!("\"{}\"", self.tag);
        let mut response = ([(CONTENT_TYPE, self.content_type), (ETAG, &*tag)], vary, content).into_response();
        if let Some(encoding) = encoding {
            response
                .headers_mut()
                .insert(CONTENT_ENCODING, encoding.parse().expect("encoding names are valid in a header"));
        }
        response
    }

    fn gzip(&self) -> Bytes {
        let compress = || {
            let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
            gzip.write_all(&self.decompress()).expect("writing to a `Vec` cannot fail");
            gzip.finish().expect("writing to a `Vec` cannot fail").into()
        };
        self.gzip.get_or_init(compress).clone()
    }

    fn plain(&self) -> Bytes {
        self.plain.get_or_init(|| self.decompress().into()).clone()
    }

    /// Returns the content without compression.
    pub fn decompress(&self) -> Vec<u8> {
        let mut plain = Vec::new();
        let read = Decompressor::new(&*self.brotli, 64 << 10).read_to_end(&mut plain);
        read.expect("a test decompresses every embedded file");
        plain
    }
}

fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let lists = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|list| list.to_str().ok());
    let items: Vec<_> = lists.flat_map(quality_list::items).collect();
    let quality = |value| items.iter().find(|(item, _)| item.eq_ignore_ascii_case(value)).map(|(_, quality)| *quality);
    quality(encoding).or_else(|| quality("*")).is_some_and(|quality| quality > 0.0)
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json; charset=utf-8",
        Some("md") => "text/plain; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("ttf") => "font/ttf",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_file_has_a_content_type_and_decompresses() {
        for path in [
            "graphiql.html",
            "licences.md",
            "explorer.html",
            "explorer-1.html",
            "explorer-2.html",
            "explorer-documents.json",
        ] {
            assert!(ASSETS.contains_key(path), "{path}");
        }
        for (path, asset) in &*ASSETS {
            assert_ne!(asset.content_type, "application/octet-stream", "{path}");
            assert!(!asset.decompress().is_empty(), "{path}");
        }
    }

    #[test]
    fn an_encoding_is_accepted_by_name_or_by_wildcard() {
        let accepts = |value: &str, encoding| {
            accepts(&[(ACCEPT_ENCODING, value.parse().unwrap())].into_iter().collect(), encoding)
        };
        assert!(accepts("gzip, deflate, BR, zstd", "br") && accepts("*", "br") && accepts("*;q=0, gzip;q=0.5", "gzip"));
        assert!(!accepts("gzip, br;q=0", "br") && !accepts("*;q=0, gzip", "br") && !accepts("identity", "gzip"));
        assert!(!super::accepts(&HeaderMap::new(), "br"));
    }
}
