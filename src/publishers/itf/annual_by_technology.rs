//! D35: projects and funds approved in a year, by technology area and programme.

use super::{monthly, programme, words};
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::{statistical_table::statistics_part, words::TECHNOLOGY_AREA},
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D35",
        category: Some(Category::InformationTechnology),
        released: Some("08/2019"),
        portal_id: Some("hk-itc-team1-annual-itf-approved-projects-diff-technology-sectors"),
        publisher: Publisher::Itf,
        title: Title::new("ITF approved projects by technology area, annual", "創新及科技基金年度科技範疇撥款概覽"),
        frequency: Frequency::Annual,
    },
    reader(),
)
.identified_by(monthly::ANNUAL_BY_TECHNOLOGY)
.layout(Layout {
    measures: &[words::APPROVED_PROJECTS, words::FUNDS_APPROVED],
    dimensions: &[words::PROGRAMME_ACROSS, TECHNOLOGY_AREA],
    distinct: &[("NIAS", "ITFBL")],
    canonical: Some(programme::canonical),
    ..Layout::GUESS
});

statistics_part!(
    AnnualByTechnologyPart,
    SOURCE,
    annual_by_technology,
    "Projects and funds approved in a year, by technology area and programme (D35)."
);
