//! `lionrock health`: asks a running gateway whether it serves, for the health checks of containers without a shell.

use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use reqwest::{Client, Url};

/// Maximum time for the response.
const LIMIT: Duration = Duration::from_secs(5);

#[derive(Args, Debug)]
pub struct HealthArgs {
    /// Base URL of the gateway. The path `/readyz` is added to it.
    #[arg(value_name = "URL", default_value = "http://127.0.0.1:4000")]
    url: Url,
}

impl HealthArgs {
    /// Fails unless the gateway serves a graph.
    pub async fn run(self) -> anyhow::Result<()> {
        let url = format!("{}/readyz", self.url.as_str().trim_end_matches('/'));
        // An error means that a provider is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().timeout(LIMIT).build()?;
        let response = client.get(&url).send().await.with_context(|| format!("no response from {url}"))?;
        if !response.status().is_success() {
            bail!("expected the status 200 from {url}, found {}", response.status());
        }
        Ok(())
    }
}
