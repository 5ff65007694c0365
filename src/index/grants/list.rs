//! Lists of grants of all kinds, filtered and sorted.

use std::{borrow::Cow, cmp::Reverse, collections::BTreeSet, sync::OnceLock};

use async_graphql::{Enum, InputObject};

use crate::{
    domain::{
        pagination::{Direction, PageSource, SortOrder},
        range::AmountRange,
        substring::Substring,
        text::{Language, Text},
    },
    index::{
        Graph,
        funding::{FundingConditions, FundingTotal},
        grants::{GrantFact, GrantSum, Grants, predicate::GrantPredicate},
        organisation::Organisation,
        snapshot_index::RecordRef,
    },
};

/// Filters grants. A grant must satisfy every condition. A list matches grants with any of its values.
#[derive(InputObject, Default)]
pub struct GrantFilter {
    #[graphql(flatten)]
    pub funding: FundingConditions,
    /// Only grants with an amount in this range. Grants without a known amount are excluded.
    pub amount: Option<AmountRange>,
    /// Matches titles that contain this text, in any language. Case is ignored.
    pub title: Option<Substring>,
}

/// The fields by which grants can be sorted.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantOrderField {
    /// The year of approval. Unknown years sort as the smallest.
    Year,
    /// The amount. Unknown amounts sort as the smallest.
    Amount,
    /// The title in English, or in Chinese if there is none.
    Title,
}

/// Ordering options for grants.
#[derive(InputObject, Clone, Copy, Debug)]
pub struct GrantOrder {
    /// The field to sort by.
    pub field: GrantOrderField,
    /// The sort direction.
    #[graphql(default)]
    pub direction: Direction,
}

impl Default for GrantOrder {
    fn default() -> Self {
        Self { field: GrantOrderField::Year, direction: Direction::Desc }
    }
}

/// The sort orders of all grants. Each is computed on first use.
pub(super) type GrantOrders = [OnceLock<SortOrder>; 6];

impl Graph {
    /// The grants that satisfy a filter, in the requested order or latest first: all grants, or those that an
    /// organisation leads or receives.
    pub fn list_grants(
        &self,
        organisation: Option<&Organisation>,
        filter: GrantFilter,
        order: Option<GrantOrder>,
    ) -> GrantList<'_> {
        let grants = self.grants();
        let order = self.sorted_grants(order.unwrap_or_default());
        let wanted = self.numbers_of(filter.funding.organisations.as_deref());
        let received = |organisations: &[u32]| -> BTreeSet<u32> {
            organisations.iter().flat_map(|number| grants.received.numbers_of(*number)).copied().collect()
        };
        let own = organisation.map(|organisation| received(&[organisation.number]));
        let candidates = match (own, wanted.as_deref().map(received)) {
            (Some(own), Some(wanted)) => Some(own.intersection(&wanted).copied().collect()),
            (own, wanted) => own.or(wanted),
        };
        let numbers = candidates.map_or(Cow::Borrowed(order.numbers()), |candidates| {
            let mut numbers: Vec<u32> = candidates.into_iter().collect();
            numbers.sort_unstable_by_key(|number| order.place_of(*number));
            Cow::Owned(numbers)
        });
        let predicate = GrantPredicate::of(grants, &filter.funding);
        GrantList { graph: self, grants, predicate, filter, numbers, order }
    }

    fn sorted_grants(&self, order: GrantOrder) -> &SortOrder {
        let grants = self.grants();
        let (facts, direction) = (&grants.facts, order.direction);
        grants.orders[order.field as usize * 2 + direction as usize].get_or_init(|| match order.field {
            GrantOrderField::Year => sorted(facts.iter().map(|fact| fact.key.year), direction),
            GrantOrderField::Amount => sorted(facts.iter().map(|fact| fact.amount), direction),
            GrantOrderField::Title => {
                let title = |fact: &GrantFact| {
                    self.title_at(fact.place).map(|title| title.nearest(Language::En).to_lowercase())
                };
                sorted(facts.iter().map(title), direction)
            }
        })
    }

    /// The name or title of the record at a position.
    fn title_at(&self, place: RecordRef) -> Option<&Text> {
        let (snapshot, index) = self.locate(place)?;
        snapshot.records.label(index)
    }
}

fn sorted<K: Ord>(keys: impl Iterator<Item = K>, direction: Direction) -> SortOrder {
    match direction {
        Direction::Asc => SortOrder::by(keys),
        Direction::Desc => SortOrder::by(keys.map(Reverse)),
    }
}

/// The grants that satisfy a filter, in an order. The list is read only as far as a page requires.
pub struct GrantList<'a> {
    graph: &'a Graph,
    grants: &'a Grants,
    predicate: GrantPredicate,
    filter: GrantFilter,
    /// The candidates, in order.
    numbers: Cow<'a, [u32]>,
    order: &'a SortOrder,
}

impl GrantList<'_> {
    /// The total of all grants in the list.
    pub fn total(&self) -> FundingTotal {
        let mut sum = GrantSum::default();
        for fact in (0..self.places()).filter_map(|place| self.at(place)) {
            sum.add(&GrantSum::of(fact.amount));
        }
        sum.into()
    }

    fn keeps(&self, fact: &GrantFact) -> bool {
        let GrantFilter { amount, title, .. } = &self.filter;
        let has_title = |part: &Substring| self.graph.title_at(fact.place).is_some_and(|title| part.is_in_any(title));
        self.predicate.keeps(&fact.key)
            && amount.is_none_or(|range| range.contains(fact.amount))
            && title.as_ref().is_none_or(has_title)
    }
}

impl<'a> PageSource<'a, GrantFact> for GrantList<'a> {
    fn places(&self) -> usize {
        self.numbers.len()
    }

    fn at(&self, place: usize) -> Option<&'a GrantFact> {
        let fact = &self.grants.facts[*self.numbers.get(place)? as usize];
        self.keeps(fact).then_some(fact)
    }

    fn place_of(&self, id: &str) -> Option<usize> {
        let number = self.grants.number_of(self.graph.place(id)?)?;
        let wanted = self.order.place_of(number);
        self.numbers.binary_search_by_key(&wanted, |number| self.order.place_of(*number)).ok()
    }
}
