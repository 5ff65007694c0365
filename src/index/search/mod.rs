//! Search over everything that the graph knows, ranked: English by stems, with a typing error forgiven; Chinese without
//! word breaks, in any script.

use crate::{
    domain::{
        catalog,
        record::{SearchText, SearchType},
        text::Text,
    },
    index::{Graph, organisation::Organisation},
};

mod index;
mod tokens;
mod words;

pub use index::{Index, Item, Words};
use index::{Part, Shelved};
pub use words::{Asked, Piece};

impl Graph {
    /// The index of everything; what of it was not made yet is made now.
    pub fn search_index(&self) -> Option<Index<'_>> {
        let organisations =
            self.organisations.words.get_or_init(|| made(self.organisations().iter().map(of_organisation)));
        let mut parts = vec![Part {
            shelved: Shelved::Organisations,
            kind: SearchType::Organisation,
            words: organisations.as_ref()?,
        }];
        for (position, shelf) in self.snapshot_indexes.iter().enumerate() {
            let snapshot = &shelf.snapshot;
            if snapshot.figures().is_some() || snapshot.records.is_empty() {
                continue;
            }
            let told = || (0..snapshot.records.len()).map(|index| snapshot.records.search_text(index));
            let words = shelf.words.get_or_init(|| made(told())).as_ref()?;
            parts.push(Part { shelved: Shelved::Records(position), kind: snapshot.records.search_type(), words });
        }
        let datasets = || self.snapshot_indexes.iter().map(|shelf| of_dataset(shelf.snapshot.dataset));
        let words = self.datasets.get_or_init(|| made(datasets())).as_ref()?;
        parts.push(Part { shelved: Shelved::Datasets, kind: SearchType::Dataset, words });
        Some(Index::of(parts))
    }

    /// Whether the index was made already.
    pub fn is_indexed(&self) -> bool {
        self.datasets.get().is_some()
    }
}

fn made<'a>(told: impl Iterator<Item = SearchText<'a>>) -> Option<Words> {
    Words::of(told).inspect_err(|error| tracing::error!("an index for searching could not be made: {error}")).ok()
}

fn of_organisation(organisation: &Organisation) -> SearchText<'_> {
    SearchText {
        title: organisation.names.iter().map(|name| name.value.as_str()).collect(),
        body: organisation.clusters.iter().flat_map(Text::english_and_chinese).collect(),
    }
}

fn of_dataset(dataset: &'static catalog::Dataset) -> SearchText<'static> {
    let catalog::Dataset { title, publisher, plan, portal_id, .. } = dataset;
    let body = [publisher.title().en, publisher.title().zh_hant, plan].into_iter().chain(*portal_id);
    SearchText { title: vec![title.en, title.zh_hant], body: body.collect() }
}
