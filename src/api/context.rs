//! Access to the view and the graph of a request.

use std::sync::Arc;

use async_graphql::Context;

use crate::{domain::clock::RequestClock, index::Graph, refresh::view::View};

/// The view that answers this request. Cancels the request if its deadline has passed.
pub fn view<'a>(ctx: &Context<'a>) -> &'a View {
    RequestClock::check_cancelled(ctx);
    ctx.data_unchecked::<Arc<View>>()
}

/// The graph that answers this request. Cancels the request if its deadline has passed.
pub fn graph<'a>(ctx: &Context<'a>) -> &'a Graph {
    &view(ctx).graph
}
