//! Organisations with their money, and the lists of them. Remade when grants or tenancies change; taken over by the next
//! graph when neither did.

use std::{
    borrow::Cow,
    collections::HashSet,
    sync::{Arc, OnceLock},
};

use roaring::RoaringBitmap;

use super::{
    grants::Grants,
    linkage::Linkage,
    order::Order,
    organisation::{Organisation, OrganisationFilter, OrganisationOrder, OrganisationOrderField},
    place::Place,
    search,
    spellings::Sought,
};
use crate::{
    linking::{OrganisationId, OrganisationKind},
    page::{Direction, LARGEST_SIZE, List},
    publishers::hkstpc::tenancies::Tenancy,
    record::Role,
    upstream::snapshot::{Snapshot, Snapshots},
};

/// Every organisation with its money.
pub(super) struct Organisations {
    pub all: Vec<Organisation>,
    pub grants: Grants,
    by_funding: Order,
    /// The words of their names and clusters, from the first search on; nothing where they could not be indexed.
    pub words: Arc<OnceLock<Option<search::Words>>>,
}

impl Organisations {
    /// Gives organisations their clusters and their money. Time grows with tenancies, grants and organisations.
    pub fn of(mut all: Vec<Organisation>, linkage: &Linkage, snapshots: &Snapshots) -> Self {
        settle(&mut all, linkage, snapshots);
        let grants = Grants::of(&all, linkage, snapshots);
        for organisation in &mut all {
            organisation.funding = grants.summary(organisation.number);
        }
        let by_funding = Order::by(&all, |organisation| organisation.funding.total);
        Self { all, grants, by_funding, words: Arc::default() }
    }

    /// The same organisations with the money and the clusters that these snapshots tell.
    pub fn again(&self, linkage: &Linkage, snapshots: &Snapshots) -> Self {
        let again = Self::of(self.all.clone(), linkage, snapshots);
        let are_told_alike = self.all.iter().zip(&again.all).all(|(before, now)| before.clusters == now.clusters);
        if are_told_alike { Self { words: self.words.clone(), ..again } } else { again }
    }

    /// Whether they are those of these snapshots too, given those that they were made of and that the linkage holds: when
    /// nothing changed that tells of money or tenancies.
    pub fn hold(before: &Snapshots, now: &Snapshots) -> bool {
        let is_told = |snapshot: &Snapshot| Grants::are_in(snapshot) || !tenancies(snapshot).is_empty();
        before
            .iter()
            .zip(now.iter())
            .all(|(before, now)| std::ptr::eq(before, now) || !is_told(before) && !is_told(now))
    }

    /// The organisations that a filter keeps, in the order asked for; else by name.
    pub fn select<'a>(
        &'a self,
        linkage: &'a Linkage,
        filter: OrganisationFilter,
        order: Option<OrganisationOrder>,
    ) -> Selection<'a> {
        let (field, direction) =
            order.map_or((OrganisationOrderField::Name, Direction::Asc), |order| (order.field, order.direction));
        let order = match field {
            OrganisationOrderField::Name => &linkage.by_name,
            OrganisationOrderField::Funding => &self.by_funding,
            OrganisationOrderField::Mentions => &linkage.by_mentions,
        };
        let sought = filter.name.as_deref().map(Sought::new);
        let mut candidates = sought.as_ref().and_then(|sought| linkage.spellings.candidates(sought));
        let mut numbers = Cow::Borrowed(order.numbers());
        if let Some(found) = candidates.take_if(|found| is_rare(found, self.all.len())) {
            let mut found: Vec<u32> = found.into_iter().collect();
            found.sort_unstable_by_key(|number| order.place_of(*number));
            numbers = Cow::Owned(found);
        }
        Selection { organisations: self, linkage, filter, sought, candidates, numbers, order, direction }
    }
}

/// Whether looking at all candidates costs less than walking an order until the largest page is full of them.
fn is_rare(candidates: &RoaringBitmap, of: usize) -> bool {
    candidates.len().saturating_pow(2) <= (LARGEST_SIZE * of) as u64
}

fn tenancies(snapshot: &Snapshot) -> &[Tenancy] {
    snapshot.records()
}

/// Gives every organisation the clusters of its tenancies.
fn settle(organisations: &mut [Organisation], linkage: &Linkage, snapshots: &Snapshots) {
    for organisation in organisations.iter_mut() {
        organisation.clusters.clear();
    }
    for (position, snapshot) in snapshots.iter().enumerate() {
        for (index, tenancy) in tenancies(snapshot).iter().enumerate() {
            let Some(cluster) = &tenancy.cluster else { continue };
            for number in linkage.organisations_of(Place::new(position, index), &[Role::Tenant]) {
                let known = &mut organisations[number as usize].clusters;
                if !known.contains(cluster) {
                    known.push(cluster.clone());
                }
            }
        }
    }
}

/// A list of organisations that is looked through only as far as a page needs.
pub struct Selection<'a> {
    organisations: &'a Organisations,
    linkage: &'a Linkage,
    filter: OrganisationFilter,
    /// What their names must have.
    sought: Option<Sought>,
    /// Where that may be, when it is in so many names that the whole order is walked.
    candidates: Option<RoaringBitmap>,
    /// From the smallest: the whole order, or the few candidates.
    numbers: Cow<'a, [u32]>,
    order: &'a Order,
    direction: Direction,
}

impl<'a> Selection<'a> {
    fn turned(&self, place: usize) -> Option<usize> {
        match self.direction {
            Direction::Asc => Some(place),
            Direction::Desc => self.numbers.len().checked_sub(place + 1),
        }
    }

    fn keep(&self, number: u32) -> Option<&'a Organisation> {
        let may_be = self.candidates.as_ref().is_none_or(|candidates| candidates.contains(number));
        let has_name = may_be && self.sought.as_ref().is_none_or(|sought| self.linkage.spellings.has(number, sought));
        let organisation = &self.organisations.all[number as usize];
        (has_name && self.filter.keeps_but_for_name(organisation)).then_some(organisation)
    }
}

impl<'a> List<'a, Organisation> for Selection<'a> {
    fn places(&self) -> usize {
        self.numbers.len()
    }

    fn at(&self, place: usize) -> Option<&'a Organisation> {
        self.keep(*self.numbers.get(self.turned(place)?)?)
    }

    fn place_of(&self, id: &str) -> Option<usize> {
        let number = *self.linkage.by_id.get(&OrganisationId::parse(id)?)?;
        let wanted = self.order.place_of(number);
        self.turned(self.numbers.binary_search_by_key(&wanted, |number| self.order.place_of(*number)).ok()?)
    }

    fn count(&self) -> usize {
        match (&self.candidates, &self.filter) {
            (Some(candidates), _) => candidates.iter().filter(|number| self.keep(*number).is_some()).count(),
            (None, OrganisationFilter { kind, name: None, publisher: None, cluster: None, funding_at_least: None }) => {
                match kind {
                    None => self.numbers.len(),
                    Some(kinds) => kinds_once(kinds).map(|kind| self.linkage.count_of(kind)).sum(),
                }
            }
            _ => (0..self.places()).filter(|place| self.at(*place).is_some()).count(),
        }
    }
}

fn kinds_once(kinds: &[OrganisationKind]) -> impl Iterator<Item = OrganisationKind> {
    let mut seen = HashSet::new();
    kinds.iter().copied().filter(move |kind| seen.insert(*kind))
}
