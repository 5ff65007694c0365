//! `lionrock health`: queries the readiness of a running gateway, for health checks in containers without a shell.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, bail};
use clap::Args;
use reqwest::{Client, Url};

/// Maximum time for the response.
const LIMIT: Duration = Duration::from_secs(5);

#[derive(Args, Debug)]
pub struct HealthArgs {
    /// Base URL of the gateway. By default, the port of `--listen` on this machine.
    #[arg(value_name = "URL")]
    url: Option<Url>,

    /// Address that the gateway listens on.
    #[arg(long, env = "LIONROCK_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:4000")]
    listen: SocketAddr,
}

impl HealthArgs {
    /// Fails unless the gateway serves a graph.
    pub async fn run(self) -> anyhow::Result<()> {
        let base = self.url.map_or_else(|| local(self.listen), String::from);
        let url = format!("{}/readyz", base.trim_end_matches('/'));
        // An error means that a provider is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().timeout(LIMIT).build()?;
        let response = client.get(&url).send().await.with_context(|| format!("no response from {url}"))?;
        if !response.status().is_success() {
            bail!("expected a status of success from {url}, found {}", response.status());
        }
        Ok(())
    }
}

/// Returns the base URL of a gateway on this machine. An unspecified address becomes a loopback address.
fn local(listen: SocketAddr) -> String {
    let host = match listen {
        SocketAddr::V4(address) if address.ip().is_unspecified() => "127.0.0.1".to_owned(),
        SocketAddr::V6(address) if address.ip().is_unspecified() => "[::1]".to_owned(),
        SocketAddr::V4(address) => address.ip().to_string(),
        SocketAddr::V6(address) => format!("[{}]", address.ip()),
    };
    format!("http://{host}:{}", listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unspecified_addresses_are_checked_over_loopback() {
        for (listen, url) in [
            ("0.0.0.0:4000", "http://127.0.0.1:4000"),
            ("[::]:80", "http://[::1]:80"),
            ("192.0.2.1:8080", "http://192.0.2.1:8080"),
        ] {
            assert_eq!(local(listen.parse().unwrap()), url);
        }
    }
}
