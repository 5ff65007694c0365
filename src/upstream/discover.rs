//! Finds the current files of a dataset.
//!
//! The portal's catalogue (CKAN `package_show`) lists them, because file names contain dates and change. The fallback
//! is the addresses that the portal listed when this version was built ([`known_files`]).

use std::{collections::HashMap, sync::LazyLock};

use jiff::civil::Date;
use serde::Deserialize;

use crate::domain::catalog::Dataset;

mod tables;

pub use tables::{ListedTable, merged};
use tables::{Resource, tables};

/// A dataset's entry in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// The portal's id of the entry.
    pub id: String,
    /// The financial year of the entry, if each year has its own entry.
    pub period: Option<String>,
    /// True if it is the dataset's own entry, false if it is another dataset's entry that also lists its files.
    pub is_own: bool,
}

impl CatalogueEntry {
    /// Returns a dataset's own entry.
    fn of(id: &str) -> Self {
        Self { id: id.to_owned(), period: None, is_own: true }
    }

    /// Returns the URL of the entry in the catalogue's API.
    pub fn address(&self) -> String {
        format!("https://data.gov.hk/en-data/api/3/action/package_show?id={}", self.id)
    }
}

/// Maximum number of files of an entry. Files are compared pairwise, so the time is quadratic in their number. The
/// longest known entry has 21.
const MOST_RESOURCES: usize = 500;

/// The first financial year that has its own entry on the portal.
const FIRST_YEAR: i16 = 2018;

/// Returns the entries that may list a dataset's files. These are its own entry, or one entry per financial year, and
/// the entries of datasets under which the portal may list its files.
pub fn entries(dataset: &Dataset, mixed_with: &[&str], today: Date) -> Vec<CatalogueEntry> {
    let Some(id) = dataset.portal_id else { return Vec::new() };
    if !id.contains("{YYYY-YY}") {
        let own = CatalogueEntry::of(id);
        let others = mixed_with.iter().map(|id| CatalogueEntry { id: (*id).to_owned(), period: None, is_own: false });
        return std::iter::once(own).chain(others).collect();
    }
    let year = |first: i16| {
        let period = format!("{first}-{:02}", (first + 1) % 100);
        CatalogueEntry { id: id.replace("{YYYY-YY}", &period), period: Some(period), is_own: true }
    };
    (FIRST_YEAR..=today.year()).map(year).collect()
}

/// An unusable response from the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    #[error("expected the catalogue entry to be valid JSON: {0}")]
    NotJson(String),
    #[error("expected the catalogue entry of `{expected}`, found that of `{found}`")]
    AnotherDataset { expected: String, found: String },
    #[error("expected a catalogue entry, found none: the dataset is no longer listed")]
    NotListed,
    #[error("expected at most {MOST_RESOURCES} files in a catalogue entry, found {0}")]
    TooManyFiles(usize),
}

#[derive(Deserialize)]
struct Answer {
    success: bool,
    result: Option<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: Option<String>,
    #[serde(default)]
    resources: Vec<Resource>,
}

/// Returns the files in the catalogue's response.
pub fn files(entry: &CatalogueEntry, body: &[u8]) -> Result<Vec<ListedTable>, CatalogueError> {
    let answer: Answer = serde_json::from_slice(body).map_err(|error| CatalogueError::NotJson(error.to_string()))?;
    let package = answer.result.filter(|_| answer.success).ok_or(CatalogueError::NotListed)?;
    if let Some(found) = package.name
        && found != entry.id
    {
        return Err(CatalogueError::AnotherDataset { expected: entry.id.clone(), found });
    }
    if package.resources.len() > MOST_RESOURCES {
        return Err(CatalogueError::TooManyFiles(package.resources.len()));
    }
    Ok(tables(package.resources, entry.period.as_deref()))
}

/// A row of the compiled copy of the catalogue.
#[derive(Deserialize)]
struct Known {
    dataset_id: String,
    format: String,
    resource_name: String,
    url: String,
}

/// The portal's catalogue of 27 September 2026, by dataset id.
static KNOWN: LazyLock<HashMap<String, Vec<Resource>>> = LazyLock::new(|| {
    let mut by_id: HashMap<String, Vec<Resource>> = HashMap::new();
    let mut rows = csv::Reader::from_reader(include_bytes!("../../data/catalogue.csv").as_slice());
    for Known { dataset_id, format, resource_name, url } in rows.deserialize().filter_map(Result::ok) {
        let resource = Resource { name: Some(resource_name), format: Some(format), url: Some(url) };
        by_id.entry(dataset_id).or_default().push(resource);
    }
    by_id
});

/// Returns the files of these entries at the addresses that the portal listed when this version was built.
pub fn known_files(entries: &[CatalogueEntry]) -> Vec<ListedTable> {
    let of =
        |entry: &CatalogueEntry| tables(KNOWN.get(&entry.id).cloned().unwrap_or_default(), entry.period.as_deref());
    merged(entries.iter().flat_map(of))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::Language;

    static DATASET: Dataset = Dataset { portal_id: Some("hk-x"), ..Dataset::FICTIONAL };

    fn dataset_entry() -> CatalogueEntry {
        entries(&DATASET, &[], jiff::civil::date(2026, 11, 22)).remove(0)
    }

    #[test]
    fn one_entry_per_financial_year() {
        let yearly = Dataset { portal_id: Some("hkpc-{YYYY-YY}-kpi"), ..DATASET };
        let entries = entries(&yearly, &[], jiff::civil::date(2020, 5, 1));
        let ids: Vec<_> = entries.iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids, ["hkpc-2018-19-kpi", "hkpc-2019-20-kpi", "hkpc-2020-21-kpi"]);
    }

    #[test]
    fn files_with_their_languages() {
        let body = r#"{"success":true,"result":{"name":"hk-x","resources":[
            {"name":"List 2024 (English)","format":"CSV","url":"https://www.itf.gov.hk/list_2024_e.csv"},
            {"name":"List 2024 (Traditional Chinese)","format":"CSV","url":"https://www.itf.gov.hk/liste.csv"},
            {"name":"Workbook","format":"XLS","url":"https://www.itf.gov.hk/list.xls"},
            {"name":"broken","format":"CSV"}]}}"#;
        let files = files(&dataset_entry(), body.as_bytes()).unwrap();
        let languages: Vec<_> = files.iter().map(|table| table.file.language).collect();
        assert_eq!(languages, [Some(Language::En), Some(Language::ZhHant)]);
    }

    #[test]
    fn the_embedded_catalogue_contains_every_dataset() {
        let rows = KNOWN.values().map(Vec::len).sum::<usize>();
        assert_eq!((KNOWN.len(), rows), (63, 190));
        let three = known_files(&[CatalogueEntry::of("hk-itc-hkctc-table3")]);
        assert_eq!(
            three.iter().map(|table| (table.file.language, table.twins.len())).collect::<Vec<_>>(),
            [(Some(Language::En), 1), (Some(Language::ZhHant), 1), (Some(Language::ZhHans), 1)]
        );
    }

    #[test]
    fn unusable_responses_are_errors() {
        assert_eq!(files(&dataset_entry(), br#"{"success":false}"#), Err(CatalogueError::NotListed));
        assert!(matches!(files(&dataset_entry(), b"<html>"), Err(CatalogueError::NotJson(_))));
        let other = br#"{"success":true,"result":{"name":"hk-y","resources":[]}}"#;
        assert!(matches!(files(&dataset_entry(), other), Err(CatalogueError::AnotherDataset { .. })));
        let resource = |n| format!(r#"{{"name":"{n}","format":"CSV","url":"https://www.itf.gov.hk/{n}.csv"}}"#);
        let listing = |count: usize| {
            let resources: Vec<String> = (0..count).map(resource).collect();
            format!(r#"{{"success":true,"result":{{"name":"hk-x","resources":[{}]}}}}"#, resources.join(","))
        };
        assert_eq!(files(&dataset_entry(), listing(500).as_bytes()).map(|files| files.len()), Ok(500));
        assert_eq!(files(&dataset_entry(), listing(20_000).as_bytes()), Err(CatalogueError::TooManyFiles(20_000)));
    }
}
