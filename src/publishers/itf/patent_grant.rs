//! D37: The Patent Application Grant: applications and funds approved, by year.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D37",
        category: Some(Category::InformationTechnology),
        released: Some("02/2020"),
        portal_id: Some("hk-itc-team1-annual-itf-approved-pag-stat"),
        publisher: Publisher::Itf,
        title: Title::new("Patent Application Grant: annual overview", "專利申請資助計劃年度撥款概覽"),
        frequency: Frequency::Annual,
    },
    reader(),
)
.layout(Layout { measures: &[words::APPROVED_APPLICATIONS, words::FUNDS_APPROVED], ..Layout::GUESS });

statistics_part!(
    PatentGrantPart,
    SOURCE,
    patent_grant,
    "The Patent Application Grant: applications and funds approved, by year (D37)."
);
