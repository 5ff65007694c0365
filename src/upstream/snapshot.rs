//! The immutable state of a dataset at one moment: its files as tables, the records read from them, and the rejected
//! rows.

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
        text::Text,
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
    /// An index from id to record position, built on first use. It is sorted and takes eight bytes per record: the hash
    /// of the id and the position.
    by_id: OnceLock<Vec<(u32, u32)>>,
    /// The degree to which its files are understood, computed on first use.
    pub(super) understanding: OnceLock<Understanding>,
}

/// One file: its table and the results of reading it.
#[derive(Debug)]
pub struct SnapshotFile {
    pub raw: RawFile,
    /// The name of the sheet, if the file is a workbook. Each sheet is a separate `SnapshotFile`.
    pub sheet: Option<String>,
    pub format: Format,
    pub charset: String,
    /// The decisions made while decoding the file into the table.
    pub decisions: Decisions,
    /// True if the file is truncated.
    pub is_cut_off: bool,
    pub table: Table,
    /// The row of the table that holds the column names.
    pub header: usize,
    pub rejects: Vec<RejectedRow>,
    /// Footnotes and titles: text that belongs to no record.
    pub notes: Vec<Note>,
    pub drift: ColumnDrift,
    /// The decisions made while reading the table into records. Empty for statistical tables.
    pub explained: ReadReport,
}

/// The decisions about a file of records, and the share of its cells that was understood. `lionrock check --explain`
/// prints it, and the status of the dataset depends on it.
#[derive(Clone, Debug, Default)]
pub struct ReadReport {
    /// The binding of the header and each column, with the evidence and the second-best reading. `None` for statistical
    /// tables.
    pub binding: Option<Binding>,
    /// True if the records were in columns and the table was transposed.
    pub is_turned: bool,
    /// The cells that do not match their column's type. Each loses its value; the record is kept.
    pub unreadable: Vec<RejectedRow>,
    /// The number of cells by outcome.
    pub cells: CellCounts,
}

/// The number of a file's cells by outcome. The sum is the number of filled cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CellCounts {
    /// Cells of known columns in rows that became records.
    pub value: usize,
    pub header: usize,
    /// Cells of titles, notes and section headings.
    pub note: usize,
    /// Cells of rejected rows.
    pub reject: usize,
    /// Cells of unmapped columns, and cells that do not match their column's type.
    pub not_understood: usize,
    /// Cells of repeated headers.
    pub duplicate: usize,
}

impl CellCounts {
    /// Moves cells from the count of values to the count of cells not understood.
    pub const fn move_unreadable(&mut self, cells: usize) {
        let moved = if cells < self.value { cells } else { self.value };
        self.value -= moved;
        self.not_understood += moved;
    }

    /// Returns the number of filled cells.
    pub const fn total(&self) -> usize {
        self.value + self.header + self.note + self.reject + self.not_understood + self.duplicate
    }
}

impl SnapshotFile {
    /// True if the file has rows but lacks the columns that identify a record.
    pub fn is_unidentified(&self) -> bool {
        self.explained.binding.as_ref().is_some_and(|binding| !binding.is_readable) && !self.table.is_blank()
    }

    /// True if some column was bound by evidence instead of a declared name.
    pub fn is_inferred(&self) -> bool {
        self.explained.binding.as_ref().is_some_and(|binding| !binding.is_declared())
    }

    /// True if some content of the file was not understood and is not published as a value.
    pub fn is_partial(&self) -> bool {
        !self.drift.is_empty() || !self.explained.unreadable.is_empty() || !self.rejects.is_empty()
    }
}

/// A row that did not become a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow {
    /// The row's number in its file.
    pub row: u32,
    pub column: Option<&'static str>,
    pub reason: String,
    /// The text of the cell or row.
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

/// The differences between a file's columns and the known ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnDrift {
    /// Required columns that the file lacks, by internal name.
    pub missing: Vec<String>,
    /// Columns that are not mapped to a known column, by upstream name.
    pub unmapped: Vec<String>,
}

impl ColumnDrift {
    pub const fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.unmapped.is_empty()
    }
}

impl Snapshot {
    /// Creates a snapshot from files and the records read from them.
    pub fn new(dataset: &'static Dataset, files: Vec<SnapshotFile>, records: Box<dyn AnyRecords>) -> Self {
        Self { dataset, files, records, by_id: OnceLock::new(), understanding: OnceLock::new() }
    }

    /// Returns the snapshot of a dataset with no known files.
    pub fn empty<T: Record>(dataset: &'static Dataset) -> Self {
        Self::new(dataset, Vec::new(), Box::new(Vec::<T>::new()))
    }

    /// Returns the position of the record with an id, by binary search.
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

    /// Returns its records if they are of this type. Empty otherwise.
    pub fn records<T: Record>(&self) -> &[T] {
        self.records.as_any().downcast_ref::<Vec<T>>().map_or(&[], Vec::as_slice)
    }

    /// True if its records are of this type.
    pub fn holds<T: Record>(&self) -> bool {
        self.records.as_any().is::<Vec<T>>()
    }

    /// Iterates over the rejected rows of all files.
    pub fn rejects(&self) -> impl Iterator<Item = (&SnapshotFile, &RejectedRow)> {
        self.files.iter().flat_map(|file| file.rejects.iter().map(move |reject| (file, reject)))
    }

    /// Returns the freshest origin among its files.
    pub fn origin(&self) -> Option<Origin> {
        self.files.iter().map(|file| file.raw.origin).min()
    }

    /// Returns the combined drift of all its files.
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

/// The records of a snapshot, with their type erased.
pub trait AnyRecords: Send + Sync {
    fn len(&self) -> usize;

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the metadata of one record.
    fn meta(&self, index: usize) -> Option<&RecordMeta>;

    /// Returns the index of the file that a record came from.
    fn file_of(&self, index: usize) -> Option<u16> {
        self.meta(index).map(|meta| meta.file)
    }

    /// Calls `say` for every organisation that one record names.
    fn mentions(&self, index: usize, say: &mut dyn FnMut(Mention<'_>));

    /// Returns the name or title of one record.
    fn label(&self, index: usize) -> Option<&Text>;

    /// Returns the search type of these records.
    fn search_type(&self) -> SearchType;

    /// Returns the searchable text of one record.
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

    fn label(&self, index: usize) -> Option<&Text> {
        self.get(index).map(Record::label)
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
