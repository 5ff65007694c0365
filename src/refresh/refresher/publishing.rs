//! Publishes views: gathers the changes of datasets, builds the next graph and swaps the served view.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::mpsc;

use super::Refresher;
use crate::{
    domain::metrics::BuildOutcome,
    refresh::{ledger_file, view::View},
    upstream::snapshot::Snapshot,
};

/// The time that a change waits for further changes before the graph is rebuilt.
const GATHER: Duration = Duration::from_millis(250);

impl Refresher {
    /// Publishes a view as changes arrive, several at a time, until the channel closes.
    pub(super) async fn publish_changes(&self, mut changes: mpsc::UnboundedReceiver<bool>) {
        while let Some(mut rows_changed) = changes.recv().await {
            let until = tokio::time::Instant::now() + GATHER;
            while let Ok(Some(more)) = tokio::time::timeout_at(until, changes.recv()).await {
                rows_changed |= more;
            }
            self.publish(rows_changed).await;
        }
    }

    /// Publishes a view of the current datasets, with a new graph if rows changed.
    ///
    /// A dataset that is being refreshed keeps its old rows in the view until its refresh ends. The next call publishes
    /// its new rows.
    pub(super) async fn publish(&self, rows_changed: bool) {
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
