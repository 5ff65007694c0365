//! D16: Private independent establishments: profit as a share of receipts.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D16",
        category: Some(Category::Commerce),
        released: Some("06/2019"),
        portal_id: Some("hk-itc-hkctc-table10"),
        publisher: Publisher::Hkctc,
        title: Title::new("Private independent establishments: profit ratio", "私營獨立檢測及認證機構–盈利率"),
        frequency: Frequency::Annual,
    },
    reader(),
)
.layout(Layout { measures: &[words::PROFIT_RATIO], ..Layout::GUESS });

statistics_part!(
    ProfitRatioPart,
    SOURCE,
    profit_ratio,
    "Private independent establishments: profit as a share of receipts (D16)."
);
