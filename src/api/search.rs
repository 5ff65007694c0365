//! GraphQL types for search: pages of hits with highlights and facets, and suggestions for a search field.

use std::collections::HashSet;

use async_graphql::{
    Context, ID, InputObject, Object, SimpleObject,
    connection::{Connection, ConnectionNameType, Edge, EdgeNameType},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    api::{
        dataset::{DatasetObject, PublisherObject},
        edges::SearchHit,
    },
    domain::{
        catalog::Publisher,
        pagination::{self, DEFAULT_SIZE, Window, is_counted},
        query_error::QueryError,
        range::YearRange,
        record::SearchType,
        resolve::{Owned, SyncResolve, sync_resolvers},
    },
    index::{
        search::{Item, TextPiece},
        searching::{FacetCounts, SearchRequest, SearchResult},
    },
    refresh::view::View,
};

/// The maximum length of a query, in bytes.
const LONGEST_TEXT: usize = 1_000;
/// The maximum number of hits that can be paged through.
const DEEPEST: usize = 1_000;
/// The maximum number of highlights per hit.
const MOST_HIGHLIGHTS: usize = 3;
/// The length of a highlight, in bytes.
const SNIPPET: usize = 160;
/// The default number of suggestions.
const SUGGESTIONS: usize = 8;
/// The maximum number of suggestions.
const MOST_SUGGESTIONS: usize = 20;

/// A page of hits.
pub type SearchPage<'a> =
    Connection<String, SearchHit<'a>, SearchTotals<'a>, MatchDetail<'a>, SearchNames, SearchNames>;

/// The type names of a page of hits.
pub struct SearchNames;

impl ConnectionNameType for SearchNames {
    fn type_name<T: async_graphql::OutputType>() -> String {
        "SearchConnection".to_owned()
    }
}

impl EdgeNameType for SearchNames {
    fn type_name<T: async_graphql::OutputType>() -> String {
        "SearchEdge".to_owned()
    }
}

/// The totals of a search over all of its hits.
#[derive(SyncResolve, SimpleObject)]
#[graphql(fake)]
pub struct SearchTotals<'a> {
    /// The total number of items in the list.
    pub total_count: usize,
    /// The number of hits by type, dataset, publisher and year.
    pub facets: Owned<SearchFacets<'a>>,
}

/// The number of hits by type, dataset, publisher and year. The largest numbers come first. Organisations and datasets
/// are counted by type only.
#[derive(SyncResolve, SimpleObject, Default)]
pub struct SearchFacets<'a> {
    /// Hits by type.
    pub types: Vec<Owned<TypeFacet>>,
    /// Hits by the dataset of the record.
    pub datasets: Vec<Owned<DatasetFacet<'a>>>,
    /// Hits by the publisher of the dataset.
    pub publishers: Vec<Owned<PublisherFacet>>,
    /// Hits by the year of the record, for records with a year. The latest year comes first.
    pub years: Vec<Owned<YearFacet>>,
}

/// The number of hits of a type.
#[derive(SyncResolve, SimpleObject)]
pub struct TypeFacet {
    /// The type.
    #[graphql(name = "type")]
    pub kind: SearchType,
    /// The number of hits.
    pub count: usize,
}

/// The number of hits in a dataset.
#[derive(SyncResolve, SimpleObject)]
pub struct DatasetFacet<'a> {
    /// The dataset.
    pub dataset: DatasetObject<'a>,
    /// The number of hits.
    pub count: usize,
}

/// The number of hits in the datasets of a publisher.
#[derive(SyncResolve, SimpleObject)]
pub struct PublisherFacet {
    /// The publisher.
    pub publisher: PublisherObject,
    /// The number of hits.
    pub count: usize,
}

/// The number of hits in a year.
#[derive(SyncResolve, SimpleObject)]
pub struct YearFacet {
    /// The year.
    pub year: i32,
    /// The number of hits.
    pub count: usize,
}

/// The relevance of a hit, and the parts that match the query.
#[derive(SyncResolve, SimpleObject)]
#[graphql(fake)]
pub struct MatchDetail<'a> {
    /// The relevance score. Scores are comparable only within one search.
    pub score: f64,
    /// The parts of the hit that match the query, at most three.
    pub highlights: Vec<Highlight<'a>>,
}

/// A text that matches the query, or an excerpt around the match.
pub struct Highlight<'a> {
    pieces: Vec<TextPiece<'a>>,
}

/// A text that matches the query, or an excerpt around the match.
#[sync_resolvers]
#[Object]
impl<'a> Highlight<'a> {
    /// The text.
    async fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text).collect()
    }

    /// The text, split into matching and non-matching pieces.
    async fn pieces(&self) -> Vec<HighlightPiece<'a>> {
        self.pieces.iter().map(|piece| HighlightPiece { text: piece.text, is_match: piece.is_match }).collect()
    }
}

/// A piece of a highlighted text.
#[derive(SyncResolve, SimpleObject)]
pub struct HighlightPiece<'a> {
    /// The text of the piece.
    pub text: &'a str,
    /// Whether the piece matches the query.
    pub is_match: bool,
}

/// Filters the hits of a search. An item must satisfy every condition.
#[derive(InputObject, Default)]
pub struct SearchConditions {
    /// Only records of these datasets, the datasets themselves, and the organisations that they name. A dataset is
    /// given by its portal ID or its plan number, such as `D36`.
    pub datasets: Option<Vec<String>>,
    /// Only records of these publishers' datasets, the datasets themselves, and the organisations that they name.
    pub publishers: Option<Vec<Publisher>>,
    /// Only records of these years. Items without a year are excluded.
    pub year: Option<YearRange>,
}

/// A suggestion for a search field.
#[derive(SyncResolve, SimpleObject)]
pub struct Suggestion<'a> {
    /// The ID of the suggested object, for `node`.
    pub node_id: ID,
    /// The type of the suggested object.
    #[graphql(name = "type")]
    pub kind: SearchType,
    /// The name of the suggested object.
    pub name: &'a str,
    /// The suggested object.
    pub node: SearchHit<'a>,
    /// The text that matches: the name, another name, or part of a longer text.
    pub snippet: Highlight<'a>,
}

/// A search query.
#[derive(Debug)]
pub struct SearchQuery<'q> {
    pub text: &'q str,
    /// The types of hits to return. All types if empty.
    pub types: &'q [SearchType],
    pub filter: &'q SearchConditions,
    pub window: &'q Window,
}

impl std::fmt::Debug for SearchConditions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SearchFilter").finish_non_exhaustive()
    }
}

impl SearchQuery<'_> {
    /// The page of hits.
    pub fn page<'a>(&self, view: &'a View, ctx: &Context<'_>) -> Result<SearchPage<'a>, QueryError> {
        check_length(self.text)?;
        DatasetObject::check_named(view, self.filter.datasets.as_deref())?;
        let has_facets = ctx.look_ahead().field("facets").exists();
        let enough = if has_facets || is_counted(ctx) { None } else { self.enough()? };
        let request = SearchRequest {
            text: self.text,
            kinds: self.types,
            datasets: self.filter.datasets.as_deref(),
            publishers: self.filter.publishers.as_deref(),
            years: self.filter.year,
        };
        let found = view.graph.search(&request, enough);
        let total = enough.map_or_else(|| found.count().min(DEEPEST), |enough| found.hits(0..enough).len());
        let (begin, end) = self.window.range(total, |cursor| position_of(&found, cursor))?;
        let facets = if has_facets { SearchFacets::of(view, &found.facets()) } else { SearchFacets::default() };
        let totals = SearchTotals { total_count: found.count(), facets: Owned(facets) };
        let mut page = SearchPage::with_additional_fields(begin > 0, end < total, totals);
        for (position, (score, item)) in (begin..end).zip(found.hits(begin..end)) {
            let Some(node) = hit(view, item) else { continue };
            let hit = MatchDetail { score: score.into(), highlights: highlights(&found, item, MOST_HIGHLIGHTS) };
            page.edges.push(Edge::with_additional_fields(cursor(position, &found.id(item)), node, hit));
        }
        Ok(page)
    }

    /// The number of hits needed for the first page and its `hasNextPage`. `None` for other pages.
    fn enough(&self) -> Result<Option<usize>, QueryError> {
        let Window { first, after: None, last: None, before: None } = self.window else { return Ok(None) };
        Ok(Some(pagination::size(*first)?.unwrap_or(DEFAULT_SIZE) + 1))
    }
}

/// Suggestions for an incomplete text, best match first.
pub fn suggest<'a>(view: &'a View, text: &str, first: Option<i32>) -> Result<Vec<Owned<Suggestion<'a>>>, QueryError> {
    check_length(text)?;
    let size = match first {
        None => SUGGESTIONS,
        Some(found) => usize::try_from(found)
            .ok()
            .filter(|size| *size <= MOST_SUGGESTIONS)
            .ok_or(QueryError::PageTooLarge { most: MOST_SUGGESTIONS, found })?,
    };
    let found = view.graph.search(&SearchRequest { text, ..SearchRequest::default() }, Some(size));
    let suggestion = |(_, item)| {
        let node = hit(view, item)?;
        let name = found.texts(item).first().copied().unwrap_or_default();
        let whole = || Highlight { pieces: vec![TextPiece { text: name, is_match: false }] };
        let snippet = highlights(&found, item, 1).pop().unwrap_or_else(whole);
        Some(Owned(Suggestion { node_id: found.id(item).into(), kind: found.kind(item), name, node, snippet }))
    };
    Ok(found.hits(0..size).into_iter().filter_map(suggestion).collect())
}

fn check_length(text: &str) -> Result<(), QueryError> {
    if text.len() > LONGEST_TEXT {
        return Err(QueryError::TextTooLong { most: LONGEST_TEXT, found: text.len() });
    }
    Ok(())
}

/// The position of a cursor. A hit that moved is found again. The cursor of a removed hit has expired.
fn position_of(found: &SearchResult<'_>, cursor: &str) -> Result<usize, QueryError> {
    let invalid = || QueryError::InvalidCursor(crate::domain::value::shorten(cursor).into_owned());
    let text = pagination::decode(cursor)?;
    let (position, wanted) = text.split_once(':').ok_or_else(invalid)?;
    let position: usize = position.parse().map_err(|_| invalid())?;
    let is_it = |item: Item| found.id(item) == wanted;
    if position < DEEPEST && found.hits(position..position + 1).first().is_some_and(|(_, item)| is_it(*item)) {
        return Ok(position);
    }
    let hits = found.hits(0..DEEPEST);
    hits.into_iter().position(|(_, item)| is_it(item)).ok_or(QueryError::CursorExpired)
}

fn cursor(position: usize, id: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{position}:{id}"))
}

fn hit(view: &View, item: Item) -> Option<SearchHit<'_>> {
    match item {
        Item::Organisation(number) => Some(view.graph.organisation_at(number).into()),
        Item::Record { snapshot, index } => {
            let record = view.graph.record_at(snapshot, index);
            record.and_then(|(snapshot, index)| SearchHit::of_record(snapshot, index))
        }
        Item::Dataset(at) => DatasetObject::all(view).nth(at as usize).map(SearchHit::Dataset),
    }
}

fn highlights<'a>(found: &SearchResult<'a>, item: Item, most: usize) -> Vec<Highlight<'a>> {
    let mut seen = HashSet::new();
    let different = found.texts(item).into_iter().filter(|text| seen.insert(*text));
    let pieces = different.map(|text| found.highlight(text, SNIPPET)).filter(|pieces| !pieces.is_empty());
    pieces.take(most).map(|pieces| Highlight { pieces }).collect()
}

impl<'a> SearchFacets<'a> {
    fn of(view: &'a View, counts: &FacetCounts) -> Self {
        let mut facets = Self {
            types: counts.kinds.iter().map(|(kind, count)| Owned(TypeFacet { kind: *kind, count: *count })).collect(),
            datasets: DatasetObject::all(view)
                .enumerate()
                .filter_map(|(position, dataset)| {
                    let count = *counts.datasets.get(&u16::try_from(position).ok()?)?;
                    Some(Owned(DatasetFacet { dataset, count }))
                })
                .collect(),
            publishers: counts
                .publishers
                .iter()
                .map(|(publisher, count)| {
                    Owned(PublisherFacet { publisher: PublisherObject(*publisher), count: *count })
                })
                .collect(),
            years: counts
                .years
                .iter()
                .rev()
                .map(|(year, count)| Owned(YearFacet { year: *year, count: *count }))
                .collect(),
        };
        facets.types.sort_by_key(|facet| std::cmp::Reverse(facet.0.count));
        facets.datasets.sort_by_key(|facet| std::cmp::Reverse(facet.0.count));
        facets.publishers.sort_by_key(|facet| std::cmp::Reverse(facet.0.count));
        facets
    }
}
