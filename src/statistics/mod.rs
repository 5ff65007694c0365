//! Tables of figures, of any layout, as observations (SDMX words), and tests of their totals.
//!
//! A file enters as a [`Table`](crate::domain::table::Table) of text, with what its dataset knows of it ([`Layout`], all of it
//! optional); it leaves as [`Figures`]: periods, dimensions, measures, and an [`Observation`] for each cell.
//!
//! ```text
//! area      where titles, header rows, figures and notes stand
//! columns   what each column holds: labels, periods, units, figures
//! levels    what each header row names: periods, measures, values of a dimension
//! rows, cells   every figure with its labels → facts
//! languages files of one table in several languages → one
//! assemble  labels → dimensions, measures and periods with ids
//! checks    totals, shares, repeated columns, falling sums
//! ```
//!
//! No figure is invented and none is dropped: a cell among figures that is none becomes a [`Reject`], a row without
//! figures a note, a heading, or figures not available.

mod area;
mod assemble;
mod cells;
mod checks;
mod columns;
mod figure;
mod figures;
mod languages;
mod layout;
mod levels;
mod rows;
mod sheet;
mod unit;
mod when;

pub use figure::ObservationFlag;
pub use figures::{Check, Dimension, Figures, Measure, Observation, TOTAL, Value};
pub use layout::{Break, Canonical, DimensionWords, Layout, MeasureWords, Place};
pub use sheet::{Reject, StatFile};
pub use unit::{Scale, Unit};

/// Reads the files of one dataset: one table in one or several languages, of one or several periods.
pub fn read(files: &[StatFile<'_>], layout: &Layout) -> Figures {
    let sheets = files.iter().map(|file| sheet::read(file, layout)).collect();
    let mut figures = assemble::assemble(sheets, layout);
    figures.checks.extend(checks::run(&figures, layout));
    figures
}

#[cfg(test)]
mod tests;
