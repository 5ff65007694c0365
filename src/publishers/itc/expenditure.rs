//! D47: expenditure of the commission (Head 155), by quarter and subhead.

use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::{DimensionWords, Layout, MeasureWords, Scale},
    upstream::{figures::reader, source::Source},
};

const EXPENDITURE: MeasureWords = MeasureWords {
    id: "expenditure",
    title: Title::new("Expenditure", "開支"),
    unit: Some(Scale::HKD_THOUSAND),
    headers: &["Expenditure", "Amount"],
};
/// The number and the name of a subhead form one label.
const SUBHEAD: DimensionWords =
    DimensionWords::new("subhead", Title::new("Subhead", "分目"), &["Subhead No.", "Subhead"]);
const ITEM: DimensionWords = DimensionWords::new("item", Title::new("Item", "項目"), &["Item"]);
const STAGE: DimensionWords =
    DimensionWords::new("stage", Title::new("Stage of the budget", "預算階段"), &["Type"]).not_adding_up();

/// The layout of the expenditure data of a head.
pub(super) const LAYOUT: Layout =
    Layout { measures: &[EXPENDITURE], dimensions: &[SUBHEAD, ITEM, STAGE], ..Layout::GUESS };

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D47",
        category: Some(Category::Finance),
        released: Some("08/2021"),
        portal_id: Some("hk-itc-finance-spending-data-of-head-155"),
        publisher: Publisher::Itc,
        title: Title::new(
            "Head 155: expenditure of the Innovation and Technology Commission",
            "總目155 – 創新科技署項下的開支數據",
        ),
        frequency: Frequency::Quarterly,
    },
    reader(),
)
.layout(LAYOUT);

statistics_part!(
    ExpenditurePart,
    SOURCE,
    expenditure,
    "Expenditure of the commission (Head 155), by quarter and subhead (D47)."
);
