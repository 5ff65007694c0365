//! Ranking: sorts the items that were found.
//!
//! The items that the query identifies come first: an organisation by its name or alias, a record by its code. The
//! other organisations follow, highest weight first. Then come records and datasets, ranked by the rarity of the
//! matching words and their occurrence in the title.

use std::ops::Range;

use ahash::AHashSet;
use roaring::RoaringBitmap;

use crate::index::search::{
    index::{Index, IndexedList, Item},
    matching::{FoundDocuments, SearchMatches},
};

/// The minimum score of an organisation whose name is the query.
const NAMED: f32 = 1_000.0;
/// The minimum score of a record whose code is the query.
const IDENTIFIED: f32 = 900.0;
/// The minimum score of an organisation named by such a record.
const OF_RECORD: f32 = 800.0;
/// The minimum score of an organisation whose name is probably the query.
const LIKELY: f32 = 500.0;
/// The minimum score of any other organisation.
const ORGANISATION: f32 = 100.0;
/// The score of a record that only names the organisation whose name is the query.
const OF_ORGANISATION: f32 = 0.1;
/// The weight of a word in a title, relative to a word elsewhere.
const TITLE: f32 = 3.0;
/// The weight of a word that matches by prefix or similarity only.
const INEXACT: f32 = 0.5;
/// The weight of a term that a record matches through an organisation or through its dataset.
const INDIRECT: f32 = 0.5;
/// The maximum number of documents of one list that are scored. If more match, those with every term in their title
/// take precedence, then those at the beginning of the list.
const MOST_COMPARED: usize = 4_096;

/// A found item, with its score.
pub type ScoredItem = (f32, Item);

impl Index<'_> {
    /// The found items in a range of positions, best first.
    pub fn ranked(&self, found: &SearchMatches, range: Range<usize>) -> Vec<ScoredItem> {
        let mut hits = self.ranked_organisations(found, range.end);
        if !found.lists.is_empty() {
            let rarity = self.rarity(found);
            for (list, documents) in self.lists.iter().zip(&found.lists) {
                hits.extend(ranked_documents(list, documents, &rarity, range.end));
            }
        }
        hits.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        hits.into_iter().skip(range.start).take(range.len()).collect()
    }

    fn ranked_organisations(&self, found: &SearchMatches, most: usize) -> Vec<ScoredItem> {
        let organisations = &found.organisations;
        let mut seen = AHashSet::new();
        let mut hits = Vec::new();
        // Within a set the documents are in the order of their weight, so that the first ones are the best ones.
        for (documents, least, factor) in [
            (&organisations.named, NAMED, 1.0),
            (&organisations.of_record, OF_RECORD, 1.0),
            (&organisations.likely, LIKELY, 1.0),
            (&organisations.exact, ORGANISATION, 1.0),
            (&organisations.in_title, ORGANISATION, INEXACT),
            (&organisations.all, ORGANISATION, INEXACT * INEXACT),
        ] {
            let new = documents.iter().filter(|document| seen.insert(*document)).take(most);
            hits.extend(new.map(|document| {
                let score = least + factor * self.organisations.weight(document);
                (score, Item::Organisation(self.organisations.number(document)))
            }));
        }
        hits
    }

    /// The weight of each term. A rarer term has a higher weight.
    fn rarity(&self, found: &SearchMatches) -> Vec<f32> {
        let all: usize = self.lists.iter().map(|list| list.index.text.len()).sum();
        let count = |term: usize| found.lists.iter().map(|list| list.terms[term].anywhere.len()).sum::<u64>();
        (0..found.query.terms.len()).map(|term| rarity(all as u32, count(term) as u32)).collect()
    }
}

/// The inverse document frequency of BM25.
fn rarity(all: u32, with: u32) -> f32 {
    let (without, with) = (f64::from(all.saturating_sub(with)), f64::from(with));
    (1.0 + (without + 0.5) / (with + 0.5)).ln() as f32
}

fn ranked_documents(list: &IndexedList<'_>, found: &FoundDocuments, rarity: &[f32], most: usize) -> Vec<ScoredItem> {
    let hit = |score: f32, document: u32| (score, list.source.item(document));
    let mut hits: Vec<ScoredItem> =
        found.identified.iter().take(most).map(|document| hit(IDENTIFIED, document)).collect();
    let others = |set: &RoaringBitmap| set - &found.identified;
    let in_title = others(&found.in_title);
    let elsewhere = || others(&found.all) - &in_title - &found.of_organisation;
    let mut compared: Vec<u32> = in_title.iter().take(MOST_COMPARED).collect();
    if compared.len() < MOST_COMPARED {
        compared.extend(elsewhere().iter().take(MOST_COMPARED - compared.len()));
    }
    let mut scored: Vec<(f32, u32)> =
        compared.into_iter().map(|document| (score(list, found, rarity, document), document)).collect();
    scored.sort_by(|(a, first), (b, second)| b.total_cmp(a).then(first.cmp(second)));
    hits.extend(scored.into_iter().take(most).map(|(score, document)| hit(score, document)));
    let rest = most.saturating_sub(hits.len());
    hits.extend(found.of_organisation.iter().take(rest).map(|document| hit(OF_ORGANISATION, document)));
    hits
}

/// The score of a document: the sum over its terms. Words in a short title count more than those in a long one. The
/// score is below that of any organisation.
fn score(list: &IndexedList<'_>, found: &FoundDocuments, rarity: &[f32], document: u32) -> f32 {
    let of_term = |(matches, rarity): (&super::text_index::MatchingDocuments, &f32)| {
        let place = if matches.in_title.contains(document) {
            TITLE
        } else if matches.anywhere.contains(document) {
            1.0
        } else {
            return INDIRECT * rarity;
        };
        if matches.exact.contains(document) { place * rarity } else { INEXACT * place * rarity }
    };
    let sum: f32 = found.terms.iter().zip(rarity).map(of_term).sum();
    let length = f32::from(list.index.text.title_length(document));
    (sum / (1.0 + length / 50.0)).min(ORGANISATION - 1.0)
}
