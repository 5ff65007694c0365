//! D7: Private independent testing and certification establishments: key statistics.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
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
    reader(),
)
.layout(Layout {
    measures: &[words::ESTABLISHMENTS, words::PERSONS_ENGAGED, words::BUSINESS_RECEIPTS, words::VALUE_ADDED],
    ..Layout::GUESS
});

statistics_part!(
    KeyStatisticsPart,
    SOURCE,
    key_statistics,
    "Private independent testing and certification establishments: key statistics (D7)."
);
