//! The edges of the graph: between records, organisations and their sources, and the `Node` interface over everything
//! with an ID.

use async_graphql::Context;

use crate::{
    api::context::graph,
    domain::{
        pagination::{Page, Window},
        record::{Record, Role},
    },
    index::organisation::Organisation,
    publishers::answer,
};

mod grant;
mod node;
mod of_grants;
mod of_organisations;
mod of_records;
mod participant;

pub use grant::{GrantPage, GrantsPart};
pub use node::{Node, RecordNode, SearchHit};

/// A page of the records that name an organisation in these roles.
fn page<'a, T: Record>(
    ctx: &Context<'a>,
    organisation: &Organisation,
    roles: &[Role],
    window: &Window,
) -> answer::Answer<Page<'a, T>> {
    answer::page(ctx, &graph(ctx).naming(organisation, roles), window)
}
