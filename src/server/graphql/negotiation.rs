//! Content negotiation: GraphQL over HTTP's own media type if the client accepts it, else JSON.

use axum::http::{HeaderMap, header};

use crate::domain::quality_list;

/// The media types of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    /// `application/json`: a request error has status 200.
    Json,
    /// `application/graphql-response+json`: a request error has status 400.
    GraphqlResponse,
}

impl MediaType {
    /// Returns the value of `Content-Type`.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        }
    }

    /// Returns the preferred media type of an `Accept` header. `None` if the header accepts neither.
    pub fn accepted(headers: &HeaderMap) -> Option<Self> {
        let mut ranges = headers.get_all(header::ACCEPT).iter().peekable();
        if ranges.peek().is_none_or(|value| value.is_empty()) {
            return Some(Self::Json);
        }
        let mut best: Option<(Self, f32)> = None;
        for (range, quality) in ranges.filter_map(|value| value.to_str().ok()).flat_map(quality_list::items) {
            let media_type = match range.to_ascii_lowercase().as_str() {
                "application/graphql-response+json" => Self::GraphqlResponse,
                "application/json" | "application/*" | "*/*" => Self::Json,
                _ => continue,
            };
            if quality > 0.0 && best.is_none_or(|(_, known)| quality > known) {
                best = Some((media_type, quality));
            }
        }
        best.map(|(media_type, _)| media_type)
    }
}

/// True if `Content-Type` is JSON in UTF-8.
pub fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let mut parts = value.split(';').map(str::trim);
    let json = parts.next().is_some_and(|media_type| media_type.eq_ignore_ascii_case("application/json"));
    let utf8 = parts.all(|part| {
        part.split_once('=').is_none_or(|(name, charset)| {
            !name.eq_ignore_ascii_case("charset") || charset.trim_matches('"').eq_ignore_ascii_case("utf-8")
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
    fn the_new_media_type_only_when_asked_for() {
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
    fn json_bodies() {
        let is = |value: &str| is_json(&[(header::CONTENT_TYPE, value.parse().unwrap())].into_iter().collect());
        assert!(is("application/json") && is("Application/JSON; charset=UTF-8"));
        assert!(!is("text/plain") && !is("application/json; charset=latin1") && !is_json(&HeaderMap::new()));
    }
}
