//! Tests with published tables, and properties of any table.

use super::*;
use crate::domain::{table::Table, text::Language};

mod changes;
mod kinds;
mod languages;
mod properties;
mod published;
mod shapes;

/// Parses a CSV text into a table.
fn table(csv: &str) -> Table {
    let mut table = Table::default();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(csv.as_bytes());
    for (record, number) in reader.records().map(Result::unwrap).zip(1..) {
        table.begin_row(number);
        record.iter().for_each(|cell| table.push_cell(cell).unwrap());
    }
    table
}

fn in_language(csv: &str, language: Option<Language>, layout: &Layout) -> Figures {
    read(&[StatFile { table: &table(csv), language, period: None, as_of: None, file: 0 }], layout)
}

/// Reads a table of 2020, according to the file name.
fn of_2020(csv: &str, language: Option<Language>, layout: &Layout) -> Figures {
    read(&[StatFile { table: &table(csv), language, period: Some("2020"), as_of: None, file: 0 }], layout)
}

fn guess(csv: &str) -> Figures {
    in_language(csv, Some(Language::En), &Layout::GUESS)
}

/// Returns each figure as a line, in the order of the file: `2022 | testing | business_receipts = 19128000000`.
fn lines(figures: &Figures) -> Vec<String> {
    let line = |observation: &Observation| {
        let codes = observation
            .dimensions
            .iter()
            .map(|(dimension, value)| figures.dimensions[*dimension].values[*value].code.as_str());
        let value = observation.value.map_or_else(|| "nothing".to_owned(), |value| value.to_string());
        format!(
            "{} | {} | {} = {value}",
            figures.periods[observation.period].label,
            codes.collect::<Vec<_>>().join(", "),
            figures.measures[observation.measure].id,
        )
    };
    figures.observations.iter().map(line).collect()
}

/// Returns each figure with its unit: `2022 | small | firms = 5 Count`.
fn with_units(figures: &Figures) -> Vec<String> {
    lines(figures).into_iter().zip(&figures.observations).map(|(line, o)| format!("{line} {:?}", o.unit)).collect()
}

fn ends(figures: &Figures) -> Vec<String> {
    figures.periods.iter().map(|period| period.end.map(|end| end.to_string()).unwrap_or_default()).collect()
}

fn not_understood(figures: &Figures, reason: NotUnderstood) -> usize {
    figures.reading.count(CellState::NotUnderstood(reason))
}

/// Returns the rule and the detail of each failed check.
fn failed(figures: &Figures) -> Vec<(&str, &str)> {
    figures
        .checks
        .iter()
        .filter(|check| !check.passed)
        .map(|c| (c.rule.as_str(), c.detail.as_deref().unwrap_or_default()))
        .collect()
}

fn passed<'a>(figures: &'a Figures, word: &str) -> Vec<&'a str> {
    figures
        .checks
        .iter()
        .filter(|check| check.passed && check.rule.contains(word))
        .map(|check| check.rule.as_str())
        .collect()
}
