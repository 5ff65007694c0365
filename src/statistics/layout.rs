//! The layout of a dataset's tables. Every setting is optional, because the reader infers most layouts.

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

use super::unit::Scale;
use crate::domain::{catalog::Title, text::Text};

/// The declared layout of a dataset's tables: `Layout { cumulative: true, ..Layout::GUESS }`.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// The measures, with their header words and units. A measure without header words applies to figures without a
    /// name.
    pub measures: &'static [MeasureWords],
    /// The dimensions, by their header words or their place.
    pub dimensions: &'static [DimensionWords],
    /// The unit of figures if neither header nor title states one.
    pub unit: Option<Scale>,
    /// The period of figures if neither the table nor the file name states one.
    pub period: Option<&'static str>,
    /// True if figures are cumulative, so that they should not fall.
    pub cumulative: bool,
    /// The unit to which the publisher rounds counts, or 1. Sums may differ by as much.
    pub rounding: u32,
    /// Pairs of values (code or label) of one dimension whose figures must differ, because the publisher once printed
    /// them equal by mistake.
    pub distinct: &'static [(&'static str, &'static str)],
    /// The breaks of series.
    pub breaks: &'static [SeriesBreak],
    /// Maps a published label to the code and name of a dimension's value, so that a renamed item keeps its code.
    pub canonical: Option<fn(dimension: &str, label: &Text) -> Option<CanonicalLabel>>,
}

impl Layout {
    /// The layout without any declaration.
    pub const GUESS: Self = Self {
        measures: &[],
        dimensions: &[],
        unit: None,
        period: None,
        cumulative: false,
        rounding: 1,
        distinct: &[],
        breaks: &[],
        canonical: None,
    };

    /// Returns the measure with this header.
    pub(super) fn measure(&self, header: &str) -> Option<&'static MeasureWords> {
        let header = key(header);
        self.measures.iter().find(|measure| measure.headers.iter().any(|word| key(word) == header))
    }

    /// Returns the dimension with this header.
    pub(super) fn dimension(&self, header: &str) -> Option<&'static DimensionWords> {
        let header = key(header);
        if header.is_empty() {
            return None;
        }
        self.dimensions.iter().find(|dimension| dimension.headers.iter().any(|word| key(word) == header))
    }

    /// Returns the dimension at this place without a header.
    pub(super) fn standing(&self, place: DimensionPlace) -> Option<&'static DimensionWords> {
        self.dimensions.iter().find(|dimension| dimension.place == place)
    }
}

/// A measure by the words of its headers.
#[derive(Clone, Copy, Debug)]
pub struct MeasureWords {
    /// The stable id, such as `approved_projects`.
    pub id: &'static str,
    pub title: Title,
    /// The unit, if headers do not state it.
    pub unit: Option<Scale>,
    /// Headers in any language, with or without their unit, compared by letters and digits.
    pub headers: &'static [&'static str],
}

/// A dimension by the words of its headers or its place.
#[derive(Clone, Copy, Debug)]
pub struct DimensionWords {
    /// The stable id, such as `programme`.
    pub id: &'static str,
    pub title: Title,
    /// Headers in any language, compared by letters and digits.
    pub headers: &'static [&'static str],
    /// Its place if it has no header.
    pub place: DimensionPlace,
    /// True if its values are parts that add up to the total.
    pub adds_up: bool,
}

impl DimensionWords {
    /// Creates a dimension whose values are listed down and add up.
    pub const fn new(id: &'static str, title: Title, headers: &'static [&'static str]) -> Self {
        Self { id, title, headers, place: DimensionPlace::Down, adds_up: true }
    }

    /// Lists the values across.
    #[must_use]
    pub const fn across(self) -> Self {
        Self { place: DimensionPlace::Across, ..self }
    }

    /// Declares that the values overlap or have no sum.
    #[must_use]
    pub const fn not_adding_up(self) -> Self {
        Self { adds_up: false, ..self }
    }
}

/// The place of a dimension in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DimensionPlace {
    /// The values are listed down, one per row.
    Down,
    /// The values are listed across, in a header row.
    Across,
}

/// A known break of a series.
#[derive(Clone, Copy, Debug)]
pub struct SeriesBreak {
    /// The code or label of the dimension's value.
    pub value: &'static str,
    /// The first figure on or after this day is not comparable with earlier figures.
    pub from: Date,
}

/// The canonical form of a published label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalLabel {
    /// The stable code, such as `ITSP`.
    pub code: String,
    /// The name. If empty, the published label is used.
    pub name: Text,
}

/// Returns the key of a label: its letters and digits, in lower case and one width.
pub(super) fn key(label: &str) -> String {
    label.nfkc().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns an id made of the words of a label, such as `funds_approved`.
pub(super) fn slug(label: &str) -> String {
    let mut id = String::new();
    let mut was_lower = false;
    for c in label.nfkc() {
        if c.is_alphanumeric() {
            // `fundsRaised` is two words.
            if was_lower && c.is_uppercase() {
                id.push('_');
            }
            id.extend(c.to_lowercase());
        } else if !id.is_empty() && !id.ends_with('_') && !matches!(c, '\'' | '’' | '&') {
            id.push('_');
        }
        was_lower = c.is_lowercase();
    }
    id.truncate(id.trim_end_matches('_').len());
    id
}
