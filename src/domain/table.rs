//! A decoded file: rows of text cells, each row with its number in the file. CSV, JSON and all else become this one
//! shape, so that everything after decoding knows rows and columns only.

use std::collections::HashSet;

/// Rows of text. All cells share one buffer: a table of a million rows is four allocations.
#[derive(Clone, Debug, Default)]
pub struct Table {
    text: String,
    /// Where each cell ends in `text`; it begins where the one before ends.
    ends: Vec<u32>,
    rows: Vec<RowStart>,
}

#[derive(Clone, Copy, Debug)]
struct RowStart {
    /// The row's number in the file as a person counts: the line of a CSV, the position of a JSON object.
    number: u32,
    /// The index of its first cell.
    first_cell: u32,
}

/// A file with more text than the table can address (4 GiB).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a table of at most 4 GiB of text, found more")]
pub struct TooLarge;

impl Table {
    /// Begins a row; the cells pushed next belong to it.
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

    /// The number of rows, header and titles included.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The number of cells.
    pub fn cell_count(&self) -> usize {
        self.ends.len()
    }

    /// The row's number in the file.
    pub fn number(&self, row: usize) -> u32 {
        self.rows.get(row).map_or(0, |start| start.number)
    }

    /// The number of cells in this row; upstream rows may be ragged.
    pub fn width(&self, row: usize) -> usize {
        let (first, last) = self.cell_range(row);
        last - first
    }

    /// The text of a cell; empty beyond the row's end.
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

    /// The same table with the text of some columns emptied below the header row.
    #[must_use]
    pub fn without_columns(&self, header: usize, columns: &[usize]) -> Self {
        let mut kept = Self::default();
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
    fn rows_may_be_ragged() {
        let table = ragged();
        assert_eq!(table.cells(0).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(table.width(1), 0);
        assert_eq!((table.number(2), table.cell(2, 2), table.cell(2, 9), table.cell(9, 0)), (4, "é", "", ""));
    }

    #[test]
    fn hidden_columns_lose_their_text_but_not_their_name() {
        let hidden = ragged().without_columns(0, &[0]);
        assert_eq!(hidden.cell(0, 0), "a");
        assert_eq!(hidden.cells(2).collect::<Vec<_>>(), ["", "", "é"]);
    }
}
