//! What every dataset of figures adds to its publisher's query: one table, as the graph shows it.

use async_graphql::Context;

use super::answer;
use crate::upstream::{snapshot::Snapshot, source::Source};

/// The figures of one dataset. Its fields are in [`crate::api::figures`].
pub struct StatisticalTable<'a> {
    pub source: &'static Source,
    pub snapshot: &'a Snapshot,
}

impl<'a> StatisticalTable<'a> {
    /// The figures of a source as this request sees them.
    pub fn of(ctx: &Context<'a>, source: &'static Source) -> answer::Answer<Self> {
        Some(answer::dataset(ctx, &source.dataset)?.map(|snapshot| Self { source, snapshot }))
    }
}

/// The part of a publisher's query that is one table of figures.
macro_rules! statistics_part {
    ($part:ident, $source:expr, $field:ident, $doc:literal) => {
        /// What this dataset adds to its publisher's query.
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
