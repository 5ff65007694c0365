//! Consistency checks of figures: parts add up to their total, shares add up to 100, no column repeats another, and
//! cumulative sums never fall.
//!
//! A failure is published as a failed check. The figures are kept.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    assemble::is_named,
    figures::{Check, Figures, Observation, TOTAL, detail},
    layout::{DimensionPlace as Where, Layout},
    unit::Unit,
    when,
};
use crate::domain::text::{Language, Text};

const HUNDRED: Decimal = Decimal::ONE_HUNDRED;
/// The minimum number of equal figures at which two columns count as repeated.
const REMARKABLE: usize = 3;

/// Runs all checks on the figures.
pub fn run(figures: &Figures, layout: &Layout) -> Vec<Check> {
    let mut checks = Vec::new();
    for dimension in 0..figures.dimensions.len() {
        checks.extend(sums(figures, layout, dimension));
        checks.extend(repeats(figures, layout, dimension));
    }
    checks.extend(falls(figures, layout));
    checks
}

/// Indexes of dimensions and of their values.
type Coordinates = Vec<(usize, usize)>;
/// The figures of one measure and period that differ in one dimension only.
type Slice<'a> = (usize, usize, Vec<&'a Observation>);

fn slices(figures: &Figures, dimension: usize) -> Vec<Slice<'_>> {
    let mut slices: BTreeMap<(usize, usize, Coordinates, u16), Vec<&Observation>> = BTreeMap::new();
    for observation in figures.observations.iter().filter(|o| o.dimensions.iter().any(|(at, _)| *at == dimension)) {
        let others = observation.dimensions.iter().copied().filter(|(at, _)| *at != dimension).collect();
        slices
            .entry((observation.measure, observation.period, others, observation.file))
            .or_default()
            .push(observation);
    }
    slices.into_iter().map(|((measure, period, ..), own)| (measure, period, own)).collect()
}

fn value_at(observation: &Observation, dimension: usize) -> Option<usize> {
    observation.dimensions.iter().find(|(at, _)| *at == dimension).map(|(_, value)| *value)
}

/// Checks that parts add up to their total, or shares without a total to 100.
fn sums(figures: &Figures, layout: &Layout, dimension: usize) -> Vec<Check> {
    let own = &figures.dimensions[dimension];
    if !own.adds_up {
        return Vec::new();
    }
    let mut tested: BTreeMap<(usize, usize, bool), Vec<String>> = BTreeMap::new();
    for (measure, period, slice) in slices(figures, dimension) {
        let value = |observation: &&Observation| value_at(observation, dimension).map(|value| &own.values[value]);
        let (sums, parts): (Vec<&Observation>, Vec<&Observation>) =
            slice.iter().partition(|observation| value(observation).is_some_and(|value| value.is_total));
        let code = |observation: &&&Observation| value(observation).is_some_and(|value| value.code == TOTAL);
        let total = sums.iter().find(code).copied();
        let values: Option<Vec<Decimal>> = parts.iter().map(|part| part.value).collect();
        // A missing part makes the sum unknown.
        let Some(values) = values.filter(|values| values.len() > 1) else { continue };
        let Some(sum) = values.iter().try_fold(Decimal::ZERO, |sum, value| sum.checked_add(*value)) else { continue };
        let is_percent = slice.iter().all(|observation| observation.unit == Unit::Percent);
        let is_share = is_percent
            && (names_share(&figures.measures[measure].title) || total.is_some_and(|t| t.value == Some(HUNDRED)));
        let (printed, by_total) = match (total.and_then(|total| total.value), is_share) {
            (Some(printed), _) if !is_percent || printed == HUNDRED => (printed, true),
            (None, true) if total.is_none() => (HUNDRED, false),
            _ => continue,
        };
        let tolerance = tolerance(&parts, total, layout);
        let failures = tested.entry((measure, period, by_total)).or_default();
        if (sum - printed).abs() > tolerance {
            let place = total.map_or_else(|| figures.periods[period].label.clone(), |total| figures.place(total));
            let place = if place.is_empty() { own.id.clone() } else { place };
            failures.push(format!("{place}: expected {}, found parts of {}", printed.normalize(), sum.normalize()));
        }
    }
    let rule = |(measure, period, by_total): (usize, usize, bool)| {
        let whole = if by_total { "its total" } else { "100" };
        let (measure, period) = (&figures.measures[measure].id, &figures.periods[period].label);
        format!("`{measure}` by `{}` adds up to {whole}, {period}", own.id)
    };
    tested
        .into_iter()
        .map(|(of, failures)| Check { rule: rule(of), passed: failures.is_empty(), detail: detail(&failures) })
        .collect()
}

/// The tolerance of a sum for rounding.
///
/// It is half a printed digit for each figure. Whole numbers are exact unless the publisher rounds them.
fn tolerance(parts: &[&Observation], total: Option<&Observation>, layout: &Layout) -> Decimal {
    let rounding = Decimal::from(layout.rounding);
    let half = |observation: &Observation| {
        let counts = matches!(observation.unit, Unit::Count | Unit::Persons | Unit::Unstated)
            && observation.step == Decimal::ONE;
        let step = if counts && layout.rounding <= 1 {
            Decimal::ZERO
        } else {
            observation.step.max(if counts { rounding } else { Decimal::ZERO })
        };
        step.checked_div(Decimal::TWO).unwrap_or_default()
    };
    parts.iter().copied().chain(total).map(half).fold(Decimal::ZERO, Decimal::saturating_add)
}

fn names_share(title: &Text) -> bool {
    Language::ALL.into_iter().filter_map(|language| title.published(language)).any(|title| {
        let lower = title.to_lowercase();
        ["share", "distribution", "比例", "百分比", "佔", "占"].iter().any(|word| lower.contains(word))
    })
}

/// A measure and the values of all other dimensions.
type Place = (usize, Coordinates);

/// Checks that no two values of a dimension have identical figures, which does not happen by chance.
fn repeats(figures: &Figures, layout: &Layout, dimension: usize) -> Vec<Check> {
    let own = &figures.dimensions[dimension];
    let mut columns: BTreeMap<(usize, usize), BTreeMap<Place, Decimal>> = BTreeMap::new();
    for observation in &figures.observations {
        let (Some(value), Some(number)) = (value_at(observation, dimension), observation.value) else { continue };
        let others = observation.dimensions.iter().copied().filter(|(at, _)| *at != dimension).collect();
        columns.entry((observation.period, value)).or_default().insert((observation.measure, others), number);
    }
    let mut checks = Vec::new();
    for period in 0..figures.periods.len() {
        let of_period: Vec<(usize, &BTreeMap<Place, Decimal>)> = columns
            .range((period, 0)..=(period, usize::MAX))
            .filter(|((_, value), _)| !own.values[*value].is_total)
            .map(|((_, value), cells)| (*value, cells))
            .collect();
        let name = |value: usize| own.values[value].text.nearest(Language::En).into_owned();
        let failure =
            |a: usize, b: usize, count: usize| format!("`{}` and `{}` have the same {count} figures", name(a), name(b));
        let mut tested = false;
        let mut failures = Vec::new();
        for (a, b) in layout.distinct {
            let find = |name: &str| of_period.iter().find(|(value, _)| is_named(&own.values[*value], name));
            let Some(((a, left), (b, right))) = find(a).zip(find(b)) else { continue };
            tested = true;
            if left == right && left.values().any(|number| !number.is_zero()) {
                failures.push(failure(*a, *b, left.len()));
            }
        }
        let mut first: HashMap<Vec<(&Place, &Decimal)>, usize> = HashMap::new();
        let remarkable = |cells: &BTreeMap<Place, Decimal>| {
            cells.len() > REMARKABLE && cells.values().filter(|number| !number.is_zero()).count() >= REMARKABLE
        };
        let is_across = own.place == Where::Across;
        for (value, cells) in of_period.iter().filter(|(_, cells)| is_across && remarkable(cells)) {
            tested = true;
            let other = *first.entry(cells.iter().collect()).or_insert(*value);
            let failure = failure(other, *value, cells.len());
            if other != *value && !failures.contains(&failure) {
                failures.push(failure);
            }
        }
        if tested {
            let rule =
                format!("no two values of `{}` have the same figures, {}", own.id, figures.periods[period].label);
            checks.push(Check { rule, passed: failures.is_empty(), detail: detail(&failures) });
        }
    }
    checks
}

/// Checks that cumulative sums do not fall from one day to a later one.
fn falls(figures: &Figures, layout: &Layout) -> Vec<Check> {
    type Point<'a> = (Date, Decimal, &'a Observation);
    let says = |text: &Text| Language::ALL.into_iter().filter_map(|l| text.published(l)).any(when::states_cumulative);
    let all = layout.cumulative || figures.title.as_ref().is_some_and(says);
    let mut series: BTreeMap<(usize, &Coordinates), Vec<Point<'_>>> = BTreeMap::new();
    for observation in &figures.observations {
        let period = &figures.periods[observation.period];
        let (Some(end), Some(value)) = (period.end, observation.value) else { continue };
        // In a cumulative dataset, a month denotes its last day.
        if period.start.is_some() && !layout.cumulative {
            continue;
        }
        let cumulative =
            all || when::states_cumulative(&period.label) || says(&figures.measures[observation.measure].title);
        if cumulative && observation.unit != Unit::Percent {
            series.entry((observation.measure, &observation.dimensions)).or_default().push((end, value, observation));
        }
    }
    let mut tested: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for ((measure, _), mut points) in series {
        points.sort_by_key(|(end, ..)| *end);
        for pair in points.windows(2) {
            let ((from, before, _), (to, after, observation)) = (pair[0], pair[1]);
            if from == to {
                continue;
            }
            let failures = tested.entry(measure).or_default();
            if after < before {
                let place = figures.place(observation);
                let colon = if place.is_empty() { "" } else { ": " };
                failures.push(format!(
                    "{place}{colon}{} as at {from}, {} as at {to}",
                    before.normalize(),
                    after.normalize()
                ));
            }
        }
    }
    let rule = |measure: usize| format!("cumulative `{}` never falls", figures.measures[measure].id);
    tested
        .into_iter()
        .map(|(of, failures)| Check { rule: rule(of), passed: failures.is_empty(), detail: detail(&failures) })
        .collect()
}
