//! The graph: every record, and the organisations that the records name, in one immutable view.
//!
//! [`Graph::build`] takes the snapshots, links the names in them and indexes both directions of every edge. A request
//! takes one [`crate::refresh::view::View`] and answers wholly from it; [`refresh`] makes the next one beside it and swaps it in.
//!
//! A graph is made of parts, each of which depends on less than the next one, and [`Graph::next`] takes over what depends on
//! nothing that changed:
//!
//! | part | follows from |
//! | --- | --- |
//! | [`snapshot_index::SnapshotIndex`]: a snapshot, its texts | one snapshot |
//! | [`mentions::MentionIndex`]: who is named where, mentions sorted by record, ids, names | the names in all records |
//! | [`organisations::Organisations`]: their clusters and money, sums of grants | that, the grants and tenancies |
//! | [`projects_by_lead::ProjectsByLead`]: the projects that each leads, in order, from the first question on | who is named where, the projects |

use std::sync::{Arc, OnceLock};

pub mod candidate_matches;
pub mod funding;
pub mod grants;
pub mod matching;
mod mentions;
pub mod organisation;
mod organisations;
mod projects_by_lead;
pub mod search;
pub mod searching;
mod selection;
mod snapshot_index;
mod trigrams;

use crate::{
    domain::{
        pagination::List,
        record::{Record, RecordMeta, Role},
    },
    index::funding::{FundingDimension, FundingFilter, FundingGroup},
    linking::{Curated, Ledger, OrganisationId},
    upstream::{snapshot::Snapshot, snapshots::Snapshots},
};
use candidate_matches::CandidateMatches;
use grants::Grants;
pub use mentions::LinkedMention;
use mentions::MentionIndex;
use organisation::{Organisation, OrganisationFilter, OrganisationOrder};
use organisations::Organisations;
use projects_by_lead::ProjectsByLead;
use selection::Selection;
pub use snapshot_index::RecordRef;
use snapshot_index::SnapshotIndex;

/// One immutable view over all records and the organisations they name.
pub struct Graph {
    pub snapshots: Arc<Snapshots>,
    /// In the order of the snapshots.
    snapshot_indexes: Vec<Arc<SnapshotIndex>>,
    mention_index: Arc<MentionIndex>,
    organisations: Arc<Organisations>,
    projects_by_lead: Arc<ProjectsByLead>,
    /// The texts of the datasets, from the first search on.
    datasets: Arc<OnceLock<search::ListIndex>>,
}

impl Graph {
    /// Links the names in the snapshots and indexes the result. Organisations keep the ids that the ledger has for them.
    /// Time and memory grow linearly with the records.
    pub fn build(snapshots: Arc<Snapshots>, curated: &Arc<Curated>, ledger: Ledger) -> Self {
        let (mention_index, organisations) = MentionIndex::of(&snapshots, curated, ledger);
        let organisations = Organisations::of(organisations, &mention_index, &snapshots);
        Self::of(snapshots, Arc::new(mention_index), Arc::new(organisations), None)
    }

    /// The graph of these snapshots, with all of this one that they leave as it is. It answers as one that is built anew.
    /// Costs what changed: where nobody else is named than before, nothing is linked, and where no grant or tenancy changed,
    /// nothing is added up.
    #[must_use]
    pub fn next(&self, snapshots: Arc<Snapshots>, curated: &Arc<Curated>) -> Self {
        let (mention_index, organisations) = if !self.mention_index.holds(&self.snapshots, &snapshots, curated) {
            let (mention_index, organisations) = MentionIndex::of(&snapshots, curated, self.ledger().clone());
            let organisations = Organisations::of(organisations, &mention_index, &snapshots);
            (Arc::new(mention_index), Arc::new(organisations))
        } else if Organisations::hold(&self.snapshots, &snapshots) {
            (self.mention_index.clone(), self.organisations.clone())
        } else {
            (self.mention_index.clone(), Arc::new(self.organisations.again(&self.mention_index, &snapshots)))
        };
        Self::of(snapshots, mention_index, organisations, Some(self))
    }

    /// Whether it has its links from the other one, or the other one from it.
    pub fn is_linked_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.mention_index, &other.mention_index)
    }

    /// Whether it has its sums from the other one, or the other one from it.
    pub fn is_summed_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.organisations, &other.organisations)
    }

    /// Puts the parts together, with the shelves of the graph before as far as its snapshots are the same.
    fn of(
        snapshots: Arc<Snapshots>,
        mention_index: Arc<MentionIndex>,
        organisations: Arc<Organisations>,
        before: Option<&Self>,
    ) -> Self {
        let snapshot_index = |(position, snapshot): (usize, &Arc<Snapshot>)| {
            let known = before.and_then(|before| before.snapshot_indexes.get(position));
            match known.filter(|known| Arc::ptr_eq(&known.snapshot, snapshot)) {
                Some(known) => known.clone(),
                None => Arc::new(SnapshotIndex::of(snapshot.clone())),
            }
        };
        let snapshot_indexes = snapshots.iter_shared().enumerate().map(snapshot_index).collect();
        let datasets = before.map(|before| before.datasets.clone()).unwrap_or_default();
        let mut graph = Self {
            snapshots,
            snapshot_indexes,
            mention_index,
            organisations,
            projects_by_lead: Arc::default(),
            datasets,
        };
        graph.projects_by_lead = graph.led_as(before);
        graph
    }

    /// Every organisation.
    pub fn organisations(&self) -> &[Organisation] {
        &self.organisations.all
    }

    /// The organisation of an id, of one that it had before too.
    pub fn organisation(&self, id: &str) -> Option<&Organisation> {
        let id = self.ledger().current(OrganisationId::parse(id)?);
        self.mention_index.by_id.get(&id).map(|number| self.organisation_at(*number))
    }

    /// The organisation of a number.
    pub fn organisation_at(&self, number: u32) -> &Organisation {
        &self.organisations.all[number as usize]
    }

    /// The organisations that a filter keeps, in the order asked for; else by name. What it costs depends on how much of it is
    /// looked at.
    pub fn select(&self, filter: OrganisationFilter, order: Option<OrganisationOrder>) -> Selection<'_> {
        Selection::of(&self.organisations, &self.mention_index, filter, order)
    }

    /// The sums of the grants that a filter keeps, by these dimensions, in their order.
    pub fn funding(&self, filter: &FundingFilter, dimensions: &[FundingDimension]) -> Vec<FundingGroup<'_>> {
        let numbers = filter.organisation.as_ref().map(|ids| {
            ids.iter()
                .filter_map(|id| self.organisation(id))
                .map(|organisation| organisation.number)
                .collect::<Vec<_>>()
        });
        self.grants().groups(filter, numbers.as_deref(), dimensions)
    }

    /// Every grant, summed.
    pub fn grants(&self) -> &Grants {
        &self.organisations.grants
    }

    /// The ids given so far, for the next graph.
    pub fn ledger(&self) -> &Ledger {
        &self.mention_index.ledger
    }

    /// Which organisations may be one, and which links were refused.
    pub fn candidate_matches(&self) -> &CandidateMatches {
        &self.mention_index.candidate_matches
    }

    /// A name that was linked.
    pub fn mention_at(&self, number: u32) -> &LinkedMention {
        &self.mention_index.mentions[number as usize]
    }

    /// The organisation that a publisher would mean by this name.
    pub fn organisation_named(&self, name: &str) -> Option<&Organisation> {
        self.mention_index.lookup.find(name).map(|number| self.organisation_at(number))
    }

    /// The snapshot and position of a record's id.
    pub fn record(&self, id: &str) -> Option<(&Snapshot, usize)> {
        self.locate(self.place(id)?)
    }

    /// Where the record of an id stands.
    fn place(&self, id: &str) -> Option<RecordRef> {
        let (plan, _) = id.split_once(':')?;
        let position =
            self.snapshot_indexes.iter().position(|snapshot_index| snapshot_index.snapshot.dataset.plan == plan)?;
        Some(RecordRef::new(position, self.snapshot_indexes[position].snapshot.find(id)?))
    }

    /// The organisations that a record names in these roles, each once.
    pub fn organisations_of(&self, meta: &RecordMeta, roles: &[Role]) -> Vec<&Organisation> {
        let Some(place) = self.place_of(meta) else { return Vec::new() };
        let numbers = self.mention_index.organisations_of(place, roles);
        numbers.into_iter().map(|number| self.organisation_at(number)).collect()
    }

    /// What a record's names were linked to.
    pub fn mentions_of(&self, meta: &RecordMeta) -> &[LinkedMention] {
        self.place_of(meta).map_or(&[], |place| self.mention_index.mentions_of(place))
    }

    fn place_of(&self, meta: &RecordMeta) -> Option<RecordRef> {
        Some(RecordRef::new(self.snapshots.position(meta.dataset)?, meta.index as usize))
    }

    /// The position of the first name that a record gives in a role, linked or not.
    pub fn first_slot(&self, meta: &RecordMeta, role: Role) -> usize {
        let mut slots = 0;
        let mut first = None;
        if let Some(snapshot) = self.snapshots.of(meta.dataset) {
            snapshot.records.mentions(meta.index as usize, &mut |mention| {
                if mention.role == role && first.is_none() {
                    first = Some(slots);
                }
                slots += 1;
            });
        }
        first.unwrap_or(slots)
    }

    /// The records of one type that name an organisation in these roles, each once, in the order of their publication.
    pub fn records_of<T: Record>(&self, organisation: &Organisation, roles: &[Role]) -> Vec<&T> {
        self.naming(organisation, roles).all()
    }

    /// The same as a list that is looked through only as far as a page needs.
    pub const fn naming<'a, 'o>(&'a self, organisation: &'o Organisation, roles: &'o [Role]) -> RecordsNaming<'a, 'o> {
        RecordsNaming { graph: self, mentions: organisation.mentions.as_slice(), roles }
    }

    /// Every name that was linked to an organisation, sorted by record.
    pub fn mentions_to(&self, organisation: &Organisation) -> impl ExactSizeIterator<Item = &LinkedMention> {
        organisation.mentions.iter().map(|mention| self.mention_at(*mention))
    }

    /// The snapshot at a position, where it has a record at another one.
    pub fn record_at(&self, snapshot: u16, index: u32) -> Option<(&Snapshot, usize)> {
        self.locate(RecordRef { snapshot, index })
    }

    /// The snapshot that a record is in and its position there.
    pub fn locate(&self, place: RecordRef) -> Option<(&Snapshot, usize)> {
        Some((&*self.snapshot_indexes.get(usize::from(place.snapshot))?.snapshot, place.index as usize))
    }
}

/// The records that name an organisation in some roles: a place for each mention, taken by the first one of a record.
pub struct RecordsNaming<'a, 'o> {
    graph: &'a Graph,
    mentions: &'o [u32],
    roles: &'o [Role],
}

impl<'a> RecordsNaming<'a, '_> {
    fn mention(&self, place: usize) -> Option<&'a LinkedMention> {
        let mention = self.graph.mention_at(*self.mentions.get(place)?);
        self.roles.contains(&mention.role).then_some(mention)
    }
}

impl<'a, T: Record> List<'a, T> for RecordsNaming<'a, '_> {
    fn places(&self) -> usize {
        self.mentions.len()
    }

    fn at(&self, place: usize) -> Option<&'a T> {
        let record = self.mention(place)?.place;
        let earlier = (0..place).rev().map(|earlier| self.graph.mention_at(self.mentions[earlier]));
        let mut of_record = earlier.take_while(|mention| mention.place == record);
        if of_record.any(|mention| self.roles.contains(&mention.role)) {
            return None;
        }
        let (snapshot, index) = self.graph.locate(record)?;
        snapshot.records::<T>().get(index)
    }

    fn place_of(&self, id: &str) -> Option<usize> {
        let wanted = self.graph.place(id)?;
        let first = self.mentions.partition_point(|mention| self.graph.mention_at(*mention).place < wanted);
        (first..self.mentions.len()).find(|place| self.mention(*place).is_some_and(|mention| mention.place == wanted))
    }
}
