//! Keeping the graph current: from the bundle and what is held at first, then from the publishers, dataset by dataset,
//! each at its own pace. A new graph is built beside the one being served and swapped in whole.
//!
//! A file that fails costs that file only: the one known before stays in its place. Every failure is logged once, here,
//! and shown in `datasets { lastError }`.

use std::{
    collections::HashMap,
    io,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use futures::{StreamExt, future::join_all, stream::FuturesUnordered};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Mutex, watch};

use super::{
    Graph,
    dataset::{DatasetError, DatasetState},
    view::View,
};
use crate::{
    catalog::Distribution,
    clock,
    linking::Curated,
    publishers,
    upstream::{
        bundle,
        decode::DecodeError,
        discover::{self, CatalogueError},
        fetch::{Bounds, FetchError, Fetched, Fetcher, Way},
        held::{Held, HeldFile},
        judge::{Implausible, judge},
        raw::{Origin, RawFile},
        read::{Options, ReadError},
        snapshot::{Snapshot, Snapshots},
        source::{Source, Wanted},
    },
};

/// How the graph is kept.
#[derive(Clone, Debug)]
pub struct Settings {
    pub way: Way,
    pub bounds: Bounds,
    /// Where bodies are held from run to run; nowhere without.
    pub state_dir: Option<PathBuf>,
    pub keep_personal_data: bool,
    /// The same pace for every dataset, instead of its own.
    pub pace: Option<SignedDuration>,
}

/// Settings that cannot be met.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("expected a state directory that can be written, found `{}`: {error}", .path.display())]
    StateDir { path: PathBuf, error: io::Error },
    #[error("expected a machine with TLS, found {0}")]
    Tls(reqwest::Error),
}

/// Why a refresh of a dataset did not bring everything.
#[derive(Clone, Debug, thiserror::Error)]
enum LoadError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Implausible(#[from] Implausible),
    #[error("expected a file of the dataset, found none listed by the portal and none at a known address")]
    NotFound,
}

impl LoadError {
    const fn code(&self) -> &'static str {
        match self {
            Self::Fetch(_) => "FETCH_FAILED",
            Self::Read(_) => "NOT_A_TABLE",
            Self::Implausible(_) => "IMPLAUSIBLE",
            Self::Catalogue(_) | Self::NotFound => "NOT_LISTED",
        }
    }
}

/// How far a round of refreshing is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub done: usize,
    pub total: usize,
}

/// Keeps the graph current.
pub struct Refresher {
    settings: Settings,
    fetcher: Fetcher,
    held: Option<Held>,
    curated: Arc<Curated>,
    slots: Vec<Arc<Mutex<Slot>>>,
    view: ArcSwap<View>,
    progress: watch::Sender<Progress>,
}

/// One dataset as it stands.
struct Slot {
    source: &'static Source,
    raw: Vec<RawFile>,
    snapshot: Arc<Snapshot>,
    state: DatasetState,
    listing: Option<Listing>,
}

/// What the portal said of a dataset, and when.
struct Listing {
    files: Vec<Distribution>,
    at: Timestamp,
}

/// How long the portal's word holds.
const LISTING_HOLDS: SignedDuration = SignedDuration::from_hours(24);
/// How soon a failed refresh is tried again, at the latest.
const AFTER_FAILURE: SignedDuration = SignedDuration::from_mins(10);
/// How long a change waits for others before the graph is built anew.
const GATHER: Duration = Duration::from_millis(250);

impl Refresher {
    /// Reads the bundle and what is held, and builds the first graph.
    pub fn start(settings: Settings) -> Result<Self, StartError> {
        let held = match &settings.state_dir {
            None => None,
            Some(path) => Some(Held::open(path).map_err(|error| StartError::StateDir { path: path.clone(), error })?),
        };
        let fetcher = Fetcher::new(settings.way.clone(), settings.bounds.clone()).map_err(StartError::Tls)?;
        let options = Options { keep_personal_data: settings.keep_personal_data };
        let slots: Vec<Slot> =
            publishers::sources().into_iter().map(|source| Slot::start(source, held.as_ref(), options)).collect();
        let curated = Arc::new(Curated::embedded());
        let snapshots = Snapshots::new(slots.iter().map(|slot| slot.snapshot.clone()).collect());
        let view = View {
            graph: Arc::new(Graph::build(Arc::new(snapshots), &curated)),
            states: slots.iter().map(|slot| slot.state.clone()).collect(),
        };
        Ok(Self {
            settings,
            fetcher,
            held,
            curated,
            slots: slots.into_iter().map(|slot| Arc::new(Mutex::new(slot))).collect(),
            view: ArcSwap::from_pointee(view),
            progress: watch::Sender::default(),
        })
    }

    /// What requests are answered from now.
    pub fn view(&self) -> Arc<View> {
        self.view.load_full()
    }

    /// How far the round under way is.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// Refreshes what is due, for ever; returns at once when no connection may be made.
    pub async fn run(&self) {
        if self.fetcher.is_offline() {
            return;
        }
        loop {
            self.refresh_due(clock::now()).await;
            let next_due = self.view().states.iter().filter_map(|state| state.next_due).min();
            let wait = next_due.map_or(SignedDuration::from_mins(1), |due| due.duration_since(clock::now()));
            tokio::time::sleep(Duration::try_from(wait).unwrap_or_default().max(Duration::from_millis(200))).await;
        }
    }

    /// Refreshes every dataset, due or not.
    pub async fn refresh_all(&self) {
        self.refresh_due(Timestamp::MAX).await;
    }

    /// Refreshes the datasets that are due at `now`, side by side, and swaps the graph as changes come in.
    async fn refresh_due(&self, now: Timestamp) {
        let states = self.view().states.clone();
        let is_due = |state: &DatasetState| state.next_due.is_none_or(|due| due <= now);
        let mut rounds: FuturesUnordered<_> = self
            .slots
            .iter()
            .zip(&states)
            .filter(|(_, state)| is_due(state))
            .map(|(slot, _)| async { slot.lock().await.refresh(self).await })
            .collect();
        let total = rounds.len();
        self.progress.send_replace(Progress { done: 0, total });
        let (mut done, mut rows_changed, mut any_changed) = (0, false, false);
        while !rounds.is_empty() {
            match tokio::time::timeout(GATHER, rounds.next()).await {
                Ok(Some(changed)) => {
                    done += 1;
                    any_changed = true;
                    rows_changed |= changed;
                    self.progress.send_replace(Progress { done, total });
                }
                Ok(None) => break,
                Err(_) if any_changed => {
                    self.publish(std::mem::take(&mut rows_changed)).await;
                    any_changed = false;
                }
                Err(_) => {}
            }
        }
        drop(rounds);
        if any_changed {
            self.publish(rows_changed).await;
        }
    }

    /// Swaps in a view of the slots as they stand; with a new graph when rows changed. A dataset that is being refreshed
    /// keeps what it has in the view until it is done.
    async fn publish(&self, rows_changed: bool) {
        let before = self.view();
        let mut snapshots = Vec::with_capacity(self.slots.len());
        let mut states = Vec::with_capacity(self.slots.len());
        for (position, slot) in self.slots.iter().enumerate() {
            if let Ok(slot) = slot.try_lock() {
                snapshots.push(slot.snapshot.clone());
                states.push(slot.state.clone());
            } else {
                snapshots.push(before.graph.snapshots.shared(position));
                states.push(before.states[position].clone());
            }
        }
        let graph = if rows_changed {
            let curated = self.curated.clone();
            let begun = Instant::now();
            let built =
                tokio::task::spawn_blocking(move || Graph::build(Arc::new(Snapshots::new(snapshots)), &curated)).await;
            let Ok(graph) = built else {
                tracing::error!("the new graph could not be built; the one before stays");
                return;
            };
            tracing::info!(
                organisations = graph.organisations().len(),
                build_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
                "graph swapped"
            );
            Arc::new(graph)
        } else {
            before.graph.clone()
        };
        self.view.store(Arc::new(View { graph, states }));
    }
}

impl Slot {
    /// What is held of a dataset, else what is bundled.
    fn start(source: &'static Source, held: Option<&Held>, options: Options) -> Self {
        let held: Vec<RawFile> =
            held.map(|held| held.files(&source.dataset)).unwrap_or_default().into_iter().map(|file| file.raw).collect();
        let read = |files: Vec<RawFile>| match (source.read.files)(source, files, options) {
            Ok(snapshot) => Some(snapshot),
            Err(error) => {
                tracing::error!(dataset = source.dataset.plan, "kept rows cannot be read: {error}");
                None
            }
        };
        let held = Some(held).filter(|held| !held.is_empty()).and_then(|held| Some((read(held.clone())?, held)));
        let (snapshot, raw) = held.unwrap_or_else(|| {
            let bundled = bundle::files(&source.dataset);
            let snapshot = Some(bundled.clone()).filter(|files| !files.is_empty()).and_then(read);
            (snapshot.unwrap_or_else(|| (source.read.none)(&source.dataset)), bundled)
        });
        Self { source, raw, snapshot: Arc::new(snapshot), state: DatasetState::unknown(source), listing: None }
    }

    /// Asks upstream for the dataset's files. True when its rows changed.
    async fn refresh(&mut self, refresher: &Refresher) -> bool {
        let outcome = self.load(refresher).await;
        let now = clock::now();
        self.state.last_checked = Some(now);
        let (changed, errors) = outcome;
        if changed {
            self.state.last_changed = Some(now);
            let plan = self.source.dataset.plan;
            let rejects = self.snapshot.rejects().count();
            tracing::info!(
                dataset = plan,
                records = self.snapshot.records.len(),
                files = self.raw.len(),
                rejects,
                "{plan}: rows changed"
            );
        }
        for error in &errors {
            tracing::warn!(
                dataset = self.source.dataset.plan,
                code = error.code(),
                "{}: {error}",
                self.source.dataset.plan
            );
        }
        self.state.last_error =
            errors.first().map(|error| DatasetError { code: error.code(), message: error.to_string(), at: now });
        self.state.next_due = now.checked_add(self.wait(refresher.settings.pace)).ok();
        changed
    }

    /// How long until the next refresh: the dataset's pace, sooner after a failure, spread so that datasets of one pace
    /// do not all come at once.
    fn wait(&self, pace: Option<SignedDuration>) -> SignedDuration {
        let own = self.source.dataset.frequency.fresh_for();
        let usual = pace.unwrap_or_else(|| if self.state.last_error.is_some() { own.min(AFTER_FAILURE) } else { own });
        SignedDuration::try_from_secs_f64(usual.as_secs_f64() * (0.9 + 0.1 * fastrand::f64())).unwrap_or(usual)
    }

    async fn load(&mut self, refresher: &Refresher) -> (bool, Vec<LoadError>) {
        let mut errors = Vec::new();
        if let Err(error) = self.discover(&refresher.fetcher).await {
            errors.push(error);
        }
        let listed = self.listing.as_ref().map(|listing| listing.files.as_slice());
        let wanted = self.source.files(listed, clock::today_in_hong_kong());
        if wanted.is_empty() {
            if errors.is_empty() && self.source.dataset.portal_id.is_some() {
                errors.push(LoadError::NotFound);
            }
            return (false, errors);
        }
        self.remember_held(refresher).await;
        let answers = join_all(wanted.iter().map(|wanted| refresher.fetcher.fetch(&wanted.file.url))).await;
        let mut raw = Vec::new();
        let mut validators = HashMap::new();
        for (wanted, answer) in wanted.iter().zip(answers) {
            match answer {
                Ok(fetched) => {
                    validators.insert(wanted.file.url.clone(), fetched.clone());
                    raw.push(raw_file(wanted, &fetched));
                }
                Err(error) if wanted.may_be_missing && error.is_missing() => {}
                Err(error) => {
                    errors.push(error.into());
                    raw.extend(self.known(&wanted.file.url));
                }
            }
        }
        // A catalogue that fails is no loss when the files themselves came.
        if !raw.is_empty() && raw.len() == validators.len() {
            errors.retain(|error| !matches!(error, LoadError::Fetch(failed) if !wanted.iter().any(|wanted| wanted.file.url == failed.url)));
        }
        let changed = match self.read(refresher, raw, &wanted, &mut errors).await {
            Some((snapshot, raw)) => {
                self.snapshot = Arc::new(snapshot);
                self.raw = raw;
                self.hold(refresher, &validators);
                true
            }
            None => false,
        };
        (changed, errors)
    }

    /// Asks the portal which files the dataset has, once a day.
    async fn discover(&mut self, fetcher: &Fetcher) -> Result<(), LoadError> {
        let now = clock::now();
        if self.listing.as_ref().is_some_and(|listing| now.duration_since(listing.at) < LISTING_HOLDS) {
            return Ok(());
        }
        let mixed_with = self.source.identify.map_or(&[][..], |identify| identify.mixed_with);
        let entries = discover::entries(&self.source.dataset, mixed_with, clock::today_in_hong_kong());
        let answers = join_all(entries.iter().map(|entry| async move { fetcher.fetch(&entry.address()).await })).await;
        let mut files: Vec<Distribution> = Vec::new();
        let mut listed = false;
        for (entry, answer) in entries.iter().zip(answers) {
            let found = match answer {
                Ok(answer) => discover::files(entry, &answer.body),
                Err(error) if error.is_missing() => Err(CatalogueError::NotListed),
                Err(error) => return Err(error.into()),
            };
            match found {
                Ok(found) => {
                    listed |= entry.is_own;
                    files.extend(
                        found
                            .into_iter()
                            .filter(|file| !files.iter().any(|known| known.url == file.url))
                            .collect::<Vec<_>>(),
                    );
                }
                Err(CatalogueError::NotListed) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if !entries.is_empty() {
            self.state.listed = Some(listed);
            self.listing = Some(Listing { files, at: now });
        }
        Ok(())
    }

    /// Reads the files and judges the result. `None` when nothing changed or nothing better came. A file that is no
    /// table is replaced by the one known before.
    async fn read(
        &self,
        refresher: &Refresher,
        mut raw: Vec<RawFile>,
        wanted: &[Wanted],
        errors: &mut Vec<LoadError>,
    ) -> Option<(Snapshot, Vec<RawFile>)> {
        let source = self.source;
        let options = Options { keep_personal_data: refresher.settings.keep_personal_data };
        loop {
            if raw.is_empty() || self.is_as_before(&raw) {
                return None;
            }
            let files = raw.clone();
            let read = tokio::task::spawn_blocking(move || (source.read.files)(source, files, options)).await;
            match read {
                Ok(Ok(snapshot)) => {
                    if let Err(error) = judge(source, &snapshot, &self.snapshot) {
                        errors.push(error.into());
                        return None;
                    }
                    return Some((snapshot, raw));
                }
                Ok(Err(error)) => {
                    let may_be_missing =
                        wanted.iter().any(|wanted| wanted.file.url == error.url && wanted.may_be_missing);
                    let fallback =
                        self.known(&error.url).filter(|known| raw.iter().all(|file| file.sha256 != known.sha256));
                    let url = error.url.clone();
                    if !(may_be_missing && error.error == DecodeError::Html) {
                        errors.push(error.into());
                    }
                    raw.retain(|file| file.distribution.url != url);
                    raw.extend(fallback);
                    raw.sort_by(|a, b| {
                        (&a.distribution.period, &a.distribution.url)
                            .cmp(&(&b.distribution.period, &b.distribution.url))
                    });
                }
                Err(error) => {
                    tracing::error!(dataset = source.dataset.plan, "reading ended early: {error}");
                    return None;
                }
            }
        }
    }

    /// Whether these are the files that the rows served now come from.
    fn is_as_before(&self, raw: &[RawFile]) -> bool {
        let key = |file: &RawFile| (file.distribution.url.clone(), file.sha256.clone(), file.origin);
        raw.iter().map(key).eq(self.raw.iter().map(key))
    }

    /// The file known before at this address.
    fn known(&self, url: &str) -> Option<RawFile> {
        self.raw.iter().find(|file| file.distribution.url == url).cloned()
    }

    /// Lets the first request for a held file be conditional.
    async fn remember_held(&self, refresher: &Refresher) {
        if self.state.last_checked.is_some() {
            return;
        }
        let files = refresher.held.as_ref().map(|held| held.files(&self.source.dataset)).unwrap_or_default();
        for HeldFile { raw, etag, last_modified } in files {
            refresher.fetcher.remember(&raw, etag, last_modified).await;
        }
    }

    /// Keeps the files for the next run.
    fn hold(&self, refresher: &Refresher, validators: &HashMap<String, Arc<Fetched>>) {
        let Some(held) = &refresher.held else { return };
        let file = |raw: &RawFile| {
            let fetched = validators.get(&raw.distribution.url);
            HeldFile {
                raw: raw.clone(),
                etag: fetched.and_then(|fetched| fetched.etag.clone()),
                last_modified: fetched.and_then(|fetched| fetched.last_modified.clone()),
            }
        };
        let files: Vec<HeldFile> = self.raw.iter().filter(|raw| raw.origin != Origin::Bundled).map(file).collect();
        if let Err(error) = held.keep(&self.source.dataset, &files) {
            tracing::warn!(
                dataset = self.source.dataset.plan,
                "{}: the files could not be kept for the next run: {error}",
                self.source.dataset.plan
            );
        }
    }
}

fn raw_file(wanted: &Wanted, fetched: &Fetched) -> RawFile {
    RawFile {
        as_of: wanted.file.date_in_name(),
        distribution: wanted.file.clone(),
        body: fetched.body.clone(),
        origin: Origin::Live,
        sha256: fetched.sha256.clone(),
        retrieved_at: Some(fetched.retrieved_at),
        published_at: fetched.published_at(),
        declared_charset: fetched.declared_charset.clone(),
        by_mirror: fetched.by_mirror,
        source: None,
    }
}
