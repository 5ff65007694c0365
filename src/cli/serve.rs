//! `lionrock serve`: the gateway.

use std::{io::Write, net::SocketAddr, sync::Arc};

use anyhow::Context;
use clap::Args;
use tokio::{net::TcpListener, signal};

use super::{loading::show_progress, reload::Watched};
use crate::{
    config::{Serving, Upstream},
    graph::refresh::{Refresher, Settings},
    server::{Gateway, metrics},
    upstream::shared::SharedAddress,
};

#[derive(Args, Debug)]
pub struct Serve {
    #[command(flatten)]
    serving: Serving,
    #[command(flatten)]
    upstream: Upstream,
}

impl Serve {
    pub async fn run(self) -> anyhow::Result<()> {
        let listener = bind(self.serving.listen).await?;
        let metrics_listener = match self.serving.metrics_listen {
            Some(wanted) => Some(bind(wanted).await?),
            None => None,
        };
        let watched = Watched::now(&self.upstream);
        let shared =
            self.serving.redis.as_deref().filter(|url| !url.is_empty()).map(SharedAddress::parse).transpose()?;
        let settings = Settings { shared, ..self.upstream.settings(self.serving.refresh_every)? };
        let refresher = Arc::new(Refresher::start(settings)?);
        let metrics_address = metrics_listener.as_ref().map(TcpListener::local_addr).transpose()?;
        announce(&refresher, listener.local_addr()?, metrics_address);
        let keeping = tokio::spawn({
            let refresher = refresher.clone();
            async move { refresher.run().await }
        });
        let showing = tokio::spawn(show_progress(refresher.clone()));
        let reloading = tokio::spawn(watched.keep_reloading(refresher.clone()));
        let mut gateway = Gateway::new(refresher.clone());
        let counting = metrics_listener.map(|listener| {
            let router = metrics::router(refresher);
            tokio::spawn(async move { axum::serve(listener, router).await })
        });
        if counting.is_some() {
            gateway = gateway.without_metrics();
        }
        gateway.serve(listener, stop()).await?;
        for task in [showing, reloading, keeping] {
            task.abort();
        }
        if let Some(counting) = counting {
            counting.abort();
        }
        Ok(())
    }
}

async fn bind(wanted: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(wanted)
        .await
        .with_context(|| format!("expected a free address to listen at, found `{wanted}` not to be had"))
}

/// Says where to click.
fn announce(refresher: &Refresher, address: SocketAddr, metrics: Option<SocketAddr>) {
    let view = refresher.view();
    let records: usize = view.graph.snapshots.iter().map(|snapshot| snapshot.records.len()).sum();
    let count = view.graph.organisations().len();
    let text = format!(
        "Lionrock serves {count} organisations from {records} records.\n  GraphiQL  http://{address}/\n  GraphQL   http://{address}/graphql\n  Metrics   http://{}/metrics\n\n",
        metrics.unwrap_or(address)
    );
    // Whoever started the server may not read what it prints.
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Over when the process is asked to end.
async fn stop() {
    let interrupted = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
