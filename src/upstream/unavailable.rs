//! The datasets with no known rows, each with the reason.

use jiff::Timestamp;

use crate::domain::catalog::Dataset;

/// A dataset with no known rows.
#[derive(Clone, Debug)]
pub struct Unavailable {
    pub dataset: &'static Dataset,
    /// The reason, in text that is safe to show to clients.
    pub reason: String,
    /// The time of the first failure. `None` if the dataset has never been requested.
    pub since: Option<Timestamp>,
}

/// All unavailable datasets at one moment.
#[derive(Clone, Debug, Default)]
pub struct UnavailableDatasets(Vec<Unavailable>);

impl UnavailableDatasets {
    /// Returns the entry of a dataset. `None` if the dataset is available.
    pub fn of(&self, dataset: &Dataset) -> Option<&Unavailable> {
        self.0.iter().find(|gap| std::ptr::eq(gap.dataset, dataset))
    }
}

impl FromIterator<Unavailable> for UnavailableDatasets {
    fn from_iter<I: IntoIterator<Item = Unavailable>>(unavailable: I) -> Self {
        Self(unavailable.into_iter().collect())
    }
}
