//! D23: the cumulative number of companies that have graduated from incubation.

use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::{Layout, MeasureWords, Scale, Unit},
    upstream::{figures::reader, source::Source},
};

const GRADUATES: MeasureWords = MeasureWords {
    id: "graduates",
    title: Title::new("Graduates of the incubation programmes", "培育計劃畢業公司數目"),
    unit: Some(Scale::plain(Unit::Count)),
    headers: &["graduates", "number", "數目"],
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D23",
        category: Some(Category::Commerce),
        released: Some("05/2019"),
        portal_id: Some("hkstp-hkstp-hkstp-incubation-graduates"),
        publisher: Publisher::Hkstpc,
        title: Title::new("Number of graduated incubatees", "畢業培育公司數目"),
        frequency: Frequency::Monthly,
    },
    reader(),
)
.layout(Layout { measures: &[GRADUATES], cumulative: true, ..Layout::GUESS });

statistics_part!(
    GraduatedIncubateesPart,
    SOURCE,
    graduated_incubatees,
    "The cumulative number of companies that have graduated from incubation (D23)."
);
