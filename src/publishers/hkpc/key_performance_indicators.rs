//! D21: the key performance indicators of the council, by financial year.

use crate::{
    catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{
        figures::reader,
        source::{Files, Source},
    },
};

pub static SOURCE: Source = Source {
    dataset: Dataset {
        plan: "D21",
        category: Some(Category::Other),
        released: Some("07/2019"),
        portal_id: Some("hkpc-hkpc-hkpc-{YYYY-YY}-kpi"),
        publisher: Publisher::Hkpc,
        title: Title::new("Hong Kong Productivity Council: key performance indicators", "生產力促進局主要表現指標"),
        frequency: Frequency::Annual,
    },
    files: Files::Portal,
    expected: 1..=100_000,
    may_be_empty: false,
    joined_by: None,
    identify: None,
    layout: Layout::GUESS,
    read: reader(),
};

statistics_part!(
    HkpcIndicatorsPart,
    SOURCE,
    key_performance_indicators,
    "The key performance indicators of the council, by financial year (D21)."
);
