//! Splits a file into blocks: titles above, header rows, rows of figures with headings between them, notes below.
//!
//! Tables below or next to each other are separate blocks.

use super::{figure::CellContent as Content, grid::CellGrid, label::published, lines::LineFinder, when};

/// One table of figures within a file, by row indexes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// The columns of the table.
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderRow {
    pub row: usize,
    /// The following rows that repeat this header in other languages.
    pub translations: Vec<usize>,
}

/// A row below the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub row: usize,
    pub kind: LineKind,
}

/// The kind of a row below the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    Data,
    /// A row with a single text: a section heading, or a row without figures.
    Alone,
    /// A confirmed section heading of the rows below.
    Section,
    /// A repeated header row.
    Header,
    Note,
}

impl Block {
    /// The rows of figures.
    pub fn data(&self) -> impl Iterator<Item = usize> + Clone {
        self.lines.iter().filter(|line| line.kind == LineKind::Data).map(|line| line.row)
    }

    /// All header rows, including translations.
    pub fn header_rows(&self) -> impl Iterator<Item = usize> {
        self.header.iter().flat_map(|header| std::iter::once(header.row).chain(header.translations.iter().copied()))
    }
}

/// The blocks of a grid, top to bottom.
pub fn blocks(grid: &CellGrid) -> Vec<Block> {
    let finder = LineFinder { grid };
    let mut blocks: Vec<Block> = Vec::new();
    let mut at = 0;
    while at < grid.rows.len() {
        let (block, next) = finder.block(at);
        blocks.extend(finder.side_by_side(block));
        at = next.max(at + 1);
    }
    blocks
}

impl LineFinder<'_> {
    /// Reads the block that begins at a row, and returns it with the first row of the next block.
    fn block(&self, at: usize) -> (Block, usize) {
        let end = self.grid.rows.len();
        let mut block = Block { columns: (0..self.grid.width).collect(), ..Block::default() };
        let Some(first) = (at..end).find(|row| self.is_data(*row)).or_else(|| self.years_as_figures(at)) else {
            block.above = (at..end).collect();
            return (block, end);
        };
        let (header, first) = self.header(at, first);
        let header: Vec<HeaderRow> =
            header.into_iter().map(|(row, translations)| HeaderRow { row, translations }).collect();
        let top = header.first().map_or(first, |header| header.row);
        let bottom = header.last().map_or(top, |header| header.translations.last().copied().unwrap_or(header.row) + 1);
        block.above = (at..top).collect();
        block.header = header;
        let begin = if block.header.is_empty() { first } else { bottom };
        let next = self.body(&mut block, begin, first);
        (block, next)
    }

    /// Finds the first row of figures in a table whose figures all look like years.
    fn years_as_figures(&self, at: usize) -> Option<usize> {
        let is_years = |row: usize| {
            self.count(row) > 1
                && self.grid.filled(row).skip(1).all(|column| when::is_bare_year(self.grid.printed(row, column)))
        };
        let named = |row: usize| self.grid.filled(row).filter(|column| self.is_words(row, *column)).count() > 1;
        (at + 1..self.grid.rows.len()).find(|row| is_years(*row) && named(row - 1))
    }

    /// Reads the lines below a header, and returns the first row of the next block.
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
            let is_data =
                row == first || repeated.is_none() && (self.is_data(row) || !self.is_header_like(row, &figures));
            if is_data {
                self.classify_single_rows(block, &mut alone, LineKind::Alone);
                for (column, has) in figures.iter_mut().enumerate() {
                    *has |= self.grid.is_figure(row, column)
                        || (row == first && column > 0 && when::is_bare_year(self.grid.printed(row, column)));
                }
                block.lines.push(Line { row, kind: LineKind::Data });
                row += 1;
                continue;
            }
            if let Some(rows) = repeated {
                was_repeated |= !alone.is_empty();
                self.classify_single_rows(block, &mut alone, LineKind::Section);
                block.lines.extend((row..row + rows).map(|row| Line { row, kind: LineKind::Header }));
                row += rows;
                continue;
            }
            let apart = !alone.is_empty() || self.grid.rows[row].after_gap;
            let leads = (row + 1..end.min(row + 6)).any(|below| self.is_data(below));
            if apart && leads {
                // Titles above the next header belong to the next table.
                next = alone.iter().copied().find(|above| !self.is_note(*above)).unwrap_or(row);
                alone.retain(|above| *above < next);
                break;
            }
            self.classify_single_rows(block, &mut alone, LineKind::Alone);
            block.lines.push(Line { row, kind: if leads { LineKind::Data } else { LineKind::Note } });
            row += 1;
        }
        self.finish(block, alone);
        if was_repeated && let Some(title) = block.above.pop() {
            // In a table with sections, the first section heading is above the first header.
            block.lines.insert(0, Line { row: title, kind: LineKind::Section });
        }
        next
    }

    fn classify_single_rows(&self, block: &mut Block, alone: &mut Vec<usize>, kind: LineKind) {
        for row in alone.drain(..) {
            let kind = if self.is_note(row) { LineKind::Note } else { kind };
            block.lines.push(Line { row, kind });
        }
    }

    /// Classifies the texts after the last row of figures as notes or as rows without figures.
    fn finish(&self, block: &mut Block, alone: Vec<usize>) {
        let mut is_note = false;
        for row in alone {
            is_note |=
                self.is_note(row) || self.grid.rows[row].after_gap || self.is_sentence(row) || self.states_moment(row);
            if is_note {
                block.below.push(row);
            } else {
                block.lines.push(Line { row, kind: LineKind::Alone });
            }
        }
        // A row with several cells after the figures may also be a note.
        while let Some(last) = block.lines.last().copied()
            && last.kind == LineKind::Note
        {
            block.lines.pop();
            block.below.insert(0, last.row);
        }
    }

    /// True if a row below the figures states an as-at day: `Figures as at 31 December 2024`.
    fn states_moment(&self, row: usize) -> bool {
        let is_moment = |text: &str| matches!(when::in_title(text), Some(when::TitlePeriod::Day(_)));
        self.grid
            .filled(row)
            .filter_map(|column| self.grid.cell(row, column))
            .flat_map(|cell| published(&cell.text))
            .any(is_moment)
    }

    /// True if a row without figures names columns: words above figure columns.
    fn is_header_like(&self, row: usize, figures: &[bool]) -> bool {
        // A year in a row with other figures is a figure, not a heading.
        let has_years =
            self.grid.filled(row).any(|column| figures[column] && when::is_bare_year(self.grid.printed(row, column)));
        let is_stub_named = self.grid.cell(row, 0).is_none_or(|cell| {
            cell.content == Content::Words && when::parse(&cell.printed, when::PeriodColumnKind::Spans).is_none()
        });
        let apart = self.grid.rows[row].after_gap || row > 0 && self.is_lone(row - 1);
        self.count(row) > 1
            && !self.is_note(row)
            && (!has_years || is_stub_named && apart)
            && self.grid.filled(row).any(|column| figures[column])
            && self.grid.filled(row).all(|column| {
                self.is_words(row, column)
                    || when::parse(self.grid.printed(row, column), when::PeriodColumnKind::Spans).is_some()
            })
    }

    /// The number of rows from this one on that repeat the block's header, if any.
    fn repeats_header(&self, block: &Block, row: usize) -> Option<usize> {
        let header: Vec<usize> = block.header_rows().collect();
        let same = |(at, header): (usize, &usize)| {
            row + at < self.grid.rows.len()
                && (0..self.grid.width)
                    .all(|column| self.grid.printed(row + at, column) == self.grid.printed(*header, column))
        };
        (!header.is_empty() && header.iter().enumerate().all(same)).then_some(header.len())
    }

    /// Splits a block into tables side by side, at each repetition of the first header.
    fn side_by_side(&self, block: Block) -> Vec<Block> {
        let Some(inner) = block.header.last().map(|header| header.row) else { return vec![block] };
        let stub = self.grid.printed(inner, 0);
        let is_label = |column: usize| block.data().all(|row| !self.grid.is_figure(row, column));
        let mut cuts: Vec<usize> = (1..self.grid.width)
            .filter(|column| {
                !stub.is_empty() && self.grid.printed(inner, *column) == stub && is_label(*column) && is_label(0)
            })
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
