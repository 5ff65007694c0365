//! The mention index: all data that depends only on the names in the records. The next graph reuses it if these names
//! are unchanged, even if other values in the records changed.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use roaring::{MultiOps, RoaringBitmap};

use crate::{
    domain::{catalog::Publisher, pagination::SortOrder, record::Role, text::Language},
    index::{
        candidate_matches::CandidateMatches,
        organisation::{self, Organisation},
        snapshot_index::RecordRef,
        trigrams::TrigramIndex,
    },
    linking::{
        self, Curated, IdLedger, Lookup, Method, Name, NamePart, OmissionReason, OrganisationId, OrganisationKind,
        StatedName,
    },
    upstream::{snapshot::Snapshot, snapshots::Snapshots},
};

/// The mentions of each organisation, and the indexes that find organisations by their names.
pub(super) struct MentionIndex {
    /// The curated lines with which the names were linked.
    curated: Arc<Curated>,
    /// All organisations named by records, sorted by record.
    pub mentions: Vec<LinkedMention>,
    /// For each snapshot, the first mention of each record, followed by the end of the last. Empty if the snapshot has
    /// no mentions.
    first_mention: Vec<Vec<u32>>,
    pub by_id: HashMap<OrganisationId, u32>,
    pub ledger: IdLedger,
    pub candidate_matches: CandidateMatches,
    pub lookup: Lookup,
    pub by_name: SortOrder,
    pub by_mentions: SortOrder,
    pub trigrams: TrigramIndex,
    /// The curated names of organisations, by the organisations' numbers.
    pub reviewed_names: HashMap<u32, Vec<String>>,
    of_kind: HashMap<OrganisationKind, RoaringBitmap>,
    /// The number of names of each snapshot that have no organisation, by reason.
    omitted: BTreeMap<(u16, OmissionReason), usize>,
}

/// A name in a record, and the organisation to which it was linked.
#[derive(Debug)]
pub struct LinkedMention {
    /// The record that contains the name.
    pub place: RecordRef,
    /// The index of the name among those of the record.
    pub slot: u16,
    pub role: Role,
    /// The number of the organisation.
    pub organisation: u32,
    /// The unit of the organisation that the name refers to, such as a laboratory or department.
    pub unit: Option<Box<str>>,
    /// The organisation's own name, without its unit and without joint applicants.
    pub en: Option<Box<str>>,
    pub zh: Option<Box<str>>,
    /// Other names of the organisation in the row, such as a former name.
    pub stated: Box<[StatedName]>,
    pub method: Method,
    pub evidence: Arc<str>,
}

impl LinkedMention {
    /// The organisation's own name in the row. English if both languages are present.
    pub fn own_name(&self) -> &str {
        self.en.as_deref().or(self.zh.as_deref()).unwrap_or_default()
    }
}

/// A name as given by a record, with its position.
#[derive(PartialEq)]
pub(super) struct RawMention {
    place: RecordRef,
    slot: u16,
    role: Role,
    publisher: Publisher,
    en: String,
    zh: String,
    pub website: String,
    address: String,
}

impl RawMention {
    pub fn name(&self) -> Name<'_> {
        Name { publisher: self.publisher, en: &self.en, zh: &self.zh, website: &self.website, address: &self.address }
    }
}

impl MentionIndex {
    /// Links the names in the snapshots and creates an organisation for each cluster, with only its names.
    /// Organisations keep the IDs recorded in the ledger. Takes time and memory linear in the number of names.
    pub fn of(snapshots: &Snapshots, curated: &Arc<Curated>, mut ledger: IdLedger) -> (Self, Vec<Organisation>) {
        let raw_mentions = collect_mentions(snapshots);
        let names: Vec<Name<'_>> = raw_mentions.iter().map(RawMention::name).collect();
        let mut linked = linking::link_again(&names, curated, &mut ledger);
        for warning in &linked.warnings {
            tracing::debug!("{warning}");
        }
        let reviewed_names = linking::reviewed_names(&linked.clusters, curated);
        let lookup = Lookup::build(&mut linked, curated.clone());
        let by_id = (0..).zip(&linked.clusters).map(|(number, cluster)| (cluster.id, number)).collect();
        let candidate_matches = CandidateMatches::of(linked.possible, &linked.refused, &linked.parts);
        let spoken_of: Vec<u32> = linked.parts.iter().map(|part| part.name).collect();
        let omitted = omitted(&raw_mentions, &spoken_of, curated);
        let mentions = linked_mentions(&raw_mentions, linked.parts);
        let website_of = |mention: u32| raw_mentions[spoken_of[mention as usize] as usize].website.as_str();
        let mut organisations = organisation::gather(linked.clusters, &mentions, snapshots, curated, website_of);
        redirect(&mut organisations, &by_id, &ledger);
        let (by_name, trigrams) = std::thread::scope(|scope| {
            let trigrams = scope.spawn(|| TrigramIndex::of(&organisations));
            let key = |organisation: &Organisation| {
                (organisation.name.nearest(Language::En).to_lowercase(), organisation.id.clone())
            };
            let by_name = SortOrder::by(organisations.iter().map(key));
            (by_name, trigrams.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        let mut of_kind: HashMap<OrganisationKind, RoaringBitmap> = HashMap::new();
        for organisation in &organisations {
            of_kind.entry(organisation.kind).or_default().insert(organisation.number);
        }
        let mention_index = Self {
            curated: curated.clone(),
            first_mention: first_mentions(snapshots, &mentions),
            mentions,
            by_id,
            ledger,
            candidate_matches,
            lookup,
            by_name,
            by_mentions: SortOrder::by(organisations.iter().map(|organisation| organisation.mentions.len())),
            trigrams,
            reviewed_names,
            of_kind,
            omitted,
        };
        (mention_index, organisations)
    }

    /// Whether the index is also valid for the snapshots `now`. It is valid if they have the same names in the same
    /// positions as the snapshots from which it was built. Compares only changed snapshots.
    pub fn is_valid_for(&self, before: &Snapshots, now: &Snapshots, curated: &Arc<Curated>) -> bool {
        let is_same = |(position, (before, now)): (usize, (&Snapshot, &Snapshot))| {
            std::ptr::eq(before, now) || collect_mentions_of(position, before) == collect_mentions_of(position, now)
        };
        Arc::ptr_eq(&self.curated, curated) && before.iter().zip(now.iter()).enumerate().all(is_same)
    }

    /// The links of a record's names.
    pub fn mentions_of(&self, place: RecordRef) -> &[LinkedMention] {
        let first = &self.first_mention[usize::from(place.snapshot)];
        let index = place.index as usize;
        match (first.get(index), first.get(index + 1)) {
            (Some(begin), Some(end)) => &self.mentions[*begin as usize..*end as usize],
            _ => &[],
        }
    }

    /// The numbers of the organisations that a record names in these roles, without duplicates.
    pub fn organisations_of(&self, place: RecordRef, roles: &[Role]) -> Vec<u32> {
        let mut found = Vec::new();
        for mention in self.mentions_of(place).iter().filter(|mention| roles.contains(&mention.role)) {
            if !found.contains(&mention.organisation) {
                found.push(mention.organisation);
            }
        }
        found
    }

    /// The number of names of a snapshot that have no organisation, by reason.
    pub fn omitted_in(&self, snapshot: u16) -> impl Iterator<Item = (OmissionReason, usize)> {
        let of_snapshot = (snapshot, OmissionReason::UnitAlone)..=(snapshot, OmissionReason::NoName);
        self.omitted.range(of_snapshot).map(|((_, reason), count)| (*reason, *count))
    }

    /// The organisations of these kinds.
    pub fn of_kinds(&self, kinds: &[OrganisationKind]) -> RoaringBitmap {
        kinds.iter().filter_map(|kind| self.of_kind.get(kind)).union()
    }

    /// The number of organisations of these kinds.
    pub fn count_of(&self, kinds: &[OrganisationKind]) -> u64 {
        let is_wanted = |(kind, _): &(&OrganisationKind, &RoaringBitmap)| kinds.contains(kind);
        self.of_kind.iter().filter(is_wanted).map(|(_, of_kind)| of_kind.len()).sum()
    }
}

/// All names in all records.
pub(super) fn collect_mentions(snapshots: &Snapshots) -> Vec<RawMention> {
    snapshots.iter().enumerate().flat_map(|(position, snapshot)| collect_mentions_of(position, snapshot)).collect()
}

/// All names in the records of one snapshot.
fn collect_mentions_of(position: usize, snapshot: &Snapshot) -> Vec<RawMention> {
    let mut raw_mentions = Vec::new();
    for index in 0..snapshot.records.len() {
        let mut slot = 0;
        snapshot.records.mentions(index, &mut |mention| {
            raw_mentions.push(RawMention {
                place: RecordRef::new(position, index),
                slot,
                role: mention.role,
                publisher: snapshot.dataset.publisher,
                en: mention.name.en.clone().unwrap_or_default(),
                zh: mention.name.chinese().unwrap_or_default().to_owned(),
                website: mention.website.unwrap_or_default().to_owned(),
                address: mention.address.unwrap_or_default().to_owned(),
            });
            slot += 1;
        });
    }
    raw_mentions
}

fn linked_mentions(raw_mentions: &[RawMention], parts: Vec<NamePart>) -> Vec<LinkedMention> {
    let mention = |part: NamePart| {
        let raw_mentions = &raw_mentions[part.name as usize];
        LinkedMention {
            place: raw_mentions.place,
            slot: raw_mentions.slot,
            role: raw_mentions.role,
            organisation: part.cluster,
            unit: part.unit.map(String::into_boxed_str),
            en: part.en.map(String::into_boxed_str),
            zh: part.zh.map(String::into_boxed_str),
            stated: part.stated.into_boxed_slice(),
            method: part.method,
            evidence: part.evidence,
        }
    };
    parts.into_iter().map(mention).collect()
}

/// Counts the names without an organisation. `named` contains the names with one, in order.
fn omitted(raw_mentions: &[RawMention], named: &[u32], curated: &Curated) -> BTreeMap<(u16, OmissionReason), usize> {
    let mut omitted = BTreeMap::new();
    let mut named = named.iter().peekable();
    for (at, mention) in (0..).zip(raw_mentions) {
        let mut has_organisation = false;
        while named.next_if_eq(&&at).is_some() {
            has_organisation = true;
        }
        if !has_organisation && let Some(reason) = linking::omission(&mention.name(), curated) {
            *omitted.entry((mention.place.snapshot, reason)).or_default() += 1;
        }
    }
    omitted
}

/// Adds to each organisation the former IDs that redirect to it.
fn redirect(organisations: &mut [Organisation], by_id: &HashMap<OrganisationId, u32>, ledger: &IdLedger) {
    for (former, id) in ledger.merged() {
        if let Some(number) = by_id.get(&id) {
            organisations[*number as usize].former_ids.push(former.to_string());
        }
    }
}

/// For each snapshot, the first mention of each record, followed by the end of the last. The mentions are sorted by
/// record.
fn first_mentions(snapshots: &Snapshots, mentions: &[LinkedMention]) -> Vec<Vec<u32>> {
    let mut first = Vec::with_capacity(snapshots.iter().len());
    let mut begin = 0;
    for (position, snapshot) in snapshots.iter().enumerate() {
        let of_snapshot =
            mentions[begin..].iter().take_while(|mention| usize::from(mention.place.snapshot) == position);
        let mut ends = vec![0; snapshot.records.len() + 1];
        let mut end = begin;
        for mention in of_snapshot {
            ends[mention.place.index as usize + 1] += 1;
            end += 1;
        }
        if begin == end {
            first.push(Vec::new());
            continue;
        }
        ends[0] = begin as u32;
        for index in 1..ends.len() {
            ends[index] += ends[index - 1];
        }
        first.push(ends);
        begin = end;
    }
    first
}
