//! The id ledger: it records the id of each name, so that ids stay stable when names change.
//!
//! An id is minted once, from the smallest name of its organisation. When names are linked again, an organisation keeps
//! the id that most of its names had, or the oldest on a tie. If all names of an id move to another organisation, the
//! id redirects there permanently. If an organisation splits, one part keeps the id and the other parts get new ids.
//!
//! The ledger grows with the organisations that were ever published, but not without limit: see [`IdLedger::compact`].

use std::collections::{HashMap, HashSet};

use crate::linking::id::OrganisationId;

/// Number of ids without an organisation that are kept. If there are more organisations, as many as those.
const KEPT_UNUSED: usize = 10_000;

/// The ledger of all assigned ids.
#[derive(Clone, Debug, Default)]
pub struct IdLedger {
    /// The assigned ids that are kept, in minting order.
    pub(super) minted: Vec<OrganisationId>,
    pub(super) age: HashMap<OrganisationId, u32>,
    /// The id of each name, by the hash of the name.
    pub(super) of_name: HashMap<OrganisationId, OrganisationId>,
    /// The redirect targets of merged ids.
    pub(super) merged: HashMap<OrganisationId, OrganisationId>,
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
        self.compact(&given, KEPT_UNUSED.max(given.len()));
        given
    }

    /// Forgets ids that have no organisation any more.
    ///
    /// An id whose only name is the one that it was computed from is forgotten at once, because the same name gives the
    /// same id again. Of the others, the oldest `most` are kept. Redirects and their targets are always kept.
    fn compact(&mut self, given: &[OrganisationId], most: usize) {
        if self.minted.len() == given.len() {
            return;
        }
        let redirects = self.merged.iter().flat_map(|(from, to)| [from, to]);
        let in_use: HashSet<OrganisationId> = given.iter().chain(redirects).copied().collect();
        let others = self.of_name.iter().filter(|(name, id)| name != id).map(|(_, id)| *id);
        let has_other_names: HashSet<OrganisationId> = others.collect();
        let (before, mut unused) = (self.minted.len(), 0);
        self.minted.retain(|id| {
            in_use.contains(id) || {
                unused += usize::from(has_other_names.contains(id));
                has_other_names.contains(id) && unused <= most
            }
        });
        if self.minted.len() < before {
            self.age = self.minted.iter().copied().zip(0..).collect();
            self.of_name.retain(|_, id| self.age.contains_key(id));
            self.version += 1;
        }
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

    pub(super) fn keep(&mut self, id: OrganisationId) {
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
pub(super) mod tests {
    use super::*;

    fn name(text: &str) -> OrganisationId {
        OrganisationId::hashed(text)
    }

    /// Returns organisations with these single-letter names.
    pub fn organisations(of: &[&str]) -> Vec<NameTable> {
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
    fn names_that_are_gone_do_not_fill_the_ledger() {
        let mut ledger = IdLedger::default();
        let kept = ledger.assign(&organisations(&["abc", "d"]));
        for number in 0..50 {
            let mut all = organisations(&["abc"]);
            let passing = name(&format!("passing {number}"));
            all.push(NameTable { all: vec![passing], smallest: vec![passing] });
            ledger.assign(&all);
        }
        assert!(ledger.minted.len() <= 3, "{:?}", ledger.minted);
        assert_eq!(ledger.assign(&organisations(&["abc", "d"])), kept, "a forgotten name has the same id again");
    }

    #[test]
    fn the_oldest_ids_without_an_organisation_are_kept() {
        let mut ledger = IdLedger::default();
        let all = ledger.assign(&organisations(&["ab", "cd", "ef"]));
        ledger.assign(&organisations(&["xy"]));
        ledger.compact(&[], 2);
        assert_eq!(ledger.minted, all[..2]);
        assert_eq!(ledger.assign(&organisations(&["b", "d"])), all[..2]);
        let mut text = Vec::new();
        ledger.write(&mut text).unwrap();
        assert_eq!(IdLedger::read(&text[..]).unwrap().minted, ledger.minted);
    }

    #[test]
    fn redirects_are_kept() {
        let mut ledger = IdLedger::default();
        let [ab, cde] = ledger.assign(&organisations(&["ab", "cde"]))[..] else { unreachable!() };
        ledger.assign(&organisations(&["abcde"]));
        ledger.assign(&[]);
        ledger.compact(&[], 0);
        assert_eq!(ledger.current(ab), cde);
    }
}
