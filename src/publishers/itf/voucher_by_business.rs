//! D40: The Technology Voucher Programme: projects approved, by type of business.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
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
    reader(),
)
.layout(Layout {
    measures: &[words::APPROVED_PROJECTS, words::SHARE_OF_PROJECTS],
    dimensions: &[words::BUSINESS],
    ..Layout::GUESS
});

statistics_part!(
    TechnologyVoucherByBusinessPart,
    SOURCE,
    technology_voucher_by_business,
    "The Technology Voucher Programme: projects approved, by type of business (D40)."
);
