//! Grants and their totals. A grant is one fact, even if several publishers list it.
//!
//! Grants of the same kind, year, programme and clusters are added up once per graph, in cells. There is at most one
//! cell per combination of these values. A total without organisations visits the cells, a total for given
//! organisations visits their grants, and a total grouped by organisation visits every grant.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Range,
};

use crate::{
    domain::{money::Money, text::Language},
    index::{
        by_organisation::ByOrganisation,
        funding::{FundingConditions, FundingDimension, FundingGroup, FundingKind, FundingSummary, FundingTotal},
        mentions::MentionIndex,
        organisation::Organisation,
        snapshot_index::RecordRef,
    },
    upstream::{snapshot::Snapshot, snapshots::Snapshots},
};

mod list;
mod listed;
mod predicate;
mod records;

use list::GrantOrders;
pub use list::{GrantFilter, GrantList, GrantOrder, GrantOrderField};
use listed::{References, collect_grants, reference_key};
use predicate::GrantPredicate;
pub use records::GrantRecord;

/// All grants in the graph.
#[derive(Debug, Default)]
pub struct Grants {
    /// Sorted by record.
    facts: Vec<GrantFact>,
    /// The records that are not counted because another dataset lists the same grant. Sorted, each with the number of
    /// the grant.
    duplicates: Vec<(RecordRef, u32)>,
    /// The organisations that lead or receive each grant, grouped by grant.
    receivers: Vec<u32>,
    /// The grants that each organisation leads or receives.
    received: ByOrganisation,
    /// The codes of programmes, sorted. Grants refer to them by index.
    programmes: Vec<String>,
    /// The English names of clusters, sorted. Grants refer to them by index.
    clusters: Vec<String>,
    /// The distinct sets of clusters of organisations and grants. The set of an organisation without a cluster is
    /// `None`.
    cluster_sets: Vec<Vec<Option<u32>>>,
    /// The index of each organisation's set.
    clusters_of: Vec<u32>,
    cells: Vec<(GrantKey, GrantSum)>,
    orders: GrantOrders,
}

/// The key of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GrantKey {
    pub kind: FundingKind,
    pub year: Option<i32>,
    pub programme: Option<u32>,
    /// The index of the set of all clusters of its organisations.
    clusters: u32,
}

/// One grant.
#[derive(Debug)]
pub struct GrantFact {
    /// The record that represents the grant.
    pub place: RecordRef,
    pub key: GrantKey,
    pub amount: Option<Money>,
    receivers: Range<u32>,
}

/// The total of some grants.
#[derive(Clone, Copy, Debug, Default)]
pub struct GrantSum {
    pub total: Money,
    pub count: usize,
    pub without_amount: usize,
}

impl GrantSum {
    /// The sum of the known amounts. `None` if there are grants but no amount is known.
    pub fn known(&self) -> Option<Money> {
        (self.count == 0 || self.without_amount < self.count).then_some(self.total)
    }

    /// The total of one grant.
    pub fn of(amount: Option<Money>) -> Self {
        Self { total: amount.unwrap_or_default(), count: 1, without_amount: usize::from(amount.is_none()) }
    }

    /// Adds other grants.
    pub fn add(&mut self, other: &Self) {
        self.total = self.total + other.total;
        self.count += other.count;
        self.without_amount += other.without_amount;
    }
}

impl From<GrantSum> for FundingTotal {
    fn from(sum: GrantSum) -> Self {
        Self { total: sum.known(), count: sum.count, count_without_amount: sum.without_amount }
    }
}

impl Grants {
    /// Whether a snapshot contains grants.
    pub fn are_in(snapshot: &Snapshot) -> bool {
        let mut any = false;
        collect_grants(snapshot, &mut |_| any = true);
        any
    }

    /// Collects the grants in the snapshots. Takes time and memory linear in their number.
    pub(super) fn of(organisations: &[Organisation], mention_index: &MentionIndex, snapshots: &Snapshots) -> Self {
        let mut grants =
            Self { programmes: programmes(snapshots), clusters: clusters(organisations), ..Self::default() };
        let mut sets = Sets::default();
        for organisation in organisations {
            let set = grants.set_of(organisation);
            grants.clusters_of.push(sets.number(set));
        }
        let references = References::of(snapshots);
        let mut by_reference: HashMap<String, u32> = HashMap::new();
        let mut repeated: Vec<(RecordRef, String)> = Vec::new();
        for (position, snapshot) in snapshots.iter().enumerate() {
            collect_grants(snapshot, &mut |grant| {
                let place = RecordRef::new(position, grant.index);
                let reference = grant.reference.map(reference_key);
                if !references.count_in(position, reference.as_deref()) {
                    repeated.extend(reference.map(|reference| (place, reference)));
                    return;
                }
                if let Some(reference) = reference {
                    by_reference.entry(reference).or_insert(grants.facts.len() as u32);
                }
                let begin = grants.receivers.len() as u32;
                grants.receivers.extend(mention_index.organisations_of(place, &[grant.role]));
                let receivers = begin..grants.receivers.len() as u32;
                let clusters = grants.clusters_together(receivers.clone(), &mut sets);
                let programme = grant.programme.and_then(|code| position_of(&grants.programmes, code));
                let key = GrantKey { kind: grant.kind, year: grant.year, programme, clusters };
                grants.facts.push(GrantFact { place, key, amount: grant.amount, receivers });
            });
        }
        let counted = |(place, reference): (RecordRef, String)| Some((place, *by_reference.get(&reference)?));
        grants.duplicates = repeated.into_iter().filter_map(counted).collect();
        grants.cluster_sets = sets.all;
        let receivers_of = |(number, fact): (u32, &GrantFact)| {
            grants.receivers_of(fact).iter().map(move |organisation| (*organisation, number))
        };
        grants.received = ByOrganisation::of(organisations.len(), (0..).zip(&grants.facts).flat_map(receivers_of));
        let mut cells: BTreeMap<GrantKey, GrantSum> = BTreeMap::new();
        for fact in &grants.facts {
            cells.entry(fact.key).or_default().add(&GrantSum::of(fact.amount));
        }
        grants.cells = cells.into_iter().collect();
        grants
    }

    /// The number of the grant that is counted for a record. `None` if another record is counted instead.
    fn number_of(&self, place: RecordRef) -> Option<u32> {
        self.facts.binary_search_by_key(&place, |fact| fact.place).ok().map(|number| number as u32)
    }

    /// The grant that a record lists, even if another record is counted for it.
    pub(super) fn fact_of(&self, place: RecordRef) -> Option<&GrantFact> {
        let repeated = || self.duplicates.binary_search_by_key(&place, |(place, _)| *place).ok();
        let number = self.number_of(place).or_else(|| Some(self.duplicates[repeated()?].1))?;
        Some(&self.facts[number as usize])
    }

    /// All grants, sorted by record.
    pub fn all(&self) -> &[GrantFact] {
        &self.facts
    }

    /// The code of a programme.
    pub fn programme(&self, position: u32) -> &str {
        &self.programmes[position as usize]
    }

    /// The total of an organisation's grants.
    pub fn summary(&self, organisation: u32) -> FundingSummary {
        let mut sum = GrantSum::default();
        for fact in self.received.numbers_of(organisation) {
            sum.add(&GrantSum::of(self.facts[*fact as usize].amount));
        }
        let (total, GrantSum { count, without_amount, .. }) = (sum.known(), sum);
        FundingSummary { total, count, count_without_amount: without_amount, organisation }
    }

    /// The totals of an organisation's grants, grouped by a function of their keys.
    pub fn sums_of<K: Ord>(&self, organisation: u32, by: impl Fn(&GrantKey) -> K) -> BTreeMap<K, GrantSum> {
        let mut sums: BTreeMap<K, GrantSum> = BTreeMap::new();
        for fact in self.received.numbers_of(organisation) {
            let fact = &self.facts[*fact as usize];
            sums.entry(by(&fact.key)).or_default().add(&GrantSum::of(fact.amount));
        }
        sums
    }

    /// The totals of the grants that satisfy a filter, grouped and sorted by these dimensions. The filter's
    /// organisations are given by their numbers.
    pub fn groups(
        &self,
        filter: &FundingConditions,
        organisations: Option<&[u32]>,
        dimensions: &[FundingDimension],
    ) -> Vec<FundingGroup<'_>> {
        let predicate = GrantPredicate::of(self, filter);
        // The sum of each group, and whether a grant of the group also counts in another group.
        let mut groups: BTreeMap<Shared, (GrantSum, bool)> = BTreeMap::new();
        if dimensions.is_empty() {
            groups.insert(Shared::default(), Default::default());
        }
        let mut shared = Vec::new();
        let mut add = |key: &GrantKey, receivers: &[u32], sum: &GrantSum| {
            self.shared(key, receivers, dimensions, &mut shared);
            let overlaps = shared.len() > 1;
            for group in shared.drain(..) {
                let (total, is_shared) = groups.entry(group).or_default();
                total.add(sum);
                *is_shared |= overlaps;
            }
        };
        let mut add_fact = |fact: &GrantFact| {
            if predicate.keeps(&fact.key) {
                add(&fact.key, self.receivers_of(fact), &GrantSum::of(fact.amount));
            }
        };
        if let Some(organisations) = organisations {
            let facts: BTreeSet<u32> = organisations
                .iter()
                .flat_map(|organisation| self.received.numbers_of(*organisation))
                .copied()
                .collect();
            for fact in facts {
                add_fact(&self.facts[fact as usize]);
            }
        } else if dimensions.contains(&FundingDimension::Organisation) {
            for fact in &self.facts {
                add_fact(fact);
            }
        } else {
            for (key, sum) in self.cells.iter().filter(|(key, _)| predicate.keeps(key)) {
                add(key, &[], sum);
            }
        }
        let group = |(shared, (sum, overlaps)): (Shared, (GrantSum, bool))| {
            let (kind, year, programme, cluster, organisation_number) = shared;
            FundingGroup {
                kind,
                year,
                programme: programme.map(|programme| self.programme(programme)),
                cluster: cluster.map(|cluster| self.clusters[cluster as usize].as_str()),
                organisation_number,
                total: sum.known(),
                count: sum.count,
                count_without_amount: sum.without_amount,
                is_additive: !overlaps,
            }
        };
        groups.into_iter().map(group).collect()
    }

    /// The distinct groups in which grants with a key count. The receivers are used only if the totals are grouped by
    /// organisation.
    fn shared(&self, key: &GrantKey, receivers: &[u32], dimensions: &[FundingDimension], groups: &mut Vec<Shared>) {
        let by = |dimension| dimensions.contains(&dimension);
        let kind = by(FundingDimension::Kind).then_some(key.kind);
        let year = key.year.filter(|_| by(FundingDimension::Year));
        let programme = key.programme.filter(|_| by(FundingDimension::Programme));
        let clusters = |set: u32| -> &[Option<u32>] {
            if by(FundingDimension::Cluster) { &self.cluster_sets[set as usize] } else { &[None] }
        };
        if by(FundingDimension::Organisation) && !receivers.is_empty() {
            for organisation in receivers {
                let clusters = clusters(self.clusters_of[*organisation as usize]);
                groups.extend(clusters.iter().map(|cluster| (kind, year, programme, *cluster, Some(*organisation))));
            }
        } else {
            groups.extend(clusters(key.clusters).iter().map(|cluster| (kind, year, programme, *cluster, None)));
        }
    }

    fn receivers_of(&self, fact: &GrantFact) -> &[u32] {
        &self.receivers[fact.receivers.start as usize..fact.receivers.end as usize]
    }

    /// The clusters of an organisation.
    fn set_of(&self, organisation: &Organisation) -> Vec<Option<u32>> {
        let names = organisation.clusters.iter().filter_map(|cluster| cluster.published(Language::En));
        let mut set: Vec<Option<u32>> = names.map(|name| position_of(&self.clusters, name)).collect();
        if set.is_empty() {
            set.push(None);
        }
        set
    }

    /// The index of the set of all clusters of a grant's receivers.
    fn clusters_together(&self, receivers: Range<u32>, sets: &mut Sets) -> u32 {
        let receivers = &self.receivers[receivers.start as usize..receivers.end as usize];
        match receivers {
            [] => sets.number(vec![None]),
            [one] => self.clusters_of[*one as usize],
            several => {
                let set = |organisation: &u32| &sets.all[self.clusters_of[*organisation as usize] as usize];
                let together = several.iter().flat_map(set).copied().collect();
                sets.number(together)
            }
        }
    }
}

/// The values that the grants of a group share: kind, year, programme, cluster, organisation. A value is `None` if it
/// was not requested or is unknown.
type Shared = (Option<FundingKind>, Option<i32>, Option<u32>, Option<u32>, Option<u32>);

/// Distinct sets, numbered.
#[derive(Default)]
struct Sets {
    all: Vec<Vec<Option<u32>>>,
    numbers: HashMap<Vec<Option<u32>>, u32>,
}

impl Sets {
    fn number(&mut self, mut set: Vec<Option<u32>>) -> u32 {
        set.sort_unstable();
        set.dedup();
        if let Some(number) = self.numbers.get(&set) {
            return *number;
        }
        let number = self.all.len() as u32;
        self.all.push(set.clone());
        self.numbers.insert(set, number);
        number
    }
}

/// The codes of all programmes, sorted.
fn programmes(snapshots: &Snapshots) -> Vec<String> {
    let mut codes = BTreeSet::new();
    for snapshot in snapshots.iter() {
        collect_grants(snapshot, &mut |grant| {
            if let Some(code) = grant.programme.filter(|code| !codes.contains(*code)) {
                codes.insert(code.to_owned());
            }
        });
    }
    codes.into_iter().collect()
}

/// The English names of all clusters, sorted.
fn clusters(organisations: &[Organisation]) -> Vec<String> {
    let all = organisations.iter().flat_map(|organisation| &organisation.clusters);
    let names: BTreeSet<&str> = all.filter_map(|cluster| cluster.published(Language::En)).collect();
    names.into_iter().map(str::to_owned).collect()
}

fn position_of(sorted: &[String], name: &str) -> Option<u32> {
    sorted.binary_search_by(|known| known.as_str().cmp(name)).ok().map(|position| position as u32)
}
