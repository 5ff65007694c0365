//! Results built from the rows of a dataset. If no row of the dataset has ever loaded, the result is null, with an
//! error that contains the dataset, the reason and the time of the first failure. An empty list would mean that there
//! are no items.

use std::sync::Arc;

use async_graphql::Context;

use super::snapshots;
use crate::{
    domain::{
        catalog::Dataset,
        pagination::{InOrder, Page, PageSource, SortOrder, Window, is_counted},
        query_error::{QueryError, to_graphql},
        record::Record,
        resolve::ByRef,
    },
    upstream::{
        snapshot::Snapshot,
        snapshots::Snapshots,
        unavailable::{Unavailable, UnavailableDatasets},
    },
};

/// A result that may be unavailable: null without an error if there is no data, null with an error if the data has not
/// loaded.
pub type Answer<T> = Option<async_graphql::Result<T>>;

/// A page of these rows.
pub fn page<'a, T: Record, L: PageSource<'a, T> + ?Sized>(
    ctx: &Context<'a>,
    rows: &L,
    window: &Window,
) -> Answer<Page<'a, T>> {
    let page = window.walk(rows, is_counted(ctx));
    let shows_any = page.as_ref().is_ok_and(|page| !page.edges.is_empty());
    Some(known::<T>(ctx, !shows_any).and_then(|()| to_graphql(page)))
}

/// A page of these rows in the given order, or by default in the order of publication.
pub fn ordered<'a, T: Record>(
    ctx: &Context<'a>,
    rows: impl PageSource<'a, T>,
    order: Option<&SortOrder>,
    window: &Window,
) -> Answer<Page<'a, T>> {
    match order {
        Some(order) => page(ctx, &InOrder { list: rows, order }, window),
        None => page(ctx, &rows, window),
    }
}

/// A list of these rows.
pub fn list<'a, T: Record>(ctx: &Context<'_>, rows: Vec<&'a T>) -> Answer<Vec<ByRef<'a, T>>> {
    Some(known::<T>(ctx, rows.is_empty()).map(|()| rows.into_iter().map(ByRef).collect()))
}

/// This row, if there is one.
pub fn one<'a, T: Record>(ctx: &Context<'_>, row: Option<&'a T>) -> Answer<ByRef<'a, T>> {
    match row {
        Some(row) => Some(Ok(ByRef(row))),
        None => known::<T>(ctx, true).err().map(Err),
    }
}

/// The snapshot of a dataset.
pub fn dataset<'a>(ctx: &Context<'a>, dataset: &Dataset) -> Answer<&'a Snapshot> {
    let is_it = |snapshot: &Snapshot| std::ptr::eq(snapshot.dataset, dataset);
    match missing(snapshots(ctx), unavailable(ctx), is_it) {
        Some(error) => Some(to_graphql(Err(error))),
        None => snapshots(ctx).of(dataset).map(Ok),
    }
}

/// An error if none of the datasets that provide rows of a type has loaded. Only an empty result can have that cause.
pub fn known<T: Record>(ctx: &Context<'_>, is_empty: bool) -> async_graphql::Result<()> {
    let error = if is_empty { missing(snapshots(ctx), unavailable(ctx), Snapshot::holds::<T>) } else { None };
    to_graphql(error.map_or(Ok(()), Err))
}

fn unavailable<'a>(ctx: &Context<'a>) -> &'a UnavailableDatasets {
    ctx.data_unchecked::<Arc<UnavailableDatasets>>()
}

/// The error for a set of datasets, if none of them has loaded.
fn missing(
    snapshots: &Snapshots,
    unavailable: &UnavailableDatasets,
    is_meant: impl Fn(&Snapshot) -> bool,
) -> Option<QueryError> {
    let mut first = None;
    for snapshot in snapshots.iter().filter(|snapshot| is_meant(snapshot)) {
        let gap = unavailable.of(snapshot.dataset)?;
        first.get_or_insert(gap);
    }
    first.map(|Unavailable { dataset, reason, since }| QueryError::Unavailable {
        dataset: dataset.id(),
        plan: dataset.plan,
        reason: reason.clone(),
        since: *since,
    })
}
