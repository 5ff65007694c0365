//! Orders of organisations, sorted once per graph, so that a page is read off and no question sorts anything.

use super::organisation::Organisation;

/// An order of all organisations, from the smallest. Eight bytes an organisation.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// The numbers of the organisations.
    numbers: Vec<u32>,
    /// The place of each organisation, by its number.
    places: Vec<u32>,
}

impl Order {
    /// The order by a key; organisations of the same key stand in the order of their numbers.
    pub fn by<K: Ord>(organisations: &[Organisation], key: impl Fn(&Organisation) -> K) -> Self {
        let mut numbers: Vec<u32> = (0..organisations.len() as u32).collect();
        numbers.sort_by_cached_key(|number| key(&organisations[*number as usize]));
        let mut places = vec![0; numbers.len()];
        for (place, number) in (0..).zip(&numbers) {
            places[*number as usize] = place;
        }
        Self { numbers, places }
    }

    /// Every organisation's number, in order.
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// The place of an organisation.
    pub fn place_of(&self, number: u32) -> u32 {
        self.places[number as usize]
    }
}
