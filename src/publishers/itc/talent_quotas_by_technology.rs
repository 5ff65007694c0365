//! D20: The Technology Talent Admission Scheme by technology area, cumulative. No longer listed on the portal.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::{statistical_table::statistics_part, words::TECHNOLOGY_AREA},
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D20",
        category: Some(Category::Commerce),
        released: Some("07/2021"),
        portal_id: None,
        publisher: Publisher::Itc,
        title: Title::new(
            "Technology Talent Admission Scheme: cumulative quotas allotted by technology area",
            "已發出的「科技人才入境計劃」配額累積數目所屬的科技範疇",
        ),
        frequency: Frequency::HalfYearly,
    },
    reader(),
)
.identified_by(words::BY_AREA)
.layout(Layout {
    measures: &[words::QUOTAS_ALLOTTED, words::VISAS_ISSUED],
    dimensions: &[TECHNOLOGY_AREA],
    cumulative: true,
    ..Layout::GUESS
});

statistics_part!(
    TalentQuotasByTechnologyPart,
    SOURCE,
    talent_quotas_by_technology,
    "The Technology Talent Admission Scheme by technology area, cumulative. No longer listed on the portal (D20)."
);
