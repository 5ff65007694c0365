//! Maintains the state directory: acquires its lock, saves the files that could not be saved, restores requested versions.

use std::time::Duration;

use super::Refresher;
use crate::publishers;

/// The interval of state directory maintenance.
const MAINTENANCE_INTERVAL: Duration = Duration::from_secs(2);

impl Refresher {
    /// Locks the state directory for this process, or records in every dataset why it cannot.
    pub(super) async fn lock_state_directory(&self) {
        let Some(held) = &self.context.held else { return };
        match held.claim() {
            Ok(is_new) => {
                if is_new {
                    tracing::info!("acquired the lock of the state directory");
                }
                self.save_all().await;
            }
            Err(error) => {
                let mut is_new = false;
                for dataset in &self.datasets {
                    // A dataset that is being refreshed records the error itself.
                    if let Ok(mut dataset) = dataset.try_lock() {
                        is_new |= dataset.state.storage_error.as_ref().is_none_or(|known| known.code != error.code());
                        dataset.record_save_error(&error);
                    }
                }
                if is_new {
                    tracing::warn!(path = %held.folder().display(), "{error}");
                    self.publish(false).await;
                }
            }
        }
    }

    /// Retries the files that could not be saved so far.
    async fn save_all(&self) {
        let mut any = false;
        for dataset in &self.datasets {
            // A dataset that is being refreshed saves its files itself.
            let Ok(mut dataset) = dataset.try_lock() else { continue };
            if dataset.needs_saving() {
                dataset.save_files(&self.context).await;
                any = true;
            }
        }
        if any {
            self.publish(false).await;
        }
    }

    /// Takes over the state directory after its previous owner ends, and restores the versions that
    /// `lionrock versions restore` requests.
    pub(super) async fn maintain_state_directory(&self) {
        let Some(held) = &self.context.held else { return };
        loop {
            self.lock_state_directory().await;
            for (plan, number) in held.take_requests() {
                let position = publishers::sources().iter().position(|source| source.dataset.plan == plan);
                let Some(dataset) = position.and_then(|position| self.datasets.get(position)) else { continue };
                match dataset.lock().await.restore(held, number).await {
                    Ok(()) => tracing::info!(dataset = plan, version = number, "version restored"),
                    Err(error) => {
                        tracing::error!(dataset = plan, version = number, "cannot restore the version: {error}");
                    }
                }
                self.publish(true).await;
            }
            tokio::time::sleep(MAINTENANCE_INTERVAL).await;
        }
    }
}
