//! The organisations that are named in the same records as an organisation.
//!
//! Finding them takes time linear in the number of names in the records of the organisation.

use std::{cmp::Reverse, collections::HashMap};

use async_graphql::{Enum, InputObject};

use crate::{
    domain::{
        pagination::{Direction, PageSource},
        range::AmountRange,
        record::Role,
        substring::Substring,
    },
    index::{Graph, funding::FundingTotal, grants::GrantSum, organisation::Organisation, snapshot_index::RecordRef},
    linking::OrganisationKind,
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

/// Filters collaborators. An item must satisfy every condition.
#[derive(InputObject, Default)]
pub struct CollaboratorFilter {
    /// Only collaborators of these kinds.
    pub kinds: Option<Vec<OrganisationKind>>,
    /// Matches collaborators with a name that contains this text. Case is ignored.
    pub name: Option<Substring>,
    /// Only collaborators that a shared record names in one of these roles.
    pub roles: Option<Vec<Role>>,
    /// Only collaborators with at least this number of shared records.
    pub min_record_count: Option<usize>,
    /// Only collaborators whose shared grants have a total in this range. Unknown totals are excluded.
    pub funding: Option<AmountRange>,
}

impl CollaboratorFilter {
    fn keeps(&self, graph: &Graph, work: &SharedWork) -> bool {
        let organisation = || graph.organisation_at(work.organisation);
        let has_role = |roles: &Vec<Role>| work.roles.iter().any(|pair| roles.contains(&pair.other));
        self.min_record_count.is_none_or(|least| work.records.len() >= least)
            && self.funding.is_none_or(|range| range.contains(work.funding.total))
            && self.roles.as_ref().is_none_or(has_role)
            && self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&organisation().kind))
            && self.name.as_ref().is_none_or(|part| graph.mention_index.trigrams.has(work.organisation, part))
    }
}

/// The fields by which collaborators can be sorted.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CollaboratorOrderField {
    /// The number of shared records, then the total of the shared grants.
    RecordCount,
    /// The total of the shared grants. Unknown totals sort as the smallest.
    Funding,
    /// The English name, or the Chinese name if there is none.
    Name,
}

/// Ordering options for collaborators.
#[derive(InputObject, Clone, Copy, Debug)]
pub struct CollaboratorOrder {
    /// The field to sort by.
    pub field: CollaboratorOrderField,
    /// The sort direction.
    #[graphql(default)]
    pub direction: Direction,
}

impl Default for CollaboratorOrder {
    fn default() -> Self {
        Self { field: CollaboratorOrderField::RecordCount, direction: Direction::Desc }
    }
}

/// The collaborators of an organisation that satisfy a filter, in a sort order.
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
    /// The counted record, if two datasets list the grant.
    counted: RecordRef,
    own: Role,
    other: Role,
}

impl Graph {
    /// The organisations that are named in the same records as an organisation, those with the most shared records
    /// first by default.
    pub fn collaborators(
        &self,
        organisation: &Organisation,
        filter: &CollaboratorFilter,
        order: CollaboratorOrder,
    ) -> Collaborators<'_> {
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
        all.retain(|work| filter.keeps(self, work));
        self.sort_shared_work(&mut all, order);
        Collaborators { graph: self, all }
    }

    /// Sorts collaborators. Those with the same key are sorted by name.
    fn sort_shared_work(&self, all: &mut [SharedWork], order: CollaboratorOrder) {
        let name = |work: &SharedWork| self.mention_index.by_name.place_of(work.organisation);
        let key = |work: &SharedWork| match order.field {
            CollaboratorOrderField::RecordCount => (work.records.len(), work.funding.total, 0),
            CollaboratorOrderField::Funding => (0, work.funding.total, 0),
            CollaboratorOrderField::Name => (0, None, name(work)),
        };
        all.sort_unstable_by(|a, b| order.direction.of(key(a).cmp(&key(b))).then_with(|| name(a).cmp(&name(b))));
    }

    /// Returns the record that is counted in place of this one, if two datasets list the grant.
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
