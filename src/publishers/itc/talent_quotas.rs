//! D17: The Technology Talent Admission Scheme: cumulative quotas allotted and visas issued, as separate measures.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D17",
        category: Some(Category::Commerce),
        released: Some("01/2020"),
        portal_id: Some("hk-itc-techtas-techtas-quotas-allotted"),
        publisher: Publisher::Itc,
        title: Title::new(
            "Technology Talent Admission Scheme: cumulative quotas allotted",
            "已發出的「科技人才入境計劃」配額累積數目",
        ),
        frequency: Frequency::HalfYearly,
    },
    reader(),
)
.identified_by(words::OVER_TIME)
.layout(Layout { measures: &[words::QUOTAS_ALLOTTED, words::VISAS_ISSUED], cumulative: true, ..Layout::GUESS });

statistics_part!(
    TalentQuotasPart,
    SOURCE,
    talent_quotas,
    "The Technology Talent Admission Scheme: cumulative quotas allotted and visas issued, as separate measures (D17)."
);
