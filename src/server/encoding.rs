//! The choice of a content encoding.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, header::ACCEPT_ENCODING},
};

use crate::domain::quality_list;

/// Removes `zstd` from a request that accepts Brotli at least as well, because more clients can read Brotli and its
/// output is smaller. The compression layer would choose `zstd`.
pub async fn prefer_brotli(mut request: Request) -> Request {
    if let Some(without) = without_zstd(request.headers()) {
        request.headers_mut().insert(ACCEPT_ENCODING, without);
    }
    request
}

/// Returns the value of `Accept-Encoding` without `zstd`. `None` if it need not change.
fn without_zstd(headers: &HeaderMap) -> Option<HeaderValue> {
    let values: Vec<&str> = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).collect();
    let items = || values.iter().flat_map(|value| quality_list::items(value));
    let quality = |name: &str| items().find(|(item, _)| item.eq_ignore_ascii_case(name)).map(|(_, quality)| quality);
    let any = quality("*");
    let brotli = quality("br").or(any).unwrap_or(0.0);
    let zstd = quality("zstd").or(any).unwrap_or(0.0);
    if zstd <= 0.0 || brotli < zstd {
        return None;
    }
    let is_other = |item: &&str| !item.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("zstd"));
    let mut others: Vec<&str> =
        values.iter().flat_map(|value| value.split(',')).map(str::trim).filter(is_other).collect();
    if any.is_some() {
        // Else the wildcard would accept it again.
        others.push("zstd;q=0");
    }
    HeaderValue::try_from(others.join(", ")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zstd_is_chosen_only_when_it_is_preferred() {
        let without = |value: &str| {
            let value = without_zstd(&[(ACCEPT_ENCODING, value.parse().unwrap())].into_iter().collect());
            value.map(|value| value.to_str().unwrap().to_owned())
        };
        assert_eq!(without("gzip, deflate, br, zstd").as_deref(), Some("gzip, deflate, br"));
        assert_eq!(without("zstd;q=0.5, br;q=0.6").as_deref(), Some("br;q=0.6"));
        assert_eq!(without("*").as_deref(), Some("*, zstd;q=0"));
        for kept in ["zstd", "gzip, zstd", "br;q=0.5, zstd", "br, gzip", "br;q=0, zstd", "br, zstd;q=0", "*, br;q=0"] {
            assert_eq!(without(kept), None, "{kept}");
        }
        assert_eq!(without_zstd(&HeaderMap::new()), None);
    }
}
