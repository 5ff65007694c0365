//! Facts of one table with their labels, before they have ids.

use rust_decimal::Decimal;

use super::{
    figure::ObservationFlag as Flag,
    label::SumKind,
    layout::{DimensionPlace, DimensionWords, MeasureWords},
    ledger::CellPosition,
    unit::Unit,
};
use crate::domain::{
    period::Period,
    text::{Language, Text},
};

/// The facts of one table.
#[derive(Clone, Debug, Default)]
pub struct SheetFacts {
    /// The number of the file that the table is served from.
    pub file: u16,
    /// The languages of its files.
    pub languages: Vec<Option<Language>>,
    pub title: Text,
    pub dimensions: Vec<SheetDimension>,
    pub facts: Vec<FigureCell>,
    pub notes: Vec<Text>,
}

/// A dimension as it appears in one table.
#[derive(Clone, Debug)]
pub struct SheetDimension {
    pub title: Text,
    pub words: Option<&'static DimensionWords>,
    pub place: DimensionPlace,
    /// Its ordinal among the dimensions at this place.
    pub ordinal: usize,
}

/// One cell of figures.
#[derive(Clone, Debug)]
pub struct FigureCell {
    /// The position of the cell. `None` if the cell is empty.
    pub spot: Option<CellPosition>,
    pub row: u32,
    pub period: Period,
    /// Indexes into the sheet's dimensions, with the labels of their values.
    pub coordinates: Vec<(usize, Label)>,
    pub measure: MeasureLabel,
    pub value: Option<Decimal>,
    pub step: Decimal,
    pub unit: Unit,
    pub flags: Vec<Flag>,
}

/// The label of a dimension's value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Label {
    pub text: Text,
    pub sum: SumKind,
}

impl Label {
    /// The label of a total whose own label is empty.
    pub fn total() -> Self {
        Self { text: Text::default(), sum: SumKind::All }
    }
}

/// The label of a measure.
#[derive(Clone, Debug, Default)]
pub struct MeasureLabel {
    pub title: Text,
    pub words: Option<&'static MeasureWords>,
}

/// A cell in a figure column that is not a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadFigure {
    pub file: u16,
    pub row: u32,
    /// The header of the cell's column, or `column 3`.
    pub column: String,
    pub reason: String,
    pub text: String,
}

impl SheetFacts {
    /// Returns the index of a dimension, and adds it if it is new.
    pub fn dimension(&mut self, found: SheetDimension) -> usize {
        let same = |other: &SheetDimension| match (found.words, other.words) {
            (Some(a), Some(b)) => a.id == b.id,
            (None, None) => {
                other.title == found.title
                    && other.place == found.place
                    && (!found.title.is_empty() || other.ordinal == found.ordinal)
            }
            _ => false,
        };
        self.dimensions.iter().position(same).unwrap_or_else(|| {
            self.dimensions.push(found);
            self.dimensions.len() - 1
        })
    }
}
