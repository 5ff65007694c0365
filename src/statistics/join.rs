//! Joins the files of one table in several languages or formats. Files with the same figures in the same positions
//! become one grid, so every table is read once.

use rust_decimal::Decimal;

use super::{
    figure::CellContent as Content,
    figures::{Check, detail},
    grid::{CellGrid, GridCell},
    label::published,
    when,
};
use crate::domain::text::Language;

/// The joined tables, with the results of comparing their files.
pub struct JoinedFiles {
    pub tables: Vec<CellGrid>,
    pub checks: Vec<Check>,
}

/// Joins the files of one table.
pub fn join(mut grids: Vec<CellGrid>) -> JoinedFiles {
    let language = |grid: &CellGrid| grid.languages[0];
    grids.sort_by_key(|grid| (language(grid).is_none(), language(grid)));
    let mut tables: Vec<(CellGrid, Vec<CellGrid>)> = Vec::new();
    for grid in grids {
        let twin =
            tables.iter().enumerate().find_map(|(at, (table, _))| same_rows(table, &grid).map(|rows| (at, rows)));
        match twin {
            Some((at, rows)) => {
                tables[at].0.join(&grid, &rows);
                tables[at].1.push(grid);
            }
            None => tables.push((grid, Vec::new())),
        }
    }
    let mut joined = JoinedFiles { tables: Vec::new(), checks: Vec::new() };
    for (mut table, twins) in tables {
        if !twins.is_empty() {
            let differences = resolve_differences(&mut table, &twins);
            let mut languages: Vec<Option<Language>> = table.languages.clone();
            languages.sort_unstable();
            languages.dedup();
            if languages.len() > 1 {
                joined.checks.push(Check {
                    rule: "figures are the same in every language".to_owned(),
                    passed: differences.is_empty(),
                    detail: detail(&differences),
                });
            }
        }
        joined.tables.push(table);
    }
    joined
}

/// Resolves differences between the files of a table: the majority wins, and without a majority the cell is contested.
fn resolve_differences(table: &mut CellGrid, twins: &[CellGrid]) -> Vec<String> {
    let mut differences = Vec::new();
    let find = |spot: &super::ledger::CellPosition| {
        let grid = twins.iter().find(|twin| twin.files.contains(&spot.file))?;
        let row = grid.rows.iter().find(|row| row.cells.iter().flatten().any(|cell| cell.spot.row == spot.row))?;
        row.cells.iter().flatten().find(|cell| cell.spot == *spot)
    };
    for row in &mut table.rows {
        for cell in row.cells.iter_mut().flatten() {
            let others: Vec<&GridCell> = cell.twins.iter().filter_map(find).collect();
            if !others.iter().any(|other| differ(&cell.content, &other.content)) {
                continue;
            }
            for other in others.iter().filter(|other| differ(&cell.content, &other.content)) {
                differences.push(format!(
                    "row {}: {} in file {}, {} in file {}",
                    row.number, cell.printed, cell.spot.file, other.printed, other.spot.file
                ));
            }
            let all = || std::iter::once(&cell.content).chain(others.iter().map(|other| &other.content));
            let votes = |content: &Content| all().filter(|other| !differ(content, other)).count();
            let best = all().max_by_key(|content| votes(content));
            match best.map(|content| (votes(content), content.clone())) {
                Some((most, content)) if most * 2 > others.len() + 1 => cell.content = content,
                _ => cell.is_contested = true,
            }
        }
    }
    differences
}

fn differ(a: &Content, b: &Content) -> bool {
    match (a, b) {
        (Content::Figure(a), Content::Figure(b)) => !is_same(a.number, b.number, a.step.max(b.step)),
        (Content::Figure(_), Content::Absent(_)) | (Content::Absent(_), Content::Figure(_)) => true,
        _ => false,
    }
}

/// True if two numbers are equal, printed with different precision.
fn is_same(a: Decimal, b: Decimal, step: Decimal) -> bool {
    a == b || (step < Decimal::ONE && (a - b).abs() * Decimal::TWO < step)
}

/// The maximum number of pairs of rows that are compared.
const MOST_PAIRS: usize = 1_000_000;

/// Returns the pairs of equal rows in two files. `None` if the files are not the same table.
fn same_rows(table: &CellGrid, other: &CellGrid) -> Option<Vec<(usize, usize)>> {
    if table.width != other.width || table.rows.is_empty() || other.rows.is_empty() {
        return None;
    }
    let language = other.languages[0];
    let is_format = table.languages.contains(&language);
    let straight: Vec<(usize, usize)> = (0..table.rows.len()).map(|row| (row, row)).collect();
    if table.rows.len() == other.rows.len() && are_one(table, other, &straight, is_format) {
        return Some(straight);
    }
    if table.rows.len() * other.rows.len() > MOST_PAIRS {
        return None;
    }
    let rows = alignment(table, other);
    are_one(table, other, &rows, is_format).then_some(rows)
}

/// True if corresponding rows have the same figures in the same positions, and no row is left over.
fn are_one(table: &CellGrid, other: &CellGrid, rows: &[(usize, usize)], is_format: bool) -> bool {
    let (mut same, mut different, mut filled, mut texts, mut same_texts) =
        (0_usize, 0_usize, 0_usize, 0_usize, 0_usize);
    let mut cells = 0_usize;
    for (mine, its) in rows {
        for column in 0..table.width {
            let (a, b) = (table.cell(*mine, column), other.cell(*its, column));
            let (Some(a), Some(b)) = (a, b) else {
                cells += usize::from(a.is_some() || b.is_some());
                let datum = |grid: &CellGrid, row: usize| grid.is_figure(row, column);
                different += usize::from(datum(table, *mine) || datum(other, *its));
                continue;
            };
            cells += 1;
            filled += 1;
            match (&a.content, &b.content) {
                (Content::Figure(x), Content::Figure(y)) => {
                    if is_same(x.number, y.number, x.step.max(y.step)) {
                        same += 1;
                    } else {
                        different += 1;
                    }
                }
                (Content::Figure(_), Content::Words) | (Content::Words, Content::Figure(_)) => {
                    let years = when::is_bare_year(&a.printed) || when::is_bare_year(&b.printed);
                    let periods = when::parse(&a.printed, when::PeriodColumnKind::Spans).is_some()
                        || when::parse(&b.printed, when::PeriodColumnKind::Spans).is_some();
                    different += usize::from(!years && !periods);
                }
                (Content::Absent(_), Content::Figure(_)) | (Content::Figure(_), Content::Absent(_)) => different += 1,
                _ => {
                    texts += 1;
                    let shared = published(&a.text).any(|text| published(&b.text).any(|other| other == text));
                    same_texts += usize::from(shared);
                }
            }
        }
    }
    let left_over = |grid: &CellGrid, paired: &dyn Fn(usize) -> bool| {
        (0..grid.rows.len()).filter(|row| grid.has_figure(*row) && !paired(*row)).count()
    };
    let is_whole = left_over(table, &|row| rows.iter().any(|(mine, _)| *mine == row)) == 0
        && left_over(other, &|row| rows.iter().any(|(_, its)| *its == row)) == 0;
    let figures = same + different;
    // Another format has the same words; another language has different ones.
    let words_fit = !is_format || (different == 0 && same_texts * 10 >= texts * 8);
    is_whole
        && words_fit
        && filled * 10 >= cells * 8
        && if figures == 0 { rows.len() > 1 || is_format } else { same * 10 >= figures * 8 }
}

/// Returns the longest common subsequence of rows. Rows with figures are compared by their figures, other rows by their
/// positions.
fn alignment(table: &CellGrid, other: &CellGrid) -> Vec<(usize, usize)> {
    let signature = |grid: &CellGrid, row: usize| -> Vec<String> {
        let is_data = grid.has_figure(row);
        (0..grid.width)
            .map(|column| match grid.cell(row, column).map(|cell| &cell.content) {
                None => String::new(),
                Some(Content::Figure(figure)) if is_data => figure.number.normalize().to_string(),
                Some(_) => "x".to_owned(),
            })
            .collect()
    };
    let mine: Vec<Vec<String>> = (0..table.rows.len()).map(|row| signature(table, row)).collect();
    let its: Vec<Vec<String>> = (0..other.rows.len()).map(|row| signature(other, row)).collect();
    let mut longest = vec![vec![0_u32; its.len() + 1]; mine.len() + 1];
    for a in (0..mine.len()).rev() {
        for b in (0..its.len()).rev() {
            longest[a][b] =
                if mine[a] == its[b] { longest[a + 1][b + 1] + 1 } else { longest[a + 1][b].max(longest[a][b + 1]) };
        }
    }
    let (mut a, mut b) = (0, 0);
    let mut rows = Vec::new();
    while a < mine.len() && b < its.len() {
        if mine[a] == its[b] {
            rows.push((a, b));
            a += 1;
            b += 1;
        } else if longest[a + 1][b] >= longest[a][b + 1] {
            a += 1;
        } else {
            b += 1;
        }
    }
    rows
}
