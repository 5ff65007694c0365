//! The id ledger in the state directory. It keeps ids stable across restarts.

use crate::{linking::IdLedger, upstream::file_store::FileStore};

/// Reads the ledger of an earlier run, or returns an empty one. A damaged file is set aside and reported.
pub fn read(held: &FileStore) -> IdLedger {
    let text = match held.ledger() {
        Ok(Some(text)) => text,
        Ok(None) => return IdLedger::default(),
        Err(error) => {
            tracing::warn!("cannot read the ledger of organisation ids; assigning new ids: {error}");
            return IdLedger::default();
        }
    };
    IdLedger::read(&text[..]).unwrap_or_else(|error| {
        tracing::error!("the ledger of organisation ids is corrupt and was renamed; assigning new ids: {error}");
        held.set_ledger_aside();
        IdLedger::default()
    })
}

/// Saves the ledger for the next run. Logs a failure.
pub fn write(held: &FileStore, ledger: &IdLedger) {
    let mut text = Vec::new();
    let written = ledger.write(&mut text).map_err(|error| error.to_string());
    if let Err(error) = written.and_then(|()| held.keep_ledger(&text).map_err(|error| error.to_string())) {
        tracing::warn!("cannot store the ledger of organisation ids: {error}");
    }
}
