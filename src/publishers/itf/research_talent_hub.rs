//! D38: The Research Talent Hub: applications and funds approved, by technology area.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::{statistical_table::statistics_part, words::TECHNOLOGY_AREA},
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D38",
        category: Some(Category::InformationTechnology),
        released: Some("02/2021"),
        portal_id: Some("hk-itc-team1-annual-rth-ta"),
        publisher: Publisher::Itf,
        title: Title::new(
            "Research Talent Hub: approved applications and funding by technology area, annual",
            "「研究人才庫」計劃年度獲批資助概覽",
        ),
        frequency: Frequency::Annual,
    },
    reader(),
)
.layout(Layout {
    measures: &[words::APPROVED_APPLICATIONS, words::FUNDS_APPROVED],
    dimensions: &[TECHNOLOGY_AREA],
    ..Layout::GUESS
});

statistics_part!(
    ResearchTalentHubPart,
    SOURCE,
    research_talent_hub,
    "The Research Talent Hub: applications and funds approved, by technology area (D38)."
);
