//! D10: Private independent establishments: receipts by size.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D10",
        category: Some(Category::Commerce),
        released: Some("12/2018"),
        portal_id: Some("hk-itc-hkctc-table5"),
        publisher: Publisher::Hkctc,
        title: Title::new(
            "Private independent establishments: business receipts by size of establishment",
            "私營獨立檢測及認證機構 – 按機構單位規模劃分的業務收益",
        ),
        frequency: Frequency::Annual,
    },
    reader(),
)
.layout(Layout {
    measures: &[words::BUSINESS_RECEIPTS, words::SHARE_OF_RECEIPTS],
    dimensions: &[words::SIZE.across()],
    ..Layout::GUESS
});

statistics_part!(
    ReceiptsBySizePart,
    SOURCE,
    receipts_by_size,
    "Private independent establishments: receipts by size (D10)."
);
