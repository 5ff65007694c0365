//! D24: the number of research and development practitioners in Science Park.

use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::{Layout, MeasureWords, Scale, Unit},
    upstream::{figures::reader, source::Source},
};

const PRACTITIONERS: MeasureWords = MeasureWords {
    id: "rd_practitioners",
    title: Title::new("Research and development practitioners", "研發從業員數目"),
    unit: Some(Scale::plain(Unit::Persons)),
    headers: &["rdPractitioners", "number"],
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D24",
        category: Some(Category::Commerce),
        released: Some("05/2019"),
        portal_id: Some("hkstp-hkstp-hkstp-rd-practitioners"),
        publisher: Publisher::Hkstpc,
        title: Title::new("Number of R&D practitioners in Science Park", "研發人員數目"),
        frequency: Frequency::Annual,
    },
    reader(),
)
.layout(Layout { measures: &[PRACTITIONERS], ..Layout::GUESS });

statistics_part!(
    ResearchPractitionersPart,
    SOURCE,
    research_practitioners,
    "The number of research and development practitioners in Science Park (D24)."
);
