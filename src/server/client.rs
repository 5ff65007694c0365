//! The client of a request: the peer address of the connection, or the address in a trusted proxy's header.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;

/// The trusted proxies, and the headers in which they identify the client.
#[derive(Clone, Debug)]
pub struct Proxies {
    pub networks: Vec<IpNet>,
    /// `X-Forwarded-For` or `Forwarded`. Only this header is read, because a proxy may forward the other one unchanged
    /// from the client.
    pub header: HeaderName,
    /// The header in which the proxies identify the client by a key instead of an address.
    pub key: Option<HeaderName>,
}

impl Default for Proxies {
    fn default() -> Self {
        Self { networks: Vec::new(), header: HeaderName::from_static("x-forwarded-for"), key: None }
    }
}

/// The identity of a client for rate limiting.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Client {
    /// An IP address. For IPv6, the /64 network, because a subscriber usually has a whole /64.
    Address(IpAddr),
    /// A key from a trusted proxy.
    Key(String),
}

/// Maximum length of a client key in bytes.
const LONGEST_KEY: usize = 256;

impl Proxies {
    /// Returns the client of a request on a connection from `peer`.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Client {
        if !self.trusts(peer) {
            return Client::Address(network(peer));
        }
        let key = self.key.as_ref().and_then(|name| headers.get(name)).and_then(|value| value.to_str().ok());
        match key.filter(|key| !key.is_empty() && key.len() <= LONGEST_KEY) {
            Some(key) => Client::Key(key.to_owned()),
            None => Client::Address(network(self.behind(peer, headers))),
        }
    }

    /// Returns the last address that is not a trusted proxy. The client may have forged the addresses before it.
    fn behind(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let values = headers.get_all(&self.header).iter().filter_map(|value| value.to_str().ok());
        let hops: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
        let mut nearest = peer;
        for hop in hops.into_iter().rev() {
            let named = if self.header == header::FORWARDED { forwarded_for(hop) } else { address(hop) };
            let Some(named) = named else { break };
            nearest = named;
            if !self.trusts(named) {
                break;
            }
        }
        nearest
    }

    /// True if the address belongs to a trusted proxy.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }
}

/// Parses the address in one element of `Forwarded`: `for="[2001:db8::1]:4711";proto=https`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let pair = element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| value.trim())
    })?;
    address(pair.trim_matches('"'))
}

/// Parses an address with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    if let Some(rest) = text.strip_prefix('[') {
        return rest.split(']').next()?.parse().ok();
    }
    text.parse().ok().or_else(|| text.rsplit_once(':')?.0.parse().ok())
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(proxies: &Proxies, peer: &str, headers: &[(&str, &str)]) -> Client {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap()))
            .collect();
        proxies.client(peer.parse().unwrap(), &headers)
    }

    fn at(address: &str) -> Client {
        Client::Address(address.parse().unwrap())
    }

    #[test]
    fn only_a_trusted_proxy_sets_the_client() {
        let no_proxies = Proxies::default();
        assert_eq!(client(&no_proxies, "203.0.113.9", &[("x-forwarded-for", "198.51.100.1")]), at("203.0.113.9"));
        let proxies = Proxies { networks: vec!["10.0.0.0/8".parse().unwrap()], ..Proxies::default() };
        for (peer, header, expected) in [
            ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.2.3.4", "198.51.100.1"),
            ("10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
            ("10.0.0.1", "[2001:db8:1:2:3::4]:80", "2001:db8:1:2::"),
            ("10.0.0.1", "nonsense, 10.0.0.2", "10.0.0.2"),
            ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ] {
            assert_eq!(client(&proxies, peer, &[("x-forwarded-for", header)]), at(expected), "{peer} {header}");
            assert_eq!(client(&proxies, "10.0.0.1", &[("forwarded", "for=198.51.100.1")]), at("10.0.0.1"));
        }
    }

    #[test]
    fn forwarded_headers_and_client_keys() {
        let proxies = Proxies {
            networks: vec!["10.0.0.0/8".parse().unwrap()],
            header: header::FORWARDED,
            key: Some(HeaderName::from_static("x-consumer")),
        };
        let forwarded = r#"for=1.1.1.1, For="[2001:db8::1]:4711";proto=https, for=10.9.9.9"#;
        assert_eq!(client(&proxies, "10.0.0.1", &[("forwarded", forwarded)]), at("2001:db8::"));
        let key = [("x-consumer", "alice"), ("forwarded", forwarded)];
        assert_eq!(client(&proxies, "10.0.0.1", &key), Client::Key("alice".to_owned()));
        assert_eq!(client(&proxies, "203.0.113.9", &key), at("203.0.113.9"), "a client can forge a key");
        let long = "a".repeat(300);
        assert_eq!(client(&proxies, "10.0.0.1", &[("x-consumer", &long)]), at("10.0.0.1"));
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one_client() {
        let no_proxies = Proxies::default();
        assert_eq!(client(&no_proxies, "2001:db8:1:2:a::1", &[]), client(&no_proxies, "2001:db8:1:2:b::2", &[]));
    }
}
