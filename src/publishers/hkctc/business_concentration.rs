//! D19: Business concentration: the shares of the largest private independent establishments.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D19",
        category: Some(Category::Commerce),
        released: Some("04/2020"),
        portal_id: Some("hk-itc-hkctc-table13"),
        publisher: Publisher::Hkctc,
        title: Title::new(
            "Business concentration of private independent testing and certification establishments",
            "私營獨立檢測及認證機構業務集中度",
        ),
        frequency: Frequency::Annual,
    },
    reader(),
)
.layout(Layout { measures: &[words::SHARE_OF_RECEIPTS_BY_TITLE], dimensions: &[words::LARGEST], ..Layout::GUESS });

statistics_part!(
    BusinessConcentrationPart,
    SOURCE,
    business_concentration,
    "Business concentration: the shares of the largest private independent establishments (D19)."
);
