//! The degree to which a snapshot's files are understood. It determines the status of a dataset.

/// The degree to which files are understood, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Understanding {
    /// Every column is declared, and every check passed.
    Declared,
    /// Everything is understood, in part by inference.
    Inferred,
    /// Some content is not understood and is not published as a value, or a check failed.
    Partial,
    /// A table gave no records because its identifying columns are missing.
    Unidentified,
}
