//! Overrides: an operator's changes to datasets without a new release. They set file addresses, column aliases and the
//! refresh interval, or disable a dataset.
//!
//! They are read from a TOML file. An unknown key is an error that names the key and its line.
//!
//! ```toml
//! [datasets.D36]
//! url = "https://www.itf.gov.hk/datagovhk/annuallist_2026_e.csv"   # or urls = ["…", "…"]: these files and no others
//! refresh = "12h"
//! columns = { title = ["Caption of the Project"] }
//!
//! [datasets.C1]
//! enabled = false
//! ```

use std::{collections::HashMap, fs, io, path::Path, sync::Arc};

use jiff::SignedDuration;
use serde::Deserialize;
use toml::Spanned;
use url::Url;

use crate::{
    domain::{catalog::Distribution, record::HeaderAlias},
    publishers,
    upstream::source::Source,
};

/// The overrides of all datasets, by plan number.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    by_plan: HashMap<&'static str, Override>,
}

/// The override of a dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The files to fetch, instead of those that the portal lists.
    pub files: Option<Vec<Distribution>>,
    /// Additional names of its columns.
    pub names: Arc<[HeaderAlias]>,
    /// The refresh interval.
    pub pace: Option<SignedDuration>,
    /// True if the dataset is served.
    pub enabled: bool,
}

impl Default for Override {
    fn default() -> Self {
        Self { files: None, names: Arc::new([]), pace: None, enabled: true }
    }
}

/// An error in an override file.
#[derive(Debug, thiserror::Error)]
pub enum OverridesError {
    #[error("cannot read the configuration file `{path}`: {error}")]
    Unreadable { path: String, error: io::Error },
    #[error("{path}:{line}: {reason}")]
    Wrong { path: String, line: usize, reason: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    datasets: HashMap<Spanned<String>, Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    url: Option<Spanned<String>>,
    urls: Option<Vec<Spanned<String>>>,
    refresh: Option<Spanned<String>>,
    enabled: Option<bool>,
    #[serde(default)]
    columns: HashMap<Spanned<String>, Vec<String>>,
}

impl Overrides {
    /// Reads an override file.
    pub fn read(path: &Path) -> Result<Self, OverridesError> {
        let name = path.display().to_string();
        let text =
            fs::read_to_string(path).map_err(|error| OverridesError::Unreadable { path: name.clone(), error })?;
        Self::parse(&text).map_err(|(at, reason)| OverridesError::Wrong { path: name, line: line(&text, at), reason })
    }

    /// Returns the override of a dataset. The default changes nothing.
    pub fn of(&self, source: &Source) -> Override {
        self.by_plan.get(source.dataset.plan).cloned().unwrap_or_default()
    }

    /// Returns the hosts of the addresses in the overrides.
    pub fn hosts(&self) -> impl Iterator<Item = String> {
        let files = self.by_plan.values().flat_map(|entry| entry.files.iter().flatten());
        files.filter_map(|file| Url::parse(&file.url).ok()?.host_str().map(str::to_owned))
    }

    fn parse(text: &str) -> Result<Self, (usize, String)> {
        let file: File = toml::from_str(text)
            .map_err(|error| (error.span().map_or(0, |span| span.start), error.message().to_owned()))?;
        let mut by_plan = HashMap::new();
        for (id, entry) in file.datasets {
            let source = publishers::sources().into_iter().find(|source| source.dataset.is_named(id.get_ref()));
            let expected = "expected a dataset's portal id or plan number such as `D36`";
            let source = source.ok_or_else(|| (id.span().start, format!("{expected}, found `{}`", id.get_ref())))?;
            by_plan.insert(source.dataset.plan, entry.into_inner().check(source)?);
        }
        Ok(Self { by_plan })
    }
}

impl Entry {
    fn check(self, source: &Source) -> Result<Override, (usize, String)> {
        let urls: Vec<Spanned<String>> = self.url.into_iter().chain(self.urls.into_iter().flatten()).collect();
        for url in &urls {
            let is_web = Url::parse(url.get_ref()).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
            if !is_web {
                return Err((url.span().start, format!("expected an address `https://…`, found `{}`", url.get_ref())));
            }
        }
        let pace = self.refresh.map(|text| {
            let pace = text.get_ref().parse().ok().filter(|pace| *pace >= SignedDuration::from_secs(1));
            pace.ok_or_else(|| {
                (text.span().start, format!("expected a duration such as `30s` or `12h`, found `{}`", text.get_ref()))
            })
        });
        let mut names = Vec::new();
        for (column, headers) in self.columns {
            let known = source.read.columns.iter().find(|known| known.name == column.get_ref());
            let known = known.ok_or_else(|| {
                let all = source.read.columns.iter().map(|known| known.name).collect::<Vec<_>>().join("`, `");
                (column.span().start, format!("expected one of the columns `{all}`, found `{}`", column.get_ref()))
            })?;
            names.extend(headers.iter().map(|header| HeaderAlias::new(known.name, header)));
        }
        Ok(Override {
            files: (!urls.is_empty()).then(|| urls.iter().map(|url| Distribution::at(url.get_ref())).collect()),
            names: names.into(),
            pace: pace.transpose()?,
            enabled: self.enabled.unwrap_or(true),
        })
    }
}

/// Returns the line of a byte position, counted from 1.
fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_error(text: &str) -> (usize, String) {
        let (at, reason) = Overrides::parse(text).unwrap_err();
        (line(text, at), reason)
    }

    #[test]
    fn every_key_is_parsed() {
        let overrides = Overrides::parse(
            "[datasets.D36]\nurl = \"https://files.example.org/list_2026_e.csv\"\nrefresh = \"12h\"\ncolumns = { title = [\"Caption\"] }\n\n[datasets.c1]\nenabled = false\n",
        )
        .unwrap();
        let list = overrides.of(&publishers::itf::projects::SOURCE);
        assert_eq!(
            (list.files.unwrap().len(), list.names.len(), list.pace),
            (1, 1, Some(SignedDuration::from_hours(12)))
        );
        assert!(!overrides.of(&publishers::hkstpc::car_parks::SOURCE).enabled);
        assert!(overrides.of(&publishers::hkas::accreditations::HOKLAS).enabled);
        assert_eq!(overrides.hosts().collect::<Vec<_>>(), ["files.example.org"]);
    }

    #[test]
    fn errors_name_the_key_and_its_line() {
        for (text, at, word) in [
            ("[datasets.D36]\n\nurll = \"https://a.org\"\n", 3, "urll"),
            ("[datasets.D99]\n", 1, "D99"),
            ("\n[dataset.D36]\n", 2, "dataset"),
            ("[datasets.D36]\nurl = \"file:///etc/passwd\"\n", 2, "file:///etc/passwd"),
            ("[datasets.D36]\nrefresh = \"often\"\n", 2, "often"),
            ("[datasets.D36]\n\n\n[datasets.D36.columns]\ncaption = [\"x\"]\n", 5, "caption"),
            ("[datasets.D36]\nenabled = \"no\"\n", 2, "bool"),
        ] {
            let (line, reason) = parse_error(text);
            assert!(line == at && reason.contains(word), "{text}: {line}: {reason}");
        }
    }
}
