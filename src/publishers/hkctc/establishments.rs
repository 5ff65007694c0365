//! D6: establishments and persons engaged in testing and certification.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D6",
        category: Some(Category::Commerce),
        released: Some("12/2018"),
        portal_id: Some("hk-itc-hkctc-table1"),
        publisher: Publisher::Hkctc,
        title: Title::new(
            "Establishments and persons engaged in testing and certification activities",
            "從事檢測及認證活動的機構單位數目及就業人數",
        ),
        frequency: Frequency::Annual,
    },
    reader(),
)
.layout(Layout { measures: &[words::ESTABLISHMENTS, words::PERSONS_ENGAGED], ..Layout::GUESS });

statistics_part!(
    EstablishmentsPart,
    SOURCE,
    establishments,
    "Establishments and persons engaged in testing and certification (D6)."
);
