//! D40: The Technology Voucher Programme: projects approved, by type of business.

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
        plan: "D40",
        category: Some(Category::InformationTechnology),
        released: Some("02/2021"),
        portal_id: Some("hk-itc-team1-annual-tvp-tb"),
        publisher: Publisher::Itf,
        title: Title::new(
            "Technology Voucher Programme: approved projects by type of business, annual",
            "「科技券」獲批項目按業務類別分類的年度統計數字",
        ),
        frequency: Frequency::Annual,
    },
    files: FileSource::Portal,
    expected: 1..=100_000,
    may_be_empty: false,
    joined_by: None,
    identify: None,
    layout: Layout {
        measures: &[words::APPROVED_PROJECTS, words::SHARE_OF_PROJECTS],
        dimensions: &[words::BUSINESS],
        ..Layout::GUESS
    },
    read: reader(),
};

statistics_part!(
    TechnologyVoucherByBusinessPart,
    SOURCE,
    technology_voucher_by_business,
    "The Technology Voucher Programme: projects approved, by type of business (D40)."
);
