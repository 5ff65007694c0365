//! D46: the key performance indicators of the R&D Centres, by centre and financial year.

use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::{DimensionWords, Layout, MeasureWords, Scale, Unit},
    upstream::{figures::reader, source::Source},
};

const INDUSTRY_INCOME: MeasureWords = MeasureWords {
    id: "industry_income",
    title: Title::new("Level of industry income", "業界收入水平"),
    unit: Some(Scale::plain(Unit::Percent)),
    headers: &["Level of industry income", "業界收入水平", "业界收入水平"],
};
const INDUSTRY_PROJECTS: MeasureWords = MeasureWords {
    id: "projects_with_industry",
    title: Title::new("On-going projects with industry participation", "有業界參與的進行中項目數目"),
    unit: Some(Scale::plain(Unit::Count)),
    headers: &[
        "Number of on-going projects with industry participation",
        "On-going projects involving industry participation",
        "有業界參與的進行中項目數目",
        "有业界参与的进行中项目数目",
    ],
};
const COMPANIES: MeasureWords = MeasureWords {
    id: "companies",
    title: Title::new("Companies participating in on-going projects", "參與進行中項目的公司數目"),
    unit: Some(Scale::plain(Unit::Count)),
    headers: &[
        "Number of companies participating in on-going projects",
        "Companies participating in on-going projects",
        "參與進行中項目的公司數目",
        "参与进行中项目的公司数目",
    ],
};
const ORGANISATIONS: MeasureWords = MeasureWords {
    id: "organisations",
    title: Title::new(
        "Organisations benefitting from the Public Sector Trial Scheme",
        "受惠於公營機構試用計劃的機構數目",
    ),
    unit: Some(Scale::plain(Unit::Count)),
    headers: &[
        "Number of organisations benefitting from the Public Sector Trial Scheme",
        "受惠於公營機構試用計劃的機構數目",
        "受惠于公营机构试用计划的机构数目",
    ],
};
const RESEARCHERS: MeasureWords = MeasureWords {
    id: "researchers",
    title: Title::new("Researchers under the Research Talent Hub", "研究人才庫下的研究人員數目"),
    unit: Some(Scale::plain(Unit::Persons)),
    headers: &[
        "Number of researchers under the Research Talent Hub",
        "研究人才庫下的研究人員數目",
        "研究人才库下的研究人员数目",
    ],
};
const PATENTS_FILED: MeasureWords = MeasureWords {
    id: "patents_filed",
    title: Title::new("Patents filed", "申請的專利數目"),
    unit: Some(Scale::plain(Unit::Count)),
    headers: &["Number of patents filed", "申請的專利數目", "申请的专利数目"],
};
const PATENTS_GRANTED: MeasureWords = MeasureWords {
    id: "patents_granted",
    title: Title::new("Patents granted", "獲批的專利數目"),
    unit: Some(Scale::plain(Unit::Count)),
    headers: &["Number of patents granted", "獲批的專利數目", "获批的专利数目"],
};
const CENTRE: DimensionWords = DimensionWords::new("centre", Title::new("R&D centre", "研發中心"), &[]).across();

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D46",
        category: Some(Category::Other),
        released: Some("06/2019"),
        portal_id: Some("hk-itc-rd-rd-centre"),
        publisher: Publisher::RdCentres,
        title: Title::new("R&D Centres: key performance indicators", "研發中心主要表現指標"),
        frequency: Frequency::Annual,
    },
    reader(),
)
.layout(Layout {
    measures: &[
        INDUSTRY_INCOME,
        INDUSTRY_PROJECTS,
        COMPANIES,
        ORGANISATIONS,
        RESEARCHERS,
        PATENTS_FILED,
        PATENTS_GRANTED,
    ],
    dimensions: &[CENTRE],
    ..Layout::GUESS
});

statistics_part!(
    RdCentreIndicatorsPart,
    SOURCE,
    key_performance_indicators,
    "The key performance indicators of the R&D Centres, by centre and financial year (D46)."
);
