//! The query field that every statistical dataset adds to its publisher's query type: one table.

use async_graphql::Context;

use super::answer;
use crate::upstream::{snapshot::Snapshot, source::Source};

/// The statistical table of one dataset. Its fields are in [`crate::api::figures`].
pub struct StatisticalTable<'a> {
    pub source: &'static Source,
    pub snapshot: &'a Snapshot,
}

impl<'a> StatisticalTable<'a> {
    /// The table of a source, from the rows that this request reads.
    pub fn of(ctx: &Context<'a>, source: &'static Source) -> answer::Answer<Self> {
        Some(answer::dataset(ctx, &source.dataset)?.map(|snapshot| Self { source, snapshot }))
    }
}

/// Defines the part of a publisher's query type that returns one statistical table.
macro_rules! statistics_part {
    ($part:ident, $source:expr, $field:ident, $doc:literal) => {
        /// The fields that this dataset adds to its publisher's query type.
        #[derive(Default)]
        pub struct $part;

        #[crate::domain::resolve::sync_resolvers]
        #[async_graphql::Object]
        impl $part {
            #[doc = $doc]
            async fn $field<'a>(
                &self,
                ctx: &async_graphql::Context<'a>,
            ) -> crate::publishers::answer::Answer<crate::publishers::statistical_table::StatisticalTable<'a>> {
                crate::publishers::statistical_table::StatisticalTable::of(ctx, &$source)
            }
        }
    };
}
pub(crate) use statistics_part;
