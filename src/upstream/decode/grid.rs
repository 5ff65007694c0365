//! Collects the cells of a sheet, which a file may list in any order, and builds a table from them.

use super::{DecodeError, MOST_CELLS, MOST_COLUMNS, push};
use crate::domain::table::{MergedCell, Table};

const MOST_TEXT: usize = 256 << 20;
/// The maximum number of rows of an Excel sheet.
pub(super) const MOST_ROWS: u32 = 1 << 20;

pub(super) fn wrong(part: impl Into<String>, reason: impl ToString) -> DecodeError {
    DecodeError::Workbook { part: part.into(), reason: reason.to_string() }
}

/// The remaining limits, shared by all sheets of a file.
#[derive(Debug)]
pub(super) struct RemainingBounds {
    cells: usize,
    text: usize,
}

impl Default for RemainingBounds {
    fn default() -> Self {
        Self { cells: MOST_CELLS, text: MOST_TEXT }
    }
}

impl RemainingBounds {
    pub fn take(&mut self, cells: usize, text: usize) -> Result<(), DecodeError> {
        self.cells = self.cells.checked_sub(cells).ok_or(DecodeError::TooManyCells)?;
        self.text = self
            .text
            .checked_sub(text)
            .ok_or_else(|| wrong("cells", "expected at most 256 MiB of text, found more"))?;
        Ok(())
    }
}

/// The cells of a sheet.
#[derive(Default)]
pub(super) struct Grid {
    text: String,
    /// Row and column, from 0, and the begin and end of the cell's text in `text`.
    cells: Vec<(u32, u32, usize, usize)>,
    spans: Vec<MergedCell>,
}

impl Grid {
    pub fn add(&mut self, row: u32, column: u32, text: &str, left: &mut RemainingBounds) -> Result<(), DecodeError> {
        left.take(1, text.len())?;
        if row >= MOST_ROWS || column as usize >= MOST_COLUMNS {
            return Err(wrong(
                "cells",
                format!("expected at most {MOST_ROWS} rows of {MOST_COLUMNS} columns, found more"),
            ));
        }
        if !text.is_empty() {
            let begin = self.text.len();
            self.text.push_str(text);
            self.cells.push((row, column, begin, self.text.len()));
        }
        Ok(())
    }

    /// Adds a merged cell, given its first and last row and column.
    pub fn merge(
        &mut self,
        rows: (u32, u32),
        columns: (u32, u32),
        left: &mut RemainingBounds,
    ) -> Result<(), DecodeError> {
        left.take(1, 0)?;
        let is_merged = rows.0 <= rows.1 && columns.0 <= columns.1 && (rows.0 < rows.1 || columns.0 < columns.1);
        if is_merged && rows.1 < MOST_ROWS && (columns.1 as usize) < MOST_COLUMNS {
            let (height, width) = (rows.1 - rows.0 + 1, columns.1 - columns.0 + 1);
            self.spans.push(MergedCell { row: rows.0, column: columns.0, rows: height, columns: width });
        }
        Ok(())
    }

    /// Builds the table of all cells. Row `n` of the table is row `n` of the sheet.
    pub fn into_table(mut self, left: &mut RemainingBounds) -> Result<Table, DecodeError> {
        // If a cell has two values, the later one wins: the sort is stable.
        self.cells.sort_by_key(|(row, column, ..)| (*row, *column));
        let mut table = Table::default();
        let mut widest = 0;
        for row in self.cells.chunk_by(|one, other| one.0 == other.0) {
            let (number, last) = (row[0].0 + 1, row[row.len() - 1].1);
            let blank = number as usize - table.len() - 1;
            left.take(blank + last as usize + 1, 0)?;
            for between in number - blank as u32..=number {
                table.begin_row(between);
            }
            let mut next = 0;
            for cell in row.chunk_by(|one, other| one.1 == other.1) {
                let (_, column, begin, end) = cell[cell.len() - 1];
                for _ in next..column {
                    push(&mut table, "")?;
                }
                push(&mut table, &self.text[begin..end])?;
                next = column + 1;
            }
            widest = widest.max(next);
        }
        self.spans.sort_by_key(|span| (span.row, span.column));
        for span in self.spans {
            // Clip the merged cell to the table: beyond the last value it is empty.
            let rows = span.rows.min((table.len() as u32).saturating_sub(span.row));
            let columns = span.columns.min(widest.saturating_sub(span.column));
            if rows * columns > 1 {
                left.take(columns as usize, 0)?;
                table.add_span(MergedCell { rows, columns, ..span });
            }
        }
        Ok(table)
    }
}
