//! Matching: finds the documents that match a query in each part of the index.
//!
//! Every term of the query must match. A record matches a term by its own words, by the name of an organisation that it
//! names, or by the words of its dataset. At least one term must match the record's own words. For example, `HKRITA
//! recycle cotton` finds the institute's projects on cotton.

use ahash::AHashMap;
use roaring::RoaringBitmap;

use crate::index::search::{
    abbreviation::{self, is_abbreviation},
    highlight::is_covered,
    index::{Index, IndexedList, Item, ListSource},
    query::{Form, ParsedSearch, QueryTerm, Typos},
    roots::RootCache,
    text_index::MatchingDocuments,
};

/// The maximum number of organisations whose records are searched for one term. A more common word also occurs in the
/// records themselves.
const MOST_ORGANISATIONS: u64 = 1_000;
/// The maximum number of organisations whose names are compared with a mistyped query.
const MOST_COVERED: usize = 32;
/// The maximum number of organisations that are examined for an abbreviation, and the maximum that it finds.
const MOST_ABBREVIATED: (usize, usize) = (2_000, 5);
/// The maximum number of records that are searched for one term.
const MOST_RECORDS: usize = 20_000;

/// The filter of a search, in addition to its text and the lists that it covers.
pub struct Filter<'f> {
    pub organisations: Keep<'f>,
    /// The datasets themselves, not their records.
    pub datasets: Keep<'f>,
    /// The first and the last year. Items without a year are then excluded.
    pub years: Option<(i32, i32)>,
}

/// The items of one kind that may be found.
#[derive(Clone, Copy)]
pub enum Keep<'f> {
    All,
    None,
    /// The items whose numbers satisfy a test.
    Those(&'f dyn Fn(u32) -> bool),
}

/// The result of a query.
pub struct SearchMatches {
    pub query: ParsedSearch,
    pub organisations: FoundOrganisations,
    /// The result of each list. Empty if the lists were not needed.
    pub lists: Vec<FoundDocuments>,
}

/// The organisations that match, as documents.
#[derive(Default)]
pub struct FoundOrganisations {
    pub all: RoaringBitmap,
    pub in_title: RoaringBitmap,
    /// Those with a name that contains every word as a whole.
    pub exact: RoaringBitmap,
    /// Those whose name is the query.
    pub named: RoaringBitmap,
    /// Those whose name is probably the query: the query has the words of a name in another order, or abbreviates a
    /// name.
    pub likely: RoaringBitmap,
    /// Those named by a record whose code is the query.
    pub of_record: RoaringBitmap,
}

impl FoundOrganisations {
    /// Keeps only the organisations that satisfy a test.
    fn retain(&mut self, keep: impl Fn(u32) -> bool) {
        for set in
            [&mut self.all, &mut self.in_title, &mut self.exact, &mut self.named, &mut self.likely, &mut self.of_record]
        {
            retain(set, &keep);
        }
    }
}

/// The documents of a list that match.
#[derive(Default)]
pub struct FoundDocuments {
    pub all: RoaringBitmap,
    /// Those with every term in their title.
    pub in_title: RoaringBitmap,
    /// Those that the query identifies.
    pub identified: RoaringBitmap,
    /// Those that match only because they name an organisation whose name is the query.
    pub of_organisation: RoaringBitmap,
    /// The matches of each term.
    pub terms: Vec<MatchingDocuments>,
}

impl FoundDocuments {
    fn retain(&mut self, keep: impl Fn(u32) -> bool) {
        for set in [&mut self.all, &mut self.in_title, &mut self.identified, &mut self.of_organisation] {
            retain(set, &keep);
        }
    }
}

impl SearchMatches {
    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.organisations.all.is_empty() && self.lists.iter().all(|list| list.all.is_empty())
    }

    /// The number of items found.
    pub fn count(&self) -> u64 {
        self.organisations.all.len() + self.lists.iter().map(|list| list.all.len()).sum::<u64>()
    }
}

impl Index<'_> {
    /// Finds the items that match a text. Typing errors are tolerated only if nothing matches without them. `known` are
    /// the items whose name or ID is the text. If at least `enough` organisations match and no other item can precede
    /// them, the lists are not searched.
    pub fn search(&self, text: &str, known: &[Item], filter: &Filter<'_>, enough: Option<u64>) -> SearchMatches {
        let mut read = ParsedSearch::read(text, self, Typos::None);
        let mut found = self.matching(read, known, filter, enough);
        for typos in [Typos::InUnknownWords, Typos::InAnyWord] {
            if !found.is_empty() {
                return found;
            }
            read = ParsedSearch::read(text, self, typos);
            if read != found.query {
                found = self.matching(read, known, filter, enough);
                self.add_covered(&mut found);
            }
        }
        found
    }

    /// Finds organisations by a mistyped name, among those with the highest weight.
    fn add_covered(&self, found: &mut SearchMatches) {
        let (terms, roots) = (&found.query.terms, RootCache::new());
        let is_named = |document: &u32| {
            let names = self.links.names_of(self.organisations.number(*document));
            names.iter().any(|name| is_covered(terms, name, &roots))
        };
        let organisations = &mut found.organisations;
        let covered: RoaringBitmap = organisations.in_title.iter().take(MOST_COVERED).filter(is_named).collect();
        organisations.likely |= covered - &organisations.named;
    }

    fn matching(
        &self,
        mut query: ParsedSearch,
        known: &[Item],
        filter: &Filter<'_>,
        enough: Option<u64>,
    ) -> SearchMatches {
        let found = self.matching_all(query, known, filter, enough);
        if !found.query.is_last_weak || !found.is_empty() {
            return found;
        }
        query = found.query;
        query.terms.pop();
        query.is_last_weak = false;
        self.matching_all(query, known, filter, enough)
    }

    fn matching_all(
        &self,
        query: ParsedSearch,
        known: &[Item],
        filter: &Filter<'_>,
        enough: Option<u64>,
    ) -> SearchMatches {
        let by_term: Vec<MatchingDocuments> =
            query.terms.iter().map(|term| self.matches_of_organisations(term)).collect();
        let mut organisations = self.organisations(&query, &by_term, known);
        let identified: Vec<RoaringBitmap> =
            self.lists.iter().map(|list| Self::identified(list, &query, known)).collect();
        let others = self.other_lists.iter().map(|list| Self::identified(list, &query, known));
        let of_lists = self.lists.iter().zip(identified.iter().cloned()).chain(self.other_lists.iter().zip(others));
        for (list, identified) in of_lists {
            if let ListSource::Records(snapshot) = list.source {
                let of_records = identified.iter().flat_map(|index| self.links.organisations_of(snapshot, index));
                organisations.of_record.extend(of_records.map(|number| self.organisations.document(number)));
            }
        }
        organisations.all |= &organisations.of_record;
        // Applied before the filter, because records of an organisation are found even if organisations are filtered
        // out.
        let named = organisations.named.iter().chain(&organisations.likely);
        let named: Vec<u32> = named.map(|document| self.organisations.number(document)).collect();
        match filter.organisations {
            Keep::All if filter.years.is_none() => {}
            Keep::Those(keep) if filter.years.is_none() => {
                organisations.retain(|document| keep(self.organisations.number(document)));
            }
            _ => organisations = FoundOrganisations::default(),
        }
        let is_enough = enough.is_some_and(|enough| organisations.all.len() >= enough)
            && identified.iter().all(RoaringBitmap::is_empty);
        let lists = if is_enough { Vec::new() } else { self.documents(&query, &by_term, identified, &named, filter) };
        SearchMatches { query, organisations, lists }
    }

    fn matches_of_organisations(&self, term: &QueryTerm) -> MatchingDocuments {
        let mut matches = self.organisations.text.matches(term);
        let abbreviated = self.abbreviated(term);
        matches.in_title |= &abbreviated;
        matches.anywhere |= abbreviated;
        matches
    }

    /// The organisations whose Chinese name a term abbreviates, highest weight first.
    fn abbreviated(&self, term: &QueryTerm) -> RoaringBitmap {
        let Some(Form::Phrase(characters)) = term.forms.first() else { return RoaringBitmap::new() };
        if !abbreviation::LENGTHS.contains(&characters.len()) {
            return RoaringBitmap::new();
        }
        let one = |character: &String| QueryTerm { forms: vec![Form::Phrase(vec![character.clone()])] };
        let all = QueryTerm { forms: vec![Form::All(characters.iter().map(one).collect())] };
        let candidates = self.organisations.text.matches(&all).in_title;
        let (looked_at, found) = MOST_ABBREVIATED;
        let is_abbreviated = |document: &u32| {
            let names = self.links.names_of(self.organisations.number(*document));
            names.iter().any(|name| is_abbreviation(characters, name))
        };
        candidates.iter().take(looked_at).filter(is_abbreviated).take(found).collect()
    }

    fn organisations(&self, query: &ParsedSearch, by_term: &[MatchingDocuments], known: &[Item]) -> FoundOrganisations {
        let index = self.organisations;
        let mut found = FoundOrganisations::default();
        if let Some((first, others)) = by_term.split_first() {
            let MatchingDocuments { anywhere, in_title, exact } = first;
            (found.all, found.in_title, found.exact) = (anywhere.clone(), in_title.clone(), exact & in_title);
            for MatchingDocuments { anywhere, in_title, exact } in others {
                found.all &= anywhere;
                found.in_title &= in_title;
                found.exact &= exact & in_title;
            }
        }
        for item in known {
            if let Item::Organisation(number) = item {
                found.named.insert(index.document(*number));
            }
        }
        if let Some(keys) = query.name {
            found.named.extend(index.text.keys.with(keys.whole));
            found.likely.extend(keys.words.map_or(&[][..], |key| index.text.keys.with(key)));
        }
        if let [term] = query.terms.as_slice() {
            found.likely |= self.abbreviated(term);
        }
        found.likely -= &found.named;
        found.all |= &found.named | &found.likely;
        found
    }

    /// The documents of a list that the query identifies.
    fn identified(list: &IndexedList<'_>, query: &ParsedSearch, known: &[Item]) -> RoaringBitmap {
        let known = known.iter().filter_map(|item| list.source.document(*item));
        let of_code = query.code.map_or(&[][..], |code| list.index.text.keys.with(code));
        of_code.iter().copied().chain(known).collect()
    }

    fn documents(
        &self,
        query: &ParsedSearch,
        organisations: &[MatchingDocuments],
        identified: Vec<RoaringBitmap>,
        named: &[u32],
        filter: &Filter<'_>,
    ) -> Vec<FoundDocuments> {
        let is_spread = query.terms.len() > 1;
        let through: Vec<AHashMap<u16, RoaringBitmap>> = organisations
            .iter()
            .map(|matches| if is_spread { self.through(&matches.anywhere) } else { AHashMap::new() })
            .collect();
        let of_named = self.records_of(named.iter().copied().filter(|number| self.is_looked_through(*number)));
        let find = |(list, identified): (&IndexedList<'_>, RoaringBitmap)| {
            let terms: Vec<MatchingDocuments> = query.terms.iter().map(|term| list.index.text.matches(term)).collect();
            let mut found = joined(list, &query.terms, terms, &through);
            found.all |= &identified;
            found.identified = identified;
            if let ListSource::Records(snapshot) = list.source
                && let Some(of_named) = of_named.get(&snapshot)
            {
                found.of_organisation = of_named - &found.all;
                found.all |= of_named;
            }
            match (list.source, filter.datasets) {
                (ListSource::Datasets, Keep::Those(keep)) => found.retain(keep),
                (ListSource::Datasets, Keep::None) => found.retain(|_| false),
                _ => {}
            }
            if let Some((from, to)) = filter.years {
                found.retain(|document| list.index.year(document).is_some_and(|year| (from..=to).contains(&year)));
            }
            found
        };
        self.lists.iter().zip(identified).map(find).collect()
    }

    fn is_looked_through(&self, organisation: u32) -> bool {
        self.links.mention_count(organisation) <= MOST_RECORDS
    }

    /// The records that name any of the organisations. Empty if there are too many.
    fn through(&self, organisations: &RoaringBitmap) -> AHashMap<u16, RoaringBitmap> {
        if organisations.len() > MOST_ORGANISATIONS {
            return AHashMap::new();
        }
        let numbers = || organisations.iter().map(|document| self.organisations.number(document));
        let records: usize = numbers().map(|number| self.links.mention_count(number)).sum();
        if records > MOST_RECORDS { AHashMap::new() } else { self.records_of(numbers()) }
    }
}

/// The documents of a list that match every term in one of the three ways.
fn joined(
    list: &IndexedList<'_>,
    query: &[QueryTerm],
    terms: Vec<MatchingDocuments>,
    through: &[AHashMap<u16, RoaringBitmap>],
) -> FoundDocuments {
    let mut all: Option<RoaringBitmap> = None;
    let mut own = RoaringBitmap::new();
    let mut in_title: Option<RoaringBitmap> = None;
    for ((term, matches), through) in query.iter().zip(&terms).zip(through) {
        own |= &matches.anywhere;
        in_title = Some(in_title.map_or_else(|| matches.in_title.clone(), |before| before & &matches.in_title));
        if query.len() > 1 && term.forms.iter().any(|form| holds_of_all(list, form)) {
            continue;
        }
        let through = match list.source {
            ListSource::Records(snapshot) => through.get(&snapshot),
            ListSource::Datasets => None,
        };
        let mut here = matches.anywhere.clone();
        if let Some(through) = through {
            here |= through;
        }
        all = Some(all.map_or_else(|| here.clone(), |before| before & &here));
    }
    // At least one term must be in the document's own words.
    let all = all.map_or_else(|| own.clone(), |all| all & &own);
    FoundDocuments { in_title: in_title.unwrap_or_default() & &all, all, terms, ..FoundDocuments::default() }
}

fn holds_of_all(list: &IndexedList<'_>, form: &Form) -> bool {
    matches!(form, Form::Word { root } if list.index.has_context(root))
}

fn retain(set: &mut RoaringBitmap, keep: impl Fn(u32) -> bool) {
    *set = set.iter().filter(|document| keep(*document)).collect();
}
