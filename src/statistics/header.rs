//! Finds the header rows of a table: the rows above the first row of figures that name the columns.

use super::{lines::LineFinder, unit, when};
use crate::domain::script::{has_han, to_simplified};

/// A header row, with the following rows that repeat it in other languages.
type Row = (usize, Vec<usize>);

const MOST_HEADER_ROWS: usize = 4;

impl LineFinder<'_> {
    /// Returns the header rows and the first row of figures. Counts that look like years may be figures, so the first
    /// row may be higher than it seems.
    pub fn header(&self, from: usize, first: usize) -> (Vec<Row>, usize) {
        let Some(mut bottom) = (from..first).rev().find(|row| !self.is_lone(*row)) else {
            let alone = first.checked_sub(1).filter(|above| *above >= from && self.heads_one_column(*above, first));
            return (alone.map(|row| (row, Vec::new())).into_iter().collect(), first);
        };
        let mut first = first;
        // Rows of counts near 2000 look like a header of years.
        while bottom > from && !self.is_title(bottom - 1) && self.is_row_of_counts(bottom, bottom - 1) {
            first = bottom;
            bottom -= 1;
        }
        if self.is_title(bottom) || self.is_unit_line(bottom) && self.count(bottom) == 1 {
            return (Vec::new(), first);
        }
        let mut rows = vec![(bottom, Vec::new())];
        let mut row = bottom;
        while row > from && rows.len() < MOST_HEADER_ROWS {
            row -= 1;
            let top = rows[0].0;
            if self.translates(row, top) {
                let mut translations = std::mem::take(&mut rows[0].1);
                translations.insert(0, top);
                rows[0] = (row, translations);
                continue;
            }
            if self.is_title(row) || (self.count(row) == 1 && self.is_unit_line(row)) || !self.is_level_above(row, top)
            {
                break;
            }
            rows.insert(0, (row, Vec::new()));
        }
        (rows, first)
    }

    /// True if a row below a header contains figures that look like years: `2019 | 2005` below `Year | Firms`, `2021 |
    /// Optics | 1998` below `Year | Branch | Cases`.
    fn is_row_of_counts(&self, row: usize, above: usize) -> bool {
        let is_year = |row: usize, column: usize| when::is_bare_year(self.grid.printed(row, column));
        let filled: Vec<usize> = self.grid.filled(row).collect();
        let stub_is_filled = filled.first() == Some(&0) && filled.len() > 1;
        let has_stub = !self.grid.is_empty(above, 0);
        // The text of a vertically merged cell may be repeated in both rows of a header.
        if !stub_is_filled || has_stub && self.grid.printed(row, 0) == self.grid.printed(above, 0) {
            return false;
        }
        let is_under_header = filled[1..].iter().all(|column| !self.grid.is_empty(above, *column));
        let years: Vec<usize> = filled[1..].iter().copied().filter(|column| is_year(row, *column)).collect();
        let named = years.iter().filter(|column| self.is_words(above, **column)).count();
        let under_years = years.iter().filter(|column| is_year(above, **column)).count();
        let all_years = years.len() + 1 == filled.len();
        is_under_header
            && !years.is_empty()
            && (has_stub && named == years.len() || all_years && named + under_years == years.len())
    }

    /// True if a single cell is the header of a column of figures.
    fn heads_one_column(&self, row: usize, below: usize) -> bool {
        self.count(row) == 1 && self.grid.filled(row).eq(self.grid.filled(below))
    }

    /// True if a row repeats the header above it in another language.
    fn translates(&self, above: usize, row: usize) -> bool {
        let scripts = |row: usize| {
            let texts: Vec<bool> =
                self.grid.filled(row).map(|column| has_han(self.grid.printed(row, column))).collect();
            (texts.iter().all(|han| *han), texts.iter().any(|han| *han))
        };
        let ((upper_all, upper_any), (lower_all, lower_any)) = (scripts(above), scripts(row));
        self.count(row) > 1
            && self.grid.filled(above).eq(self.grid.filled(row))
            && (upper_all && !lower_any || lower_all && !upper_any || self.is_other_script(above, row))
            && self.grid.filled(row).all(|column| self.is_words(row, column))
    }

    /// True if two rows have the same text in the two Chinese scripts.
    fn is_other_script(&self, above: usize, row: usize) -> bool {
        let text = |row: usize, column: usize| to_simplified(self.grid.printed(row, column));
        self.grid.filled(row).any(|column| has_han(self.grid.printed(row, column)))
            && self.grid.filled(row).all(|column| text(above, column) == text(row, column))
            && self.grid.filled(row).any(|column| self.grid.printed(above, column) != self.grid.printed(row, column))
    }

    /// True if a row is a header row above the header row `top`.
    fn is_level_above(&self, row: usize, top: usize) -> bool {
        let stub = |row: usize| !self.grid.is_empty(row, 0);
        if self.count(row) == 1 && stub(row) {
            return false;
        }
        // A row of units may have its own label in the first column.
        let units = self
            .grid
            .filled(top)
            .skip(usize::from(stub(top)))
            .all(|column| unit::whole(self.grid.printed(top, column)).is_some());
        let same_stub = stub(row) && self.grid.printed(row, 0) == self.grid.printed(top, 0);
        !(stub(row) && stub(top)) || same_stub || (units && self.count(top) > 1)
    }
}
