//! The parsed cells of a table in up to three languages, without blank rows and columns.

use super::{
    figure::{self, CellContent as Content},
    label::{merge_text, text_of},
    ledger::CellPosition,
    when,
};
use crate::domain::{
    script,
    table::Table,
    text::{Language, Text},
};

/// A filled cell.
#[derive(Clone, Debug)]
pub struct GridCell {
    pub text: Text,
    /// The text as printed in the first file.
    pub printed: String,
    pub content: Content,
    pub spot: CellPosition,
    /// The same cell in the other files.
    pub twins: Vec<CellPosition>,
    /// True if the files give different figures and there is no majority.
    pub is_contested: bool,
}

/// A row that is not blank.
#[derive(Clone, Debug)]
pub struct GridRow {
    /// The row number in the file.
    pub number: u32,
    /// True if the row above is blank.
    pub after_gap: bool,
    pub cells: Vec<Option<GridCell>>,
}

/// A table's cells.
#[derive(Clone, Debug)]
pub struct CellGrid {
    pub rows: Vec<GridRow>,
    pub width: usize,
    /// The indexes of its files.
    pub files: Vec<usize>,
    pub languages: Vec<Option<Language>>,
}

impl CellGrid {
    /// The cells of one file.
    pub fn new(table: &Table, language: Option<Language>, file: usize) -> Self {
        let language = language_of(table, language);
        let mut used: Vec<bool> = Vec::new();
        for row in 0..table.len() {
            for (column, text) in table.cells(row).enumerate() {
                if used.len() <= column {
                    used.resize(column + 1, false);
                }
                used[column] |= !figure::is_nothing(text);
            }
        }
        let columns: Vec<usize> = (0..used.len()).filter(|column| used[*column]).collect();
        let mut rows: Vec<GridRow> = Vec::new();
        let mut last: Option<(usize, u32)> = None;
        for row in 0..table.len() {
            let cells: Vec<Option<GridCell>> = columns
                .iter()
                .map(|column| {
                    let printed = table.cell(row, *column).trim_matches(figure::is_space);
                    (!figure::is_nothing(printed)).then(|| GridCell {
                        text: text_of(printed, language),
                        printed: printed.to_owned(),
                        content: figure::read(printed),
                        spot: CellPosition { file, row, column: *column },
                        twins: Vec::new(),
                        is_contested: false,
                    })
                })
                .collect();
            if cells.iter().all(Option::is_none) {
                continue;
            }
            let number = table.number(row);
            let after_gap = last.is_some_and(|(index, above)| row > index + 1 || number > above + 1);
            last = Some((row, number));
            rows.push(GridRow { number, after_gap, cells });
        }
        Self { rows, width: columns.len(), files: vec![file], languages: vec![language] }
    }

    pub fn cell(&self, row: usize, column: usize) -> Option<&GridCell> {
        self.rows.get(row)?.cells.get(column)?.as_ref()
    }

    /// Returns the text of a cell in the first file. Empty for a blank cell.
    pub fn printed(&self, row: usize, column: usize) -> &str {
        self.cell(row, column).map_or("", |cell| &cell.printed)
    }

    pub fn is_empty(&self, row: usize, column: usize) -> bool {
        self.cell(row, column).is_none()
    }

    /// The filled columns of a row.
    pub fn filled(&self, row: usize) -> impl Iterator<Item = usize> {
        (0..self.width).filter(move |column| !self.is_empty(row, *column))
    }

    /// The number of filled cells of a row.
    pub fn count(&self, row: usize) -> usize {
        self.filled(row).count()
    }

    /// True for a number that is not a year.
    pub fn is_figure(&self, row: usize, column: usize) -> bool {
        self.cell(row, column)
            .is_some_and(|cell| matches!(cell.content, Content::Figure(_)) && !when::is_bare_year(&cell.printed))
    }

    /// True for a figure or a mark for a missing figure.
    pub fn is_datum(&self, row: usize, column: usize) -> bool {
        self.is_figure(row, column)
            || self.cell(row, column).is_some_and(|cell| matches!(cell.content, Content::Absent(_)))
    }

    pub fn has_figure(&self, row: usize) -> bool {
        (0..self.width).any(|column| self.is_figure(row, column))
    }

    /// The filled cells of a row as one text.
    pub fn line(&self, row: usize) -> Text {
        let mut line = Text::default();
        let mut last: Option<&Text> = None;
        for column in self.filled(row) {
            let Some(cell) = self.cell(row, column) else { continue };
            // The text of a merged cell may be repeated in the cells that it covers.
            if last == Some(&cell.text) {
                continue;
            }
            super::label::join_text(&mut line, &cell.text);
            last = Some(&cell.text);
        }
        line
    }

    /// Adds another language or format of the same table. `rows` maps the rows of this table to its rows.
    pub fn join(&mut self, other: &Self, rows: &[(usize, usize)]) {
        for (mine, its) in rows {
            for column in 0..self.width {
                let Some(found) = other.cell(*its, column) else { continue };
                match &mut self.rows[*mine].cells[column] {
                    Some(cell) => {
                        merge_text(&mut cell.text, &found.text);
                        cell.twins.push(found.spot);
                        cell.twins.extend(&found.twins);
                    }
                    empty => *empty = Some(found.clone()),
                }
            }
        }
        self.files.extend(&other.files);
        self.languages.extend(&other.languages);
    }
}

/// Returns the language of a table: the stated one, unless the words are clearly in another language. `None` if its
/// cells are in two languages.
fn language_of(table: &Table, said: Option<Language>) -> Option<Language> {
    let (mut words, mut han, mut both) = (0_usize, 0_usize, 0_usize);
    let mut text = String::new();
    for row in 0..table.len().min(400) {
        for cell in table.cells(row) {
            let letters = cell.chars().filter(char::is_ascii_alphabetic).count();
            let is_han = script::has_han(cell);
            words += usize::from(is_han || letters > 1);
            han += usize::from(is_han);
            both += usize::from(is_han && letters > 3);
            if is_han && text.len() < 4_000 {
                text.push_str(cell);
            }
        }
    }
    if han * 5 < words || words == 0 {
        // Codes and names in Latin letters do not make a Chinese file English, as long as it has Chinese words.
        return if han == 0 && words > 0 { Some(Language::En) } else { said.or(Some(Language::En)) };
    }
    let said_chinese = said.filter(|language| *language != Language::En);
    // Cells in two languages, or a mixture: the language of each cell is detected separately.
    if both * 2 > han || said_chinese.is_none() && (words - han) * 10 > words * 3 {
        return said_chinese;
    }
    let changed = |other: &str| text.chars().zip(other.chars()).filter(|(a, b)| a != b).count();
    let traditional = changed(&script::to_simplified(&text));
    let simplified = changed(&script::to_traditional(&text));
    match said {
        _ if traditional > simplified * 2 => Some(Language::ZhHant),
        _ if simplified > traditional * 2 => Some(Language::ZhHans),
        Some(Language::En) | None => Some(Language::ZhHant),
        chinese => chinese,
    }
}
