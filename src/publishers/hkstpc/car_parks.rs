//! C1 and C2: current vacancies in Science Park's car parks, of all spaces and of those with chargers for electric
//! vehicles.
//!
//! The JSON keys are not known in advance, so columns are matched by the meaning of their names. The two feeds are
//! joined by the name of the car park.

use std::borrow::Cow;

use async_graphql::{Context, Enum, Object, SimpleObject};
use jiff::Timestamp;

use crate::{
    domain::{
        catalog::{Category, Dataset, Frequency, Publisher, Title},
        location::Location,
        number,
        record::{
            CellError, Column, Mention, Record, RecordMeta, Row, SearchText, SearchType, UnmappedValue, ValueShape,
        },
        resolve::{SyncResolve, sync_resolvers},
        text::{Language, Text},
    },
    publishers::{answer, snapshots},
    upstream::{read::reader, source::Source},
};

/// The vacancies of a car park at a point in time.
#[derive(SyncResolve, SimpleObject, Debug)]
pub struct CarParkVacancy {
    #[graphql(flatten)]
    pub meta: RecordMeta,
    /// The name of the car park.
    pub name: Text,
    /// The kind of parking spaces counted.
    pub spaces: ParkingSpaces,
    /// The number of vacant spaces. `null` if the feed marks it as unknown.
    pub vacant: Option<u32>,
    /// The time at which the vacancies were counted.
    pub observed_at: Option<Timestamp>,
    /// The address as published.
    pub address: Option<Text>,
    /// The location of the car park.
    pub location: Option<Location>,
    /// Other published values, under their published names.
    pub extra: Vec<UnmappedValue>,
}

/// The kinds of parking spaces counted.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParkingSpaces {
    /// All spaces (C1).
    General,
    /// Spaces with a charger for electric vehicles (C2).
    ElectricVehicle,
}

static NAME: Column = Column::required("name", &["name_en", "name", "park_name_en", "carpark_name_en"])
    .chinese(&["name_tc", "park_name_tc"], &["name_sc", "park_name_sc"])
    .shape(ValueShape::Title)
    .means(&["carpark", "carpark name"])
    .may_mean(&["name", "address name"])
    .beside(&["carpark"])
    .contrasts(&["operator", "person", "address", "reference", "code"]);
static VACANT: Column = Column::expected("vacant", &["vacancy", "vacancies", "available"])
    .shape(ValueShape::Count)
    .means(&["vacancy", "vacancy count", "vacancy capacity", "count vacancy"])
    .beside(&["carpark", "charger", "capacity", "count", "number", "total"])
    .contrasts(&["occupied", "share", "updated"]);
static OBSERVED: Column = Column::expected("observedAt", &["lastupdate", "last_update", "updated_at"])
    .shape(ValueShape::Date)
    .means(&["updated", "updated time", "updated date", "updated date time", "time"])
    .may_mean(&["date", "published time", "published"])
    .beside(&["vacancy", "date", "time", "carpark"])
    .contrasts(&["hours", "start", "end"]);
static ADDRESS: Column = Column::optional("address", &["address_en", "address"])
    .chinese(&["address_tc"], &["address_sc"])
    .shape(ValueShape::Text)
    .means(&["address"])
    .may_mean(&["district"])
    .beside(&["carpark"])
    .contrasts(&["email", "website", "position"]);
static LATITUDE: Column = Column::optional("latitude", &["latitude", "lat"])
    .shape(ValueShape::Latitude)
    .means(&["latitude"])
    .beside(&["position", "address", "carpark", "entrance"]);
static LONGITUDE: Column = Column::optional("longitude", &["longitude", "lng", "long", "lon"])
    .shape(ValueShape::Longitude)
    .means(&["longitude"])
    .beside(&["position", "address", "carpark", "entrance"]);

static POSITION: Column = Column::optional("position", &[])
    .shape(ValueShape::Position)
    .means(&["position"])
    .may_mean(&["address"])
    .beside(&["address", "latitude", "longitude", "carpark", "entrance", "position"]);

impl Record for CarParkVacancy {
    const COLUMNS: &'static [&'static Column] =
        &[&NAME, &VACANT, &OBSERVED, &ADDRESS, &LATITUDE, &LONGITUDE, &POSITION];
    const KEEPS_EXTRA: bool = true;

    fn read(row: &Row<'_>) -> Result<Self, CellError> {
        let meta = row.meta();
        let is_ev = std::ptr::eq(meta.dataset, &raw const EV_SOURCE.dataset);
        let spaces = if is_ev { ParkingSpaces::ElectricVehicle } else { ParkingSpaces::General };
        Ok(Self {
            meta,
            name: row.text(&NAME)?,
            spaces,
            vacant: vacant(row),
            observed_at: row.moment(&OBSERVED),
            address: row.maybe_text(&ADDRESS),
            location: row.location(&LATITUDE, &LONGITUDE, &POSITION),
            extra: row.extra(),
        })
    }

    fn key(&self) -> Cow<'_, str> {
        self.name.nearest(Language::En).to_lowercase().into()
    }

    crate::domain::record::has_meta!();

    fn label(&self) -> &Text {
        &self.name
    }

    const SEARCH_TYPE: SearchType = SearchType::Other;

    fn search_text(&self) -> SearchText<'_> {
        SearchText::default().title(&self.name).body(&self.address)
    }

    fn mentions(&self, _: &mut dyn FnMut(Mention<'_>)) {}
}

/// The number of vacant spaces. `None` for a negative number, which marks an unknown count.
fn vacant(row: &Row<'_>) -> Option<u32> {
    let is_negative = row.maybe(&VACANT).is_some_and(|text| text.starts_with('-') && number::parse(text).is_ok());
    if is_negative { None } else { row.count(&VACANT) }
}

const fn feed(plan: &'static str, portal_id: &'static str, title: Title) -> Source {
    Source::portal(
        Dataset {
            plan,
            category: Some(Category::Transport),
            released: Some("02/2023"),
            portal_id: Some(portal_id),
            publisher: Publisher::Hkstpc,
            title,
            frequency: Frequency::RealTime,
        },
        reader::<CarParkVacancy>(),
    )
    .expecting(0..=1_000)
}

pub static SOURCE: Source = feed(
    "C1",
    "hkstp-hkstp-hkstp-carpark-vacancy",
    Title::new("Science Park car park vacancy", "香港科學園停車場空置車位資訊"),
);

pub static EV_SOURCE: Source = feed(
    "C2",
    "hkstp-hkstp-hkstp-carpark-ev-vacancy",
    Title::new("Science Park car park vacancy, spaces with EV chargers", "香港科學園停車場空置車位(電動車充電站)資訊"),
);

/// A car park in Science Park.
pub struct CarPark<'a> {
    feeds: Vec<&'a CarParkVacancy>,
}

impl<'a> CarPark<'a> {
    fn of(&self, spaces: ParkingSpaces) -> Option<&'a CarParkVacancy> {
        self.feeds.iter().find(|feed| feed.spaces == spaces).copied()
    }
}

/// A car park in Science Park.
#[sync_resolvers]
#[Object]
impl<'a> CarPark<'a> {
    /// The name of the car park.
    async fn name(&self) -> Option<&'a Text> {
        self.feeds.first().map(|feed| &feed.name)
    }

    /// The address as published.
    async fn address(&self) -> Option<&'a Text> {
        self.feeds.iter().find_map(|feed| feed.address.as_ref())
    }

    /// The location of the car park.
    async fn location(&self) -> Option<Location> {
        self.feeds.iter().find_map(|feed| feed.location)
    }

    /// The current vacancies, as of their `observedAt` (C1).
    async fn general(&self) -> Option<&'a CarParkVacancy> {
        self.of(ParkingSpaces::General)
    }

    /// The current vacancies of spaces with chargers for electric vehicles (C2).
    async fn electric_vehicle(&self) -> Option<&'a CarParkVacancy> {
        self.of(ParkingSpaces::ElectricVehicle)
    }
}

/// The fields that this dataset adds to its publisher's query type.
#[derive(Default)]
pub struct CarParksPart;

#[sync_resolvers]
#[Object]
impl CarParksPart {
    /// The car parks in Science Park with their current vacancies (C1, C2).
    #[graphql(complexity = "crate::domain::pagination::list_cost(child_complexity)")]
    async fn car_parks<'a>(&self, ctx: &Context<'a>) -> answer::Answer<Vec<CarPark<'a>>> {
        let mut parks: Vec<CarPark<'a>> = Vec::new();
        for feed in snapshots(ctx).records::<CarParkVacancy>() {
            let same = |park: &&mut CarPark<'a>| park.feeds.first().is_some_and(|known| known.key() == feed.key());
            match parks.iter_mut().find(same) {
                Some(park) => park.feeds.push(feed),
                None => parks.push(CarPark { feeds: vec![feed] }),
            }
        }
        Some(answer::known::<CarParkVacancy>(ctx, parks.is_empty()).map(|()| parks))
    }
}
