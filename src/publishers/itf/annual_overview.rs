//! D33: annual overview: projects and funds approved in a year, by programme.

use super::{programme, words};
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D33",
        category: Some(Category::InformationTechnology),
        released: Some("08/2019"),
        portal_id: Some("hk-itc-team1-annual-itf-approved-projects-stat"),
        publisher: Publisher::Itf,
        title: Title::new("ITF approved projects: annual overview", "創新及科技基金年度撥款概覽"),
        frequency: Frequency::Annual,
    },
    reader(),
)
.layout(Layout {
    measures: &[words::APPROVED_PROJECTS, words::FUNDS_APPROVED],
    dimensions: &[words::PROGRAMME],
    canonical: Some(programme::canonical),
    ..Layout::GUESS
});

statistics_part!(
    AnnualOverviewPart,
    SOURCE,
    annual_overview,
    "Annual overview: projects and funds approved in a year, by programme (D33)."
);
