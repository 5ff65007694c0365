//! What one request sees: a graph and the state of its datasets, both of the same moment.

use std::sync::Arc;

use async_graphql::Context;

use crate::graph::{Graph, dataset::DatasetState};

/// A graph with the state of every dataset, in the order of the sources.
pub struct View {
    pub graph: Arc<Graph>,
    pub states: Vec<DatasetState>,
}

/// The view of this request.
pub fn view<'a>(ctx: &Context<'a>) -> &'a View {
    ctx.data_unchecked::<Arc<View>>()
}

/// The graph of this request.
pub fn graph<'a>(ctx: &Context<'a>) -> &'a Graph {
    &view(ctx).graph
}
