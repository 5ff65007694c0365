//! A decoded file: rows of text cells, each row with its number in the file. All formats are decoded into this form, so
//! later stages depend only on rows and columns.

use std::collections::HashSet;

use crate::domain::value::is_padding;

/// Rows of text cells. All cells share one buffer, so a table of a million rows needs four allocations.
#[derive(Clone, Debug, Default)]
pub struct Table {
    text: String,
    /// The end of each cell in `text`. A cell begins at the end of the previous one.
    ends: Vec<u32>,
    rows: Vec<RowStart>,
    /// Merged cells, sorted by their first row.
    spans: Vec<MergedCell>,
    /// The merged cells that cover each column, as indices into `spans`.
    spans_by_column: Vec<Vec<u32>>,
}

/// A merged cell. Its text is in the first cell, at the upper left. The others are empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MergedCell {
    /// The first row of the table that it covers, from 0.
    pub row: u32,
    pub column: u32,
    pub rows: u32,
    pub columns: u32,
}

impl MergedCell {
    /// Whether it covers a cell.
    pub const fn covers(&self, row: usize, column: usize) -> bool {
        let (top, left) = (self.row as usize, self.column as usize);
        row >= top && row < top + self.rows as usize && column >= left && column < left + self.columns as usize
    }
}

#[derive(Clone, Copy, Debug)]
struct RowStart {
    /// The row number in the file, counted from 1: the line of a CSV file, or the position of a JSON object.
    number: u32,
    /// The index of its first cell.
    first_cell: u32,
}

/// A file with more text than the table can address (4 GiB).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a table of at most 4 GiB of text, found more")]
pub struct TooLarge;

impl Table {
    /// A table of these rows, numbered from 1.
    #[cfg(test)]
    pub fn of(rows: &[&[&str]]) -> Self {
        let mut table = Self::default();
        for (number, cells) in (1..).zip(rows) {
            table.begin_row(number);
            cells.iter().for_each(|cell| table.push_cell(cell).unwrap());
        }
        table
    }

    /// Begins a row, to which the following cells belong.
    pub fn begin_row(&mut self, number: u32) {
        let first_cell = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.rows.push(RowStart { number, first_cell });
    }

    /// Adds a cell to the last row.
    pub fn push_cell(&mut self, text: &str) -> Result<(), TooLarge> {
        let end = u32::try_from(self.text.len() + text.len()).map_err(|_| TooLarge)?;
        if self.ends.len() >= u32::MAX as usize {
            return Err(TooLarge);
        }
        self.text.push_str(text);
        self.ends.push(end);
        Ok(())
    }

    /// The number of rows, including header and titles.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether all cells are blank.
    pub fn is_blank(&self) -> bool {
        self.text.trim_matches(is_padding).is_empty()
    }

    /// The number of cells.
    pub fn cell_count(&self) -> usize {
        self.ends.len()
    }

    /// The row number in the file.
    pub fn number(&self, row: usize) -> u32 {
        self.rows.get(row).map_or(0, |start| start.number)
    }

    /// The first row with this number in the file.
    pub fn row_numbered(&self, number: u32) -> Option<usize> {
        let row = self.rows.partition_point(|start| start.number < number);
        self.rows.get(row).filter(|start| start.number == number).map(|_| row)
    }

    /// The number of cells in this row. Rows may differ in width.
    pub fn width(&self, row: usize) -> usize {
        let (first, last) = self.cell_range(row);
        last - first
    }

    /// The text of a cell. Empty beyond the end of the row.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        let (first, last) = self.cell_range(row);
        let index = first + column;
        if index >= last {
            return "";
        }
        let begin = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        &self.text[begin..self.ends[index] as usize]
    }

    /// The cells of a row.
    pub fn cells(&self, row: usize) -> impl ExactSizeIterator<Item = &str> {
        (0..self.width(row)).map(move |column| self.cell(row, column))
    }

    /// Adds a merged cell. Merged cells must be added in the order of their first rows. A cell that overlaps another
    /// merged cell is invalid in every format and is ignored.
    pub fn add_span(&mut self, span: MergedCell) {
        let columns = span.column as usize..(span.column + span.columns) as usize;
        if columns.clone().any(|column| self.span_at(span.row as usize, column).is_some()) {
            return;
        }
        if self.spans_by_column.len() < columns.end {
            self.spans_by_column.resize_with(columns.end, Vec::new);
        }
        let index = self.spans.len() as u32;
        self.spans_by_column[columns].iter_mut().for_each(|column| column.push(index));
        self.spans.push(span);
    }

    /// The merged cells, sorted by their first row.
    pub fn spans(&self) -> &[MergedCell] {
        &self.spans
    }

    /// The merged cell that covers a cell. Performs a binary search.
    pub fn span_at(&self, row: usize, column: usize) -> Option<&MergedCell> {
        let spans = self.spans_by_column.get(column)?;
        let above = spans.partition_point(|index| self.spans[*index as usize].row as usize <= row).checked_sub(1)?;
        Some(&self.spans[spans[above] as usize]).filter(|span| span.covers(row, column))
    }

    /// The text of a body cell. An empty cell within a vertically merged cell has the text of its first row. Merged
    /// cells that begin in the header or above it do not extend into the body.
    pub fn body_cell(&self, header: usize, row: usize, column: usize) -> &str {
        let text = self.cell(row, column);
        if !text.is_empty() || self.spans.is_empty() {
            return text;
        }
        match self.span_at(row, column) {
            Some(span) if span.row as usize > header && span.column as usize == column => {
                self.cell(span.row as usize, column)
            }
            _ => text,
        }
    }

    /// The same table with the text of some columns removed below the header row.
    #[must_use]
    pub fn without_columns(&self, header: usize, columns: &[usize]) -> Self {
        let mut kept =
            Self { spans: self.spans.clone(), spans_by_column: self.spans_by_column.clone(), ..Self::default() };
        let columns: HashSet<usize> = columns.iter().copied().collect();
        for row in 0..self.len() {
            kept.begin_row(self.number(row));
            for (column, text) in self.cells(row).enumerate() {
                let hidden = row > header && columns.contains(&column);
                kept.push_cell(if hidden { "" } else { text }).expect("no longer than the table it comes from");
            }
        }
        kept
    }

    fn cell_range(&self, row: usize) -> (usize, usize) {
        let Some(start) = self.rows.get(row) else { return (0, 0) };
        let last = self.rows.get(row + 1).map_or(self.ends.len(), |next| next.first_cell as usize);
        (start.first_cell as usize, last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ragged() -> Table {
        let mut table = Table::default();
        for (number, cells) in [(1, vec!["a", "b"]), (3, vec![]), (4, vec!["c", "", "é"])] {
            table.begin_row(number);
            for cell in cells {
                table.push_cell(cell).unwrap();
            }
        }
        table
    }

    #[test]
    fn rows_can_have_different_widths() {
        let table = ragged();
        assert_eq!(table.cells(0).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(table.width(1), 0);
        assert_eq!((table.number(2), table.cell(2, 2), table.cell(2, 9), table.cell(9, 0)), (4, "é", "", ""));
        assert_eq!(
            [0, 1, 2, 3, 4, 5].map(|number| table.row_numbered(number)),
            [None, Some(0), None, Some(1), Some(2), None]
        );
    }

    #[test]
    fn a_merged_cell_fills_only_the_records_that_it_covers() {
        let mut table = Table::default();
        for (number, cells) in
            [(1, ["Title", ""]), (2, ["Name", "Year"]), (3, ["a", "1"]), (4, ["", "2"]), (5, ["", ""])]
        {
            table.begin_row(number);
            for cell in cells {
                table.push_cell(cell).unwrap();
            }
        }
        table.add_span(MergedCell { row: 0, column: 0, rows: 1, columns: 2 });
        table.add_span(MergedCell { row: 1, column: 1, rows: 3, columns: 1 });
        table.add_span(MergedCell { row: 2, column: 0, rows: 2, columns: 1 });
        table.add_span(MergedCell { row: 3, column: 0, rows: 2, columns: 2 });
        assert_eq!(table.body_cell(1, 3, 0), "a");
        assert_eq!((table.body_cell(1, 4, 0), table.body_cell(1, 3, 1), table.body_cell(1, 0, 1)), ("", "2", ""));
        assert_eq!(table.span_at(0, 1).map(|span| span.columns), Some(2));
        assert_eq!(table.span_at(4, 0), None);
        assert_eq!(table.without_columns(1, &[1]).spans(), table.spans());
    }

    #[test]
    fn hidden_columns_keep_only_their_heading() {
        let hidden = ragged().without_columns(0, &[0]);
        assert_eq!(hidden.cell(0, 0), "a");
        assert_eq!(hidden.cells(2).collect::<Vec<_>>(), ["", "", "é"]);
    }
}
