//! Postings: for every word, the sorted list of documents that contain it.

use roaring::RoaringBitmap;

/// The number of documents from which a word is frequent. The documents of a frequent word are a bitmap instead of a
/// list.
const FREQUENT: usize = 2_048;

/// The documents of every word.
#[derive(Default)]
pub struct Postings {
    /// The end of each word's list. The list of a frequent word is empty.
    ends: Vec<u32>,
    documents: Vec<u32>,
    /// The frequent words, sorted.
    frequent: Vec<(u32, RoaringBitmap)>,
}

impl Postings {
    /// Groups pairs of a word and a document by word. The pairs must be sorted by document. Consecutive duplicates are
    /// allowed.
    pub fn of(pairs: &[(u32, u32)], words: usize) -> Self {
        let mut begins = vec![0_u32; words + 1];
        for (word, _) in pairs {
            begins[*word as usize + 1] += 1;
        }
        for word in 0..words {
            begins[word + 1] += begins[word];
        }
        let mut grouped = vec![0_u32; pairs.len()];
        let mut next = begins.clone();
        for (word, document) in pairs {
            let at = &mut next[*word as usize];
            grouped[*at as usize] = *document;
            *at += 1;
        }
        let mut postings = Self { ends: Vec::with_capacity(words), ..Self::default() };
        for (word, bounds) in (0..).zip(begins.windows(2)) {
            let list = &grouped[bounds[0] as usize..bounds[1] as usize];
            let different = || list.chunk_by(|a, b| a == b).map(|same| same[0]);
            let frequent =
                (list.len() >= FREQUENT).then(|| RoaringBitmap::from_sorted_iter(different()).ok()).flatten();
            match frequent {
                Some(set) => postings.frequent.push((word, set)),
                None => postings.documents.extend(different()),
            }
            postings.ends.push(postings.documents.len() as u32);
        }
        postings.documents.shrink_to_fit();
        postings
    }

    /// The documents that contain any of these words.
    pub fn union(&self, words: impl Iterator<Item = u32>) -> RoaringBitmap {
        let mut found = RoaringBitmap::new();
        let mut listed: Vec<u32> = Vec::new();
        let mut lists = 0;
        for word in words {
            if let Some(set) = self.set(word) {
                found |= set;
            } else {
                listed.extend_from_slice(self.list(word));
                lists += 1;
            }
        }
        if lists > 1 && listed.len() > FREQUENT {
            return found | marked(&listed);
        }
        if lists > 1 {
            listed.sort_unstable();
            listed.dedup();
        }
        match RoaringBitmap::from_sorted_iter(listed) {
            Ok(set) if found.is_empty() => set,
            Ok(set) => found | set,
            Err(_) => found,
        }
    }

    fn list(&self, word: u32) -> &[u32] {
        let word = word as usize;
        let begin = word.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.documents[begin as usize..self.ends[word] as usize]
    }

    fn set(&self, word: u32) -> Option<&RoaringBitmap> {
        let at = self.frequent.binary_search_by_key(&word, |(word, _)| *word).ok()?;
        Some(&self.frequent[at].1)
    }
}

/// Builds a set of many numbers in any order, without sorting them.
fn marked(numbers: &[u32]) -> RoaringBitmap {
    let largest = numbers.iter().max().map_or(0, |largest| *largest as usize);
    let mut bits = vec![0_u8; largest / 8 + 1];
    for number in numbers {
        bits[*number as usize / 8] |= 1 << (number % 8);
    }
    RoaringBitmap::from_lsb0_bytes(0, &bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bitmaps_are_built_from_unsorted_numbers() {
        let numbers: Vec<u32> = (0..5_000).map(|number| number * 7_919 % 65_537 + 60_000).collect();
        assert_eq!(marked(&numbers), numbers.iter().copied().collect::<RoaringBitmap>());
    }

    #[test]
    fn postings_of_rare_and_frequent_words_have_no_duplicates() {
        let many = FREQUENT as u32 * 2;
        let pairs: Vec<(u32, u32)> = (0..many)
            .flat_map(|document| {
                let rare = (document % 1_000 == 7).then_some((2, document));
                [(0, document), (0, document)].into_iter().chain(rare)
            })
            .collect();
        let postings = Postings::of(&pairs, 3);
        assert_eq!([0, 1, 2].map(|word| postings.union([word].into_iter()).len()), [u64::from(many), 0, 5]);
        assert_eq!(postings.union([1, 2].into_iter()).iter().collect::<Vec<_>>(), [7, 1_007, 2_007, 3_007, 4_007]);
        assert_eq!(postings.union([0, 2].into_iter()).len(), u64::from(many));
        assert!(postings.union(std::iter::empty()).is_empty());
    }
}
