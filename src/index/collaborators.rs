//! The organisations that are named in the same records as an organisation.
//!
//! The cost is linear in the names in the records that name the organisation.

use std::{cmp::Reverse, collections::HashMap};

use crate::{
    domain::{pagination::PageSource, record::Role},
    index::{Graph, funding::FundingTotal, grants::GrantSum, organisation::Organisation, snapshot_index::RecordRef},
};

/// An organisation that shares records with another one.
#[derive(Clone, Debug)]
pub struct SharedWork {
    /// The number of the collaborator.
    pub organisation: u32,
    /// The records that name both, sorted. A grant that two datasets list occurs once.
    pub records: Vec<RecordRef>,
    /// The pairs of roles in which the records name the two, the most frequent first.
    pub roles: Vec<SharedRoles>,
    /// The total of the records that are grants.
    pub funding: FundingTotal,
    /// Whether no record names a third organisation.
    pub is_additive: bool,
}

/// The roles in which some records name an organisation and its collaborator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedRoles {
    pub own: Role,
    pub other: Role,
    /// The number of records.
    pub count: usize,
}

/// The collaborators of an organisation, those with the most shared records first, then those with the most funding.
pub struct Collaborators<'a> {
    graph: &'a Graph,
    all: Vec<SharedWork>,
}

impl Collaborators<'_> {
    /// The number of collaborators.
    pub const fn total(&self) -> usize {
        self.all.len()
    }
}

/// A record that names an organisation and a collaborator, with their roles.
struct Shared {
    place: RecordRef,
    /// The record that counts, if two datasets list the grant.
    counted: RecordRef,
    own: Role,
    other: Role,
}

impl Graph {
    /// The organisations that are named in the same records as an organisation.
    pub fn collaborators(&self, organisation: &Organisation) -> Collaborators<'_> {
        let mut shared: HashMap<u32, Vec<Shared>> = HashMap::new();
        for mention in self.mentions_to(organisation) {
            let (place, counted, own) = (mention.place, self.counted(mention.place), mention.role);
            for other in self.mention_index.mentions_of(place) {
                if other.organisation != organisation.number {
                    let work = Shared { place, counted, own, other: other.role };
                    shared.entry(other.organisation).or_default().push(work);
                }
            }
        }
        let mut all: Vec<SharedWork> =
            shared.into_iter().map(|(number, shared)| self.shared_work(number, shared)).collect();
        let mut collaborators_in: HashMap<RecordRef, u32> = HashMap::new();
        for record in all.iter().flat_map(|work| &work.records) {
            *collaborators_in.entry(self.counted(*record)).or_default() += 1;
        }
        for work in &mut all {
            work.is_additive = work.records.iter().all(|record| collaborators_in[&self.counted(*record)] == 1);
        }
        all.sort_unstable_by_key(|work| Reverse((work.records.len(), work.funding.total, Reverse(work.organisation))));
        Collaborators { graph: self, all }
    }

    /// The record that counts instead of a record, if two datasets list the grant.
    fn counted(&self, place: RecordRef) -> RecordRef {
        self.grants().fact_of(place).map_or(place, |fact| fact.place)
    }

    /// The records that an organisation shares, with `is_additive` not yet determined.
    fn shared_work(&self, organisation: u32, mut shared: Vec<Shared>) -> SharedWork {
        let mut in_roles: Vec<_> = shared.iter().map(|work| (work.own, work.other, work.counted)).collect();
        in_roles.sort_unstable();
        in_roles.dedup();
        let pairs = in_roles.chunk_by(|one, next| (one.0, one.1) == (next.0, next.1));
        let mut roles: Vec<SharedRoles> =
            pairs.map(|pair| SharedRoles { own: pair[0].0, other: pair[0].1, count: pair.len() }).collect();
        roles.sort_by_key(|roles| Reverse(roles.count));
        shared.sort_unstable_by_key(|work| (work.counted, work.place));
        shared.dedup_by_key(|work| work.counted);
        let mut records: Vec<RecordRef> = shared.into_iter().map(|work| work.place).collect();
        records.sort_unstable();
        let mut sum = GrantSum::default();
        for fact in records.iter().filter_map(|record| self.grants().fact_of(*record)) {
            sum.add(&GrantSum::of(fact.amount));
        }
        SharedWork { organisation, records, roles, funding: sum.into(), is_additive: false }
    }
}

impl<'a> PageSource<'a, SharedWork> for &'a Collaborators<'_> {
    fn places(&self) -> usize {
        self.all.len()
    }

    fn at(&self, place: usize) -> Option<&'a SharedWork> {
        self.all.get(place)
    }

    fn place_of(&self, id: &str) -> Option<usize> {
        let number = self.graph.organisation(id)?.number;
        self.all.iter().position(|work| work.organisation == number)
    }

    fn count(&self) -> usize {
        self.all.len()
    }
}

/// Records at positions in the graph, sorted.
pub struct RecordsAt<'a> {
    pub graph: &'a Graph,
    pub records: &'a [RecordRef],
}

impl<'a> PageSource<'a, RecordRef> for RecordsAt<'a> {
    fn places(&self) -> usize {
        self.records.len()
    }

    fn at(&self, place: usize) -> Option<&'a RecordRef> {
        self.records.get(place)
    }

    fn place_of(&self, id: &str) -> Option<usize> {
        self.records.binary_search(&self.graph.place(id)?).ok()
    }

    fn count(&self) -> usize {
        self.records.len()
    }
}
