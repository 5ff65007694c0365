//! D12: Private independent establishments: persons engaged by occupation.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D12",
        category: Some(Category::Commerce),
        released: Some("12/2018"),
        portal_id: Some("hk-itc-hkctc-table7"),
        publisher: Publisher::Hkctc,
        title: Title::new(
            "Private independent establishments: persons engaged by occupation",
            "私營獨立檢測及認證機構–按職業劃分的就業人數",
        ),
        frequency: Frequency::Annual,
    },
    reader(),
)
.layout(Layout {
    measures: &[words::PERSONS_ENGAGED, words::PERSONS_ENGAGED_BY_TITLE],
    dimensions: &[words::OCCUPATION],
    ..Layout::GUESS
});

statistics_part!(
    PersonsByOccupationPart,
    SOURCE,
    persons_by_occupation,
    "Private independent establishments: persons engaged by occupation (D12)."
);
