//! Selects the level of labels that names the measures of a block.
//!
//! It scores every assignment and takes the best. The evidence is the declaration of the level, its heading, and the
//! nouns and units of its labels. A table has at most one such level.

use super::{
    label::{SumKind, published},
    layout::{DimensionPlace, Layout},
    level::{Level, LevelNames, Levels, has_total},
    noun::NounKind,
    phrase::Phrase,
    unit::{Unit, UnitStatement},
};

/// The context of a block that may name its measure.
pub struct BlockSurroundings<'a> {
    /// The parsed title.
    pub title: Option<&'a Phrase>,
    /// Units stated by titles and unit lines.
    pub units: &'a [UnitStatement],
    /// Set if a unit column exists: per level of row labels, true if each label has exactly one unit.
    pub unit_column: Option<&'a [bool]>,
    /// The number of figure columns.
    pub figures: usize,
}

/// A level of names, with its score as measures and as dimension values.
struct Open {
    across: bool,
    at: usize,
    measures: i32,
    values: i32,
}

/// The maximum number of levels for which all assignments are scored.
const MOST_LEVELS: usize = 8;

/// Decides whether each level of names holds measures or dimension values.
///
/// Returns the margin of the best score over the next one.
pub fn decide(levels: &mut Levels, around: &BlockSurroundings<'_>, layout: &Layout) -> i32 {
    let mut open: Vec<Open> = Vec::new();
    for (across, list) in [(false, &levels.down), (true, &levels.across)] {
        for (at, level) in list.iter().enumerate().filter(|(_, level)| level.names == LevelNames::Values) {
            let (measures, values) = points(level, at, across, around, layout);
            open.push(Open { across, at, measures, values });
        }
    }
    open.truncate(MOST_LEVELS);
    let mut context = -14;
    for phrase in levels.spanning.iter().chain(around.title) {
        context = context.max(match phrase.noun() {
            noun if noun.is_measure() => 8,
            NounKind::Plural => 0,
            _ if phrase.unit.is_some() => 0,
            _ => -14,
        });
    }
    // `Amount ($M)`: a unit in a column heading, regardless of the other words.
    let has_units = levels.across.iter().any(|level| {
        matches!(level.names, LevelNames::Units | LevelNames::Nothing)
            && level.phrases.iter().any(|phrase| phrase.unit.is_some())
    });
    if !around.units.is_empty() || has_units {
        context = context.max(0);
    }
    let mut readings: Vec<(i32, u32)> =
        (0..1_u32 << open.len()).map(|reading| (score(levels, &open, reading, context, around), reading)).collect();
    readings.sort_by_key(|(score, reading)| (-score, *reading));
    let Some((best, reading)) = readings.first().copied() else { return 0 };
    for (bit, open) in open.iter().enumerate() {
        let list = if open.across { &mut levels.across } else { &mut levels.down };
        list[open.at].names = if reading >> bit & 1 == 1 { LevelNames::Measures } else { LevelNames::Values };
    }
    readings.get(1).map_or(i32::MAX, |(next, _)| best - next)
}

/// The score of one assignment. Each bit of `reading` is set if that level names measures.
fn score(levels: &Levels, open: &[Open], reading: u32, context: i32, around: &BlockSurroundings<'_>) -> i32 {
    let mut score = 0;
    let mut of_measures = Vec::new();
    for (bit, open) in open.iter().enumerate() {
        if reading >> bit & 1 == 1 {
            score += open.measures;
            of_measures.push(if open.across { &levels.across[open.at] } else { &levels.down[open.at] });
        } else {
            score += open.values;
        }
    }
    score += match of_measures.len() {
        0 => context,
        1 => 10,
        more => -30 * i32::try_from(more - 1).unwrap_or(1),
    };
    // A unit stated for the whole table must apply to at least one measure.
    for unit in around.units.iter().filter_map(|stated| stated.known()).map(|scale| scale.unit) {
        if !matches!(unit, Unit::Hkd | Unit::Percent) {
            continue;
        }
        let governs = of_measures.iter().any(|level| {
            level.phrases.iter().any(|phrase| {
                phrase.unit.is_none() && phrase.noun().fits(unit)
                    || phrase.unit.and_then(UnitStatement::known).is_some_and(|own| own.unit == unit)
            })
        });
        let is_open = of_measures
            .iter()
            .any(|level| level.phrases.iter().any(|phrase| phrase.unit.is_none() && phrase.noun().fits(unit)));
        score += if governs || of_measures.is_empty() {
            6
        } else if is_open {
            -8
        } else {
            -25
        };
    }
    score
}

/// The scores of a level as measures and as values of a dimension.
fn points(level: &Level, at: usize, across: bool, around: &BlockSurroundings<'_>, layout: &Layout) -> (i32, i32) {
    let named: Vec<&Phrase> =
        level.phrases.iter().filter(|phrase| phrase.has_name() && phrase.sum != SumKind::All).collect();
    let (mut measures, mut values) = (0, 0);
    let declared = |phrase: &Phrase| {
        published(&phrase.name).chain(published(&phrase.printed)).any(|name| layout.measure(name).is_some())
    };
    if named.iter().any(|phrase| declared(phrase)) {
        measures += 45;
    }
    let canonical = |phrase: &Phrase| {
        layout.canonical.is_some_and(|of| layout.dimensions.iter().any(|words| of(words.id, &phrase.name).is_some()))
    };
    if level.words.is_some() || named.iter().any(|phrase| canonical(phrase)) {
        values += 45;
    }
    if level.names_measures {
        measures += 22;
    } else if !level.title.is_empty() {
        values += 8;
    }
    if level.title.is_empty() && layout.standing(level.place).is_some() && !level.is_section {
        values += if level.place == DimensionPlace::Across { 20 } else { 8 };
    }
    let all = i32::try_from(named.len()).unwrap_or(i32::MAX).max(1);
    let count =
        |is: &dyn Fn(&Phrase) -> bool| i32::try_from(named.iter().filter(|phrase| is(phrase)).count()).unwrap_or(0);
    let with_unit = count(&|phrase| phrase.unit.is_some());
    let nouns = count(&|phrase| phrase.noun().is_measure());
    let plurals = count(&|phrase| phrase.noun() == NounKind::Plural);
    if with_unit > 0 {
        let mut units: Vec<Option<UnitStatement>> = named.iter().map(|phrase| phrase.unit).collect();
        units.dedup();
        measures += match (units.len(), has_total(level)) {
            (1, true) => -10,
            (1, false) if named.len() > 1 => 4,
            _ => 16,
        };
    }
    measures += if nouns == all {
        18
    } else if nouns * 2 >= all {
        12
    } else if nouns > 0 {
        4
    } else {
        0
    };
    measures += if plurals == all { 3 } else { 0 };
    if nouns == 0 && with_unit == 0 {
        values += 10;
    }
    if has_total(level) {
        values += 25;
    } else if level.phrases.iter().any(|phrase| phrase.sum == SumKind::Some && !phrase.noun().is_measure()) {
        values += 12;
    }
    let is_range = |phrase: &Phrase| {
        published(&phrase.name).any(|name| {
            name.starts_with(|c: char| c.is_ascii_digit())
                || ["other", "others", "其他", "less than", "under ", "over ", "largest", "最大"]
                    .iter()
                    .any(|word| name.to_lowercase().starts_with(word))
        })
    };
    if count(&is_range) > 0 {
        values += 12;
    }
    if all > 12 {
        values += 6;
    }
    if !across && let Some(one_unit) = around.unit_column {
        // In the unit column, each measure has exactly one unit.
        measures += if one_unit.get(at).copied().unwrap_or(false) { 20 } else { -10 };
    }
    // The heading of the only figure column names the measure.
    if across && around.figures == 1 {
        measures += 12;
    }
    (measures, values)
}
