//! Ids of organisations: made from the smallest name of a cluster, so that no order of the input changes them.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::reading::Reading;
use crate::catalog::Publisher;

/// Ids in the order of the clusters, whose smallest names come in. The second of two equal ones is made from more of its
/// name.
pub fn mint<'a>(smallest: impl Iterator<Item = (Publisher, &'a Reading)>) -> Vec<String> {
    let mut held: HashSet<String> = HashSet::new();
    smallest
        .map(|(publisher, reading)| {
            let mut id = [short(publisher, reading), full(publisher, reading)]
                .into_iter()
                .map(|text| hashed(&text))
                .find(|id| !held.contains(id));
            let mut salt = 0u32;
            while id.is_none() {
                salt += 1;
                id = Some(hashed(&format!("{}\u{1f}{salt}", full(publisher, reading)))).filter(|id| !held.contains(id));
            }
            let id = id.unwrap_or_default();
            held.insert(id.clone());
            id
        })
        .collect()
}

/// The name that an id is made from: English key and legal form, or the Chinese ones where there is no English.
fn short(publisher: Publisher, reading: &Reading) -> String {
    match (&reading.english, &reading.chinese) {
        (Some(english), _) => format!("{}\u{1f}{}\u{1f}{:?}", publisher.code(), reading.key, english.class),
        (None, Some(chinese)) => format!("{}\u{1f}{}\u{1f}{:?}", publisher.code(), chinese.core, chinese.class),
        (None, None) => publisher.code().to_owned(),
    }
}

fn full(publisher: Publisher, reading: &Reading) -> String {
    format!("{}\u{1f}{:?}", short(publisher, reading), reading.chinese)
}

/// `org:` and twelve letters and digits (60 bits) of the hash.
fn hashed(text: &str) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let digest = Sha256::digest(text.as_bytes());
    let mut bits = digest.iter().take(8).fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
    let mut id = String::from("org:");
    for _ in 0..12 {
        id.push(char::from(LETTERS[(bits >> 59) as usize]));
        bits <<= 5;
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linking::key::English;

    fn reading(text: &str) -> Reading {
        let english = English::read(text);
        Reading { key: english.as_ref().map(English::key).unwrap_or_default(), english, ..Reading::default() }
    }

    #[test]
    fn spelled_alike_means_one_id() {
        let (a, b) = (reading("Alpha Testing Limited"), reading("ALPHA TESTING LTD."));
        let ids = mint([(Publisher::Itf, &a)].into_iter());
        assert_eq!(ids, mint([(Publisher::Itf, &b)].into_iter()));
        assert_eq!(ids[0].len(), "org:".len() + 12);
        assert_ne!(ids, mint([(Publisher::Hkas, &b)].into_iter()));
    }

    #[test]
    fn equal_names_get_different_ids() {
        let a = reading("Alpha Testing Limited");
        let ids = mint([(Publisher::Itf, &a), (Publisher::Itf, &a), (Publisher::Itf, &a)].into_iter());
        assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
    }
}
