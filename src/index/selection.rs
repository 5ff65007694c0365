//! Selections of organisations: those that satisfy a filter, in a sort order, read only as far as a page requires.

use std::borrow::Cow;

use roaring::RoaringBitmap;

use crate::{
    domain::pagination::{Direction, LARGEST_SIZE, PageSource, SortOrder},
    index::{
        mentions::MentionIndex,
        organisation::{Organisation, OrganisationConditions, OrganisationOrder, OrganisationOrderField},
        organisations::Organisations,
    },
    linking::OrganisationId,
};

/// The organisations that satisfy a filter, in a sort order.
///
/// Candidates are looked up by name, cluster and kind. Few candidates are sorted. With many candidates, the existing
/// sort order is scanned instead, because they fill a page quickly.
pub struct Selection<'a> {
    organisations: &'a Organisations,
    mention_index: &'a MentionIndex,
    filter: OrganisationConditions,
    /// The candidates, if the whole order is scanned because they are many.
    candidates: Option<RoaringBitmap>,
    /// In ascending order: all organisations, or the few candidates.
    numbers: Cow<'a, [u32]>,
    order: &'a SortOrder,
    direction: Direction,
}

impl<'a> Selection<'a> {
    /// The organisations that satisfy a filter, in the requested order or by name.
    pub(super) fn of(
        organisations: &'a Organisations,
        mention_index: &'a MentionIndex,
        filter: OrganisationConditions,
        order: Option<OrganisationOrder>,
    ) -> Self {
        let (field, direction) =
            order.map_or((OrganisationOrderField::Name, Direction::Asc), |order| (order.field, order.direction));
        let order = match field {
            OrganisationOrderField::Name => &mention_index.by_name,
            OrganisationOrderField::Funding => &organisations.by_funding,
            OrganisationOrderField::Mentions => &mention_index.by_mentions,
        };
        let is_rare = |count: u64| is_rare(count, organisations.all.len());
        let by_name = filter.name.as_ref().and_then(|sought| mention_index.trigrams.candidates(sought));
        let in_cluster = filter.clusters.as_deref().map(|clusters| organisations.in_clusters(clusters));
        let rare_kinds = filter.kinds.as_deref().filter(|kinds| is_rare(mention_index.count_of(kinds)));
        let of_kind = rare_kinds.map(|kinds| mention_index.of_kinds(kinds));
        let mut candidates = [by_name, in_cluster, of_kind].into_iter().flatten().reduce(|some, other| some & other);
        let mut numbers = Cow::Borrowed(order.numbers());
        if let Some(few) = candidates.take_if(|candidates| is_rare(candidates.len())) {
            let mut few: Vec<u32> = few.into_iter().collect();
            few.sort_unstable_by_key(|number| order.place_of(*number));
            numbers = Cow::Owned(few);
        }
        Self { organisations, mention_index, filter, candidates, numbers, order, direction }
    }

    fn in_direction(&self, place: usize) -> Option<usize> {
        match self.direction {
            Direction::Asc => Some(place),
            Direction::Desc => self.numbers.len().checked_sub(place + 1),
        }
    }

    fn keep(&self, number: u32) -> Option<&'a Organisation> {
        let may_be = self.candidates.as_ref().is_none_or(|candidates| candidates.contains(number));
        let is_called =
            || self.filter.name.as_ref().is_none_or(|sought| self.mention_index.trigrams.has(number, sought));
        let organisation = &self.organisations.all[number as usize];
        (may_be && is_called() && self.filter.matches_other_conditions(organisation)).then_some(organisation)
    }
}

/// Whether visiting this many candidates costs less than scanning the order until the largest page is full.
const fn is_rare(count: u64, of: usize) -> bool {
    count.saturating_mul(count) <= (LARGEST_SIZE * of) as u64
}

impl<'a> PageSource<'a, Organisation> for Selection<'a> {
    fn places(&self) -> usize {
        self.numbers.len()
    }

    fn at(&self, place: usize) -> Option<&'a Organisation> {
        self.keep(*self.numbers.get(self.in_direction(place)?)?)
    }

    fn place_of(&self, id: &str) -> Option<usize> {
        let number = *self.mention_index.by_id.get(&OrganisationId::parse(id)?)?;
        let wanted = self.order.place_of(number);
        self.in_direction(self.numbers.binary_search_by_key(&wanted, |number| self.order.place_of(*number)).ok()?)
    }

    fn count(&self) -> usize {
        match (&self.candidates, &self.filter) {
            (Some(candidates), _) => candidates.iter().filter(|number| self.keep(*number).is_some()).count(),
            (
                None,
                OrganisationConditions {
                    kinds,
                    name: None,
                    publishers: None,
                    all_publishers: None,
                    clusters: None,
                    funding: None,
                },
            ) => kinds
                .as_deref()
                .map_or(self.organisations.all.len(), |kinds| self.mention_index.count_of(kinds) as usize),
            _ => (0..self.places()).filter(|place| self.at(*place).is_some()).count(),
        }
    }
}
