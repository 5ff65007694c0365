//! The costs of lists for the query guard.

use crate::domain::pagination::{DEFAULT_SIZE, LARGEST_SIZE};

/// The cost of a page: the cost per item times the number of items. Because `first` has a default, the larger of
/// `first` and `last` counts.
pub fn cost(first: Option<i32>, last: Option<i32>, of_each: usize) -> usize {
    let sizes = [first, last].into_iter().flatten().filter_map(|size| usize::try_from(size).ok());
    let asked = sizes.max().unwrap_or(DEFAULT_SIZE);
    asked.min(LARGEST_SIZE).saturating_mul(of_each.max(1)).saturating_add(1).min(DEAREST)
}

/// The cost of a list without pagination, which counts as ten items.
pub fn list_cost(of_each: usize) -> usize {
    of_each.saturating_mul(10).saturating_add(1).min(DEAREST)
}

/// The maximum cost of one field. The framework adds costs without checking for overflow.
const DEAREST: usize = 1_000_000_000;
