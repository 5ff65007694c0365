//! Lists of records. Every list has the same arguments: a filter, a sort order and a page. `record_list!` declares the
//! filter and the order for a record type, and a parameter of the type [`ListArguments`] expands to the arguments.
//!
//! An item must satisfy every condition of a filter. A condition with several values is satisfied by any of them.

use async_graphql::{Context, InputType};

use super::{answer, snapshots};
use crate::{
    domain::{
        pagination::{Page, PageSource, SortOrder, Window},
        record::Record,
        text::{Language, Text},
    },
    upstream::rows::RecordList,
};

/// A record type with a filter and a sort order.
pub trait ListedRecord: Record {
    type Filter: RecordFilter<Self>;
    type Order: RecordOrder<Self>;
}

/// A filter of a list.
pub trait RecordFilter<T>: InputType + Default {
    /// Whether a record satisfies every condition.
    fn keeps(&self, record: &T, ctx: &Context<'_>) -> bool;
}

/// A sort order of a list.
pub trait RecordOrder<T: Record>: InputType {
    /// The number of sort orders: two for each field.
    const COUNT: usize;

    /// The number of this sort order.
    fn number(&self) -> usize;

    /// All records in this order.
    fn of<'a>(&self, rows: &RecordList<'a, T>) -> &'a SortOrder;
}

/// The arguments of a list of records.
pub struct ListArguments<T: ListedRecord> {
    filter: T::Filter,
    pub order: Option<T::Order>,
    pub window: Window,
}

impl<T: ListedRecord> ListArguments<T> {
    pub fn new(filter: Option<T::Filter>, order: Option<T::Order>, window: Window) -> Self {
        Self { filter: filter.unwrap_or_default(), order, window }
    }

    /// A page of all records.
    pub fn page<'a>(&self, ctx: &Context<'a>) -> answer::Answer<Page<'a, T>> {
        self.page_where(ctx, |_| true)
    }

    /// A page of the records that satisfy a further condition.
    pub fn page_where<'a>(&self, ctx: &Context<'a>, keeps: impl Fn(&T) -> bool) -> answer::Answer<Page<'a, T>> {
        let rows = snapshots(ctx).rows();
        let order = self.order.as_ref().map(|order| order.of(&rows));
        let filtered = rows.filtered(|record| self.filter.keeps(record, ctx) && keeps(record));
        answer::ordered(ctx, filtered, order, &self.window)
    }

    /// A page of some records. They are sorted for each query.
    pub fn page_of<'a>(&self, ctx: &Context<'a>, some: impl PageSource<'a, T>) -> answer::Answer<Page<'a, T>> {
        let Some(order) = &self.order else { return self.page_in_order(ctx, some) };
        let rows = snapshots(ctx).rows();
        let order = order.of(&rows);
        let mut sorted = some.filtered(|record| self.filter.keeps(record, ctx)).all();
        sorted.sort_by_key(|record| order.place_of(rows.position(record)));
        answer::page(ctx, &sorted[..], &self.window)
    }

    /// A page of records that are already in the requested order.
    pub fn page_in_order<'a>(&self, ctx: &Context<'a>, some: impl PageSource<'a, T>) -> answer::Answer<Page<'a, T>> {
        answer::page(ctx, &some.filtered(|record| self.filter.keeps(record, ctx)), &self.window)
    }
}

/// Whether a published code is one of these, ignoring case.
pub fn is_one_of(codes: &[String], code: Option<&str>) -> bool {
    code.is_some_and(|code| codes.iter().any(|wanted| wanted.trim().eq_ignore_ascii_case(code)))
}

/// The sort key of a text. Records without the text come first.
pub fn sort_key<'t>(text: impl Into<Option<&'t Text>>) -> Option<String> {
    text.into().map(|text| text.nearest(Language::En).to_lowercase())
}

/// Declares the filter and the order of a type of records:
///
/// ```text
/// record_list! {
///     "trial projects": TrialProject as project, ctx;
///     TrialProjectFilter { /// Documentation.
///         year: YearRange => year.contains(project.year); }
///     TrialProjectOrder by TrialProjectOrderField { /// Documentation.
///         Year => project.year; }
/// }
/// ```
///
/// A condition is an expression of its value and of the record. A field of the order is a key of the record.
macro_rules! record_list {
    (
        $things:literal: $record:ident as $item:ident, $ctx:ident;
        $filter:ident { $($(#[$about:meta])+ $condition:ident: $value:ty => $keeps:expr;)+ }
        $order:ident by $field:ident { $($(#[$doc:meta])+ $key_name:ident => $key:expr;)+ }
    ) => {
        #[doc = concat!("Filters ", $things, ". An item must satisfy every condition.")]
        #[derive(async_graphql::InputObject, Default)]
        pub struct $filter {
            $($(#[$about])+ pub $condition: Option<$value>,)+
        }

        impl $crate::publishers::listing::RecordFilter<$record> for $filter {
            fn keeps(&self, $item: &$record, $ctx: &async_graphql::Context<'_>) -> bool {
                $(self.$condition.as_ref().is_none_or(|$condition| $keeps))&&+
            }
        }

        #[doc = concat!("The fields by which ", $things, " can be sorted.")]
        #[derive(async_graphql::Enum, Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $field {
            $($(#[$doc])+ $key_name,)+
        }

        #[doc = concat!("Ordering options for ", $things, ".")]
        #[derive(async_graphql::InputObject, Clone, Copy, Debug)]
        pub struct $order {
            /// The field to sort by. Unknown values sort as the smallest.
            pub field: $field,
            /// The sort direction.
            #[graphql(default)]
            pub direction: $crate::domain::pagination::Direction,
        }

        impl $crate::publishers::listing::RecordOrder<$record> for $order {
            const COUNT: usize = 2 * [$(stringify!($key_name)),+].len();

            fn number(&self) -> usize {
                self.field as usize * 2 + self.direction as usize
            }

            fn of<'a>(
                &self,
                rows: &$crate::upstream::rows::RecordList<'a, $record>,
            ) -> &'a $crate::domain::pagination::SortOrder {
                let sorted = rows.sorted(self.field as usize);
                match self.field {
                    $($field::$key_name => sorted.by(rows, self.direction, |$item| $key),)+
                }
            }
        }

        impl $crate::publishers::listing::ListedRecord for $record {
            type Filter = $filter;
            type Order = $order;
        }
    };
}
pub(crate) use record_list;
