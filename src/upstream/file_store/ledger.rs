//! The ledger of ids beside the held bodies. What its text means is for linking.

use std::{fs, io};

use crate::upstream::file_store::{FileStore, FileStoreError, disk};

const NAME: &str = "ledger.csv";

impl FileStore {
    /// The text of the ledger that an earlier run left.
    pub fn ledger(&self) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.folder.join(NAME)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps the text of the ledger, if this is the process that keeps the folder.
    pub fn keep_ledger(&self, text: &[u8]) -> Result<(), FileStoreError> {
        self.claim()?;
        Ok(disk::write(&self.folder, NAME, text)?)
    }

    /// Puts a damaged ledger out of the way, if this process may.
    pub fn set_ledger_aside(&self) {
        let path = self.folder.join(NAME);
        if self.claim().is_ok() {
            // Where it cannot be moved, the next one is written over it.
            let _ = fs::rename(&path, path.with_extension("corrupt"));
        }
    }
}
