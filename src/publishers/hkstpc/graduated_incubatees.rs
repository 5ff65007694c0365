//! D23: how many companies have graduated from incubation, cumulative.

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
        plan: "D23",
        category: Some(Category::Commerce),
        released: Some("05/2019"),
        portal_id: Some("hkstp-hkstp-hkstp-incubation-graduates"),
        publisher: Publisher::Hkstpc,
        title: Title::new("Number of graduated incubatees", "畢業培育公司數目"),
        frequency: Frequency::Monthly,
    },
    files: Files::At("https://opendata.hkstp.org/corporate/figures/incubationgraduates/v1/"),
    expected: 1..=100_000,
    may_be_empty: false,
    joined_by: None,
    identify: None,
    layout: Layout { cumulative: true, ..Layout::GUESS },
    read: reader(),
};

statistics_part!(
    GraduatedIncubateesPart,
    SOURCE,
    graduated_incubatees,
    "How many companies have graduated from incubation, cumulative (D23)."
);
