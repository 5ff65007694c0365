//! A dataset on the wire: what it is and what state it is in.

use async_graphql::{
    Context, Object, SimpleObject,
    connection::{Connection, EmptyFields},
};
use jiff::Timestamp;

use crate::{
    api::{context::view, distribution::DistributionObject, table::Table},
    domain::{
        catalog::{self, Category, Frequency, LICENCE, Publisher},
        clock::RequestClock,
        dataset_status::{DatasetError, DatasetStatus, Freshness},
        pagination::{Total, Window, by_position},
        query_error::to_graphql,
        resolve::{SyncResolve, sync_resolvers},
        text::Text,
        web::WebAddress,
    },
    refresh::{state::DatasetState, view::View},
    statistics::Check,
    upstream::{
        raw::Origin,
        snapshot::{File, Snapshot},
    },
};

/// A dataset of Hong Kong's open data plan.
#[derive(Clone, Copy)]
pub struct Dataset<'a> {
    state: &'a DatasetState,
    snapshot: &'a Snapshot,
}

impl<'a> Dataset<'a> {
    /// Every dataset, in the order of the publishers' ranks.
    pub fn all(view: &'a View) -> impl Iterator<Item = Self> {
        view.states.iter().zip(view.graph.snapshots.iter()).map(|(state, snapshot)| Self { state, snapshot })
    }

    /// The dataset as this view knows it.
    pub fn of(view: &'a View, dataset: &'static catalog::Dataset) -> Self {
        Self::all(view).find(|known| std::ptr::eq(known.description(), dataset)).expect("a view has every source")
    }

    /// The dataset of a portal id or plan number.
    pub fn named(view: &'a View, id: &str) -> Option<Self> {
        Self::all(view).find(|known| known.description().is_named(id.trim()))
    }

    pub const fn description(&self) -> &'static catalog::Dataset {
        &self.state.source.dataset
    }

    pub const fn snapshot(&self) -> &'a Snapshot {
        self.snapshot
    }

    pub const fn state(&self) -> &'a DatasetState {
        self.state
    }
}

/// A dataset of Hong Kong's open data plan: what it is, how its rows stand, where they come from.
#[sync_resolvers]
#[Object]
impl<'a> Dataset<'a> {
    /// Its id on data.gov.hk; its plan number in lower case where the portal has none.
    pub async fn id(&self) -> async_graphql::ID {
        self.description().id().into()
    }

    /// Its section and number in the open data plan, `D36`.
    async fn plan(&self) -> &'static str {
        self.description().plan
    }

    /// Its section of the plan: A, C or D; N for what has come since.
    async fn section(&self) -> &'static str {
        self.description().plan.get(..1).unwrap_or_default()
    }

    /// Its category in the plan; absent for what has come since.
    async fn category(&self) -> Option<Category> {
        self.description().category
    }

    /// The name of its category.
    async fn category_name(&self) -> Option<Text> {
        self.description().category.map(|category| category.title().into())
    }

    /// The month that the plan says it was first released in, `02/2020`.
    async fn released(&self) -> Option<&'static str> {
        self.description().released
    }

    /// The title that the portal gives it.
    async fn title(&self) -> Text {
        self.description().title.into()
    }

    /// Who publishes it.
    async fn publisher(&self) -> PublisherObject {
        PublisherObject(self.description().publisher)
    }

    /// How often the publisher promises a new version.
    async fn frequency(&self) -> Frequency {
        self.description().frequency
    }

    /// Its page on the portal.
    async fn page(&self) -> Option<WebAddress> {
        WebAddress::parse(&self.description().page()?).ok()
    }

    /// The terms that its data may be re-used under.
    async fn licence(&self) -> Licence {
        Licence { name: LICENCE.name, url: WebAddress::parse(LICENCE.url).ok(), attribution: LICENCE.attribution }
    }

    /// How its rows stand.
    async fn status(&self) -> DatasetStatus {
        self.state.status(self.snapshot)
    }

    /// Where the rows served now come from; absent when there are none.
    async fn origin(&self) -> Option<Origin> {
        self.snapshot.origin()
    }

    /// How current its rows are.
    async fn freshness(&self, ctx: &Context<'_>) -> Freshness {
        self.state.freshness(RequestClock::now(ctx))
    }

    /// When its files were last asked for.
    async fn last_checked(&self) -> Option<Timestamp> {
        self.state.last_checked
    }

    /// When the publisher last gave or confirmed every file of the rows served now; of rows held from an earlier run, when
    /// the oldest of their files was fetched. Absent for bundled rows.
    async fn confirmed_at(&self) -> Option<Timestamp> {
        self.state.confirmed_at
    }

    /// How many seconds ago that was: how old the rows may be.
    async fn age_seconds(&self, ctx: &Context<'_>) -> Option<i64> {
        let age = RequestClock::now(ctx).duration_since(self.state.confirmed_at?);
        Some(age.as_secs().max(0))
    }

    /// When its rows last changed in this process.
    async fn last_changed(&self) -> Option<Timestamp> {
        self.state.last_changed
    }

    /// When its files are asked for again.
    async fn next_due(&self) -> Option<Timestamp> {
        self.state.next_due
    }

    /// Why the last refresh did not bring everything; absent when it did.
    async fn last_error(&self) -> Option<&'a DatasetError> {
        self.state.last_error.as_ref()
    }

    /// Why its files are not held for the next run, or what was found damaged among those held; absent when all is well.
    async fn storage_error(&self) -> Option<&'a DatasetError> {
        self.state.storage_error.as_ref()
    }

    /// The files that its rows come from.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn distributions(&self) -> Vec<DistributionObject<'a>> {
        self.snapshot.files.iter().map(DistributionObject).collect()
    }

    /// Tests of its figures, where it is a table of figures.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn checks(&self) -> Vec<&'a Check> {
        self.snapshot.figures().map(|figures| figures.checks.iter().collect()).unwrap_or_default()
    }

    /// How many rows became records; of a table of figures, how many figures there are.
    async fn record_count(&self) -> usize {
        self.snapshot.records.len()
    }

    /// Rows that became no record, with the reason.
    #[graphql(complexity = "crate::domain::pagination::cost(first, last, child_complexity)")]
    async fn rejects(
        &self,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Connection<String, Reject, Total, EmptyFields>> {
        let rejects: Vec<_> = self.snapshot.rejects().collect();
        let reject = |position: usize| Reject::of(rejects[position].0, rejects[position].1);
        to_graphql(by_position(rejects.len(), &Window { first, after, last, before }, reject))
    }

    /// How its columns differ from the known ones; absent when they do not.
    async fn drift(&self) -> Option<Drift> {
        let drift = self.snapshot.drift();
        (!drift.is_empty()).then_some(Drift { missing: drift.missing, unmapped: drift.unmapped })
    }

    /// The rows of one of its files as decoded, whatever their columns; of the first file unless its address is given.
    async fn table(
        &self,
        #[graphql(desc = "The address of one of its distributions.")] distribution: Option<String>,
    ) -> Option<Table<'a>> {
        let is_it = |file: &&File| distribution.as_ref().is_none_or(|url| file.raw.distribution.url == *url);
        self.snapshot.files.iter().find(is_it).map(Table)
    }
}

/// The terms that a dataset may be re-used under.
#[derive(SyncResolve, SimpleObject)]
pub struct Licence {
    /// The name of the terms.
    pub name: &'static str,
    /// Where the terms stand.
    pub url: Option<WebAddress>,
    /// The acknowledgement that the terms ask for.
    pub attribution: &'static str,
}

/// A row that became no record.
#[derive(SyncResolve, SimpleObject)]
pub struct Reject {
    /// The file that it stands in.
    pub distribution: String,
    /// The row in the file.
    pub row: u32,
    /// The column, by our name, that could not be read.
    pub column: Option<&'static str>,
    /// What was expected and what was found.
    pub reason: String,
    /// The text that was there.
    pub text: String,
}

impl Reject {
    fn of(file: &File, reject: &crate::upstream::snapshot::Reject) -> Self {
        Self {
            distribution: file.raw.distribution.url.clone(),
            row: reject.row,
            column: reject.column,
            reason: reject.reason.clone(),
            text: reject.text.clone(),
        }
    }
}

/// How a dataset's columns differ from the known ones.
#[derive(SyncResolve, SimpleObject)]
pub struct Drift {
    /// Columns that were expected and are not there, by our name.
    pub missing: Vec<String>,
    /// Columns that nothing takes, by their name upstream.
    pub unmapped: Vec<String>,
}

/// A body that publishes datasets.
#[derive(Clone, Copy)]
pub struct PublisherObject(pub Publisher);

/// A body that publishes datasets.
#[sync_resolvers]
#[Object(name = "Publisher")]
impl PublisherObject {
    /// Its short code, `itf`; also the name of its subgraph.
    async fn id(&self) -> async_graphql::ID {
        self.0.code().into()
    }

    /// The name of the publisher.
    async fn name(&self) -> Text {
        self.0.title().into()
    }

    /// Its home page.
    async fn website(&self) -> Option<WebAddress> {
        WebAddress::parse(self.0.page()).ok()
    }

    /// The datasets that it publishes.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn datasets<'a>(&self, ctx: &Context<'a>) -> Vec<Dataset<'a>> {
        Dataset::all(view(ctx)).filter(|dataset| dataset.description().publisher == self.0).collect()
    }
}
