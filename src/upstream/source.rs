//! All that is particular to one dataset: what it is, where its files are, what their rows become.

use std::ops::RangeInclusive;

use jiff::civil::Date;

use crate::{
    domain::{
        catalog::{Dataset, Distribution},
        record::{Column, Record},
        table::Table,
        text::Language,
    },
    statistics::Layout,
    upstream::{
        raw::RawFile,
        read::{self, Options, ReadError},
        snapshot::Snapshot,
    },
};

/// One dataset as something to fetch and read.
#[derive(Debug)]
pub struct Source {
    pub dataset: Dataset,
    /// Where its files are, beside what the portal lists.
    pub files: Files,
    /// How many records a whole publication plausibly has.
    pub expected: RangeInclusive<usize>,
    /// Whether a body without anything says that there are no rows.
    pub may_be_empty: bool,
    /// The column that names a row in every language's file; without one, rows are joined by position.
    pub joined_by: Option<&'static Column>,
    /// Tells its files from those of other datasets by their content, where the portal mixes them up.
    pub identify: Option<Identify>,
    /// What is particular to its tables of figures, where it is one.
    pub layout: Layout,
    /// Reads its files. Made by [`reader`] or [`crate::upstream::figures::reader`].
    pub read: Reader,
}

/// How the files of a dataset are told from those that the portal lists as its own, and the other way round.
#[derive(Clone, Copy, Debug)]
pub struct Identify {
    /// Whether a table is of this dataset.
    pub is_it: fn(&Table) -> bool,
    /// The portal's ids of the datasets that its files may be listed under.
    pub mixed_with: &'static [&'static str],
}

/// Reads files into a snapshot of one record type.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    pub files: fn(&'static Source, Vec<RawFile>, Options) -> Result<Snapshot, ReadError>,
    /// The columns of its records; none for figures.
    pub columns: &'static [&'static Column],
    pub none: fn(&'static Dataset) -> Snapshot,
}

/// The reader of a record type.
pub const fn reader<T: Record>() -> Reader {
    Reader { files: read::read::<T>, columns: T::COLUMNS, none: Snapshot::empty::<T> }
}

/// Where a dataset's files are found.
#[derive(Clone, Copy, Debug)]
pub enum Files {
    /// Where the portal says, nowhere else.
    Portal,
    /// At this address when the portal does not answer.
    At(&'static str),
    /// One file a year, `{YYYY}` in the address, from this year on, beside what the portal lists. A year whose file is
    /// missing is no error.
    Yearly { address: &'static str, from: i16 },
}

impl Source {
    /// The files to fetch: those that the portal listed and those at known addresses. `listed` is `None` when the
    /// portal gave no answer; then the files `known` from before are asked for again.
    pub fn files(&self, listed: Option<&[Distribution]>, known: &[Distribution], today: Date) -> Vec<Wanted> {
        let mut wanted: Vec<Wanted> = Vec::new();
        for file in listed.unwrap_or(known) {
            let same_table = |other: &Wanted| {
                same_address(&other.file.url, &file.url)
                    || (other.file.stem(), other.file.language, &other.file.period)
                        == (file.stem(), file.language, &file.period)
            };
            if !wanted.iter().any(same_table) {
                wanted.push(Wanted { file: file.clone(), may_be_missing: false });
            }
        }
        match self.files {
            Files::Portal => {}
            Files::At(address) => {
                if wanted.is_empty() {
                    wanted.push(Wanted { file: Distribution::at(address), may_be_missing: false });
                }
            }
            Files::Yearly { address, from } => {
                for year in from..=today.year() {
                    let file = Distribution::at(address.replace("{YYYY}", &year.to_string()));
                    let same_year = |known: &Wanted| {
                        same_address(&known.file.url, &file.url)
                            || known.file.period == file.period
                                && matches!(known.file.language, None | Some(Language::En))
                    };
                    if !wanted.iter().any(same_year) {
                        wanted.push(Wanted { file, may_be_missing: true });
                    }
                }
            }
        }
        wanted.sort_by(|a, b| (&a.file.period, &a.file.url).cmp(&(&b.file.period, &b.file.url)));
        wanted
    }
}

/// A file to fetch.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub file: Distribution,
    /// Whether the publisher may simply not have it.
    pub may_be_missing: bool,
}

/// Whether two addresses differ in nothing but `http` and `https`.
pub fn same_address(a: &str, b: &str) -> bool {
    let bare =
        |url: &str| url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url).to_owned();
    bare(a) == bare(b)
}
