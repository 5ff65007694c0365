//! The id ledger as CSV, the form in which it is stored.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::linking::{id::OrganisationId, ledger::IdLedger};

/// An error in reading a ledger.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    #[error("expected a line with the columns `id,name,merged_into`: {0}")]
    Line(#[from] csv::Error),
    #[error("expected an id of the form `org:` and twelve letters and digits, found `{0}`")]
    Id(String),
    #[error("expected exactly one of `name` and `merged_into` in the line of `{0}`, found none or both")]
    Neither(String),
    #[error("expected `{0}` to redirect to an assigned id, found a cycle or an unknown id")]
    Nowhere(String),
}

#[derive(Serialize, Deserialize)]
struct Line {
    id: String,
    name: Option<String>,
    merged_into: Option<String>,
}

impl IdLedger {
    /// Writes the ledger as CSV. The output is deterministic.
    pub fn write(&self, out: impl std::io::Write) -> csv::Result<()> {
        let mut of_id: HashMap<OrganisationId, Vec<OrganisationId>> = HashMap::with_capacity(self.minted.len());
        for (name, id) in &self.of_name {
            of_id.entry(*id).or_default().push(*name);
        }
        let mut out = csv::Writer::from_writer(out);
        for id in &self.minted {
            let merged_into = self.merged.get(id).map(ToString::to_string);
            if merged_into.is_some() {
                out.serialize(Line { id: id.to_string(), name: None, merged_into })?;
            }
            let mut names = of_id.remove(id).unwrap_or_default();
            names.sort_unstable();
            for name in names {
                out.serialize(Line { id: id.to_string(), name: Some(name.to_string()), merged_into: None })?;
            }
        }
        Ok(out.flush()?)
    }

    /// Reads the output of [`IdLedger::write`].
    pub fn read(text: impl std::io::Read) -> Result<Self, LedgerError> {
        let mut ledger = Self::default();
        let parse = |text: &str| OrganisationId::parse(text).ok_or_else(|| LedgerError::Id(text.to_owned()));
        for line in csv::Reader::from_reader(text).into_deserialize() {
            let line: Line = line?;
            let id = parse(&line.id)?;
            if !ledger.age.contains_key(&id) {
                ledger.keep(id);
            }
            match (&line.name, &line.merged_into) {
                (Some(name), None) => ledger.of_name.insert(parse(name)?, id),
                (None, Some(other)) => ledger.merged.insert(id, parse(other)?),
                _ => return Err(LedgerError::Neither(line.id)),
            };
        }
        ledger.check()?;
        Ok(ledger)
    }

    /// Checks that every redirect ends at an assigned id.
    fn check(&self) -> Result<(), LedgerError> {
        for (first, into) in &self.merged {
            let mut steps = 0;
            let mut at = into;
            while let Some(next) = self.merged.get(at).filter(|_| steps <= self.merged.len()) {
                (at, steps) = (next, steps + 1);
            }
            if steps > self.merged.len() || !self.age.contains_key(at) {
                return Err(LedgerError::Nowhere(first.to_string()));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linking::ledger::tests::organisations;

    #[test]
    fn ledgers_round_trip() {
        const CIRCLE: &str =
            "id,name,merged_into\norg:aaaaaaaaaaaa,,org:bbbbbbbbbbbb\norg:bbbbbbbbbbbb,,org:aaaaaaaaaaaa\n";
        let mut ledger = IdLedger::default();
        ledger.assign(&organisations(&["ab", "cde", "f"]));
        ledger.assign(&organisations(&["abcde", "g"]));
        let mut text = Vec::new();
        ledger.write(&mut text).unwrap();
        let mut read = IdLedger::read(&text[..]).unwrap();
        let mut again = Vec::new();
        read.write(&mut again).unwrap();
        assert_eq!(text, again);
        assert_eq!(read.assign(&organisations(&["abcde", "g"])), ledger.assign(&organisations(&["abcde", "g"])));
        assert_eq!(read.version(), 0, "no organisation is new");
        for wrong in [
            "id,name\norg:x,org:y\n",
            "id,name,merged_into\nx,,\n",
            "id,name,merged_into\norg:aaaaaaaaaaaa,,\n",
            CIRCLE,
        ] {
            assert!(IdLedger::read(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
