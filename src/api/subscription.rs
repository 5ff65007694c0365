//! Subscriptions: vacancies of car parks, and refreshed datasets.
//!
//! A stream yields only ticks. Each tick is resolved from the current view at that time, which [`FreshView`] attaches
//! to the execution.

use std::{borrow::Cow, sync::Arc, time::Duration};

use async_graphql::{
    Context, Data, ID, OutputType, Positioned, Response, ServerResult, Subscription as Root, Value,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute},
    parser::types::Field,
};
use futures::{Stream, StreamExt, stream};
use jiff::Timestamp;

use crate::{
    api::dataset::DatasetObject,
    domain::{
        clock::RequestClock,
        query_error::{QueryError, to_graphql},
        resolve::framework::{ContextSelectionSet, Registry},
    },
    publishers::hkstpc::car_parks::CarParkVacancy,
    refresh::{Refresher, view::View},
    upstream::snapshot::Snapshot,
};

/// The subscription root of Lionrock's GraphQL interface.
pub struct Subscription;

/// The subscription root of Lionrock's GraphQL interface.
#[Root]
impl Subscription {
    /// The vacancies of every car park in Science Park: first the current ones, then an event for each change.
    async fn car_park_vacancies(&self, ctx: &Context<'_>) -> impl Stream<Item = CarParksNow> {
        views(ctx)
            .scan(Vec::new(), |known, view| {
                let now = car_parks(&view);
                let is_new = !(known.len() == now.len() && known.iter().zip(&now).all(|(a, b)| Arc::ptr_eq(a, b)));
                *known = now;
                async move { Some(is_new.then_some(CarParksNow)) }
            })
            .filter_map(std::future::ready)
    }

    /// Emits a dataset each time its publisher has been checked, whether or not the refresh succeeded.
    async fn dataset_refreshed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only these datasets, by portal ID or plan number. Omit for all.")] ids: Option<Vec<ID>>,
    ) -> async_graphql::Result<impl Stream<Item = DatasetNow> + use<>> {
        let first = ctx.data_unchecked::<Arc<Refresher>>().view();
        if let Some(unknown) = ids.iter().flatten().find(|id| DatasetObject::named(&first, id).is_none()) {
            return to_graphql(Err(QueryError::UnknownDataset(crate::domain::value::shorten(unknown).into_owned())));
        }
        let is_wanted = move |dataset: &DatasetObject<'_>| {
            ids.as_ref().is_none_or(|ids| ids.iter().any(|id| dataset.description().is_named(id)))
        };
        let known: Vec<Option<Timestamp>> = first.states.iter().map(|state| state.last_checked).collect();
        let refreshed = views(ctx).scan(known, move |known, view| {
            let mut refreshed = Vec::new();
            for (at, dataset) in DatasetObject::all(&view).enumerate() {
                let checked = dataset.state().last_checked;
                if std::mem::replace(&mut known[at], checked) != checked && is_wanted(&dataset) {
                    refreshed.push(DatasetNow(at));
                }
            }
            async move { Some(stream::iter(refreshed)) }
        });
        Ok(refreshed.flatten())
    }
}

fn views(ctx: &Context<'_>) -> impl Stream<Item = Arc<View>> + use<> {
    ctx.data_unchecked::<Arc<Refresher>>().clone().views()
}

/// The snapshots with data on car parks.
fn car_parks(view: &View) -> Vec<Arc<Snapshot>> {
    let snapshots = &view.graph.snapshots;
    let is_it = |snapshot: &Arc<Snapshot>| snapshot.records.as_any().is::<Vec<CarParkVacancy>>();
    (0..snapshots.iter().len()).map(|position| snapshots.shared(position)).filter(is_it).collect()
}

/// The current car parks.
struct CarParksNow;

impl OutputType for CarParksNow {
    fn type_name() -> Cow<'static, str> {
        <Vec<CarParkVacancy> as OutputType>::type_name()
    }

    fn qualified_type_name() -> String {
        <Vec<CarParkVacancy> as OutputType>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Vec<CarParkVacancy> as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let view = ctx.data_unchecked::<Arc<View>>();
        let now: Vec<&CarParkVacancy> = view.graph.snapshots.records().collect();
        now.resolve(ctx, field).await
    }
}

/// The dataset at a position, in its current state.
struct DatasetNow(usize);

impl OutputType for DatasetNow {
    fn type_name() -> Cow<'static, str> {
        <DatasetObject<'_> as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <DatasetObject<'_> as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let view = ctx.data_unchecked::<Arc<View>>();
        let dataset = DatasetObject::all(view).nth(self.0).expect("a view has every source");
        dataset.resolve(ctx, field).await
    }
}

/// Maximum time to compute one event.
const EVENT_LIMIT: Duration = Duration::from_secs(2);

/// Attaches the current view and a deadline to each execution of a subscription.
pub struct FreshView(pub Arc<Refresher>);

impl ExtensionFactory for FreshView {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self(self.0.clone()))
    }
}

#[async_trait::async_trait]
impl Extension for FreshView {
    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        let view = self.0.view();
        let mut data = Data::default();
        data.insert(view.graph.snapshots.clone());
        data.insert(view.unavailable.clone());
        data.insert(view);
        data.insert(Arc::new(RequestClock::with_limit(EVENT_LIMIT)));
        next.run_with_data(ctx, operation_name, data).await
    }
}
