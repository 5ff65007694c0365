//! Reads the operator's identity overrides: any of `alias.csv`, `same.csv` and `different.csv`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::linking::{Curated, CuratedError, OperatorLines};

/// The files that the folder may contain.
pub const FILES: [&str; 3] = ["alias.csv", "same.csv", "different.csv"];

/// An error in the identity overrides.
#[derive(Debug, thiserror::Error)]
pub enum CuratedFolderError {
    #[error("cannot read the identity overrides in `{}`: {error}", .path.display())]
    Unreadable { path: PathBuf, error: io::Error },
    #[error("expected `alias.csv`, `same.csv` or `different.csv` in `{}`, found `{name}`", .path.display())]
    Unknown { path: PathBuf, name: String },
    #[error("{}: {error}", .path.display())]
    Wrong { path: PathBuf, error: CuratedError },
}

/// Returns the embedded lines together with those of a folder.
pub fn read(folder: &Path) -> Result<Curated, CuratedFolderError> {
    let unreadable = |path: &Path, error| CuratedFolderError::Unreadable { path: path.to_owned(), error };
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
        let name = entry.map_err(|error| unreadable(folder, error))?.file_name().to_string_lossy().into_owned();
        // A CSV file with another name would be ignored silently.
        let is_table = Path::new(&name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
        if is_table && !FILES.contains(&name.as_str()) {
            return Err(CuratedFolderError::Unknown { path: folder.to_owned(), name });
        }
    }
    let text = |name: &str| {
        let path = folder.join(name);
        match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
            read => read.map_err(|error| unreadable(&path, error)),
        }
    };
    let lines = OperatorLines { alias: text("alias.csv")?, same: text("same.csv")?, different: text("different.csv")? };
    let (curated, struck) =
        Curated::with_operator(&lines).map_err(|error| CuratedFolderError::Wrong { path: folder.to_owned(), error })?;
    for line in struck {
        tracing::info!("embedded line removed by an identity override: {line}");
    }
    Ok(curated)
}
