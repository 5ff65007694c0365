//! D39: The Technology Voucher Programme: projects approved, by technology service.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
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
    reader(),
)
.layout(Layout { measures: &[words::APPROVED_PROJECTS], dimensions: &[words::TECHNOLOGY_SERVICE], ..Layout::GUESS });

statistics_part!(
    TechnologyVoucherByServicePart,
    SOURCE,
    technology_voucher_by_service,
    "The Technology Voucher Programme: projects approved, by technology service (D39)."
);
