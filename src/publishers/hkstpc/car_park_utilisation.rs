//! C3: the utilisation of the car parks in Science Park, by day.

use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::{DimensionWords, Layout, MeasureWords, Scale, Unit},
    upstream::{figures::reader, source::Source},
};

const AVERAGE: MeasureWords = MeasureWords {
    id: "average_utilisation",
    title: Title::new("Average utilisation", "平均使用率"),
    unit: Some(Scale::plain(Unit::Percent)),
    headers: &["average_utilisation_percent"],
};
const PEAK: MeasureWords = MeasureWords {
    id: "peak_utilisation",
    title: Title::new("Peak utilisation", "最高使用率"),
    unit: Some(Scale::plain(Unit::Percent)),
    headers: &["peak_utilisation_percent"],
};
const VEHICLES: MeasureWords = MeasureWords {
    id: "vehicles",
    title: Title::new("Vehicles", "車輛數目"),
    unit: Some(Scale::plain(Unit::Count)),
    headers: &["vehicles"],
};
const CAR_PARK: DimensionWords = DimensionWords::new("car_park", Title::new("Car park", "停車場"), &["car_park"]);

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "C3",
        category: Some(Category::Transport),
        released: Some("02/2023"),
        portal_id: Some("hkstp-hkstp-hkstp-carpark-utilization"),
        publisher: Publisher::Hkstpc,
        title: Title::new("Science Park car park utilisation statistics", "香港科學園停車場使用情況的統計數字"),
        frequency: Frequency::Daily,
    },
    reader(),
)
.layout(Layout { measures: &[AVERAGE, PEAK, VEHICLES], dimensions: &[CAR_PARK], ..Layout::GUESS });

statistics_part!(
    CarParkUtilisationPart,
    SOURCE,
    car_park_utilisation,
    "The utilisation of the car parks in Science Park, by day (C3)."
);
