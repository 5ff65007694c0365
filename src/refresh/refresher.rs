//! Keeping the graph current: from the bundle and what is held at first, then from the publishers, dataset by dataset,
//! each at its own pace. A new graph is built beside the one being served and swapped in whole.
//!
//! What one dataset does is in [`super::dataset`].

use std::{
    num::NonZero,
    panic::resume_unwind,
    path::PathBuf,
    sync::{
        Arc, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use futures::{Stream, future::join_all, stream};
use jiff::SignedDuration;
use tokio::sync::{Mutex, Notify, mpsc, watch};

use crate::{
    domain::{
        clock,
        metrics::{BuildOutcome, Metrics},
    },
    index::Graph,
    linking::Curated,
    publishers,
    refresh::{
        dataset::{DatasetRefresher, FetchedBody, LISTING_HOLDS, RefreshContext, change::ChangeOutcome},
        ledger_file,
        overrides::Overrides,
        view::View,
    },
    upstream::{
        fetch::{AllowedHosts, Bounds, FetchMode, Fetcher},
        file_store::FileStore,
        replica_cache::ReplicaCacheAddress,
        snapshot::Snapshot,
        snapshots::Snapshots,
        source::Source,
    },
};

/// How the graph is kept.
#[derive(Clone, Debug)]
pub struct Settings {
    pub way: FetchMode,
    pub bounds: Bounds,
    /// How the operator is reached: told to every server asked.
    pub contact: Option<String>,
    /// Hosts that may be at private addresses.
    pub private_hosts: Vec<String>,
    /// Where bodies are held from run to run; nowhere without.
    pub state_dir: Option<PathBuf>,
    pub keep_personal_data: bool,
    /// The same pace for every dataset, instead of its own.
    pub pace: Option<SignedDuration>,
    pub overrides: Overrides,
    /// The reviewed lines about names.
    pub curated: Curated,
    /// Where replicas share what they fetch; each is alone without.
    pub shared: Option<ReplicaCacheAddress>,
}

/// Settings that cannot be met.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("expected a working TLS implementation, found an error: {0}")]
    Tls(reqwest::Error),
}

/// How far a round of refreshing is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RefreshProgress {
    pub done: usize,
    pub total: usize,
}

/// Keeps the graph current.
pub struct Refresher {
    context: RefreshContext,
    curated: ArcSwap<Curated>,
    datasets: Vec<Arc<Mutex<DatasetRefresher>>>,
    /// Ends a dataset's wait for its time.
    wakes: Vec<Notify>,
    view: ArcSwap<View>,
    /// One view is made at a time: an older one must not be swapped in over a newer one.
    publishing: Mutex<()>,
    progress: watch::Sender<RefreshProgress>,
    /// How many views have been swapped in.
    swaps: watch::Sender<u64>,
}

/// How long a change waits for others before the graph is built anew.
const GATHER: Duration = Duration::from_millis(250);

/// How often the state directory is looked after.
const TEND: Duration = Duration::from_secs(2);

/// What is held or bundled of every dataset, in the order of the sources. As many are read at once as there are processors.
fn start_all(settings: &Settings, held: Option<&FileStore>) -> Vec<DatasetRefresher> {
    let sources = publishers::sources();
    let next = AtomicUsize::new(0);
    let read = || {
        let mut datasets = Vec::new();
        while let Some((position, source)) = take(&next, &sources) {
            let own = settings.overrides.of(source);
            datasets.push((position, DatasetRefresher::start(source, held, own, settings.keep_personal_data)));
        }
        datasets
    };
    let readers = thread::available_parallelism().map_or(1, NonZero::get);
    let mut datasets: Vec<(usize, DatasetRefresher)> = thread::scope(|scope| {
        let reading: Vec<_> = (0..readers).map(|_| scope.spawn(read)).collect();
        reading.into_iter().flat_map(|reader| reader.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    datasets.sort_unstable_by_key(|(position, _)| *position);
    datasets.into_iter().map(|(_, dataset)| dataset).collect()
}

/// The next of the sources that nobody has taken yet.
fn take(next: &AtomicUsize, sources: &[&'static Source]) -> Option<(usize, &'static Source)> {
    let position = next.fetch_add(1, Ordering::Relaxed);
    Some((position, *sources.get(position)?))
}

impl Refresher {
    /// Reads the bundle and what is held, and builds the first graph.
    pub fn start(settings: Settings) -> Result<Self, StartError> {
        let held = settings.state_dir.as_deref().map(FileStore::in_folder);
        let allowed = AllowedHosts::new(settings.overrides.hosts().collect(), settings.private_hosts.clone());
        let contact = settings.contact.as_deref();
        let fetcher =
            Fetcher::new(settings.way.clone(), settings.bounds.clone(), allowed, contact).map_err(StartError::Tls)?;
        let metrics = Metrics::default();
        let fetcher = match &settings.shared {
            Some(address) => fetcher.sharing(address, metrics.clone()),
            None => fetcher,
        };
        let datasets = start_all(&settings, held.as_ref());
        let curated = Arc::new(settings.curated);
        let snapshots = Snapshots::new(datasets.iter().map(|dataset| dataset.snapshot.clone()).collect());
        let begun = Instant::now();
        let ledger = held.as_ref().map(ledger_file::read).unwrap_or_default();
        let graph = Arc::new(Graph::build(Arc::new(snapshots), &curated, ledger));
        metrics.built(BuildOutcome::Succeeded, begun.elapsed());
        let view = View::new(graph, datasets.iter().map(|dataset| dataset.state.clone()).collect());
        Ok(Self {
            context: RefreshContext { fetcher, held, metrics, pace: settings.pace },
            curated: ArcSwap::new(curated),
            wakes: datasets.iter().map(|_| Notify::new()).collect(),
            datasets: datasets.into_iter().map(|dataset| Arc::new(Mutex::new(dataset))).collect(),
            view: ArcSwap::from_pointee(view),
            publishing: Mutex::default(),
            progress: watch::Sender::default(),
            swaps: watch::Sender::default(),
        })
    }

    /// What requests are answered from now.
    pub fn view(&self) -> Arc<View> {
        self.view.load_full()
    }

    /// Whether requests are answered from this view now.
    pub fn serves(&self, view: &Weak<View>) -> bool {
        Arc::as_ptr(&self.view.load()) == view.as_ptr()
    }

    /// The view now and every later one, as far as the reader keeps up: what it misses is in the next one.
    pub fn views(self: Arc<Self>) -> impl Stream<Item = Arc<View>> {
        let mut swaps = self.swaps.subscribe();
        swaps.mark_changed();
        stream::unfold((self, swaps), async |(refresher, mut swaps)| {
            swaps.changed().await.ok()?;
            Some((refresher.view(), (refresher, swaps)))
        })
    }

    /// The reviewed lines that the graph is linked with.
    pub fn curated(&self) -> Arc<Curated> {
        self.curated.load_full()
    }

    /// What has been counted since the start.
    pub const fn metrics(&self) -> &Metrics {
        &self.context.metrics
    }

    /// How far the round under way is.
    pub fn progress(&self) -> watch::Receiver<RefreshProgress> {
        self.progress.subscribe()
    }

    /// Keeps every dataset current, each at its own pace, for ever, and the state directory as its own. A dataset whose
    /// publisher is slow holds up no other.
    pub async fn run(&self) {
        self.claim_held().await;
        tokio::join!(self.prepare(), self.keep_all(), self.tend_held());
    }

    /// Does what is better done before anybody asks: keeps the ids of the first graph, and makes the index for searching.
    async fn prepare(&self) {
        let (graph, held) = (self.view().graph.clone(), self.context.held.clone());
        let prepared = tokio::task::spawn_blocking(move || {
            if let Some(held) = held.filter(|_| graph.ledger().version() > 0) {
                ledger_file::write(&held, graph.ledger());
            }
            graph.search_index();
        });
        if let Err(error) = prepared.await {
            tracing::error!("storing the ledger or building the search index failed: {error}");
        }
    }

    async fn keep_all(&self) {
        if self.context.fetcher.is_offline() {
            return;
        }
        let (changed, changes) = mpsc::unbounded_channel();
        self.progress.send_replace(RefreshProgress { done: 0, total: self.datasets.len() });
        let keeping =
            self.datasets.iter().zip(&self.wakes).map(|(dataset, wake)| self.keep(dataset, wake, changed.clone()));
        tokio::join!(join_all(keeping), self.publish_changes(changes));
    }

    /// Makes the state directory this process's own, or says in every dataset why it is not.
    async fn claim_held(&self) {
        let Some(held) = &self.context.held else { return };
        match held.claim() {
            Ok(is_new) => {
                if is_new {
                    tracing::info!("acquired the lock of the state directory");
                }
                self.hold_all().await;
            }
            Err(error) => {
                let mut is_new = false;
                for dataset in &self.datasets {
                    // One that is being refreshed will say so itself.
                    if let Ok(mut dataset) = dataset.try_lock() {
                        is_new |= dataset.state.storage_error.as_ref().is_none_or(|known| known.code != error.code());
                        dataset.not_kept(&error);
                    }
                }
                if is_new {
                    tracing::warn!(path = %held.folder().display(), "{error}");
                    self.publish(false).await;
                }
            }
        }
    }

    /// Keeps what could not be kept so far.
    async fn hold_all(&self) {
        let mut any = false;
        for dataset in &self.datasets {
            // One that is being refreshed keeps its files itself.
            let Ok(mut dataset) = dataset.try_lock() else { continue };
            if dataset.is_to_be_kept() {
                dataset.hold(&self.context).await;
                any = true;
            }
        }
        if any {
            self.publish(false).await;
        }
    }

    /// Takes over the state directory when the process that kept it has ended, and goes back to the versions that
    /// `lionrock held restore` asks for.
    async fn tend_held(&self) {
        let Some(held) = &self.context.held else { return };
        loop {
            self.claim_held().await;
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
            tokio::time::sleep(TEND).await;
        }
    }

    /// Refreshes every dataset once, due or not.
    pub async fn refresh_all(&self) {
        let (changed, changes) = mpsc::unbounded_channel();
        self.progress.send_replace(RefreshProgress { done: 0, total: self.datasets.len() });
        let all = async move {
            join_all(self.datasets.iter().map(|dataset| self.refresh(dataset, &changed))).await;
        };
        tokio::join!(all, self.publish_changes(changes));
    }

    /// Refreshes these datasets once, due or not.
    pub async fn refresh_some(&self, is_wanted: impl Fn(&Source) -> bool) {
        let mut rows_changed = false;
        for dataset in &self.datasets {
            let mut dataset = dataset.lock().await;
            if is_wanted(dataset.source) {
                rows_changed |= dataset.refresh_observed(&self.context).await;
            }
        }
        self.publish(rows_changed).await;
    }

    /// The bodies that came last of a dataset: the portal's entries and the files, those too that could not be read.
    pub async fn fetched(&self, plan: &str) -> Vec<FetchedBody> {
        for dataset in &self.datasets {
            let dataset = dataset.lock().await;
            if dataset.source.dataset.plan == plan {
                return dataset.fetched(&self.context).await;
            }
        }
        Vec::new()
    }

    /// Takes other words of the operator: other lines about names for the next graph, and what changes about datasets.
    /// A dataset that is being refreshed takes its own when it is done; nobody else waits for it.
    pub async fn reconfigure(&self, overrides: &Overrides, curated: Curated) {
        self.curated.store(Arc::new(curated));
        self.context.fetcher.name_hosts(overrides.hosts().collect());
        let (changed, changes) = mpsc::unbounded_channel();
        let _ = changed.send(true);
        let all = async move {
            join_all(self.datasets.iter().zip(&self.wakes).map(|(dataset, wake)| {
                let changed = changed.clone();
                async move {
                    let mut dataset = dataset.lock().await;
                    let own = overrides.of(dataset.source);
                    let change = dataset.change(own, &self.context).await;
                    drop(dataset);
                    if change != ChangeOutcome::None {
                        let _ = changed.send(change == ChangeOutcome::Rows);
                        wake.notify_one();
                    }
                }
            }))
            .await;
        };
        tokio::join!(all, self.publish_changes(changes));
    }

    /// Refreshes one dataset whenever it is due.
    async fn keep(&self, dataset: &Mutex<DatasetRefresher>, wake: &Notify, changed: mpsc::UnboundedSender<bool>) {
        loop {
            self.refresh(dataset, &changed).await;
            let due = dataset.lock().await.state.next_due;
            let wait = due.map_or(LISTING_HOLDS, |due| due.duration_since(clock::now()));
            let wait = Duration::try_from(wait).unwrap_or_default().max(Duration::from_millis(200));
            let _ = tokio::time::timeout(wait, wake.notified()).await;
        }
    }

    async fn refresh(&self, dataset: &Mutex<DatasetRefresher>, changed: &mpsc::UnboundedSender<bool>) {
        let rows_changed = dataset.lock().await.refresh_observed(&self.context).await;
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

    /// Swaps in a view of the datasets as they are now, with a new graph if rows changed. A dataset that is being refreshed
    /// keeps its rows in the view until the refresh ends, and its new rows are found then, whoever announced them.
    async fn publish(&self, rows_changed: bool) {
        let _publishing = self.publishing.lock().await;
        let before = self.view();
        let mut snapshots = Vec::with_capacity(self.datasets.len());
        let mut states = Vec::with_capacity(self.datasets.len());
        for (position, dataset) in self.datasets.iter().enumerate() {
            if let Ok(dataset) = dataset.try_lock() {
                snapshots.push(dataset.snapshot.clone());
                states.push(dataset.state.clone());
            } else {
                snapshots.push(before.graph.snapshots.shared(position));
                states.push(before.states[position].clone());
            }
        }
        let is_new =
            |(at, snapshot): (usize, &Arc<Snapshot>)| !Arc::ptr_eq(snapshot, &before.graph.snapshots.shared(at));
        let graph = if rows_changed || snapshots.iter().enumerate().any(is_new) {
            let (curated, held) = (self.curated(), self.context.held.clone());
            let begun = Instant::now();
            let built = tokio::task::spawn_blocking(move || {
                let graph = before.graph.next(Arc::new(before.graph.snapshots.next(snapshots)), &curated);
                let is_linked_anew = !graph.is_linked_as(&before.graph);
                let is_new = graph.ledger().version() != before.graph.ledger().version();
                if let Some(held) = held.filter(|_| is_new) {
                    ledger_file::write(&held, graph.ledger());
                }
                if before.graph.is_indexed() {
                    graph.search_index();
                }
                (graph, is_linked_anew)
            })
            .await;
            let Ok((graph, is_linked_anew)) = built else {
                self.context.metrics.built(BuildOutcome::Failed, begun.elapsed());
                tracing::error!("building the graph failed; the previous graph stays in use");
                return;
            };
            self.context.metrics.built(BuildOutcome::Succeeded, begun.elapsed());
            tracing::info!(
                organisations = graph.organisations().len(),
                is_linked_anew,
                build_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
                "graph swapped"
            );
            Arc::new(graph)
        } else {
            before.graph.clone()
        };
        self.view.store(Arc::new(View::new(graph, states)));
        self.swaps.send_modify(|swaps| *swaps += 1);
    }
}
