//! Search over one graph: the indexed texts, and the items that a query finds.

use std::{collections::BTreeMap, ops::Range};

use rust_decimal::prelude::ToPrimitive;

use crate::{
    domain::{
        catalog::{Dataset, Publisher},
        range::YearRange,
        record::{SearchText, SearchType},
        text::Text,
    },
    index::{
        Graph,
        organisation::Organisation,
        search::{
            Filter, Index, IndexedList, Item, Keep, Links, ListIndex, ListSource, OrganisationIndex, OrganisationText,
            ScoredItem, SearchMatches, TextPiece, highlight,
        },
        snapshot_index::RecordRef,
    },
    upstream::snapshot::Snapshot,
};

/// A search request.
#[derive(Clone, Copy, Debug, Default)]
pub struct SearchRequest<'q> {
    pub text: &'q str,
    /// The types of hits to return. All types if empty.
    pub kinds: &'q [SearchType],
    /// The datasets that contain or name the item, by portal ID or plan number.
    pub datasets: Option<&'q [String]>,
    /// The publishers of these datasets.
    pub publishers: Option<&'q [Publisher]>,
    pub years: Option<YearRange>,
}

/// The result of a search.
pub struct SearchResult<'g> {
    graph: &'g Graph,
    index: Index<'g>,
    found: SearchMatches,
}

/// The number of hits of each kind, dataset, publisher and year.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct FacetCounts {
    pub kinds: BTreeMap<SearchType, usize>,
    /// By the position of the dataset among the sources.
    pub datasets: BTreeMap<u16, usize>,
    pub publishers: BTreeMap<Publisher, usize>,
    pub years: BTreeMap<i32, usize>,
}

impl Graph {
    /// Builds the missing parts of the index.
    pub fn search_index(&self) {
        self.organisation_texts();
        self.lists();
    }

    /// Whether the index has been built.
    pub fn is_indexed(&self) -> bool {
        self.datasets.get().is_some()
    }

    /// Finds the items that match a request. Only the first `enough` organisations are needed if no counts are
    /// requested.
    pub fn search(&self, request: &SearchRequest<'_>, enough: Option<usize>) -> SearchResult<'_> {
        let is_wanted = |kind: SearchType| request.kinds.is_empty() || request.kinds.contains(&kind);
        let is_searched = |list: &IndexedList<'_>| is_wanted(list.kind) && self.keeps_list(request, list.source);
        let (lists, other_lists) = self.lists().into_iter().partition(is_searched);
        let index = Index { organisations: self.organisation_texts(), lists, other_lists, links: self };
        let keeps_organisation = |number: u32| self.keeps_organisation(request, self.organisation_at(number));
        let keeps_dataset = |position: u32| self.keeps_dataset(request, position as usize);
        let is_narrowed = request.datasets.is_some() || request.publishers.is_some();
        let filter = Filter {
            organisations: if !is_wanted(SearchType::Organisation) {
                Keep::None
            } else if is_narrowed {
                Keep::Those(&keeps_organisation)
            } else {
                Keep::All
            },
            datasets: if is_narrowed { Keep::Those(&keeps_dataset) } else { Keep::All },
            years: request.years.map(|years| (years.from.unwrap_or(i32::MIN), years.to.unwrap_or(i32::MAX))),
        };
        let enough = enough.map(|enough| enough as u64);
        let found = index.search(request.text, &self.identified(request.text), &filter, enough);
        SearchResult { graph: self, index, found }
    }

    /// The items whose name or ID is the text.
    fn identified(&self, text: &str) -> Vec<Item> {
        let text = text.trim();
        let number = |organisation: &Organisation| Item::Organisation(organisation.number);
        let organisation = self.organisation(text).or_else(|| self.organisation_named(text)).map(number);
        let record = self.place(text).map(|place| Item::Record { snapshot: place.snapshot, index: place.index });
        let dataset = self.snapshots.iter().position(|snapshot| snapshot.dataset.is_named(text));
        let dataset = dataset.map(|position| Item::Dataset(position as u32));
        [organisation, record, dataset].into_iter().flatten().collect()
    }

    fn organisation_texts(&self) -> &OrganisationIndex {
        let texts = || self.organisations().iter().map(|organisation| self.organisation_text(organisation));
        self.organisations.texts.get_or_init(|| OrganisationIndex::of(texts()))
    }

    fn organisation_text<'a>(&'a self, organisation: &'a Organisation) -> OrganisationText<'a> {
        OrganisationText {
            names: self.searched_names(organisation).collect(),
            body: organisation.clusters.iter().flat_map(Text::english_and_chinese).collect(),
            weight: weight(organisation),
        }
    }

    /// All names by which an organisation is found: the published names, then the curated ones.
    fn searched_names<'a>(&'a self, organisation: &'a Organisation) -> impl Iterator<Item = &'a str> {
        let reviewed = self.mention_index.reviewed_names.get(&organisation.number);
        let reviewed = reviewed.into_iter().flatten().map(String::as_str);
        organisation.names.iter().map(|name| name.value.as_str()).chain(reviewed)
    }

    /// The lists of records and of datasets, each with its index.
    fn lists(&self) -> Vec<IndexedList<'_>> {
        let mut lists = Vec::with_capacity(self.snapshot_indexes.len() + 1);
        for (position, part) in (0..).zip(&self.snapshot_indexes) {
            let Snapshot { records, dataset, .. } = &*part.snapshot;
            if part.snapshot.figures().is_some() || records.is_empty() {
                continue;
            }
            let kind = records.search_type();
            let index = part.texts.get_or_init(|| {
                let texts = (0..records.len()).map(|index| records.search_text(index));
                ListIndex::of(texts, &context(dataset, kind))
            });
            lists.push(IndexedList { source: ListSource::Records(position), kind, index });
        }
        let texts = || self.snapshot_indexes.iter().map(|part| of_dataset(part.snapshot.dataset));
        let index = self.datasets.get_or_init(|| ListIndex::of(texts(), &[]));
        lists.push(IndexedList { source: ListSource::Datasets, kind: SearchType::Dataset, index });
        lists
    }

    fn keeps_list(&self, request: &SearchRequest<'_>, source: ListSource) -> bool {
        match source {
            ListSource::Records(position) => self.keeps_dataset(request, position.into()),
            ListSource::Datasets => true,
        }
    }

    fn keeps_dataset(&self, request: &SearchRequest<'_>, position: usize) -> bool {
        let dataset = self.snapshot_indexes[position].snapshot.dataset;
        request.datasets.is_none_or(|ids| ids.iter().any(|id| dataset.is_named(id.trim())))
            && request.publishers.is_none_or(|publishers| publishers.contains(&dataset.publisher))
    }

    /// Whether a dataset that satisfies the request names an organisation.
    fn keeps_organisation(&self, request: &SearchRequest<'_>, organisation: &Organisation) -> bool {
        let mut mentions = self.mentions_to(organisation);
        mentions.any(|mention| self.keeps_dataset(request, mention.place.snapshot.into()))
    }
}

impl Links for Graph {
    fn mention_count(&self, organisation: u32) -> usize {
        self.organisation_at(organisation).mentions.len()
    }

    fn records_of(&self, organisation: u32, take: &mut dyn FnMut(u16, u32)) {
        for mention in self.mentions_to(self.organisation_at(organisation)) {
            take(mention.place.snapshot, mention.place.index);
        }
    }

    fn names_of(&self, organisation: u32) -> Vec<&str> {
        self.searched_names(self.organisation_at(organisation)).collect()
    }

    fn organisations_of(&self, snapshot: u16, index: u32) -> Vec<u32> {
        let mentions = self.mention_index.mentions_of(RecordRef { snapshot, index });
        mentions.iter().map(|mention| mention.organisation).collect()
    }
}

impl<'g> SearchResult<'g> {
    /// The hits in a range of positions, best first.
    pub fn hits(&self, range: Range<usize>) -> Vec<ScoredItem> {
        self.index.ranked(&self.found, range)
    }

    /// The number of hits.
    pub fn count(&self) -> usize {
        self.found.count() as usize
    }

    /// The ID of a hit.
    pub fn id(&self, item: Item) -> String {
        let id = match item {
            Item::Organisation(number) => Some(self.graph.organisation_at(number).id.clone()),
            Item::Record { snapshot, index } => {
                let record = self.graph.locate(RecordRef { snapshot, index });
                record.and_then(|(snapshot, index)| snapshot.records.meta(index)).map(|meta| meta.id.clone())
            }
            Item::Dataset(position) => Some(self.graph.snapshot_indexes[position as usize].snapshot.dataset.id()),
        };
        id.unwrap_or_default()
    }

    /// The type of a hit.
    pub fn kind(&self, item: Item) -> SearchType {
        match item {
            Item::Organisation(_) => SearchType::Organisation,
            Item::Record { snapshot, .. } => {
                self.graph.snapshot_indexes[usize::from(snapshot)].snapshot.records.search_type()
            }
            Item::Dataset(_) => SearchType::Dataset,
        }
    }

    /// The texts by which a hit is found, names first.
    pub fn texts(&self, item: Item) -> Vec<&'g str> {
        let of = |SearchText { title, body, codes, .. }: SearchText<'g>| {
            title.into_iter().chain(body).chain(codes).collect()
        };
        match item {
            Item::Organisation(number) => self.graph.searched_names(self.graph.organisation_at(number)).collect(),
            Item::Record { snapshot, index } => {
                let record = self.graph.locate(RecordRef { snapshot, index });
                record.map(|(snapshot, index)| of(snapshot.records.search_text(index))).unwrap_or_default()
            }
            Item::Dataset(position) => of(of_dataset(self.graph.snapshot_indexes[position as usize].snapshot.dataset)),
        }
    }

    /// The part of a text around the first match. Empty if the text does not match.
    pub fn highlight<'t>(&self, text: &'t str, length: usize) -> Vec<TextPiece<'t>> {
        highlight(&self.found.query.terms, text, length)
    }

    /// The number of hits by type, dataset, publisher and year. An organisation is counted by type only.
    pub fn facets(&self) -> FacetCounts {
        let mut facets = FacetCounts::default();
        let organisations = self.found.organisations.all.len() as usize;
        if organisations > 0 {
            facets.kinds.insert(SearchType::Organisation, organisations);
        }
        for (list, found) in self.index.lists.iter().zip(&self.found.lists) {
            let count = found.all.len() as usize;
            if count == 0 {
                continue;
            }
            *facets.kinds.entry(list.kind).or_default() += count;
            if let ListSource::Records(position) = list.source {
                let publisher = self.graph.snapshot_indexes[usize::from(position)].snapshot.dataset.publisher;
                *facets.datasets.entry(position).or_default() += count;
                *facets.publishers.entry(publisher).or_default() += count;
            }
            for year in found.all.iter().filter_map(|document| list.index.year(document)) {
                *facets.years.entry(year).or_default() += 1;
            }
        }
        facets
    }
}

/// The weight of an organisation: the order of magnitude of the number of its records plus that of its public funding.
fn weight(organisation: &Organisation) -> f32 {
    let money = organisation.funding.total.and_then(|total| total.amount.to_f64()).unwrap_or_default();
    let mentions = f64::from(organisation.mentions.len() as u32);
    ((1.0 + mentions).log2() + (1.0 + money.max(0.0)).log10()) as f32
}

fn of_dataset(dataset: &'static Dataset) -> SearchText<'static> {
    let Dataset { title, publisher, plan, portal_id, .. } = dataset;
    let body = vec![publisher.title().en, publisher.title().zh_hant, publisher.code()];
    let codes = std::iter::once(*plan).chain(*portal_id).collect();
    SearchText { title: vec![title.en, title.zh_hant], body, codes, year: None }
}

/// The words that apply to every record of a dataset.
fn context(dataset: &'static Dataset, kind: SearchType) -> [&'static str; 5] {
    let kind = match kind {
        SearchType::Organisation => "organisation",
        SearchType::Project => "project",
        SearchType::Laboratory => "laboratory",
        SearchType::Tenant => "tenant company",
        SearchType::Job => "job vacancy",
        SearchType::Dataset => "dataset",
        SearchType::Other => "",
    };
    [dataset.title.en, dataset.publisher.title().en, dataset.publisher.code(), dataset.plan, kind]
}
