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
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Mutex, mpsc, watch};

use super::{
    Graph,
    dataset::{DatasetError, DatasetState},
    overrides::{Override, Overrides},
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
        fetch::{Bounds, FetchError, FetchErrorKind, Fetched, Fetcher, Way},
        held::{Held, HeldFile},
        judge::{Implausible, judge, judge_files},
        raw::{Origin, RawFile},
        read::{Options, ReadError},
        snapshot::{Snapshot, Snapshots},
        source::{Files, Source, Wanted},
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
    pub overrides: Overrides,
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
            Self::Catalogue(CatalogueError::NotListed) | Self::NotFound => "NOT_LISTED",
            Self::Catalogue(_) => "CATALOGUE_FAILED",
        }
    }

    /// How long the server asked to be left alone.
    fn asked_to_wait(&self) -> Option<SignedDuration> {
        match self {
            Self::Fetch(FetchError { kind: FetchErrorKind::AskedToWait { wait_seconds, .. }, .. }) => {
                Some(SignedDuration::from_secs(i64::try_from(*wait_seconds).unwrap_or(i64::MAX)))
            }
            _ => None,
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
    /// What the operator changed about it.
    changed: Override,
    options: Options,
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
        let hosts_named = settings.overrides.hosts().collect();
        let fetcher =
            Fetcher::new(settings.way.clone(), settings.bounds.clone(), hosts_named).map_err(StartError::Tls)?;
        let slots: Vec<Slot> =
            publishers::sources().into_iter().map(|source| Slot::start(source, held.as_ref(), &settings)).collect();
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

    /// Keeps every dataset current, each at its own pace, for ever; returns at once when no connection may be made. A
    /// dataset whose publisher is slow holds up no other.
    pub async fn run(&self) {
        if self.fetcher.is_offline() {
            return;
        }
        let (changed, changes) = mpsc::unbounded_channel();
        self.progress.send_replace(Progress { done: 0, total: self.slots.len() });
        let keeping = self.slots.iter().map(|slot| self.keep(slot, changed.clone()));
        tokio::join!(join_all(keeping), self.publish_changes(changes));
    }

    /// Refreshes every dataset once, due or not.
    pub async fn refresh_all(&self) {
        let (changed, changes) = mpsc::unbounded_channel();
        self.progress.send_replace(Progress { done: 0, total: self.slots.len() });
        let all = async move {
            join_all(self.slots.iter().map(|slot| self.refresh(slot, &changed))).await;
        };
        tokio::join!(all, self.publish_changes(changes));
    }

    /// Refreshes these datasets once, due or not.
    pub async fn refresh_some(&self, is_wanted: impl Fn(&Source) -> bool) {
        for slot in &self.slots {
            let mut slot = slot.lock().await;
            if is_wanted(slot.source) {
                slot.refresh(self).await;
            }
        }
        self.publish(true).await;
    }

    /// Refreshes one dataset whenever it is due.
    async fn keep(&self, slot: &Mutex<Slot>, changed: mpsc::UnboundedSender<bool>) {
        loop {
            self.refresh(slot, &changed).await;
            let due = slot.lock().await.state.next_due;
            let wait = due.map_or(LISTING_HOLDS, |due| due.duration_since(clock::now()));
            tokio::time::sleep(Duration::try_from(wait).unwrap_or_default().max(Duration::from_millis(200))).await;
        }
    }

    async fn refresh(&self, slot: &Mutex<Slot>, changed: &mpsc::UnboundedSender<bool>) {
        let rows_changed = slot.lock().await.refresh(self).await;
        self.progress.send_modify(|progress| progress.done = (progress.done + 1).min(progress.total));
        // Whoever publishes may have stopped already, when the server ends.
        let _ = changed.send(rows_changed);
    }

    /// Swaps the view as changes come in, several at a time, until no more can come.
    async fn publish_changes(&self, mut changes: mpsc::UnboundedReceiver<bool>) {
        while let Some(mut rows_changed) = changes.recv().await {
            let until = tokio::time::Instant::now() + GATHER;
            while let Ok(Some(more)) = tokio::time::timeout_at(until, changes.recv()).await {
                rows_changed |= more;
            }
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

/// What came of a refresh.
struct Outcome {
    /// Whether there is something new to serve.
    changed: bool,
    /// Whether anybody was asked.
    asked: bool,
    errors: Vec<LoadError>,
}

impl Slot {
    /// What is held of a dataset, else what is bundled.
    fn start(source: &'static Source, held: Option<&Held>, settings: &Settings) -> Self {
        let changed = settings.overrides.of(source);
        let options = Options { keep_personal_data: settings.keep_personal_data, other_names: changed.names.clone() };
        if !changed.enabled {
            let state = DatasetState { is_off: true, ..DatasetState::unknown(source) };
            let snapshot = Arc::new((source.read.none)(&source.dataset));
            return Self { source, changed, options, raw: Vec::new(), snapshot, state, listing: None };
        }
        let held: Vec<RawFile> =
            held.map(|held| held.files(&source.dataset)).unwrap_or_default().into_iter().map(|file| file.raw).collect();
        let read = |files: Vec<RawFile>| match (source.read.files)(source, files, options.clone()) {
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
        let state = DatasetState::unknown(source);
        Self { source, changed, options, raw, snapshot: Arc::new(snapshot), state, listing: None }
    }

    /// Asks upstream for the dataset's files. True when there is something new to serve.
    async fn refresh(&mut self, refresher: &Refresher) -> bool {
        let plan = self.source.dataset.plan;
        let before = self.checksums();
        let Outcome { changed, asked, errors } = self.load(refresher).await;
        let now = clock::now();
        if asked {
            self.state.last_checked = Some(now);
        }
        if changed && before != self.checksums() {
            self.state.last_changed = Some(now);
            let rejects = self.snapshot.rejects().count();
            tracing::info!(
                dataset = plan,
                records = self.snapshot.records.len(),
                files = self.raw.len(),
                rejects,
                "rows changed"
            );
        }
        for error in &errors {
            tracing::warn!(dataset = plan, code = error.code(), "{error}");
        }
        self.state.last_error =
            errors.first().map(|error| DatasetError { code: error.code(), message: error.to_string(), at: now });
        let asked_to_wait = errors.iter().filter_map(LoadError::asked_to_wait).max().unwrap_or_default();
        let wait = self.wait(self.changed.pace.or(refresher.settings.pace)).max(asked_to_wait.min(LISTING_HOLDS));
        self.state.next_due = asked.then(|| now.checked_add(wait).ok()).flatten();
        changed
    }

    fn checksums(&self) -> Vec<String> {
        self.raw.iter().map(|file| file.sha256.clone()).collect()
    }

    /// How long until the next refresh: the dataset's pace, sooner after a failure, spread so that datasets of one pace
    /// do not all come at once.
    fn wait(&self, pace: Option<SignedDuration>) -> SignedDuration {
        let own = self.source.dataset.frequency.fresh_for();
        let usual = pace.unwrap_or_else(|| if self.state.last_error.is_some() { own.min(AFTER_FAILURE) } else { own });
        SignedDuration::try_from_secs_f64(usual.as_secs_f64() * (0.9 + 0.1 * fastrand::f64())).unwrap_or(usual)
    }

    async fn load(&mut self, refresher: &Refresher) -> Outcome {
        let mut errors = Vec::new();
        if self.state.is_off {
            return Outcome { changed: false, asked: false, errors };
        }
        let mut catalogue_error =
            if self.changed.files.is_some() { None } else { self.discover(refresher).await.err() };
        let listed = self.listing.as_ref().map(|listing| listing.files.as_slice());
        let known: Vec<Distribution> = self
            .raw
            .iter()
            .filter(|file| file.origin != Origin::Bundled)
            .map(|file| file.distribution.clone())
            .collect();
        let wanted = match &self.changed.files {
            Some(files) => files.iter().map(|file| Wanted { file: file.clone(), may_be_missing: false }).collect(),
            None => self.source.files(listed, &known, clock::today_in_hong_kong()),
        };
        if wanted.is_empty() {
            let asked = self.source.dataset.portal_id.is_some();
            errors.extend(catalogue_error.or_else(|| asked.then_some(LoadError::NotFound)));
            return Outcome { changed: false, asked, errors };
        }
        self.remember_held(refresher).await;
        let answers = join_all(wanted.iter().map(|wanted| refresher.fetcher.fetch(&wanted.file.url))).await;
        let mut raw = Vec::new();
        let mut validators = HashMap::new();
        for (wanted, answer) in wanted.iter().zip(answers) {
            match answer {
                Ok(fetched) => {
                    raw.push(raw_file(wanted, &fetched));
                    validators.insert(wanted.file.url.clone(), fetched);
                }
                Err(error) => {
                    let before = self.known(&wanted.file.url);
                    if !(wanted.may_be_missing && error.is_missing() && before.is_none()) {
                        // A listed name that is gone has been replaced by another one: the portal knows which.
                        if error.is_missing() {
                            self.listing = None;
                        }
                        errors.push(error.into());
                        raw.extend(before);
                    }
                }
            }
        }
        // A portal that fails is no loss where the one file has a fixed address and came.
        let fixed = matches!(self.source.files, Files::At(_)) && errors.is_empty();
        errors.extend(catalogue_error.take().filter(|_| !fixed));
        let changed = match self.read(raw, &wanted, &mut errors).await {
            Some((snapshot, raw)) => {
                self.snapshot = Arc::new(snapshot);
                self.raw = raw;
                self.hold(refresher, &validators).await;
                true
            }
            None => false,
        };
        Outcome { changed, asked: true, errors }
    }

    /// Asks the portal which files the dataset has, once a day.
    async fn discover(&mut self, refresher: &Refresher) -> Result<(), LoadError> {
        let now = clock::now();
        let holds = refresher.settings.pace.map_or(LISTING_HOLDS, |pace| pace.min(LISTING_HOLDS));
        if self.listing.as_ref().is_some_and(|listing| now.duration_since(listing.at) < holds) {
            return Ok(());
        }
        let mixed_with = self.source.identify.map_or(&[][..], |identify| identify.mixed_with);
        let entries = discover::entries(&self.source.dataset, mixed_with, clock::today_in_hong_kong());
        let answers =
            join_all(entries.iter().map(|entry| async move { refresher.fetcher.fetch(&entry.address()).await })).await;
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
            // A portal that lists nothing is asked again next time: it may have failed politely.
            self.listing = listed.then_some(Listing { files, at: now });
        }
        Ok(())
    }

    /// Reads the files and judges the result. `None` when nothing changed or nothing better came. A file that is no
    /// table, or that lost its columns or most of its rows, is replaced by the one known before.
    async fn read(
        &self,
        mut raw: Vec<RawFile>,
        wanted: &[Wanted],
        errors: &mut Vec<LoadError>,
    ) -> Option<(Snapshot, Vec<RawFile>)> {
        let source = self.source;
        loop {
            if raw.is_empty() || self.is_as_before(&raw) {
                return None;
            }
            let (files, options) = (raw.clone(), self.options.clone());
            let read = tokio::task::spawn_blocking(move || (source.read.files)(source, files, options)).await;
            let (url, error) = match read {
                Ok(Ok(snapshot)) => match judge_files(&snapshot, &self.snapshot).into_iter().next() {
                    Some((url, error)) => (url, Some(error.into())),
                    None => match judge(source, &snapshot, &self.snapshot) {
                        Ok(()) => return Some((snapshot, raw)),
                        Err(error) => {
                            errors.push(error.into());
                            return None;
                        }
                    },
                },
                Ok(Err(error)) => {
                    let may_be_missing =
                        wanted.iter().any(|wanted| wanted.file.url == error.url && wanted.may_be_missing);
                    let is_missing =
                        may_be_missing && error.error == DecodeError::Html && self.known(&error.url).is_none();
                    (error.url.clone(), (!is_missing).then(|| error.into()))
                }
                Err(error) => {
                    tracing::error!(dataset = source.dataset.plan, "reading ended early: {error}");
                    return None;
                }
            };
            errors.extend(error);
            let failed: Vec<String> =
                raw.iter().filter(|file| file.distribution.url == url).map(|file| file.sha256.clone()).collect();
            raw.retain(|file| file.distribution.url != url);
            // What was known before has been read before; the file that failed now is not tried again.
            raw.extend(self.known(&url).filter(|known| !failed.contains(&known.sha256)));
            raw.sort_by(|a, b| {
                (&a.distribution.period, &a.distribution.url).cmp(&(&b.distribution.period, &b.distribution.url))
            });
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
    async fn hold(&self, refresher: &Refresher, validators: &HashMap<String, Arc<Fetched>>) {
        let Some(held) = refresher.held.clone() else { return };
        let file = |raw: &RawFile| {
            // The validators of another body would pass it off as this one.
            let fetched = validators.get(&raw.distribution.url).filter(|fetched| fetched.sha256 == raw.sha256);
            HeldFile {
                raw: raw.clone(),
                etag: fetched.and_then(|fetched| fetched.etag.clone()),
                last_modified: fetched.and_then(|fetched| fetched.last_modified.clone()),
            }
        };
        let files: Vec<HeldFile> = self.raw.iter().filter(|raw| raw.origin != Origin::Bundled).map(file).collect();
        let source = self.source;
        let kept = tokio::task::spawn_blocking(move || held.keep(&source.dataset, &files)).await;
        if let Ok(Err(error)) = kept {
            tracing::warn!(dataset = source.dataset.plan, "the files could not be kept for the next run: {error}");
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
