//! Tables of figures on the wire, in SDMX words.

use async_graphql::{
    Context, Enum, ID, InputObject, Object, SimpleObject,
    connection::{Connection, EmptyFields},
};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::{
    api::{context::view, dataset::Dataset, provenance::Provenance},
    domain::{
        pagination::{Total, Window, YearRange, by_position},
        period::Period,
        query_error::to_graphql,
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

/// A table of figures: observations of measures, by period and by dimensions such as programme or industry.
#[sync_resolvers]
#[Object]
impl<'a> StatisticalTable<'a> {
    /// The dataset that it is made of.
    async fn dataset(&self, ctx: &Context<'a>) -> Option<Dataset<'a>> {
        Some(Dataset::of(view(ctx), &self.source.dataset))
    }

    /// The title printed above the figures, else that of the dataset.
    async fn title(&self) -> Text {
        self.figures().and_then(|figures| figures.title.clone()).unwrap_or_else(|| self.source.dataset.title.into())
    }

    /// What the figures are divided by.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn dimensions(&self) -> Vec<Dimension<'a>> {
        self.figures().map(|figures| figures.dimensions.iter().map(Dimension).collect()).unwrap_or_default()
    }

    /// What the figures count.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn measures(&self) -> Vec<Measure<'a>> {
        self.figures().map(|figures| figures.measures.iter().map(Measure).collect()).unwrap_or_default()
    }

    /// The periods that there are figures of.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn periods(&self) -> Vec<Period> {
        self.figures().map(|figures| figures.periods.clone()).unwrap_or_default()
    }

    /// The figures themselves, in the order of the files.
    #[graphql(complexity = "crate::domain::pagination::cost(first, last, child_complexity)")]
    async fn observations(
        &self,
        #[graphql(desc = "Which of them; all without it.")] filter: Option<ObservationFilter>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Connection<String, Observation<'a>, Total, EmptyFields>> {
        let filter = filter.unwrap_or_default();
        let kept: Vec<Observation<'a>> = match self.figures() {
            Some(figures) => {
                let kept = figures.observations.iter().filter(|observation| filter.keeps(figures, observation));
                kept.map(|observation| Observation { figures, snapshot: self.snapshot, observation }).collect()
            }
            None => Vec::new(),
        };
        to_graphql(by_position(kept.len(), &Window { first, after, last, before }, |position| kept[position]))
    }

    /// Notes printed around the figures.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn notes(&self) -> Vec<&'a Text> {
        self.figures().map(|figures| figures.notes.iter().collect()).unwrap_or_default()
    }

    /// Tests of the figures: totals against their parts, repeated columns, falling sums. A failed test drops nothing.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn checks(&self) -> Vec<&'a Check> {
        self.figures().map(|figures| figures.checks.iter().collect()).unwrap_or_default()
    }
}

/// What figures are divided by.
pub struct Dimension<'a>(&'a statistics::Dimension);

/// What figures are divided by.
#[sync_resolvers]
#[Object]
impl<'a> Dimension<'a> {
    /// The same in every publication of the dataset, `programme`.
    async fn id(&self) -> ID {
        self.0.id.as_str().into()
    }

    /// What the publisher calls it.
    async fn title(&self) -> &'a Text {
        &self.0.title
    }

    /// Its values, as published.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn values(&self) -> Vec<&'a Text> {
        self.0.values.iter().map(|value| &value.text).collect()
    }
}

/// What figures count.
pub struct Measure<'a>(&'a statistics::Measure);

/// What figures count.
#[sync_resolvers]
#[Object]
impl<'a> Measure<'a> {
    /// The same in every publication of the dataset, `approved_projects`.
    async fn id(&self) -> ID {
        self.0.id.as_str().into()
    }

    /// What the publisher calls it.
    async fn title(&self) -> &'a Text {
        &self.0.title
    }

    /// What it is counted in.
    async fn unit(&self) -> Unit {
        self.0.unit
    }
}

/// One figure.
#[derive(Clone, Copy)]
pub struct Observation<'a> {
    figures: &'a Figures,
    snapshot: &'a Snapshot,
    observation: &'a statistics::Observation,
}

/// One figure.
#[sync_resolvers]
#[Object]
impl<'a> Observation<'a> {
    /// The period that it is of.
    async fn period(&self) -> &'a Period {
        &self.figures.periods[self.observation.period]
    }

    /// Which value of each dimension it is about.
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn dimensions(&self) -> Vec<DimensionValue<'a>> {
        let value = |(dimension, value): &(usize, usize)| {
            let dimension = &self.figures.dimensions[*dimension];
            let value = &dimension.values[*value];
            DimensionValue {
                dimension: dimension.id.as_str().into(),
                code: &value.code,
                value: &value.text,
                is_total: value.is_total,
            }
        };
        self.observation.dimensions.iter().map(value).collect()
    }

    /// What is measured.
    async fn measure(&self) -> Measure<'a> {
        Measure(&self.figures.measures[self.observation.measure])
    }

    /// The figure, exact; money in dollars. Absent where none was published.
    async fn value(&self) -> Option<Decimal> {
        self.observation.value.map(|value| value.normalize())
    }

    /// What the value is counted in.
    async fn unit(&self) -> Unit {
        self.observation.unit
    }

    /// Whether it is a sum over other figures.
    async fn is_total(&self) -> bool {
        self.observation.is_total
    }

    /// What the publisher says about it.
    async fn flags(&self) -> &'a [ObservationFlag] {
        &self.observation.flags
    }

    /// Where it stands: the dataset, the file and the row.
    async fn provenance(&self) -> Provenance<'a> {
        Provenance::at(self.snapshot, self.observation.file, self.observation.row)
    }
}

/// A value of a dimension.
#[derive(SyncResolve, SimpleObject)]
pub struct DimensionValue<'a> {
    /// The dimension's id.
    pub dimension: ID,
    /// The same in every publication: the publisher's code, else made of the label; `_T` for the total.
    pub code: &'a str,
    /// The label, as published.
    pub value: &'a Text,
    /// Whether it is the total of the others.
    pub is_total: bool,
}

/// Which figures: all that is given must hold.
#[derive(InputObject, Default)]
pub struct ObservationFilter {
    /// Of one of these measures, by id.
    pub measure: Option<Vec<String>>,
    /// Of periods that begin in these years; of figures as at a day, of days in them.
    pub year: Option<YearRange>,
    /// Of these periods, by label.
    pub period: Option<Vec<String>>,
    /// With these values of dimensions.
    pub dimensions: Option<Vec<DimensionFilter>>,
    /// Only totals, or only what is no total.
    pub totals: Option<Totals>,
}

/// Whether totals are wanted.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Totals {
    /// Only sums over other figures.
    Only,
    /// Only figures that are no sums over others.
    Without,
}

/// A value of a dimension that figures must have.
#[derive(InputObject)]
pub struct DimensionFilter {
    /// The dimension's id.
    pub dimension: String,
    /// One of these values, by code or by label in any language.
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
        self.measure.as_ref().is_none_or(|ids| ids.iter().any(|id| is(id, &figures.measures[observation.measure].id)))
            && self.year.is_none_or(|years| year.is_some_and(|year| years.contains(year.into())))
            && self.period.as_ref().is_none_or(|labels| labels.iter().any(|label| is(label, &period.label)))
            && self.dimensions.as_ref().is_none_or(|filters| filters.iter().all(has))
            && self.totals.is_none_or(|totals| (totals == Totals::Only) == observation.is_total)
    }
}
