//! D25: laboratories and offices of Science Park: space and occupancy.

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
        plan: "D25",
        category: Some(Category::Commerce),
        released: Some("05/2019"),
        portal_id: Some("hkstp-hkstp-hkstp-lab-office-space"),
        publisher: Publisher::Hkstpc,
        title: Title::new("Laboratory and office space", "實驗室及辦公室空間"),
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

statistics_part!(SpacePart, SOURCE, space, "Laboratories and offices of Science Park: space and occupancy (D25).");
