//! Converts statistical tables of any layout to observations in SDMX terms, and checks their totals.
//!
//! The input is [`Table`](crate::domain::table::Table)s of text and the optional [`Layout`] of the dataset. The output
//! is [`Figures`]: periods, dimensions, measures, and an [`Observation`] for each figure with a known measure, unit and
//! period. The reader does not guess: other cells are not published as observations, and [`Reading`] gives the reason.
//!
//! ```text
//! grid, join      files → tables in three languages, each read once
//! block           titles, header rows, figures and notes; lines, header: row by row
//! columns, roles  the role of each column: labels, periods, units, figures
//! levels, axes    the kind of each header row and field of labels: periods, measures, values; sections: between rows
//! phrase, strip   a label → name, unit, period; unit, span, part, dates, noun: the words
//! rows, facts     every figure with its labels → facts; measured, governing, periods: its measure, unit and period
//! assemble, once  labels → dimensions, measures, periods with ids; each fact once
//! checks          totals, shares, repeated columns, falling sums
//! ledger          the state of every cell
//! ```

mod assemble;
mod axes;
mod beside;
mod block;
mod checks;
mod columns;
mod context;
mod dates;
mod explained;
mod fact;
mod facts;
mod figure;
mod figures;
mod folded;
mod governing;
mod grid;
mod header;
mod heading;
mod join;
mod label;
mod labels;
mod layout;
mod ledger;
mod level;
mod levels;
mod lines;
mod measured;
mod noun;
mod once;
mod part;
mod periods;
mod phrase;
mod reading;
mod roles;
mod rows;
mod sections;
mod sheet;
mod span;
mod strip;
mod unit;
mod unit_words;
mod when;

use jiff::civil::Date;

pub use fact::UnreadFigure;
pub use figure::ObservationFlag;
pub use figures::{Check, Dimension, Figures, Measure, Observation, TOTAL, Value};
pub use layout::{CanonicalLabel, DimensionPlace, DimensionWords, Layout, MeasureWords, SeriesBreak};
pub use ledger::{CellState, NotUnderstood, StateCounts};
pub use reading::{DecisionBasis, DecisionSubject, ReaderDecision, ReadingLog};
pub use unit::{Scale, Unit};

use crate::domain::{table::Table, text::Language};
use context::FileFacts;
use grid::CellGrid;
use ledger::CellLedger;

/// A file to read.
#[derive(Clone, Copy, Debug)]
pub struct StatFile<'a> {
    pub table: &'a Table,
    /// The language of the file. `None` if it has several.
    pub language: Option<Language>,
    /// The period in the file's name.
    pub period: Option<&'a str>,
    /// The as-at day of its content.
    pub as_of: Option<Date>,
    /// The number of the file in the dataset.
    pub file: u16,
}

/// The maximum number of cells of a statistical table. The largest published one has a few hundred.
const MOST_CELLS: usize = 200_000;
const MOST_COLUMNS: usize = 2_000;

/// Reads the files of one dataset: tables in one or several languages, of one or several periods.
pub fn read(files: &[StatFile<'_>], layout: &Layout) -> Figures {
    let mut ledger = CellLedger::new(files.iter().map(|file| file.table));
    let mut reading = ReadingLog::default();
    let mut rejects = Vec::new();
    let mut grids = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let (cells, widest) =
            (file.table.cell_count(), (0..file.table.len()).map(|row| file.table.width(row)).max().unwrap_or(0));
        if cells > MOST_CELLS || widest > MOST_COLUMNS {
            let reason = format!(
                "expected a table of figures of at most {MOST_CELLS} cells and {MOST_COLUMNS} columns, found {cells} cells and {widest} columns"
            );
            rejects.push(UnreadFigure { file: file.file, row: 0, column: String::new(), reason, text: String::new() });
            ledger.claim_rest(index, CellState::NotUnderstood(NotUnderstood::TooLarge));
        } else {
            grids.push(CellGrid::new(file.table, file.language, index));
        }
    }
    let joined = join::join(grids);
    let mut sheets = Vec::new();
    for grid in &joined.tables {
        let first = grid.files[0];
        let file = FileFacts {
            period: grid.files.iter().find_map(|index| files[*index].period),
            as_of: grid.files.iter().find_map(|index| files[*index].as_of),
        };
        for twin in &grid.files[1..] {
            reading.decisions.push(ReaderDecision {
                file: files[*twin].file,
                about: DecisionSubject::SameTableAs(files[first].file),
                basis: DecisionBasis::Declared,
                evidence: "the same figures at the same places".to_owned(),
            });
        }
        let reader = sheet::SheetReader {
            grid,
            layout,
            file,
            number: files[first].file,
            ledger: &mut ledger,
            reading: &mut reading,
            rejects: &mut rejects,
        };
        sheets.push(reader.read());
        for twin in &grid.files[1..] {
            // Rows of another file without a counterpart in the first one, such as notes in one language.
            ledger.claim_rest(*twin, CellState::Note);
        }
    }
    once::other_languages(&mut sheets, &mut ledger);
    let (mut figures, spots) = assemble::assemble(sheets, layout);
    figures.checks.extend(joined.checks);
    let age: Vec<Option<String>> = ages(files);
    once::once(&mut figures, &spots, &age, &mut ledger);
    figures.rejects.extend(rejects);
    close(&mut figures, &mut reading, ledger, files);
    figures.reading = reading;
    figures.checks.extend(checks::run(&figures, layout));
    figures
}

/// Returns the date of each file's content, by the number of the file. A later file takes precedence over an earlier
/// one.
fn ages(files: &[StatFile<'_>]) -> Vec<Option<String>> {
    let most = files.iter().map(|file| usize::from(file.file)).max().map_or(0, |most| most + 1);
    let mut ages = vec![None; most];
    for file in files {
        ages[usize::from(file.file)] = file.as_of.map(|day| day.to_string()).or_else(|| file.period.map(str::to_owned));
    }
    ages
}

/// Counts the cells, and records the cells that are not served with the reasons.
fn close(figures: &mut Figures, reading: &mut ReadingLog, mut ledger: CellLedger, files: &[StatFile<'_>]) {
    reading.cells = ledger.close();
    for (index, file) in files.iter().enumerate() {
        let counts = ledger.of_file(index);
        for (state, cells) in &counts {
            if let CellState::NotUnderstood(reason) = state {
                reading.decisions.push(ReaderDecision {
                    file: file.file,
                    about: DecisionSubject::NotServed { reason: *reason, cells: *cells },
                    basis: DecisionBasis::NotUnderstood,
                    evidence: reason.words().to_owned(),
                });
            }
        }
        reading.cells_of_file.push(counts);
    }
    // The unit of a measure is that of its figures, if they all have the same.
    for (at, measure) in figures.measures.iter_mut().enumerate() {
        let mut units = figures.observations.iter().filter(|observation| observation.measure == at).map(|o| o.unit);
        if let Some(first) = units.next()
            && units.all(|unit| unit == first)
        {
            measure.unit = first;
        }
    }
}

#[cfg(test)]
mod tests;
