//! What one request sees: a graph and the state of its datasets, both of the same moment.

use std::sync::Arc;

use async_graphql::Context;

use crate::{
    api::dataset::DatasetState, domain::clock::RequestClock, index::Graph, upstream::unavailable::UnavailableDatasets,
};

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

/// The view of this request, as long as somebody waits for its answer.
pub fn view<'a>(ctx: &Context<'a>) -> &'a View {
    RequestClock::check_cancelled(ctx);
    ctx.data_unchecked::<Arc<View>>()
}

/// The graph of this request.
pub fn graph<'a>(ctx: &Context<'a>) -> &'a Graph {
    &view(ctx).graph
}
