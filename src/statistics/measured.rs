//! Determines the measure of a figure, and the places that state its unit.

use super::{
    fact::MeasureLabel,
    governing::{FigureUnit, UnitDistance, UnitSource},
    label::published,
    layout::{DimensionPlace, MeasureWords},
    level::{Level, LevelNames},
    noun::{NounKind, ends_in_participle},
    phrase::Phrase,
    roles::ColumnRole,
    rows::RowContext,
    unit::{self, UnitStatement},
};
use crate::domain::text::Text;

impl RowContext<'_> {
    /// Returns the measure: from a level of measures, else from a spanning heading, else from the title.
    pub fn measure(&self, row: usize, column: usize) -> (MeasureLabel, FigureUnit) {
        let named = |level: &Level, at: usize| level.label(at).filter(|phrase| phrase.has_name()).cloned();
        let depth = |at: usize, all: usize| u8::try_from(all - 1 - at).unwrap_or(u8::MAX);
        let mut plain: Option<(Phrase, UnitDistance)> = None;
        let mut is_one_of_several = false;
        for (levels, at, is_row) in [(&self.levels.down, row, true), (&self.levels.across, column, false)] {
            for (number, level) in levels.iter().enumerate().rev() {
                let depth = depth(number, levels.len());
                let distance = if level.is_section {
                    UnitDistance::Section
                } else if is_row {
                    UnitDistance::Row(depth)
                } else {
                    UnitDistance::Column(depth)
                };
                if level.names == LevelNames::Measures
                    && let Some(phrase) = named(level, at)
                {
                    let (label, mut measured) = self.measure_of(&phrase, distance);
                    if measured.noun == NounKind::Plural && !self.trusts_plural(level, &phrase) {
                        measured.noun = NounKind::Unknown;
                    }
                    measured.has_rival = level.phrases.iter().any(|other| other.noun().is_measure());
                    return (label, measured);
                }
                if matches!(level.names, LevelNames::Units | LevelNames::Nothing)
                    && let Some(phrase) = level.label(at)
                {
                    if let Some(words) = self.words(phrase) {
                        return declared(phrase, words, distance);
                    }
                    // For `Number` below `Courses registered`, the heading of the labels names the counted things.
                    let names = if is_row && level.heading.has_name() { &level.heading } else { phrase };
                    is_one_of_several |= phrase.unit.is_none() && level.phrases.len() > 1;
                    plain = plain.or_else(|| Some((names.clone(), distance)));
                }
            }
        }
        if let Some(phrase) = self.levels.spanning.iter().rev().find(|phrase| phrase.has_name()) {
            return self.measure_of(phrase, UnitDistance::Spanning);
        }
        if let Some(section) =
            self.levels.sections.get(&row).and_then(|section| section.unit.as_ref()).filter(|phrase| phrase.has_name())
        {
            return self.measure_of(section, UnitDistance::Section);
        }
        let by_title = self.layout.measures.iter().find(|words| words.headers.is_empty());
        let title = self.context.title.as_ref();
        if let Some(words) = by_title {
            let measured = FigureUnit {
                noun: NounKind::Unknown,
                distance: UnitDistance::Title,
                declared: words.unit,
                has_rival: false,
            };
            return (
                MeasureLabel { title: title.map(|title| title.name.clone()).unwrap_or_default(), words: Some(words) },
                measured,
            );
        }
        // For `Number | Value` below `Patents by sector`, the title does not name both measures.
        let noun = title.filter(|_| !is_one_of_several).map_or(NounKind::Unknown, Phrase::noun);
        let measured = FigureUnit { noun, distance: UnitDistance::Title, declared: None, has_rival: is_one_of_several };
        // A heading such as `No.`, `$M` or `Value` has no more information than its unit, so the title names the
        // figures.
        let label = match (plain, title) {
            (Some((phrase, _)), _) if phrase.unit.is_some() || title.is_none() => phrase.title(),
            (_, Some(title)) => title.name.clone(),
            (Some((phrase, _)), None) => phrase.title(),
            (None, None) => Text::default(),
        };
        (MeasureLabel { title: label, words: None }, measured)
    }

    /// True if an unlisted plural names counted things: `Widgets sold`, the only column, or a column among measures.
    /// `Toys | Watches` may instead be values of a dimension.
    fn trusts_plural(&self, level: &Level, phrase: &Phrase) -> bool {
        let measures =
            level.phrases.iter().filter(|phrase| phrase.noun().is_measure() || phrase.unit.is_some()).count();
        let is_only = level.place == DimensionPlace::Across && self.columns.with(ColumnRole::Figure).count() == 1;
        let has_participle = published(&phrase.name).any(ends_in_participle);
        is_only || level.names_measures || has_participle || measures * 2 >= level.phrases.len()
    }

    fn words(&self, phrase: &Phrase) -> Option<&'static MeasureWords> {
        published(&phrase.printed).chain(published(&phrase.name)).find_map(|label| self.layout.measure(label))
    }

    fn measure_of(&self, phrase: &Phrase, distance: UnitDistance) -> (MeasureLabel, FigureUnit) {
        if let Some(words) = self.words(phrase) {
            return declared(phrase, words, distance);
        }
        let measured = FigureUnit { noun: phrase.noun(), distance, declared: None, has_rival: false };
        (MeasureLabel { title: phrase.title(), words: None }, measured)
    }

    /// Returns all places that state a unit for a figure.
    pub fn sources(&self, row: usize, column: usize) -> Vec<UnitSource> {
        let mut sources = Vec::new();
        let mut add = |distance: UnitDistance, stated: Option<UnitStatement>, noun: NounKind| {
            sources.extend(stated.map(|stated| UnitSource { distance, stated, noun }));
        };
        for unit in self.columns.with(ColumnRole::Unit) {
            if let Some(cell) = self.grid.cell(row, unit) {
                let stated = published(&cell.text).map(|text| unit::whole(text).unwrap_or(UnitStatement::Unknown));
                let one = stated.reduce(|a, b| {
                    if a == b { a } else { Phrase::of(&cell.text).unit.unwrap_or(UnitStatement::Unknown) }
                });
                add(UnitDistance::UnitColumn, one, NounKind::Unknown);
            }
        }
        for (levels, at, is_row) in [(&self.levels.down, row, true), (&self.levels.across, column, false)] {
            for (number, level) in levels.iter().enumerate() {
                let Some(phrase) = level.label(at) else { continue };
                let depth = u8::try_from(levels.len() - 1 - number).unwrap_or(u8::MAX);
                let distance = match (level.is_section, is_row) {
                    (true, _) => UnitDistance::Section,
                    (false, true) => UnitDistance::Row(depth),
                    (false, false) => UnitDistance::Column(depth),
                };
                add(distance, phrase.unit, phrase.noun());
            }
        }
        if let Some(section) = self.levels.sections.get(&row).and_then(|section| section.unit.as_ref()) {
            add(UnitDistance::Section, section.unit, section.noun());
        }
        for phrase in &self.levels.spanning {
            add(UnitDistance::Spanning, phrase.unit, phrase.noun());
        }
        for stated in &self.context.units {
            add(UnitDistance::Title, Some(*stated), NounKind::Unknown);
        }
        for stated in &self.context.note_units {
            add(UnitDistance::Note, Some(*stated), NounKind::Unknown);
        }
        if self.context.units.is_empty() && self.context.note_units.is_empty() {
            add(UnitDistance::Declared, self.layout.unit.map(UnitStatement::Known), NounKind::Unknown);
        }
        sources
    }
}

/// Returns a measure that the dataset declares.
fn declared(phrase: &Phrase, words: &'static MeasureWords, distance: UnitDistance) -> (MeasureLabel, FigureUnit) {
    let measured = FigureUnit { noun: phrase.noun(), distance, declared: words.unit, has_rival: false };
    (MeasureLabel { title: phrase.title(), words: Some(words) }, measured)
}
