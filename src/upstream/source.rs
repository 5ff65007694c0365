//! All that is particular to one dataset: what it is, where its files are, what their rows become.

use std::ops::RangeInclusive;

use jiff::civil::Date;

use crate::{
    domain::{
        catalog::{Dataset, Distribution},
        record::Column,
        table::Table,
    },
    statistics::Layout,
    upstream::{
        discover::ListedTable,
        raw::RawFile,
        read_options::{ReadError, ReadOptions},
        snapshot::Snapshot,
    },
};

/// One dataset as something to fetch and read.
#[derive(Debug)]
pub struct Source {
    pub dataset: Dataset,
    /// Where its files are, beside what the portal lists.
    pub files: FileSource,
    /// How many records a whole publication plausibly has.
    pub expected: RangeInclusive<usize>,
    /// Whether a body without anything says that there are no rows.
    pub may_be_empty: bool,
    /// The column that names a row in every language's file; without one, rows are joined by position.
    pub joined_by: Option<&'static Column>,
    /// Tells its files from those of other datasets by their content, where the portal mixes them up.
    pub identify: Option<FileIdentification>,
    /// What is particular to its tables of figures, where it is one.
    pub layout: Layout,
    /// Reads its files. Made by [`reader`] or [`crate::upstream::figures::reader`].
    pub read: SnapshotReader,
}

/// How the files of a dataset are told from those that the portal lists as its own, and the other way round.
#[derive(Clone, Copy, Debug)]
pub struct FileIdentification {
    /// Whether a table of a file is of this dataset.
    pub is_it: fn(&Distribution, &Table) -> bool,
    /// The portal's ids of the datasets that its files may be listed under.
    pub mixed_with: &'static [&'static str],
}

/// Reads files into a snapshot of one record type.
#[derive(Clone, Copy, Debug)]
pub struct SnapshotReader {
    pub files: fn(&'static Source, Vec<RawFile>, ReadOptions) -> Result<Snapshot, ReadError>,
    /// The columns of its records; none for figures.
    pub columns: &'static [&'static Column],
    pub none: fn(&'static Dataset) -> Snapshot,
}

/// Where a dataset's files are found.
#[derive(Clone, Copy, Debug)]
pub enum FileSource {
    /// Where the portal says; where it listed them before when it does not answer.
    Portal,
    /// As [`Files::Portal`], and beside these one file a year and language, `{YYYY}` in the address, from this year on: the
    /// portal lists the newest year only. A year whose file is missing is no error.
    Yearly { addresses: &'static [&'static str], from: i16 },
    /// Nowhere: the rows compiled in are all there is, and nobody is asked.
    Bundled,
}

impl Source {
    /// The files to fetch: those that the portal listed and those of years at known addresses. `listed` is `None` when the
    /// portal gave no answer; then the files `held` from before are asked for again, else those at `known` addresses.
    pub fn files(
        &self,
        listed: Option<&[ListedTable]>,
        held: &[Distribution],
        known: impl FnOnce() -> Vec<ListedTable>,
        today: Date,
    ) -> Vec<FileRequest> {
        let tables = match listed.filter(|listed| !listed.is_empty()) {
            Some(listed) => listed.to_vec(),
            None if held.is_empty() => known(),
            None => held.iter().cloned().map(ListedTable::alone).collect(),
        };
        let mut wanted: Vec<FileRequest> = Vec::new();
        for ListedTable { file, twins } in tables {
            let same_table = |other: &FileRequest| {
                same_address(&other.file.url, &file.url)
                    || (other.file.table(), other.file.language, &other.file.period)
                        == (file.table(), file.language, &file.period)
            };
            if !wanted.iter().any(same_table) {
                wanted.push(FileRequest { file, twins, may_be_missing: false });
            }
        }
        if let FileSource::Yearly { addresses, from } = self.files {
            let years = (from..=today.year()).flat_map(|year| addresses.iter().map(move |address| (year, address)));
            for (year, address) in years {
                let file = Distribution::at(address.replace("{YYYY}", &year.to_string()));
                let same_year = |known: &FileRequest| {
                    same_address(&known.file.url, &file.url)
                        || known.file.period == file.period
                            && (known.file.language == file.language || known.file.language.is_none())
                };
                if !wanted.iter().any(same_year) {
                    wanted.push(FileRequest { file, twins: Vec::new(), may_be_missing: true });
                }
            }
        }
        wanted.sort_by(|a, b| (&a.file.period, &a.file.url).cmp(&(&b.file.period, &b.file.url)));
        wanted
    }
}

/// A file to fetch.
#[derive(Clone, Debug)]
pub struct FileRequest {
    pub file: Distribution,
    /// The same table in other formats, for where the file is missing or cannot be read.
    pub twins: Vec<Distribution>,
    /// Whether the publisher may simply not have it.
    pub may_be_missing: bool,
}

impl FileRequest {
    /// A file without twins that the publisher should have.
    pub const fn file(file: Distribution) -> Self {
        Self { file, twins: Vec::new(), may_be_missing: false }
    }

    /// Its file and the twins of it.
    pub fn all(&self) -> impl Iterator<Item = &Distribution> {
        std::iter::once(&self.file).chain(&self.twins)
    }

    /// Whether an address is that of its file or of a twin.
    pub fn is_at(&self, url: &str) -> bool {
        self.all().any(|file| file.url == url)
    }
}

/// Whether two addresses differ in nothing but `http` and `https`.
pub fn same_address(a: &str, b: &str) -> bool {
    let bare =
        |url: &str| url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url).to_owned();
    bare(a) == bare(b)
}
