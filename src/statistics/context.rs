//! The context of a block: its title, and the period and unit that its title lines and notes state.

use super::{
    block::Block,
    grid::CellGrid,
    label::{SumKind, map_text, name, published},
    layout::Layout,
    noun::NounKind,
    phrase::Phrase,
    unit::{self, Unit, UnitStatement},
    when::{self, PeriodColumnKind, TitlePeriod},
};
use crate::domain::{
    period::Period,
    text::{Language, Text},
};
use jiff::civil::Date;

/// Metadata of a file that its cells do not state.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileFacts<'a> {
    /// The period in the file's name.
    pub period: Option<&'a str>,
    /// The as-at day of the file's content.
    pub as_of: Option<Date>,
}

/// The title, units and period stated for a block.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The title that names the measure.
    pub title: Option<Phrase>,
    pub units: Vec<UnitStatement>,
    /// Units that notes state.
    pub note_units: Vec<UnitStatement>,
    pub period: Option<Period>,
    /// The source of the period, in words.
    pub period_source: &'static str,
    /// True if lines state conflicting periods.
    pub is_contradictory: bool,
}

/// Reads the context of a block from the lines above and below it.
pub fn of(grid: &CellGrid, block: &Block, outer: Option<&Context>, file: FileFacts<'_>, layout: &Layout) -> Context {
    let mut context = Context::default();
    let texts: Vec<Text> = block
        .above
        .iter()
        .flat_map(|row| grid.filled(*row).filter_map(move |column| grid.cell(*row, column)))
        .map(|cell| cell.text.clone())
        .collect();
    let phrases: Vec<Phrase> = texts.iter().map(Phrase::of).collect();
    for phrase in &phrases {
        context.units.extend(phrase.unit);
    }
    context.title = title(&phrases);
    match stated_period(&texts) {
        Ok(period) => context.period = period,
        Err(Several) => context.is_contradictory = true,
    }
    context.period_source = "the title";
    for row in &block.below {
        for text in
            grid.filled(*row).filter_map(|column| grid.cell(*row, column)).flat_map(|cell| published(&cell.text))
        {
            context.note_units.extend(unit_of_note(text));
        }
    }
    let first = |units: &mut Vec<UnitStatement>| {
        let mut seen: Vec<UnitStatement> = Vec::new();
        units.retain(|unit| {
            !seen.contains(unit) && {
                seen.push(*unit);
                true
            }
        });
    };
    first(&mut context.units);
    first(&mut context.note_units);
    if let Some(outer) = outer {
        if context.period.is_none() && !context.is_contradictory {
            context.period.clone_from(&outer.period);
        }
        if context.units.is_empty() {
            context.units.clone_from(&outer.units);
        }
    }
    if context.period.is_none() && !context.is_contradictory {
        match moment_below(grid, block) {
            Ok(period) => context.period = period,
            Err(Several) => context.is_contradictory = true,
        }
        context.period_source = "a note";
    }
    if context.period.is_none() && !context.is_contradictory {
        context.period = of_file(file, layout);
        context.period_source = "the file's name";
    }
    context
}

/// The error for conflicting periods.
struct Several;

/// The period stated by title lines. As-at days take precedence over spans.
fn stated_period(texts: &[Text]) -> Result<Option<Period>, Several> {
    let mut moments: Vec<Period> = Vec::new();
    let mut spans: Vec<Period> = Vec::new();
    for found in texts.iter().flat_map(published).filter_map(when::in_title) {
        match found {
            TitlePeriod::Day(period) => moments.push(period),
            TitlePeriod::Span(period) => spans.push(period),
        }
    }
    for mut found in [moments, spans] {
        let days = |period: &Period| (period.start, period.end);
        if found.iter().any(|period| days(period) != days(&found[0])) {
            return Err(Several);
        }
        if !found.is_empty() {
            return Ok(Some(found.swap_remove(0)));
        }
    }
    Ok(None)
}

/// The as-at day stated by a note below the figures.
fn moment_below(grid: &CellGrid, block: &Block) -> Result<Option<Period>, Several> {
    let cells = block.below.iter().flat_map(|row| grid.filled(*row).filter_map(move |column| grid.cell(*row, column)));
    let mut found: Option<Period> = None;
    for text in cells.flat_map(|cell| published(&cell.text)) {
        let Some(TitlePeriod::Day(period)) = when::in_title(text) else { continue };
        // A long note may mention unrelated days.
        if text.chars().count() > 60 {
            continue;
        }
        match &found {
            Some(known) if known.end != period.end => return Err(Several),
            _ => found = Some(period),
        }
    }
    Ok(found)
}

/// The period that the file's name states.
///
/// A span in the name is ignored for cumulative datasets.
fn of_file(file: FileFacts<'_>, layout: &Layout) -> Option<Period> {
    let named = file
        .period
        .and_then(|label| when::parse(label, PeriodColumnKind::Spans))
        .filter(when::LabelledPeriod::is_dated);
    named
        .map(|when| when.period)
        .filter(|period| !(layout.cumulative && period.start.is_some() && period.start != period.end))
        .or_else(|| file.as_of.map(when::as_at))
        .or_else(|| layout.period.and_then(|label| when::parse(label, PeriodColumnKind::Spans)).map(|when| when.period))
}

/// The title line that names the measure, or else the longest one.
fn title(phrases: &[Phrase]) -> Option<Phrase> {
    let mut named: Vec<Phrase> =
        phrases.iter().filter(|phrase| phrase.has_name() && phrase.sum == SumKind::No).map(with_noun).collect();
    named.retain(|phrase| {
        published(&phrase.name).any(|name| name.chars().count() > 3 && !name.to_lowercase().starts_with("note"))
    });
    let measure = named.iter().position(|phrase| phrase.noun().is_measure());
    let longest = || (0..named.len()).max_by_key(|at| name(&named[*at].name).map_or(0, str::len));
    measure.or_else(longest).map(|at| named.swap_remove(at))
}

/// Takes the part of a title that has the measure's noun, which may follow a colon: `Firms with laboratories: persons
/// employed`.
fn with_noun(phrase: &Phrase) -> Phrase {
    let mut phrase = phrase.clone();
    if phrase.noun() == NounKind::Unknown {
        let behind = map_text(&phrase.name, |name| {
            name.rsplit_once([':', '：']).map_or("", |(_, behind)| behind.trim()).to_owned()
        });
        phrase.noun = Some(super::noun::noun(published(&behind)));
    }
    phrase
}

/// The unit that a note states for all figures: `All figures are in HK$ million`.
fn unit_of_note(text: &str) -> Option<UnitStatement> {
    let lower = text.to_lowercase();
    let speaks_of_all =
        ["figures", "amounts", "values", "unit:", "金額", "金额", "數字", "数字", "款額", "款额", "單位", "单位"]
            .iter()
            .any(|word| lower.contains(word));
    let found = unit::expressions(text);
    let strong: Vec<UnitStatement> =
        found.iter().filter(|expression| !expression.is_weak).map(|expression| expression.stated).collect();
    let [only] = strong[..] else { return None };
    let is_money = only.known().is_none_or(|scale| scale.unit == Unit::Hkd);
    (speaks_of_all && is_money && text.chars().count() < 90).then_some(only)
}

/// Formats the published languages of a text for explanations.
pub fn shown(text: &Text) -> String {
    text.nearest(Language::En).into_owned()
}
