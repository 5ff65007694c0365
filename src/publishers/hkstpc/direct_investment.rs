//! D26: direct investment raised by companies in Science Park, by financial year.

use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::{Layout, MeasureWords, Scale, Unit},
    upstream::{figures::reader, source::Source},
};

const AMOUNT: MeasureWords = MeasureWords {
    id: "investment_raised",
    title: Title::new("Direct investment raised", "直接投資額"),
    unit: Some(Scale::HKD_MILLION),
    headers: &["amount", "amount_hkd_billion"],
};
const DEALS: MeasureWords = MeasureWords {
    id: "deals",
    title: Title::new("Number of deals", "交易宗數"),
    unit: Some(Scale::plain(Unit::Count)),
    headers: &["deals"],
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D26",
        category: Some(Category::Commerce),
        released: Some("05/2019"),
        portal_id: Some("hkstp-hkstp-hkstp-direct-investment-raised"),
        publisher: Publisher::Hkstpc,
        title: Title::new(
            "Direct investment raised in the last financial year",
            "上一個財政年度籌募所得的直接投資金額",
        ),
        frequency: Frequency::Annual,
    },
    reader(),
)
.layout(Layout { measures: &[AMOUNT, DEALS], ..Layout::GUESS });

statistics_part!(
    DirectInvestmentPart,
    SOURCE,
    direct_investment,
    "Direct investment raised by companies in Science Park, by financial year (D26)."
);
