//! Applies changed overrides to a dataset while the gateway runs.

use std::sync::Arc;

use crate::{
    domain::clock,
    refresh::{
        dataset::{DatasetRefresher, RefreshContext},
        overrides::Override,
    },
    upstream::guard,
};

/// The result of an override change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeOutcome {
    /// Nothing changed.
    None,
    /// The rows changed, and the dataset is due for a refresh.
    Rows,
    /// The rows are unchanged, and the dataset is due for a refresh.
    Due,
}

impl DatasetRefresher {
    /// Applies an override. New column aliases are applied to the known files at once.
    pub(crate) async fn change(&mut self, changed: Override, context: &RefreshContext) -> ChangeOutcome {
        if changed == self.changed {
            return ChangeOutcome::None;
        }
        let before = std::mem::replace(&mut self.changed, changed.clone());
        self.options.header_aliases = changed.names.clone();
        self.state.next_due = Some(clock::now());
        if before.enabled != changed.enabled
            || (changed.enabled && self.raw.is_empty() && before.names != changed.names)
        {
            let (source, held, keep_personal_data) =
                (self.source, context.held.clone(), self.options.keep_personal_data);
            let started =
                tokio::task::spawn_blocking(move || Self::start(source, held.as_ref(), changed, keep_personal_data));
            return self.replace(started.await.ok());
        }
        if before.names == changed.names || !changed.enabled {
            return ChangeOutcome::Due;
        }
        let source = self.source;
        match guard::read(source, self.raw.clone(), self.options.clone(), guard::LONGEST).await {
            Ok(snapshot) => {
                self.snapshot = Arc::new(snapshot);
                self.state.last_changed = Some(clock::now());
                ChangeOutcome::Rows
            }
            Err(error) => {
                tracing::error!(
                    dataset = source.dataset.plan,
                    "cannot read the stored files with the new columns: {error}"
                );
                ChangeOutcome::Due
            }
        }
    }

    fn replace(&mut self, started: Option<Self>) -> ChangeOutcome {
        match started {
            Some(started) => {
                *self = started;
                ChangeOutcome::Rows
            }
            None => ChangeOutcome::Due,
        }
    }
}
