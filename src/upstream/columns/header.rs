//! Finds the candidate header rows of a table: one to three rows, below titles and above the data.

use std::{cmp::Reverse, collections::HashMap};

use crate::domain::{
    date, number,
    script::is_han,
    table::Table,
    value::{self, is_padding},
};

/// The number of rows searched for a header. Titles and "as at" rows may precede it.
const WITHIN: usize = 30;
/// The maximum number of rows in a header.
const MOST_ROWS: usize = 3;
/// The maximum number of rows around which multi-row headers are tried.
const BEST_ROWS: usize = 5;
/// The maximum length of a heading in characters. A longer text in the header row is a footnote.
const LONGEST: usize = 120;

/// The rows of a candidate header, with the heading that they give each column.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub first: usize,
    pub last: usize,
    pub headings: Vec<ColumnHeading>,
}

/// The heading of one column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ColumnHeading {
    /// The innermost text.
    pub inner: String,
    /// The innermost text preceded by the headings that span it. Equal to `inner` if none does.
    pub whole: String,
    /// The text to display, including a footnote in the header row.
    pub shown: String,
}

impl ColumnHeading {
    pub fn is_named(&self) -> bool {
        self.inner.chars().any(char::is_alphanumeric) || self.inner.contains('#')
    }
}

/// Builds the header from a range of rows.
pub(super) fn header(table: &Table, first: usize, last: usize) -> Header {
    let width = (first..=last).map(|row| table.width(row)).max().unwrap_or(0);
    let text = |row: usize, column: usize| table.cell(row, column).trim_matches(is_padding);
    let mut headings = vec![ColumnHeading::default(); width];
    for (column, heading) in headings.iter_mut().enumerate() {
        let mut levels: Vec<&str> = Vec::new();
        for row in first..=last {
            let own = text(row, column);
            let spans = row < last && filled(table, row) > 1;
            // A heading spans the columns to its right if they are empty in its row and filled in a row below.
            let spanning = || {
                let is_below = (row + 1..=last).any(|below| !text(below, column).is_empty());
                let from = (0..column).rev().find(|before| !text(row, *before).is_empty());
                from.filter(|_| spans && is_below).map(|from| text(row, from))
            };
            if !own.is_empty() {
                levels.push(own);
            } else if let Some(above) = spanning() {
                levels.push(above);
            }
        }
        levels.dedup();
        heading.shown = levels.join(" ");
        levels.retain(|level| level.chars().count() <= LONGEST);
        levels.last().copied().unwrap_or_default().clone_into(&mut heading.inner);
        heading.whole = levels.join(" ");
    }
    drop_common_prefix(&mut headings);
    Header { first, last, headings }
}

/// Removes a prefix that most names of a table share, such as `park_` in `park_name` and `park_space`. It names the
/// table.
fn drop_common_prefix(headings: &mut [ColumnHeading]) {
    const FEWEST: usize = 3;
    let named = headings.iter().filter(|heading| heading.is_named()).count();
    let mut counts: HashMap<String, usize> = HashMap::new();
    for (prefix, _) in headings.iter().filter_map(|heading| prefix(&heading.inner)) {
        *counts.entry(prefix.to_lowercase()).or_default() += 1;
    }
    let common = counts.into_iter().find(|(_, count)| *count >= FEWEST && *count * 5 >= named * 3);
    let Some((common, _)) = common else { return };
    for heading in headings {
        let rest = prefix(&heading.inner)
            .filter(|(prefix, _)| prefix.eq_ignore_ascii_case(&common))
            .map(|(_, rest)| rest.to_owned());
        if let Some(rest) = rest {
            heading.inner = rest;
        }
    }
}

/// Splits off the first word of a compound name, before `_`, `.`, `-` or an upper-case letter.
fn prefix(name: &str) -> Option<(&str, &str)> {
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
    let end = name.char_indices().skip(1).find(|(_, c)| matches!(c, '_' | '.' | '-') || c.is_ascii_uppercase())?.0;
    let rest = name[end..].trim_start_matches(['_', '.', '-']);
    let is_camel = name.starts_with(|c: char| c.is_ascii_lowercase())
        || !name[end..].starts_with(|c: char| c.is_ascii_uppercase());
    (is_name && is_camel && rest.len() > 1).then(|| (&name[..end], rest))
}

/// Returns the candidate headers, each with one to three rows. `points` scores a header by its headings. A multi-row
/// header must contain one of the best single-row headers.
pub(super) fn candidates(table: &Table, points: impl Fn(&Header) -> i32) -> Vec<Header> {
    let is_narrow = (0..table.len()).all(|row| table.width(row) < 2);
    let within = table.len().min(WITHIN);
    let mut ranked: Vec<(i32, usize)> =
        (0..within).map(|row| (points(&header(table, row, row)), row)).filter(|(points, _)| *points > 0).collect();
    ranked.sort_by_key(|(points, row)| (Reverse(*points), *row));
    ranked.truncate(BEST_ROWS);
    let mut found = Vec::new();
    for last in (0..within).filter(|last| can_be_innermost(table, *last, is_narrow)) {
        for first in (last.saturating_sub(MOST_ROWS - 1)..=last).rev() {
            // A single-cell row above the header is a title. An empty row ends the header. A row of figures is not a
            // heading.
            if first < last && (filled(table, first) < 2 || values_in(table, first) * 2 > filled(table, first)) {
                break;
            }
            if first == last || ranked.iter().any(|(_, row)| (first..=last).contains(row)) {
                found.push(header(table, first, last));
            }
        }
    }
    found
}

fn can_be_innermost(table: &Table, row: usize, is_narrow: bool) -> bool {
    let filled = filled(table, row);
    (filled > 1 || is_narrow && filled == 1) && values_in(table, row) * 2 <= filled
}

/// Counts the filled cells of a row.
pub(super) fn filled(table: &Table, row: usize) -> usize {
    table.cells(row).filter(|cell| !cell.trim_matches(is_padding).is_empty()).count()
}

/// Counts the cells of a row that cannot be headings, such as numbers, dates and blank markers.
fn values_in(table: &Table, row: usize) -> usize {
    let is_value = |cell: &&str| {
        let text = cell.trim_matches(is_padding);
        !text.is_empty()
            && (value::is_blank(text)
                || number::parse(text).is_ok()
                || date::parse(text).is_ok()
                || !text.chars().any(|c| c.is_alphabetic() || is_han(c) || matches!(c, '#' | '%' | '$')))
    };
    table.cells(row).filter(is_value).count()
}

/// Returns the transposed table, for lists with one record per column. `None` if the table is too large.
pub(super) fn transposed(table: &Table) -> Option<Table> {
    const MOST: usize = 5_000;
    let width = (0..table.len()).map(|row| table.width(row)).max()?;
    if table.len() > 200 || width > MOST {
        return None;
    }
    let rows: Vec<usize> = (0..table.len()).filter(|row| filled(table, *row) > 0).collect();
    let mut turned = Table::default();
    for column in 0..width {
        turned.begin_row(u32::try_from(column + 1).ok()?);
        for row in &rows {
            turned.push_cell(table.cell(*row, column)).ok()?;
        }
    }
    Some(turned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_applies_to_all_columns_below_it() {
        let table = Table::of(&[
            &["No.", "Applicant", "", "Amount", ""],
            &["", "Name", "Address", "Approved", "Revised"],
            &["1"],
        ]);
        let header = header(&table, 0, 1);
        let wholes: Vec<&str> = header.headings.iter().map(|heading| heading.whole.as_str()).collect();
        assert_eq!(wholes, ["No.", "Applicant Name", "Applicant Address", "Amount Approved", "Amount Revised"]);
        assert_eq!(header.headings[4].inner, "Revised");
        assert_eq!(header.headings[0].inner, "No.");
    }

    #[test]
    fn titles_and_figures_are_not_headers() {
        let table = Table::of(&[&["A list"], &["Title", "Amount"], &["2024", "1,200"], &["x", "3"]]);
        let found: Vec<(usize, usize)> =
            candidates(&table, |_| 1).iter().map(|header| (header.first, header.last)).collect();
        assert!(found.contains(&(1, 1)) && !found.contains(&(0, 0)) && !found.contains(&(2, 2)), "{found:?}");
    }
}
