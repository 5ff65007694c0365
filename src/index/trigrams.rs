//! The trigram index: finds the organisations with a name that contains a text, ignoring case.
//!
//! For every trigram (three consecutive bytes) in a name, the index has the set of organisations with that trigram.
//! Only names with all trigrams of a text can contain the text, so a search for a rare text visits few names.

use std::collections::HashMap;

use roaring::RoaringBitmap;

use crate::{domain::substring::Substring, index::organisation::Organisation};

/// The number of candidates below which no further set is intersected.
const FEW: u64 = 16;

/// All names in lower case, and the organisations of each trigram. Takes at most two bytes per distinct trigram of a
/// name, in addition to the names themselves.
#[derive(Debug, Default)]
pub(super) struct TrigramIndex {
    text: String,
    /// The end of each name in the text.
    ends: Vec<u32>,
    /// The first name of each organisation, followed by the end of the last.
    first_name: Vec<u32>,
    threes: HashMap<[u8; 3], RoaringBitmap>,
}

/// A set to which numbers are added in ascending order. They are added in batches, because finding the end of the set
/// costs more than adding a number.
#[derive(Default)]
struct Growing {
    set: RoaringBitmap,
    waiting: Vec<u32>,
}

impl Growing {
    const MANY: usize = 4096;

    /// Adds a number that is not smaller than the previous one.
    fn add(&mut self, number: u32) {
        if self.waiting.last() == Some(&number) {
            return;
        }
        if self.waiting.len() == Self::MANY {
            self.flush();
        }
        self.waiting.push(number);
    }

    /// Adds the batch to the set, except for the last number, which may be added again.
    fn flush(&mut self) {
        let last = self.waiting.pop();
        let added = self.set.append(self.waiting.drain(..));
        debug_assert!(added.is_ok(), "numbers come in order");
        self.waiting.extend(last);
    }

    fn done(mut self) -> RoaringBitmap {
        let added = self.set.append(self.waiting);
        debug_assert!(added.is_ok(), "numbers come in order");
        self.set
    }
}

impl TrigramIndex {
    /// Indexes all names. Takes time linear in their length.
    pub fn of(organisations: &[Organisation]) -> Self {
        let mut trigrams = Self { first_name: vec![0], ..Self::default() };
        let mut threes: HashMap<[u8; 3], Growing> = HashMap::new();
        for (number, organisation) in (0..).zip(organisations) {
            for name in &organisation.names {
                let begin = trigrams.text.len();
                trigrams.text.push_str(&name.value.to_lowercase());
                trigrams.ends.push(trigrams.text.len() as u32);
                for three in trigrams.text.as_bytes()[begin..].array_windows() {
                    threes.entry(*three).or_default().add(number);
                }
            }
            trigrams.first_name.push(trigrams.ends.len() as u32);
        }
        trigrams.threes = threes.into_iter().map(|(three, growing)| (three, growing.done())).collect();
        trigrams
    }

    /// The organisations that may have a name with this text: all that contain it, and some that contain only its
    /// trigrams. `None` if the text is too short.
    pub fn candidates(&self, sought: &Substring) -> Option<RoaringBitmap> {
        let threes = sought.folded().as_bytes().array_windows::<3>();
        let Some(mut sets) = threes.map(|three| self.threes.get(three)).collect::<Option<Vec<_>>>() else {
            return Some(RoaringBitmap::new());
        };
        sets.sort_unstable_by_key(|set| set.len());
        let (first, others) = sets.split_first()?;
        let mut found = (*first).clone();
        for other in others {
            if found.len() <= FEW {
                break;
            }
            found &= *other;
        }
        Some(found)
    }

    /// Whether a name of an organisation contains a text.
    pub fn has(&self, organisation: u32, sought: &Substring) -> bool {
        let [first, next] = [0, 1].map(|more| self.first_name[organisation as usize + more] as usize);
        let begin = |name: usize| name.checked_sub(1).map_or(0, |before| self.ends[before]) as usize;
        (first..next).any(|name| {
            let name = &self.text.as_bytes()[begin(name)..self.ends[name] as usize];
            sought.is_in_folded(name)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{domain::text::Language, index::organisation::OrganisationName};

    fn named(number: u32, names: &[String]) -> Organisation {
        let name = |value: &String| OrganisationName::unmentioned(value, Language::En);
        Organisation { names: names.iter().map(name).collect(), ..Organisation::nameless(number) }
    }

    fn found(trigrams: &TrigramIndex, count: u32, text: &str) -> Vec<u32> {
        let sought = Substring::new(text);
        let candidates = trigrams.candidates(&sought);
        let may_be = |number: &u32| candidates.as_ref().is_none_or(|candidates| candidates.contains(*number));
        (0..count).filter(may_be).filter(|number| trigrams.has(*number, &sought)).collect()
    }

    #[test]
    fn a_substring_must_occur_within_one_name() {
        let names = [vec!["Imaginary Harbour".to_owned(), "幻想海港".to_owned()], vec!["HARBOUR幻想".to_owned()]];
        let organisations: Vec<Organisation> = (0..).zip(&names).map(|(number, names)| named(number, names)).collect();
        let trigrams = TrigramIndex::of(&organisations);
        for (text, expected) in [
            ("harbour", vec![0, 1]),
            ("harbour幻想", vec![1]),
            ("海", vec![0]),
            ("", vec![0, 1]),
            ("GI", vec![0]),
            ("harbours", vec![]),
        ] {
            assert_eq!(found(&trigrams, 2, text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_a_linear_scan(
            names in prop::collection::vec(prop::collection::vec("[abAİßΣσς港澳 ]{0,12}", 0..3), 1..30),
            text in "[abAİßΣσς港澳 ]{0,5}",
        ) {
            let organisations: Vec<Organisation> = (0..).zip(&names).map(|(number, names)| named(number, names)).collect();
            let expected: Vec<u32> = (0..)
                .zip(&names)
                .filter(|(_, names)| names.iter().any(|name| name.to_lowercase().contains(&text.to_lowercase())))
                .map(|(number, _)| number)
                .collect();
            prop_assert_eq!(found(&TrigramIndex::of(&organisations), names.len() as u32, &text), expected);
        }
    }
}
