//! D22: the number of technology companies in Science Park.

use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::{Layout, MeasureWords, Scale, Unit},
    upstream::{figures::reader, source::Source},
};

const COMPANIES: MeasureWords = MeasureWords {
    id: "technology_companies",
    title: Title::new("Number of technology companies", "科技公司數目"),
    unit: Some(Scale::plain(Unit::Count)),
    headers: &["number_of_technology_companies", "number"],
};

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D22",
        category: Some(Category::Commerce),
        released: Some("05/2019"),
        portal_id: Some("hkstp-hkstp-hkstp-technology-companies"),
        publisher: Publisher::Hkstpc,
        title: Title::new("Number of technology companies in Science Park", "科技公司數目"),
        frequency: Frequency::Monthly,
    },
    reader(),
)
.layout(Layout { measures: &[COMPANIES], ..Layout::GUESS });

statistics_part!(
    TechnologyCompaniesPart,
    SOURCE,
    technology_companies,
    "The number of technology companies in Science Park (D22)."
);
