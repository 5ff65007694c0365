//! The settings that concern clients: limits, identification and documents.

use std::{net::IpAddr, num::NonZeroU32, path::PathBuf, time::Duration};

use axum::http::{HeaderName, HeaderValue, header};
use clap::{Args, builder::BoolishValueParser, value_parser};
use governor::Quota;
use ipnet::IpNet;
use reqwest::Url;

/// The settings of concurrency and caches.
#[derive(Args, Clone, Debug)]
pub struct Load {
    /// Maximum number of open connections. Further connections wait until one closes.
    #[arg(long, env = "LIONROCK_MAX_CONNECTIONS", value_name = "COUNT", default_value_t = 1024, value_parser = positive)]
    pub max_connections: usize,

    /// Maximum number of queries that run on separate threads or wait for that. When there are more, a query of the
    /// client with the most receives 503 with `Retry-After`.
    #[arg(long, env = "LIONROCK_MAX_CONCURRENT_REQUESTS", value_name = "COUNT", default_value_t = 64, value_parser = positive)]
    pub max_concurrent_requests: usize,

    /// Maximum size of a GraphQL response in MiB, before compression. Larger responses are replaced by the error code
    /// `ANSWER_TOO_LARGE`.
    #[arg(long, env = "LIONROCK_MAX_RESPONSE_SIZE", value_name = "MIB", default_value_t = 8, value_parser = value_parser!(u16).range(1..))]
    pub max_response_size: u16,

    /// Maximum number of WebSocket connections and event streams with subscriptions. Further ones receive 503 with
    /// `Retry-After`. Each may have up to 20 subscriptions.
    #[arg(long, env = "LIONROCK_MAX_SUBSCRIPTIONS", value_name = "COUNT", default_value_t = 256, value_parser = positive)]
    pub max_subscriptions: usize,

    /// Maximum number of operations in a batch. Larger batches receive 400. The cost limit applies to the whole batch.
    /// The default of 1 disables batches.
    #[arg(long, env = "LIONROCK_MAX_BATCH_SIZE", value_name = "COUNT", default_value_t = 1, value_parser = positive)]
    pub max_batch_size: usize,

    /// Maximum size of the response cache in MiB. The cache is cleared when the graph or the status of a dataset
    /// changes. 0 disables it.
    #[arg(long, env = "LIONROCK_RESPONSE_CACHE_SIZE", value_name = "MIB", default_value_t = 64)]
    pub response_cache_size: u16,

    /// Maximum size of the cache of parsed and validated operations in MiB. 0 disables it.
    #[arg(long, env = "LIONROCK_DOCUMENT_CACHE_SIZE", value_name = "MIB", default_value_t = 32)]
    pub document_cache_size: u16,
}

/// The settings of trusted documents.
#[derive(Args, Clone, Debug)]
pub struct TrustedDocuments {
    /// Directory with trusted documents in `*.graphql` files. Clients request a document by the SHA-256 hash of its
    /// text. The server does not start if a document is invalid.
    #[arg(long, env = "LIONROCK_TRUSTED_DOCUMENTS", value_name = "DIR")]
    pub trusted_documents: Option<PathBuf>,

    /// Reject all other documents with the error code `DOCUMENT_NOT_TRUSTED`.
    #[arg(long, env = "LIONROCK_TRUSTED_DOCUMENTS_ONLY", requires = "trusted_documents", value_parser = BoolishValueParser::new())]
    pub trusted_documents_only: bool,
}

/// The settings of client identification and rate limits.
#[derive(Args, Clone, Debug)]
pub struct Clients {
    /// Maximum request rate of each client, such as `10/s`, `600/m` or `5000/h`. Further requests receive 429 with
    /// `Retry-After`. By default, there is no limit.
    #[arg(long, env = "LIONROCK_RATE_LIMIT", value_name = "COUNT/TIME", value_parser = rate)]
    pub rate_limit: Option<Quota>,

    /// Address or network of a trusted proxy, such as `10.0.0.0/8`. Repeat the flag or separate networks with commas.
    /// The client address is read from the headers of these proxies only.
    #[arg(long, env = "LIONROCK_TRUSTED_PROXY", value_name = "CIDR", value_delimiter = ',', value_parser = network)]
    pub trusted_proxy: Vec<IpNet>,

    /// Header in which trusted proxies send the client address: `x-forwarded-for` or `forwarded`.
    #[arg(long, env = "LIONROCK_PROXY_HEADER", value_name = "NAME", default_value = "x-forwarded-for", value_parser = proxy_header)]
    pub proxy_header: HeaderName,

    /// Header in which trusted proxies send an authenticated client key. Rate limits then apply to each key instead of
    /// each address.
    #[arg(long, env = "LIONROCK_RATE_LIMIT_KEY_HEADER", value_name = "NAME", requires = "trusted_proxy")]
    pub rate_limit_key_header: Option<HeaderName>,

    /// Origin whose pages may read responses, such as `https://example.org`. Repeat the flag or separate origins with
    /// commas. By default, all origins may. Credentials are never allowed.
    #[arg(long, env = "LIONROCK_CORS_ORIGIN", value_name = "ORIGIN", value_delimiter = ',', value_parser = origin)]
    pub cors_origin: Vec<HeaderValue>,
}

fn positive(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|count| *count > 0)
        .ok_or_else(|| format!("expected a number of at least 1, found `{text}`"))
}

fn rate(text: &str) -> Result<Quota, String> {
    let expected = || format!("expected a rate such as `10/s`, `600/m` or `5000/h`, found `{text}`");
    let (count, time) = text.split_once('/').ok_or_else(expected)?;
    let time = match time {
        "s" => Duration::from_secs(1),
        "m" => Duration::from_mins(1),
        "h" => Duration::from_hours(1),
        _ => return Err(expected()),
    };
    let count: NonZeroU32 = count.parse().map_err(|_| expected())?;
    Quota::with_period(time / count.get()).map(|quota| quota.allow_burst(count)).ok_or_else(expected)
}

fn network(text: &str) -> Result<IpNet, String> {
    let one = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse::<IpNet>()
        .or_else(|_| one())
        .map_err(|_| format!("expected a network such as `10.0.0.0/8` or an address, found `{text}`"))
}

fn proxy_header(text: &str) -> Result<HeaderName, String> {
    let known = [HeaderName::from_static("x-forwarded-for"), header::FORWARDED];
    let found = known.into_iter().find(|name| name.as_str().eq_ignore_ascii_case(text));
    found.ok_or_else(|| format!("expected `x-forwarded-for` or `forwarded`, found `{text}`"))
}

fn origin(text: &str) -> Result<HeaderValue, String> {
    let expected = || format!("expected an origin such as `https://example.org`, found `{text}`");
    let origin = Url::parse(text).ok().map(|url| url.origin()).filter(url::Origin::is_tuple).ok_or_else(expected)?;
    let plain = origin.ascii_serialization();
    if plain == text { plain.parse().map_err(|_| expected()) } else { Err(expected()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates() {
        let quota = rate("600/m").unwrap();
        assert_eq!((quota.burst_size().get(), quota.burst_size_replenished_in()), (600, Duration::from_mins(1)));
        assert_eq!(rate("1/h").unwrap().replenish_interval(), Duration::from_hours(1));
        for text in ["600", "0/m", "-1/s", "1/d", "/s", "x/s"] {
            assert!(rate(text).is_err(), "{text}");
        }
    }

    #[test]
    fn networks_headers_and_origins() {
        assert!(network("10.0.0.0/8").is_ok() && network("::1").is_ok() && network("10.0.0.0/33").is_err());
        assert_eq!(proxy_header("Forwarded"), Ok(header::FORWARDED));
        assert!(proxy_header("x-real-ip").is_err());
        assert_eq!(origin("https://example.org").unwrap(), "https://example.org");
        for text in ["*", "null", "example.org", "https://example.org/", "https://example.org/a", "file:///a"] {
            assert!(origin(text).is_err(), "{text}");
        }
    }
}
