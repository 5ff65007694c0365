//! The search field: a page of hits with highlights.

use std::collections::HashSet;

use async_graphql::{
    Object, SimpleObject,
    connection::{Connection, ConnectionNameType, Edge, EdgeNameType},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    api::{dataset::Dataset, edges::Node},
    domain::{
        pagination::{self, DEFAULT_SIZE, Total},
        query_error::QueryError,
        record::SearchType,
        resolve::{SyncResolve, sync_resolvers},
    },
    index::{
        Graph,
        search::{Asked, Index, Item, Piece},
    },
    refresh::view::View,
    upstream::snapshot::Snapshot,
};

/// The longest question, in bytes.
const LONGEST_QUESTION: usize = 1_000;
/// How far down the hits can be read.
const DEEPEST: usize = 1_000;
/// How many highlights a hit has at most.
const MOST_HIGHLIGHTS: usize = 3;
/// How long a highlight is, in bytes.
const SNIPPET: usize = 160;

/// A page of hits.
pub type SearchPage<'a> = Connection<String, Node<'a>, Total, Hit<'a>, SearchNames, SearchNames>;

/// The names of the types of a page of hits.
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

/// How well something fits what was asked for, and where.
#[derive(SyncResolve, SimpleObject)]
#[graphql(fake)]
pub struct Hit<'a> {
    /// How well it fits; to compare hits of one search with, nothing else.
    pub score: f64,
    /// Where it has what was asked for, three places at the most.
    pub highlights: Vec<Highlight<'a>>,
}

/// A text that has what was asked for, or the part of it around that.
pub struct Highlight<'a> {
    pieces: Vec<Piece<'a>>,
}

/// A text that has what was asked for, or the part of it around that.
#[sync_resolvers]
#[Object]
impl<'a> Highlight<'a> {
    /// The text.
    async fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text).collect()
    }

    /// The text in pieces: those that were asked for, and what is between them.
    async fn pieces(&self) -> Vec<HighlightPiece<'a>> {
        self.pieces.iter().map(|piece| HighlightPiece { text: piece.text, is_match: piece.is_match }).collect()
    }
}

/// A piece of a highlighted text.
#[derive(SyncResolve, SimpleObject)]
pub struct HighlightPiece<'a> {
    /// The text of the piece.
    pub text: &'a str,
    /// Whether it is what was asked for.
    pub is_match: bool,
}

/// A question.
#[derive(Debug)]
pub struct Question<'q> {
    pub text: &'q str,
    /// What may be found; anything when empty.
    pub types: &'q [SearchType],
    pub first: Option<i32>,
    pub after: Option<&'q str>,
    /// Whether the number of all hits is wanted.
    pub count: bool,
}

impl Question<'_> {
    /// The page of hits.
    pub fn answer<'a>(&self, view: &'a View) -> Result<SearchPage<'a>, QueryError> {
        if self.text.len() > LONGEST_QUESTION {
            return Err(QueryError::TextTooLong { most: LONGEST_QUESTION, found: self.text.len() });
        }
        let graph = &view.graph;
        let index = graph.search_index().ok_or(QueryError::SearchUnavailable)?;
        let failed = |error: tantivy::TantivyError| {
            tracing::error!("a search failed: {error}");
            QueryError::SearchUnavailable
        };
        let asked = Asked::read(self.text, |word| index.is_unknown(word)).map_err(failed)?;
        let size = pagination::size(self.first)?.unwrap_or(DEFAULT_SIZE);
        let begin =
            self.after.map(|cursor| self.position_after(graph, &index, &asked, cursor)).transpose()?.unwrap_or(0);
        let end = (begin + size).min(DEEPEST);
        let found = index.find(&asked, self.types, begin..end + 1, self.count).map_err(failed)?;
        let has_more = found.hits.len() > end - begin;
        let total = Total { total_count: found.total.unwrap_or_default() };
        let mut page = SearchPage::with_additional_fields(begin > 0, has_more, total);
        for (position, (score, item)) in (begin..end).zip(found.hits) {
            let Some(node) = node(view, item) else { continue };
            let hit = Hit { score: score.into(), highlights: highlights(graph, &asked, item) };
            page.edges.push(Edge::with_additional_fields(cursor(position, &id(graph, item)), node, hit));
        }
        Ok(page)
    }

    /// The position after a cursor. A hit that moved since is looked for; one that is gone has expired.
    fn position_after(
        &self,
        graph: &Graph,
        index: &Index<'_>,
        asked: &Asked,
        cursor: &str,
    ) -> Result<usize, QueryError> {
        let invalid = || QueryError::InvalidCursor(crate::domain::value::shorten(cursor).into_owned());
        let text = pagination::decode(cursor)?;
        let (position, wanted) = text.split_once(':').ok_or_else(invalid)?;
        let position: usize = position.parse().map_err(|_| invalid())?;
        let at = |range| index.find(asked, self.types, range, false).map(|found| found.hits).unwrap_or_default();
        let is_it = |(_, item): &(f32, Item)| id(graph, *item) == wanted;
        if position < DEEPEST && at(position..position + 1).first().is_some_and(is_it) {
            return Ok(position + 1);
        }
        at(0..DEEPEST).iter().position(is_it).map(|position| position + 1).ok_or(QueryError::CursorExpired)
    }
}

fn node(view: &View, item: Item) -> Option<Node<'_>> {
    match item {
        Item::Organisation(number) => Some(view.graph.organisation_at(number).into()),
        Item::Record(place) => view.graph.locate(place).and_then(|(snapshot, index)| Node::of_record(snapshot, index)),
        Item::Dataset(at) => Dataset::all(view).nth(at as usize).map(Node::Dataset),
    }
}

fn id(graph: &Graph, item: Item) -> String {
    let record = |(snapshot, index): (&Snapshot, usize)| snapshot.records.meta(index).map(|meta| meta.id.clone());
    let id = match item {
        Item::Organisation(number) => Some(graph.organisation_at(number).id.clone()),
        Item::Record(place) => graph.locate(place).and_then(record),
        Item::Dataset(at) => graph.snapshots.iter().nth(at as usize).map(|snapshot| snapshot.dataset.id()),
    };
    id.unwrap_or_default()
}

fn highlights<'a>(graph: &'a Graph, asked: &Asked, item: Item) -> Vec<Highlight<'a>> {
    let texts: Vec<&'a str> = match item {
        Item::Organisation(number) => {
            graph.organisation_at(number).names.iter().map(|name| name.value.as_str()).collect()
        }
        Item::Record(place) => {
            let told =
                graph.locate(place).map(|(snapshot, index)| snapshot.records.search_text(index)).unwrap_or_default();
            told.title.into_iter().chain(told.body).collect()
        }
        Item::Dataset(at) => {
            let title = graph.snapshots.iter().nth(at as usize).map(|snapshot| snapshot.dataset.title);
            title.map(|title| vec![title.en, title.zh_hant]).unwrap_or_default()
        }
    };
    let mut seen = HashSet::new();
    let different = texts.into_iter().filter(|text| seen.insert(*text));
    let pieces = different.map(|text| asked.pieces(text, SNIPPET)).filter(|pieces| !pieces.is_empty());
    pieces.take(MOST_HIGHLIGHTS).map(|pieces| Highlight { pieces }).collect()
}

fn cursor(position: usize, id: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{position}:{id}"))
}
