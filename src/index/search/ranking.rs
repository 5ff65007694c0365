//! Ranking: the order of what was found.
//!
//! What the query identifies comes first: an organisation by its name or alias, a record by its code. Then come the other
//! organisations, those first on which more depends, then records and datasets by how rare the words are that they have
//! and whether they have them in their title.

use std::ops::Range;

use ahash::AHashSet;
use roaring::RoaringBitmap;

use crate::index::search::{
    index::{Index, Item, List},
    matching::{Found, FoundDocuments},
};

/// The least score of an organisation whose name the query is.
const NAMED: f32 = 1_000.0;
/// The least score of a record whose code the query is.
const IDENTIFIED: f32 = 900.0;
/// The least score of an organisation that such a record names.
const OF_RECORD: f32 = 800.0;
/// The least score of an organisation whose name the query is likely.
const LIKELY: f32 = 500.0;
/// The least score of another organisation.
const ORGANISATION: f32 = 100.0;
/// The score of a record that only names the organisation whose name the query is.
const OF_ORGANISATION: f32 = 0.1;
/// How much more a word in a title counts than one elsewhere.
const TITLE: f32 = 3.0;
/// How much a word counts that only begins like the one asked for, or is similar to it.
const INEXACT: f32 = 0.5;
/// How much a term counts that a record has through an organisation or its dataset.
const INDIRECT: f32 = 0.5;
/// The most documents of one list that are compared. Where more match, those with every term in their title go first, then
/// the first ones of the list.
const MOST_COMPARED: usize = 4_096;

/// Something found, with its score.
pub type Hit = (f32, Item);

impl Index<'_> {
    /// What was found from one position to another, the best first.
    pub fn ranked(&self, found: &Found, range: Range<usize>) -> Vec<Hit> {
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

    fn ranked_organisations(&self, found: &Found, most: usize) -> Vec<Hit> {
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

    /// How much each term says: the rarer, the more.
    fn rarity(&self, found: &Found) -> Vec<f32> {
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

fn ranked_documents(list: &List<'_>, found: &FoundDocuments, rarity: &[f32], most: usize) -> Vec<Hit> {
    let hit = |score: f32, document: u32| (score, list.source.item(document));
    let mut hits: Vec<Hit> = found.identified.iter().take(most).map(|document| hit(IDENTIFIED, document)).collect();
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

/// How well a document matches: what its terms say, in a short title more than in a long one. Less than what any
/// organisation has.
fn score(list: &List<'_>, found: &FoundDocuments, rarity: &[f32], document: u32) -> f32 {
    let of_term = |(matches, rarity): (&super::text_index::Matches, &f32)| {
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
