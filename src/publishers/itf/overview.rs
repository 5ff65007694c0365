//! D29: overview since the fund's inception: cumulative projects and funds approved, by programme.

use jiff::civil::date;

use super::{monthly, programme, words};
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::{Layout, SeriesBreak},
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D29",
        category: Some(Category::InformationTechnology),
        released: Some("10/2015"),
        portal_id: Some("hk-itc-team1-itf-approved-projects-stat"),
        publisher: Publisher::Itf,
        title: Title::new("ITF approved projects: cumulative overview", "創新及科技基金累計撥款概覽"),
        frequency: Frequency::Monthly,
    },
    reader(),
)
.identified_by(monthly::OVERVIEW)
.layout(Layout {
    measures: &[words::APPROVED_PROJECTS, words::FUNDS_APPROVED],
    dimensions: &[words::PROGRAMME],
    cumulative: true,
    breaks: &[SeriesBreak { value: "GSP", from: date(2016, 12, 31) }],
    canonical: Some(programme::canonical),
    ..Layout::GUESS
});

statistics_part!(
    OverviewPart,
    SOURCE,
    overview,
    "Overview since the fund's inception: cumulative projects and funds approved, by programme (D29)."
);
