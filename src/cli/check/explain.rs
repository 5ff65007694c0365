//! `lionrock check --explain`: how a dataset's files were read, decision by decision.

use std::io::{Result, Write};

use crate::{
    api::dataset::Dataset,
    upstream::{
        report::{self, ColumnReport, FileReport},
        snapshot::Snapshot,
    },
};

/// How many rejects of a file are printed.
const MOST_REJECTS: usize = 20;

/// Prints how the files of a dataset were read.
pub fn dataset(out: &mut impl Write, dataset: &Dataset<'_>) -> Result<()> {
    let snapshot = dataset.snapshot();
    writeln!(out, "\n{} {}", dataset.description().plan, dataset.description().title.en)?;
    for report in report::files(snapshot) {
        file(out, &report)?;
    }
    figures(out, snapshot)?;
    for (file, reject) in snapshot.rejects().take(MOST_REJECTS) {
        let column = reject.column.map_or_else(String::new, |column| format!(" column `{column}`:"));
        writeln!(out, "  reject {} row {}:{column} {}", file.raw.distribution.url, reject.row, reject.reason)?;
    }
    let more = snapshot.rejects().count().saturating_sub(MOST_REJECTS);
    if more > 0 {
        writeln!(out, "  and {more} more rejects")?;
    }
    Ok(())
}

fn file(out: &mut impl Write, report: &FileReport) -> Result<()> {
    let sheet = report.sheet.as_ref().map(|sheet| format!(", sheet `{sheet}`")).unwrap_or_default();
    writeln!(out, "  {}", report.url)?;
    writeln!(
        out,
        "    {}{sheet}, {}, {} bytes, language {}",
        report.format,
        report.charset,
        report.bytes,
        report.language.unwrap_or("not stated")
    )?;
    let header = report.header_row.map_or_else(|| "no header".to_owned(), |row| format!("header in row {row}"));
    writeln!(
        out,
        "    {header}, {} rows below it: {} records, {} rejects, {} notes",
        report.rows, report.records, report.rejects, report.notes
    )?;
    for (number, column) in (1..).zip(&report.columns) {
        self::column(out, number, column)?;
    }
    if !report.missing.is_empty() {
        writeln!(out, "    missing: {}", report.missing.join(", "))?;
    }
    Ok(())
}

fn column(out: &mut impl Write, number: usize, column: &ColumnReport) -> Result<()> {
    let kinds: Vec<String> = column.kinds.iter().map(|(kind, count)| format!("{count} {kind:?}")).collect();
    let state = if column.is_unmapped { " NOT UNDERSTOOD" } else { "" };
    writeln!(out, "    column {number} `{}`:{state} {}", column.heading, kinds.join(", "))
}

/// What the figures are read as: dimensions, measures with their units, periods, and the checks that failed.
fn figures(out: &mut impl Write, snapshot: &Snapshot) -> Result<()> {
    let Some(figures) = snapshot.figures() else { return Ok(()) };
    for dimension in &figures.dimensions {
        writeln!(out, "  dimension `{}`: {} values", dimension.id, dimension.values.len())?;
    }
    for measure in &figures.measures {
        writeln!(out, "  measure `{}`: unit {:?}", measure.id, measure.unit)?;
    }
    let periods: Vec<&str> = figures.periods.iter().map(|period| period.label.as_str()).collect();
    writeln!(out, "  periods: {}", periods.join(", "))?;
    for check in figures.checks.iter().filter(|check| !check.passed) {
        writeln!(out, "  check failed: {}: {}", check.rule, check.detail.as_deref().unwrap_or_default())?;
    }
    Ok(())
}
