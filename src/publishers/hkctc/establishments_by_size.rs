//! D11: Private independent establishments: number and persons engaged by size.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D11",
        category: Some(Category::Commerce),
        released: Some("12/2018"),
        portal_id: Some("hk-itc-hkctc-table6"),
        publisher: Publisher::Hkctc,
        title: Title::new(
            "Private independent establishments: number and persons engaged by size of establishment",
            "按機構單位規模劃分的私營獨立檢測及認證機構單位數目和就業人數",
        ),
        frequency: Frequency::Annual,
    },
    reader(),
)
.layout(Layout {
    measures: &[words::ESTABLISHMENTS, words::PERSONS_ENGAGED, words::SHARE_OF_PERSONS],
    dimensions: &[words::SIZE],
    ..Layout::GUESS
});

statistics_part!(
    EstablishmentsBySizePart,
    SOURCE,
    establishments_by_size,
    "Private independent establishments: number and persons engaged by size (D11)."
);
