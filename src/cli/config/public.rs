//! What an operator decides about clients: how much they may ask for, as whom, and which documents.

use std::{net::IpAddr, num::NonZeroU32, path::PathBuf, time::Duration};

use axum::http::{HeaderName, HeaderValue, header};
use clap::{Args, builder::BoolishValueParser};
use governor::Quota;
use ipnet::IpNet;
use reqwest::Url;

/// How much is served at once.
#[derive(Args, Clone, Debug)]
pub struct Load {
    /// Take at most this many connections; further ones wait.
    #[arg(long, env = "LIONROCK_MAX_CONNECTIONS", value_name = "COUNT", default_value_t = 1024, value_parser = positive)]
    pub max_connections: usize,

    /// Answer at most this many GraphQL requests at once; further ones are told to come again.
    #[arg(long, env = "LIONROCK_MAX_REQUESTS", value_name = "COUNT", default_value_t = 64, value_parser = positive)]
    pub max_requests: usize,

    /// Let at most this many clients listen to subscriptions at once; further ones are told to come again.
    #[arg(long, env = "LIONROCK_MAX_LISTENERS", value_name = "COUNT", default_value_t = 256, value_parser = positive)]
    pub max_listeners: usize,

    /// Let one request hold this many operations, answered in order; together they may cost what one may.
    #[arg(long, env = "LIONROCK_BATCH", value_name = "COUNT", default_value_t = 1, value_parser = positive)]
    pub batch: usize,

    /// Keep up to this many megabytes of answers, each until the graph changes; 0 makes every answer anew.
    #[arg(long, env = "LIONROCK_RESPONSE_CACHE", value_name = "MB", default_value_t = 64)]
    pub response_cache: u16,

    /// Keep up to this many megabytes of documents that are known to be valid; 0 checks every request anew.
    #[arg(long, env = "LIONROCK_DOCUMENT_CACHE", value_name = "MB", default_value_t = 32)]
    pub document_cache: u16,
}

/// Which documents are run.
#[derive(Args, Clone, Debug)]
pub struct TrustedDocuments {
    /// Serve the `*.graphql` files of this folder by their id, the SHA-256 of their text.
    #[arg(long, env = "LIONROCK_DOCUMENTS", value_name = "DIR")]
    pub documents: Option<PathBuf>,

    /// Refuse every other document.
    #[arg(long, env = "LIONROCK_TRUSTED_ONLY", requires = "documents", value_parser = BoolishValueParser::new())]
    pub trusted_only: bool,
}

/// Who the clients are, and how often each may ask.
#[derive(Args, Clone, Debug)]
pub struct Clients {
    /// Let each client ask this often: `10/s`, `600/m`, `5000/h`. Without it there is no limit.
    #[arg(long, env = "LIONROCK_RATE", value_name = "COUNT/TIME", value_parser = rate)]
    pub rate: Option<Quota>,

    /// Believe proxies at these addresses, `10.0.0.0/8`, about whose requests they pass on.
    #[arg(long, env = "LIONROCK_TRUSTED_PROXY", value_name = "CIDR", value_delimiter = ',', value_parser = network)]
    pub trusted_proxy: Vec<IpNet>,

    /// The header in which those proxies name the client: `x-forwarded-for` or `forwarded`.
    #[arg(long, env = "LIONROCK_PROXY_HEADER", value_name = "NAME", default_value = "x-forwarded-for", value_parser = proxy_header)]
    pub proxy_header: HeaderName,

    /// Tell clients behind those proxies apart by this header, a key that the proxy has checked, instead of by address.
    #[arg(long, env = "LIONROCK_RATE_HEADER", value_name = "NAME", requires = "trusted_proxy")]
    pub rate_header: Option<HeaderName>,

    /// Let pages of this origin, `https://example.org`, read answers; every origin may when none is named. Credentials are never allowed.
    #[arg(long, env = "LIONROCK_CORS_ORIGIN", value_name = "ORIGIN", value_delimiter = ',', value_parser = origin)]
    pub cors_origin: Vec<HeaderValue>,
}

fn positive(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| format!("expected a count from 1, found `{text}`"))
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
