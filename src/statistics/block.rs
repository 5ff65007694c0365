//! Where things stand in a file: titles above, header rows, rows of figures with headings between them, notes below;
//! several tables below or beside each other are several blocks.

use super::{
    figure::{self, Cell as Content},
    grid::Grid,
    span, unit, when,
};
use crate::values::script::has_han;

/// One table of figures within a file, by row indexes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// Its columns.
    pub columns: Vec<usize>,
    /// Titles, as-at lines and remarks above.
    pub above: Vec<usize>,
    /// Header rows, outermost first.
    pub header: Vec<HeaderRow>,
    pub lines: Vec<Line>,
    /// Notes below.
    pub below: Vec<usize>,
}

/// A row that names columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderRow {
    pub row: usize,
    /// The next row, where it says the same in another language.
    pub translation: Option<usize>,
}

/// A row below the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub row: usize,
    pub kind: LineKind,
}

/// What a row below the header is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    Data,
    /// One text alone: a heading of the rows below, or a row whose figures are missing.
    Alone,
    /// A heading of the rows below, for sure.
    Section,
    /// The header once more.
    Header,
    Note,
}

const MOST_HEADER_ROWS: usize = 4;

impl Block {
    /// The rows of figures.
    pub fn data(&self) -> impl Iterator<Item = usize> + Clone {
        self.lines.iter().filter(|line| line.kind == LineKind::Data).map(|line| line.row)
    }

    /// All rows that belong to its header.
    pub fn header_rows(&self) -> impl Iterator<Item = usize> {
        self.header.iter().flat_map(|header| std::iter::once(header.row).chain(header.translation))
    }
}

/// The blocks of a grid, top to bottom.
pub fn blocks(grid: &Grid) -> Vec<Block> {
    let finder = Finder { grid };
    let mut blocks: Vec<Block> = Vec::new();
    let mut at = 0;
    while at < grid.rows.len() {
        let (block, next) = finder.block(at);
        blocks.extend(finder.side_by_side(block));
        at = next.max(at + 1);
    }
    blocks
}

struct Finder<'a> {
    grid: &'a Grid,
}

impl Finder<'_> {
    fn count(&self, row: usize) -> usize {
        self.grid.count(row)
    }

    /// A figure or a mark that there is none: not the number of a table in front of its title.
    fn is_data(&self, row: usize) -> bool {
        (0..self.grid.width).any(|column| self.grid.is_datum(row, column)) && !self.is_numbered_title(row)
    }

    /// One text in the first column, or one text spread over the columns that it spans.
    fn is_lone(&self, row: usize) -> bool {
        let mut filled = self.grid.filled(row);
        let Some(first) = filled.next() else { return false };
        let text = self.grid.printed(row, first);
        let mut others = filled.peekable();
        (others.peek().is_none() && first == 0 && !self.grid.is_figure(row, first))
            || (others.peek().is_some() && !self.grid.is_datum(row, first) && others.all(|column| self.grid.printed(row, column) == text))
    }

    /// `5 | Receipts by size`: a number, words, and a header below.
    fn is_numbered_title(&self, row: usize) -> bool {
        let filled: Vec<usize> = self.grid.filled(row).collect();
        let [number, title] = filled[..] else { return false };
        let is_number = self.grid.is_figure(row, number) && self.grid.printed(row, number).trim_end_matches('.').len() <= 3;
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

    /// `Table 5`, `表5`, `第5頁`: in a cell of its own before a title.
    fn is_table_number(text: &str) -> bool {
        let folded = span::fold(text);
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

    fn is_title(&self, row: usize) -> bool {
        self.is_lone(row) || Self::is_table_number(self.grid.printed(row, 0)) || self.is_numbered_title(row)
    }

    /// The block that begins at a row, and where the next one does.
    fn block(&self, at: usize) -> (Block, usize) {
        let end = self.grid.rows.len();
        let mut block = Block { columns: (0..self.grid.width).collect(), ..Block::default() };
        let Some(first) = (at..end).find(|row| self.is_data(*row)).or_else(|| self.years_as_figures(at)) else {
            block.above = (at..end).collect();
            return (block, end);
        };
        let (header, first) = self.header(at, first);
        let top = header.first().map_or(first, |header| header.row);
        let bottom = header.last().map_or(top, |header| header.translation.unwrap_or(header.row) + 1);
        block.above = (at..top).collect();
        block.header = header;
        let begin = if block.header.is_empty() { first } else { bottom };
        let next = self.body(&mut block, begin, first);
        (block, next)
    }

    /// A table whose figures all look like years.
    fn years_as_figures(&self, at: usize) -> Option<usize> {
        let is_years = |row: usize| {
            self.count(row) > 1
                && self.grid.filled(row).skip(1).all(|column| when::is_bare_year(self.grid.printed(row, column)))
        };
        let named = |row: usize| {
            self.grid.filled(row).filter(|column| self.is_words(row, *column)).count() > 1
        };
        (at + 1..self.grid.rows.len()).find(|row| is_years(*row) && named(row - 1))
    }

    fn is_words(&self, row: usize, column: usize) -> bool {
        self.grid.cell(row, column).is_some_and(|cell| {
            cell.content == Content::Words && when::parse(&cell.printed, when::Kind::Spans).is_none()
        })
    }

    /// The header rows above the first row of figures, which may stand higher than it seems: counts that look like years.
    fn header(&self, from: usize, first: usize) -> (Vec<HeaderRow>, usize) {
        let Some(mut bottom) = (from..first).rev().find(|row| !self.is_lone(*row)) else {
            let alone = first.checked_sub(1).filter(|above| *above >= from && self.heads_one_column(*above, first));
            return (alone.map(|row| HeaderRow { row, translation: None }).into_iter().collect(), first);
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
        let mut rows = vec![HeaderRow { row: bottom, translation: None }];
        let mut row = bottom;
        while row > from && rows.len() < MOST_HEADER_ROWS {
            row -= 1;
            let top = rows[0].row;
            if self.translates(row, top) {
                rows[0] = HeaderRow { row, translation: Some(top) };
                continue;
            }
            if self.is_title(row) || (self.count(row) == 1 && self.is_unit_line(row)) || !self.is_level_above(row, top) {
                break;
            }
            rows.insert(0, HeaderRow { row, translation: None });
        }
        (rows, first)
    }

    /// Whether a row under a header holds figures that look like years: `2019 | 2005` under `Year | Firms`, `2021 | Optics |
    /// 1998` under `Year | Branch | Cases`.
    fn is_row_of_counts(&self, row: usize, above: usize) -> bool {
        let is_year = |row: usize, column: usize| when::is_bare_year(self.grid.printed(row, column));
        let filled: Vec<usize> = self.grid.filled(row).collect();
        let stub_is_filled = filled.first() == Some(&0) && filled.len() > 1;
        let has_stub = !self.grid.is_empty(above, 0);
        // A vertical merge may be spread over both rows of a header.
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

    /// A line that says a unit and nothing else.
    fn is_unit_line(&self, row: usize) -> bool {
        self.grid.filled(row).all(|column| unit::whole(self.grid.printed(row, column)).is_some())
    }

    /// Whether a lone cell is the header of a column of figures.
    fn heads_one_column(&self, row: usize, below: usize) -> bool {
        self.count(row) == 1 && self.grid.filled(row).eq(self.grid.filled(below))
    }

    /// Whether a row says the same as the header above it in another language.
    fn translates(&self, above: usize, row: usize) -> bool {
        let scripts = |row: usize| {
            let texts: Vec<bool> = self.grid.filled(row).map(|column| has_han(self.grid.printed(row, column))).collect();
            (texts.iter().all(|han| *han), texts.iter().any(|han| *han))
        };
        let ((upper_all, upper_any), (lower_all, lower_any)) = (scripts(above), scripts(row));
        self.count(row) > 1
            && self.grid.filled(above).eq(self.grid.filled(row))
            && (upper_all && !lower_any || lower_all && !upper_any)
            && self.grid.filled(row).all(|column| self.is_words(row, column))
    }

    /// Whether a row is a header row over the header row `top`.
    fn is_level_above(&self, row: usize, top: usize) -> bool {
        let stub = |row: usize| !self.grid.is_empty(row, 0);
        if self.count(row) == 1 && stub(row) {
            return false;
        }
        // A unit row may have a name of its own in the stub.
        let units = self.grid.filled(top).skip(usize::from(stub(top))).all(|column| {
            unit::whole(self.grid.printed(top, column)).is_some()
        });
        let same_stub = stub(row) && self.grid.printed(row, 0) == self.grid.printed(top, 0);
        !(stub(row) && stub(top)) || same_stub || (units && self.count(top) > 1)
    }

    /// Reads the lines below a header; returns where the next block begins.
    fn body(&self, block: &mut Block, begin: usize, first: usize) -> usize {
        let end = self.grid.rows.len();
        let mut figures = vec![false; self.grid.width];
        let mut alone: Vec<usize> = (begin..first).collect();
        let mut row = first;
        let mut was_repeated = false;
        let mut next = end;
        while row < end {
            if self.is_lone(row) && (row != first || !self.is_data(row)) {
                alone.push(row);
                row += 1;
                continue;
            }
            let repeated = if row == first { None } else { self.repeats_header(block, row) };
            let is_data = row == first || repeated.is_none() && (self.is_data(row) || !self.is_header_like(row, &figures));
            if is_data {
                self.settle(block, &mut alone, LineKind::Alone);
                for (column, has) in figures.iter_mut().enumerate() {
                    *has |= self.grid.is_figure(row, column) || (row == first && column > 0 && when::is_bare_year(self.grid.printed(row, column)));
                }
                block.lines.push(Line { row, kind: LineKind::Data });
                row += 1;
                continue;
            }
            if let Some(rows) = repeated {
                was_repeated |= !alone.is_empty();
                self.settle(block, &mut alone, LineKind::Section);
                block.lines.extend((row..row + rows).map(|row| Line { row, kind: LineKind::Header }));
                row += rows;
                continue;
            }
            let apart = !alone.is_empty() || self.grid.rows[row].after_gap;
            let leads = (row + 1..end.min(row + 6)).any(|below| self.is_data(below));
            if apart && leads {
                // Titles of the next table stand above its header.
                next = alone.iter().copied().find(|above| !self.is_note(*above)).unwrap_or(row);
                alone.retain(|above| *above < next);
                break;
            }
            self.settle(block, &mut alone, LineKind::Alone);
            block.lines.push(Line { row, kind: if leads { LineKind::Data } else { LineKind::Note } });
            row += 1;
        }
        self.finish(block, alone);
        if was_repeated && let Some(title) = block.above.pop() {
            // The first part of a table in parts has its heading above the first header.
            block.lines.insert(0, Line { row: title, kind: LineKind::Section });
        }
        next
    }

    fn settle(&self, block: &mut Block, alone: &mut Vec<usize>, kind: LineKind) {
        for row in alone.drain(..) {
            let kind = if self.is_note(row) { LineKind::Note } else { kind };
            block.lines.push(Line { row, kind });
        }
    }

    /// Sorts the texts behind the last row of figures: notes, or rows without figures.
    fn finish(&self, block: &mut Block, alone: Vec<usize>) {
        let mut is_note = false;
        for row in alone {
            is_note |= self.is_note(row) || self.grid.rows[row].after_gap || self.is_sentence(row);
            if is_note {
                block.below.push(row);
            } else {
                block.lines.push(Line { row, kind: LineKind::Alone });
            }
        }
        // A row in several cells behind the figures may be a note too.
        while let Some(last) = block.lines.last().copied()
            && last.kind == LineKind::Note
        {
            block.lines.pop();
            block.below.insert(0, last.row);
        }
    }

    /// Whether a row without figures names columns: words over columns of figures.
    fn is_header_like(&self, row: usize, figures: &[bool]) -> bool {
        // Years among figures are figures.
        let has_years = self.grid.filled(row).any(|column| figures[column] && when::is_bare_year(self.grid.printed(row, column)));
        let is_stub_named = self.grid.cell(row, 0).is_none_or(|cell| cell.content == Content::Words && when::parse(&cell.printed, when::Kind::Spans).is_none());
        let apart = self.grid.rows[row].after_gap || row > 0 && self.is_lone(row - 1);
        self.count(row) > 1
            && !self.is_note(row)
            && (!has_years || is_stub_named && apart)
            && self.grid.filled(row).any(|column| figures[column])
            && self.grid.filled(row).all(|column| {
                self.is_words(row, column) || when::parse(self.grid.printed(row, column), when::Kind::Spans).is_some()
            })
    }

    /// How many rows from here on repeat the block's header.
    fn repeats_header(&self, block: &Block, row: usize) -> Option<usize> {
        let header: Vec<usize> = block.header_rows().collect();
        let same = |(at, header): (usize, &usize)| {
            row + at < self.grid.rows.len()
                && (0..self.grid.width).all(|column| {
                    self.grid.printed(row + at, column) == self.grid.printed(*header, column)
                })
        };
        (!header.is_empty() && header.iter().enumerate().all(same)).then_some(header.len())
    }

    /// Whether a row begins like a note: with a footnote mark, `Note:`, `註：`, `(1)`.
    fn is_note(&self, row: usize) -> bool {
        let Some(text) = self.grid.filled(row).next().map(|column| self.grid.printed(row, column)) else { return false };
        let lower = text.to_lowercase();
        let words = ["note", "source", "remark", "註", "注:", "注：", "资料来源", "資料來源", "備註", "备注", "數字或因"];
        let bracketed = text.strip_prefix(['(', '（', '[']).is_some_and(|rest| {
            rest.find([')', '）', ']']).is_some_and(|end| {
                let behind = rest[end..].chars().skip(1).collect::<String>();
                // `(a) 2021` is a heading.
                end > 0 && end <= 3 && rest[..end].is_ascii() && behind.chars().count() > 3 && !when::is_bare_year(behind.trim())
                    && !rest[..end].chars().all(|c| c.is_ascii_lowercase() && matches!(c, 'a'..='d'))
            })
        });
        !self.grid.has_figure(row)
            && (text.starts_with(figure::is_mark)
                || bracketed
                || text.starts_with(['–', '-']) && text.len() > 3
                || words.iter().any(|word| lower.starts_with(word)))
    }

    fn is_sentence(&self, row: usize) -> bool {
        self.grid.filled(row).any(|column| {
            let text = self.grid.printed(row, column);
            text.chars().count() > 60 || text.ends_with(['.', '。', ';', '；'])
        })
    }

    /// Blocks that stand beside each other: where the first header comes again.
    fn side_by_side(&self, block: Block) -> Vec<Block> {
        let Some(inner) = block.header.last().map(|header| header.row) else { return vec![block] };
        let stub = self.grid.printed(inner, 0);
        let is_label = |column: usize| block.data().all(|row| !self.grid.is_figure(row, column));
        let mut cuts: Vec<usize> = (1..self.grid.width)
            .filter(|column| !stub.is_empty() && self.grid.printed(inner, *column) == stub && is_label(*column) && is_label(0))
            .collect();
        if cuts.is_empty() {
            return vec![block];
        }
        cuts.insert(0, 0);
        cuts.push(self.grid.width);
        let part = |(at, range): (usize, &[usize])| Block {
            columns: (range[0]..range[1]).collect(),
            above: if at == 0 { block.above.clone() } else { Vec::new() },
            below: if at == 0 { block.below.clone() } else { Vec::new() },
            ..block.clone()
        };
        cuts.windows(2).enumerate().map(part).collect()
    }
}
