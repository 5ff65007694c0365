//! C4: the restaurants in Science Park. The JSON keys are not known in advance.

use std::borrow::Cow;

use async_graphql::{Context, Object, SimpleObject};

use crate::{
    domain::{
        catalog::{Category, Dataset, Frequency, Publisher, Title},
        pagination::Page,
        record::{
            CellError, Column, Mention, Record, RecordMeta, Row, SearchText, SearchType, UnmappedValue, ValueShape,
        },
        resolve::{ByRef, SyncResolve, sync_resolvers},
        substring::Substring,
        text::{Language, Text},
        web::WebAddress,
    },
    publishers::{
        answer::{self, Answer},
        listing::{ListArguments, record_list, sort_key},
        snapshots,
    },
    upstream::{read::reader, source::Source},
};

/// A restaurant in Science Park.
#[derive(SyncResolve, SimpleObject, Debug)]
pub struct Restaurant {
    #[graphql(flatten)]
    pub meta: RecordMeta,
    /// The name of the restaurant or of its company.
    pub name: Text,
    /// The cuisine.
    pub cuisine: Option<Text>,
    /// The location within Science Park.
    pub location: Option<Text>,
    /// The opening hours as published.
    pub opening_hours: Option<Text>,
    /// The telephone number of the restaurant.
    pub telephone: Option<String>,
    /// The URL of the website.
    pub website: Option<WebAddress>,
    /// Other published values, under their published names.
    pub extra: Vec<UnmappedValue>,
}

static NAME: Column = Column::required("name", &["name_en", "name", "restaurant_name_en"])
    .chinese(&["name_tc", "restaurant_name_tc"], &["name_sc", "restaurant_name_sc"])
    .shape(ValueShape::Title)
    .means(&["restaurant", "title"])
    .may_mean(&["name", "company", "organisation", "tenant"])
    .beside(&["restaurant", "company"])
    .contrasts(&["address", "category", "cuisine", "person"]);
static CUISINE: Column = Column::optional("cuisine", &["cuisine_en", "cuisine"])
    .chinese(&["cuisine_tc"], &["cuisine_sc"])
    .shape(ValueShape::Category)
    .means(&["cuisine", "category"])
    .may_mean(&["service"])
    .beside(&["restaurant", "cuisine", "service"])
    .contrasts(&["person"]);
static LOCATION: Column = Column::optional("location", &["location_en", "location", "address_en", "address"])
    .chinese(&["location_tc", "address_tc"], &["location_sc", "address_sc"])
    .shape(ValueShape::Text)
    .means(&["address", "floor"])
    .may_mean(&["district"])
    .beside(&["restaurant", "floor"])
    .contrasts(&["email", "website", "position"]);
static HOURS: Column = Column::optional("openingHours", &["opening_hours_en", "opening_hours"])
    .chinese(&["opening_hours_tc"], &["opening_hours_sc"])
    .shape(ValueShape::Text)
    .means(&["hours", "hours time"])
    .may_mean(&["time"])
    .beside(&["restaurant", "time", "start"])
    .contrasts(&["date", "updated"]);
static TELEPHONE: Column = Column::optional("telephone", &["telephone", "tel", "phone"])
    .shape(ValueShape::Telephone)
    .means(&["telephone"])
    .may_mean(&["number"])
    .beside(&["restaurant", "person", "personal"])
    .contrasts(&["fax", "count"]);
static WEBSITE: Column = Column::optional("website", &["website", "url"])
    .shape(ValueShape::Url)
    .means(&["website"])
    .beside(&["description", "restaurant"])
    .contrasts(&["image"]);
static CONTACT: Column = Column::optional("contact", &[])
    .personal()
    .shape(ValueShape::Text)
    .means(&["person", "personal", "email"])
    .may_mean(&["department"])
    .beside(&["personal"])
    .contrasts(&["telephone", "website"]);

impl Record for Restaurant {
    const COLUMNS: &'static [&'static Column] = &[&NAME, &CUISINE, &LOCATION, &HOURS, &TELEPHONE, &WEBSITE, &CONTACT];
    const KEEPS_EXTRA: bool = true;

    fn read(row: &Row<'_>) -> Result<Self, CellError> {
        Ok(Self {
            meta: row.meta(),
            name: row.text(&NAME)?,
            cuisine: row.maybe_text(&CUISINE),
            location: row.maybe_text(&LOCATION),
            opening_hours: row.maybe_text(&HOURS),
            telephone: row.string(&TELEPHONE),
            website: row.website(&WEBSITE),
            extra: row.extra(),
        })
    }

    fn key(&self) -> Cow<'_, str> {
        self.name.nearest(Language::En).to_lowercase().into()
    }

    crate::domain::record::has_meta!();

    /// The name of a restaurant is not the name of an organisation.
    fn label(&self) -> &Text {
        &self.name
    }

    const SEARCH_TYPE: SearchType = SearchType::Other;

    fn search_text(&self) -> SearchText<'_> {
        SearchText::default().title(&self.name).body(self.cuisine.iter().chain(&self.location))
    }

    fn mentions(&self, _: &mut dyn FnMut(Mention<'_>)) {}
}

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "C4",
        category: Some(Category::Food),
        released: Some("02/2023"),
        portal_id: Some("hkstp-hkstp-hkstp-park-info-restaurant-list"),
        publisher: Publisher::Hkstpc,
        title: Title::new("Science Park restaurants", "香港科學園園區餐廳資訊"),
        frequency: Frequency::AsNeeded,
    },
    reader::<Restaurant>(),
)
.expecting(1..=1_000);

record_list! {
    "restaurants": Restaurant as restaurant, _ctx;
    RestaurantFilter {
        /// Matches names that contain this text, in any language. Case is ignored.
        name: Substring => name.is_in_any(&restaurant.name);
        /// Matches cuisines that contain this text, in any language. Case is ignored.
        cuisine: Substring => cuisine.is_in_one_of(&restaurant.cuisine);
        /// Matches locations that contain this text, in any language. Case is ignored.
        location: Substring => location.is_in_one_of(&restaurant.location);
    }
    RestaurantOrder by RestaurantOrderField {
        /// The name.
        Name => sort_key(&restaurant.name);
        /// The cuisine.
        Cuisine => sort_key(restaurant.cuisine.as_ref());
    }
}

/// The fields that this dataset adds to its publisher's query type.
#[derive(Default)]
pub struct RestaurantsPart;

#[sync_resolvers]
#[Object]
impl RestaurantsPart {
    /// All restaurants in Science Park (C4).
    #[graphql(
        complexity = "crate::domain::pagination::list_cost(child_complexity)",
        deprecation = "Use `restaurantsConnection`."
    )]
    async fn restaurants<'a>(&self, ctx: &Context<'a>) -> Answer<Vec<ByRef<'a, Restaurant>>> {
        answer::list(ctx, snapshots(ctx).records().collect())
    }

    /// The restaurants in Science Park (C4).
    async fn restaurants_connection<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<Restaurant>,
    ) -> Answer<Page<'a, Restaurant>> {
        list.page(ctx)
    }
}
