//! A level of labels: the kind of its labels, and the label at each row or column.

use std::collections::{HashMap, HashSet};

use super::{
    label::{SumKind, published},
    layout::{DimensionPlace, DimensionWords},
    part,
    phrase::Phrase,
};
use crate::domain::text::{Language, Text};

/// The kind of a level's labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LevelNames {
    Periods,
    /// Months or quarters of a year that is stated elsewhere.
    Parts,
    /// Units alone.
    Units,
    Measures,
    /// Values of a dimension.
    Values,
    /// Generic words without information, such as `figures`.
    Nothing,
}

/// The label of a level at a row or column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LabelPosition {
    #[default]
    Nothing,
    Phrase(usize),
    /// No label, in the row or column of a total.
    Total,
}

/// A level of labels.
#[derive(Clone, Debug)]
pub struct Level {
    pub place: DimensionPlace,
    /// The heading of the labels, for a field of labels.
    pub title: Text,
    /// The parsed heading.
    pub heading: Phrase,
    pub words: Option<&'static DimensionWords>,
    /// True if the heading states that the labels are measures.
    pub names_measures: bool,
    pub phrases: Vec<Phrase>,
    /// The labels by column or row of the grid.
    pub at: Vec<LabelPosition>,
    pub names: LevelNames,
    /// True if the labels are section headings between rows of figures.
    pub is_section: bool,
    /// The index of the field of labels.
    pub field: Option<usize>,
}

impl Level {
    pub fn new(place: DimensionPlace, mut phrases: Vec<Phrase>, at: Vec<LabelPosition>) -> Self {
        // A year that occurs in only a few labels is part of their names.
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
            names_measures: false,
            phrases,
            at,
            names: LevelNames::Nothing,
            is_section: false,
            field: None,
        };
        level.names = level.plain_names();
        level
    }

    /// Returns the label at a row or column.
    pub fn label(&self, at: usize) -> Option<&Phrase> {
        match self.at.get(at) {
            Some(LabelPosition::Phrase(phrase)) => self.phrases.get(*phrase),
            _ => None,
        }
    }

    /// Returns the kind of the labels, judged one by one. `Values` if they have names.
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
    /// Section headings, then fields of labels, outermost first.
    pub down: Vec<Level>,
    /// Headings over all figures.
    pub spanning: Vec<Phrase>,
    /// The units and periods of section headings, by row.
    pub sections: HashMap<usize, Section>,
    /// The rows that are section headings.
    pub headings: HashSet<usize>,
    /// Rows without a heading and without a label, for no known reason.
    pub unplaced: HashSet<usize>,
}

/// The unit and period that a section heading states for the rows below.
#[derive(Clone, Debug, Default)]
pub struct Section {
    pub unit: Option<Phrase>,
    pub period: Option<Phrase>,
}

/// True if any label is a total.
pub fn has_total(level: &Level) -> bool {
    level.phrases.iter().any(|phrase| phrase.sum == SumKind::All)
}

/// Returns the first labels of a level in one language, for explanations.
pub fn shown(level: &Level) -> String {
    let names: Vec<String> =
        level.phrases.iter().take(4).map(|phrase| phrase.printed.nearest(Language::En).into_owned()).collect();
    let more = if level.phrases.len() > 4 { ", …" } else { "" };
    format!("{}{more}", names.join(", "))
}
