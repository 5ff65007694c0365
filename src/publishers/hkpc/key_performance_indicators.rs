//! D21: the key performance indicators of the council, by financial year.

use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::{DimensionWords, Layout, MeasureWords, Scale, Unit},
    upstream::{figures::reader, source::Source},
};

const INCOME: MeasureWords = MeasureWords {
    id: "service_income",
    title: Title::new("Total service income", "服務總收入"),
    unit: Some(Scale::HKD_MILLION),
    headers: &[
        "Total service income of HKPC and its subsidiaries",
        "生產力局及其附屬公司的服務總收入",
        "生产力局及其附属公司的服务总收入",
    ],
};
const CONSULTANCY: MeasureWords = MeasureWords {
    id: "consultancy_projects",
    title: Title::new("Consultancy projects undertaken", "承辦的顧問項目"),
    unit: Some(Scale::plain(Unit::Count)),
    headers: &["Consultancy projects undertaken", "承辦的顧問項目", "承办的顾问项目"],
};
const RESEARCH: MeasureWords = MeasureWords {
    id: "rd_projects",
    title: Title::new("New R&D projects", "新研發項目"),
    unit: Some(Scale::plain(Unit::Count)),
    headers: &["New R&D projects", "新研發項目", "新研发项目"],
};
const SATISFACTION: MeasureWords = MeasureWords {
    id: "customer_satisfaction",
    title: Title::new("Customer satisfaction score out of 10", "顧客滿意評分(10分為滿分)"),
    unit: Some(Scale::plain(Unit::Score)),
    headers: &[
        "Customer satisfaction score",
        "Customer satisfaction score (out of 10)",
        "顧客滿意評分",
        "顧客滿意評分(10分為滿分)",
        "顾客满意评分",
        "顾客满意评分(10分为满分)",
    ],
};
const SMALL_BUSINESS: MeasureWords = MeasureWords {
    id: "sme_share_of_customers",
    title: Title::new("Share of small and medium enterprises among customers", "中小企業佔客戶的比例"),
    unit: Some(Scale::plain(Unit::Percent)),
    headers: &["Share of small and medium enterprises among customers", "中小企業佔客戶的比例", "中小企业占客户的比例"],
};
/// Whether a figure is a target or an actual value.
const KIND: DimensionWords =
    DimensionWords::new("kind", Title::new("Target or actual", "目標或實際"), &[]).across().not_adding_up();

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D21",
        category: Some(Category::Other),
        released: Some("07/2019"),
        portal_id: Some("hkpc-hkpc-hkpc-{YYYY-YY}-kpi"),
        publisher: Publisher::Hkpc,
        title: Title::new("Hong Kong Productivity Council: key performance indicators", "生產力促進局主要表現指標"),
        frequency: Frequency::Annual,
    },
    reader(),
)
.layout(Layout {
    measures: &[INCOME, CONSULTANCY, RESEARCH, SATISFACTION, SMALL_BUSINESS],
    dimensions: &[KIND],
    ..Layout::GUESS
});

statistics_part!(
    HkpcIndicatorsPart,
    SOURCE,
    key_performance_indicators,
    "The key performance indicators of the council, by financial year (D21)."
);
