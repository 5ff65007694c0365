//! Relay pages of any list: `first`/`after` forwards, `last`/`before` backwards, at most 100 items a page.
//!
//! A cursor names the item it stands at, not a position, so that it survives a refresh of the data; when the item
//! itself is gone the answer says so.

use async_graphql::{
    Enum, InputObject, OutputType, SimpleObject,
    connection::{Connection, Edge, EmptyFields},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    plain::{Plain, Shown},
    query_error::QueryError,
    record::Record,
};

/// How many items a page has when the query does not say.
pub const DEFAULT_SIZE: usize = 20;
/// The most items of a page.
pub const LARGEST_SIZE: usize = 100;

/// What a page costs: its items, each with what is asked of it.
pub fn cost(first: Option<i32>, last: Option<i32>, of_each: usize) -> usize {
    let asked = first.or(last).and_then(|size| usize::try_from(size).ok()).unwrap_or(DEFAULT_SIZE);
    asked.min(LARGEST_SIZE).saturating_mul(of_each.max(1)).saturating_add(1).min(DEAREST)
}

/// What a list without pages costs: as much as a short page.
pub fn list_cost(of_each: usize) -> usize {
    of_each.saturating_mul(10).saturating_add(1).min(DEAREST)
}

/// The most that one field is counted as: the framework adds costs without looking for an overflow.
const DEAREST: usize = 1_000_000_000;

/// A page of borrowed items.
pub type Page<'a, T> = Connection<String, Shown<'a, T>, Total, EmptyFields>;

/// What a page says of the whole list.
#[derive(SimpleObject, Default)]
#[graphql(fake)]
pub struct Total {
    /// How many items the whole list has.
    pub total_count: usize,
}

/// Something with an id that a cursor can name.
pub trait Identified {
    fn id(&self) -> &str;
}

impl<T: Record> Identified for T {
    fn id(&self) -> &str {
        &self.head().id
    }
}

/// Which way a list runs.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Smallest, earliest or first in the alphabet first.
    #[default]
    Asc,
    /// Largest, latest or last in the alphabet first.
    Desc,
}

impl Direction {
    /// The ordering turned this way.
    pub fn of(self, ordering: std::cmp::Ordering) -> std::cmp::Ordering {
        match self {
            Self::Asc => ordering,
            Self::Desc => ordering.reverse(),
        }
    }
}

/// Years from one to another, both included.
#[derive(InputObject, Clone, Copy, Debug, Default)]
pub struct YearRange {
    /// The first year.
    pub from: Option<i32>,
    /// The last year.
    pub to: Option<i32>,
}

impl YearRange {
    pub fn contains(self, year: i32) -> bool {
        self.from.is_none_or(|from| year >= from) && self.to.is_none_or(|to| year <= to)
    }
}

/// Which page is asked for.
#[derive(Clone, Debug, Default)]
pub struct Window {
    pub first: Option<i32>,
    pub after: Option<String>,
    pub last: Option<i32>,
    pub before: Option<String>,
}

impl Window {
    /// Where the page begins and ends in a list of so many items; `find` tells the position that a cursor stands at.
    fn range(
        &self,
        total: usize,
        find: impl Fn(&str) -> Result<usize, QueryError>,
    ) -> Result<(usize, usize), QueryError> {
        let position = |cursor: &Option<String>| cursor.as_deref().map(&find).transpose();
        let begin = position(&self.after)?.map_or(0, |at| at.saturating_add(1)).min(total);
        let end = position(&self.before)?.unwrap_or(total).clamp(begin, total);
        Ok(match (size(self.first)?, size(self.last)?) {
            (Some(_), Some(_)) => return Err(QueryError::TwoPages),
            (None, Some(last)) => (end.saturating_sub(last).max(begin), end),
            (first, None) => (begin, end.min(begin + first.unwrap_or(DEFAULT_SIZE))),
        })
    }

    /// The page of `items`.
    pub fn of<'a, T>(&self, items: &[&'a T]) -> Result<Page<'a, T>, QueryError>
    where
        T: Identified + Plain,
    {
        let (begin, end) = self.range(items.len(), |cursor| find(items, cursor))?;
        let mut page =
            Connection::with_additional_fields(begin > 0, end < items.len(), Total { total_count: items.len() });
        page.edges.extend(items[begin..end].iter().map(|item| Edge::new(cursor(item.id()), Shown(*item))));
        Ok(page)
    }
}

/// A page of items that have no id; their cursor is their position in the list.
pub fn by_position<T: OutputType>(
    total: usize,
    window: &Window,
    item: impl Fn(usize) -> T,
) -> Result<Connection<String, T, Total, EmptyFields>, QueryError> {
    let position = |cursor: &str| {
        let invalid = || QueryError::InvalidCursor(crate::values::shorten(cursor).into_owned());
        decode(cursor)?.parse::<usize>().map_err(|_| invalid())
    };
    let (begin, end) = window.range(total, position)?;
    let mut page = Connection::with_additional_fields(begin > 0, end < total, Total { total_count: total });
    page.edges.extend((begin..end).map(|position| Edge::new(cursor(&position.to_string()), item(position))));
    Ok(page)
}

pub(crate) fn size(asked: Option<i32>) -> Result<Option<usize>, QueryError> {
    let check = |found: i32| {
        usize::try_from(found)
            .ok()
            .filter(|size| *size <= LARGEST_SIZE)
            .ok_or(QueryError::PageTooLarge { most: LARGEST_SIZE, found })
    };
    asked.map(check).transpose()
}

/// The cursor that stands at an item.
fn cursor(id: &str) -> String {
    URL_SAFE_NO_PAD.encode(id)
}

pub(crate) fn decode(cursor: &str) -> Result<String, QueryError> {
    let text = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.filter(|text| !text.is_empty())
        .ok_or_else(|| QueryError::InvalidCursor(crate::values::shorten(cursor).into_owned()))
}

fn find<T: Identified>(items: &[&T], cursor: &str) -> Result<usize, QueryError> {
    let id = decode(cursor)?;
    items.iter().position(|item| item.id() == id).ok_or(QueryError::CursorExpired)
}

/// Whether `text` contains `part`, whatever their case.
pub fn contains(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(&part.to_lowercase())
}
