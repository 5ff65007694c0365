//! D30: cumulative projects and funds approved, by industry and programme.

use super::{monthly, programme, words};
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D30",
        category: Some(Category::InformationTechnology),
        released: Some("10/2015"),
        portal_id: Some("hk-itc-team1-itf-approved-projects-diff-industrial-sectors"),
        publisher: Publisher::Itf,
        title: Title::new("ITF approved projects by industrial sector, cumulative", "創新及科技基金產業撥款分佈概覽"),
        frequency: Frequency::Monthly,
    },
    reader(),
)
.identified_by(monthly::BY_INDUSTRY)
.layout(Layout {
    measures: &[words::APPROVED_PROJECTS, words::FUNDS_APPROVED],
    dimensions: &[words::PROGRAMME_ACROSS, words::INDUSTRY],
    cumulative: true,
    canonical: Some(programme::canonical),
    ..Layout::GUESS
});

statistics_part!(
    ByIndustryPart,
    SOURCE,
    by_industry,
    "Cumulative projects and funds approved, by industry and programme (D30)."
);
