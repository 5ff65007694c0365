//! D19: Business concentration: the shares of the largest private independent establishments.

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
        plan: "D19",
        category: Some(Category::Commerce),
        released: Some("04/2020"),
        portal_id: Some("hk-itc-hkctc-table13"),
        publisher: Publisher::Hkctc,
        title: Title::new(
            "Business concentration of private independent testing and certification establishments",
            "私營獨立檢測及認證機構業務集中度",
        ),
        frequency: Frequency::Annual,
    },
    files: FileSource::Portal,
    expected: 1..=100_000,
    may_be_empty: false,
    joined_by: None,
    identify: None,
    layout: Layout { measures: &[words::SHARE_OF_RECEIPTS_BY_TITLE], dimensions: &[words::LARGEST], ..Layout::GUESS },
    read: reader(),
};

statistics_part!(
    BusinessConcentrationPart,
    SOURCE,
    business_concentration,
    "Business concentration: the shares of the largest private independent establishments (D19)."
);
