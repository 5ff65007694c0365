//! The graph: all records, and the organisations that they name, in one immutable view.
//!
//! [`Graph::build`] takes the snapshots, links the names in them and indexes both directions of every edge. A request
//! uses one [`crate::refresh::view::View`] throughout. [`refresh`] builds the next graph in the background and swaps it
//! in.
//!
//! The graph consists of parts with different inputs. [`Graph::next`] reuses each part whose inputs have not changed:
//!
//! | part | depends on |
//! | --- | --- |
//! | [`snapshot_index::SnapshotIndex`]: a snapshot, its texts | one snapshot |
//! | [`mentions::MentionIndex`]: mentions sorted by record, IDs, names | the names in all records |
//! | [`organisations::Organisations`]: clusters, funding, totals of grants | the mention index, grants and tenancies |
//! | [`projects_by_lead::ProjectsByLead`]: the projects of each lead, sorted lazily | the mention index, projects |

use std::sync::{Arc, OnceLock};

mod by_organisation;
pub mod candidate_matches;
pub mod code_lists;
pub mod collaborators;
pub mod curation;
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
        pagination::PageSource,
        record::{Record, RecordMeta, Role, SearchType},
        text::Text,
    },
    index::funding::{FundingConditions, FundingDimension, FundingGroup},
    linking::{Curated, IdLedger, OmissionReason, OrganisationId},
    upstream::{snapshot::Snapshot, snapshots::Snapshots},
};
use candidate_matches::CandidateMatches;
use code_lists::CodeLists;
use grants::Grants;
pub use mentions::LinkedMention;
use mentions::MentionIndex;
use organisation::{Organisation, OrganisationConditions, OrganisationOrder};
use organisations::Organisations;
use projects_by_lead::ProjectsByLead;
use selection::Selection;
pub use snapshot_index::RecordRef;
use snapshot_index::SnapshotIndex;

/// An immutable view of all records and the organisations that they name.
pub struct Graph {
    pub snapshots: Arc<Snapshots>,
    /// In the order of the snapshots.
    snapshot_indexes: Vec<Arc<SnapshotIndex>>,
    mention_index: Arc<MentionIndex>,
    organisations: Arc<Organisations>,
    projects_by_lead: Arc<ProjectsByLead>,
    /// The texts of the datasets, indexed on the first search.
    datasets: Arc<OnceLock<search::ListIndex>>,
    /// Collected on first use.
    code_lists: OnceLock<CodeLists>,
}

impl Graph {
    /// Links the names in the snapshots and indexes the result. Organisations keep the IDs recorded in the ledger. Takes
    /// time and memory linear in the number of records.
    pub fn build(snapshots: Arc<Snapshots>, curated: &Arc<Curated>, ledger: IdLedger) -> Self {
        let (mention_index, organisations) = MentionIndex::of(&snapshots, curated, ledger);
        let organisations = Organisations::of(organisations, &mention_index, &snapshots);
        Self::of(snapshots, Arc::new(mention_index), Arc::new(organisations), None)
    }

    /// Builds the graph of these snapshots, reusing unchanged parts of this graph. The result equals a newly built
    /// graph. The cost depends on the changes: linking is skipped if the names are the same, and totals are reused if
    /// no grant or tenancy changed.
    #[must_use]
    pub fn next(&self, snapshots: Arc<Snapshots>, curated: &Arc<Curated>) -> Self {
        let (mention_index, organisations) = if !self.mention_index.is_valid_for(&self.snapshots, &snapshots, curated) {
            let (mention_index, organisations) = MentionIndex::of(&snapshots, curated, self.ledger().clone());
            let organisations = Organisations::of(organisations, &mention_index, &snapshots);
            (Arc::new(mention_index), Arc::new(organisations))
        } else if Organisations::are_valid_for(&self.snapshots, &snapshots) {
            (self.mention_index.clone(), self.organisations.clone())
        } else {
            (self.mention_index.clone(), Arc::new(self.organisations.with_snapshots(&self.mention_index, &snapshots)))
        };
        Self::of(snapshots, mention_index, organisations, Some(self))
    }

    /// Whether the two graphs share their links.
    pub fn is_linked_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.mention_index, &other.mention_index)
    }

    /// Whether the two graphs share their totals.
    pub fn is_summed_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.organisations, &other.organisations)
    }

    /// Assembles the parts. Reuses the snapshot indexes of the previous graph for unchanged snapshots.
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
            code_lists: OnceLock::new(),
        };
        graph.projects_by_lead = graph.led_as(before);
        graph
    }

    /// All organisations.
    pub fn organisations(&self) -> &[Organisation] {
        &self.organisations.all
    }

    /// The organisation with this current or former ID.
    pub fn organisation(&self, id: &str) -> Option<&Organisation> {
        let id = self.ledger().current(OrganisationId::parse(id)?);
        self.mention_index.by_id.get(&id).map(|number| self.organisation_at(*number))
    }

    /// The organisation with this number.
    pub fn organisation_at(&self, number: u32) -> &Organisation {
        &self.organisations.all[number as usize]
    }

    /// The organisations that satisfy a filter, in the requested order or by name. The cost depends on how much of the
    /// selection is read.
    pub fn select(&self, filter: OrganisationConditions, order: Option<OrganisationOrder>) -> Selection<'_> {
        Selection::of(&self.organisations, &self.mention_index, filter, order)
    }

    /// The totals of the grants that satisfy a filter, grouped and sorted by these dimensions.
    pub fn funding(&self, filter: &FundingConditions, dimensions: &[FundingDimension]) -> Vec<FundingGroup<'_>> {
        let numbers = self.numbers_of(filter.organisations.as_deref());
        self.grants().groups(filter, numbers.as_deref(), dimensions)
    }

    /// The numbers of the organisations with these IDs.
    fn numbers_of(&self, ids: Option<&[async_graphql::ID]>) -> Option<Vec<u32>> {
        let number = |id: &async_graphql::ID| self.organisation(id).map(|organisation| organisation.number);
        ids.map(|ids| ids.iter().filter_map(number).collect())
    }

    /// All grants, with their totals.
    pub fn grants(&self) -> &Grants {
        &self.organisations.grants
    }

    /// The codes and names that filters accept.
    pub fn code_lists(&self) -> &CodeLists {
        self.code_lists.get_or_init(|| CodeLists::of(self))
    }

    /// The IDs assigned so far, for the next graph.
    pub fn ledger(&self) -> &IdLedger {
        &self.mention_index.ledger
    }

    /// The possible matches and the rejected links.
    pub fn candidate_matches(&self) -> &CandidateMatches {
        &self.mention_index.candidate_matches
    }

    /// The number of names of a snapshot that have no organisation, by reason.
    pub fn omitted_names(&self, snapshot: &Snapshot) -> impl Iterator<Item = (OmissionReason, usize)> {
        let position = self.snapshots.position(snapshot.dataset).and_then(|position| u16::try_from(position).ok());
        position.into_iter().flat_map(|position| self.mention_index.omitted_in(position))
    }

    /// Whether the curated lines name the organisation.
    pub fn is_reviewed(&self, organisation: &Organisation) -> bool {
        self.mention_index.reviewed_names.contains_key(&organisation.number)
    }

    /// The linked mention with this number.
    pub fn mention_at(&self, number: u32) -> &LinkedMention {
        &self.mention_index.mentions[number as usize]
    }

    /// The organisations that a publisher may refer to by this name.
    pub fn organisations_named(&self, name: &str) -> Vec<&Organisation> {
        let candidates = self.mention_index.lookup.candidates(name);
        candidates.into_iter().map(|number| self.organisation_at(number)).collect()
    }

    /// The organisation that a publisher would refer to by this name. `None` if there are several.
    pub fn organisation_named(&self, name: &str) -> Option<&Organisation> {
        self.mention_index.lookup.find(name).map(|number| self.organisation_at(number))
    }

    /// The snapshot and the position of the record with this ID.
    pub fn record(&self, id: &str) -> Option<(&Snapshot, usize)> {
        self.locate(self.place(id)?)
    }

    /// The reference of the record with this ID.
    fn place(&self, id: &str) -> Option<RecordRef> {
        let (plan, _) = id.split_once(':')?;
        let position =
            self.snapshot_indexes.iter().position(|snapshot_index| snapshot_index.snapshot.dataset.plan == plan)?;
        Some(RecordRef::new(position, self.snapshot_indexes[position].snapshot.find(id)?))
    }

    /// The organisations that a record names in these roles, without duplicates.
    pub fn organisations_of(&self, meta: &RecordMeta, roles: &[Role]) -> Vec<&Organisation> {
        let Some(place) = self.place_of(meta) else { return Vec::new() };
        let numbers = self.mention_index.organisations_of(place, roles);
        numbers.into_iter().map(|number| self.organisation_at(number)).collect()
    }

    /// The organisations that a record names in any role, without duplicates.
    pub fn all_organisations_of(&self, meta: &RecordMeta) -> Vec<&Organisation> {
        let mut numbers: Vec<u32> = Vec::new();
        for mention in self.mentions_of(meta) {
            if !numbers.contains(&mention.organisation) {
                numbers.push(mention.organisation);
            }
        }
        numbers.into_iter().map(|number| self.organisation_at(number)).collect()
    }

    /// The links of a record's names.
    pub fn mentions_of(&self, meta: &RecordMeta) -> &[LinkedMention] {
        self.place_of(meta).map_or(&[], |place| self.mention_index.mentions_of(place))
    }

    /// The name or title of a record, and its search type.
    pub fn label_of(&self, meta: &RecordMeta) -> (&Text, SearchType) {
        let records = self.snapshots.of(meta.dataset).map(|snapshot| &snapshot.records);
        let labelled = records.and_then(|records| Some((records.label(meta.index as usize)?, records.search_type())));
        labelled.expect("a graph has the records that it is asked about")
    }

    fn place_of(&self, meta: &RecordMeta) -> Option<RecordRef> {
        Some(RecordRef::new(self.snapshots.position(meta.dataset)?, meta.index as usize))
    }

    /// The index of the first name that a record gives in a role, linked or not.
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

    /// The records of one type that name an organisation in these roles, without duplicates, in the order of
    /// publication.
    pub fn records_of<T: Record>(&self, organisation: &Organisation, roles: &[Role]) -> Vec<&T> {
        self.naming(organisation, roles).all()
    }

    /// The same records as a lazy list.
    pub const fn naming<'a, 'o>(&'a self, organisation: &'o Organisation, roles: &'o [Role]) -> RecordsNaming<'a, 'o> {
        RecordsNaming { graph: self, mentions: organisation.mentions.as_slice(), roles }
    }

    /// All mentions that are linked to an organisation, sorted by record.
    pub fn mentions_to(&self, organisation: &Organisation) -> impl ExactSizeIterator<Item = &LinkedMention> {
        organisation.mentions.iter().map(|mention| self.mention_at(*mention))
    }

    /// The snapshot at a position, if it contains a record at the given index.
    pub fn record_at(&self, snapshot: u16, index: u32) -> Option<(&Snapshot, usize)> {
        self.locate(RecordRef { snapshot, index })
    }

    /// The snapshot of a record, and the record's position in it.
    pub fn locate(&self, place: RecordRef) -> Option<(&Snapshot, usize)> {
        Some((&*self.snapshot_indexes.get(usize::from(place.snapshot))?.snapshot, place.index as usize))
    }
}

/// The records that name an organisation in some roles. The list has one position per mention. Only the first mention
/// of a record yields the record.
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

impl<'a, T: Record> PageSource<'a, T> for RecordsNaming<'a, '_> {
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
