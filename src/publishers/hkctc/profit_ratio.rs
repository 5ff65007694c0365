//! D16: Private independent establishments: profit as a share of receipts.

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
        plan: "D16",
        category: Some(Category::Commerce),
        released: Some("06/2019"),
        portal_id: Some("hk-itc-hkctc-table10"),
        publisher: Publisher::Hkctc,
        title: Title::new("Private independent establishments: profit ratio", "私營獨立檢測及認證機構–盈利率"),
        frequency: Frequency::Annual,
    },
    files: FileSource::Portal,
    expected: 1..=100_000,
    may_be_empty: false,
    joined_by: None,
    identify: None,
    layout: Layout { measures: &[words::PROFIT_RATIO], ..Layout::GUESS },
    read: reader(),
};

statistics_part!(
    ProfitRatioPart,
    SOURCE,
    profit_ratio,
    "Private independent establishments: profit as a share of receipts (D16)."
);
