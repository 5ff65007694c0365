//! Assembles sheets into figures: labels become dimensions, values, measures and periods with stable ids.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::{
    fact::{Label, MeasureLabel, SheetDimension, SheetFacts},
    figure::ObservationFlag as Flag,
    figures::{Dimension, Figures, Measure, Observation, TOTAL, Value},
    label::{SumKind, merge_text, name},
    layout::{DimensionPlace, Layout, key, slug},
    ledger::CellPosition,
    unit::Unit,
};
use crate::domain::{
    period::Period,
    text::{Language, Text},
};

/// Joins the sheets of one dataset, and returns the figures and the cell position of each observation.
pub fn assemble(sheets: Vec<SheetFacts>, layout: &Layout) -> (Figures, Vec<Option<CellPosition>>) {
    let mut assembly = Assembly {
        layout,
        figures: Figures::default(),
        values: HashMap::new(),
        measures: HashMap::new(),
        ids: HashMap::new(),
        codes: HashMap::new(),
        periods: HashMap::new(),
        notes: HashSet::new(),
        places: Vec::new(),
        latest: None,
        spots: Vec::new(),
    };
    for sheet in sheets {
        assembly.add(sheet);
    }
    assembly.finish()
}

struct Assembly<'a> {
    layout: &'a Layout,
    figures: Figures,
    /// The value of a dimension by its label in any language, reduced to letters and digits.
    values: HashMap<(usize, String), usize>,
    measures: HashMap<String, usize>,
    /// Ids of measures, codes of dimension values, and notes already recorded.
    ids: HashMap<String, usize>,
    codes: HashMap<(usize, String), usize>,
    periods: HashMap<Period, usize>,
    notes: HashSet<Text>,
    /// The place and ordinal of the first occurrence of each dimension.
    places: Vec<(DimensionPlace, usize)>,
    /// The last day covered by the table that supplies the title.
    latest: Option<Date>,
    spots: Vec<Option<CellPosition>>,
}

impl Assembly<'_> {
    fn add(&mut self, sheet: SheetFacts) {
        let end = sheet.facts.iter().filter_map(|fact| fact.period.end).max();
        let dimensions: Vec<usize> = sheet.dimensions.iter().map(|dimension| self.dimension(dimension)).collect();
        for fact in sheet.facts {
            let mut coordinates: Vec<(usize, usize)> = Vec::with_capacity(fact.coordinates.len());
            let mut is_total = false;
            for (dimension, label) in &fact.coordinates {
                let dimension = dimensions[*dimension];
                let value = self.value(dimension, label);
                is_total |= self.figures.dimensions[dimension].values[value].is_total;
                coordinates.push((dimension, value));
            }
            coordinates.sort_unstable();
            coordinates.dedup_by_key(|(dimension, _)| *dimension);
            self.spots.push(fact.spot);
            let measure = self.measure(&fact.measure, fact.unit);
            let period = self.period(fact.period);
            self.figures.observations.push(Observation {
                period,
                dimensions: coordinates,
                measure,
                value: fact.value,
                step: fact.step,
                unit: fact.unit,
                is_total,
                flags: fact.flags,
                file: sheet.file,
                row: fact.row,
                column: fact.spot.map(|spot| spot.column),
            });
        }
        // Use the title of the latest table, because it may state an as-at day.
        if !sheet.title.is_empty() && (self.figures.title.is_none() || end > self.latest) {
            self.latest = end;
            self.figures.title = Some(sheet.title);
        }
        for note in sheet.notes {
            if self.notes.insert(note.clone()) {
                self.figures.notes.push(note);
            }
        }
    }

    fn dimension(&mut self, of: &SheetDimension) -> usize {
        let id = match of.words {
            Some(words) => words.id.to_owned(),
            None => match (name(&of.title), of.place, of.ordinal) {
                (Some(title), ..) => slug(title),
                (None, DimensionPlace::Down, 0) => "category".to_owned(),
                (None, DimensionPlace::Across, 0) => "group".to_owned(),
                (None, DimensionPlace::Down, ordinal) => format!("category_{}", ordinal + 1),
                (None, DimensionPlace::Across, ordinal) => format!("group_{}", ordinal + 1),
            },
        };
        let shares = |a: &Text, b: &Text| {
            Language::ALL.into_iter().any(|l| a.published(l).is_some() && a.published(l) == b.published(l))
        };
        let known = self.figures.dimensions.iter().position(|other| other.id == id || shares(&other.title, &of.title));
        // Match dimensions by place: a file in another language uses headers that no other file has.
        let place = (of.place, of.ordinal);
        let translated = || {
            let at = self.places.iter().position(|other| *other == place)?;
            let other = &self.figures.dimensions[at].title;
            Language::ALL
                .into_iter()
                .all(|l| other.published(l).is_none() || of.title.published(l).is_none())
                .then_some(at)
        };
        let at = known.or_else(translated).unwrap_or_else(|| {
            let title = of.words.map_or_else(|| of.title.clone(), |words| Text::from(words.title));
            let adds_up = of.words.is_none_or(|words| words.adds_up);
            self.places.push(place);
            self.figures.dimensions.push(Dimension { id, title, values: Vec::new(), place: of.place, adds_up });
            self.figures.dimensions.len() - 1
        });
        merge_text(&mut self.figures.dimensions[at].title, &of.title);
        at
    }

    fn value(&mut self, dimension: usize, label: &Label) -> usize {
        let canonical = self.layout.canonical.filter(|_| label.sum != SumKind::All);
        let canonical = canonical.and_then(|of| of(&self.figures.dimensions[dimension].id, &label.text));
        let names = || Language::ALL.into_iter().filter_map(|language| label.text.published(language)).map(value_key);
        let code = match (&canonical, label.sum) {
            (Some(known), _) => Some(known.code.clone()),
            (None, SumKind::All) => Some(TOTAL.to_owned()),
            (None, _) => None,
        };
        let known = match &code {
            Some(code) => self.codes.get(&(dimension, code.clone())).copied(),
            None => names().find_map(|name| self.values.get(&(dimension, name)).copied()),
        };
        let Dimension { values, adds_up, .. } = &mut self.figures.dimensions[dimension];
        let adds_up = *adds_up;
        let at = known.unwrap_or_else(|| {
            let text = match &canonical {
                Some(known) if !known.name.is_empty() => known.name.clone(),
                _ if label.text.is_empty() => total_text(),
                _ => label.text.clone(),
            };
            let is_used = |code: &str| self.codes.contains_key(&(dimension, code.to_owned()));
            let code = code.unwrap_or_else(|| unused(is_used, slug(name(&text).unwrap_or_default()), "_Z"));
            self.codes.insert((dimension, code.clone()), values.len());
            // Overlapping values do not add up, so `All establishments` is an ordinary value and not a total.
            let is_total = label.sum == SumKind::All || (label.sum == SumKind::Some && adds_up);
            values.push(Value { code, text, is_total });
            values.len() - 1
        });
        merge_text(&mut values[at].text, &label.text);
        for name in names() {
            self.values.entry((dimension, name)).or_insert(at);
        }
        at
    }

    fn measure(&mut self, label: &MeasureLabel, unit: Unit) -> usize {
        if let Some(words) = label.words {
            return self
                .ids
                .get(words.id)
                .copied()
                .unwrap_or_else(|| self.push_measure(words.id.to_owned(), Text::from(words.title), unit));
        }
        // The same words with another unit are another measure: `Share` of money, `Share (%)`.
        let suffix = format!("{unit:?}");
        let titles = Language::ALL.into_iter().filter_map(|language| label.title.published(language));
        let mut names: Vec<String> = titles.map(|title| format!("{} {suffix}", value_key(title))).collect();
        if names.is_empty() {
            names.push(suffix);
        }
        let at = names.iter().find_map(|name| self.measures.get(name).copied()).unwrap_or_else(|| {
            let id = unused(|id| self.ids.contains_key(id), slug(name(&label.title).unwrap_or_default()), "value");
            self.push_measure(id, label.title.clone(), unit)
        });
        merge_text(&mut self.figures.measures[at].title, &label.title);
        for name in names {
            self.measures.entry(name).or_insert(at);
        }
        at
    }

    fn push_measure(&mut self, id: String, title: Text, unit: Unit) -> usize {
        self.ids.insert(id.clone(), self.figures.measures.len());
        self.figures.measures.push(Measure { id, title, unit });
        self.figures.measures.len() - 1
    }

    fn period(&mut self, period: Period) -> usize {
        *self.periods.entry(period).or_insert_with_key(|period| {
            self.figures.periods.push(period.clone());
            self.figures.periods.len() - 1
        })
    }

    fn finish(mut self) -> (Figures, Vec<Option<CellPosition>>) {
        mark_breaks(&mut self.figures, self.layout);
        (self.figures, self.spots)
    }
}

/// Flags the first figures after each known break of a series.
fn mark_breaks(figures: &mut Figures, layout: &Layout) {
    for known in layout.breaks {
        let is_value = |observation: &Observation| {
            observation
                .dimensions
                .iter()
                .any(|(dimension, value)| is_named(&figures.dimensions[*dimension].values[*value], known.value))
        };
        let ends = |observation: &Observation| figures.periods[observation.period].end.filter(|end| *end >= known.from);
        let Some(first) = figures.observations.iter().filter(|o| is_value(o)).filter_map(ends).min() else { continue };
        let at: Vec<usize> = (0..figures.observations.len())
            .filter(|at| is_value(&figures.observations[*at]) && ends(&figures.observations[*at]) == Some(first))
            .collect();
        for at in at {
            figures.observations[at].flags.push(Flag::BreakInSeries);
        }
    }
}

/// True if the value has this code or label.
pub fn is_named(value: &Value, name: &str) -> bool {
    value.code == name || Language::ALL.into_iter().any(|language| value.text.published(language) == Some(name))
}

/// The comparison key of a label. A label of punctuation alone is its own key.
fn value_key(label: &str) -> String {
    let reduced = key(label);
    if reduced.is_empty() { label.trim().to_owned() } else { reduced }
}

/// Returns the code, with a number appended if it is taken. Labels may differ in punctuation alone.
fn unused(is_used: impl Fn(&str) -> bool, code: String, nameless: &str) -> String {
    let code = if code.is_empty() { nameless.to_owned() } else { code };
    if !is_used(&code) {
        return code;
    }
    (2..=u32::MAX).map(|number| format!("{code}_{number}")).find(|code| !is_used(code)).unwrap_or(code)
}

fn total_text() -> Text {
    Text { en: Some("Total".to_owned()), hant: Some("總計".to_owned()), hans: Some("总计".to_owned()) }
}
