//! Stores the id ledger beside the stored bodies. The linking module defines its format.

use std::{fs, io};

use crate::upstream::file_store::{FileStore, FileStoreError, disk};

const NAME: &str = "ledger.csv";

impl FileStore {
    /// Returns the ledger text that an earlier run stored.
    pub fn ledger(&self) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.folder.join(NAME)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Stores the ledger text. Fails if another process holds the lock of the directory.
    pub fn keep_ledger(&self, text: &[u8]) -> Result<(), FileStoreError> {
        self.claim()?;
        Ok(disk::write(&self.folder, NAME, text)?)
    }

    /// Renames a damaged ledger to `….corrupt`. Does nothing if another process holds the lock.
    pub fn set_ledger_aside(&self) {
        let path = self.folder.join(NAME);
        if self.claim().is_ok() {
            // If the rename fails, the next write replaces the damaged ledger.
            let _ = fs::rename(&path, path.with_extension("corrupt"));
        }
    }
}
