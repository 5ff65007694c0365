//! Relay pages of any list: `first`/`after` forwards, `last`/`before` backwards, at most 100 items a page.
//!
//! A cursor contains the ID of an item, not a position, so it remains valid after a refresh. If the item no longer
//! exists, the response contains an error.

use std::ops::Range;

use async_graphql::{
    Context, Enum, OutputType, SimpleObject,
    connection::{Connection, CursorType, Edge, EmptyFields},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::domain::{
    query_error::QueryError,
    record::Record,
    resolve::{ByRef, SyncResolve},
};

mod cost;
mod order;

pub use cost::{cost, list_cost};
pub use order::{InOrder, SortOrder};

/// The default number of items on a page.
pub const DEFAULT_SIZE: usize = 20;
/// The maximum number of items on a page.
pub const LARGEST_SIZE: usize = 100;

/// A page of borrowed items.
pub type Page<'a, T> = Connection<Cursor<'a>, ByRef<'a, T>, Total, EmptyFields>;

/// The cursor of an item: its ID, encoded only if a query requests it.
pub struct Cursor<'a>(&'a str);

impl CursorType for Cursor<'_> {
    type Error = QueryError;

    /// [`Window`] decodes the cursors of clients, because they identify an item and not a borrowed ID.
    fn decode_cursor(text: &str) -> Result<Self, QueryError> {
        Err(QueryError::InvalidCursor(crate::domain::value::shorten(text).into_owned()))
    }

    fn encode_cursor(&self) -> String {
        cursor(self.0)
    }
}

/// The fields of a page that describe the whole list.
#[derive(SyncResolve, SimpleObject, Default)]
#[graphql(fake)]
pub struct Total {
    /// The total number of items in the list.
    pub total_count: usize,
}

/// An item with an ID that a cursor can name.
pub trait Identified {
    fn id(&self) -> &str;
}

impl<T: Record> Identified for T {
    fn id(&self) -> &str {
        &self.meta().id
    }
}

/// The sort direction.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Ascending: the smallest, the earliest or the alphabetically first item comes first.
    #[default]
    Asc,
    /// Descending: the largest, the latest or the alphabetically last item comes first.
    Desc,
}

impl Direction {
    /// Applies the direction to an ordering.
    pub fn of(self, ordering: std::cmp::Ordering) -> std::cmp::Ordering {
        match self {
            Self::Asc => ordering,
            Self::Desc => ordering.reverse(),
        }
    }
}

/// The arguments that select a page.
#[derive(Clone, Debug, Default)]
pub struct Window {
    pub first: Option<i32>,
    pub after: Option<String>,
    pub last: Option<i32>,
    pub before: Option<String>,
}

impl Window {
    /// The page that the arguments of a field select. If `last` is given, the default of `first` does not apply. Some
    /// routers send defaults explicitly, so a `first` equal to the default is ignored beside `last`.
    pub fn new(first: Option<i32>, after: Option<String>, last: Option<i32>, before: Option<String>) -> Self {
        let is_default = |size: i32| usize::try_from(size).is_ok_and(|size| size == DEFAULT_SIZE);
        let first = first.filter(|size| last.is_none() || !is_default(*size));
        Self { first, after, last, before }
    }

    /// The start and end of the page in a list with this many items. `find` returns the position of a cursor.
    pub(crate) fn range(
        &self,
        total: usize,
        find: impl Fn(&str) -> Result<usize, QueryError>,
    ) -> Result<(usize, usize), QueryError> {
        let (begin, end) = self.bounds(total, find)?;
        Ok(match self.size()? {
            Size::Last(last) => (end.saturating_sub(last).max(begin), end),
            Size::First(first) => (begin, end.min(begin + first)),
        })
    }

    /// The bounds of the page.
    fn bounds(
        &self,
        places: usize,
        find: impl Fn(&str) -> Result<usize, QueryError>,
    ) -> Result<(usize, usize), QueryError> {
        let position = |cursor: &Option<String>| cursor.as_deref().map(&find).transpose();
        let begin = position(&self.after)?.map_or(0, |at| at.saturating_add(1)).min(places);
        let end = position(&self.before)?.unwrap_or(places).clamp(begin, places);
        Ok((begin, end))
    }

    fn size(&self) -> Result<Size, QueryError> {
        match (size(self.first)?, size(self.last)?) {
            (Some(_), Some(_)) => Err(QueryError::TwoPages),
            (None, Some(last)) => Ok(Size::Last(last)),
            (first, None) => Ok(Size::First(first.unwrap_or(DEFAULT_SIZE))),
        }
    }

    /// The page of `items`.
    pub fn of<'a, T>(&self, items: &[&'a T]) -> Result<Page<'a, T>, QueryError>
    where
        T: Identified + SyncResolve,
    {
        self.walk(items, true)
    }

    /// The page of a list that is read only as far as the page requires. The whole list is read only if `count` is
    /// true; otherwise the total is 0.
    pub fn walk<'a, T>(&self, list: &(impl PageSource<'a, T> + ?Sized), count: bool) -> Result<Page<'a, T>, QueryError>
    where
        T: Identified + SyncResolve + 'a,
    {
        let PageItems { items, has_previous, has_next } = self.items(list)?;
        let total_count = if count { list.count() } else { 0 };
        let mut page = Connection::with_additional_fields(has_previous, has_next, Total { total_count });
        page.edges.extend(items.into_iter().map(|item| Edge::new(Cursor(item.id()), ByRef(item))));
        Ok(page)
    }

    /// The items of the page of a list that is read only as far as the page requires.
    pub fn items<'a, T: 'a>(&self, list: &(impl PageSource<'a, T> + ?Sized)) -> Result<PageItems<'a, T>, QueryError> {
        let find = |cursor: &str| {
            let place = list.place_of(&decode(cursor)?).filter(|place| list.at(*place).is_some());
            place.ok_or(QueryError::CursorExpired)
        };
        let (begin, end) = self.bounds(list.places(), find)?;
        let is_any = |mut places: Range<usize>| places.any(|place| list.at(place).is_some());
        let mut items: Vec<&'a T>;
        let (has_previous, has_next);
        match self.size()? {
            Size::First(size) => {
                let mut filtered = (begin..end).filter_map(|place| list.at(place));
                items = filtered.by_ref().take(size).collect();
                has_next = filtered.next().is_some() || is_any(end..list.places());
                has_previous = (0..begin).rev().any(|place| list.at(place).is_some());
            }
            Size::Last(size) => {
                let mut filtered = (begin..end).rev().filter_map(|place| list.at(place));
                items = filtered.by_ref().take(size).collect();
                items.reverse();
                has_next = is_any(end..list.places());
                has_previous = filtered.next().is_some() || (0..begin).rev().any(|place| list.at(place).is_some());
            }
        }
        Ok(PageItems { items, has_previous, has_next })
    }
}

/// The items of a page, and whether items precede and follow them.
pub struct PageItems<'a, T> {
    pub items: Vec<&'a T>,
    pub has_previous: bool,
    pub has_next: bool,
}

/// The size of a page, and the end of the list from which it is counted.
enum Size {
    First(usize),
    Last(usize),
}

/// A lazy list. It has numbered positions, and a filter may exclude the item at a position.
pub trait PageSource<'a, T: 'a> {
    /// The number of positions, including those of excluded items.
    fn places(&self) -> usize;

    /// The item at a position, unless it is excluded.
    fn at(&self, place: usize) -> Option<&'a T>;

    /// The position of the item with this ID.
    fn place_of(&self, id: &str) -> Option<usize>;

    /// The number of items. Visits every position, unless the list has a faster method.
    fn count(&self) -> usize {
        (0..self.places()).filter(|place| self.at(*place).is_some()).count()
    }

    /// All items, in order.
    fn all(&self) -> Vec<&'a T> {
        (0..self.places()).filter_map(|place| self.at(place)).collect()
    }

    /// The items that satisfy a filter.
    fn filtered<F: Fn(&T) -> bool>(self, keeps: F) -> Filtered<Self, F>
    where
        Self: Sized,
    {
        Filtered { list: self, keeps }
    }
}

/// The items of a list that satisfy a filter.
pub struct Filtered<L, F> {
    list: L,
    keeps: F,
}

impl<'a, T: 'a, L: PageSource<'a, T>, F: Fn(&T) -> bool> PageSource<'a, T> for Filtered<L, F> {
    fn places(&self) -> usize {
        self.list.places()
    }

    fn at(&self, place: usize) -> Option<&'a T> {
        self.list.at(place).filter(|item| (self.keeps)(item))
    }

    fn place_of(&self, id: &str) -> Option<usize> {
        self.list.place_of(id)
    }
}

/// Whether the query requests the total count of a list.
pub fn is_counted(ctx: &Context<'_>) -> bool {
    ctx.look_ahead().field("totalCount").exists()
}

impl<'a, T: Identified> PageSource<'a, T> for [&'a T] {
    fn places(&self) -> usize {
        self.len()
    }

    fn at(&self, place: usize) -> Option<&'a T> {
        self.get(place).copied()
    }

    fn place_of(&self, id: &str) -> Option<usize> {
        self.iter().position(|item| item.id() == id)
    }

    fn count(&self) -> usize {
        self.len()
    }
}

/// A page of items without IDs. Their cursor is their position in the list.
pub fn by_position<T: OutputType>(
    total: usize,
    window: &Window,
    item: impl Fn(usize) -> T,
) -> Result<Connection<String, T, Total, EmptyFields>, QueryError> {
    let position = |cursor: &str| {
        let invalid = || QueryError::InvalidCursor(crate::domain::value::shorten(cursor).into_owned());
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

/// The cursor of an item.
pub fn cursor(id: &str) -> String {
    URL_SAFE_NO_PAD.encode(id)
}

pub(crate) fn decode(cursor: &str) -> Result<String, QueryError> {
    let text = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.filter(|text| !text.is_empty())
        .ok_or_else(|| QueryError::InvalidCursor(crate::domain::value::shorten(cursor).into_owned()))
}

#[cfg(test)]
mod tests {
    use async_graphql::connection::CursorType;
    use proptest::prelude::*;

    use super::*;

    #[derive(SyncResolve, SimpleObject)]
    struct Thing {
        name: String,
    }

    impl Identified for Thing {
        fn id(&self) -> &str {
            &self.name
        }
    }

    /// A list with some items excluded.
    struct FilteredList<'a> {
        all: &'a [Thing],
        filtered: &'a [bool],
    }

    impl<'a> PageSource<'a, Thing> for FilteredList<'a> {
        fn places(&self) -> usize {
            self.all.len()
        }

        fn at(&self, place: usize) -> Option<&'a Thing> {
            self.filtered[place].then(|| &self.all[place])
        }

        fn place_of(&self, id: &str) -> Option<usize> {
            self.all.iter().position(|thing| thing.name == id)
        }
    }

    /// The cursors of a page, whether items precede it, whether items follow it, and the total.
    type PageSummary = Result<(Vec<String>, bool, bool, usize), String>;

    fn page_by_walking(window: &Window, list: &FilteredList<'_>) -> PageSummary {
        let page = window.walk(list, true).map_err(|error| error.to_string())?;
        let cursors = page.edges.iter().map(|edge| edge.cursor.encode_cursor()).collect();
        Ok((cursors, page.has_previous_page, page.has_next_page, page.additional_fields.total_count))
    }

    /// The page of the list after the excluded items have been removed.
    fn page_by_slicing(window: &Window, list: &FilteredList<'_>) -> PageSummary {
        let filtered: Vec<&Thing> = (0..list.places()).filter_map(|place| list.at(place)).collect();
        let find = |cursor: &str| {
            let id = decode(cursor)?;
            filtered.iter().position(|thing| thing.name == id).ok_or(QueryError::CursorExpired)
        };
        let (begin, end) = window.range(filtered.len(), find).map_err(|error| error.to_string())?;
        let cursors = filtered[begin..end].iter().map(|thing| cursor(&thing.name)).collect();
        Ok((cursors, begin > 0, end < filtered.len(), filtered.len()))
    }

    proptest! {
        #[test]
        fn walking_returns_the_same_page_as_slicing(
            filtered in prop::collection::vec(any::<bool>(), 0..12),
            first in prop::option::of(0..6),
            last in prop::option::of(0..6),
            after in prop::option::of(0..14),
            before in prop::option::of(0..14),
        ) {
            let all: Vec<Thing> = (0..filtered.len()).map(|number| Thing { name: number.to_string() }).collect();
            let list = FilteredList { all: &all, filtered: &filtered };
            let at = |number: Option<i32>| number.map(|number| cursor(&number.to_string()));
            let window = Window { first, last, after: at(after), before: at(before) };
            prop_assert_eq!(page_by_walking(&window, &list), page_by_slicing(&window, &list));
        }
    }
}
