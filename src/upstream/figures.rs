//! Reads files into figures. This is the counterpart of [`read`](super::read) for statistical tables.

use std::{
    any::Any,
    collections::{BTreeSet, HashSet},
};

use crate::{
    domain::{
        catalog::{Dataset, Distribution},
        record::{Mention, RecordMeta, SearchText, SearchType},
        script,
        table::Table,
        text::{Language, Text},
    },
    statistics::{self, CellState, DecisionBasis, DecisionSubject, Figures, NotUnderstood, ReaderDecision, StatFile},
    upstream::{
        decode::{DecodeError, DecodedTable},
        raw::RawFile,
        read::tables,
        read_options::{ReadError, ReadOptions},
        snapshot::{AnyRecords, ColumnDrift, Note, ReadReport, RejectedRow, Snapshot, SnapshotFile},
        source::{SnapshotReader, Source},
    },
};

/// Returns the reader of statistical tables.
pub const fn reader() -> SnapshotReader {
    SnapshotReader {
        files: read,
        columns: &[],
        none: |dataset: &'static Dataset| Snapshot::new(dataset, Vec::new(), Box::new(Figures::default())),
    }
}

fn read(source: &'static Source, raw: Vec<RawFile>, _: ReadOptions) -> Result<Snapshot, ReadError> {
    let mut files = Vec::new();
    let mut urls = Vec::new();
    let mut seen = HashSet::new();
    for raw in raw {
        urls.push(raw.distribution.url.clone());
        // The same file at two addresses would count its figures twice.
        if source.identify.is_some() && !seen.insert(raw.sha256.clone()) {
            continue;
        }
        files.extend(sheets(source, raw)?);
    }
    if let (true, Some(url)) = (files.is_empty(), urls.into_iter().next()) {
        let found = "tables of other datasets only".to_owned();
        return Err(ReadError { url, error: DecodeError::Shape { expected: "a table of this dataset", found } });
    }
    let figures = {
        let stat_files: Vec<StatFile<'_>> =
            (0..).zip(&files).map(|(number, file)| stat_file(source, number, file)).collect();
        statistics::read(&stat_files, &source.layout)
    };
    for reject in &figures.rejects {
        if let Some(file) = files.get_mut(usize::from(reject.file)) {
            file.rejects.push(RejectedRow {
                row: reject.row,
                column: None,
                reason: reject.reason.clone(),
                text: reject.text.clone(),
            });
        }
    }
    for (number, file) in files.iter_mut().enumerate() {
        file.drift = drift(source, &figures, number, file);
    }
    if let Some(file) = files.first_mut() {
        let note = |text: &Text| Note { row: 0, text: text.nearest(Language::En).into_owned() };
        file.notes.extend(figures.notes.iter().map(note));
    }
    Ok(Snapshot::new(&source.dataset, files, Box::new(figures)))
}

/// Returns the tables of a file that belong to this dataset, each as a separate file.
fn sheets(source: &Source, raw: RawFile) -> Result<Vec<SnapshotFile>, ReadError> {
    let is_ours = |table: &Table| source.identify.is_none_or(|identify| (identify.is_it)(&raw.distribution, table));
    let decoded = tables(source, &raw)?.into_iter().flat_map(DecodedTable::by_child);
    let decoded = decoded.filter(|decoded| is_ours(&decoded.table));
    Ok(decoded
        .map(|decoded| SnapshotFile {
            raw: raw.clone(),
            sheet: decoded.sheet,
            format: decoded.format,
            charset: decoded.charset,
            decisions: decoded.decisions,
            is_cut_off: decoded.is_cut_off,
            header: widest_row(&decoded.table),
            table: decoded.table,
            rejects: decoded.damages.into_iter().map(RejectedRow::from).collect(),
            notes: decoded.notes.into_iter().map(|text| Note { row: 0, text }).collect(),
            drift: ColumnDrift::default(),
            explained: ReadReport::default(),
        })
        .collect())
}

/// Returns the likely header row: the first row with more than half as many filled cells as the widest row.
fn widest_row(table: &Table) -> usize {
    let filled = |row: &usize| table.cells(*row).filter(|cell| !cell.trim().is_empty()).count();
    let widest = (0..table.len()).map(|row| filled(&row)).max().unwrap_or(0);
    (0..table.len()).find(|row| filled(row) * 2 > widest).unwrap_or(0)
}

fn stat_file<'a>(source: &Source, number: u16, file: &'a SnapshotFile) -> StatFile<'a> {
    let named = file.raw.distribution.language;
    // The portal's names are unreliable here, so only the address and the text determine the language.
    let by_address = Distribution::at(file.raw.distribution.url.as_str()).language;
    StatFile {
        table: &file.table,
        language: if source.identify.is_some() { by_address.or_else(|| Some(written_in(&file.table))) } else { named },
        period: file.raw.distribution.period.as_deref(),
        as_of: file.raw.as_of,
        file: number,
    }
}

/// Returns the language of the text in a table.
fn written_in(table: &Table) -> Language {
    let text: String =
        (0..table.len()).flat_map(|row| table.cells(row)).filter(|cell| script::has_han(cell)).take(200).collect();
    if text.is_empty() {
        Language::En
    } else if script::to_simplified(&text) == text {
        Language::ZhHans
    } else {
        Language::ZhHant
    }
}

/// Returns the drift of a file.
///
/// A file has drifted if none of its figures is served, neither directly nor as a duplicate in another language or
/// format. The drift names the missing measures and the unmapped columns.
fn drift(source: &Source, figures: &Figures, number: usize, file: &SnapshotFile) -> ColumnDrift {
    let cells = figures.reading.cells_of_file.get(number);
    let states = || cells.into_iter().flatten().map(|(state, _)| *state);
    let is_served = states().any(|state| matches!(state, CellState::Value | CellState::Duplicate));
    let lost: Vec<CellState> =
        states().filter(|state| matches!(state, CellState::NotUnderstood(_) | CellState::Reject)).collect();
    if is_served || (lost.is_empty() && !figures.observations.is_empty()) {
        return ColumnDrift::default();
    }
    let is_known = |decision: &ReaderDecision| {
        usize::from(decision.file) == number
            && decision.basis == DecisionBasis::Declared
            && matches!(decision.about, DecisionSubject::Column { role: "figures", .. })
    };
    let lacks_period = lost.iter().all(|state| *state == CellState::NotUnderstood(NotUnderstood::Period))
        && figures.reading.decisions.iter().any(is_known);
    let missing: BTreeSet<&str> = if lacks_period {
        BTreeSet::from(["period"])
    } else {
        source.layout.measures.iter().map(|measure| measure.id).collect()
    };
    let missing = if missing.is_empty() { BTreeSet::from(["figures"]) } else { missing };
    let missing = missing.into_iter().map(str::to_owned).collect();
    let names = file.table.cells(file.header).map(str::trim).filter(|name| !name.is_empty());
    ColumnDrift { missing, unmapped: names.map(str::to_owned).collect() }
}

impl AnyRecords for Figures {
    /// The number of figures.
    fn len(&self) -> usize {
        self.observations.len()
    }

    fn meta(&self, _: usize) -> Option<&RecordMeta> {
        None
    }

    fn file_of(&self, index: usize) -> Option<u16> {
        self.observations.get(index).map(|observation| observation.file)
    }

    fn mentions(&self, _: usize, _: &mut dyn FnMut(Mention<'_>)) {}

    fn label(&self, _: usize) -> Option<&Text> {
        None
    }

    /// Search finds figures through their dataset.
    fn search_type(&self) -> SearchType {
        SearchType::Dataset
    }

    fn search_text(&self, _: usize) -> SearchText<'_> {
        SearchText::default()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Snapshot {
    /// Returns its figures. `None` if the snapshot is not of a statistical table.
    pub fn figures(&self) -> Option<&Figures> {
        self.records.as_any().downcast_ref()
    }
}
