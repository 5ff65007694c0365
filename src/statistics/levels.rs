//! Header rows over the columns of figures: each row names periods, measures, or the values of a dimension; a cell that
//! spans several columns names them all.

use super::{
    area::{Area, Grid},
    columns::{Columns, Role, is_total_name, without_language},
    layout::{Layout, Place, key},
    unit, when,
};

/// What a header row names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    Periods,
    Measures,
    /// Values of a dimension.
    Values,
    /// Nothing beyond "value", "number".
    Nothing,
}

/// One header row.
#[derive(Debug)]
pub struct Level<'a> {
    pub names: Names,
    /// The label over each column of the table; empty where there is none.
    pub labels: Vec<&'a str>,
    /// The same in Chinese, where a second row says so.
    pub translations: Vec<&'a str>,
}

const GENERIC: [&str; 14] = [
    "value", "values", "number", "no", "amount", "figure", "figures", "quantity", "obsvalue", "數值", "数值", "數目",
    "数目", "數字",
];

/// The header rows of an area, outermost first.
pub fn of<'a>(grid: &Grid<'a>, area: &Area, columns: &Columns, layout: &Layout) -> Vec<Level<'a>> {
    let mut rows: Vec<Vec<&'a str>> = (0..area.header.len()).map(|at| labels(grid, area, columns, at)).collect();
    let empty = |labels: &Vec<&str>| columns.with(Role::Figure).all(|column| labels[column].is_empty());
    let last_is_empty = rows.last().is_some_and(empty);
    rows.retain(|labels| !empty(labels));
    let names = judge(&rows, columns, layout);
    let translated = |row: usize| (0..grid.width).map(|column| grid.text(row, column)).collect();
    let translations = area.translation.filter(|_| !last_is_empty).map(translated);
    let innermost = rows.len().saturating_sub(1);
    let translation =
        |at: usize| translations.clone().filter(|_| at == innermost).unwrap_or_else(|| vec![""; grid.width]);
    let levels = rows.into_iter().zip(names).enumerate();
    levels.map(|(at, (labels, names))| Level { names, labels, translations: translation(at) }).collect()
}

/// The labels of one header row, those of spanning cells repeated over the columns they span.
fn labels<'a>(grid: &Grid<'a>, area: &Area, columns: &Columns, at: usize) -> Vec<&'a str> {
    let own = |column: usize| grid.text(area.header[at], column);
    let below = |column: usize| area.header[at + 1..].iter().any(|row| !grid.text(*row, column).is_empty());
    let mut labels = vec![""; grid.width];
    let mut spanning = "";
    for (column, role) in columns.roles.iter().enumerate() {
        if *role != Role::Figure {
            // A span may reach over a column without name or content, not over one of labels.
            if *role != Role::Empty {
                spanning = "";
            }
            continue;
        }
        if !own(column).is_empty() {
            spanning = without_language(own(column)).0;
        }
        if !own(column).is_empty() || below(column) {
            labels[column] = spanning;
        }
    }
    labels
}

/// Decides what each header row names.
fn judge(rows: &[Vec<&str>], columns: &Columns, layout: &Layout) -> Vec<Names> {
    let figures: Vec<usize> = columns.with(Role::Figure).collect();
    let distinct: Vec<Vec<&str>> = rows
        .iter()
        .map(|labels| {
            let mut distinct: Vec<&str> =
                figures.iter().map(|column| labels[*column]).filter(|label| !label.is_empty()).collect();
            distinct.sort_unstable();
            distinct.dedup();
            distinct
        })
        .collect();
    let measures_down = columns.fields.iter().any(|field| field.names_measures);
    let is_declared = |label: &&str| layout.measure(unit::split(label).0).or_else(|| layout.measure(label)).is_some();
    let are_declared = distinct.iter().any(|labels| labels.iter().any(is_declared));
    let mut names: Vec<Option<Names>> = distinct
        .iter()
        .map(|labels| {
            let period = |label: &&str| when::parse(unit::split(label).0, when::Kind::Spans).is_some();
            if labels.iter().all(period) {
                Some(Names::Periods)
            } else if measures_down {
                let generic = figures.len() == 1
                    && labels.iter().all(|label| GENERIC.contains(&key(unit::split(label).0).as_str()));
                Some(if generic { Names::Nothing } else { Names::Values })
            } else if labels.iter().any(is_declared) {
                Some(Names::Measures)
            } else if are_declared || are_parts(labels) {
                // `Less than 50 persons` under a known measure is a size, not a count of persons.
                Some(Names::Values)
            } else if labels.iter().filter(|label| unit::split(label).1.is_some()).count() * 2 >= labels.len() {
                Some(Names::Measures)
            } else {
                None
            }
        })
        .collect();
    let has_measures = names.contains(&Some(Names::Measures)) || measures_down;
    let undecided = names.iter().filter(|names| names.is_none()).count();
    let values = has_measures || layout.standing(Place::Across).is_some();
    for (at, name) in names.iter_mut().enumerate().filter(|(_, name)| name.is_none()) {
        let total = distinct[at].iter().any(|label| is_total_name(label));
        *name = Some(if values || total || undecided > 1 { Names::Values } else { Names::Measures });
    }
    names.into_iter().flatten().collect()
}

/// Whether labels are parts of a total beside them, all in one unit: `Testing ($M)`, `Inspection ($M)`, `Total ($M)`.
fn are_parts(labels: &[&str]) -> bool {
    let mut split = labels.iter().map(|label| unit::split(label));
    let has_total = labels.iter().any(|label| is_total_name(unit::split(label).0));
    let first = split.next().and_then(|(_, scale)| scale);
    has_total && first.is_some() && split.all(|(_, scale)| scale == first) && labels.len() > 2
}
