//! How far a snapshot's files are understood. The status of a dataset is made of it.

/// How far files are understood, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Understanding {
    /// Every column is declared, and every check passed.
    Declared,
    /// All is understood, some of it by inference.
    Inferred,
    /// Something is not understood, and is not published as a value; or a check failed.
    Partial,
    /// What identifies a record is missing: a table gave none.
    Unidentified,
}
