//! The refresher updates the graph.
//!
//! It starts from the bundled and saved files, then fetches each dataset from its publisher on its own schedule. It
//! builds a new graph in the background and replaces the served one atomically.
//!
//! [`super::dataset`] refreshes a single dataset.

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
        snapshots::Snapshots,
        source::Source,
    },
};

mod publishing;
mod state_directory;

/// The settings of the refresher.
#[derive(Clone, Debug)]
pub struct Settings {
    pub way: FetchMode,
    pub bounds: Bounds,
    /// The operator's contact, sent to every upstream server.
    pub contact: Option<String>,
    /// Hosts that may resolve to private addresses.
    pub private_hosts: Vec<String>,
    /// The directory of files saved between runs. `None` saves nothing.
    pub state_dir: Option<PathBuf>,
    pub keep_personal_data: bool,
    /// The refresh interval of all datasets, instead of their own.
    pub pace: Option<SignedDuration>,
    pub overrides: Overrides,
    /// The curated lines about names.
    pub curated: Curated,
    /// The cache that replicas share. `None` for a single replica.
    pub shared: Option<ReplicaCacheAddress>,
}

impl Settings {
    /// Settings for the bundled files alone: no publisher is contacted, and nothing is saved.
    pub fn offline() -> Self {
        Self {
            way: FetchMode::Offline,
            bounds: Bounds::default(),
            contact: None,
            private_hosts: Vec::new(),
            state_dir: None,
            keep_personal_data: false,
            pace: None,
            overrides: Overrides::default(),
            curated: Curated::embedded(),
            shared: None,
        }
    }
}

/// Invalid settings.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot initialise TLS: {0}")]
    Tls(reqwest::Error),
}

/// The progress of a refresh round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RefreshProgress {
    pub done: usize,
    pub total: usize,
}

/// Refreshes the datasets and publishes views of the graph.
pub struct Refresher {
    context: RefreshContext,
    curated: ArcSwap<Curated>,
    datasets: Vec<Arc<Mutex<DatasetRefresher>>>,
    /// Wakes a dataset's task before its refresh is due.
    wakes: Vec<Notify>,
    view: ArcSwap<View>,
    /// Serialises publishing, so that an older view never replaces a newer one.
    publishing: Mutex<()>,
    progress: watch::Sender<RefreshProgress>,
    /// The number of published views.
    swaps: watch::Sender<u64>,
}

/// Loads the saved or bundled files of every dataset, in the order of the sources. The number of threads is the number
/// of processors.
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

/// Returns the next source that no thread has taken.
fn take(next: &AtomicUsize, sources: &[&'static Source]) -> Option<(usize, &'static Source)> {
    let position = next.fetch_add(1, Ordering::Relaxed);
    Some((position, *sources.get(position)?))
}

impl Refresher {
    /// Loads the bundled and saved files and builds the first graph.
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

    /// Returns the current view.
    pub fn view(&self) -> Arc<View> {
        self.view.load_full()
    }

    /// True if this view is the current one.
    pub fn serves(&self, view: &Weak<View>) -> bool {
        Arc::as_ptr(&self.view.load()) == view.as_ptr()
    }

    /// Returns a stream of the current and all later views. A slow reader skips intermediate views.
    pub fn views(self: Arc<Self>) -> impl Stream<Item = Arc<View>> {
        let mut swaps = self.swaps.subscribe();
        swaps.mark_changed();
        stream::unfold((self, swaps), async |(refresher, mut swaps)| {
            swaps.changed().await.ok()?;
            Some((refresher.view(), (refresher, swaps)))
        })
    }

    /// Returns the curated lines that the graph is linked with.
    pub fn curated(&self) -> Arc<Curated> {
        self.curated.load_full()
    }

    /// Returns the metrics since the start.
    pub const fn metrics(&self) -> &Metrics {
        &self.context.metrics
    }

    /// Returns the progress of the current refresh round.
    pub fn progress(&self) -> watch::Receiver<RefreshProgress> {
        self.progress.subscribe()
    }

    /// Refreshes every dataset on its own schedule and maintains the state directory. Never returns. A slow publisher
    /// delays no other dataset.
    pub async fn run(&self) {
        self.lock_state_directory().await;
        tokio::join!(self.prepare(), self.refresh_continuously(), self.maintain_state_directory());
    }

    /// Prepares the first graph before any request: saves its ids and builds the search index.
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

    async fn refresh_continuously(&self) {
        if self.context.fetcher.is_offline() {
            return;
        }
        let (changed, changes) = mpsc::unbounded_channel();
        self.progress.send_replace(RefreshProgress { done: 0, total: self.datasets.len() });
        let keeping =
            self.datasets.iter().zip(&self.wakes).map(|(dataset, wake)| self.keep(dataset, wake, changed.clone()));
        tokio::join!(join_all(keeping), self.publish_changes(changes));
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

    /// Refreshes the selected datasets once, due or not.
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

    /// Returns a dataset's last fetched bodies: catalogue entries and files, including unreadable ones.
    pub async fn fetched(&self, plan: &str) -> Vec<FetchedBody> {
        for dataset in &self.datasets {
            let dataset = dataset.lock().await;
            if dataset.source.dataset.plan == plan {
                return dataset.fetched(&self.context).await;
            }
        }
        Vec::new()
    }

    /// Applies new overrides and curated lines.
    ///
    /// The next graph uses the lines. A dataset that is being refreshed applies its override afterwards, without
    /// delaying the others.
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
        // The receiver may be closed already during shutdown.
        let _ = changed.send(rows_changed);
    }
}
