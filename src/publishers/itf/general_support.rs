//! D45: The General Support Programme: projects and funds approved, by year.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::{statistical_table::statistics_part, words::TECHNOLOGY_AREA},
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D45",
        category: Some(Category::InformationTechnology),
        released: Some("02/2022"),
        portal_id: Some("hk-itc-team1-annual-gsp"),
        publisher: Publisher::Itf,
        title: Title::new("General Support Programme: annual statistics", "「一般支援計劃」獲批項目的年度統計數字"),
        frequency: Frequency::Annual,
    },
    reader(),
)
.layout(Layout {
    measures: &[words::APPROVED_PROJECTS, words::FUNDS_APPROVED],
    dimensions: &[TECHNOLOGY_AREA],
    ..Layout::GUESS
});

statistics_part!(
    GeneralSupportPart,
    SOURCE,
    general_support,
    "The General Support Programme: projects and funds approved, by year (D45)."
);
