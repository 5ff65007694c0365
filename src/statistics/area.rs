//! Where things stand in a table: titles above, one or more header rows, rows of figures, notes below; several tables
//! below each other are several areas.

use super::{
    figure::{self, Cell},
    when,
};
use crate::domain::{script::has_han, table::Table};

/// A table's cells, read once.
pub struct Grid<'a> {
    pub table: &'a Table,
    cells: Vec<Vec<Cell>>,
    pub width: usize,
}

/// One table of figures within the file, by row indexes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// Titles, as-at lines and remarks above.
    pub above: Vec<usize>,
    /// Header rows, outermost first.
    pub header: Vec<usize>,
    /// A header row that repeats the last one in Chinese.
    pub translation: Option<usize>,
    pub body: Vec<usize>,
    /// Notes below.
    pub below: Vec<usize>,
}

const MOST_HEADER_ROWS: usize = 4;

impl<'a> Grid<'a> {
    pub fn new(table: &'a Table) -> Self {
        let cells: Vec<Vec<Cell>> = (0..table.len()).map(|row| table.cells(row).map(figure::read).collect()).collect();
        let filled =
            cells.iter().map(|row| row.iter().rposition(|cell| *cell != Cell::Empty).map_or(0, |last| last + 1));
        let width = filled.max().unwrap_or(0);
        Self { table, cells, width }
    }

    pub fn cell(&self, row: usize, column: usize) -> &Cell {
        self.cells.get(row).and_then(|cells| cells.get(column)).unwrap_or(&Cell::Empty)
    }

    /// The text of a cell without white space around it.
    pub fn text(&self, row: usize, column: usize) -> &'a str {
        self.table.cell(row, column).trim_matches(figure::is_space)
    }

    pub fn is_empty(&self, row: usize, column: usize) -> bool {
        *self.cell(row, column) == Cell::Empty
    }

    /// The filled columns of a row.
    pub fn filled(&self, row: usize) -> impl Iterator<Item = usize> {
        (0..self.width).filter(move |column| !self.is_empty(row, *column))
    }

    fn count(&self, row: usize) -> usize {
        self.filled(row).count()
    }

    /// A number that is no year.
    pub fn is_figure(&self, row: usize, column: usize) -> bool {
        matches!(self.cell(row, column), Cell::Figure(_)) && !when::is_bare_year(self.text(row, column))
    }

    fn has_figure(&self, row: usize) -> bool {
        (0..self.width).any(|column| self.is_figure(row, column))
    }

    fn is_words(&self, row: usize, column: usize) -> bool {
        *self.cell(row, column) == Cell::Words
    }

    /// Splits the table into areas, top to bottom.
    pub fn areas(&self) -> Vec<Area> {
        let rows: Vec<usize> = (0..self.cells.len()).filter(|row| self.count(*row) > 0).collect();
        let mut areas = Vec::new();
        let mut at = 0;
        while at < rows.len() {
            let (area, next) = self.area(&rows, at);
            areas.push(area);
            at = next;
        }
        areas
    }

    /// The area that begins at `rows[at]`, and where the next one does.
    fn area(&self, rows: &[usize], at: usize) -> (Area, usize) {
        let mut area = Area::default();
        let mut next = at;
        while let Some(&row) = rows.get(next) {
            let below = rows.get(next + 1).copied();
            if self.has_figure(row) {
                break;
            }
            let heads =
                if self.count(row) > 1 { !self.is_title(row, below) } else { self.heads_one_column(row, below) };
            next += 1;
            if heads {
                area.header.push(row);
                break;
            }
            area.above.push(row);
        }
        while let Some(&row) = rows.get(next).filter(|_| !area.header.is_empty()) {
            let last = area.header[area.header.len() - 1];
            if area.translation.is_none() && self.translates(last, row) {
                area.translation = Some(row);
            } else if area.header.len() < MOST_HEADER_ROWS && self.refines(last, row) {
                area.header.push(row);
            } else {
                break;
            }
            next += 1;
        }
        let mut figures = vec![false; self.width];
        let first = next;
        while let Some(&row) = rows.get(next) {
            if next > first && self.begins_area(rows, next, &figures) {
                break;
            }
            for (column, has) in figures.iter_mut().enumerate() {
                *has |= self.is_figure(row, column);
            }
            area.body.push(row);
            next += 1;
        }
        // Titles of the next table stand at the end of this one's rows.
        if next < rows.len() {
            while area
                .body
                .last()
                .is_some_and(|row| self.count(*row) == 1 && !self.has_figure(*row) && !self.is_note(*row))
            {
                area.body.pop();
                next -= 1;
            }
        }
        let notes = self.notes(&area);
        area.below = area.body.split_off(notes);
        (area, next)
    }

    /// Where the notes begin in an area's body: after its last row of figures, or of several cells.
    fn notes(&self, area: &Area) -> usize {
        let mut begin = area.body.len();
        let gap = |row: usize, above: usize| self.table.number(row) > self.table.number(above) + 1 || row > above + 1;
        for at in (0..area.body.len()).rev() {
            let row = area.body[at];
            let lone = self.count(row) == 1;
            let above = at.checked_sub(1).map(|above| area.body[above]);
            let after_gap = above.is_some_and(|above| gap(row, above));
            if self.is_note(row) || (lone && !self.has_figure(row) && (after_gap || self.is_sentence(row))) {
                begin = at;
            } else if self.has_figure(row) || !lone {
                break;
            }
        }
        begin
    }

    /// Whether the row is a title in several cells, standing above the header.
    fn is_title(&self, row: usize, below: Option<usize>) -> bool {
        let Some(below) = below.filter(|below| !self.has_figure(*below) && self.count(*below) > 1) else {
            return false;
        };
        if self.is_empty(row, 0) || self.is_empty(below, 0) || self.translates(row, below) {
            return false;
        }
        let dated =
            self.filled(row).any(|column| when::in_title(self.text(row, column)).is_some_and(|p| p.start.is_none()));
        dated || self.count(below) > self.count(row)
    }

    /// Whether a lone cell is the header of a column of figures.
    fn heads_one_column(&self, row: usize, below: Option<usize>) -> bool {
        let Some(below) = below else { return false };
        self.filled(row).all(|column| self.count(below) == 1 && matches!(self.cell(below, column), Cell::Figure(_)))
    }

    /// Whether a row says the same as the header above it, in Chinese.
    fn translates(&self, above: usize, row: usize) -> bool {
        self.count(row) > 1
            && self.filled(above).eq(self.filled(row))
            && self.filled(above).all(|column| !has_han(self.text(above, column)))
            && self.filled(row).all(|column| self.is_words(row, column) && has_han(self.text(row, column)))
    }

    /// Whether a row is a further header row under `above`.
    fn refines(&self, above: usize, row: usize) -> bool {
        let is_label = |column: usize| self.is_words(row, column) || when::is_bare_year(self.text(row, column));
        if self.has_figure(row) || self.count(row) < 2 || !self.filled(row).all(is_label) {
            return false;
        }
        let years = |row: usize| self.filled(row).any(|column| when::is_bare_year(self.text(row, column)));
        if years(above) && years(row) {
            return false;
        }
        match (self.is_empty(above, 0), self.is_empty(row, 0)) {
            (false, false) => false,
            (_, true) => true,
            // The first column's name may stand in the lower of two rows, when the upper one spans.
            (true, false) => {
                self.filled(above).all(|column| !self.is_empty(row, column)) && self.count(row) > self.count(above) + 1
            }
        }
    }

    /// Whether another table begins at this row: a header after a title, above figures.
    fn begins_area(&self, rows: &[usize], at: usize, figures: &[bool]) -> bool {
        let row = rows[at];
        let above = rows[at - 1];
        let apart = self.count(above) == 1 || self.table.number(row) > self.table.number(above) + 1 || row > above + 1;
        apart
            && self.count(row) > 1
            && !self.is_note(row)
            && self.filled(row).all(|column| self.is_words(row, column) || when::is_bare_year(self.text(row, column)))
            && self.filled(row).any(|column| figures[column])
            && rows[at + 1..].iter().take(3).any(|below| self.has_figure(*below))
    }

    /// Whether a row begins like a note: with a footnote mark, `Note:`, `註：`, `(1)`.
    pub fn is_note(&self, row: usize) -> bool {
        let Some(text) = self.filled(row).next().map(|column| self.text(row, column)) else { return false };
        let lower = text.to_lowercase();
        let word = ["note", "source", "remark", "註", "注", "资料来源", "資料來源", "備註", "备注", "數字或因"];
        let bracketed = text.strip_prefix(['(', '（', '[']).is_some_and(|rest| {
            rest.find([')', '）', ']'])
                .is_some_and(|end| end > 0 && end <= 3 && rest[..end].is_ascii() && rest.len() > end + 3)
        });
        !self.has_figure(row)
            && (text.starts_with(figure::is_mark) || bracketed || word.iter().any(|word| lower.starts_with(word)))
    }

    fn is_sentence(&self, row: usize) -> bool {
        self.filled(row).any(|column| {
            let text = self.text(row, column);
            text.chars().count() > 60 || text.ends_with(['.', '。', ';', '；'])
        })
    }
}
