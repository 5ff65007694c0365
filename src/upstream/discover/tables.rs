//! Groups the files that the portal lists into tables: the same table in several formats, and the language of each file.

use serde::Deserialize;

use crate::domain::{
    catalog::{Distribution, day_in, period_in, web_address},
    text::Language,
};

/// A listed table of a dataset: one file, and the files of the same table in other formats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTable {
    pub file: Distribution,
    /// The alternatives, tried in this order if the file is missing or unreadable.
    pub twins: Vec<Distribution>,
}

impl ListedTable {
    /// A table with one file and no alternatives.
    pub const fn alone(file: Distribution) -> Self {
        Self { file, twins: Vec::new() }
    }

    /// Iterates over the file and its alternatives.
    pub fn all(&self) -> impl Iterator<Item = &Distribution> {
        std::iter::once(&self.file).chain(&self.twins)
    }
}

/// A file as the portal lists it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Resource {
    pub name: Option<String>,
    pub format: Option<String>,
    pub url: Option<String>,
}

/// Removes tables that are listed twice.
pub fn merged(tables: impl IntoIterator<Item = ListedTable>) -> Vec<ListedTable> {
    let mut all: Vec<ListedTable> = Vec::new();
    for table in tables {
        if !all.iter().any(|known| known.file.url == table.file.url) {
            all.push(table);
        }
    }
    all
}

/// The kind of a resource, according to its format and address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// CSV, JSON, XML or unknown. The content determines the format.
    Text,
    Workbook,
    /// A document without data, such as PDF or HTML.
    Document,
}

/// Returns the kind of a format name in any spelling: `CSV`, `.csv`, `text/csv`, `MS Excel (XLSX)`.
fn kind_of_format(format: &str) -> Option<Kind> {
    const TEXT: [&str; 6] = ["csv", "tsv", "json", "geojson", "xml", "txt"];
    const WORKBOOK: [&str; 6] = ["xls", "xlsx", "xlsb", "xlsm", "ods", "excel"];
    const DOCUMENT: [&str; 11] = ["pdf", "html", "htm", "doc", "docx", "rtf", "ppt", "pptx", "jpg", "png", "kml"];
    let format = format.to_ascii_lowercase();
    let words = || format.split(|c: char| !c.is_ascii_alphanumeric());
    let has = |known: &[&str]| words().any(|word| known.contains(&word));
    if has(&WORKBOOK) || format.contains("spreadsheet") {
        Some(Kind::Workbook)
    } else if has(&TEXT) {
        Some(Kind::Text)
    } else if has(&DOCUMENT) {
        Some(Kind::Document)
    } else {
        None
    }
}

impl Resource {
    /// Returns the file and its kind. The file extension takes precedence over the format that the portal states.
    fn file(&self) -> Option<(Distribution, Kind)> {
        let file = Distribution::at(web_address(self.url.as_deref()?)?);
        let by_ending = file.ending().and_then(|ending| kind_of_format(&ending));
        let stated = self.format.as_deref().and_then(kind_of_format);
        let kind = by_ending.filter(|kind| *kind != Kind::Document).or(stated).or(by_ending).unwrap_or(Kind::Text);
        Some((file, kind))
    }
}

/// Groups resources into tables. A table in several formats becomes one table.
pub(super) fn tables(resources: Vec<Resource>, period: Option<&str>) -> Vec<ListedTable> {
    let mut files: Vec<(Distribution, Kind, String)> = Vec::new();
    for resource in resources {
        let Some((mut file, kind)) = resource.file().filter(|(_, kind)| *kind != Kind::Document) else { continue };
        if files.iter().any(|(known, ..)| known.url == file.url) {
            continue;
        }
        let name = resource.name.unwrap_or_default();
        file.as_of = file.as_of.or_else(|| day_in(&name));
        let named_period = || period_in(&name).filter(|_| day_in(&name).is_none());
        file.period = file.period.or_else(named_period).or_else(|| period.map(str::to_owned));
        files.push((file, kind, name));
    }
    state_languages(&mut files);
    files.sort_by_key(|(_, kind, _)| *kind);
    let has_text = files.iter().any(|(_, kind, _)| *kind == Kind::Text);
    let mut tables: Vec<(ListedTable, String)> = Vec::new();
    for (file, kind, name) in files {
        let is_same = |(known, known_name): &(ListedTable, String)| {
            known.file.language == file.language
                && known.file.period == file.period
                && (known.file.table() == file.table() || bare_name(known_name) == bare_name(&name))
        };
        match tables.iter_mut().find(|known| kind == Kind::Workbook && is_same(known) || is_same_file(&known.0, &file))
        {
            Some((known, _)) => known.twins.push(file),
            // A workbook that matches no known table may contain all of them, so it would count them twice.
            None if kind == Kind::Workbook && has_text => {}
            None => tables.push((ListedTable::alone(file), name)),
        }
    }
    tables.into_iter().map(|(table, _)| table).collect()
}

/// True if a file has the same path as a listed file at another address or in another text format.
fn is_same_file(known: &ListedTable, file: &Distribution) -> bool {
    known.file.table() == file.table() && known.file.language == file.language && known.file.period == file.period
}

/// Returns the name of a resource without format words.
fn bare_name(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.filter(|word| kind_of_format(word).is_none()).map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Sets the languages that file names do not state.
///
/// The folder determines the language if another folder has the same file in another language. Otherwise the resource
/// name determines it, unless an address of the table contradicts it.
fn state_languages(files: &mut [(Distribution, Kind, String)]) {
    let by_folder: Vec<(String, Option<Language>)> =
        files.iter().map(|(file, ..)| (file.table(), file.folder_language())).collect();
    let stated: Vec<(String, Kind, Language)> =
        files.iter().filter_map(|(file, kind, _)| Some((file.table(), *kind, file.language?))).collect();
    for (file, kind, name) in files.iter_mut().filter(|(file, ..)| file.language.is_none()) {
        let table = file.table();
        let folder = file.folder_language().filter(|own| {
            by_folder.iter().any(|(other, language)| *other == table && language.is_some_and(|other| other != *own))
        });
        let is_free = |language: &Language| {
            !stated.iter().any(|(other, other_kind, taken)| *other == table && other_kind == kind && taken == language)
        };
        let has_siblings = stated.iter().any(|(other, ..)| *other == table);
        // `list.csv` next to `list_tc.csv` and `list_sc.csv` is the English file.
        let left = has_siblings.then_some(Language::En);
        file.language = folder.or_else(|| named_language(name).filter(is_free)).or_else(|| left.filter(is_free));
    }
}

/// Returns the language in a resource's name, such as `… (Traditional Chinese)`.
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

    /// Resources by format, name and address.
    fn listed(resources: &[(&str, &str, &str)]) -> Vec<ListedTable> {
        let resource = |(format, name, url): &(&str, &str, &str)| Resource {
            name: Some((*name).to_owned()),
            format: (!format.is_empty()).then(|| (*format).to_owned()),
            url: Some((*url).to_owned()),
        };
        tables(resources.iter().map(resource).collect(), None)
    }

    #[test]
    fn a_table_in_two_formats_is_one_table() {
        let tables = listed(&[
            ("XLS", "Quotas (English)", "https://x.gov.hk/Q_en.xls"),
            ("XLS", "Quotas (Traditional Chinese)", "https://x.gov.hk/Q_tc.xls"),
            ("CSV", "Quotas (English)", "https://x.gov.hk/Q_en.csv"),
            ("CSV", "Quotas (Traditional Chinese)", "https://x.gov.hk/Q_tc.csv"),
            ("XLSX", "Visas (XLSX)", "https://x.gov.hk/visas-of-2024.xlsx"),
            ("CSV", "Visas (CSV)", "https://x.gov.hk/visas.csv"),
        ]);
        let urls =
            |table: &ListedTable| table.all().map(|file| file.url.rsplit('/').next().unwrap().to_owned()).collect();
        let urls: Vec<Vec<String>> = tables.iter().map(urls).collect();
        assert_eq!(
            urls,
            [vec!["Q_en.csv", "Q_en.xls"], vec!["Q_tc.csv", "Q_tc.xls"], vec!["visas.csv", "visas-of-2024.xlsx"]]
        );
        let alone = listed(&[("Excel", "Quotas", "https://x.gov.hk/download?id=4")]);
        assert_eq!((alone.len(), alone[0].twins.len()), (1, 0));
    }

    #[test]
    fn format_names_are_normalised() {
        for format in
            ["CSV", ".csv", "text/csv", "CSV ", "csv (UTF-8)", "", "JSON", "application/geo+json", "XML", "API"]
        {
            assert_eq!(listed(&[(format, "a", "https://x.gov.hk/a?b=1")]).len(), 1, "{format}");
        }
        for format in ["PDF", "HTML", "application/pdf", "DOCX"] {
            assert_eq!(listed(&[(format, "a", "https://x.gov.hk/a")]).len(), 0, "{format}");
        }
        assert_eq!(listed(&[("HTML", "a", "https://x.gov.hk/a.csv")]).len(), 1, "CSV by its extension");
    }

    #[test]
    fn resource_names_have_the_lowest_priority() {
        use Language::{En, ZhHans, ZhHant};
        let languages = |resources: &[(&str, &str, &str)]| -> Vec<Option<Language>> {
            listed(resources).iter().map(|table| table.file.language).collect()
        };
        let lying = languages(&[
            ("CSV", "Fund (Traditional Chinese) (30 April 2026)", "http://x.gov.hk/s_2026c_e.csv"),
            ("CSV", "Fund (Simplified Chinese) (30 April 2026)", "http://x.gov.hk/s_2026c_t.csv"),
            ("CSV", "Fund (Simplified Chinese) (30 April 2026)", "http://x.gov.hk/s_2026c_s.csv"),
        ]);
        assert_eq!(lying, [Some(En), Some(ZhHant), Some(ZhHans)]);
        let by_folder = languages(&[
            ("CSV", "List", "https://x.gov.hk/en/d/list.csv"),
            ("CSV", "List", "https://x.gov.hk/zh-hk/d/list.csv"),
        ]);
        assert_eq!(by_folder, [Some(En), Some(ZhHant)]);
        assert_eq!(
            languages(&[("CSV", "List", "https://x.gov.hk/en/d/list.csv")]),
            [None],
            "one file in all languages"
        );
        let untagged = languages(&[
            ("CSV", "Training", "http://x.gov.hk/training.csv"),
            ("CSV", "Training (Traditional Chinese)", "http://x.gov.hk/training_t.csv"),
        ]);
        assert_eq!(untagged, [Some(En), Some(ZhHant)]);
    }

    #[test]
    fn a_day_in_a_resource_name_is_not_a_period() {
        let table = listed(&[("CSV", "Fund (English) (30 April 2026)", "http://x.gov.hk/s_2026a_e.csv")]).remove(0);
        assert_eq!((table.file.as_of, table.file.period), (Some(jiff::civil::date(2026, 4, 30)), None));
        let year = listed(&[("CSV", "Fund (English) (2025)", "http://x.gov.hk/p_e.csv")]).remove(0);
        assert_eq!((year.file.as_of, year.file.period.as_deref()), (None, Some("2025")));
    }
}
