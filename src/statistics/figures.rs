//! What a table of figures says, in SDMX words: observations of measures over dimensions and periods.

use async_graphql::SimpleObject;
use rust_decimal::Decimal;

use super::{fact::UnreadFigure, figure::ObservationFlag, layout::DimensionPlace, reading::ReadingLog, unit::Unit};
use crate::domain::{period::Period, resolve::SyncResolve, text::Text};

/// All that one dataset's tables say.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    pub title: Option<Text>,
    pub dimensions: Vec<Dimension>,
    pub measures: Vec<Measure>,
    pub periods: Vec<Period>,
    pub observations: Vec<Observation>,
    /// Notes, sources and remarks as printed above, beside and below the figures.
    pub notes: Vec<Text>,
    pub checks: Vec<Check>,
    /// Cells that should be figures and are not.
    pub rejects: Vec<UnreadFigure>,
    /// How they were read: decisions with their evidence, and what became of every cell.
    pub reading: ReadingLog,
}

/// What figures are divided by: programme, industry, size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// Stable id, `programme`.
    pub id: String,
    pub title: Text,
    pub values: Vec<Value>,
    /// Whether its values stand below each other or beside each other in the file.
    pub place: DimensionPlace,
    /// Whether its values are parts that add up to the one called total.
    pub adds_up: bool,
}

/// One value of a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Stable code: the dataset's own, else the label's words, `biotechnology`; [`TOTAL`] for the total.
    pub code: String,
    /// Its label; that of a total without one is ours.
    pub text: Text,
    /// Whether it is a sum over other values.
    pub is_total: bool,
}

/// The code of a dimension's total, as in SDMX code lists.
pub const TOTAL: &str = "_T";

/// What figures count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Stable id, `funds_approved`.
    pub id: String,
    pub title: Text,
    pub unit: Unit,
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Index into the periods.
    pub period: usize,
    /// Indexes of a dimension and of its value, in the order of the dimensions.
    pub dimensions: Vec<(usize, usize)>,
    /// Index into the measures.
    pub measure: usize,
    /// The figure, exact; money in dollars. None where none was published.
    pub value: Option<Decimal>,
    /// One of the last printed digit, in the same unit: 100000 for `55,682.5` million.
    pub step: Decimal,
    pub unit: Unit,
    /// Whether it is a sum over other figures.
    pub is_total: bool,
    pub flags: Vec<ObservationFlag>,
    pub file: u16,
    /// The row's number in that file.
    pub row: u32,
    /// The index of the cell's column in that file. `None` if no cell was printed.
    pub column: Option<usize>,
}

/// A consistency check of the figures. Figures that fail a check are still published.
#[derive(SyncResolve, SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The rule that was checked, such as `approved_projects by programme adds up to its total, 2024`.
    pub rule: String,
    /// Whether all figures passed.
    pub passed: bool,
    /// The first figures that failed, with the printed and the expected values.
    pub detail: Option<String>,
}

impl Figures {
    /// The value of a dimension in an observation.
    pub fn value_of(&self, observation: &Observation, dimension: &str) -> Option<&Value> {
        let (at, value) = observation.dimensions.iter().find(|(at, _)| self.dimensions[*at].id == dimension)?;
        self.dimensions[*at].values.get(*value)
    }

    /// The observation's dimension values as words, `Biotechnology, Total`.
    pub(super) fn place(&self, observation: &Observation) -> String {
        let labels = observation.dimensions.iter().map(|(dimension, value)| {
            self.dimensions[*dimension].values[*value].text.nearest(crate::domain::text::Language::En)
        });
        labels.collect::<Vec<_>>().join(", ")
    }
}

/// The first few of many, as one text.
pub(super) fn detail(all: &[String]) -> Option<String> {
    let shown = all.iter().take(5).map(String::as_str).collect::<Vec<_>>().join("; ");
    match all.len() {
        0 => None,
        1..=5 => Some(shown),
        more => Some(format!("{shown}; and {} more", more - 5)),
    }
}
