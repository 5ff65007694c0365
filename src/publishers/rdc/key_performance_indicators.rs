//! D46: the key performance indicators of the R&D Centres, by centre and financial year.

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
        plan: "D46",
        category: Some(Category::Other),
        released: Some("06/2019"),
        portal_id: Some("hk-itc-rd-rd-centre"),
        publisher: Publisher::RdCentres,
        title: Title::new("R&D Centres: key performance indicators", "研發中心主要表現指標"),
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
    RdCentreIndicatorsPart,
    SOURCE,
    key_performance_indicators,
    "The key performance indicators of the R&D Centres, by centre and financial year (D46)."
);
