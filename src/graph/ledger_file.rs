//! The ledger of ids in the state directory, so that ids survive a restart.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use crate::linking::Ledger;

/// The ledger that an earlier run left, or an empty one. A damaged one is set aside and reported.
pub fn read(state_dir: &Path) -> Ledger {
    let path = path(state_dir);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ledger::default(),
        Err(error) => {
            tracing::warn!(path = %path.display(), "the ledger of ids cannot be read: {error}");
            return Ledger::default();
        }
    };
    Ledger::read(file).unwrap_or_else(|error| {
        tracing::error!(path = %path.display(), "the ledger of ids is set aside, and ids are given anew: {error}");
        let _ = fs::rename(&path, path.with_extension("corrupt"));
        Ledger::default()
    })
}

/// Keeps the ledger for the next run. A crash leaves the old or the new one, never half of one.
pub fn write(state_dir: &Path, ledger: &Ledger) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(".").suffix(".tmp").tempfile_in(state_dir)?;
    let mut out = BufWriter::new(file.as_file_mut());
    ledger.write(&mut out).map_err(io::Error::other)?;
    out.flush()?;
    drop(out);
    file.as_file().sync_all()?;
    file.persist(path(state_dir)).map_err(|error| error.error)?;
    Ok(())
}

fn path(state_dir: &Path) -> PathBuf {
    state_dir.join("ledger.csv")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_ledger_is_set_aside() {
        let state = tempfile::tempdir().unwrap();
        fs::write(path(state.path()), "id,name,merged_into\norg:aaaaaaaaaaaa,half a li").unwrap();
        assert_eq!(read(state.path()).merged().count(), 0);
        assert!(state.path().join("ledger.corrupt").exists());
        write(state.path(), &Ledger::default()).unwrap();
        assert!(path(state.path()).exists());
    }
}
