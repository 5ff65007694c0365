//! Reads and extends the operator's identity overrides: any of `alias.csv`, `same.csv` and `different.csv`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::linking::{Curated, CuratedError, CuratedFile, OperatorLines};

/// An error in the identity overrides.
#[derive(Debug, thiserror::Error)]
pub enum CuratedFolderError {
    #[error("cannot read the identity overrides in `{}`: {error}", .path.display())]
    Unreadable { path: PathBuf, error: io::Error },
    #[error("cannot write the identity overrides in `{}`: {error}", .path.display())]
    Unwritable { path: PathBuf, error: io::Error },
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
        if is_table && !CuratedFile::ALL.iter().any(|file| file.name() == name) {
            return Err(CuratedFolderError::Unknown { path: folder.to_owned(), name });
        }
    }
    let lines = operator_lines(folder)?;
    let (curated, struck) =
        Curated::with_operator(&lines).map_err(|error| CuratedFolderError::Wrong { path: folder.to_owned(), error })?;
    for line in struck {
        tracing::info!("embedded line removed by an identity override: {line}");
    }
    Ok(curated)
}

/// Appends a decision to a file of a folder, which is created if it is missing. Writes nothing if the files would then
/// contradict each other.
pub fn append(folder: &Path, file: CuratedFile, values: &[(&str, String)]) -> Result<(), CuratedFolderError> {
    let path = folder.join(file.name());
    let unwritable = |error| CuratedFolderError::Unwritable { path: path.clone(), error };
    fs::create_dir_all(folder).map_err(unwritable)?;
    let mut lines = operator_lines(folder)?;
    lines.append(file, values).map_err(|error| unwritable(error.into()))?;
    Curated::with_operator(&lines).map_err(|error| CuratedFolderError::Wrong { path: folder.to_owned(), error })?;
    let written = path.with_extension("csv.new");
    fs::write(&written, lines.text(file)).map_err(unwritable)?;
    fs::rename(&written, &path).map_err(unwritable)
}

fn operator_lines(folder: &Path) -> Result<OperatorLines, CuratedFolderError> {
    let text = |file: CuratedFile| {
        let path = folder.join(file.name());
        match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
            read => read.map_err(|error| CuratedFolderError::Unreadable { path, error }),
        }
    };
    Ok(OperatorLines {
        alias: text(CuratedFile::Alias)?,
        same: text(CuratedFile::Same)?,
        different: text(CuratedFile::Different)?,
    })
}
