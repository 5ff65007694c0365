//! D13: Private independent establishments: professionals by education.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D13",
        category: Some(Category::Commerce),
        released: Some("12/2018"),
        portal_id: Some("hk-itc-hkctc-table8"),
        publisher: Publisher::Hkctc,
        title: Title::new(
            "Private independent establishments: professionals by educational attainment",
            "私營獨立檢測及認證機構–按教育程度劃分的專業人員就業人數",
        ),
        frequency: Frequency::Annual,
    },
    reader(),
)
.layout(Layout {
    measures: &[words::PERSONS_ENGAGED, words::PERSONS_ENGAGED_BY_TITLE],
    dimensions: &[words::EDUCATION.across()],
    ..Layout::GUESS
});

statistics_part!(
    ProfessionalsByEducationPart,
    SOURCE,
    professionals_by_education,
    "Private independent establishments: professionals by education (D13)."
);
