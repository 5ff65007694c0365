//! Organisations with their clusters and funding. Rebuilt when grants or tenancies change; otherwise reused by the next
//! graph.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use roaring::{MultiOps, RoaringBitmap};

use crate::{
    domain::{
        pagination::SortOrder,
        record::Role,
        text::{Language, Text},
    },
    index::{
        code_lists::CodeListEntry, grants::Grants, mentions::MentionIndex, organisation::Organisation,
        search::OrganisationIndex, snapshot_index::RecordRef,
    },
    publishers::hkstpc::tenancies::Tenancy,
    upstream::{snapshot::Snapshot, snapshots::Snapshots},
};

/// All organisations with their funding.
pub(super) struct Organisations {
    pub all: Vec<Organisation>,
    pub grants: Grants,
    pub by_funding: SortOrder,
    /// The distinct clusters of Science Park, each with the organisations that have a tenancy in it.
    tenants: Vec<(Text, RoaringBitmap)>,
    /// The texts by which organisations are found, sorted by weight. Indexed on the first search.
    pub texts: Arc<OnceLock<OrganisationIndex>>,
}

impl Organisations {
    /// Adds clusters and funding to organisations. Takes time linear in the number of tenancies, grants and
    /// organisations.
    pub fn of(mut all: Vec<Organisation>, mention_index: &MentionIndex, snapshots: &Snapshots) -> Self {
        let tenants = assign_clusters(&mut all, mention_index, snapshots);
        let grants = Grants::of(&all, mention_index, snapshots);
        for organisation in &mut all {
            organisation.funding = grants.summary(organisation.number);
        }
        let by_funding = SortOrder::by(all.iter().map(|organisation| organisation.funding.total));
        Self { all, grants, by_funding, tenants, texts: Arc::default() }
    }

    /// The same organisations with the funding and the clusters in these snapshots.
    pub fn with_snapshots(&self, mention_index: &MentionIndex, snapshots: &Snapshots) -> Self {
        let again = Self::of(self.all.clone(), mention_index, snapshots);
        let is_same = |(before, now): (&Organisation, &Organisation)| {
            before.clusters == now.clusters && before.funding.total == now.funding.total
        };
        let are_found_alike = self.all.iter().zip(&again.all).all(is_same);
        if are_found_alike { Self { texts: self.texts.clone(), ..again } } else { again }
    }

    /// Whether the data is also valid for the snapshots `now`, with an unchanged mention index. It is valid if no
    /// snapshot with grants or tenancies changed.
    pub fn are_valid_for(before: &Snapshots, now: &Snapshots) -> bool {
        let is_told = |snapshot: &Snapshot| Grants::are_in(snapshot) || !tenancies(snapshot).is_empty();
        before
            .iter()
            .zip(now.iter())
            .all(|(before, now)| std::ptr::eq(before, now) || !is_told(before) && !is_told(now))
    }

    /// The clusters of Science Park, each with the number of organisations that have a tenancy in it. Clusters with the
    /// same English name are one.
    pub fn clusters(&self) -> Vec<CodeListEntry> {
        let mut clusters: BTreeMap<String, (&Text, RoaringBitmap)> = BTreeMap::new();
        for (cluster, tenants) in &self.tenants {
            let code = cluster.nearest(Language::En).into_owned();
            clusters.entry(code).or_insert_with(|| (cluster, RoaringBitmap::new())).1 |= tenants;
        }
        let entry = |(code, (label, tenants)): (_, (&Text, RoaringBitmap))| CodeListEntry {
            code,
            label: Some(label.clone()),
            count: tenants.len() as usize,
        };
        clusters.into_iter().map(entry).collect()
    }

    /// The organisations with a tenancy in one of these clusters, by name in any language.
    pub fn in_clusters(&self, names: &[String]) -> RoaringBitmap {
        self.tenants.iter().filter(|(cluster, _)| cluster.is_one_of(names)).map(|(_, tenants)| tenants).union()
    }
}

fn tenancies(snapshot: &Snapshot) -> &[Tenancy] {
    snapshot.records()
}

/// Adds to every organisation the clusters of its tenancies. Returns the tenants of each distinct cluster.
fn assign_clusters(
    organisations: &mut [Organisation],
    mention_index: &MentionIndex,
    snapshots: &Snapshots,
) -> Vec<(Text, RoaringBitmap)> {
    let mut tenants: Vec<(Text, RoaringBitmap)> = Vec::new();
    for organisation in organisations.iter_mut() {
        organisation.clusters.clear();
    }
    for (position, snapshot) in snapshots.iter().enumerate() {
        for (index, tenancy) in tenancies(snapshot).iter().enumerate() {
            let Some(cluster) = &tenancy.cluster else { continue };
            let at = tenants.iter().position(|(known, _)| known == cluster).unwrap_or_else(|| {
                tenants.push((cluster.clone(), RoaringBitmap::new()));
                tenants.len() - 1
            });
            for number in mention_index.organisations_of(RecordRef::new(position, index), &[Role::Tenant]) {
                if tenants[at].1.insert(number) {
                    organisations[number as usize].clusters.push(cluster.clone());
                }
            }
        }
    }
    tenants
}
