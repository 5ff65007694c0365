//! One level of labels: what its labels name, and which stands at each row or column.

use std::collections::{HashMap, HashSet};

use super::{
    label::{SumKind, published},
    layout::{DimensionPlace, DimensionWords},
    part,
    phrase::Phrase,
};
use crate::domain::text::{Language, Text};

/// What the labels of a level name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LevelNames {
    Periods,
    /// Months or quarters of a year that stands elsewhere.
    Parts,
    /// Units alone.
    Units,
    Measures,
    /// Values of a dimension.
    Values,
    /// No more than that there are figures.
    Nothing,
}

/// Which label of a level stands at a row or column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LabelPosition {
    #[default]
    Nothing,
    Phrase(usize),
    /// No label, beside figures that are the sum of all.
    Total,
}

/// One level of labels.
#[derive(Clone, Debug)]
pub struct Level {
    pub place: DimensionPlace,
    /// What stands over the labels, for a field of labels.
    pub title: Text,
    /// The same, taken apart.
    pub heading: Phrase,
    pub words: Option<&'static DimensionWords>,
    /// Whether the heading says that the labels are measures.
    pub says_measures: bool,
    pub phrases: Vec<Phrase>,
    /// By column of the grid, or by row.
    pub at: Vec<LabelPosition>,
    pub names: LevelNames,
    /// Whether the labels stand alone in rows between the figures.
    pub is_section: bool,
    /// The field of labels.
    pub field: Option<usize>,
}

impl Level {
    pub fn new(place: DimensionPlace, mut phrases: Vec<Phrase>, at: Vec<LabelPosition>) -> Self {
        // A year in the name of one label among many is a part of that name.
        let dated = phrases.iter().filter(|phrase| phrase.period.is_some()).count();
        if place == DimensionPlace::Down && dated * 2 < phrases.len() {
            for phrase in phrases.iter_mut().filter(|phrase| phrase.period.is_some() && phrase.has_name()) {
                *phrase = Phrase::of_name(&phrase.printed);
            }
        }
        let mut level = Self {
            place,
            title: Text::default(),
            heading: Phrase::default(),
            words: None,
            says_measures: false,
            phrases,
            at,
            names: LevelNames::Nothing,
            is_section: false,
            field: None,
        };
        level.names = level.plain_names();
        level
    }

    /// The label at a row or column.
    pub fn label(&self, at: usize) -> Option<&Phrase> {
        match self.at.get(at) {
            Some(LabelPosition::Phrase(phrase)) => self.phrases.get(*phrase),
            _ => None,
        }
    }

    /// What the labels name, as far as each tells by itself; `Values` where they have names.
    fn plain_names(&self) -> LevelNames {
        let all = |is: &dyn Fn(&Phrase) -> bool| !self.phrases.is_empty() && self.phrases.iter().all(is);
        if self.phrases.iter().any(Phrase::has_name) {
            let part = |phrase: &Phrase| {
                phrase.unit.is_none() && published(&phrase.printed).any(|text| part::part(text).is_some())
            };
            return if all(&part) { LevelNames::Parts } else { LevelNames::Values };
        }
        if self.phrases.iter().any(|phrase| phrase.period.is_some()) {
            LevelNames::Periods
        } else if self.phrases.iter().any(|phrase| phrase.unit.is_some()) {
            LevelNames::Units
        } else {
            LevelNames::Nothing
        }
    }
}

/// All labels of a block.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    /// Header rows, outermost first.
    pub across: Vec<Level>,
    /// Fields of labels, outermost first; headings between rows come before.
    pub down: Vec<Level>,
    /// A heading over all figures.
    pub spanning: Vec<Phrase>,
    /// By row: the units and the periods that headings between rows state.
    pub sections: HashMap<usize, Section>,
    /// The lines that are headings of rows below.
    pub headings: HashSet<usize>,
    /// The rows that no heading was seen for and whose labels are missing in a way that is not understood.
    pub unplaced: HashSet<usize>,
}

/// What headings between rows say of the rows below.
#[derive(Clone, Debug, Default)]
pub struct Section {
    pub unit: Option<Phrase>,
    pub period: Option<Phrase>,
}

/// Whether any label is a total.
pub fn has_total(level: &Level) -> bool {
    level.phrases.iter().any(|phrase| phrase.sum == SumKind::All)
}

/// The language-free titles of labels, for explanations.
pub fn shown(level: &Level) -> String {
    let names: Vec<String> =
        level.phrases.iter().take(4).map(|phrase| phrase.printed.nearest(Language::En).into_owned()).collect();
    let more = if level.phrases.len() > 4 { ", …" } else { "" };
    format!("{}{more}", names.join(", "))
}
