//! Decodes raw files into tables with bound columns. Selects the sheets that hold records, groups the files of one
//! table in several languages, and applies the effects of a binding.

use std::collections::HashMap;

use super::tables;
use crate::{
    domain::{
        catalog::Format,
        record::{Binding, Presence, Record},
        table::Table,
        text::Language,
    },
    upstream::{
        columns::{MatchedTable, match_columns},
        decode::{ChildTable, DamagedRow, Decisions},
        raw::RawFile,
        read_options::{ReadError, ReadOptions},
        snapshot::{ColumnDrift, Note, ReadReport, RejectedRow, SnapshotFile},
        source::Source,
    },
};

/// The maximum number of damaged cells of a file that are reported individually.
const MOST_DAMAGED: usize = 100;

/// A decoded table with its column binding.
struct Sheet {
    name: Option<String>,
    format: Format,
    charset: String,
    decisions: Decisions,
    damages: Vec<DamagedRow>,
    /// The repairs made while decoding.
    repairs: Vec<String>,
    is_cut_off: bool,
    table: Table,
    matched: MatchedTable,
}

pub(super) fn decode_all<T: Record>(
    source: &Source,
    raw: Vec<RawFile>,
    options: &ReadOptions,
) -> Result<(Vec<SnapshotFile>, Vec<Binding>), ReadError> {
    let mut files = Vec::with_capacity(raw.len());
    let mut bindings: Vec<Binding> = Vec::with_capacity(raw.len());
    for raw in raw {
        let language = raw.distribution.language;
        let sheets = tables(source, &raw)?.into_iter().map(|decoded| {
            let (table, matched) = records_of::<T>(decoded.table, decoded.children, options, language);
            Sheet {
                name: decoded.sheet,
                format: decoded.format,
                charset: decoded.charset,
                decisions: decoded.decisions,
                damages: decoded.damages,
                repairs: decoded.notes,
                is_cut_off: decoded.is_cut_off,
                table,
                matched,
            }
        });
        let (lists, others) = lists(sheets.collect());
        let beside: Vec<Note> = others.iter().flat_map(notes_of).collect();
        for (number, sheet) in lists.into_iter().enumerate() {
            let mut file = file(raw.clone(), sheet);
            if number == 0 {
                file.0.notes.extend(beside.iter().cloned());
            }
            files.push(file.0);
            bindings.push(file.1);
        }
    }
    let by_table = groups(&files);
    for group in &by_table {
        use_twins::<T>(&mut files, &mut bindings, group, options);
    }
    for (file, binding) in files.iter_mut().zip(&mut bindings) {
        finish::<T>(file, binding, options);
    }
    Ok((files, bindings))
}

/// Returns the table whose rows are the records, with its column binding. If the identifying columns are in an array
/// within the rows, the objects of the array are the records.
fn records_of<T: Record>(
    table: Table,
    children: Vec<ChildTable>,
    options: &ReadOptions,
    language: Option<Language>,
) -> (Table, MatchedTable) {
    let matched = |table: &Table| match_columns(table, T::COLUMNS, &options.header_aliases, language, None);
    let rows = matched(&table);
    let binding = &rows.binding;
    let required = T::COLUMNS.iter().zip(&binding.places).filter(|(column, _)| column.presence == Presence::Required);
    let headings: Vec<&str> = required
        .flat_map(|(_, places)| places.iter().flatten())
        .filter_map(|place| binding.headings.get(usize::from(place.column)).map(String::as_str))
        .collect();
    let is_within = |child: &ChildTable, heading: &str| {
        heading.strip_prefix(child.path.as_str()).is_some_and(|rest| rest.starts_with('.'))
    };
    // The deepest array is preferred, because its rows repeat the values of the enclosing rows.
    let mut inner: Vec<ChildTable> = children
        .into_iter()
        .filter(|child| !binding.is_readable || headings.iter().any(|heading| is_within(child, heading)))
        .collect();
    inner.sort_by_key(|child| std::cmp::Reverse(child.path.len()));
    for ChildTable { table, .. } in inner {
        let objects = matched(&table);
        if objects.binding.is_readable {
            return (table, objects);
        }
    }
    (table, rows)
}

/// Splits the sheets into lists of records and other sheets, such as covers and notes. If no sheet is readable, the
/// best one counts as the list.
fn lists(sheets: Vec<Sheet>) -> (Vec<Sheet>, Vec<Sheet>) {
    let is_list = |sheet: &Sheet| sheet.matched.binding.is_readable;
    if sheets.iter().any(is_list) {
        return sheets.into_iter().partition(is_list);
    }
    let best = (0..sheets.len()).rev().max_by_key(|index| sheets[*index].matched.binding.points.0);
    let (mut kept, mut others) = (Vec::new(), Vec::new());
    for (index, sheet) in sheets.into_iter().enumerate() {
        if Some(index) == best { kept.push(sheet) } else { others.push(sheet) }
    }
    (kept, others)
}

/// Returns every text of a sheet without records as notes.
fn notes_of(sheet: &Sheet) -> Vec<Note> {
    let table = &sheet.table;
    let texts = (0..table.len()).flat_map(|row| table.cells(row).map(move |text| (row, text.trim())));
    let filled = texts.filter(|(_, text)| !text.is_empty());
    filled.map(|(row, text)| Note { row: table.number(row), text: text.to_owned() }).collect()
}

fn file(raw: RawFile, sheet: Sheet) -> (SnapshotFile, Binding) {
    let MatchedTable { transposed, binding } = sheet.matched;
    let is_turned = transposed.is_some();
    let unreadable = damaged_cells(&sheet.table);
    let file = SnapshotFile {
        raw,
        sheet: sheet.name,
        format: sheet.format,
        charset: sheet.charset,
        decisions: sheet.decisions,
        is_cut_off: sheet.is_cut_off,
        notes: sheet.repairs.into_iter().map(|text| Note { row: 0, text }).collect(),
        table: transposed.unwrap_or(sheet.table),
        header: binding.header,
        rejects: sheet.damages.into_iter().map(RejectedRow::from).collect(),
        drift: ColumnDrift::default(),
        explained: ReadReport { is_turned, unreadable, ..ReadReport::default() },
    };
    (file, binding)
}

/// Returns the cells with invalid bytes for the charset of the file. They are not published as values.
fn damaged_cells(table: &Table) -> Vec<RejectedRow> {
    let damaged = |row: usize| {
        let cells = table.cells(row).filter(|text| text.contains(char::REPLACEMENT_CHARACTER));
        cells.map(move |text| RejectedRow {
            row: table.number(row),
            column: None,
            reason: "expected text in the charset of the file, found invalid bytes".to_owned(),
            text: text.to_owned(),
        })
    };
    (0..table.len()).flat_map(damaged).take(MOST_DAMAGED).collect()
}

/// Binds the columns of a file by the column positions of the same table in another language, if that binds more of
/// them.
fn use_twins<T: Record>(files: &mut [SnapshotFile], bindings: &mut [Binding], group: &[usize], options: &ReadOptions) {
    let bound = |binding: &Binding| binding.places.iter().filter(|places| places.iter().any(Option::is_some)).count();
    let Some(&best) = group.iter().rev().max_by_key(|file| bound(&bindings[**file])) else { return };
    for &file in group.iter().filter(|file| **file != best) {
        if bound(&bindings[file]) == bound(&bindings[best]) {
            continue;
        }
        let language = files[file].raw.distribution.language;
        let twin = bindings[best].clone();
        let matched = match_columns(&files[file].table, T::COLUMNS, &options.header_aliases, language, Some(&twin));
        if matched.transposed.is_none() && bound(&matched.binding) > bound(&bindings[file]) {
            files[file].header = matched.binding.header;
            bindings[file] = matched.binding;
        }
    }
}

/// Applies the binding: removes personal columns, and records titles and missing columns.
fn finish<T: Record>(file: &mut SnapshotFile, binding: &mut Binding, options: &ReadOptions) {
    if !options.keep_personal_data && !binding.personal.is_empty() {
        file.table = file.table.without_columns(binding.header, &binding.personal);
    }
    let name = |place: &usize| binding.headings[*place].clone();
    file.drift = ColumnDrift {
        missing: if file.table.is_blank() {
            Vec::new()
        } else {
            binding.missing.iter().map(|name| (*name).to_owned()).collect()
        },
        unmapped: if T::KEEPS_EXTRA { Vec::new() } else { binding.unmapped.iter().map(name).collect() },
    };
    file.notes.extend(titles(&file.table, binding));
    let cautions =
        binding.cautions.iter().map(|text| Note { row: file.table.number(binding.header), text: text.clone() });
    file.notes.extend(cautions);
    file.explained.binding = Some(binding.clone());
}

/// Returns the text above the header and the footnotes in the header row.
fn titles(table: &Table, binding: &Binding) -> Vec<Note> {
    let first = (binding.header + 1).saturating_sub(binding.header_rows);
    let above = (0..first).flat_map(|row| table.cells(row).map(move |text| (row, text)));
    let within = binding.unnamed.iter().map(|place| (binding.header, table.cell(binding.header, *place)));
    above
        .chain(within)
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(row, text)| Note { row: table.number(row), text: text.trim().to_owned() })
        .collect()
}

/// Groups the files that hold one table in several languages. The file that defines the rows comes first.
pub(super) fn groups(files: &[SnapshotFile]) -> Vec<Vec<usize>> {
    let mut groups: Vec<((String, usize), Vec<usize>)> = Vec::new();
    let mut sheets: HashMap<&str, usize> = HashMap::new();
    for (index, file) in files.iter().enumerate() {
        // The sheets of workbooks in several languages correspond by position.
        let sheet = sheets.entry(&file.raw.distribution.url).or_default();
        let table = (file.raw.distribution.table(), *sheet);
        *sheet += 1;
        let same = |other: &usize| files[*other].raw.distribution.language == file.raw.distribution.language;
        match groups.iter_mut().find(|(known, group)| *known == table && !group.iter().any(same)) {
            Some((_, group)) => group.push(index),
            None => groups.push((table, vec![index])),
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
