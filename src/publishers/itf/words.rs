//! The vocabulary of the fund's tables: their measures and dimensions, with the same identifiers in every table.

use crate::{
    domain::catalog::Title,
    statistics::{DimensionWords, MeasureWords, Scale, Unit},
};

/// Approved projects or, for some programmes, approved applications.
pub const APPROVED_PROJECTS: MeasureWords = MeasureWords {
    id: "approved_projects",
    title: Title::new("Approved projects", "獲批項目"),
    unit: Some(Scale::plain(Unit::Count)),
    headers: &["No.", "Approved Projects", "數目", "数目", "獲批項目", "获批项目", "獲批項目數目", "获批项目数目"],
};

pub const APPROVED_APPLICATIONS: MeasureWords = MeasureWords {
    id: "approved_applications",
    title: Title::new("Approved applications", "獲批申請"),
    unit: Some(Scale::plain(Unit::Count)),
    headers: &[
        "Approved Applications",
        "獲批申請",
        "获批申请",
        "獲批申請數目",
        "获批申请数目",
        "Approved Public Course Registration Applications",
        "獲批公開課程登記申請數目",
        "获批公开课程登记申请数目",
        "Approved Training Grant Applications",
        "獲批培訓資助申請數目",
        "获批培训资助申请数目",
    ],
};

/// Funds approved, printed in millions.
pub const FUNDS_APPROVED: MeasureWords = MeasureWords {
    id: "funds_approved",
    title: Title::new("Funds approved", "批出資助額"),
    unit: Some(Scale::HKD_MILLION),
    headers: &["$M", "Funds Approved", "百萬元", "百万元", "批出資助額", "批出资助额"],
};

/// The percentage of all approved projects.
pub const SHARE_OF_PROJECTS: MeasureWords = MeasureWords {
    id: "share_of_approved_projects",
    title: Title::new("Share of approved projects", "佔獲批項目的百分比"),
    unit: Some(Scale::plain(Unit::Percent)),
    headers: &["Share", "Share of Approved Projects", "百分比"],
};

/// The programmes, one per row in the overviews.
pub const PROGRAMME: DimensionWords =
    DimensionWords::new("programme", Title::new("Programme", "計劃"), &["Programme", "計劃", "计划"]);

/// The programmes, one per column in the matrices.
pub const PROGRAMME_ACROSS: DimensionWords = PROGRAMME.across();

pub const INDUSTRY: DimensionWords =
    DimensionWords::new("industry", Title::new("Industry", "產業"), &["Industrial Sector", "Industry", "產業", "产业"]);

pub const TECHNOLOGY_SERVICE: DimensionWords = DimensionWords::new(
    "technology_service",
    Title::new("Technology service or solution", "科技服務/方案"),
    &["Technology Service / Solution", "科技服務/方案", "科技服务/方案"],
);

pub const BUSINESS: DimensionWords = DimensionWords::new(
    "business",
    Title::new("Type of business", "業務類別"),
    &["Type of Business", "業務類別", "业务类别"],
);
