//! Today's files of a dataset by the portal's catalogue (CKAN `package_show`): file names carry dates and rotate.

use serde::Deserialize;

use crate::{
    catalog::{Dataset, Distribution},
    values::text::Language,
};

/// Where the catalogue describes a dataset.
pub fn address(dataset: &Dataset) -> Option<String> {
    let id = dataset.portal_id?;
    Some(format!("https://data.gov.hk/en-data/api/3/action/package_show?id={id}"))
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

/// The files in the catalogue's answer that this program reads; a file in several formats is taken once, as CSV or JSON.
pub fn files(dataset: &Dataset, body: &[u8]) -> Result<Vec<Distribution>, CatalogueError> {
    let answer: Answer = serde_json::from_slice(body).map_err(|error| CatalogueError::NotJson(error.to_string()))?;
    let package = answer.result.filter(|_| answer.success).ok_or(CatalogueError::NotListed)?;
    if let (Some(found), Some(expected)) = (package.name, dataset.portal_id)
        && found != expected
    {
        return Err(CatalogueError::AnotherDataset { expected: expected.to_owned(), found });
    }
    let mut files: Vec<Distribution> = Vec::new();
    for resource in package.resources {
        let Some(url) = resource.url.filter(|url| url.starts_with("http")) else { continue };
        let format = resource.format.unwrap_or_default().to_ascii_uppercase();
        if !matches!(format.as_str(), "CSV" | "JSON" | "") || files.iter().any(|file| file.url == url) {
            continue;
        }
        let mut file = Distribution::at(url);
        file.language = file.language.or_else(|| named_language(resource.name.as_deref()?));
        files.push(file);
    }
    Ok(files)
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
    use crate::catalog::{Frequency, Publisher, Title};

    static DATASET: Dataset = Dataset {
        plan: "X1",
        portal_id: Some("hk-x"),
        publisher: Publisher::Itf,
        title: Title::new("x", "x"),
        frequency: Frequency::Annual,
    };

    #[test]
    fn files_with_their_languages() {
        let body = r#"{"success":true,"result":{"name":"hk-x","resources":[
            {"name":"List 2024 (English)","format":"CSV","url":"https://www.itf.gov.hk/list_2024_e.csv"},
            {"name":"List 2024 (Traditional Chinese)","format":"CSV","url":"https://www.itf.gov.hk/liste.csv"},
            {"name":"Workbook","format":"XLS","url":"https://www.itf.gov.hk/list.xls"},
            {"name":"broken","format":"CSV"}]}}"#;
        let files = files(&DATASET, body.as_bytes()).unwrap();
        let languages: Vec<_> = files.iter().map(|file| file.language).collect();
        assert_eq!(languages, [Some(Language::En), Some(Language::ZhHant)]);
    }

    #[test]
    fn answers_that_are_of_no_use() {
        assert_eq!(files(&DATASET, br#"{"success":false}"#), Err(CatalogueError::NotListed));
        assert!(matches!(files(&DATASET, b"<html>"), Err(CatalogueError::NotJson(_))));
        let other = br#"{"success":true,"result":{"name":"hk-y","resources":[]}}"#;
        assert!(matches!(files(&DATASET, other), Err(CatalogueError::AnotherDataset { .. })));
    }
}
