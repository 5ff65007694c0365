//! Reads files into records.
//!
//! Files of one table in several languages are joined first. Each row below the header then becomes a record, a reject
//! with its reason, or a note. Files with unknown columns keep their table and are marked as drifted.

use std::collections::{HashMap, HashSet};

use files::{decode_all, groups};
use join::RowJoin;
use rows::RowKinds;

use crate::{
    domain::{
        catalog::Dataset,
        record::{
            Binding, CellError, Record, Row, RowPart,
            binding::{ColumnRef, Half},
        },
        value,
    },
    upstream::{
        decode::{self, DecodeError, DecodedTable},
        raw::RawFile,
        read_options::{ReadError, ReadOptions},
        snapshot::{Note, RejectedRow, Snapshot, SnapshotFile},
        source::{SnapshotReader, Source},
    },
};

mod files;
mod join;
mod rows;

/// Returns the reader of a record type.
pub const fn reader<T: Record>() -> SnapshotReader {
    SnapshotReader { files: read::<T>, columns: T::COLUMNS, none: Snapshot::empty::<T> }
}

/// Reads a dataset's files into records of one type.
pub fn read<T: Record>(
    source: &'static Source,
    raw: Vec<RawFile>,
    options: ReadOptions,
) -> Result<Snapshot, ReadError> {
    let (mut files, bindings) = decode_all::<T>(source, raw, &options)?;
    let mut reading = Reading::<T>::new(&source.dataset);
    let kinds: Vec<RowKinds> =
        files.iter().zip(&bindings).map(|(file, binding)| RowKinds::of(&file.table, binding, file.format)).collect();
    for group in groups(&files) {
        read_group(source, &mut files, (&bindings, &kinds), &group, &mut reading);
    }
    Ok(Snapshot::new(&source.dataset, files, Box::new(reading.records)))
}

/// Decodes a file into its tables. A successful result has at least one table.
pub fn tables(source: &Source, raw: &RawFile) -> Result<Vec<DecodedTable>, ReadError> {
    match decode::decode(&raw.body, raw.declared_charset.as_deref(), raw.distribution.language) {
        Err(DecodeError::Empty) if source.may_be_empty => Ok(vec![DecodedTable::nothing()]),
        Ok(tables) if tables.is_empty() => Err(DecodeError::Empty),
        tables => tables,
    }
    .map_err(|error| ReadError { url: raw.distribution.url.clone(), error })
}

/// The records read so far.
struct Reading<T> {
    dataset: &'static Dataset,
    records: Vec<T>,
    /// The position of the first record with each key, and the number of records with that key.
    by_key: HashMap<String, (usize, u32)>,
}

impl<T: Record> Reading<T> {
    fn new(dataset: &'static Dataset) -> Self {
        Self { dataset, records: Vec::new(), by_key: HashMap::new() }
    }

    /// Adds a record, or merges it into the earlier record that it continues. Repeated keys get a count suffix in their
    /// id.
    fn accept(&mut self, mut record: T) {
        let key = record.key().into_owned();
        let entry = self.by_key.entry(key.clone()).or_insert((self.records.len(), 0));
        let is_first = entry.1 == 0;
        if !is_first {
            match self.records[entry.0].absorb(record) {
                Ok(()) => return,
                Err(separate) => record = separate,
            }
        }
        entry.1 += 1;
        let plan = self.dataset.plan;
        let id = if is_first { format!("{plan}:{key}") } else { format!("{plan}:{key}~{}", entry.1) };
        let index = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        let meta = record.meta_mut();
        meta.id = id;
        meta.index = index;
        self.records.push(record);
    }
}

/// Reads the files of one table. The first file defines the rows; the others add their languages.
fn read_group<T: Record>(
    source: &'static Source,
    files: &mut [SnapshotFile],
    (bindings, kinds): (&[Binding], &[RowKinds]),
    group: &[usize],
    reading: &mut Reading<T>,
) {
    // A file without its key columns is not joined. Its table is still served, marked as drifted.
    let readable: Vec<usize> = group.iter().copied().filter(|file| bindings[*file].is_readable).collect();
    for file in group {
        files[*file].explained.cells = kinds[*file].counts(&files[*file].table, &bindings[*file], &HashSet::new());
    }
    let Some((&first, others)) = readable.split_first() else { return };
    let joins: Vec<RowJoin> =
        others.iter().map(|other| RowJoin::new::<T>(source, files, (bindings, kinds), first, *other)).collect();
    let mut rejects = Vec::new();
    let mut notes = Vec::new();
    let mut unreadable = Vec::new();
    let mut rejected = HashSet::new();
    for row in kinds[first].data() {
        let table = &files[first].table;
        let number = table.number(row);
        notes.extend(bindings[first].unnamed.iter().filter_map(|place| {
            let text = table.cell(row, *place).trim();
            (!text.is_empty()).then(|| Note { row: number, text: text.to_owned() })
        }));
        let surplus = (bindings[first].headings.len()..table.width(row)).map(|place| table.cell(row, place).trim());
        notes.extend(surplus.filter(|text| !text.is_empty()).map(|text| Note { row: number, text: text.to_owned() }));
        let part = |file: usize, row: usize| RowPart {
            file: u16::try_from(file).unwrap_or(u16::MAX),
            table: &files[file].table,
            binding: &bindings[file],
            row,
        };
        let mut parts = vec![part(first, row)];
        parts.extend(joins.iter().filter_map(|join| Some(part(join.file, *join.rows.get(&row)?))));
        let period = files[first].raw.distribution.period.as_deref();
        let whole = || Row::new(T::COLUMNS, &source.dataset, period, &parts);
        // A row with the amounts of several periods becomes one record per period.
        let rows: Vec<Row<'_>> = match &bindings[first].by_period {
            None => vec![whole()],
            Some(by_period) => {
                let has_amount = |place: u16| !value::is_blank(table.cell(row, usize::from(place)));
                let filled = by_period.periods.iter().filter(|(place, _)| has_amount(*place));
                filled
                    .map(|(place, label)| {
                        whole().of_period(label, by_period.column, ColumnRef { column: *place, half: Half::Whole })
                    })
                    .collect()
            }
        };
        let reject = |error: CellError| RejectedRow {
            row: number,
            column: Some(error.column),
            reason: error.reason,
            text: if error.text.is_empty() { table.cells(row).collect::<Vec<_>>().join(" | ") } else { error.text },
        };
        if rows.is_empty() {
            rejected.insert(row);
            rejects.push(RejectedRow {
                row: number,
                column: None,
                reason: "expected an amount in at least one period, found none".to_owned(),
                text: table.cells(row).collect::<Vec<_>>().join(" | "),
            });
        }
        for cells in rows {
            match T::read(&cells) {
                Ok(record) => {
                    unreadable.extend(cells.into_unreadable().into_iter().map(reject));
                    reading.accept(record);
                }
                Err(error) => {
                    rejected.insert(row);
                    rejects.push(reject(error));
                }
            }
        }
    }
    notes.extend(kinds[first].asides(&files[first].table));
    let file = &mut files[first];
    file.explained.cells = kinds[first].counts(&file.table, &bindings[first], &rejected);
    file.explained.cells.move_unreadable(unreadable.len());
    file.rejects.extend(rejects);
    file.notes.extend(notes);
    file.notes.extend(unreadable.iter().map(|cell| Note {
        row: cell.row,
        text: format!("column `{}`: {}", cell.column.unwrap_or_default(), cell.reason),
    }));
    file.explained.unreadable.extend(unreadable);
    for join in joins {
        files[join.file].rejects.extend(join.rejects);
        files[join.file].notes.extend(join.notes);
    }
}
