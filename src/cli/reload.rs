//! Reloads the operator's files when one of them changes or the process receives `SIGHUP`. If a file is invalid, no
//! change is applied.

use std::{fs, path::PathBuf, sync::Arc, time::Duration};

use crate::{cli::config::Upstream, domain::metrics::ReloadOutcome, refresh::Refresher};

/// The interval between two checks of the files for changes.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// The modification time and size of each file. `None` for a missing file.
type FileStates = Vec<Option<(std::time::SystemTime, u64)>>;

/// The operator's files, with their state when they were last read.
pub struct WatchedFiles {
    upstream: Upstream,
    files: Vec<PathBuf>,
    applied: FileStates,
}

impl WatchedFiles {
    /// Captures the current state of the files. Call it before the files are read.
    pub fn now(upstream: &Upstream) -> Self {
        let files = upstream.files();
        let applied = file_states(&files);
        Self { upstream: upstream.clone(), files, applied }
    }

    /// Reloads the files on every change. Never returns.
    pub async fn keep_reloading(mut self, refresher: Arc<Refresher>) {
        let mut hangups = Hangups::new();
        let mut before = self.applied.clone();
        loop {
            let is_requested = tokio::select! {
                () = tokio::time::sleep(CHECK_INTERVAL) => false,
                () = hangups.next() => true,
            };
            let now = file_states(&self.files);
            // A file that is still being written has changed again at the next check.
            let is_new = now != self.applied && now == before;
            before.clone_from(&now);
            if is_requested || is_new {
                self.applied = now;
                reload(&self.upstream, &refresher);
            }
        }
    }
}

fn reload(upstream: &Upstream, refresher: &Arc<Refresher>) {
    let read = upstream.overrides().map_err(|error| error.to_string());
    let read = read.and_then(|overrides| {
        let curated = upstream.curated().map_err(|error| error.to_string())?;
        Ok((overrides, curated))
    });
    let outcome = match read {
        Ok((overrides, curated)) => {
            tracing::info!("configuration and identity overrides reloaded");
            let refresher = refresher.clone();
            // A dataset that is being fetched applies its change later. The next reload does not wait for it.
            tokio::spawn(async move { refresher.reconfigure(&overrides, curated).await });
            ReloadOutcome::Applied
        }
        Err(error) => {
            tracing::error!("reload refused, the previous configuration stays in use: {error}");
            ReloadOutcome::Refused
        }
    };
    refresher.metrics().reloaded(outcome);
}

fn file_states(files: &[PathBuf]) -> FileStates {
    let seen = |path: &PathBuf| {
        let known = fs::metadata(path).ok()?;
        Some((known.modified().ok()?, known.len()))
    };
    files.iter().map(seen).collect()
}

/// The `SIGHUP` signals, on platforms that have them.
struct Hangups {
    #[cfg(unix)]
    signals: Option<tokio::signal::unix::Signal>,
}

impl Hangups {
    fn new() -> Self {
        Self {
            #[cfg(unix)]
            signals: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok(),
        }
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        let came = match &mut self.signals {
            Some(signals) => signals.recv().await,
            None => None,
        };
        if came.is_none() {
            std::future::pending::<()>().await;
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        std::future::pending().await
    }
}
