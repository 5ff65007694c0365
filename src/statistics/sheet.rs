//! Reads one table as a list of facts: every figure with the labels above and beside it. A figure without a known
//! measure, unit and period is not served.

use std::collections::{HashMap, HashSet};

use super::{
    axes::{self, BlockSurroundings},
    block::{self, Block, LineKind},
    columns::Columns,
    context::{self, Context, FileFacts},
    explained::BlockReport,
    fact::{SheetDimension, SheetFacts, UnreadFigure},
    grid::{CellGrid, GridCell},
    label::published,
    layout::{DimensionPlace, Layout},
    ledger::{CellLedger, CellState, NotUnderstood},
    level::{LabelPosition, Level, LevelNames},
    levels,
    phrase::{Phrase, value_beside},
    reading::ReadingLog,
    roles::ColumnRole,
    rows::{CarriedState, RowContext},
    sections, unit,
    when::{self, PeriodColumnKind},
};
use crate::domain::text::Text;

/// Reads one table.
pub struct SheetReader<'a> {
    pub grid: &'a CellGrid,
    pub layout: &'a Layout,
    pub file: FileFacts<'a>,
    /// The number of the file from which the table is served.
    pub number: u16,
    pub ledger: &'a mut CellLedger,
    pub reading: &'a mut ReadingLog,
    pub rejects: &'a mut Vec<UnreadFigure>,
}

impl SheetReader<'_> {
    pub fn read(mut self) -> SheetFacts {
        let mut sheet =
            SheetFacts { file: self.number, languages: self.grid.languages.clone(), ..SheetFacts::default() };
        let blocks = block::blocks(self.grid);
        let mut outer: Option<Context> = None;
        for (at, block) in blocks.iter().enumerate() {
            self.titles(&mut sheet, block);
            let context = context::of(self.grid, block, outer.as_ref(), self.file, self.layout);
            if at == 0 {
                outer = self.outer(block, &context);
            }
            if block.data().next().is_some() {
                self.block(&mut sheet, block, context);
            }
            let notes: Vec<usize> = block.below.clone();
            for row in notes {
                self.note(&mut sheet, row, &block.columns);
            }
        }
        sheet
    }

    /// Returns the context of the lines above the first gap. It applies to all blocks of the file.
    fn outer(&self, block: &Block, context: &Context) -> Option<Context> {
        let gap = block.above.iter().skip(1).position(|row| self.grid.rows[*row].after_gap).map(|at| at + 1)?;
        let lines = Block { above: block.above[..gap].to_vec(), columns: block.columns.clone(), ..Block::default() };
        let own = context::of(self.grid, &lines, None, FileFacts::default(), &Layout::GUESS);
        (own.period.is_some() || !own.units.is_empty()).then(|| Context { title: context.title.clone(), ..own })
    }

    fn claim_row(&mut self, row: usize, columns: &[usize], state: impl Fn(&GridCell) -> CellState) {
        for column in columns {
            let grid = self.grid;
            if let Some(cell) = grid.cell(row, *column) {
                self.claim(cell, state(cell));
            }
        }
    }

    pub(super) fn claim(&mut self, cell: &GridCell, state: CellState) {
        self.ledger.claim(cell.spot, state);
        let of_twin = if state == CellState::Value { CellState::Duplicate } else { state };
        for twin in &cell.twins {
            self.ledger.claim(*twin, of_twin);
        }
    }

    /// Reads the lines above a block. The first one is the title of the file, the others are notes.
    fn titles(&mut self, sheet: &mut SheetFacts, block: &Block) {
        let is_table = block.data().next().is_some();
        for row in &block.above {
            let text = self.grid.line(*row);
            if sheet.title.is_empty() && is_table {
                sheet.title = text;
            } else {
                sheet.notes.push(text);
            }
            self.claim_row(*row, &block.columns, |cell| {
                if !is_table {
                    CellState::Note
                } else if published(&cell.text).all(|text| unit::whole(text).is_some()) {
                    CellState::Unit
                } else if published(&cell.text).all(|text| when::parse(text, PeriodColumnKind::Spans).is_some()) {
                    CellState::Period
                } else {
                    CellState::Title
                }
            });
        }
    }

    fn note(&mut self, sheet: &mut SheetFacts, row: usize, columns: &[usize]) {
        sheet.notes.push(self.grid.line(row));
        self.claim_row(row, columns, |_| CellState::Note);
    }

    /// Reads one block: column roles, labels and figures.
    fn block(&mut self, sheet: &mut SheetFacts, block: &Block, context: Context) {
        let columns = Columns::of(self.grid, block, self.layout);
        let mut levels = levels::of(self.grid, block, &columns, self.layout);
        sections::add(&mut levels, self.grid, block, &columns);
        let one_unit = one_unit(self.grid, block, &columns, &levels.down);
        let around = BlockSurroundings {
            title: context.title.as_ref(),
            units: &context.units,
            unit_column: one_unit.as_deref(),
            figures: columns.with(ColumnRole::Figure).count(),
        };
        axes::decide(&mut levels, &around, self.layout);
        let explained = BlockReport { grid: self.grid, block, columns: &columns, levels: &levels, context: &context };
        for decision in explained.decisions(self.layout, self.number) {
            if !self.reading.decisions.contains(&decision) {
                self.reading.decisions.push(decision);
            }
        }
        let down = self.dimensions(sheet, &levels.down, DimensionPlace::Down);
        let across = self.dimensions(sheet, &levels.across, DimensionPlace::Across);
        for row in block.header_rows() {
            self.claim_row(row, &block.columns, |_| CellState::Header);
        }
        let headings = levels.headings.clone();
        let rows = RowContext { grid: self.grid, block, layout: self.layout, columns, levels, context, down, across };
        let mut state = CarriedState::default();
        for line in &block.lines {
            match line.kind {
                LineKind::Header => self.claim_row(line.row, &block.columns, |_| CellState::Duplicate),
                LineKind::Note => self.note(sheet, line.row, &block.columns),
                _ if headings.contains(&line.row) => {
                    state.heading();
                    self.heading_text(sheet, line.row);
                    self.claim_row(line.row, &block.columns, of_heading);
                }
                LineKind::Section => self.claim_row(line.row, &block.columns, |_| CellState::Title),
                LineKind::Data | LineKind::Alone => {
                    let found = rows.row(line.row, &mut state);
                    self.claim_labels(sheet, line.row, &rows);
                    for (cell, state) in &found.claims {
                        self.claim(cell, *state);
                    }
                    sheet.facts.extend(found.facts);
                    sheet.notes.extend(found.notes);
                    let number = self.number;
                    self.rejects
                        .extend(found.rejects.into_iter().map(|reject| UnreadFigure { file: number, ..reject }));
                }
            }
        }
        for decision in state.decisions(self.number) {
            if !self.reading.decisions.contains(&decision) {
                self.reading.decisions.push(decision);
            }
        }
    }

    /// Returns the text of a section heading. In `Table A (2021)`, the name is a title if the period distinguishes the
    /// parts.
    fn heading_text(&self, sheet: &mut SheetFacts, row: usize) {
        let text = self.grid.line(row);
        let phrase = Phrase::of(&text);
        if phrase.period.is_some() && phrase.has_name() {
            if sheet.title.is_empty() { sheet.title = text } else { sheet.notes.push(text) }
        }
    }

    /// Claims the cells of a row that are not figures.
    fn claim_labels(&mut self, sheet: &mut SheetFacts, row: usize, rows: &RowContext<'_>) {
        let grid = self.grid;
        let mut left_over = false;
        for column in &rows.block.columns {
            let Some(cell) = grid.cell(row, *column) else { continue };
            let state = match rows.columns.roles[*column] {
                ColumnRole::Figure => continue,
                ColumnRole::Label(_) | ColumnRole::Code => CellState::Label,
                ColumnRole::Period(_)
                | ColumnRole::PeriodStart
                | ColumnRole::PeriodEnd
                | ColumnRole::SpanEnd(_)
                | ColumnRole::Part => CellState::Period,
                ColumnRole::Unit => CellState::Unit,
                ColumnRole::Serial => CellState::Serial,
                ColumnRole::Qualifier | ColumnRole::Remark => CellState::Note,
                ColumnRole::Unknown if !grid.is_figure(row, *column) => CellState::Label,
                ColumnRole::Unknown | ColumnRole::Empty => CellState::NotUnderstood(NotUnderstood::Place),
            };
            left_over |= state == CellState::NotUnderstood(NotUnderstood::Place)
                && rows.columns.roles[*column] == ColumnRole::Empty;
            self.claim(cell, state);
        }
        if left_over {
            sheet.notes.push(grid.line(row));
        }
    }

    /// Returns the dimensions of the levels of values.
    fn dimensions(&self, sheet: &mut SheetFacts, levels: &[Level], place: DimensionPlace) -> Vec<Option<usize>> {
        let mut ordinal = 0;
        let mut found = Vec::new();
        // Headings between rows rank after the labels in the row.
        let mut order: Vec<usize> = (0..levels.len()).collect();
        order.sort_by_key(|at| levels[*at].is_section);
        let mut by_level = vec![None; levels.len()];
        for at in order {
            let level = &levels[at];
            let beside = level.names == LevelNames::Periods
                && place == DimensionPlace::Across
                && self.layout.standing(place).is_some()
                && level
                    .phrases
                    .iter()
                    .any(|phrase| published(&phrase.printed).any(|text| value_beside(text).is_some()));
            if level.names != LevelNames::Values && !beside {
                continue;
            }
            let standing =
                self.layout.standing(place).filter(|_| ordinal == 0 && !level.is_section && level.title.is_empty());
            let words = level.words.or(standing);
            let dimension = SheetDimension { title: level.title.clone(), words, place, ordinal };
            ordinal += 1;
            by_level[at] = Some(sheet.dimension(dimension));
        }
        found.extend(by_level);
        found
    }
}

/// Returns the cell state of a section heading.
fn of_heading(cell: &GridCell) -> CellState {
    let phrase = Phrase::of(&cell.text);
    if phrase.has_name() {
        CellState::Label
    } else if phrase.unit.is_some() {
        CellState::Unit
    } else {
        CellState::Period
    }
}

/// Returns, for each level of labels, true if each label has exactly one unit in the unit column and not all labels
/// have the same.
fn one_unit(grid: &CellGrid, block: &Block, columns: &Columns, down: &[Level]) -> Option<Vec<bool>> {
    let column = columns.with(ColumnRole::Unit).next()?;
    let of_level = |level: &Level| {
        let mut units: HashMap<usize, HashSet<&Text>> = HashMap::new();
        for row in block.data() {
            if let (LabelPosition::Phrase(label), Some(cell)) = (level.at[row], grid.cell(row, column)) {
                units.entry(label).or_default().insert(&cell.text);
            }
        }
        units.values().all(|of_label| of_label.len() == 1)
    };
    // If several levels qualify, the innermost one with the fewest labels names the measures.
    let fits: Vec<bool> = down.iter().map(of_level).collect();
    let count = |at: usize| down[at].phrases.len();
    let best =
        (0..down.len()).filter(|at| fits[*at]).min_by_key(|at| (count(*at) == 1, count(*at), std::cmp::Reverse(*at)));
    let constant =
        block.data().filter_map(|row| grid.cell(row, column)).map(|cell| &cell.text).collect::<HashSet<_>>().len() < 2;
    if constant && down.len() > 1 {
        return None;
    }
    Some((0..down.len()).map(|at| Some(at) == best).collect())
}
