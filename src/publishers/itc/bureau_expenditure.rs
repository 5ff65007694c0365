//! N4: expenditure of the Innovation, Technology and Industry Bureau (Head 135), by quarter and subhead. It complements
//! D47.

use super::expenditure::LAYOUT;
use crate::{
    domain::catalog::{Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "N4",
        category: None,
        released: None,
        portal_id: Some("hk-itib-itib02-itib-spending-data"),
        publisher: Publisher::Itc,
        title: Title::new(
            "Head 135: expenditure of the Innovation, Technology and Industry Bureau",
            "總目135 – 政府總部：創新科技及工業局項下的開支數據",
        ),
        frequency: Frequency::Quarterly,
    },
    reader(),
)
.layout(LAYOUT);

statistics_part!(
    BureauExpenditurePart,
    SOURCE,
    bureau_expenditure,
    "Expenditure of the Innovation, Technology and Industry Bureau (Head 135), by quarter and subhead (N4)."
);
