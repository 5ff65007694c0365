//! The ledger of ids in the state directory, so that ids survive a restart.

use crate::{linking::IdLedger, upstream::file_store::FileStore};

/// The ledger that an earlier run left, or an empty one. A damaged one is set aside and reported.
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
        tracing::error!("the ledger of organisation ids is damaged and was set aside; assigning new ids: {error}");
        held.set_ledger_aside();
        IdLedger::default()
    })
}

/// Keeps the ledger for the next run; says so where that cannot be.
pub fn write(held: &FileStore, ledger: &IdLedger) {
    let mut text = Vec::new();
    let written = ledger.write(&mut text).map_err(|error| error.to_string());
    if let Err(error) = written.and_then(|()| held.keep_ledger(&text).map_err(|error| error.to_string())) {
        tracing::warn!("cannot store the ledger of organisation ids: {error}");
    }
}
