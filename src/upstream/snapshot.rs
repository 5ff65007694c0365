//! What is known of a dataset at one moment: its files as tables, the records read from them, and what could not be
//! read. Immutable once made.

use std::{
    any::Any,
    collections::HashSet,
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
    sync::OnceLock,
};

use crate::{
    domain::{
        catalog::{Dataset, Format},
        record::{Binding, Mention, Record, RecordMeta, SearchText, SearchType},
        table::Table,
    },
    upstream::{
        decode::{DamagedRow, Decisions},
        raw::{Origin, RawFile},
        understanding::Understanding,
    },
};

/// A dataset's files and records.
pub struct Snapshot {
    pub dataset: &'static Dataset,
    pub files: Vec<SnapshotFile>,
    pub records: Box<dyn AnyRecords>,
    /// Where the record of each id stands, from the first question on. Eight bytes a record: the hash of its id and its
    /// position, sorted.
    by_id: OnceLock<Vec<(u32, u32)>>,
    /// How far its files are understood, from the first question on.
    pub(super) understanding: OnceLock<Understanding>,
}

/// One file: what it holds and what came of it.
#[derive(Debug)]
pub struct SnapshotFile {
    pub raw: RawFile,
    /// The name of the sheet that it is, in a workbook; each sheet is a file of its own here.
    pub sheet: Option<String>,
    pub format: Format,
    pub charset: String,
    /// How the table was made out of the file.
    pub decisions: Decisions,
    /// Whether the file ends early.
    pub is_cut_off: bool,
    pub table: Table,
    /// The row of the table that holds the column names.
    pub header: usize,
    pub rejects: Vec<RejectedRow>,
    /// Footnotes and titles: text that belongs to no record.
    pub notes: Vec<Note>,
    pub drift: ColumnDrift,
    /// What was decided on the way from the table to the records; nothing for a table of figures.
    pub explained: ReadReport,
}

/// What was decided about a file of a list, and how much of it was understood. `lionrock check --explain` prints it, and
/// the status of the dataset follows from it.
#[derive(Clone, Debug, Default)]
pub struct ReadReport {
    /// The header and each column, with the evidence and the reading that came next; `None` for a table of figures.
    pub binding: Option<Binding>,
    /// Whether the records of the table stood side by side and it was turned.
    pub is_turned: bool,
    /// Cells that do not mean what their column should. Each costs its value, not the record.
    pub unreadable: Vec<RejectedRow>,
    /// What became of the cells.
    pub cells: CellCounts,
}

/// How many of a file's cells became what; together as many as the file has filled cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CellCounts {
    /// Cells of columns that are known, in rows that became records.
    pub value: usize,
    pub header: usize,
    /// Titles, notes and headings of sections.
    pub note: usize,
    /// Cells of rows that were rejected.
    pub reject: usize,
    /// Cells of columns that nothing takes, and cells that do not mean what their column should.
    pub not_understood: usize,
    /// Cells of repeated headers.
    pub duplicate: usize,
}

impl CellCounts {
    /// Counts cells as not understood that were counted as values.
    pub const fn move_unreadable(&mut self, cells: usize) {
        let moved = if cells < self.value { cells } else { self.value };
        self.value -= moved;
        self.not_understood += moved;
    }

    /// The number of filled cells.
    pub const fn total(&self) -> usize {
        self.value + self.header + self.note + self.reject + self.not_understood + self.duplicate
    }
}

impl SnapshotFile {
    /// Whether what identifies a record was not found in the file, though it has rows.
    pub fn is_unidentified(&self) -> bool {
        self.explained.binding.as_ref().is_some_and(|binding| !binding.is_readable) && !self.table.is_blank()
    }

    /// Whether some column was bound by evidence, not by a declared name.
    pub fn is_inferred(&self) -> bool {
        self.explained.binding.as_ref().is_some_and(|binding| !binding.is_declared())
    }

    /// Whether something in the file was not understood and is not published as a value.
    pub fn is_partial(&self) -> bool {
        !self.drift.is_empty() || !self.explained.unreadable.is_empty() || !self.rejects.is_empty()
    }
}

/// A row that became no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow {
    /// The row's number in its file.
    pub row: u32,
    pub column: Option<&'static str>,
    pub reason: String,
    /// The text that was there.
    pub text: String,
}

impl From<DamagedRow> for RejectedRow {
    fn from(damage: DamagedRow) -> Self {
        Self { row: damage.row, column: None, reason: damage.reason, text: damage.text }
    }
}

/// A footnote or title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub row: u32,
    pub text: String,
}

/// How a file's columns differ from the known ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnDrift {
    /// Columns without which the dataset cannot be read, by our name.
    pub missing: Vec<String>,
    /// Columns that nothing takes, by their name upstream.
    pub unmapped: Vec<String>,
}

impl ColumnDrift {
    pub const fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.unmapped.is_empty()
    }
}

impl Snapshot {
    /// These files and the records that were read from them.
    pub fn new(dataset: &'static Dataset, files: Vec<SnapshotFile>, records: Box<dyn AnyRecords>) -> Self {
        Self { dataset, files, records, by_id: OnceLock::new(), understanding: OnceLock::new() }
    }

    /// A dataset of which nothing is known yet.
    pub fn empty<T: Record>(dataset: &'static Dataset) -> Self {
        Self::new(dataset, Vec::new(), Box::new(Vec::<T>::new()))
    }

    /// The position of the record that has an id. A binary search.
    pub fn find(&self, id: &str) -> Option<usize> {
        let by_id = self.by_id.get_or_init(|| {
            let meta = |index: usize| Some((hash(&self.records.meta(index)?.id), index as u32));
            let mut by_id: Vec<(u32, u32)> = (0..self.records.len()).filter_map(meta).collect();
            by_id.sort_unstable();
            by_id
        });
        let wanted = hash(id);
        let begin = by_id.partition_point(|(hash, _)| *hash < wanted);
        let alike = by_id[begin..].iter().take_while(|(hash, _)| *hash == wanted);
        let is_it = |index: &usize| self.records.meta(*index).is_some_and(|meta| meta.id == id);
        alike.map(|(_, index)| *index as usize).find(is_it)
    }

    /// Its records, when they are of this type.
    pub fn records<T: Record>(&self) -> &[T] {
        self.records.as_any().downcast_ref::<Vec<T>>().map_or(&[], Vec::as_slice)
    }

    /// Whether its records are of this type.
    pub fn holds<T: Record>(&self) -> bool {
        self.records.as_any().is::<Vec<T>>()
    }

    /// The rows of all files that became no record.
    pub fn rejects(&self) -> impl Iterator<Item = (&SnapshotFile, &RejectedRow)> {
        self.files.iter().flat_map(|file| file.rejects.iter().map(move |reject| (file, reject)))
    }

    /// The freshest origin among its files.
    pub fn origin(&self) -> Option<Origin> {
        self.files.iter().map(|file| file.raw.origin).min()
    }

    /// The drift of all its files.
    pub fn drift(&self) -> ColumnDrift {
        let drifts = || self.files.iter().map(|file| &file.drift);
        ColumnDrift {
            missing: unique(drifts().flat_map(|drift| &drift.missing)),
            unmapped: unique(drifts().flat_map(|drift| &drift.unmapped)),
        }
    }
}

fn hash(id: &str) -> u32 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(id) as u32
}

fn unique<'a>(names: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut seen = HashSet::new();
    names.filter(|name| seen.insert(*name)).cloned().collect()
}

/// The records of a snapshot, whatever their type.
pub trait AnyRecords: Send + Sync {
    fn len(&self) -> usize;

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The head of one record.
    fn meta(&self, index: usize) -> Option<&RecordMeta>;

    /// Which of the snapshot's files a record came from.
    fn file_of(&self, index: usize) -> Option<u16> {
        self.meta(index).map(|meta| meta.file)
    }

    /// Every organisation that one record names.
    fn mentions(&self, index: usize, say: &mut dyn FnMut(Mention<'_>));

    /// As what a search finds these records.
    fn search_type(&self) -> SearchType;

    /// What a search finds one record by.
    fn search_text(&self, index: usize) -> SearchText<'_>;

    fn as_any(&self) -> &dyn Any;
}

impl<T: Record> AnyRecords for Vec<T> {
    fn len(&self) -> usize {
        self.as_slice().len()
    }

    fn meta(&self, index: usize) -> Option<&RecordMeta> {
        self.get(index).map(Record::meta)
    }

    fn mentions(&self, index: usize, say: &mut dyn FnMut(Mention<'_>)) {
        if let Some(record) = self.get(index) {
            record.mentions(say);
        }
    }

    fn search_type(&self) -> SearchType {
        T::SEARCH_TYPE
    }

    fn search_text(&self, index: usize) -> SearchText<'_> {
        self.get(index).map(Record::search_text).unwrap_or_default()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
