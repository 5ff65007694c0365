//! Removes duplicate observations. Equal duplicates become one observation. Of contradictory ones, the latest file's is
//! served if the files have different dates; otherwise none is served.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    fact::SheetFacts,
    figures::{Check, Figures, Observation, detail},
    ledger::{CellLedger, CellPosition, CellState, NotUnderstood},
    unit::Unit,
};
use crate::domain::text::Language;

/// The first and last day of a period.
type Days = (Option<Date>, Option<Date>);
/// The identity of an observation: its measure, unit, period and dimension values.
type ObservationKey = (usize, Unit, Days, Vec<(usize, usize)>);

/// Keeps one observation per identity. `age` contains the date of each file's content, if it is known.
pub fn once(figures: &mut Figures, spots: &[Option<CellPosition>], age: &[Option<String>], ledger: &mut CellLedger) {
    let mut of: HashMap<ObservationKey, Vec<usize>> = HashMap::new();
    for (at, observation) in figures.observations.iter().enumerate() {
        let period = &figures.periods[observation.period];
        let thing = (observation.measure, observation.unit, (period.start, period.end), observation.dimensions.clone());
        of.entry(thing).or_default().push(at);
    }
    let mut keep = vec![true; figures.observations.len()];
    let mut twice = 0_usize;
    let mut failures: Vec<(usize, String)> = Vec::new();
    for all in of.into_values().filter(|all| all.len() > 1) {
        let get = |at: usize| &figures.observations[at];
        let valued: Vec<usize> = all.iter().copied().filter(|at| get(*at).value.is_some()).collect();
        twice += usize::from(valued.len() > 1);
        let agree = valued.iter().all(|at| get(*at).value == get(valued[0]).value);
        let chosen = if agree { valued.first().or(all.first()).copied() } else { latest(&valued, age, figures) };
        if !agree {
            let show = |at: usize| {
                let Observation { value, file, row, .. } = get(at);
                format!("{} in file {file} row {row}", value.unwrap_or_default())
            };
            failures.push((valued[0], valued.iter().map(|at| show(*at)).collect::<Vec<_>>().join(", ")));
        }
        for at in all {
            if Some(at) == chosen {
                continue;
            }
            keep[at] = false;
            let state = if chosen.is_some() {
                CellState::Duplicate
            } else {
                CellState::NotUnderstood(NotUnderstood::Contradiction)
            };
            if let Some(spot) = spots[at] {
                ledger.change(spot, state);
            }
        }
    }
    if twice > 0 {
        failures.sort();
        let failures: Vec<String> = failures.into_iter().map(|(_, failure)| failure).collect();
        figures.checks.push(Check {
            rule: "a figure printed twice is the same".to_owned(),
            passed: failures.is_empty(),
            detail: detail(&failures),
        });
    }
    let mut at = 0;
    figures.observations.retain(|_| {
        at += 1;
        keep[at - 1]
    });
}

/// Returns the observation from the latest file. `None` if the dates of the files are unknown or equal.
fn latest(all: &[usize], age: &[Option<String>], figures: &Figures) -> Option<usize> {
    let of = |at: usize| age.get(usize::from(figures.observations[at].file)).and_then(Option::as_ref);
    let best = all.iter().copied().filter(|at| of(*at).is_some()).max_by_key(|at| of(*at))?;
    let is_told = all.iter().all(|at| of(*at).is_some());
    let is_only = all.iter().filter(|at| of(**at) == of(best)).count() == 1;
    (is_told && is_only).then_some(best)
}

/// Rejects tables in another language whose figures differ from those of the first language, because they would count
/// twice.
pub fn other_languages(sheets: &mut [SheetFacts], ledger: &mut CellLedger) {
    let is_chinese = |sheet: &SheetFacts| {
        sheet.languages.iter().all(|language| language.is_some_and(|language| language != Language::En))
    };
    let keys = |sheet: &SheetFacts| -> Vec<(Days, Unit)> {
        sheet.facts.iter().map(|fact| ((fact.period.start, fact.period.end), fact.unit)).collect()
    };
    for at in 0..sheets.len() {
        let own = keys(&sheets[at]);
        let rival = (0..sheets.len()).any(|other| {
            let disjoint = sheets[other].languages.iter().all(|language| !sheets[at].languages.contains(language));
            let is_better = !is_chinese(&sheets[other]) || other < at;
            other != at && disjoint && is_better && keys(&sheets[other]).iter().any(|key| own.contains(key))
        });
        if !is_chinese(&sheets[at]) || !rival {
            continue;
        }
        for fact in sheets[at].facts.drain(..) {
            if let Some(spot) = fact.spot {
                ledger.change(spot, CellState::NotUnderstood(NotUnderstood::Contradiction));
            }
        }
    }
}
