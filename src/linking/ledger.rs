//! The id ledger: it records the id of each name, so that ids stay stable when names change.
//!
//! An id is minted once, from the smallest name of its organisation. When names are linked again, an organisation keeps
//! the id that most of its names had, or the oldest on a tie. If all names of an id move to another organisation, the
//! id redirects there permanently. If an organisation splits, one part keeps the id and the other parts get new ids.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::linking::id::OrganisationId;

/// The ledger of all assigned ids.
#[derive(Clone, Debug, Default)]
pub struct IdLedger {
    /// Every id ever assigned, in minting order.
    minted: Vec<OrganisationId>,
    age: HashMap<OrganisationId, u32>,
    /// The id of each name, by the hash of the name.
    of_name: HashMap<OrganisationId, OrganisationId>,
    /// The redirect targets of merged ids.
    merged: HashMap<OrganisationId, OrganisationId>,
    /// The number of changes.
    version: u64,
}

/// The names of one organisation.
#[derive(Debug, Default)]
pub(super) struct NameTable {
    /// The hashes of all names, in order.
    pub all: Vec<OrganisationId>,
    /// The hashes of the smallest name. The id is minted from the first hash that no other organisation has.
    pub smallest: Vec<OrganisationId>,
}

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
    /// Assigns an id to every organisation and records it. Time and memory are linear in the number of names.
    pub(super) fn assign(&mut self, organisations: &[NameTable]) -> Vec<OrganisationId> {
        let owners = owners(organisations);
        let claims = self.claims(organisations, &owners);
        let mut given: Vec<Option<OrganisationId>> = vec![None; organisations.len()];
        let mut taken: HashSet<OrganisationId> = HashSet::with_capacity(organisations.len());
        for claim in &claims {
            if given[claim.organisation as usize].is_none() && taken.insert(claim.id) {
                given[claim.organisation as usize] = Some(claim.id);
            }
        }
        let given: Vec<OrganisationId> = given
            .into_iter()
            .zip(organisations)
            .map(|(given, names)| given.unwrap_or_else(|| self.mint(names, &owners)))
            .collect();
        for claim in &claims {
            // Claims are sorted, so the first claim of an id belongs to the organisation with most of its names.
            if taken.insert(claim.id) {
                self.merged.insert(claim.id, given[claim.organisation as usize]);
                self.version += 1;
            }
        }
        for (names, id) in organisations.iter().zip(&given) {
            for name in names.all.iter().filter(|name| owners[name]) {
                if self.of_name.insert(*name, *id) != Some(*id) {
                    self.version += 1;
                }
            }
        }
        given
    }

    /// Returns the change counter, so that an unchanged ledger is not written again.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Returns the current id: the redirect target of an id, or the id of the only organisation with the hashed name.
    pub fn current(&self, id: OrganisationId) -> OrganisationId {
        if self.age.contains_key(&id) {
            return self.end(id);
        }
        self.of_name.get(&id).map_or(id, |held| self.end(*held))
    }

    /// Returns the merged ids with their redirect targets, in minting order.
    pub fn merged(&self) -> impl Iterator<Item = (OrganisationId, OrganisationId)> {
        self.minted.iter().filter(|id| self.merged.contains_key(id)).map(|id| (*id, self.end(*id)))
    }

    /// Follows the redirects of an id to the end.
    ///
    /// Redirects have no cycles: a redirected id is never assigned again, and a ledger with a cycle is rejected.
    fn end(&self, mut id: OrganisationId) -> OrganisationId {
        while let Some(next) = self.merged.get(&id) {
            id = *next;
        }
        id
    }

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

    /// Returns the claims of organisations to ids, sorted by number of names, age of the id, and organisation.
    fn claims(&self, organisations: &[NameTable], owners: &HashMap<OrganisationId, bool>) -> Vec<Claim> {
        let mut claims: Vec<Claim> = Vec::new();
        for (organisation, names) in (0..).zip(organisations) {
            let begin = claims.len();
            let own = names.all.iter().filter(|name| owners[name]);
            for id in own.filter_map(|name| self.of_name.get(name)).map(|id| self.end(*id)) {
                match claims[begin..].iter_mut().find(|claim| claim.id == id) {
                    Some(claim) => claim.names += 1,
                    None => claims.push(Claim { names: 1, age: self.age[&id], organisation, id }),
                }
            }
        }
        claims.sort_unstable_by_key(|claim| (std::cmp::Reverse(claim.names), claim.age, claim.organisation));
        claims
    }

    fn mint(&mut self, names: &NameTable, owners: &HashMap<OrganisationId, bool>) -> OrganisationId {
        let own = names.smallest.iter().find(|name| owners[name]);
        let first = own.or(names.smallest.first()).copied().unwrap_or_else(|| OrganisationId::hashed(""));
        let mut id = first;
        let mut salt = 0u32;
        while self.age.contains_key(&id) {
            salt += 1;
            id = OrganisationId::hashed(&format!("{first} {salt}"));
        }
        self.keep(id);
        id
    }

    fn keep(&mut self, id: OrganisationId) {
        self.age.insert(id, self.minted.len() as u32);
        self.minted.push(id);
    }
}

/// Returns every name, with true if only one organisation has it. A shared name supports no claim to an id.
fn owners(organisations: &[NameTable]) -> HashMap<OrganisationId, bool> {
    let mut owners = HashMap::with_capacity(organisations.iter().map(|names| names.all.len()).sum());
    for name in organisations.iter().flat_map(|names| &names.all) {
        owners.entry(*name).and_modify(|is_own| *is_own = false).or_insert(true);
    }
    owners
}

/// The claim of an organisation to an id.
#[derive(Debug)]
struct Claim {
    names: u32,
    age: u32,
    organisation: u32,
    id: OrganisationId,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> OrganisationId {
        OrganisationId::hashed(text)
    }

    /// Returns organisations with these single-letter names.
    fn organisations(of: &[&str]) -> Vec<NameTable> {
        of.iter()
            .map(|letters| {
                let mut all: Vec<_> = letters.chars().map(|letter| name(&letter.to_string())).collect();
                let smallest = all.clone();
                all.sort_unstable();
                NameTable { all, smallest }
            })
            .collect()
    }

    #[test]
    fn an_id_stays_with_most_of_its_names() {
        let mut ledger = IdLedger::default();
        let [abc, de] = ledger.assign(&organisations(&["abc", "de"]))[..] else { unreachable!() };
        assert_eq!(ledger.assign(&organisations(&["abc", "de"])), [abc, de], "nothing changed");
        assert_eq!(ledger.assign(&organisations(&["bc", "de"])), [abc, de], "the name it was minted from is gone");
        assert_eq!(ledger.assign(&organisations(&["de"])), [de], "all its names are gone");
        assert_eq!(ledger.assign(&organisations(&["cx", "de"])), [abc, de], "one of them is back");
        assert_eq!(ledger.merged().count(), 0);
    }

    #[test]
    fn a_bridge_redirects_one_id_for_ever() {
        let mut ledger = IdLedger::default();
        let [ab, cde] = ledger.assign(&organisations(&["ab", "cde"]))[..] else { unreachable!() };
        assert_eq!(ledger.assign(&organisations(&["abxcde"])), [cde]);
        assert_eq!(ledger.merged().collect::<Vec<_>>(), [(ab, cde)]);
        assert_eq!(ledger.current(ab), cde);
        let again = ledger.assign(&organisations(&["ab", "cde"]));
        assert_eq!(again[1], cde);
        assert!(again[0] != ab && again[0] != cde, "a retired id is not used again");
        assert_eq!(ledger.current(ab), cde, "what redirected goes on to redirect");
        let merged = ledger.assign(&organisations(&["fghi", "abcdefghi"]));
        assert_eq!(ledger.current(ab), ledger.current(cde));
        assert_eq!(merged.len(), 2);
    }

    #[test]
    fn of_two_with_as_many_names_the_older_wins() {
        let mut ledger = IdLedger::default();
        let first = ledger.assign(&organisations(&["cd"]))[0];
        let both = ledger.assign(&organisations(&["ab", "cd"]));
        assert_eq!(both[1], first);
        assert_eq!(ledger.assign(&organisations(&["abcd"])), [first]);
        assert_eq!(ledger.current(both[0]), first);
    }

    #[test]
    fn a_split_part_gets_an_id_that_nothing_had() {
        let mut ledger = IdLedger::default();
        let whole = ledger.assign(&organisations(&["abc"]))[0];
        let parts = ledger.assign(&organisations(&["a", "bc"]));
        assert_eq!(parts[1], whole);
        assert_ne!(parts[0], whole);
        assert_eq!(ledger.current(name("a")), whole, "an id stays with whom it was given to");
        assert_eq!(ledger.assign(&organisations(&["a", "bc"])), parts);
    }

    #[test]
    fn a_name_that_two_have_speaks_for_neither() {
        let mut ledger = IdLedger::default();
        let all = organisations(&["axy", "abz", "ac"]);
        let first = ledger.assign(&all);
        assert_eq!(ledger.assign(&all), first, "nothing changed");
        let version = ledger.version();
        assert_eq!(ledger.assign(&all), first);
        assert_eq!(ledger.version(), version);
        assert_eq!(ledger.assign(&organisations(&["abz", "ac"])), first[1..], "the first one is gone");
        assert_eq!(ledger.merged().count(), 0);
    }

    #[test]
    fn an_id_that_another_gateway_would_have_minted_is_understood() {
        let mut ledger = IdLedger::default();
        let id = ledger.assign(&organisations(&["abc"]))[0];
        assert_eq!(ledger.current(name("b")), id);
        assert_eq!(ledger.current(name("z")), name("z"));
    }

    #[test]
    fn written_and_read_again() {
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
        assert_eq!(read.version(), 0, "nothing was new");
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
