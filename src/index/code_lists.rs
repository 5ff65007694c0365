//! Lists of the codes and names that filters accept, with the number of items that have each. Only values that occur in
//! the data are listed.

use std::collections::{BTreeMap, HashMap};

use async_graphql::SimpleObject;

use crate::{
    domain::{
        resolve::SyncResolve,
        text::{Language, Text},
    },
    index::Graph,
    publishers::{
        hkas::accreditations::Accreditation,
        itf::{programme::Programme, projects::FundedProject},
    },
};

/// A code or name that filters accept.
#[derive(SyncResolve, SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct CodeListEntry {
    /// The value for filters.
    pub code: String,
    /// The name for readers. `null` if the code has no published name.
    pub label: Option<Text>,
    /// The number of items with this value.
    pub count: usize,
}

/// The number of grants of a year.
#[derive(SyncResolve, SimpleObject, Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearCount {
    /// The year of approval.
    pub year: i32,
    /// The number of grants.
    pub count: usize,
}

/// The lists of codes. Each grant counts once, even if two datasets list it.
#[derive(Debug, Default)]
pub struct CodeLists {
    /// The programmes of grants.
    pub programmes: Vec<CodeListEntry>,
    /// The technology areas of funded projects.
    pub technology_areas: Vec<CodeListEntry>,
    /// The clusters of Science Park, with the number of organisations that have a tenancy in each.
    pub clusters: Vec<CodeListEntry>,
    /// The field codes of accreditations.
    pub field_codes: Vec<CodeListEntry>,
    /// The years of grants, latest first.
    pub years: Vec<YearCount>,
}

/// The entries of a list, by code.
#[derive(Default)]
struct Counts(BTreeMap<String, (Option<Text>, usize)>);

impl Counts {
    /// Counts an item with this code, and keeps the first name of the code.
    fn add(&mut self, code: &str, label: Option<&Text>) {
        let (known, count) = match self.0.get_mut(code) {
            Some(entry) => entry,
            None => self.0.entry(code.to_owned()).or_default(),
        };
        *count += 1;
        if known.is_none() {
            *known = label.cloned();
        }
    }

    fn into_entries(self) -> Vec<CodeListEntry> {
        self.0.into_iter().map(|(code, (label, count))| CodeListEntry { code, label, count }).collect()
    }
}

impl CodeLists {
    /// Collects the codes in a graph. Takes time linear in the number of grants and accreditations.
    pub(super) fn of(graph: &Graph) -> Self {
        let (mut programmes, mut technology_areas, mut field_codes) = <(Counts, Counts, Counts)>::default();
        let mut years: HashMap<i32, usize> = HashMap::new();
        for fact in graph.grants().all() {
            if let Some(year) = fact.key.year {
                *years.entry(year).or_default() += 1;
            }
            let Some((snapshot, index)) = graph.locate(fact.place) else { continue };
            let Some(project) = snapshot.records::<FundedProject>().get(index) else { continue };
            if let Some(Programme { code, name, .. }) = &project.programme {
                programmes.add(code, name.as_ref());
            }
            for area in &project.technology_areas {
                technology_areas.add(&area.nearest(Language::En), Some(area));
            }
        }
        for accreditation in graph.snapshots.records::<Accreditation>() {
            for code in &accreditation.fields {
                field_codes.add(code, None);
            }
        }
        let mut years: Vec<YearCount> = years.into_iter().map(|(year, count)| YearCount { year, count }).collect();
        years.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.year));
        Self {
            programmes: programmes.into_entries(),
            technology_areas: technology_areas.into_entries(),
            clusters: graph.organisations.clusters(),
            field_codes: field_codes.into_entries(),
            years,
        }
    }
}
