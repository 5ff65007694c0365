//! D39: The Technology Voucher Programme: projects approved, by technology service.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{
        figures::reader,
        source::{FileSource, Source},
    },
};

pub static SOURCE: Source = Source {
    dataset: Dataset {
        plan: "D39",
        category: Some(Category::InformationTechnology),
        released: Some("02/2021"),
        portal_id: Some("hk-itc-team1-annual-tvp-ts"),
        publisher: Publisher::Itf,
        title: Title::new(
            "Technology Voucher Programme: approved projects by technology service or solution, annual",
            "「科技券」獲批項目按科技服務／方案分類的年度統計數字",
        ),
        frequency: Frequency::Annual,
    },
    files: FileSource::Portal,
    expected: 1..=100_000,
    may_be_empty: false,
    joined_by: None,
    identify: None,
    layout: Layout { measures: &[words::APPROVED_PROJECTS], dimensions: &[words::TECHNOLOGY_SERVICE], ..Layout::GUESS },
    read: reader(),
};

statistics_part!(
    TechnologyVoucherByServicePart,
    SOURCE,
    technology_voucher_by_service,
    "The Technology Voucher Programme: projects approved, by technology service (D39)."
);
