//! The content of statistical tables in SDMX terms: observations of measures over dimensions and periods.

use async_graphql::SimpleObject;
use rust_decimal::Decimal;

use super::{fact::UnreadFigure, figure::ObservationFlag, layout::DimensionPlace, reading::ReadingLog, unit::Unit};
use crate::domain::{period::Period, resolve::SyncResolve, text::Text};

/// The figures of one dataset.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    pub title: Option<Text>,
    pub dimensions: Vec<Dimension>,
    pub measures: Vec<Measure>,
    pub periods: Vec<Period>,
    pub observations: Vec<Observation>,
    /// Notes, sources and remarks printed around the figures.
    pub notes: Vec<Text>,
    pub checks: Vec<Check>,
    /// Cells in figure columns that are not figures.
    pub rejects: Vec<UnreadFigure>,
    /// The log of the reader: its decisions with evidence, and the state of every cell.
    pub reading: ReadingLog,
}

/// A dimension of the figures, such as programme, industry or size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// The stable id, such as `programme`.
    pub id: String,
    pub title: Text,
    pub values: Vec<Value>,
    /// The orientation of its values in the file: down or across.
    pub place: DimensionPlace,
    /// True if its values are parts that add up to the total.
    pub adds_up: bool,
}

/// A value of a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The stable code: declared by the dataset, else derived from the label, such as `biotechnology`. [`TOTAL`] for
    /// the total.
    pub code: String,
    /// Its label. A total without a label gets a standard one.
    pub text: Text,
    /// True if it is a sum of other values.
    pub is_total: bool,
}

/// The code of a total, as in SDMX code lists.
pub const TOTAL: &str = "_T";

/// A measure: the quantity that figures state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// The stable id, such as `funds_approved`.
    pub id: String,
    pub title: Text,
    pub unit: Unit,
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The index of the period.
    pub period: usize,
    /// The indexes of each dimension and its value, in the order of the dimensions.
    pub dimensions: Vec<(usize, usize)>,
    /// The index of the measure.
    pub measure: usize,
    /// The exact value, with money in dollars. `None` if no value was published.
    pub value: Option<Decimal>,
    /// The value of one unit in the last printed digit, in the same unit: 100000 for `55,682.5` million.
    pub step: Decimal,
    pub unit: Unit,
    /// True if it is a sum of other figures.
    pub is_total: bool,
    pub flags: Vec<ObservationFlag>,
    pub file: u16,
    /// The row number in that file.
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

    /// Returns the dimension values in words, such as `Biotechnology, Total`.
    pub(super) fn place(&self, observation: &Observation) -> String {
        let labels = observation.dimensions.iter().map(|(dimension, value)| {
            self.dimensions[*dimension].values[*value].text.nearest(crate::domain::text::Language::En)
        });
        labels.collect::<Vec<_>>().join(", ")
    }
}

/// Returns the first few items as one text.
pub(super) fn detail(all: &[String]) -> Option<String> {
    let shown = all.iter().take(5).map(String::as_str).collect::<Vec<_>>().join("; ");
    match all.len() {
        0 => None,
        1..=5 => Some(shown),
        more => Some(format!("{shown}; and {} more", more - 5)),
    }
}
