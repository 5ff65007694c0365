//! The definition of one dataset: its metadata, the location of its files, and how to read them.

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

/// The definition of a dataset to fetch and read.
#[derive(Debug)]
pub struct Source {
    pub dataset: Dataset,
    /// The location of its files, in addition to the portal's list.
    pub files: FileSource,
    /// The plausible number of records in a complete publication.
    pub expected: RangeInclusive<usize>,
    /// True if an empty body is a valid publication with no rows.
    pub may_be_empty: bool,
    /// The column that identifies a row in the files of all languages. If `None`, rows are joined by position.
    pub joined_by: Option<&'static Column>,
    /// Identifies its files by content. Used where the portal lists files under the wrong dataset.
    pub identify: Option<FileIdentification>,
    /// The layout of its statistical tables, if the dataset has any.
    pub layout: Layout,
    /// Reads its files. Created by [`reader`] or [`crate::upstream::figures::reader`].
    pub read: SnapshotReader,
}

/// Identifies the files of a dataset by content, because the portal lists some under the wrong dataset.
#[derive(Clone, Copy, Debug)]
pub struct FileIdentification {
    /// True if a table of a file belongs to this dataset.
    pub is_it: fn(&Distribution, &Table) -> bool,
    /// The portal ids of the other datasets under which its files may be listed.
    pub mixed_with: &'static [&'static str],
}

/// Reads files into a snapshot of one record type.
#[derive(Clone, Copy, Debug)]
pub struct SnapshotReader {
    pub files: fn(&'static Source, Vec<RawFile>, ReadOptions) -> Result<Snapshot, ReadError>,
    /// The columns of its records. Empty for figures.
    pub columns: &'static [&'static Column],
    pub none: fn(&'static Dataset) -> Snapshot,
}

/// The location of a dataset's files.
#[derive(Clone, Copy, Debug)]
pub enum FileSource {
    /// The addresses in the portal's catalogue, or the last known addresses if the portal does not respond.
    Portal,
    /// As [`FileSource::Portal`], plus one file per year and language from the year `from` on, because the portal lists
    /// only the newest year.
    ///
    /// `{YYYY}` in an address stands for the year. A missing file of a year is not an error.
    Yearly { addresses: &'static [&'static str], from: i16 },
    /// No location: the rows are compiled into the binary, and no request is made.
    Bundled,
}

impl Source {
    /// A dataset whose files the portal lists. Expects at least one record, and identifies its files by their address.
    pub const fn portal(dataset: Dataset, read: SnapshotReader) -> Self {
        Self {
            dataset,
            files: FileSource::Portal,
            expected: 1..=100_000,
            may_be_empty: false,
            joined_by: None,
            identify: None,
            layout: Layout::GUESS,
            read,
        }
    }

    /// A dataset with rows compiled into the binary. It fetches no files.
    pub const fn bundled(dataset: Dataset, read: SnapshotReader) -> Self {
        Self { files: FileSource::Bundled, ..Self::portal(dataset, read) }
    }

    /// Adds one file per year and language, for years that the portal no longer lists.
    #[must_use]
    pub const fn with_yearly_files(self, addresses: &'static [&'static str], from: i16) -> Self {
        Self { files: FileSource::Yearly { addresses, from }, ..self }
    }

    /// Sets the plausible number of records in a complete publication.
    #[must_use]
    pub const fn expecting(self, expected: RangeInclusive<usize>) -> Self {
        Self { expected, ..self }
    }

    /// Accepts an empty body as a valid publication with no rows.
    #[must_use]
    pub const fn may_be_empty(self) -> Self {
        Self { may_be_empty: true, ..self }
    }

    /// Joins the files of all languages by this column instead of by the position of the row.
    #[must_use]
    pub const fn joined_by(self, column: &'static Column) -> Self {
        Self { joined_by: Some(column), ..self }
    }

    /// Identifies the files by their content.
    #[must_use]
    pub const fn identified_by(self, identify: FileIdentification) -> Self {
        Self { identify: Some(identify), ..self }
    }

    /// Describes the statistical tables of the dataset.
    #[must_use]
    pub const fn layout(self, layout: Layout) -> Self {
        Self { layout, ..self }
    }

    /// Returns the files to fetch: the listed files, plus yearly files at known addresses.
    ///
    /// `listed` is `None` if the portal did not respond. The `held` files are then requested again, or the `known`
    /// files if none are held.
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
    /// The same table in other formats, tried if the file is missing or unreadable.
    pub twins: Vec<Distribution>,
    /// True if a missing file is not an error.
    pub may_be_missing: bool,
}

impl FileRequest {
    /// A required file without twins.
    pub const fn file(file: Distribution) -> Self {
        Self { file, twins: Vec::new(), may_be_missing: false }
    }

    /// Iterates over the file and its twins.
    pub fn all(&self) -> impl Iterator<Item = &Distribution> {
        std::iter::once(&self.file).chain(&self.twins)
    }

    /// True if the URL is that of the file or of a twin.
    pub fn is_at(&self, url: &str) -> bool {
        self.all().any(|file| file.url == url)
    }
}

/// True if two URLs are equal except for `http` or `https`.
pub fn same_address(a: &str, b: &str) -> bool {
    let bare =
        |url: &str| url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url).to_owned();
    bare(a) == bare(b)
}
