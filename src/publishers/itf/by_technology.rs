//! D31: cumulative projects and funds approved, by technology area and programme.

use super::{monthly, programme, words};
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::{statistical_table::statistics_part, words::TECHNOLOGY_AREA},
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D31",
        category: Some(Category::InformationTechnology),
        released: Some("10/2015"),
        portal_id: Some("hk-itc-team1-itf-approved-projects-diff-technology-sectors"),
        publisher: Publisher::Itf,
        title: Title::new("ITF approved projects by technology area, cumulative", "創新及科技基金科技範疇撥款分佈概覽"),
        frequency: Frequency::Monthly,
    },
    reader(),
)
.identified_by(monthly::BY_TECHNOLOGY)
.layout(Layout {
    measures: &[words::APPROVED_PROJECTS, words::FUNDS_APPROVED],
    dimensions: &[words::PROGRAMME_ACROSS, TECHNOLOGY_AREA],
    cumulative: true,
    distinct: &[("NIAS", "ITFBL")],
    canonical: Some(programme::canonical),
    ..Layout::GUESS
});

statistics_part!(
    ByTechnologyPart,
    SOURCE,
    by_technology,
    "Cumulative projects and funds approved, by technology area and programme (D31)."
);
