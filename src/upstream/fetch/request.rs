//! Sends one request: conditional if an earlier body is known, over TLS where the host supports it. Reads the body of the
//! response within the size limit.

use std::time::{Duration, Instant};

use bytes::BytesMut;
use futures::StreamExt;
use reqwest::{Response, StatusCode, Url, header};

use super::{Fetched, Fetcher, address::Address, encoding, error::FetchErrorKind};
use crate::{domain::clock, upstream::raw::sha256_hex};

/// The failure of a request, and its `Retry-After`.
type Failure = (FetchErrorKind, Option<Duration>);

impl Fetcher {
    /// Sends the request over TLS. If the address is listed without TLS and the host does not serve the file over TLS,
    /// sends it as listed.
    pub(super) async fn request_any(&self, address: &Address, held: Option<&Fetched>) -> Result<Fetched, Failure> {
        let Some(plain) = &address.plain else { return self.request(&address.asked, held).await };
        if self.without_tls.contains_key(&address.host) {
            return self.request(plain, held).await;
        }
        let (kind, wait) = match self.request(&address.asked, held).await {
            Ok(fetched) => return Ok(fetched),
            Err(failure) => failure,
        };
        let is_without_tls = matches!(kind, FetchErrorKind::Connection(_) | FetchErrorKind::TimedOut);
        if wait.is_some() || !(is_without_tls || matches!(kind, FetchErrorKind::Status(_))) {
            return Err((kind, wait));
        }
        match self.request(plain, held).await {
            Ok(fetched) => {
                if is_without_tls {
                    self.without_tls.insert(address.host.clone(), ());
                }
                Ok(fetched)
            }
            // A status is more informative about the file than a failed connection.
            Err((other @ FetchErrorKind::Status(_), wait)) if is_without_tls => Err((other, wait)),
            Err(_) => Err((kind, wait)),
        }
    }

    async fn request(&self, asked: &Url, held: Option<&Fetched>) -> Result<Fetched, Failure> {
        let _permit = self.host_limiter.acquire(asked.host_str().unwrap_or_default(), &self.bounds).await;
        let mut request = self.client.get(asked.clone());
        if let Some(held) = held {
            if let Some(etag) = &held.etag {
                request = request.header(header::IF_NONE_MATCH, etag);
            } else if let Some(last_modified) = &held.last_modified {
                request = request.header(header::IF_MODIFIED_SINCE, last_modified);
            }
        }
        let response = request.send().await.map_err(|error| (FetchErrorKind::of(&error), None))?;
        match (response.status(), held) {
            (StatusCode::OK, _) => self.receive(response).await.map_err(|kind| (kind, None)),
            (StatusCode::NOT_MODIFIED, Some(held)) => {
                Ok(Fetched { checked: Instant::now(), confirmed_at: clock::now(), by_replica: false, ..held.clone() })
            }
            (status, _) => Err((FetchErrorKind::Status(status.as_u16()), retry_after(&response))),
        }
    }

    async fn receive(&self, response: Response) -> Result<Fetched, FetchErrorKind> {
        let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (etag, last_modified) = (text(header::ETAG), text(header::LAST_MODIFIED));
        // The client removes the encodings that it has decoded itself.
        let encodings = text(header::CONTENT_ENCODING);
        let declared_charset = text(header::CONTENT_TYPE).and_then(|media_type| charset_of(&media_type));
        let mut body = BytesMut::new();
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| FetchErrorKind::of(&error))?;
            if body.len() + chunk.len() > self.bounds.body {
                return Err(FetchErrorKind::TooLarge(self.bounds.body));
            }
            body.extend_from_slice(&chunk);
        }
        let body = match encodings {
            Some(encodings) => encoding::decoded(body.freeze(), &encodings, self.bounds.body)?,
            None => body.freeze(),
        };
        let now = clock::now();
        Ok(Fetched {
            sha256: sha256_hex(&body),
            body,
            etag,
            last_modified,
            declared_charset,
            retrieved_at: now,
            confirmed_at: now,
            by_mirror: self.by_mirror(),
            by_replica: false,
            checked: Instant::now(),
        })
    }
}

/// The wait that the server requests, in seconds or until a date.
fn retry_after(response: &Response) -> Option<Duration> {
    let text = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(until.duration_since(clock::now()).try_into().unwrap_or(Duration::ZERO))
}

fn charset_of(media_type: &str) -> Option<String> {
    let (_, charset) = media_type
        .split(';')
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    Some(charset.trim().trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charset_parameter() {
        assert_eq!(charset_of("text/csv; header=present; Charset=\"big5\"").as_deref(), Some("big5"));
        assert_eq!(charset_of("text/csv"), None);
    }
}
