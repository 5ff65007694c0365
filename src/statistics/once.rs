//! Every fact is published once. The same thing twice with the same figure is one observation; with another figure
//! neither is served, unless a later file explains it.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    fact::SheetFacts,
    figures::{Check, Figures, Observation, detail},
    ledger::{CellLedger, CellPosition, CellState, NotUnderstood},
    unit::Unit,
};
use crate::domain::text::Language;

/// The first and the last day of a period.
type Days = (Option<Date>, Option<Date>);
/// What an observation is of.
type Thing = (usize, Unit, Days, Vec<(usize, usize)>);

/// Leaves one observation of each thing; `age` orders the files by what they are about, where that is told.
pub fn once(figures: &mut Figures, spots: &[Option<CellPosition>], age: &[Option<String>], ledger: &mut CellLedger) {
    let mut of: HashMap<Thing, Vec<usize>> = HashMap::new();
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

/// The one of the latest file, where the files' ages are told and differ.
fn latest(all: &[usize], age: &[Option<String>], figures: &Figures) -> Option<usize> {
    let of = |at: usize| age.get(usize::from(figures.observations[at].file)).and_then(Option::as_ref);
    let best = all.iter().copied().filter(|at| of(*at).is_some()).max_by_key(|at| of(*at))?;
    let is_told = all.iter().all(|at| of(*at).is_some());
    let is_only = all.iter().filter(|at| of(**at) == of(best)).count() == 1;
    (is_told && is_only).then_some(best)
}

/// A table in another language whose figures are not those of its twin would count a second time: it is not served.
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
