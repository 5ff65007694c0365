//! Precomputed sort orders, so that queries need not sort.

use crate::domain::pagination::PageSource;

/// The sort order of numbered items. Takes eight bytes per item.
#[derive(Debug, Default)]
pub struct SortOrder {
    /// The numbers of the items, in order.
    numbers: Vec<u32>,
    /// The position of each item, by its number.
    places: Vec<u32>,
}

impl SortOrder {
    /// Sorts items by these keys. Items are numbered in the order of the keys given. Items with equal keys are in the
    /// order of their numbers.
    pub fn by<K: Ord>(keys: impl Iterator<Item = K>) -> Self {
        let mut keyed: Vec<(K, u32)> = keys.zip(0..).collect();
        keyed.sort_unstable();
        let mut places = vec![0; keyed.len()];
        for (place, (_, number)) in (0..).zip(&keyed) {
            places[*number as usize] = place;
        }
        Self { numbers: keyed.iter().map(|(_, number)| *number).collect(), places }
    }

    /// The numbers of all items, in order.
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// The position of an item.
    pub fn place_of(&self, number: u32) -> u32 {
        self.places[number as usize]
    }
}

/// A list with its positions in a given order.
pub struct InOrder<'o, L> {
    pub list: L,
    pub order: &'o SortOrder,
}

impl<'a, T: 'a, L: PageSource<'a, T>> PageSource<'a, T> for InOrder<'_, L> {
    fn places(&self) -> usize {
        self.list.places()
    }

    fn at(&self, place: usize) -> Option<&'a T> {
        self.list.at(*self.order.numbers.get(place)? as usize)
    }

    fn place_of(&self, id: &str) -> Option<usize> {
        self.list.place_of(id).map(|number| self.order.places[number] as usize)
    }

    fn count(&self) -> usize {
        self.list.count()
    }
}
