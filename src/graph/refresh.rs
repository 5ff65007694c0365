//! Keeping the graph current: from the bundle and what is held at first, then from the publishers, dataset by dataset,
//! each at its own pace. A new graph is built beside the one being served and swapped in whole.
//!
//! What one dataset does is in [`super::slot`].

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use futures::future::join_all;
use jiff::SignedDuration;
use tokio::sync::{Mutex, mpsc, watch};

use super::{
    Graph, ledger_file,
    overrides::Overrides,
    slot::{LISTING_HOLDS, Slot, Tools},
    view::View,
};
use crate::{
    clock,
    linking::{Curated, Ledger},
    publishers,
    upstream::{
        fetch::{Bounds, Fetcher, Way},
        held::Held,
        snapshot::Snapshots,
        source::Source,
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

/// How far a round of refreshing is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub done: usize,
    pub total: usize,
}

/// Keeps the graph current.
pub struct Refresher {
    tools: Tools,
    state_dir: Option<PathBuf>,
    curated: Arc<Curated>,
    slots: Vec<Arc<Mutex<Slot>>>,
    view: ArcSwap<View>,
    progress: watch::Sender<Progress>,
}

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
        let slots: Vec<Slot> = publishers::sources()
            .into_iter()
            .map(|source| {
                Slot::start(source, held.as_ref(), settings.overrides.of(source), settings.keep_personal_data)
            })
            .collect();
        let curated = Arc::new(Curated::embedded());
        let snapshots = Snapshots::new(slots.iter().map(|slot| slot.snapshot.clone()).collect());
        let ledger = settings.state_dir.as_deref().map(ledger_file::read).unwrap_or_default();
        let view = View {
            graph: Arc::new(Graph::build(Arc::new(snapshots), &curated, ledger)),
            states: slots.iter().map(|slot| slot.state.clone()).collect(),
        };
        Ok(Self {
            tools: Tools { fetcher, held, pace: settings.pace },
            state_dir: settings.state_dir,
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

    /// The reviewed lines that the graph is linked with.
    pub fn curated(&self) -> &Curated {
        &self.curated
    }

    /// How far the round under way is.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// Keeps every dataset current, each at its own pace, for ever; returns at once when no connection may be made. A
    /// dataset whose publisher is slow holds up no other.
    pub async fn run(&self) {
        if self.tools.fetcher.is_offline() {
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
                slot.refresh(&self.tools).await;
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
        let rows_changed = slot.lock().await.refresh(&self.tools).await;
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
            let (curated, state_dir) = (self.curated.clone(), self.state_dir.clone());
            let begun = Instant::now();
            let built = tokio::task::spawn_blocking(move || {
                let ledger = before.graph.ledger().clone();
                let graph = Graph::build(Arc::new(Snapshots::new(snapshots)), &curated, ledger);
                if let Some(state_dir) =
                    state_dir.filter(|_| graph.ledger().version() != before.graph.ledger().version())
                {
                    keep_ledger(&state_dir, graph.ledger());
                }
                graph
            })
            .await;
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

fn keep_ledger(state_dir: &Path, ledger: &Ledger) {
    if let Err(error) = ledger_file::write(state_dir, ledger) {
        tracing::warn!("the ledger of ids could not be kept for the next run: {error}");
    }
}
