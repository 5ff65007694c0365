//! The format of the curated files: columns, lines and errors.

use serde::Deserialize;

use crate::domain::{catalog::Publisher, script::has_han};
use crate::linking::organisation_kind::OrganisationKind;

/// An error in a curated file.
#[derive(Debug, thiserror::Error)]
pub enum CuratedError {
    #[error("expected a line with the columns of `{file}`: {source}")]
    Line { file: &'static str, source: csv::Error },
    #[error("expected the columns `{expected}` in `{file}`, found `{found}`")]
    Columns { file: &'static str, expected: String, found: String },
    #[error("expected {expected}, found `{found}` in the line of `{name}` in `{file}`")]
    Value { file: &'static str, name: String, expected: &'static str, found: String },
    #[error("expected a name that contains letters, found `{name}` in `same.csv` or `different.csv`")]
    Unreadable { name: String },
    #[error("expected one organisation for `{name}` in `alias.csv`, found `{first}` and `{second}`")]
    TwoOrganisations { name: String, first: String, second: String },
    #[error(
        "expected `{first}` and `{second}` to differ as stated in `different.csv`, found lines that link both to {one}"
    )]
    Contradiction { first: String, second: String, one: String },
}

/// A line of `alias.csv`: another name of an organisation. An empty alias only makes the organisation known.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct AliasLine {
    pub name_en: String,
    pub name_zh: String,
    pub alias: String,
    pub kind: String,
    #[serde(rename = "organisation_kind", default)]
    kind_text: String,
    #[serde(skip)]
    pub organisation_kind: Option<OrganisationKind>,
    pub source: String,
    valid_from: String,
    valid_until: String,
}

impl AliasLine {
    /// Returns the organisation's own name: the English one, else the Chinese one.
    pub fn own_name(&self) -> &str {
        if self.name_en.is_empty() { &self.name_zh } else { &self.name_en }
    }

    /// Clears the alias, so that the line only makes the organisation known.
    pub fn forget_alias(&mut self) {
        self.alias.clear();
        "NAME".clone_into(&mut self.kind);
    }

    pub fn is_acronym(&self) -> bool {
        self.kind == "ACRONYM"
    }

    /// Returns the period of a former name, such as `, 2001 to 2019`. Empty if the line gives none.
    pub fn validity(&self) -> String {
        match (self.valid_from.as_str(), self.valid_until.as_str()) {
            ("", "") => String::new(),
            ("", until) => format!(", until {until}"),
            (from, "") => format!(", from {from}"),
            (from, until) => format!(", {from} to {until}"),
        }
    }

    pub fn kind_in_words(&self) -> &'static str {
        match self.kind.as_str() {
            "ACRONYM" => "an acronym",
            "FORMER" => "a former name",
            "TRADING" => "a trading name",
            "TRANSLATION" => "a translation",
            _ => "a name",
        }
    }
}

/// A line of `same.csv` or `different.csv`.
#[derive(Debug)]
pub(super) struct PairLine {
    pub publishers: [Option<Publisher>; 2],
    pub names: [String; 2],
    pub source: String,
}

const ALIAS_COLUMNS: [&str; 7] = ["name_en", "name_zh", "alias", "kind", "source", "valid_from", "valid_until"];
const PAIR_COLUMNS: [&str; 5] = ["publisher_a", "name_a", "publisher_b", "name_b", "source"];

/// Returns a CSV reader of a text that must have these columns or be empty.
fn reader<'a>(file: &'static str, text: &'a str, columns: &[&str]) -> Result<csv::Reader<&'a [u8]>, CuratedError> {
    // Spreadsheet programs may write a byte order mark before the first column.
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().map_err(|source| CuratedError::Line { file, source })?;
    if !text.is_empty() && !columns.iter().all(|column| header.iter().any(|found| found == *column)) {
        let found = header.iter().collect::<Vec<_>>().join(",");
        return Err(CuratedError::Columns { file, expected: columns.join(","), found });
    }
    Ok(reader)
}

/// Reads `alias.csv`.
pub(super) fn aliases(text: &str) -> Result<Vec<AliasLine>, CuratedError> {
    const FILE: &str = "alias.csv";
    let mut lines = Vec::new();
    for line in reader(FILE, text, &ALIAS_COLUMNS)?.deserialize() {
        let mut line: AliasLine = line.map_err(|source| CuratedError::Line { file: FILE, source })?;
        let wrong = |expected, found: &str| CuratedError::Value {
            file: FILE,
            name: line.name_en.clone(),
            expected,
            found: found.to_owned(),
        };
        if !matches!(line.kind.as_str(), "NAME" | "ACRONYM" | "FORMER" | "TRADING" | "TRANSLATION") {
            return Err(wrong("NAME, ACRONYM, FORMER, TRADING or TRANSLATION", &line.kind));
        }
        if line.is_acronym() && !has_han(&line.alias) && line.alias.chars().filter(|c| c.is_alphabetic()).count() < 3 {
            return Err(wrong("an acronym of three letters or more", &line.alias));
        }
        if !has_han(&line.name_zh) && !line.name_zh.is_empty() {
            return Err(wrong("a Chinese name", &line.name_zh));
        }
        let kind = match line.kind_text.as_str() {
            "" => None,
            text => Some(organisation_kind(text).ok_or_else(|| wrong("a kind of organisation", text))?),
        };
        line.organisation_kind = kind;
        lines.push(line);
    }
    Ok(lines)
}

fn organisation_kind(text: &str) -> Option<OrganisationKind> {
    Some(match text {
        "COMPANY" => OrganisationKind::Company,
        "UNIVERSITY" => OrganisationKind::University,
        "RESEARCH_INSTITUTE" => OrganisationKind::ResearchInstitute,
        "RD_CENTRE" => OrganisationKind::RdCentre,
        "PUBLIC_BODY" => OrganisationKind::PublicBody,
        "OTHER" => OrganisationKind::Other,
        _ => return None,
    })
}

#[derive(Deserialize)]
struct RawPair {
    publisher_a: String,
    name_a: String,
    publisher_b: String,
    name_b: String,
    source: String,
}

/// Reads `same.csv` or `different.csv`.
pub(super) fn pairs(file: &'static str, text: &str) -> Result<Vec<PairLine>, CuratedError> {
    let mut lines = Vec::new();
    for line in reader(file, text, &PAIR_COLUMNS)?.deserialize() {
        let raw: RawPair = line.map_err(|source| CuratedError::Line { file, source })?;
        let publishers =
            [publisher(file, &raw.publisher_a, &raw.name_a)?, publisher(file, &raw.publisher_b, &raw.name_b)?];
        lines.push(PairLine { publishers, names: [raw.name_a, raw.name_b], source: raw.source });
    }
    Ok(lines)
}

fn publisher(file: &'static str, code: &str, name: &str) -> Result<Option<Publisher>, CuratedError> {
    if code.is_empty() {
        return Ok(None);
    }
    let found = Publisher::ALL.into_iter().find(|publisher| publisher.code() == code);
    found.map(Some).ok_or_else(|| CuratedError::Value {
        file,
        name: name.to_owned(),
        expected: "a publisher's code or nothing",
        found: code.to_owned(),
    })
}
