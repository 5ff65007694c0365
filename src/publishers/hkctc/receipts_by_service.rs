//! D8: Private independent establishments: receipts by type of service.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D8",
        category: Some(Category::Commerce),
        released: Some("12/2018"),
        portal_id: Some("hk-itc-hkctc-table3"),
        publisher: Publisher::Hkctc,
        title: Title::new(
            "Private independent establishments: business receipts by type of service",
            "私營獨立檢測及認證機構 – 按服務類別劃分的業務收益",
        ),
        frequency: Frequency::Annual,
    },
    reader(),
)
.layout(Layout {
    measures: &[words::BUSINESS_RECEIPTS, words::SHARE_OF_RECEIPTS],
    dimensions: &[words::SERVICE],
    ..Layout::GUESS
});

statistics_part!(
    ReceiptsByServicePart,
    SOURCE,
    receipts_by_service,
    "Private independent establishments: receipts by type of service (D8)."
);
