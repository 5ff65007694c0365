//! `lionrock serve`: the gateway.

use std::{io::Write, net::SocketAddr, sync::Arc};

use anyhow::Context;
use clap::Args;
use tokio::{net::TcpListener, signal};

use super::loading::show_progress;
use crate::{
    config::{Serving, Upstream},
    graph::refresh::Refresher,
    server::Gateway,
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
        let wanted = self.serving.listen;
        let listener = TcpListener::bind(wanted)
            .await
            .with_context(|| format!("expected a free address to listen at, found `{wanted}` not to be had"))?;
        let refresher = Arc::new(Refresher::start(self.upstream.settings(self.serving.refresh_every)?)?);
        announce(&refresher, listener.local_addr()?);
        let keeping = tokio::spawn({
            let refresher = refresher.clone();
            async move { refresher.run().await }
        });
        let showing = tokio::spawn(show_progress(refresher.clone()));
        Gateway::new(refresher).serve(listener, stop()).await?;
        showing.abort();
        keeping.abort();
        Ok(())
    }
}

/// Says where to click.
fn announce(refresher: &Refresher, address: SocketAddr) {
    let view = refresher.view();
    let records: usize = view.graph.snapshots.iter().map(|snapshot| snapshot.records.len()).sum();
    let count = view.graph.organisations().len();
    let text = format!(
        "Lionrock serves {count} organisations from {records} records.\n  GraphiQL  http://{address}/\n  GraphQL   http://{address}/graphql\n"
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
