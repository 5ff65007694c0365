//! Joins the rows of one table in several languages, by key or by position.

use std::collections::{HashMap, HashSet};

use super::rows::RowKinds;
use crate::{
    domain::{
        record::{Binding, Column, Record, ValueShape},
        table::Table,
        value,
    },
    upstream::{
        snapshot::{Note, RejectedRow, SnapshotFile},
        source::Source,
    },
};

/// The rows of another language's file that correspond to rows of the first file.
pub(super) struct RowJoin {
    pub file: usize,
    pub rows: HashMap<usize, usize>,
    pub rejects: Vec<RejectedRow>,
    pub notes: Vec<Note>,
}

impl RowJoin {
    /// Joins by the dataset's key column if both files have it. Otherwise joins by position if both files have the same
    /// number of rows and their numeric values agree.
    pub fn new<T: Record>(
        source: &Source,
        files: &[SnapshotFile],
        (bindings, kinds): (&[Binding], &[RowKinds]),
        first: usize,
        other: usize,
    ) -> Self {
        let (ours, theirs) = (kinds[first].data(), kinds[other].data());
        let keys = |file: usize, rows: &[usize]| {
            source
                .joined_by
                .map(|column| key_cells::<T>(column, &files[file].table, &bindings[file], rows))
                .unwrap_or_default()
        };
        let (our_keys, their_keys) = (keys(first, &ours), keys(other, &theirs));
        let mut rows = HashMap::new();
        for (key, our_rows) in &our_keys {
            // Rows with a repeated key are in the same order in both files.
            if let Some(their_rows) = their_keys.get(key).filter(|their_rows| their_rows.len() == our_rows.len()) {
                rows.extend(our_rows.iter().copied().zip(their_rows.iter().copied()));
            }
        }
        if rows.len() * 2 < ours.len().min(theirs.len())
            && ours.len() == theirs.len()
            && agree::<T>(files, bindings, (first, &ours), (other, &theirs))
        {
            rows = ours.into_iter().zip(theirs.iter().copied()).collect();
        }
        let table = &files[other].table;
        let taken: HashSet<usize> = rows.values().copied().collect();
        let reject = |row: &usize| RejectedRow {
            row: table.number(*row),
            column: None,
            reason: "expected the same row in the first language's file, found none".to_owned(),
            text: table.cells(*row).collect::<Vec<_>>().join(" | "),
        };
        Self {
            file: other,
            rejects: theirs.iter().filter(|row| !taken.contains(row)).map(reject).collect(),
            notes: kinds[other].asides(table),
            rows,
        }
    }
}

/// True if two files in different languages have the same digits in their value columns, row by row. At most one row in
/// ten may differ.
fn agree<T: Record>(
    files: &[SnapshotFile],
    bindings: &[Binding],
    (first, ours): (usize, &[usize]),
    (other, theirs): (usize, &[usize]),
) -> bool {
    let is_value = |column: &Column| {
        matches!(
            column.shape,
            ValueShape::Money
                | ValueShape::Count
                | ValueShape::Year
                | ValueShape::Reference
                | ValueShape::Url
                | ValueShape::Telephone
        )
    };
    let compared: Vec<(usize, usize)> = T::COLUMNS
        .iter()
        .filter(|column| is_value(column))
        .filter_map(|column| {
            let place = |file: usize| bindings[file].place(T::COLUMNS, column).map(|place| usize::from(place.column));
            Some((place(first)?, place(other)?))
        })
        .collect();
    let digits = |file: usize, row: usize, place: usize| -> String {
        value::folded(files[file].table.cell(row, place)).chars().filter(char::is_ascii_digit).collect()
    };
    let differs = |(ours, theirs): &(&usize, &usize)| {
        compared
            .iter()
            .any(|(our_place, their_place)| digits(first, **ours, *our_place) != digits(other, **theirs, *their_place))
    };
    ours.iter().zip(theirs).filter(differs).count() * 10 <= ours.len()
}

/// Returns the rows by key. Empty if the table has no key column.
fn key_cells<T: Record>(
    column: &Column,
    table: &Table,
    binding: &Binding,
    rows: &[usize],
) -> HashMap<String, Vec<usize>> {
    let Some(place) = binding.place(T::COLUMNS, column) else { return HashMap::new() };
    let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
    for row in rows {
        let key = value::folded(table.cell(*row, usize::from(place.column)));
        if !value::is_blank(&key) {
            by_key.entry(key).or_default().push(*row);
        }
    }
    by_key
}
