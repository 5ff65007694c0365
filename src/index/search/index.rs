//! The search index: one part for the organisations, one for each list of records, one for the datasets. Each part is
//! built independently and is immutable, so that the next graph reuses unchanged parts.

use ahash::AHashMap;
use roaring::RoaringBitmap;

use crate::{
    domain::record::{SearchText, SearchType},
    index::search::{
        keys::{NameKeys, code_key},
        query::Vocabulary,
        roots::RootCache,
        text_index::{IndexedDocument, TextIndex},
        tokens::tokens,
    },
};

/// An item that a search can find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Item {
    /// The number of the organisation.
    Organisation(u32),
    /// The position of the snapshot, and the index of the record in it.
    Record { snapshot: u16, index: u32 },
    /// The position of the dataset among the sources.
    Dataset(u32),
}

/// The texts by which an organisation is found.
#[derive(Debug, Default)]
pub struct OrganisationText<'a> {
    pub names: Vec<&'a str>,
    /// Other words about the organisation.
    pub body: Vec<&'a str>,
    /// The weight of the organisation. Of two that match equally well, the heavier comes first.
    pub weight: f32,
}

/// The index of the organisations. Its documents are sorted by weight.
#[derive(Debug)]
pub struct OrganisationIndex {
    pub text: TextIndex,
    /// The organisation number of each document.
    numbers: Vec<u32>,
    /// The document of each organisation.
    documents: Vec<u32>,
    weights: Vec<f32>,
}

impl OrganisationIndex {
    /// Indexes organisations, which are identified by their positions.
    pub fn of<'a>(organisations: impl Iterator<Item = OrganisationText<'a>>) -> Self {
        let texts: Vec<OrganisationText<'a>> = organisations.collect();
        let mut numbers: Vec<u32> = (0..texts.len() as u32).collect();
        let weight = |number: &u32| texts[*number as usize].weight;
        numbers.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
        let mut documents = vec![0; numbers.len()];
        for (document, number) in (0..).zip(&numbers) {
            documents[*number as usize] = document;
        }
        let roots = RootCache::new();
        let text = TextIndex::of(numbers.iter().map(|number| {
            let OrganisationText { names, body, .. } = &texts[*number as usize];
            let keys = names.iter().filter_map(|name| NameKeys::of(name, &roots));
            let keys = keys.flat_map(|keys| std::iter::once(keys.whole).chain(keys.words)).collect();
            IndexedDocument { title: names.clone(), body: body.clone(), keys }
        }));
        let weights = numbers.iter().map(weight).collect();
        Self { text, numbers, documents, weights }
    }

    pub fn number(&self, document: u32) -> u32 {
        self.numbers[document as usize]
    }

    pub fn document(&self, number: u32) -> u32 {
        self.documents[number as usize]
    }

    pub fn weight(&self, document: u32) -> f32 {
        self.weights[document as usize]
    }
}

/// The index of a list of records or of the datasets.
#[derive(Debug)]
pub struct ListIndex {
    pub text: TextIndex,
    /// The roots of the words that apply to every document: the words of the dataset's title, its publisher and its
    /// kind.
    context: Vec<String>,
    years: Vec<Option<i32>>,
}

impl ListIndex {
    /// Indexes a list.
    pub fn of<'a>(texts: impl Iterator<Item = SearchText<'a>>, context: &[&str]) -> Self {
        let mut years = Vec::new();
        let text = TextIndex::of(texts.map(|SearchText { title, mut body, codes, year }| {
            years.push(year);
            let keys = codes.iter().filter_map(|code| code_key(code)).collect();
            body.extend(codes);
            IndexedDocument { title, body, keys }
        }));
        let roots = RootCache::new();
        let words = context.iter().flat_map(|text| tokens(text));
        let mut context: Vec<String> = words.map(|token| roots.root(&token.word)).collect();
        context.sort_unstable();
        context.dedup();
        Self { text, context, years }
    }

    /// Whether a word applies to every document.
    pub fn has_context(&self, root: &str) -> bool {
        self.context.binary_search_by(|known| known.as_str().cmp(root)).is_ok()
    }

    /// The year of a document.
    pub fn year(&self, document: u32) -> Option<i32> {
        self.years.get(document as usize).copied().flatten()
    }
}

/// The kind of documents in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListSource {
    /// The records of the snapshot at this position.
    Records(u16),
    Datasets,
}

impl ListSource {
    pub const fn item(self, document: u32) -> Item {
        match self {
            Self::Records(snapshot) => Item::Record { snapshot, index: document },
            Self::Datasets => Item::Dataset(document),
        }
    }

    /// The document of an item in this list.
    pub fn document(self, item: Item) -> Option<u32> {
        match (self, item) {
            (Self::Records(own), Item::Record { snapshot, index }) if snapshot == own => Some(index),
            (Self::Datasets, Item::Dataset(document)) => Some(document),
            _ => None,
        }
    }
}

/// A list with its index.
#[derive(Clone, Copy, Debug)]
pub struct IndexedList<'a> {
    pub source: ListSource,
    pub kind: SearchType,
    pub index: &'a ListIndex,
}

/// The edges between records and organisations.
pub trait Links {
    /// The number of mentions of an organisation in records.
    fn mention_count(&self, organisation: u32) -> usize;

    /// All records that name an organisation: the position of the snapshot, and the index of the record in it.
    fn records_of(&self, organisation: u32, take: &mut dyn FnMut(u16, u32));

    /// The names of an organisation.
    fn names_of(&self, organisation: u32) -> Vec<&str>;

    /// The organisations that a record names.
    fn organisations_of(&self, snapshot: u16, index: u32) -> Vec<u32>;
}

/// The parts that one search covers.
pub struct Index<'a> {
    pub organisations: &'a OrganisationIndex,
    pub lists: Vec<IndexedList<'a>>,
    /// Lists that are not searched. A record of theirs that the query identifies leads to its organisations.
    pub other_lists: Vec<IndexedList<'a>>,
    pub links: &'a dyn Links,
}

impl Index<'_> {
    fn any(&self, is_it: impl Fn(&TextIndex) -> bool) -> bool {
        is_it(&self.organisations.text) || self.lists.iter().any(|list| is_it(&list.index.text))
    }

    /// The records that name any of the organisations, by the position of their snapshot. Takes time linear in their
    /// number.
    pub fn records_of(&self, organisations: impl Iterator<Item = u32>) -> AHashMap<u16, RoaringBitmap> {
        let mut found: AHashMap<u16, Vec<u32>> = AHashMap::new();
        for number in organisations {
            self.links.records_of(number, &mut |snapshot, index| found.entry(snapshot).or_default().push(index));
        }
        found.into_iter().map(|(snapshot, records)| (snapshot, records.into_iter().collect())).collect()
    }
}

impl Vocabulary for Index<'_> {
    fn has_word(&self, word: &str) -> bool {
        self.any(|index| index.has_word(word))
    }

    fn has_root(&self, root: &str) -> bool {
        self.any(|index| index.has_root(root)) || self.lists.iter().any(|list| list.index.has_context(root))
    }

    fn has_prefix(&self, prefix: &str) -> bool {
        self.any(|index| index.has_prefix(prefix))
    }
}
