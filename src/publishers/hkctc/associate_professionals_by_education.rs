//! D14: Private independent establishments: associate professionals by education.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D14",
        category: Some(Category::Commerce),
        released: Some("12/2018"),
        portal_id: Some("hk-itc-hkctc-table9"),
        publisher: Publisher::Hkctc,
        title: Title::new(
            "Private independent establishments: associate professionals by educational attainment",
            "私營獨立檢測及認證機構–按教育程度劃分的輔助專業人員就業人數",
        ),
        frequency: Frequency::Annual,
    },
    reader(),
)
.layout(Layout {
    measures: &[words::PERSONS_ENGAGED, words::PERSONS_ENGAGED_BY_TITLE],
    dimensions: &[words::EDUCATION],
    ..Layout::GUESS
});

statistics_part!(
    AssociateProfessionalsByEducationPart,
    SOURCE,
    associate_professionals_by_education,
    "Private independent establishments: associate professionals by education (D14)."
);
