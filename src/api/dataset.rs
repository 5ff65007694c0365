//! GraphQL types for datasets: their metadata and the state of their rows.

use async_graphql::{
    Context, Object, SimpleObject,
    connection::{Connection, EmptyFields},
};
use jiff::Timestamp;

use crate::{
    api::{
        context::{graph, view},
        distribution::DistributionObject,
        table::{SourceRow, TableObject},
    },
    domain::{
        catalog::{self, Category, Frequency, LICENCE, Publisher},
        clock::RequestClock,
        dataset_status::{DatasetError, DatasetStatus, Freshness},
        pagination::{Total, Window, by_position},
        query_error::{QueryError, to_graphql},
        record::SearchType,
        resolve::{Owned, SyncResolve, sync_resolvers},
        text::Text,
        value::shorten,
        web::WebAddress,
    },
    linking::OmissionReason,
    refresh::{state::DatasetState, view::View},
    statistics::Check,
    upstream::{
        raw::Origin,
        snapshot::{Snapshot, SnapshotFile},
    },
};

/// A dataset of Hong Kong's open data plan.
#[derive(Clone, Copy)]
pub struct DatasetObject<'a> {
    state: &'a DatasetState,
    snapshot: &'a Snapshot,
}

impl<'a> DatasetObject<'a> {
    /// All datasets, in the order of the publishers' ranks.
    pub fn all(view: &'a View) -> impl Iterator<Item = Self> {
        view.states.iter().zip(view.graph.snapshots.iter()).map(|(state, snapshot)| Self { state, snapshot })
    }

    /// A dataset with its state in this view.
    pub fn of(view: &'a View, dataset: &'static catalog::Dataset) -> Self {
        Self::all(view).find(|known| std::ptr::eq(known.description(), dataset)).expect("a view has every source")
    }

    /// The dataset with this portal ID or plan number.
    pub fn named(view: &'a View, id: &str) -> Option<Self> {
        Self::all(view).find(|known| known.description().is_named(id.trim()))
    }

    /// Checks that each of these is the portal ID or plan number of a dataset.
    pub fn check_named(view: &View, ids: Option<&[String]>) -> Result<(), QueryError> {
        match ids.into_iter().flatten().find(|id| DatasetObject::named(view, id).is_none()) {
            Some(id) => Err(QueryError::UnknownDataset(shorten(id).into_owned())),
            None => Ok(()),
        }
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

/// A dataset of Hong Kong's open data plan, with the status and the sources of its rows.
#[sync_resolvers]
#[Object(name = "Dataset")]
impl<'a> DatasetObject<'a> {
    /// The dataset ID on data.gov.hk. A dataset without one uses its plan number in lower case.
    pub async fn id(&self) -> async_graphql::ID {
        self.description().id().into()
    }

    /// The name of the dataset for use in lists: its `title`.
    async fn label(&self) -> Text {
        self.description().title.into()
    }

    /// The search type of the dataset: `DATASET`.
    async fn search_type(&self) -> SearchType {
        SearchType::Dataset
    }

    /// The section and number in the open data plan, such as `D36`.
    async fn plan(&self) -> &'static str {
        self.description().plan
    }

    /// The section of the open data plan: `A`, `C` or `D`. Datasets published after the plan are in section `N`.
    async fn section(&self) -> &'static str {
        self.description().plan.get(..1).unwrap_or_default()
    }

    /// The category in the open data plan. `null` for datasets published after the plan.
    async fn category(&self) -> Option<Category> {
        self.description().category
    }

    /// The name of the category.
    async fn category_name(&self) -> Option<Text> {
        self.description().category.map(|category| category.title().into())
    }

    /// The month of first release according to the open data plan, such as `02/2020`.
    async fn released(&self) -> Option<&'static str> {
        self.description().released
    }

    /// The title on the portal.
    async fn title(&self) -> Text {
        self.description().title.into()
    }

    /// The publisher of the dataset.
    async fn publisher(&self) -> PublisherObject {
        PublisherObject(self.description().publisher)
    }

    /// The update frequency that the publisher commits to.
    async fn frequency(&self) -> Frequency {
        self.description().frequency
    }

    /// The URL of the dataset's page on the portal.
    async fn page(&self) -> Option<WebAddress> {
        WebAddress::parse(&self.description().page()?).ok()
    }

    /// The terms under which the data may be re-used.
    async fn licence(&self) -> Licence {
        Licence { name: LICENCE.name, url: WebAddress::parse(LICENCE.url).ok(), attribution: LICENCE.attribution }
    }

    /// The status of the rows.
    async fn status(&self) -> DatasetStatus {
        self.state.status(self.snapshot)
    }

    /// The origin of the current rows. `null` if there are none.
    async fn origin(&self) -> Option<Origin> {
        self.snapshot.origin()
    }

    /// The freshness of the rows.
    async fn freshness(&self, ctx: &Context<'_>) -> Freshness {
        self.state.freshness(RequestClock::now(ctx))
    }

    /// When the files were last requested from the publisher.
    async fn last_checked(&self) -> Option<Timestamp> {
        self.state.last_checked
    }

    /// When the publisher last returned or confirmed every file of the current rows. For rows kept from an earlier run,
    /// when the oldest of their files was fetched. `null` for bundled rows.
    async fn confirmed_at(&self) -> Option<Timestamp> {
        self.state.confirmed_at
    }

    /// The number of seconds since `confirmedAt`, which is the maximum age of the rows.
    async fn age_seconds(&self, ctx: &Context<'_>) -> Option<i64> {
        let age = RequestClock::now(ctx).duration_since(self.state.confirmed_at?);
        Some(age.as_secs().max(0))
    }

    /// When the rows last changed in this process.
    async fn last_changed(&self) -> Option<Timestamp> {
        self.state.last_changed
    }

    /// When the files are due to be requested again.
    async fn next_due(&self) -> Option<Timestamp> {
        self.state.next_due
    }

    /// The error that made the last refresh incomplete. `null` if the refresh was complete.
    async fn last_error(&self) -> Option<&'a DatasetError> {
        self.state.last_error.as_ref()
    }

    /// The error in storing the files for the next run, or the stored files that were found corrupt. `null` if there is
    /// no error.
    async fn storage_error(&self) -> Option<&'a DatasetError> {
        self.state.storage_error.as_ref()
    }

    /// The files from which the rows were read.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn distributions(&self) -> Vec<DistributionObject<'a>> {
        self.snapshot.files.iter().map(DistributionObject).collect()
    }

    /// Checks of the figures, if the dataset is a statistical table.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn checks(&self) -> Vec<&'a Check> {
        self.snapshot.figures().map(|figures| figures.checks.iter().collect()).unwrap_or_default()
    }

    /// The number of rows that were read as records. For a statistical table, the number of observations.
    async fn record_count(&self) -> usize {
        self.snapshot.records.len()
    }

    /// Rows that could not be read as records, with the reason.
    async fn rejects(&self, window: Window) -> async_graphql::Result<Connection<String, Reject, Total, EmptyFields>> {
        let rejects: Vec<_> = self.snapshot.rejects().collect();
        let reject = |position: usize| Reject::of(rejects[position].0, rejects[position].1);
        to_graphql(by_position(rejects.len(), &window, reject))
    }

    /// The numbers of published names that have no organisation, by reason.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn names_without_organisation(&self, ctx: &Context<'_>) -> Vec<OmittedNames> {
        let omitted = graph(ctx).omitted_names(self.snapshot);
        omitted.map(|(reason, count)| OmittedNames { reason, count }).collect()
    }

    /// The differences between the columns and the expected ones. `null` if there are none.
    async fn drift(&self) -> Option<Drift> {
        let drift = self.snapshot.drift();
        (!drift.is_empty()).then_some(Drift { missing: drift.missing, unmapped: drift.unmapped })
    }

    /// Looks up a row of a file, whether or not it was read as a record. Returns `null` if there is no such row.
    async fn row(
        &self,
        #[graphql(desc = "The `url` of one of the dataset's distributions. The first file if omitted.")]
        distribution: Option<String>,
        #[graphql(desc = "The name of the sheet, if the file is a workbook. The first sheet if omitted.")]
        sheet: Option<String>,
        #[graphql(desc = "The row number in the file, as in `provenance`.")] number: u32,
    ) -> Option<Owned<SourceRow<'a>>> {
        let is_it = |file: &&SnapshotFile| {
            distribution.as_ref().is_none_or(|url| file.raw.distribution.url == *url)
                && (sheet.is_none() || file.sheet == sheet)
        };
        let file = self.snapshot.files.iter().find(is_it)?;
        SourceRow::find(file, number).map(Owned)
    }

    /// The decoded rows of one file, including columns that are not mapped to any field. Returns the first file if
    /// `distribution` is omitted.
    async fn table(
        &self,
        #[graphql(desc = "The `url` of one of the dataset's distributions.")] distribution: Option<String>,
    ) -> Option<TableObject<'a>> {
        let is_it = |file: &&SnapshotFile| distribution.as_ref().is_none_or(|url| file.raw.distribution.url == *url);
        self.snapshot.files.iter().find(is_it).map(TableObject)
    }
}

/// The terms under which a dataset may be re-used.
#[derive(SyncResolve, SimpleObject)]
pub struct Licence {
    /// The name of the terms.
    pub name: &'static str,
    /// The URL of the terms.
    pub url: Option<WebAddress>,
    /// The acknowledgement that the terms require.
    pub attribution: &'static str,
}

/// A row that could not be read as a record.
#[derive(SyncResolve, SimpleObject)]
pub struct Reject {
    /// The file that contains the row.
    pub distribution: String,
    /// The row number in the file.
    pub row: u32,
    /// The column that could not be read, by Lionrock's name for it.
    pub column: Option<&'static str>,
    /// The reason: the expected value and the value found.
    pub reason: String,
    /// The text that was found.
    pub text: String,
}

impl Reject {
    fn of(file: &SnapshotFile, reject: &crate::upstream::snapshot::RejectedRow) -> Self {
        Self {
            distribution: file.raw.distribution.url.clone(),
            row: reject.row,
            column: reject.column,
            reason: reject.reason.clone(),
            text: reject.text.clone(),
        }
    }
}

/// Published names of a dataset that have no organisation.
#[derive(SyncResolve, SimpleObject)]
pub struct OmittedNames {
    /// The reason why the names have no organisation.
    pub reason: OmissionReason,
    /// The number of names.
    pub count: usize,
}

/// The differences between the columns of a dataset and the expected ones.
#[derive(SyncResolve, SimpleObject)]
pub struct Drift {
    /// Expected columns that are missing, by Lionrock's name for them.
    pub missing: Vec<String>,
    /// Published columns that are not mapped to any field, by their published name.
    pub unmapped: Vec<String>,
}

/// A body that publishes datasets.
#[derive(Clone, Copy)]
pub struct PublisherObject(pub Publisher);

/// A body that publishes datasets.
#[sync_resolvers]
#[Object(name = "Publisher")]
impl PublisherObject {
    /// The code, such as `ITF`. In lower case, it is the name of the publisher's subgraph.
    async fn code(&self) -> Publisher {
        self.0
    }

    /// The name of the publisher.
    async fn name(&self) -> Text {
        self.0.title().into()
    }

    /// The URL of the home page.
    async fn website(&self) -> Option<WebAddress> {
        WebAddress::parse(self.0.page()).ok()
    }

    /// The datasets that it publishes.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn datasets<'a>(&self, ctx: &Context<'a>) -> Vec<DatasetObject<'a>> {
        DatasetObject::all(view(ctx)).filter(|dataset| dataset.description().publisher == self.0).collect()
    }
}
