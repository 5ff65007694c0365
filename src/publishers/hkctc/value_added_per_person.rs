//! D18: value added per person engaged in testing and certification.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D18",
        category: Some(Category::Commerce),
        released: Some("04/2020"),
        portal_id: Some("hk-itc-hkctc-table12"),
        publisher: Publisher::Hkctc,
        title: Title::new(
            "Average value added per person engaged in testing and certification",
            "檢測及認證活動就業人士平均增加價值",
        ),
        frequency: Frequency::Annual,
    },
    reader(),
)
.layout(Layout {
    measures: &[words::VALUE_ADDED_PER_PERSON],
    dimensions: &[words::ESTABLISHMENT_KIND],
    ..Layout::GUESS
});

statistics_part!(
    ValueAddedPerPersonPart,
    SOURCE,
    value_added_per_person,
    "Value added per person engaged in testing and certification (D18)."
);
