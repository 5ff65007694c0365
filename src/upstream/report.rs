//! A report about a file that contains none of its values: headings, the kinds of text in each column, and counts. It
//! is safe to send to the maintainers.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    domain::{
        date, number,
        period::Period,
        record::binding::{BindingKind, ColumnDecision},
        script::has_han,
        text::Language,
        value,
        web::WebAddress,
    },
    upstream::snapshot::{Snapshot, SnapshotFile},
};

/// A report about one file, without its values.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileReport {
    pub url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    pub language: Option<&'static str>,
    pub format: String,
    pub charset: String,
    pub sha256: String,
    pub bytes: usize,
    /// The row number of the column names in the file.
    pub header_row: Option<u32>,
    /// The number of rows below the header.
    pub rows: usize,
    pub records: usize,
    pub rejects: usize,
    pub notes: usize,
    pub columns: Vec<ColumnReport>,
    /// Required columns that the file lacks.
    pub missing: Vec<String>,
}

/// A report about one column: its heading and its kinds of text.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ColumnReport {
    pub heading: String,
    /// The number of cells that are not blank.
    pub filled: usize,
    /// The number of cells of each kind.
    pub kinds: BTreeMap<CellKind, usize>,
    /// True if the column is not mapped to a known column.
    pub is_unmapped: bool,
    /// The column that it was bound to, in a list of records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub binding: Option<BindingReport>,
}

/// The binding of a column.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BindingReport {
    /// The known column. For an unbound column, the most similar known column.
    pub column: Option<&'static str>,
    pub kind: &'static str,
    pub points: i32,
    pub margin: Option<i32>,
}

impl BindingReport {
    fn of(decision: &ColumnDecision) -> Self {
        let kind = match decision.kind {
            BindingKind::Declared => "declared",
            BindingKind::Inferred => "inferred",
            BindingKind::Unbound => "unbound",
        };
        Self { column: decision.column, kind, points: decision.points, margin: decision.margin }
    }
}

/// The kind of text in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CellKind {
    Number,
    Year,
    Date,
    WebAddress,
    EnglishText,
    ChineseText,
    MixedText,
}

impl CellKind {
    fn of(text: &str) -> Self {
        let text = text.trim();
        if Period::parse(text).is_ok_and(|period| period.start != period.end) {
            Self::Year
        } else if number::parse(text.trim_start_matches("HK").trim_start_matches('$')).is_ok() {
            Self::Number
        } else if date::parse(text).is_ok() {
            Self::Date
        } else if text.contains('.') && !text.contains(char::is_whitespace) && WebAddress::parse(text).is_ok() {
            Self::WebAddress
        } else {
            match (has_han(text), text.chars().any(|c| c.is_ascii_alphabetic())) {
                (true, true) => Self::MixedText,
                (true, false) => Self::ChineseText,
                (false, _) => Self::EnglishText,
            }
        }
    }
}

/// Returns a heading, or a placeholder if the heading is a number or date. The row may be data mistaken for the header.
fn without_value(heading: String) -> String {
    match CellKind::of(&heading) {
        CellKind::Number => "<number>".to_owned(),
        CellKind::Date => "<date>".to_owned(),
        _ => heading,
    }
}

/// Returns the reports of a snapshot's files, in order.
pub fn files(snapshot: &Snapshot) -> Vec<FileReport> {
    let mut records = vec![0; snapshot.files.len()];
    for index in 0..snapshot.records.len() {
        let file = snapshot.records.file_of(index).map(usize::from);
        if let Some(count) = file.and_then(|file| records.get_mut(file)) {
            *count += 1;
        }
    }
    snapshot.files.iter().zip(records).map(|(file, records)| FileReport::of(file, records)).collect()
}

impl FileReport {
    fn of(file: &SnapshotFile, records: usize) -> Self {
        let (table, raw) = (&file.table, &file.raw);
        let rows = file.header + 1..table.len();
        let width = (file.header..table.len()).map(|row| table.width(row)).max().unwrap_or(0);
        let column = |place: usize| {
            let heading = table.cell(file.header, place).trim().to_owned();
            let cells = rows.clone().map(|row| table.cell(row, place)).filter(|cell| !value::is_blank(cell));
            let mut kinds = BTreeMap::new();
            for cell in cells {
                *kinds.entry(CellKind::of(cell)).or_default() += 1;
            }
            let is_unmapped = file.drift.unmapped.contains(&heading);
            let binding = file.explained.binding.as_ref();
            let decision = binding.and_then(|binding| binding.decisions.iter().find(|it| it.place == place));
            let binding = decision.map(BindingReport::of);
            ColumnReport { filled: kinds.values().sum(), heading: without_value(heading), kinds, is_unmapped, binding }
        };
        Self {
            url: raw.distribution.url.clone(),
            sheet: file.sheet.clone(),
            language: raw.distribution.language.map(Language::tag),
            format: format!("{:?}", file.format),
            charset: file.charset.clone(),
            sha256: raw.sha256.clone(),
            bytes: raw.body.len(),
            header_row: (file.header < table.len()).then(|| table.number(file.header)),
            rows: rows.len(),
            records,
            rejects: file.rejects.len(),
            notes: file.notes.len(),
            columns: (0..width).map(column).collect(),
            missing: file.drift.missing.clone(),
        }
    }
}
