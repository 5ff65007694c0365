//! D9: Private independent establishments: receipts from testing services.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D9",
        category: Some(Category::Commerce),
        released: Some("12/2018"),
        portal_id: Some("hk-itc-hkctc-table4"),
        publisher: Publisher::Hkctc,
        title: Title::new(
            "Private independent establishments: business receipts from testing services",
            "私營獨立檢測及認證機構–從測試服務獲得的業務收益",
        ),
        frequency: Frequency::Annual,
    },
    reader(),
)
.layout(Layout { measures: &[words::BUSINESS_RECEIPTS], dimensions: &[words::TESTING_AREA], ..Layout::GUESS });

statistics_part!(
    ReceiptsFromTestingPart,
    SOURCE,
    receipts_from_testing,
    "Private independent establishments: receipts from testing services (D9)."
);
