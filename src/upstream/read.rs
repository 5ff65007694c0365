//! From files to records. Files of one table in several languages are put side by side first; then every row below the
//! header ends as a record, as a reject with its reason, or as a note. Files whose columns are not known keep their
//! table and say so.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::{
    domain::{
        catalog::Dataset,
        record::{Binding, Column, HeaderAlias, Record, Row, RowPart},
        table::Table,
    },
    upstream::{
        decode::{self, DecodeError, Decoded},
        raw::RawFile,
        snapshot::{Drift, File, Note, Reject, Snapshot},
        source::Source,
    },
};

/// How one dataset's files are read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether the operator asked for personal data to be kept.
    pub keep_personal_data: bool,
    /// More names for columns, from the operator.
    pub header_aliases: Arc<[HeaderAlias]>,
}

/// A file that could not be decoded; one such file costs this reading.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{url}: {error}")]
pub struct ReadError {
    pub url: String,
    #[source]
    pub error: DecodeError,
}

/// Reads a dataset's files into records of one type.
pub fn read<T: Record>(source: &'static Source, raw: Vec<RawFile>, options: Options) -> Result<Snapshot, ReadError> {
    let (mut files, bindings) = decode_all::<T>(source, raw, &options)?;
    let mut reading = Reading::<T>::new(&source.dataset);
    for group in groups(&files) {
        read_group(source, &mut files, &bindings, &group, &mut reading);
    }
    Ok(Snapshot::new(&source.dataset, files, Box::new(reading.records)))
}

fn decode_all<T: Record>(
    source: &Source,
    raw: Vec<RawFile>,
    options: &Options,
) -> Result<(Vec<File>, Vec<Binding>), ReadError> {
    let mut files = Vec::with_capacity(raw.len());
    let mut bindings = Vec::with_capacity(raw.len());
    for raw in raw {
        let language = raw.distribution.language;
        // A list of records is one table: of a workbook, its first sheet.
        let decoded = tables(source, &raw)?.swap_remove(0);
        let binding = Binding::locate(&decoded.table, T::COLUMNS, &options.header_aliases, language);
        let hidden = !options.keep_personal_data && !binding.personal.is_empty();
        let table =
            if hidden { decoded.table.without_columns(binding.header, &binding.personal) } else { decoded.table };
        let name = |place: &usize| table.cell(binding.header, *place).trim().to_owned();
        let drift = Drift {
            missing: if table.is_empty() {
                Vec::new()
            } else {
                binding.missing.iter().map(|name| (*name).to_owned()).collect()
            },
            unmapped: if T::KEEPS_EXTRA { Vec::new() } else { binding.unmapped.iter().map(name).collect() },
        };
        files.push(File {
            raw,
            sheet: decoded.sheet,
            format: decoded.format,
            charset: decoded.charset,
            notes: titles(&table, &binding),
            table,
            header: binding.header,
            rejects: Vec::new(),
            drift,
        });
        bindings.push(binding);
    }
    Ok((files, bindings))
}

/// The tables of a file, at least one.
pub fn tables(source: &Source, raw: &RawFile) -> Result<Vec<Decoded>, ReadError> {
    match decode::decode(&raw.body, raw.declared_charset.as_deref(), raw.distribution.language) {
        Err(DecodeError::Empty) if source.may_be_empty => Ok(vec![Decoded::nothing()]),
        Ok(tables) if tables.is_empty() => Err(DecodeError::Empty),
        tables => tables,
    }
    .map_err(|error| ReadError { url: raw.distribution.url.clone(), error })
}

/// The text above the header and the footnotes that stand in it.
fn titles(table: &Table, binding: &Binding) -> Vec<Note> {
    let above = (0..binding.header).flat_map(|row| table.cells(row).map(move |text| (row, text)));
    let within = binding.unnamed.iter().map(|place| (binding.header, table.cell(binding.header, *place)));
    above
        .chain(within)
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(row, text)| Note { row: table.number(row), text: text.trim().to_owned() })
        .collect()
}

/// The files that hold one table: its languages, the one that names the rows first.
fn groups(files: &[File]) -> Vec<Vec<usize>> {
    let mut groups: Vec<(Cow<'_, str>, Vec<usize>)> = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let stem = file.raw.distribution.stem();
        let same = |other: &usize| files[*other].raw.distribution.language == file.raw.distribution.language;
        match groups.iter_mut().find(|(known, group)| *known == stem && !group.iter().any(same)) {
            Some((_, group)) => group.push(index),
            None => groups.push((stem, vec![index])),
        }
    }
    groups
        .into_iter()
        .map(|(_, mut group)| {
            group.sort_by_key(|index| files[*index].raw.distribution.language);
            group
        })
        .collect()
}

/// The records read so far.
struct Reading<T> {
    dataset: &'static Dataset,
    records: Vec<T>,
    /// Where the record of a key stands, and how often the key came.
    by_key: HashMap<String, (usize, u32)>,
}

impl<T: Record> Reading<T> {
    fn new(dataset: &'static Dataset) -> Self {
        Self { dataset, records: Vec::new(), by_key: HashMap::new() }
    }

    /// Adds a record, or merges it into the one that it continues. A key that comes again is told apart by its count.
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

/// Reads the files of one table. The first names the rows; the others add their languages.
fn read_group<T: Record>(
    source: &'static Source,
    files: &mut [File],
    bindings: &[Binding],
    group: &[usize],
    reading: &mut Reading<T>,
) {
    // A file without its key columns stands aside: its table is served, marked as drifted.
    let readable: Vec<usize> = group.iter().copied().filter(|file| bindings[*file].is_readable).collect();
    let Some((&first, others)) = readable.split_first() else { return };
    let joins: Vec<Join> = others.iter().map(|other| Join::new::<T>(source, files, bindings, first, *other)).collect();
    let mut rejects = Vec::new();
    let mut notes = Vec::new();
    for row in bindings[first].header + 1..files[first].table.len() {
        let table = &files[first].table;
        let number = table.number(row);
        if table.cells(row).all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if let Some(text) = footnote(table, row) {
            notes.push(Note { row: number, text });
            continue;
        }
        notes.extend(bindings[first].unnamed.iter().filter_map(|place| {
            let text = table.cell(row, *place).trim();
            (!text.is_empty()).then(|| Note { row: number, text: text.to_owned() })
        }));
        let surplus =
            (table.width(bindings[first].header)..table.width(row)).map(|place| table.cell(row, place).trim());
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
        match T::read(&Row::new(T::COLUMNS, &source.dataset, period, &parts)) {
            Ok(record) => reading.accept(record),
            Err(error) => rejects.push(Reject {
                row: number,
                column: Some(error.column),
                reason: error.reason,
                text: if error.text.is_empty() { table.cells(row).collect::<Vec<_>>().join(" | ") } else { error.text },
            }),
        }
    }
    files[first].rejects.extend(rejects);
    files[first].notes.extend(notes);
    for join in joins {
        files[join.file].rejects.extend(join.rejects);
        files[join.file].notes.extend(join.notes);
    }
}

/// Which row of another language's file is which row of the first file.
struct Join {
    file: usize,
    rows: HashMap<usize, usize>,
    rejects: Vec<Reject>,
    notes: Vec<Note>,
}

impl Join {
    /// Joins by the dataset's key column where both files have it, else by position when both have as many rows.
    fn new<T: Record>(source: &Source, files: &[File], bindings: &[Binding], first: usize, other: usize) -> Self {
        let data = |file: usize| {
            let table = &files[file].table;
            let is_data =
                |row: &usize| !table.cells(*row).all(|cell| cell.trim().is_empty()) && footnote(table, *row).is_none();
            (bindings[file].header + 1..table.len()).filter(is_data).collect::<Vec<usize>>()
        };
        let (ours, theirs) = (data(first), data(other));
        let keys = |file: usize, rows: &[usize]| {
            source
                .joined_by
                .map(|column| key_cells::<T>(column, &files[file].table, &bindings[file], rows))
                .unwrap_or_default()
        };
        let (our_keys, their_keys) = (keys(first, &ours), keys(other, &theirs));
        let rows: HashMap<usize, usize> = if !our_keys.is_empty() && !their_keys.is_empty() {
            our_keys.into_iter().filter_map(|(key, row)| Some((row, *their_keys.get(&key)?))).collect()
        } else if ours.len() == theirs.len() {
            ours.into_iter().zip(theirs.iter().copied()).collect()
        } else {
            HashMap::new()
        };
        let table = &files[other].table;
        let taken: HashSet<usize> = rows.values().copied().collect();
        let reject = |row: &usize| Reject {
            row: table.number(*row),
            column: None,
            reason: "expected the same row in the first language's file, found none".to_owned(),
            text: table.cells(*row).collect::<Vec<_>>().join(" | "),
        };
        let note = |row: usize| footnote(table, row).map(|text| Note { row: table.number(row), text });
        Self {
            file: other,
            rejects: theirs.iter().filter(|row| !taken.contains(row)).map(reject).collect(),
            notes: (bindings[other].header + 1..table.len()).filter_map(note).collect(),
            rows,
        }
    }
}

/// The rows by their key, where the table has the key's column; a key that comes twice identifies nothing.
fn key_cells<T: Record>(column: &Column, table: &Table, binding: &Binding, rows: &[usize]) -> HashMap<String, usize> {
    let Some(place) = binding.place(T::COLUMNS, column) else { return HashMap::new() };
    let mut by_key = HashMap::new();
    let mut doubled = Vec::new();
    for row in rows {
        let key = table.cell(*row, place).trim().to_lowercase();
        if !crate::domain::value::is_blank(&key) && by_key.insert(key.clone(), *row).is_some() {
            doubled.push(key);
        }
    }
    for key in doubled {
        by_key.remove(&key);
    }
    by_key
}

/// The text of a row that is a footnote: one cell only, in the first column, that begins like a note.
fn footnote(table: &Table, row: usize) -> Option<String> {
    let mut filled = table.cells(row).enumerate().filter(|(_, cell)| !cell.trim().is_empty());
    let (0, text) = filled.next()? else { return None };
    let text = text.trim();
    let begins = |word: &str| text.get(..word.len()).is_some_and(|meta| meta.eq_ignore_ascii_case(word));
    let is_note = text.starts_with(crate::domain::number::is_footnote_mark)
        || ["note", "remark", "source:", "end of"].iter().any(|word| begins(word))
        || ["註", "注", "备注", "備註", "資料來源", "资料来源"].iter().any(|word| text.starts_with(word));
    (filled.next().is_none() && is_note).then(|| text.to_owned())
}
