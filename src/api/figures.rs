//! GraphQL types for statistical tables, in SDMX terms.

use async_graphql::{
    Context, Enum, InputObject, Object, SimpleObject,
    connection::{Connection, EmptyFields},
};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::{
    api::{context::view, dataset::DatasetObject, provenance::Provenance},
    domain::{
        pagination::{Total, Window, by_position},
        period::Period,
        query_error::to_graphql,
        range::YearRange,
        resolve::{SyncResolve, sync_resolvers},
        text::Text,
    },
    publishers::statistical_table::StatisticalTable,
    statistics::{self, Check, Figures, ObservationFlag, Unit},
    upstream::snapshot::Snapshot,
};

impl<'a> StatisticalTable<'a> {
    fn figures(&self) -> Option<&'a Figures> {
        self.snapshot.figures()
    }
}

/// A statistical table: observations of measures, by period and by dimensions such as programme or industry.
#[sync_resolvers]
#[Object]
impl<'a> StatisticalTable<'a> {
    /// The dataset from which the table was read.
    async fn dataset(&self, ctx: &Context<'a>) -> Option<DatasetObject<'a>> {
        Some(DatasetObject::of(view(ctx), &self.source.dataset))
    }

    /// The title printed above the figures, or the title of the dataset if there is none.
    async fn title(&self) -> Text {
        self.figures().and_then(|figures| figures.title.clone()).unwrap_or_else(|| self.source.dataset.title.into())
    }

    /// The dimensions by which the figures are broken down.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn dimensions(&self) -> Vec<DimensionObject<'a>> {
        self.figures().map(|figures| figures.dimensions.iter().map(DimensionObject).collect()).unwrap_or_default()
    }

    /// The measures of the table.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn measures(&self) -> Vec<MeasureObject<'a>> {
        self.figures().map(|figures| figures.measures.iter().map(MeasureObject).collect()).unwrap_or_default()
    }

    /// The periods that the table covers.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn periods(&self) -> Vec<Period> {
        self.figures().map(|figures| figures.periods.clone()).unwrap_or_default()
    }

    /// The observations, in the order of the files.
    async fn observations(
        &self,
        #[graphql(desc = "Filters the items. Omit to return all.")] filter: Option<ObservationFilter>,
        window: Window,
    ) -> async_graphql::Result<Connection<String, ObservationObject<'a>, Total, EmptyFields>> {
        let filter = filter.unwrap_or_default();
        let kept: Vec<ObservationObject<'a>> = match self.figures() {
            Some(figures) => {
                let kept = figures.observations.iter().filter(|observation| filter.keeps(figures, observation));
                kept.map(|observation| ObservationObject { figures, snapshot: self.snapshot, observation }).collect()
            }
            None => Vec::new(),
        };
        to_graphql(by_position(kept.len(), &window, |position| kept[position]))
    }

    /// Notes printed around the figures.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn notes(&self) -> Vec<&'a Text> {
        self.figures().map(|figures| figures.notes.iter().collect()).unwrap_or_default()
    }

    /// Checks of the figures: totals against their parts, repeated columns, falling cumulative sums. Figures that fail
    /// a check are kept.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn checks(&self) -> Vec<&'a Check> {
        self.figures().map(|figures| figures.checks.iter().collect()).unwrap_or_default()
    }
}

/// A dimension by which figures are broken down.
pub struct DimensionObject<'a>(&'a statistics::Dimension);

/// A dimension by which figures are broken down.
#[sync_resolvers]
#[Object(name = "Dimension")]
impl<'a> DimensionObject<'a> {
    /// The code of the dimension, the same in every publication of the dataset, such as `programme`. Unique only within
    /// a table.
    async fn code(&self) -> &'a str {
        &self.0.id
    }

    /// The publisher's name for the dimension.
    async fn title(&self) -> &'a Text {
        &self.0.title
    }

    /// The values of the dimension, as published.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn values(&self) -> Vec<&'a Text> {
        self.0.values.iter().map(|value| &value.text).collect()
    }
}

/// A measure: a quantity that figures count.
pub struct MeasureObject<'a>(&'a statistics::Measure);

/// A measure: a quantity that figures count.
#[sync_resolvers]
#[Object(name = "Measure")]
impl<'a> MeasureObject<'a> {
    /// The code of the measure, the same in every publication of the dataset, such as `approved_projects`. Unique only
    /// within a table.
    async fn code(&self) -> &'a str {
        &self.0.id
    }

    /// The publisher's name for the measure.
    async fn title(&self) -> &'a Text {
        &self.0.title
    }

    /// The unit of measurement.
    async fn unit(&self) -> Unit {
        self.0.unit
    }
}

/// An observation: one figure of a statistical table.
#[derive(Clone, Copy)]
pub struct ObservationObject<'a> {
    figures: &'a Figures,
    snapshot: &'a Snapshot,
    observation: &'a statistics::Observation,
}

/// An observation: one figure of a statistical table.
#[sync_resolvers]
#[Object(name = "Observation")]
impl<'a> ObservationObject<'a> {
    /// The period of the observation.
    async fn period(&self) -> &'a Period {
        &self.figures.periods[self.observation.period]
    }

    /// The value of each dimension.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn dimensions(&self) -> Vec<DimensionValue<'a>> {
        let value = |(dimension, value): &(usize, usize)| {
            let dimension = &self.figures.dimensions[*dimension];
            let value = &dimension.values[*value];
            DimensionValue { dimension: &dimension.id, code: &value.code, value: &value.text, is_total: value.is_total }
        };
        self.observation.dimensions.iter().map(value).collect()
    }

    /// The measure of the observation.
    async fn measure(&self) -> MeasureObject<'a> {
        MeasureObject(&self.figures.measures[self.observation.measure])
    }

    /// The exact value. Money is in dollars. `null` if no value was published.
    async fn value(&self) -> Option<Decimal> {
        self.observation.value.map(|value| value.normalize())
    }

    /// The unit of measurement.
    async fn unit(&self) -> Unit {
        self.observation.unit
    }

    /// Whether the observation is a total of other observations.
    async fn is_total(&self) -> bool {
        self.observation.is_total
    }

    /// Qualifiers that the publisher attaches to the value, such as `ESTIMATED`.
    async fn flags(&self) -> &'a [ObservationFlag] {
        &self.observation.flags
    }

    /// The source: dataset, file, row and column.
    async fn provenance(&self) -> Provenance<'a> {
        let statistics::Observation { file, row, column, .. } = *self.observation;
        Provenance::at(self.snapshot, file, row, column)
    }
}

/// A value of a dimension.
#[derive(SyncResolve, SimpleObject)]
pub struct DimensionValue<'a> {
    /// The code of the dimension.
    pub dimension: &'a str,
    /// The code of the value, the same in every publication: the publisher's code, or one derived from the label. The
    /// total has the code `_T`.
    pub code: &'a str,
    /// The label as published.
    pub value: &'a Text,
    /// Whether the value is the total of the others.
    pub is_total: bool,
}

/// Filters observations. An item must satisfy every condition.
#[derive(InputObject, Default)]
pub struct ObservationFilter {
    /// Only observations of these measures, by code.
    pub measures: Option<Vec<String>>,
    /// Only observations of periods that begin in these years. For a figure as at a date, the year of that date.
    pub year: Option<YearRange>,
    /// Only observations of these periods, by label.
    pub periods: Option<Vec<String>>,
    /// Only observations that satisfy every one of these filters by dimension.
    pub dimensions: Option<Vec<DimensionFilter>>,
    /// Only totals, or everything except totals.
    pub totals: Option<Totals>,
    /// Only observations of these measures, by code.
    #[graphql(deprecation = "Use `measures`.")]
    pub measure: Option<Vec<String>>,
    /// Only observations of these periods, by label.
    #[graphql(deprecation = "Use `periods`.")]
    pub period: Option<Vec<String>>,
}

/// Whether to return totals.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Totals {
    /// Only observations that are totals of others.
    Only,
    /// Only observations that are not totals of others.
    Without,
}

/// Selects observations by the value of one dimension.
#[derive(InputObject)]
pub struct DimensionFilter {
    /// The code of the dimension, such as `programme`.
    pub dimension: String,
    /// Matches any of these values, by code or by label in any language.
    pub values: Vec<String>,
}

impl ObservationFilter {
    fn keeps(&self, figures: &Figures, observation: &statistics::Observation) -> bool {
        let period = &figures.periods[observation.period];
        let year = period.start.or(period.end).map(Date::year);
        let is = |wanted: &String, known: &str| wanted.eq_ignore_ascii_case(known);
        let has = |filter: &DimensionFilter| {
            figures.value_of(observation, &filter.dimension).is_some_and(|value| {
                let labels = [&value.text.en, &value.text.hant, &value.text.hans];
                filter.values.iter().any(|wanted| {
                    is(wanted, &value.code) || labels.into_iter().flatten().any(|label| is(wanted, label))
                })
            })
        };
        let measure = &figures.measures[observation.measure].id;
        [&self.measures, &self.measure].into_iter().flatten().all(|ids| ids.iter().any(|id| is(id, measure)))
            && self.year.is_none_or(|years| years.contains(year.map(i32::from)))
            && [&self.periods, &self.period]
                .into_iter()
                .flatten()
                .all(|labels| labels.iter().any(|label| is(label, &period.label)))
            && self.dimensions.as_ref().is_none_or(|filters| filters.iter().all(has))
            && self.totals.is_none_or(|totals| (totals == Totals::Only) == observation.is_total)
    }
}
