//! Content negotiation: the media type of a response, and the content type of a request.

use axum::http::{HeaderMap, header};

use crate::domain::quality_list;

/// The media types of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    /// `application/json`: a request error has status 200.
    Json,
    /// `application/graphql-response+json`: a request error has status 400.
    GraphqlResponse,
    /// `text/csv`: the only list in the response.
    Csv,
}

/// The media type of event streams, which carry subscriptions.
const EVENT_STREAM: &str = "text/event-stream";

impl MediaType {
    /// Returns the value of `Content-Type`.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8; header=present",
        }
    }

    /// Returns the media type of an error. CSV has no errors, so a client of CSV receives them as JSON.
    #[must_use]
    pub const fn of_errors(self) -> Self {
        match self {
            Self::Csv => Self::GraphqlResponse,
            other => other,
        }
    }

    /// Returns the preferred media type of an `Accept` header. `None` if the header accepts none.
    ///
    /// At the same quality, JSON is preferred to CSV. Of the two JSON types, the first in the header is preferred.
    pub fn accepted(headers: &HeaderMap) -> Option<Self> {
        if accepts_anything(headers) {
            return Some(Self::Json);
        }
        let json = Acceptance::of(headers, "application/json");
        let response = Acceptance::of(headers, "application/graphql-response+json");
        let csv = Acceptance::of(headers, "text/csv");
        let mut best: Option<(Self, Acceptance)> = None;
        for (media_type, found) in [(Self::Json, json), (Self::GraphqlResponse, response), (Self::Csv, csv)] {
            let Some(found) = found.filter(|found| found.quality > 0.0) else { continue };
            let is_better = best.is_none_or(|(_, known)| {
                let is_earlier = media_type != Self::Csv && found.position < known.position;
                found.quality > known.quality || (found.quality >= known.quality && is_earlier)
            });
            if is_better {
                best = Some((media_type, found));
            }
        }
        best.map(|(media_type, _)| media_type)
    }
}

/// True if `Accept` names the event stream with a quality above 0. A wildcard does not select the event stream.
pub fn accepts_events(headers: &HeaderMap) -> bool {
    Acceptance::of(headers, EVENT_STREAM).is_some_and(|found| found.quality > 0.0 && found.specificity == 2)
}

fn accepts_anything(headers: &HeaderMap) -> bool {
    ranges(headers).all(|(range, _)| range.is_empty())
}

/// Returns the media ranges of `Accept` with their qualities.
fn ranges(headers: &HeaderMap) -> impl Iterator<Item = (&str, f32)> {
    headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).flat_map(quality_list::items)
}

/// The most specific range of an `Accept` header that covers a media type.
#[derive(Clone, Copy)]
struct Acceptance {
    quality: f32,
    /// The specificity: 2 for the media type itself, 1 for `type/*`, 0 for `*/*`.
    specificity: u8,
    position: usize,
}

impl Acceptance {
    fn of(headers: &HeaderMap, media_type: &str) -> Option<Self> {
        let mut best: Option<Self> = None;
        for (position, (range, quality)) in ranges(headers).enumerate() {
            let specificity = if range.eq_ignore_ascii_case(media_type) {
                2
            } else if range == "*/*" {
                0
            } else if range.strip_suffix("/*").is_some_and(|main| is_main_type(main, media_type)) {
                1
            } else {
                continue;
            };
            if best.is_none_or(|known| specificity > known.specificity) {
                best = Some(Self { quality, specificity, position });
            }
        }
        best
    }
}

fn is_main_type(main: &str, media_type: &str) -> bool {
    media_type.split_once('/').is_some_and(|(known, _)| known.eq_ignore_ascii_case(main))
}

/// True if `Content-Type` is JSON in UTF-8.
pub fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let mut parts = value.split(';').map(str::trim);
    let json = parts.next().is_some_and(|media_type| media_type.eq_ignore_ascii_case("application/json"));
    let utf8 = parts.all(|part| {
        part.split_once('=').is_none_or(|(name, charset)| {
            let charset = charset.trim_matches('"');
            let is_utf8 = charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8");
            !name.eq_ignore_ascii_case("charset") || is_utf8
        })
    });
    json && utf8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(accept: Option<&str>) -> Option<MediaType> {
        let headers = accept.map(|accept| (header::ACCEPT, accept.parse().unwrap())).into_iter().collect();
        MediaType::accepted(&headers)
    }

    #[test]
    fn graphql_response_json_is_used_only_on_request() {
        assert_eq!(accepted(None), Some(MediaType::Json));
        assert_eq!(accepted(Some("*/*")), Some(MediaType::Json));
        assert_eq!(accepted(Some("application/json")), Some(MediaType::Json));
        assert_eq!(
            accepted(Some("application/graphql-response+json; charset=utf-8, application/json; q=0.9")),
            Some(MediaType::GraphqlResponse)
        );
        assert_eq!(accepted(Some("application/graphql-response+json;q=0.5, application/json")), Some(MediaType::Json));
        assert_eq!(accepted(Some("text/html")), None);
    }

    #[test]
    fn the_most_specific_range_and_the_order_of_equal_qualities_decide() {
        let urql = "application/graphql-response+json, application/graphql+json, application/json, \
                    text/event-stream, multipart/mixed";
        for (accept, expected) in [
            (urql, Some(MediaType::GraphqlResponse)),
            ("text/event-stream, application/json", Some(MediaType::Json)),
            ("text/event-stream", None),
            ("multipart/mixed, text/event-stream", None),
            ("application/json;q=0, */*", Some(MediaType::GraphqlResponse)),
            ("application/json;q=0", None),
            ("*/*;q=0", None),
            ("application/*", Some(MediaType::Json)),
            ("text/csv", Some(MediaType::Csv)),
            ("text/*", Some(MediaType::Csv)),
            ("text/csv, application/json", Some(MediaType::Json)),
            ("text/csv, */*;q=0.1", Some(MediaType::Csv)),
            ("text/csv;q=0.5, application/json;Q=0.6", Some(MediaType::Json)),
            ("application/json, application/graphql-response+json", Some(MediaType::Json)),
            ("", Some(MediaType::Json)),
        ] {
            assert_eq!(accepted(Some(accept)), expected, "{accept}");
        }
    }

    #[test]
    fn an_event_stream_is_accepted_by_name_only() {
        let is = |accept: &str| accepts_events(&[(header::ACCEPT, accept.parse().unwrap())].into_iter().collect());
        assert!(is("text/event-stream") && is("application/json, Text/Event-Stream;q=0.1"));
        assert!(!is("*/*") && !is("text/*") && !is("text/event-stream;q=0, */*") && !is(""));
    }

    #[test]
    fn json_content_types() {
        let is = |value: &str| is_json(&[(header::CONTENT_TYPE, value.parse().unwrap())].into_iter().collect());
        assert!(is("application/json") && is("Application/JSON; charset=UTF-8") && is("application/json;charset=utf8"));
        assert!(!is("text/plain") && !is("application/json; charset=latin1") && !is_json(&HeaderMap::new()));
    }
}
