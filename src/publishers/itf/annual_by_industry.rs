//! D34: projects and funds approved in a year, by industry and programme.

use super::{monthly, programme, words};
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D34",
        category: Some(Category::InformationTechnology),
        released: Some("08/2019"),
        portal_id: Some("hk-itc-team1-annual-itf-approved-projects-diff-industrial-sectors"),
        publisher: Publisher::Itf,
        title: Title::new("ITF approved projects by industrial sector, annual", "創新及科技基金年度產業撥款概覽"),
        frequency: Frequency::Annual,
    },
    reader(),
)
.identified_by(monthly::ANNUAL_BY_INDUSTRY)
.layout(Layout {
    measures: &[words::APPROVED_PROJECTS, words::FUNDS_APPROVED],
    dimensions: &[words::PROGRAMME_ACROSS, words::INDUSTRY],
    canonical: Some(programme::canonical),
    ..Layout::GUESS
});

statistics_part!(
    AnnualByIndustryPart,
    SOURCE,
    annual_by_industry,
    "Projects and funds approved in a year, by industry and programme (D34)."
);
