//! D26: direct investment that companies of Science Park raised, by financial year.

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
        plan: "D26",
        category: Some(Category::Commerce),
        released: Some("05/2019"),
        portal_id: Some("hkstp-hkstp-hkstp-direct-investment-raised"),
        publisher: Publisher::Hkstpc,
        title: Title::new(
            "Direct investment raised in the last financial year",
            "上一個財政年度籌募所得的直接投資金額",
        ),
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
    DirectInvestmentPart,
    SOURCE,
    direct_investment,
    "Direct investment that companies of Science Park raised, by financial year (D26)."
);
