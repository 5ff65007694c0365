//! The graph: every record, and the organisations that the records name, in one immutable view.
//!
//! [`Graph::build`] takes the snapshots, links the names in them and indexes both directions of every edge. A request
//! takes one [`view::View`] and answers wholly from it; [`refresh`] builds the next one beside it and swaps it in.
//!
//! Records are numbered through all snapshots in the order of the sources; mentions lie sorted by record, so that the
//! organisations of a record and the mentions of an organisation are both slices.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use crate::{
    catalog::Publisher,
    linking::{self, Curated, Ledger, Lookup, Method, Name, OrganisationId, Part},
    record::{Head, Record, Role},
    upstream::snapshot::{Snapshot, Snapshots},
};

pub mod dataset;
pub mod distribution;
pub mod edges;
pub mod explanation;
pub mod figures;
pub mod funding;
mod ledger_file;
pub mod likeness;
pub mod matching;
pub mod mention;
pub mod organisation;
pub mod overrides;
pub mod provenance;
pub mod refresh;
pub mod search;
mod slot;
pub mod table;
pub mod view;

use funding::Fact;
use likeness::Likeness;
use organisation::Organisation;

/// One immutable view over all records and the organisations they name.
pub struct Graph {
    pub snapshots: Arc<Snapshots>,
    /// The number of each snapshot's first record, and one past the last record.
    first_record: Vec<u32>,
    /// Every organisation that a record names, sorted by record.
    mentions: Vec<LinkedMention>,
    /// The first mention of each record, and one past the last mention.
    first_mention: Vec<u32>,
    organisations: Vec<Organisation>,
    by_id: HashMap<OrganisationId, u32>,
    ledger: Ledger,
    likeness: Likeness,
    records_by_id: HashMap<String, u32>,
    lookup: Lookup,
    facts: Vec<Fact>,
    /// What a search looks in; nothing where it could not be made.
    index: OnceLock<Option<search::Index>>,
}

/// A name in a record and the organisation it was linked to.
#[derive(Debug)]
pub struct LinkedMention {
    /// The number of the record.
    pub record: u32,
    /// The position of the name among those that the record gives.
    pub slot: u16,
    pub role: Role,
    /// The number of the organisation.
    pub organisation: u32,
    /// The part of the organisation that the name speaks of, a laboratory or department.
    pub unit: Option<String>,
    /// The organisation's own name in it: without the unit, one of several joint applicants.
    pub en: Option<String>,
    pub zh: Option<String>,
    pub website: Option<String>,
    pub method: Method,
    pub evidence: Arc<str>,
}

impl LinkedMention {
    /// The organisation's own name in the row: English where it has both.
    pub fn own_name(&self) -> &str {
        self.en.as_deref().or(self.zh.as_deref()).unwrap_or_default()
    }
}

/// A name as a record gives it, with where it stands.
struct Spoken {
    record: u32,
    slot: u16,
    role: Role,
    publisher: Publisher,
    en: String,
    zh: String,
    website: String,
    address: String,
}

impl Graph {
    /// Links the names in the snapshots and indexes the result. Organisations keep the ids that the ledger has for them.
    /// Time and memory grow linearly with the records.
    pub fn build(snapshots: Arc<Snapshots>, curated: &Arc<Curated>, mut ledger: Ledger) -> Self {
        let (first_record, records_by_id) = number(&snapshots);
        let spoken = listen(&snapshots, &first_record);
        let names: Vec<Name<'_>> = spoken.iter().map(Spoken::name).collect();
        let mut linked = linking::link_again(&names, curated, &mut ledger);
        for warning in &linked.warnings {
            tracing::debug!("{warning}");
        }
        let lookup = Lookup::build(&mut linked, curated.clone());
        let by_id = (0..).zip(&linked.clusters).map(|(number, cluster)| (cluster.id, number)).collect();
        let likeness = Likeness::of(linked.possible, &linked.refused, &linked.parts);
        let mentions = linked_mentions(&spoken, linked.parts);
        let records = first_record.last().copied().unwrap_or(0);
        let first_mention = offsets(records, mentions.iter().map(|mention| mention.record));
        let organisations = organisation::gather(linked.clusters, &mentions, &snapshots, &first_record, curated);
        let mut graph = Self {
            snapshots,
            first_record,
            mentions,
            first_mention,
            organisations,
            by_id,
            ledger,
            likeness,
            records_by_id,
            lookup,
            facts: Vec::new(),
            index: OnceLock::new(),
        };
        graph.redirect();
        graph.facts = funding::facts(&graph);
        funding::summarise(&mut graph);
        graph
    }

    /// Every organisation.
    pub fn organisations(&self) -> &[Organisation] {
        &self.organisations
    }

    /// The organisation of an id, of one that it had before too.
    pub fn organisation(&self, id: &str) -> Option<&Organisation> {
        self.by_id.get(&self.ledger.current(OrganisationId::parse(id)?)).map(|number| self.organisation_at(*number))
    }

    /// The organisation of a number.
    pub fn organisation_at(&self, number: u32) -> &Organisation {
        &self.organisations[number as usize]
    }

    /// The ids given so far, for the next graph.
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Which organisations may be one, and which links were refused.
    pub const fn likeness(&self) -> &Likeness {
        &self.likeness
    }

    /// A name that was linked.
    pub fn mention_at(&self, number: u32) -> &LinkedMention {
        &self.mentions[number as usize]
    }

    /// Tells every organisation which ids lead to it.
    fn redirect(&mut self) {
        for (former, id) in self.ledger.merged() {
            if let Some(number) = self.by_id.get(&id) {
                self.organisations[*number as usize].former_ids.push(former.to_string());
            }
        }
    }

    /// The organisation that a publisher would mean by this name.
    pub fn organisation_named(&self, name: &str) -> Option<&Organisation> {
        self.lookup.find(name).map(|number| &self.organisations[number as usize])
    }

    /// The snapshot and position of a record's id.
    pub fn record(&self, id: &str) -> Option<(&Snapshot, usize)> {
        self.records_by_id.get(id).and_then(|number| self.locate(*number))
    }

    /// The organisations that a record names in these roles, each once.
    pub fn organisations_of(&self, head: &Head, roles: &[Role]) -> Vec<&Organisation> {
        let mut found: Vec<&Organisation> = Vec::new();
        for mention in self.mentions_of(head).iter().filter(|mention| roles.contains(&mention.role)) {
            let organisation = &self.organisations[mention.organisation as usize];
            if !found.iter().any(|known| std::ptr::eq(*known, organisation)) {
                found.push(organisation);
            }
        }
        found
    }

    /// What a record's names were linked to.
    pub fn mentions_of(&self, head: &Head) -> &[LinkedMention] {
        let snapshot = self.snapshots.iter().position(|snapshot| std::ptr::eq(snapshot.dataset, head.dataset));
        let record = snapshot.map_or(0, |snapshot| self.first_record[snapshot]) + head.index;
        self.mentions_of_number(record)
    }

    /// The position of the first name that a record gives in a role, linked or not.
    pub fn first_slot(&self, head: &Head, role: Role) -> usize {
        let mut slots = 0;
        let mut first = None;
        if let Some(snapshot) = self.snapshots.of(head.dataset) {
            snapshot.records.mentions(head.index as usize, &mut |mention| {
                if mention.role == role && first.is_none() {
                    first = Some(slots);
                }
                slots += 1;
            });
        }
        first.unwrap_or(slots)
    }

    fn mentions_of_number(&self, record: u32) -> &[LinkedMention] {
        let record = record as usize;
        &self.mentions[self.first_mention[record] as usize..self.first_mention[record + 1] as usize]
    }

    /// The records of one type that name an organisation in these roles, each once, in the order of their publication.
    pub fn records_of<T: Record>(&self, organisation: &Organisation, roles: &[Role]) -> Vec<&T> {
        let mut records: Vec<&T> = Vec::new();
        let mut last = None;
        for mention in self.mentions_to(organisation).filter(|mention| roles.contains(&mention.role)) {
            if last.replace(mention.record) != Some(mention.record) {
                let located = self.locate(mention.record);
                records.extend(located.and_then(|(snapshot, index)| snapshot.records::<T>().get(index)));
            }
        }
        records
    }

    /// Every name that was linked to an organisation, sorted by record.
    pub fn mentions_to(&self, organisation: &Organisation) -> impl ExactSizeIterator<Item = &LinkedMention> {
        organisation.mentions.iter().map(|mention| &self.mentions[*mention as usize])
    }

    /// The snapshot that a record is in and its position there.
    pub fn locate(&self, record: u32) -> Option<(&Snapshot, usize)> {
        let snapshot = self.first_record.partition_point(|first| *first <= record).checked_sub(1)?;
        let index = record - self.first_record[snapshot];
        Some((self.snapshots.iter().nth(snapshot)?, index as usize))
    }
}

impl Spoken {
    fn name(&self) -> Name<'_> {
        Name { publisher: self.publisher, en: &self.en, zh: &self.zh, website: &self.website, address: &self.address }
    }
}

/// Numbers the records: the first of each snapshot and one past the last, and the number of each id.
fn number(snapshots: &Snapshots) -> (Vec<u32>, HashMap<String, u32>) {
    let mut first_record = vec![0];
    let mut by_id = HashMap::new();
    let mut next = 0;
    for snapshot in snapshots.iter() {
        for index in 0..snapshot.records.len() {
            if let Some(head) = snapshot.records.head(index) {
                by_id.insert(head.id.clone(), next);
            }
            next += 1;
        }
        first_record.push(next);
    }
    (first_record, by_id)
}

/// Every name in every record.
fn listen(snapshots: &Snapshots, first_record: &[u32]) -> Vec<Spoken> {
    let mut spoken = Vec::new();
    for (snapshot, first) in snapshots.iter().zip(first_record) {
        for (record, index) in (*first..).zip(0..snapshot.records.len()) {
            let mut slot = 0;
            snapshot.records.mentions(index, &mut |mention| {
                spoken.push(Spoken {
                    record,
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
    }
    spoken
}

fn linked_mentions(spoken: &[Spoken], parts: Vec<Part>) -> Vec<LinkedMention> {
    let mention = |part: Part| {
        let spoken = &spoken[part.name as usize];
        LinkedMention {
            record: spoken.record,
            slot: spoken.slot,
            role: spoken.role,
            organisation: part.cluster,
            unit: part.unit,
            en: part.en,
            zh: part.zh,
            website: Some(spoken.website.clone()).filter(|website| !website.is_empty()),
            method: part.method,
            evidence: part.evidence,
        }
    };
    parts.into_iter().map(mention).collect()
}

/// Where each of `count` keys begins in a list sorted by key, and where the last one ends.
fn offsets(count: u32, sorted_keys: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut first = vec![0; count as usize + 1];
    for key in sorted_keys {
        first[key as usize + 1] += 1;
    }
    for key in 0..count as usize {
        first[key + 1] += first[key];
    }
    first
}
