//! A view: an immutable graph with the state of its datasets at the same time. Each request uses one view.

use std::sync::Arc;

use crate::{index::Graph, refresh::state::DatasetState, upstream::unavailable::UnavailableDatasets};

/// A graph with the state of every dataset, in the order of the sources.
pub struct View {
    pub graph: Arc<Graph>,
    pub states: Vec<DatasetState>,
    /// The datasets without any known row.
    pub unavailable: Arc<UnavailableDatasets>,
}

impl View {
    pub fn new(graph: Arc<Graph>, states: Vec<DatasetState>) -> Self {
        let unavailable = states
            .iter()
            .zip(graph.snapshots.iter())
            .filter_map(|(state, snapshot)| state.unavailable(snapshot))
            .collect();
        Self { graph, states, unavailable: Arc::new(unavailable) }
    }
}
