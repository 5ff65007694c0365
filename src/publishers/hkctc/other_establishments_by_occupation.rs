//! D15: Other establishments performing testing: persons engaged by occupation.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D15",
        category: Some(Category::Commerce),
        released: Some("06/2019"),
        portal_id: Some("hk-itc-hkctc-table11"),
        publisher: Publisher::Hkctc,
        title: Title::new(
            "Other establishments performing testing: persons engaged by occupation",
            "從事測試活動的其他機構–按職業劃分的就業人數",
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
    OtherEstablishmentsByOccupationPart,
    SOURCE,
    other_establishments_by_occupation,
    "Other establishments performing testing: persons engaged by occupation (D15)."
);
