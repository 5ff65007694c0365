//! Restricts requests to the listed hosts and to hosts that the operator allows, over TLS and at public addresses only.
//!
//! The operator can allow private addresses. A catalogue entry, redirect or DNS answer that points elsewhere is
//! refused.

use std::{
    env,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use arc_swap::ArcSwap;
use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};

use super::error::{FetchErrorKind, PrivateAddress, RefusedRedirect};

/// The route of requests.
#[derive(Clone, Debug)]
pub enum FetchMode {
    /// Direct requests to the publishers, over TLS.
    Direct,
    /// Requests through a mirror: `https://host/path?query` becomes `BASE/host/path?query`.
    Mirror(Url),
    /// No network access.
    Offline,
}

/// The hosts that the operator allows in addition to the listed hosts at public addresses.
#[derive(Debug, Default)]
pub struct AllowedHosts {
    /// Additional hosts. They may have private addresses and need not use TLS.
    hosts: ArcSwap<Vec<String>>,
    /// Hosts that may have private addresses.
    private: Vec<String>,
}

impl AllowedHosts {
    /// Creates the set from additional hosts and from hosts that may have private addresses.
    pub fn new(hosts: Vec<String>, private: Vec<String>) -> Self {
        Self { hosts: ArcSwap::from_pointee(hosts), private }
    }

    /// Replaces the additional hosts.
    pub(super) fn name(&self, hosts: Vec<String>) {
        self.hosts.store(Arc::new(hosts));
    }

    fn is_named(&self, host: &str) -> bool {
        self.hosts.load().iter().any(|named| named.eq_ignore_ascii_case(host))
    }

    fn may_be_private(&self, host: &str) -> bool {
        self.is_named(host) || self.private.iter().any(|named| named.eq_ignore_ascii_case(host))
    }
}

/// The domains of the publishers and the portal.
const LISTED_DOMAINS: [&str; 3] = ["gov.hk", "hkstp.org", "hkpc.org"];

fn is_listed(host: &str) -> bool {
    LISTED_DOMAINS
        .iter()
        .any(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// An official URL and the URL to request for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// The host of the official URL.
    pub host: String,
    pub asked: Url,
    /// The URL as listed, if it is listed without TLS. Used for hosts that do not support TLS.
    pub plain: Option<Url>,
}

/// Returns the URL to request for an official URL.
pub(super) fn address(url: &str, way: &FetchMode, allowed: &AllowedHosts) -> Result<Address, FetchErrorKind> {
    let official = Url::parse(url).map_err(|_| FetchErrorKind::BadAddress)?;
    let host = official.host_str().ok_or(FetchErrorKind::BadAddress)?.to_owned();
    let is_named = allowed.is_named(&host);
    if !is_listed(&host) && !is_named {
        return Err(FetchErrorKind::UnlistedHost(host));
    }
    let mut plain = None;
    let asked = match way {
        FetchMode::Offline => return Err(FetchErrorKind::Offline),
        FetchMode::Direct if is_named => official,
        FetchMode::Direct => {
            // Some catalogue entries still use `http`.
            plain = (official.scheme() == "http").then(|| official.clone());
            let mut secure = official;
            secure.set_scheme("https").map_err(|()| FetchErrorKind::BadAddress)?;
            secure
        }
        FetchMode::Mirror(base) => {
            let mut mirrored = base.clone();
            mirrored.set_path(&format!("{}/{host}{}", base.path().trim_end_matches('/'), official.path()));
            mirrored.set_query(official.query());
            mirrored
        }
    };
    Ok(Address { host, asked, plain })
}

const MOST_REDIRECTS: usize = 5;

/// Returns the redirect policy. It follows redirects among listed hosts over TLS, within a host that the operator
/// allowed, or within the mirror.
pub(super) fn redirects(way: &FetchMode, allowed: &Arc<AllowedHosts>) -> redirect::Policy {
    let mirror = match way {
        FetchMode::Mirror(base) => Some(base.origin()),
        FetchMode::Direct | FetchMode::Offline => None,
    };
    let allowed = allowed.clone();
    redirect::Policy::custom(move |attempt| {
        let to = attempt.url();
        let host = to.host_str().unwrap_or_default();
        let may_follow = if let Some(origin) = &mirror {
            to.origin() == *origin
        } else {
            let is_within = attempt.previous().last().is_some_and(|from| from.host_str() == Some(host));
            to.scheme() == "https" && is_listed(host) || is_within && allowed.is_named(host)
        };
        if may_follow && attempt.previous().len() <= MOST_REDIRECTS {
            attempt.follow()
        } else {
            let to = to.to_string();
            attempt.error(RefusedRedirect(to))
        }
    })
}

/// A DNS resolver that removes non-public addresses. The client connects to the addresses that it returns, so DNS
/// rebinding has no effect.
pub(super) struct PublicOnly {
    allowed: Arc<AllowedHosts>,
    /// The hosts of the operator's own proxies, which may have any address.
    proxies: Vec<String>,
}

impl PublicOnly {
    pub fn new(allowed: &Arc<AllowedHosts>) -> Self {
        let variables = ["ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"];
        let host = |variable: &str| Url::parse(&env::var(variable).ok()?).ok()?.host_str().map(str::to_owned);
        Self { allowed: allowed.clone(), proxies: variables.into_iter().filter_map(host).collect() }
    }

    fn check(&self, host: &str, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, PrivateAddress> {
        if self.allowed.may_be_private(host) || self.proxies.iter().any(|proxy| proxy == host) {
            return Ok(found);
        }
        let private = found.iter().map(SocketAddr::ip).find(|ip| !is_public(*ip));
        let public: Vec<SocketAddr> = found.into_iter().filter(|address| is_public(address.ip())).collect();
        match private {
            Some(found) if public.is_empty() => Err(PrivateAddress { host: host.to_owned(), found }),
            _ => Ok(public),
        }
    }
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let this = Self { allowed: self.allowed.clone(), proxies: self.proxies.clone() };
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let public = this.check(name.as_str(), found)?;
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// True if an address is globally routable, according to IANA's special-purpose address registries.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

const fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || matches!(address.octets(), [0 | 240..=255, ..] | [100, 64..=127, ..] | [192, 0, 0, _] | [198, 18 | 19, ..]);
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let last_four = |[.., high, low]: [u16; 8]| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    let segments = address.segments();
    match segments {
        // Embedded IPv4 addresses: IPv4-mapped, NAT64, 6to4.
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => is_public_v4(last_four(segments)),
        [0x2002, high, low, ..] => is_public_v4(last_four([0, 0, 0, 0, 0, 0, high, low])),
        // Teredo, other IETF protocol assignments, and documentation ranges.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request_url(way: &FetchMode, url: &str) -> Result<String, FetchErrorKind> {
        address(url, way, &AllowedHosts::default()).map(|address| address.asked.into())
    }

    #[test]
    fn only_listed_hosts_over_tls_are_allowed() {
        let direct = request_url(&FetchMode::Direct, "http://www.itf.gov.hk/a?b=c");
        assert_eq!(direct.as_deref(), Ok("https://www.itf.gov.hk/a?b=c"));
        let plain = |url| address(url, &FetchMode::Direct, &AllowedHosts::default()).unwrap().plain.map(String::from);
        assert_eq!(plain("http://www.itf.gov.hk/a?b=c").as_deref(), Some("http://www.itf.gov.hk/a?b=c"));
        assert_eq!(plain("https://www.itf.gov.hk/a?b=c"), None);
        for host in ["example.org", "evilgov.hk", "gov.hk.example.org", "127.0.0.1", "localhost", "[::1]"] {
            let refused = request_url(&FetchMode::Direct, &format!("https://{host}/x"));
            assert_eq!(refused, Err(FetchErrorKind::UnlistedHost(host.to_owned())));
        }
    }

    #[test]
    fn a_mirror_has_a_folder_per_host() {
        let base = Url::parse("http://127.0.0.1:9/root/").unwrap();
        let mirrored =
            request_url(&FetchMode::Mirror(base), "https://data.gov.hk/en-data/api/3/action/package_show?id=x");
        assert_eq!(
            mirrored.as_deref(),
            Ok("http://127.0.0.1:9/root/data.gov.hk/en-data/api/3/action/package_show?id=x")
        );
    }

    #[test]
    fn special_purpose_addresses_are_not_public() {
        for special in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.168.1.1",
            "198.18.0.1",
            "203.0.113.7",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(special.parse().unwrap()), "{special}");
        }
        for public in
            ["8.8.8.8", "203.129.1.1", "100.128.0.1", "2001:4860:4860::8888", "64:ff9b::808:808", "::ffff:8.8.8.8"]
        {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn a_listed_host_at_a_private_address_is_refused_unless_allowed() {
        let found: Vec<SocketAddr> = vec!["10.0.0.7:0".parse().unwrap()];
        let both: Vec<SocketAddr> = vec!["10.0.0.7:0".parse().unwrap(), "8.8.8.8:0".parse().unwrap()];
        let only = |allowed| PublicOnly { allowed: Arc::new(allowed), proxies: vec!["proxy.example".to_owned()] };
        let strict = only(AllowedHosts::default());
        let refused = strict.check("www.itf.gov.hk", found.clone()).unwrap_err();
        assert_eq!((refused.host.as_str(), refused.found), ("www.itf.gov.hk", found[0].ip()));
        assert_eq!(strict.check("www.itf.gov.hk", both.clone()), Ok(vec![both[1]]));
        assert_eq!(strict.check("proxy.example", found.clone()), Ok(found.clone()));
        let named = only(AllowedHosts::new(Vec::new(), vec!["www.itf.gov.hk".to_owned()]));
        assert_eq!(named.check("WWW.itf.gov.hk", found.clone()), Ok(found));
    }

    #[tokio::test]
    async fn names_are_resolved_before_the_check() {
        let resolver = PublicOnly::new(&Arc::default());
        let refused = resolver.resolve("localhost".parse().unwrap()).await.err().unwrap();
        assert!(
            refused.downcast_ref::<PrivateAddress>().is_some_and(|refused| refused.found.is_loopback()),
            "{refused}"
        );
    }
}
