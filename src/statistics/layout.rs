//! What is particular to one dataset's tables. Everything has a default: the reader guesses well without.

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

use super::unit::Scale;
use crate::domain::{catalog::Title, text::Text};

/// What a dataset's file says of its tables: `Layout { cumulative: true, ..Layout::GUESS }`.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Names and units of measures by the words of their headers. A measure without header words names the figures
    /// that have no name of their own.
    pub measures: &'static [MeasureWords],
    /// Names of dimensions, by the words of their headers or by where they stand.
    pub dimensions: &'static [DimensionWords],
    /// The unit of figures where neither header nor title states one.
    pub unit: Option<Scale>,
    /// The period of figures where neither the table nor the file's name states one.
    pub period: Option<&'static str>,
    /// Whether figures are sums from a beginning, so that they should not fall.
    pub cumulative: bool,
    /// To what the publisher rounds its counts, 1 if it does not: sums may be off by that.
    pub rounding: u32,
    /// Values (code or label) of one dimension whose figures cannot be the same, as the publisher once printed them.
    pub distinct: &'static [(&'static str, &'static str)],
    /// Where a series stops being comparable.
    pub breaks: &'static [SeriesBreak],
    /// The code and the name of a dimension's value by its published label, so that a renamed thing stays one thing.
    pub canonical: Option<fn(dimension: &str, label: &Text) -> Option<CanonicalLabel>>,
}

impl Layout {
    /// Nothing particular.
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

    /// The measure whose header this is.
    pub(super) fn measure(&self, header: &str) -> Option<&'static MeasureWords> {
        let header = key(header);
        self.measures.iter().find(|measure| measure.headers.iter().any(|word| key(word) == header))
    }

    /// The dimension whose header this is.
    pub(super) fn dimension(&self, header: &str) -> Option<&'static DimensionWords> {
        let header = key(header);
        if header.is_empty() {
            return None;
        }
        self.dimensions.iter().find(|dimension| dimension.headers.iter().any(|word| key(word) == header))
    }

    /// The dimension that stands at this place without a header.
    pub(super) fn standing(&self, place: DimensionPlace) -> Option<&'static DimensionWords> {
        self.dimensions.iter().find(|dimension| dimension.place == place)
    }
}

/// A measure by the words of its headers.
#[derive(Clone, Copy, Debug)]
pub struct MeasureWords {
    /// Stable id, `approved_projects`.
    pub id: &'static str,
    pub title: Title,
    /// Its unit, if headers do not state it.
    pub unit: Option<Scale>,
    /// Headers in any language, with or without their unit: compared by letters and digits.
    pub headers: &'static [&'static str],
}

/// A dimension by the words of its headers or its place.
#[derive(Clone, Copy, Debug)]
pub struct DimensionWords {
    /// Stable id, `programme`.
    pub id: &'static str,
    pub title: Title,
    /// Headers in any language, compared by letters and digits.
    pub headers: &'static [&'static str],
    /// Where it stands when it has no header.
    pub place: DimensionPlace,
    /// Whether its values are parts that add up to the value called total.
    pub adds_up: bool,
}

impl DimensionWords {
    /// A dimension whose values stand below each other and add up.
    pub const fn new(id: &'static str, title: Title, headers: &'static [&'static str]) -> Self {
        Self { id, title, headers, place: DimensionPlace::Down, adds_up: true }
    }

    /// The same with its values beside each other.
    #[must_use]
    pub const fn across(self) -> Self {
        Self { place: DimensionPlace::Across, ..self }
    }

    /// The same with values that overlap or have no sum.
    #[must_use]
    pub const fn not_adding_up(self) -> Self {
        Self { adds_up: false, ..self }
    }
}

/// Where a dimension stands in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DimensionPlace {
    /// Its values stand below each other.
    Down,
    /// Its values stand beside each other, in a header row.
    Across,
}

/// A known break of a series.
#[derive(Clone, Copy, Debug)]
pub struct SeriesBreak {
    /// The code or label of the dimension's value.
    pub value: &'static str,
    /// The first figure on or after this day is not comparable with those before.
    pub from: Date,
}

/// What a published label stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalLabel {
    /// Stable code, `ITSP`.
    pub code: String,
    /// Its name; the published one where empty.
    pub name: Text,
}

/// A label reduced to what identifies it: letters and digits, lower case, one width.
pub(super) fn key(label: &str) -> String {
    label.nfkc().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// An id made of a label's words, `funds_approved`.
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
