//! D7: Private independent testing and certification establishments: key statistics.

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
        plan: "D7",
        category: Some(Category::Commerce),
        released: Some("12/2018"),
        portal_id: Some("hk-itc-hkctc-table2"),
        publisher: Publisher::Hkctc,
        title: Title::new(
            "Private independent testing and certification establishments: key statistics",
            "私營獨立檢測及認證機構 – 主要統計數字",
        ),
        frequency: Frequency::Annual,
    },
    files: FileSource::Portal,
    expected: 1..=100_000,
    may_be_empty: false,
    joined_by: None,
    identify: None,
    layout: Layout {
        measures: &[words::ESTABLISHMENTS, words::PERSONS_ENGAGED, words::BUSINESS_RECEIPTS, words::VALUE_ADDED],
        ..Layout::GUESS
    },
    read: reader(),
};

statistics_part!(
    KeyStatisticsPart,
    SOURCE,
    key_statistics,
    "Private independent testing and certification establishments: key statistics (D7)."
);
