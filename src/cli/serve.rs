//! `lionrock serve`: runs the gateway.

use std::{io::Write, net::SocketAddr, sync::Arc};

use anyhow::{Context, bail};
use clap::Args;
use tokio::{net::TcpListener, signal};

#[cfg(unix)]
use super::open_files::raise_limit;
use super::{documents::Checker, loading::show_progress, reload::WatchedFiles};
use crate::{
    api::subgraph::Subgraph,
    cli::config::{
        Serving, Upstream,
        public::{Clients, Load, TrustedDocuments},
    },
    refresh::{Refresher, Settings},
    server::{
        Gateway, ServeOptions,
        client::Proxies,
        documents::{self, Documents},
        metrics,
    },
    upstream::replica_cache::ReplicaCacheAddress,
};

#[derive(Args, Debug)]
pub struct Serve {
    #[command(flatten)]
    serving: Serving,
    #[command(flatten)]
    load: Load,
    #[command(flatten)]
    documents: TrustedDocuments,
    #[command(flatten)]
    clients: Clients,
    #[command(flatten)]
    upstream: Upstream,
}

impl Serve {
    pub async fn run(self) -> anyhow::Result<()> {
        let documents = documents(&self.documents, self.serving.subgraph.unwrap_or_default()).await?;
        let listener = bind(self.serving.listen).await?;
        let metrics_listener = match self.serving.metrics_listen {
            Some(wanted) => Some(bind(wanted).await?),
            None => None,
        };
        let watched = WatchedFiles::now(&self.upstream);
        let shared = self
            .serving
            .redis_url
            .as_deref()
            .filter(|url| !url.is_empty())
            .map(ReplicaCacheAddress::parse)
            .transpose()?;
        let shared = match (shared, self.serving.redis_secret.as_deref().filter(|secret| !secret.is_empty())) {
            (Some(address), Some(secret)) => Some(address.with_secret(secret)),
            (Some(address), None) => {
                tracing::warn!(
                    "the files in Redis are not authenticated: set --redis-secret to the same text on every replica"
                );
                Some(address)
            }
            (None, _) => None,
        };
        let settings = Settings { shared, ..self.upstream.settings(self.serving.refresh_interval)? };
        let refresher = Arc::new(Refresher::start(settings)?);
        let metrics_address = metrics_listener.as_ref().map(TcpListener::local_addr).transpose()?;
        #[cfg(unix)]
        let load = Load { max_connections: raise_limit(self.load.max_connections), ..self.load };
        #[cfg(not(unix))]
        let load = self.load;
        let options =
            ServeOptions { subgraph: self.serving.subgraph, ..options(load, self.clients, metrics_listener.is_none()) };
        let gateway = Gateway::with(refresher.clone(), options, documents);
        // A program that reads the printed address may send a signal immediately, so the handler is installed first.
        let stop = stop();
        announce(&refresher, listener.local_addr()?, metrics_address);
        let keeping = tokio::spawn({
            let refresher = refresher.clone();
            async move { refresher.run().await }
        });
        let showing = tokio::spawn(show_progress(refresher.clone()));
        let reloading = tokio::spawn(watched.keep_reloading(refresher.clone()));
        let counting = metrics_listener.map(|listener| {
            let router = metrics::router(refresher);
            tokio::spawn(async move { axum::serve(listener, router).await })
        });
        gateway.serve(listener, stop).await?;
        for task in [showing, reloading, keeping] {
            task.abort();
        }
        if let Some(counting) = counting {
            counting.abort();
        }
        Ok(())
    }
}

/// Reads the trusted documents, if there are any.
async fn documents(wanted: &TrustedDocuments, subgraph: Subgraph) -> anyhow::Result<Documents> {
    let trusted = wanted.trusted_documents.as_deref().map(documents::read_folder).transpose()?.unwrap_or_default();
    if !trusted.is_empty() {
        let checker = Checker::new(subgraph);
        let mut faults = Vec::new();
        for file in &trusted {
            faults.extend(checker.check(file).await.err().into_iter().flatten());
        }
        if !faults.is_empty() {
            bail!(
                "expected trusted documents that are valid for the schema, found\n       {}",
                faults.join("\n       ")
            );
        }
    }
    Ok(Documents::new(trusted, wanted.trusted_documents_only))
}

fn options(load: Load, clients: Clients, tells_metrics: bool) -> ServeOptions {
    ServeOptions {
        max_batch_size: load.max_batch_size,
        max_concurrent_requests: load.max_concurrent_requests,
        max_response_size: usize::from(load.max_response_size) << 20,
        max_subscriptions: load.max_subscriptions,
        max_connections: load.max_connections,
        response_cache: u64::from(load.response_cache_size) << 20,
        document_cache: u64::from(load.document_cache_size) << 20,
        tells_metrics,
        rate: clients.rate_limit,
        proxies: Proxies {
            networks: clients.trusted_proxy,
            header: clients.proxy_header,
            key: clients.rate_limit_key_header,
        },
        origins: clients.cors_origin,
        ..ServeOptions::default()
    }
}

async fn bind(wanted: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(wanted).await.with_context(|| format!("cannot listen on `{wanted}`"))
}

/// Prints the addresses.
fn announce(refresher: &Refresher, address: SocketAddr, metrics: Option<SocketAddr>) {
    let view = refresher.view();
    let records: usize = view.graph.snapshots.iter().map(|snapshot| snapshot.records.len()).sum();
    let count = view.graph.organisations().len();
    let text = format!(
        "Lionrock serves {count} organisations from {records} records.\n  GraphiQL  http://{address}/graphiql\n  GraphQL   http://{address}/graphql\n  Metrics   http://{}/metrics\n\n",
        metrics.unwrap_or(address)
    );
    // Standard output may be closed.
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Completes when the process receives a signal to terminate.
fn stop() -> impl Future<Output = ()> + Send + 'static {
    #[cfg(unix)]
    let asked = signal::unix::signal(signal::unix::SignalKind::terminate());
    async move {
        let interrupted = async {
            if signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        #[cfg(unix)]
        let terminated = async {
            match asked {
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
}
