//! D15: Other establishments performing testing: persons engaged by occupation.

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
        plan: "D15",
        category: Some(Category::Commerce),
        released: Some("06/2019"),
        portal_id: Some("hk-itc-hkctc-table11"),
        publisher: Publisher::Hkctc,
        title: Title::new(
            "Other establishments performing testing: persons engaged by occupation",
            "從事測試活動的其他機構–按職業劃分的就業人數",
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
    OtherEstablishmentsByOccupationPart,
    SOURCE,
    other_establishments_by_occupation,
    "Other establishments performing testing: persons engaged by occupation (D15)."
);
