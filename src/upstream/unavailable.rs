//! The datasets of which no row is known, each with the reason.

use jiff::Timestamp;

use crate::domain::catalog::Dataset;

/// A dataset of which no row is known.
#[derive(Clone, Debug)]
pub struct Unavailable {
    pub dataset: &'static Dataset,
    /// Why, in words that are safe to show.
    pub reason: String,
    /// Since when it fails; absent where nobody has asked for it.
    pub since: Option<Timestamp>,
}

/// The gaps at one moment.
#[derive(Clone, Debug, Default)]
pub struct UnavailableDatasets(Vec<Unavailable>);

impl UnavailableDatasets {
    /// Why no row of a dataset is known.
    pub fn of(&self, dataset: &Dataset) -> Option<&Unavailable> {
        self.0.iter().find(|gap| std::ptr::eq(gap.dataset, dataset))
    }
}

impl FromIterator<Unavailable> for UnavailableDatasets {
    fn from_iter<I: IntoIterator<Item = Unavailable>>(unavailable: I) -> Self {
        Self(unavailable.into_iter().collect())
    }
}
