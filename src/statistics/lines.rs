//! Classifies single rows of a table: figures, a single text, a title, a note.

use super::{
    dates,
    figure::{self, CellContent as Content},
    grid::CellGrid,
    unit, when,
};

/// Classifies the rows of a grid.
pub struct LineFinder<'a> {
    pub grid: &'a CellGrid,
}

impl LineFinder<'_> {
    pub fn count(&self, row: usize) -> usize {
        self.grid.count(row)
    }

    /// True if a cell is a figure or a mark for a missing figure. False for the number of a table before its title.
    pub fn is_data(&self, row: usize) -> bool {
        (0..self.grid.width).any(|column| self.grid.is_datum(row, column)) && !self.is_numbered_title(row)
    }

    /// True if a row has a single text: in the first column, or repeated in the columns that it spans.
    pub fn is_lone(&self, row: usize) -> bool {
        let mut filled = self.grid.filled(row);
        let Some(first) = filled.next() else { return false };
        let text = self.grid.printed(row, first);
        let mut others = filled.peekable();
        (others.peek().is_none() && first == 0 && !self.grid.is_figure(row, first))
            || (others.peek().is_some()
                && !self.grid.is_datum(row, first)
                && others.all(|column| self.grid.printed(row, column) == text))
    }

    /// True for a numbered title such as `5 | Receipts by size`: a number, words, and a header below.
    pub fn is_numbered_title(&self, row: usize) -> bool {
        let filled: Vec<usize> = self.grid.filled(row).collect();
        let [number, title] = filled[..] else { return false };
        let is_number =
            self.grid.is_figure(row, number) && self.grid.printed(row, number).trim_end_matches('.').len() <= 3;
        let is_words = self.grid.cell(row, title).is_some_and(|cell| cell.content == Content::Words);
        let begins = row == 0 || self.grid.rows[row].after_gap;
        let heads = (row + 1..self.grid.rows.len().min(row + 4)).find(|below| !self.is_lone(*below));
        is_number
            && is_words
            && begins
            && heads.is_some_and(|below| {
                self.count(below) > 1 && !(0..self.grid.width).any(|column| self.grid.is_datum(below, column))
            })
    }

    /// True for `Table 5`, `表5` or `第5頁` in its own cell before a title.
    pub fn is_table_number(text: &str) -> bool {
        let folded = dates::fold(text);
        let bare = folded.trim_end_matches(['.', ':', ')', ' ']);
        let is_number = |text: &str| {
            let text = text.trim().trim_start_matches(['.', ' ']);
            !text.is_empty() && text.len() <= 3 && text.chars().all(|c| c.is_ascii_alphanumeric())
        };
        ["table", "sheet", "annex", "appendix", "page", "chart", "附表", "附件", "表", "頁", "页"]
            .iter()
            .any(|word| bare.rfind(word).is_some_and(|at| is_number(&bare[at + word.len()..])))
            || (bare.contains('第') && bare.ends_with(['頁', '页', '表']))
            || (bare.len() <= 3 && !bare.is_empty() && bare.chars().all(|c| c.is_ascii_digit()))
    }

    pub fn is_title(&self, row: usize) -> bool {
        self.is_lone(row) || Self::is_table_number(self.grid.printed(row, 0)) || self.is_numbered_title(row)
    }

    pub fn is_words(&self, row: usize, column: usize) -> bool {
        self.grid.cell(row, column).is_some_and(|cell| {
            cell.content == Content::Words && when::parse(&cell.printed, when::PeriodColumnKind::Spans).is_none()
        })
    }

    /// True for a line that contains only a unit.
    pub fn is_unit_line(&self, row: usize) -> bool {
        self.grid.filled(row).all(|column| unit::whole(self.grid.printed(row, column)).is_some())
    }

    /// True if a row begins like a note: with a footnote mark, `Note:`, `註：` or `(1)`.
    pub fn is_note(&self, row: usize) -> bool {
        let Some(text) = self.grid.filled(row).next().map(|column| self.grid.printed(row, column)) else {
            return false;
        };
        let lower = text.to_lowercase();
        let words =
            ["note", "source", "remark", "註", "注:", "注：", "资料来源", "資料來源", "備註", "备注", "數字或因"];
        let bracketed = text.strip_prefix(['(', '（', '[']).is_some_and(|rest| {
            rest.find([')', '）', ']']).is_some_and(|end| {
                let behind = rest[end..].chars().skip(1).collect::<String>();
                // `(a) 2021` is a heading.
                end > 0
                    && end <= 3
                    && rest[..end].is_ascii()
                    && behind.chars().count() > 3
                    && !when::is_bare_year(behind.trim())
                    && !rest[..end].chars().all(|c| c.is_ascii_lowercase() && matches!(c, 'a'..='d'))
            })
        });
        !self.grid.has_figure(row)
            && (text.starts_with(figure::is_mark)
                || bracketed
                || text.starts_with(['–', '-']) && text.len() > 3
                || words.iter().any(|word| lower.starts_with(word)))
    }

    pub fn is_sentence(&self, row: usize) -> bool {
        self.grid.filled(row).any(|column| {
            let text = self.grid.printed(row, column);
            text.chars().count() > 60 || text.ends_with(['.', '。', ';', '；'])
        })
    }
}
