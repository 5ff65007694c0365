//! Today's files of a dataset by the portal's catalogue (CKAN `package_show`): file names carry dates and rotate.

use jiff::civil::Date;
use serde::Deserialize;

use crate::domain::{
    catalog::{Dataset, Distribution, period_in},
    text::Language,
};

/// A dataset's entry in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The portal's id.
    pub id: String,
    /// The financial year that the entry is about, where each has one of its own.
    pub period: Option<String>,
    /// Whether it is the dataset's own entry, and not one that lists its files among its own.
    pub is_own: bool,
}

impl Entry {
    /// Where the catalogue describes it.
    pub fn address(&self) -> String {
        format!("https://data.gov.hk/en-data/api/3/action/package_show?id={}", self.id)
    }
}

/// The first financial year that has an entry of its own on the portal.
const FIRST_YEAR: i16 = 2018;

/// The entries that may list a dataset's files: its own, one for each financial year, or those of datasets whose files
/// the portal mixes up with its own.
pub fn entries(dataset: &Dataset, mixed_with: &[&str], today: Date) -> Vec<Entry> {
    let Some(id) = dataset.portal_id else { return Vec::new() };
    if !id.contains("{YYYY-YY}") {
        let own = Entry { id: id.to_owned(), period: None, is_own: true };
        let others = mixed_with.iter().map(|id| Entry { id: (*id).to_owned(), period: None, is_own: false });
        return std::iter::once(own).chain(others).collect();
    }
    let year = |first: i16| {
        let period = format!("{first}-{:02}", (first + 1) % 100);
        Entry { id: id.replace("{YYYY-YY}", &period), period: Some(period), is_own: true }
    };
    (FIRST_YEAR..=today.year()).map(year).collect()
}

/// An answer of the catalogue that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    #[error("expected the catalogue's entry as JSON, found {0}")]
    NotJson(String),
    #[error("expected the catalogue's entry of `{expected}`, found `{found}`")]
    AnotherDataset { expected: String, found: String },
    #[error("expected an entry in the catalogue, found none: the dataset is no longer listed")]
    NotListed,
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

#[derive(Deserialize)]
struct Resource {
    name: Option<String>,
    format: Option<String>,
    url: Option<String>,
}

/// The files in the catalogue's answer. A table that is listed as a workbook and as text is taken as text.
pub fn files(entry: &Entry, body: &[u8]) -> Result<Vec<Distribution>, CatalogueError> {
    let answer: Answer = serde_json::from_slice(body).map_err(|error| CatalogueError::NotJson(error.to_string()))?;
    let package = answer.result.filter(|_| answer.success).ok_or(CatalogueError::NotListed)?;
    if let Some(found) = package.name
        && found != entry.id
    {
        return Err(CatalogueError::AnotherDataset { expected: entry.id.clone(), found });
    }
    let mut files: Vec<Distribution> = Vec::new();
    let mut workbooks: Vec<Distribution> = Vec::new();
    for resource in package.resources {
        let Some(url) = resource.url.filter(|url| url.starts_with("http")) else { continue };
        let name = resource.name.unwrap_or_default();
        let mut file = Distribution::at(url);
        file.language = file.language.or_else(|| named_language(&name));
        file.period = file.period.or_else(|| period_in(&name)).or_else(|| entry.period.clone());
        let list = match resource.format.unwrap_or_default().to_ascii_uppercase().as_str() {
            "CSV" | "JSON" | "XML" | "" => &mut files,
            "XLS" | "XLSX" => &mut workbooks,
            _ => continue,
        };
        if !list.iter().any(|known| known.url == file.url) {
            list.push(file);
        }
    }
    Ok(if files.is_empty() { workbooks } else { files })
}

/// The language that a resource's name ends with, `… (Traditional Chinese)`.
fn named_language(name: &str) -> Option<Language> {
    let name = name.to_lowercase();
    [
        ("traditional chinese", Language::ZhHant),
        ("simplified chinese", Language::ZhHans),
        ("english", Language::En),
        ("繁體", Language::ZhHant),
        ("简体", Language::ZhHans),
        ("簡體", Language::ZhHans),
        ("英文", Language::En),
    ]
    .into_iter()
    .find_map(|(word, language)| name.contains(word).then_some(language))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::catalog::{Frequency, Publisher, Title};

    static DATASET: Dataset = Dataset {
        plan: "X1",
        category: None,
        released: None,
        portal_id: Some("hk-x"),
        publisher: Publisher::Itf,
        title: Title::new("x", "x"),
        frequency: Frequency::Annual,
    };

    fn own() -> Entry {
        entries(&DATASET, &[], jiff::civil::date(2026, 11, 22)).remove(0)
    }

    #[test]
    fn one_entry_a_financial_year() {
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
        let files = files(&own(), body.as_bytes()).unwrap();
        let languages: Vec<_> = files.iter().map(|file| file.language).collect();
        assert_eq!(languages, [Some(Language::En), Some(Language::ZhHant)]);
    }

    #[test]
    fn answers_that_are_of_no_use() {
        assert_eq!(files(&own(), br#"{"success":false}"#), Err(CatalogueError::NotListed));
        assert!(matches!(files(&own(), b"<html>"), Err(CatalogueError::NotJson(_))));
        let other = br#"{"success":true,"result":{"name":"hk-y","resources":[]}}"#;
        assert!(matches!(files(&own(), other), Err(CatalogueError::AnotherDataset { .. })));
    }
}
