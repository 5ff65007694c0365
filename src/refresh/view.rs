//! What one request sees: a graph and the state of its datasets, both of the same moment.

use std::sync::Arc;

use crate::{index::Graph, refresh::state::DatasetState, upstream::unavailable::UnavailableDatasets};

/// A graph with the state of every dataset, in the order of the sources.
pub struct View {
    pub graph: Arc<Graph>,
    pub states: Vec<DatasetState>,
    /// The datasets of which no row is known.
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
