//! D12: Private independent establishments: persons engaged by occupation.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{
        figures::reader,
        source::{FileSource, Source},
    },
};

pub static SOURCE: Source = Source {
    dataset: Dataset {
        plan: "D12",
        category: Some(Category::Commerce),
        released: Some("12/2018"),
        portal_id: Some("hk-itc-hkctc-table7"),
        publisher: Publisher::Hkctc,
        title: Title::new(
            "Private independent establishments: persons engaged by occupation",
            "私營獨立檢測及認證機構–按職業劃分的就業人數",
        ),
        frequency: Frequency::Annual,
    },
    files: FileSource::Portal,
    expected: 1..=100_000,
    may_be_empty: false,
    joined_by: None,
    identify: None,
    layout: Layout {
        measures: &[words::PERSONS_ENGAGED, words::PERSONS_ENGAGED_BY_TITLE],
        dimensions: &[words::OCCUPATION],
        ..Layout::GUESS
    },
    read: reader(),
};

statistics_part!(
    PersonsByOccupationPart,
    SOURCE,
    persons_by_occupation,
    "Private independent establishments: persons engaged by occupation (D12)."
);
