//! C3: how full the car parks of Science Park were, by day.

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
        plan: "C3",
        category: Some(Category::Transport),
        released: Some("02/2023"),
        portal_id: Some("hkstp-hkstp-hkstp-carpark-utilization"),
        publisher: Publisher::Hkstpc,
        title: Title::new("Science Park car park utilisation statistics", "香港科學園停車場使用情況的統計數字"),
        frequency: Frequency::Daily,
    },
    files: Files::At("https://opendata.hkstp.org/carpark/v1/utilization"),
    expected: 1..=100_000,
    may_be_empty: false,
    joined_by: None,
    identify: None,
    layout: Layout::GUESS,
    read: reader(),
};

statistics_part!(
    CarParkUtilisationPart,
    SOURCE,
    car_park_utilisation,
    "How full the car parks of Science Park were, by day (C3)."
);
