//! D25: laboratories and offices in Science Park: area and occupancy.

use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::{DimensionWords, Layout, MeasureWords, Scale, Unit},
    upstream::{figures::reader, source::Source},
};

const AREA: MeasureWords = MeasureWords {
    id: "area",
    title: Title::new("Area", "面積"),
    unit: Some(Scale::plain(Unit::SquareFeet)),
    headers: &["area_sq_ft"],
};
/// Occupancy must not be summed over kinds of space.
const OCCUPANCY: MeasureWords = MeasureWords {
    id: "occupancy",
    title: Title::new("Occupancy", "使用率"),
    unit: Some(Scale::plain(Unit::Percent)),
    headers: &["occupancy_percent", "occupancy of Science Park"],
};
const SPACE: DimensionWords = DimensionWords::new("space", Title::new("Kind of space", "空間類別"), &["space"]);

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D25",
        category: Some(Category::Commerce),
        released: Some("05/2019"),
        portal_id: Some("hkstp-hkstp-hkstp-lab-office-space"),
        publisher: Publisher::Hkstpc,
        title: Title::new("Laboratory and office space", "實驗室及辦公室空間"),
        frequency: Frequency::Annual,
    },
    reader(),
)
.layout(Layout { measures: &[AREA, OCCUPANCY], dimensions: &[SPACE], ..Layout::GUESS });

statistics_part!(SpacePart, SOURCE, space, "Laboratories and offices in Science Park: area and occupancy (D25).");
