//! `lionrock check --explain`: prints every decision in reading a dataset's files.

use std::io::{Result, Write};

use crate::{
    api::dataset::DatasetObject,
    domain::{
        record::binding::{Binding, BindingKind, ColumnDecision},
        text::Language,
    },
    statistics::{DecisionBasis, DecisionSubject, Figures},
    upstream::snapshot::{Snapshot, SnapshotFile},
};

/// The maximum number of rejects, and of unreadable cells of a file, that are printed.
const MOST_ROWS: usize = 20;

/// Prints the decisions made while reading the files of a dataset.
pub fn dataset(out: &mut impl Write, dataset: &DatasetObject<'_>) -> Result<()> {
    let snapshot = dataset.snapshot();
    writeln!(out, "\n{} {}", dataset.description().plan, dataset.description().title.en)?;
    for (number, file) in (0..).zip(&snapshot.files) {
        self::file(out, file)?;
        if let Some(figures) = snapshot.figures() {
            decisions(out, figures, number)?;
        }
    }
    if let Some(figures) = snapshot.figures() {
        outcome(out, figures)?;
    }
    rejects(out, snapshot)
}

fn file(out: &mut impl Write, file: &SnapshotFile) -> Result<()> {
    let (raw, table) = (&file.raw, &file.table);
    let sheet = file.sheet.as_ref().map(|sheet| format!(", sheet `{sheet}`")).unwrap_or_default();
    let language = raw.distribution.language.map_or("not stated", Language::tag);
    writeln!(out, "  {}", raw.distribution.url)?;
    writeln!(out, "    {:?}{sheet}, {}, {} bytes, language {language}", file.format, file.charset, raw.body.len())?;
    let decoded = file.decisions.to_string();
    if !decoded.is_empty() {
        writeln!(out, "    {decoded}")?;
    }
    if file.is_cut_off {
        writeln!(out, "    the file is truncated")?;
    }
    if file.explained.is_turned {
        writeln!(out, "    the table is transposed: each column is a record")?;
    }
    if let Some(binding) = &file.explained.binding {
        let row = if table.is_empty() { 0 } else { table.number(binding.header) };
        writeln!(out, "    header: row {row}, {} points", binding.points.0)?;
        for decision in &binding.decisions {
            column(out, decision, binding)?;
        }
        for caution in &binding.cautions {
            writeln!(out, "    note: {caution}")?;
        }
    }
    if !file.drift.missing.is_empty() {
        writeln!(out, "    missing: {}", file.drift.missing.join(", "))?;
    }
    for cell in file.explained.unreadable.iter().take(MOST_ROWS) {
        let column = cell.column.unwrap_or("-");
        writeln!(out, "    unreadable: row {}, column `{column}`: {}", cell.row, cell.reason)?;
    }
    Ok(())
}

fn column(out: &mut impl Write, decision: &ColumnDecision, binding: &Binding) -> Result<()> {
    let kind = match decision.kind {
        BindingKind::Declared => "DECLARED",
        BindingKind::Inferred => "INFERRED",
        BindingKind::Unbound => "NOT UNDERSTOOD",
    };
    let language = decision.language.map(|language| format!(" ({})", language.tag())).unwrap_or_default();
    let name = decision.column.unwrap_or("-");
    let margin = decision.margin.map(|margin| format!(", margin {margin}")).unwrap_or_default();
    writeln!(
        out,
        "    column {} `{}` -> {name}{language}: {kind}, {} points{margin}",
        decision.place + 1,
        decision.heading,
        decision.points
    )?;
    let is_personal = binding.personal.contains(&decision.place);
    for evidence in decision.evidence.iter().filter(|_| !is_personal) {
        writeln!(out, "      {:+} {}", evidence.points, evidence.reason)?;
    }
    if let Some((column, points)) = decision.runner_up {
        writeln!(out, "      runner-up: {column}, {points} points")?;
    }
    Ok(())
}

/// Prints the decisions about one statistical file.
fn decisions(out: &mut impl Write, figures: &Figures, file: u16) -> Result<()> {
    for decision in figures.reading.decisions.iter().filter(|decision| decision.file == file) {
        let about = match &decision.about {
            DecisionSubject::SameTableAs(other) => format!("the same table as file {}", other + 1),
            DecisionSubject::HeaderRows(rows) => {
                let rows: Vec<String> = rows.iter().map(ToString::to_string).collect();
                format!("header: rows {}", rows.join(", "))
            }
            DecisionSubject::Column { header, role } => format!("column `{header}` -> {role}"),
            DecisionSubject::Labels { labels, names } => format!("labels {labels} -> {names}"),
            DecisionSubject::Unit { measure, unit } => format!("unit of `{measure}`: {unit:?}"),
            DecisionSubject::Period { label } => format!("period: {label}"),
            DecisionSubject::NotServed { reason, cells } => format!("{cells} cells not served: {}", reason.words()),
        };
        let basis = match decision.basis {
            DecisionBasis::Declared => "DECLARED",
            DecisionBasis::Inferred => "INFERRED",
            DecisionBasis::NotUnderstood => "NOT UNDERSTOOD",
        };
        writeln!(out, "    {about}: {basis}, {}", decision.evidence)?;
    }
    Ok(())
}

/// Prints the dimensions, measures with units, periods and failed checks of the figures.
fn outcome(out: &mut impl Write, figures: &Figures) -> Result<()> {
    for dimension in &figures.dimensions {
        writeln!(out, "  dimension `{}`: {} values", dimension.id, dimension.values.len())?;
    }
    for measure in &figures.measures {
        writeln!(out, "  measure `{}`: unit {:?}", measure.id, measure.unit)?;
    }
    let periods: Vec<&str> = figures.periods.iter().map(|period| period.label.as_str()).collect();
    writeln!(out, "  periods: {}", periods.join(", "))?;
    for (reason, cells) in figures.reading.not_understood() {
        writeln!(out, "  {cells} cells not understood: {}", reason.words())?;
    }
    for check in figures.checks.iter().filter(|check| !check.passed) {
        let detail = check.detail.as_deref().unwrap_or_default();
        writeln!(out, "  check failed: {}: {detail}", check.rule)?;
    }
    Ok(())
}

fn rejects(out: &mut impl Write, snapshot: &Snapshot) -> Result<()> {
    for (file, reject) in snapshot.rejects().take(MOST_ROWS) {
        let column = reject.column.map_or_else(String::new, |column| format!(" column `{column}`:"));
        writeln!(out, "  reject {} row {}:{column} {}", file.raw.distribution.url, reject.row, reject.reason)?;
    }
    let more = snapshot.rejects().count().saturating_sub(MOST_ROWS);
    if more > 0 {
        writeln!(out, "  and {more} more rejects")?;
    }
    Ok(())
}
