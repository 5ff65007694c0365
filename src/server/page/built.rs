//! A file of `web/dist`, compressed when it was built, in the encoding that a browser takes.

use std::{borrow::Cow, io::Read};

use axum::{
    body::Body,
    http::{
        HeaderMap, StatusCode,
        header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY},
    },
    response::{IntoResponse, Response},
};
use flate2::read::GzDecoder;
use rust_embed::Embed;

/// Each file twice, as `NAME.br` and `NAME.gz`. There is none where the folder was not built.
#[derive(Embed)]
#[folder = "web/dist/"]
#[include = "*.br"]
#[include = "*.gz"]
struct Built;

/// How the bytes of an answer are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// The smallest that an `Accept-Encoding` header allows.
    fn accepted(headers: &HeaderMap) -> Self {
        let ranges = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let ranges: Vec<(&str, bool)> = ranges
            .flat_map(|value| value.split(','))
            .map(|range| {
                let mut parts = range.split(';').map(str::trim);
                let name = parts.next().unwrap_or_default();
                let weight = parts.find_map(|part| part.strip_prefix("q=")?.trim().parse::<f32>().ok());
                (name, weight.is_none_or(|weight| weight > 0.0))
            })
            .collect();
        let allows = |encoding: &str| {
            let named = ranges.iter().find(|(name, _)| name.eq_ignore_ascii_case(encoding));
            named.or_else(|| ranges.iter().find(|(name, _)| *name == "*")).is_some_and(|(_, allowed)| *allowed)
        };
        if allows("br") {
            Self::Brotli
        } else if allows("gzip") {
            Self::Gzip
        } else {
            Self::Identity
        }
    }

    const fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }
}

/// A file of the build.
pub struct File {
    content_type: &'static str,
    brotli: Cow<'static, [u8]>,
    gzip: Cow<'static, [u8]>,
    hash: [u8; 32],
}

impl File {
    /// The file of this path below `web/dist`.
    pub fn get(path: &str) -> Option<Self> {
        let extension = path.rsplit_once('.')?.1;
        let content_type = match extension {
            "css" => "text/css; charset=utf-8",
            "html" => "text/html; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "md" => "text/plain; charset=utf-8",
            "svg" => "image/svg+xml",
            "ttf" => "font/ttf",
            _ => "application/octet-stream",
        };
        let brotli = Built::get(&format!("{path}.br"))?.data;
        let gzip = Built::get(&format!("{path}.gz"))?;
        Some(Self { content_type, brotli, hash: gzip.metadata.sha256_hash(), gzip: gzip.data })
    }

    /// The answer to a request with these headers: the bytes, or that the browser has them.
    pub fn answer(self, headers: &HeaderMap) -> Response {
        let encoding = Encoding::accepted(headers);
        let tag = tag(&self.hash, encoding);
        if has(headers, &tag) {
            return (StatusCode::NOT_MODIFIED, [(ETAG, tag.as_str()), (VARY, "accept-encoding")]).into_response();
        }
        let bytes = match encoding {
            Encoding::Brotli => body(self.brotli),
            Encoding::Gzip => body(self.gzip),
            Encoding::Identity => {
                let mut bytes = Vec::new();
                if let Err(error) = GzDecoder::new(&*self.gzip).read_to_end(&mut bytes) {
                    tracing::error!("expected gzip in a file of the page, found an error: {error}");
                    return StatusCode::INTERNAL_SERVER_ERROR.into_response();
                }
                Body::from(bytes)
            }
        };
        let known = [(CONTENT_TYPE, self.content_type), (ETAG, tag.as_str()), (VARY, "accept-encoding")];
        match encoding.name() {
            Some(name) => (known, [(CONTENT_ENCODING, name)], bytes).into_response(),
            None => (known, bytes).into_response(),
        }
    }
}

/// What is compiled in is sent from where it is.
fn body(bytes: Cow<'static, [u8]>) -> Body {
    match bytes {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    }
}

/// Other bytes have another tag, and so has another encoding of the same.
fn tag(hash: &[u8; 32], encoding: Encoding) -> String {
    let hash: String = hash[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}-{}\"", encoding.name().unwrap_or("identity"))
}

/// Whether the browser says that it has what bears this tag.
fn has(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|value| value.split(',')).map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use axum::{body::to_bytes, http::HeaderName};
    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        [(name, value.parse().unwrap())].into_iter().collect()
    }

    /// A file whose Brotli form is not read, only passed on.
    fn file(text: &str, hash: u8) -> File {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(text.as_bytes()).unwrap();
        let gzip = Cow::Owned(gzip.finish().unwrap());
        File { content_type: "text/plain; charset=utf-8", brotli: Cow::Borrowed(b"brotli"), gzip, hash: [hash; 32] }
    }

    #[test]
    fn the_smallest_encoding_that_is_accepted() {
        let accepted = |value: &str| Encoding::accepted(&headers(ACCEPT_ENCODING, value));
        assert_eq!(accepted("gzip, deflate, br, zstd"), Encoding::Brotli);
        assert_eq!(accepted("gzip, br;q=0"), Encoding::Gzip);
        assert_eq!(accepted("*"), Encoding::Brotli);
        assert_eq!(accepted("*;q=0, gzip;q=0.5"), Encoding::Gzip);
        assert_eq!(accepted("identity"), Encoding::Identity);
        assert_eq!(Encoding::accepted(&HeaderMap::new()), Encoding::Identity);
    }

    #[tokio::test]
    async fn the_bytes_of_each_encoding() {
        for (accept, encoding, bytes) in [("br", Some("br"), "brotli"), ("identity", None, "the text")] {
            let answer = file("the text", 1).answer(&headers(ACCEPT_ENCODING, accept));
            assert_eq!(answer.headers().get(CONTENT_ENCODING).map(|value| value.to_str().unwrap()), encoding);
            assert_eq!(answer.headers()[VARY], "accept-encoding");
            assert_eq!(to_bytes(answer.into_body(), 100).await.unwrap(), bytes.as_bytes());
        }
    }

    #[test]
    fn what_the_browser_has_is_not_sent_again() {
        let tag = file("the text", 1).answer(&HeaderMap::new()).headers()[ETAG].to_str().unwrap().to_owned();
        for known in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
            let answer = file("the text", 1).answer(&headers(IF_NONE_MATCH, &known));
            assert_eq!(answer.status(), StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!(answer.headers()[ETAG], tag.as_str());
        }
        assert_eq!(file("another", 2).answer(&headers(IF_NONE_MATCH, &tag)).status(), StatusCode::OK);
        let mut gzip = headers(ACCEPT_ENCODING, "gzip");
        gzip.insert(IF_NONE_MATCH, tag.parse().unwrap());
        assert_eq!(file("the text", 1).answer(&gzip).status(), StatusCode::OK);
    }
}
