//! Loads the graph for a command that runs once, and shows the progress of fetching on a terminal.

use std::{io::IsTerminal, sync::Arc};

use clap::{Args, builder::BoolishValueParser};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{cli::config::Upstream, linking::Curated, refresh::Refresher};

/// The data sources of a command that runs once.
#[derive(Args, Debug)]
pub struct DataSource {
    #[command(flatten)]
    upstream: Upstream,

    /// Fetch all datasets before running the command. Implied by `--mirror`.
    #[arg(long, env = "LIONROCK_REFRESH", value_parser = BoolishValueParser::new())]
    refresh: bool,
}

impl DataSource {
    /// Returns the reviewed lines, including the operator's.
    pub fn curated(&self) -> anyhow::Result<Curated> {
        Ok(self.upstream.curated()?)
    }

    /// Returns the graph, loaded from the bundle and the state directory, and refreshed if requested.
    pub async fn load(&self) -> anyhow::Result<Arc<Refresher>> {
        let refresher = Arc::new(Refresher::start(self.upstream.settings(None)?)?);
        if self.refresh || self.upstream.mirror.is_some() {
            let shown = tokio::spawn(show_progress(refresher.clone()));
            refresher.refresh_all().await;
            shown.abort();
        }
        Ok(refresher)
    }
}

/// Shows the progress of a refresh on a terminal until the refresh ends.
pub async fn show_progress(refresher: Arc<Refresher>) {
    if !std::io::stderr().is_terminal() {
        return;
    }
    let mut progress = refresher.progress();
    let bar = ProgressBar::no_length().with_message("fetching datasets");
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len}") {
        bar.set_style(style);
    }
    while progress.changed().await.is_ok() {
        let now = *progress.borrow_and_update();
        bar.set_length(now.total as u64);
        bar.set_position(now.done as u64);
        if now.total > 0 && now.done == now.total {
            break;
        }
    }
    bar.finish_and_clear();
}
