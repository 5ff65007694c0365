//! The saved files of a dataset: loaded at the start, saved after each change, and restored on an operator's request.

use std::{collections::HashMap, sync::Arc};

use jiff::SignedDuration;

use crate::{
    domain::{clock, dataset_status::DatasetError},
    refresh::{
        dataset::{DatasetRefresher, RefreshContext, reading::sort},
        overrides::Override,
        state::DatasetState,
    },
    upstream::{
        bundle,
        fetch::Fetched,
        file_store::{FileStore, FileStoreError, StoredDataset, StoredFile},
        guard::{self, UnreadReason},
        raw::{Origin, RawFile},
        read_options::ReadOptions,
        snapshot::Snapshot,
        source::Source,
    },
};

impl DatasetRefresher {
    /// Loads the saved files of a dataset, else the bundled ones.
    pub(crate) fn start(
        source: &'static Source,
        held: Option<&FileStore>,
        changed: Override,
        keep_personal_data: bool,
    ) -> Self {
        let options = ReadOptions { keep_personal_data, header_aliases: changed.names.clone() };
        let mut state = DatasetState { is_off: !changed.enabled, ..DatasetState::unknown(source) };
        let kept = held.filter(|_| changed.enabled).map(|held| held.files(&source.dataset)).unwrap_or_default();
        let StoredDataset { files: held, refused, mut damaged } = kept;
        let mut raw: Vec<RawFile> = held.iter().map(|file| file.raw.clone()).collect();
        let mut snapshot = read_saved(source, &mut raw, &options, &mut damaged);
        if snapshot.is_none() && changed.enabled {
            raw = bundle::files(&source.dataset);
            snapshot = read_bundled(source, raw.clone(), &options);
        }
        for damage in &damaged {
            tracing::warn!(dataset = source.dataset.plan, "stored file ignored: {damage}");
        }
        if !damaged.is_empty() {
            let now = clock::now();
            let message = damaged.join("; ");
            state.storage_error = Some(DatasetError::new("STORED_FILE_CORRUPT", &message, now, now));
        }
        state.confirmed_at = raw.iter().map(|file| file.retrieved_at).min().flatten();
        let snapshot = Arc::new(snapshot.unwrap_or_else(|| (source.read.none)(&source.dataset)));
        let given_up = HashMap::new();
        Self { source, changed, options, raw, snapshot, state, listing: None, held, refused, given_up }
    }

    /// Saves the files for the next run.
    pub(crate) async fn save_files(&mut self, context: &RefreshContext) {
        let Some(held) = context.held.clone() else { return };
        let mut files = Vec::new();
        for raw in self.raw.iter().filter(|raw| raw.origin != Origin::Bundled) {
            // The validators of another body must not be stored with this one.
            let fetched = context.fetcher.kept(&raw.distribution.url).await;
            let fetched = fetched.filter(|fetched| fetched.sha256 == raw.sha256);
            files.push(StoredFile {
                raw: raw.clone(),
                etag: fetched.as_ref().and_then(|fetched| fetched.etag.clone()),
                last_modified: fetched.and_then(|fetched| fetched.last_modified.clone()),
            });
        }
        if files.is_empty() {
            self.state.storage_error.take_if(|error| error.code == "STATE_DIR_LOCKED" && held.is_claimed());
            return;
        }
        let (source, refused) = (self.source, self.refused.clone());
        let kept = tokio::task::spawn_blocking(move || held.keep(&source.dataset, &files, &refused)).await;
        match kept {
            Ok(Ok(())) => self.state.storage_error = None,
            Ok(Err(error)) => self.record_save_error(&error),
            Err(error) => tracing::error!(dataset = source.dataset.plan, "the task that stores files failed: {error}"),
        }
    }

    /// True if saving the files failed and a retry is due.
    pub(crate) fn needs_saving(&self) -> bool {
        self.state.storage_error.as_ref().is_some_and(|error| match error.code {
            "STATE_DIR_LOCKED" => true,
            "STATE_DIR_NOT_WRITABLE" => clock::now().duration_since(error.at) > SignedDuration::from_mins(1),
            _ => false,
        })
    }

    /// Records that the files could not be saved.
    pub(crate) fn record_save_error(&mut self, error: &FileStoreError) {
        let (now, before) = (clock::now(), self.state.storage_error.as_ref());
        let before = before.filter(|before| before.code == error.code());
        // A lock by another process is logged once for all datasets.
        if before.is_none() && !matches!(error, FileStoreError::InUse) {
            tracing::warn!(dataset = self.source.dataset.plan, "cannot store the files: {error}");
        }
        let since = before.map_or(now, |before| before.since);
        self.state.storage_error = Some(DatasetError::new(error.code(), &error.to_string(), now, since));
    }

    /// Serves an earlier version until the publisher has a new one.
    pub(crate) async fn restore(&mut self, held: &FileStore, number: u32) -> Result<(), FileStoreError> {
        let (held, source, options) = (held.clone(), self.source, self.options.clone());
        let restored = tokio::task::spawn_blocking(move || {
            held.restore(&source.dataset, number)?;
            let StoredDataset { files, refused, mut damaged } = held.files(&source.dataset);
            let mut raw: Vec<RawFile> = files.into_iter().map(|file| file.raw).collect();
            let snapshot = read_saved(source, &mut raw, &options, &mut damaged);
            let reason = || damaged.into_iter().next().unwrap_or_default();
            let snapshot = snapshot.ok_or_else(|| FileStoreError::Damaged {
                number,
                url: source.dataset.id(),
                reason: reason(),
            })?;
            Ok::<_, FileStoreError>((snapshot, raw, refused))
        });
        let Ok(restored) = restored.await else { return Ok(()) };
        let (snapshot, raw, refused) = restored?;
        if self.state.is_off {
            return Ok(());
        }
        (self.snapshot, self.raw, self.refused) = (Arc::new(snapshot), raw, refused);
        self.state.last_changed = Some(clock::now());
        Ok(())
    }

    /// True if the operator rejected this body. A different body at the address ends all its rejections.
    pub(crate) fn is_refused(&mut self, url: &str, fetched: &Fetched) -> bool {
        self.refused.retain(|refused| refused.url != url || refused.sha256 == fetched.sha256);
        self.refused.iter().any(|refused| refused.url == url)
    }

    /// Adds the other restored files, so that the restored version stays complete while the publisher serves a rejected
    /// body.
    pub(crate) fn stay_restored(&self, raw: &mut Vec<RawFile>) {
        let is_there = |known: &&RawFile| raw.iter().any(|file| file.distribution.url == known.distribution.url);
        let missing: Vec<RawFile> = self.raw.iter().filter(|known| !is_there(known)).cloned().collect();
        raw.extend(missing);
        sort(raw);
    }
}

/// Reads saved files. Unreadable ones are skipped.
fn read_saved(
    source: &'static Source,
    raw: &mut Vec<RawFile>,
    options: &ReadOptions,
    damaged: &mut Vec<String>,
) -> Option<Snapshot> {
    while !raw.is_empty() {
        match guard::read_here(source, raw.clone(), options, guard::LONGEST) {
            Ok(snapshot) => return Some(snapshot),
            Err(UnreadReason::File(error)) => {
                raw.retain(|file| file.distribution.url != error.url);
                damaged.push(error.to_string());
            }
            Err(together) => {
                raw.clear();
                damaged.push(together.to_string());
            }
        }
    }
    None
}

fn read_bundled(source: &'static Source, raw: Vec<RawFile>, options: &ReadOptions) -> Option<Snapshot> {
    if raw.is_empty() {
        return None;
    }
    (source.read.files)(source, raw, options.clone())
        .inspect_err(|error| tracing::error!(dataset = source.dataset.plan, "cannot read the bundled rows: {error}"))
        .ok()
}
