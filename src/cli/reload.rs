//! Reading the operator's files again while the gateway serves: when one of them changed, and when a `SIGHUP` comes. A
//! wrong file is refused with everything else that was changed with it; what is served stays as it is.

use std::{fs, path::PathBuf, sync::Arc, time::Duration};

use crate::{cli::config::Upstream, domain::metrics::ReloadOutcome, refresh::Refresher};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(1);

/// What a file looks like from outside: when it was written, and its size; `None` where there is none.
type Look = Vec<Option<(std::time::SystemTime, u64)>>;

/// The operator's files, as they were when they were last read.
pub struct WatchedFiles {
    upstream: Upstream,
    files: Vec<PathBuf>,
    applied: Look,
}

impl WatchedFiles {
    /// The files as they are now: to be asked for before they are read.
    pub fn now(upstream: &Upstream) -> Self {
        let files = upstream.files();
        let applied = look(&files);
        Self { upstream: upstream.clone(), files, applied }
    }

    /// Reads the files again whenever it is time, for ever.
    pub async fn keep_reloading(mut self, refresher: Arc<Refresher>) {
        let mut hangups = Hangups::new();
        let mut before = self.applied.clone();
        loop {
            let is_asked = tokio::select! {
                () = tokio::time::sleep(LOOK) => false,
                () = hangups.next() => true,
            };
            let now = look(&self.files);
            // A file that is still being written looks different the next time.
            let is_new = now != self.applied && now == before;
            before.clone_from(&now);
            if is_asked || is_new {
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
            // A dataset that is being fetched takes its part later: the next change need not wait for that.
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

fn look(files: &[PathBuf]) -> Look {
    let seen = |path: &PathBuf| {
        let known = fs::metadata(path).ok()?;
        Some((known.modified().ok()?, known.len()))
    };
    files.iter().map(seen).collect()
}

/// The wishes of the operator by `SIGHUP`, where there is such a thing.
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
