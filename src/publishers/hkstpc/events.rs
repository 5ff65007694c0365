//! C6: events at Science Park. An empty body means that there are no events.

use std::borrow::Cow;

use async_graphql::{Context, Object, SimpleObject};
use jiff::civil::Date;

use crate::{
    domain::{
        catalog::{Category, Dataset, Frequency, Publisher, Title},
        clock::RequestClock,
        pagination::Page,
        range::DateRange,
        record::{
            CellError, Column, Mention, Record, RecordMeta, Row, SearchText, SearchType, UnmappedValue, ValueShape,
        },
        resolve::{SyncResolve, sync_resolvers},
        substring::Substring,
        text::{Language, Text},
        web::WebAddress,
    },
    publishers::{
        answer::Answer,
        listing::{ListArguments, record_list, sort_key},
    },
    upstream::{read::reader, source::Source},
};

/// An event at Science Park.
#[derive(SyncResolve, SimpleObject, Debug)]
pub struct Event {
    #[graphql(flatten)]
    pub meta: RecordMeta,
    /// The name of the event.
    pub name: Text,
    /// The first day of the event.
    pub starts_on: Option<Date>,
    /// The last day of the event. `null` for a one-day event.
    pub ends_on: Option<Date>,
    /// The venue.
    pub venue: Option<Text>,
    /// The organiser.
    pub organiser: Option<Text>,
    /// The URL of the page with more details.
    pub url: Option<WebAddress>,
    /// Other published values, under their published names.
    pub extra: Vec<UnmappedValue>,
}

static NAME: Column = Column::required("name", &["event_name_en", "event_name", "title_en", "name_en"])
    .chinese(&["event_name_tc", "title_tc", "name_tc"], &["event_name_sc", "title_sc", "name_sc"])
    .shape(ValueShape::Title)
    .means(&["event", "title", "event title"])
    .may_mean(&["name", "projectname"])
    .beside(&["event"])
    .contrasts(&["organiser", "person", "category", "address"]);
static STARTS: Column = Column::expected("startsOn", &["start_date", "event_date", "date"])
    .shape(ValueShape::Date)
    .means(&["start date", "start time", "event date", "start", "date", "start date time"])
    .may_mean(&["event time", "published date"])
    .beside(&["event", "time", "date"])
    .contrasts(&["end", "closing", "published", "updated", "deadline"]);
static ENDS: Column = Column::optional("endsOn", &["end_date"])
    .shape(ValueShape::Date)
    .means(&["end date", "end time", "end"])
    .may_mean(&["closing date"])
    .beside(&["event", "time", "date"])
    .contrasts(&["start", "published", "updated", "deadline"]);
static VENUE: Column = Column::optional("venue", &["venue_en", "venue"])
    .chinese(&["venue_tc"], &["venue_sc"])
    .shape(ValueShape::Text)
    .means(&["address"])
    .may_mean(&["district", "floor"])
    .beside(&["event"])
    .contrasts(&["email", "website", "position"]);
static ORGANISER: Column = Column::optional("organiser", &["organiser_en", "organiser", "organizer"])
    .chinese(&["organiser_tc"], &["organiser_sc"])
    .shape(ValueShape::Organisation)
    .means(&["organiser", "host"])
    .may_mean(&["organisation", "company", "sponsor"])
    .beside(&["event", "organisation"])
    .contrasts(&["person", "address"]);
static URL: Column = Column::optional("url", &["url", "link", "website"])
    .shape(ValueShape::Url)
    .means(&["website"])
    .beside(&["description", "event", "registration"])
    .contrasts(&["image"]);
static CONTACT: Column = Column::optional("contact", &[])
    .personal()
    .shape(ValueShape::Text)
    .means(&["person", "personal", "email", "telephone", "fax"])
    .may_mean(&["department"])
    .beside(&[
        "person",
        "personal",
        "email",
        "telephone",
        "organisation",
        "company",
        "tender",
        "event",
        "restaurant",
        "job",
    ])
    .contrasts(&["website"]);

impl Record for Event {
    const COLUMNS: &'static [&'static Column] = &[&NAME, &STARTS, &ENDS, &VENUE, &ORGANISER, &URL, &CONTACT];
    const KEEPS_EXTRA: bool = true;

    fn read(row: &Row<'_>) -> Result<Self, CellError> {
        Ok(Self {
            meta: row.meta(),
            name: row.text(&NAME)?,
            starts_on: row.date(&STARTS),
            ends_on: row.date(&ENDS),
            venue: row.maybe_text(&VENUE),
            organiser: row.maybe_text(&ORGANISER),
            url: row.website(&URL),
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
        SearchText::default()
            .title(&self.name)
            .body(self.venue.iter().chain(&self.organiser))
            .year(self.starts_on.map(|day| day.year().into()))
    }

    fn mentions(&self, _: &mut dyn FnMut(Mention<'_>)) {}
}

impl Event {
    /// Whether the event is in progress or upcoming on a day. `None` for an event without a date.
    pub fn is_upcoming(&self, today: Date) -> Option<bool> {
        self.ends_on.or(self.starts_on).map(|last| last >= today)
    }
}

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "C6",
        category: Some(Category::Commerce),
        released: Some("08/2023"),
        portal_id: Some("hkstp-hkstp-hkstp-corporate-info-upcoming-event"),
        publisher: Publisher::Hkstpc,
        title: Title::new("Upcoming events at Science Park", "即將舉辦的活動列表"),
        frequency: Frequency::AsNeeded,
    },
    reader::<Event>(),
)
.expecting(0..=5_000)
.may_be_empty();

record_list! {
    "events": Event as event, ctx;
    EventFilter {
        /// Only events with at least one day in this range. Events without a date are excluded.
        dates: DateRange => dates.overlaps(event.starts_on, event.ends_on);
        /// `true` for events that end today or later, Hong Kong time, `false` for those that are over. Events without
        /// a date are excluded.
        upcoming: bool => event.is_upcoming(RequestClock::today_in_hong_kong(ctx)) == Some(*upcoming);
        /// Matches names that contain this text, in any language. Case is ignored.
        name: Substring => name.is_in_any(&event.name);
        /// Matches venues that contain this text, in any language. Case is ignored.
        venue: Substring => venue.is_in_one_of(&event.venue);
    }
    EventOrder by EventOrderField {
        /// The first day.
        StartsOn => event.starts_on;
        /// The name.
        Name => sort_key(&event.name);
    }
}

/// The fields that this dataset adds to its publisher's query type.
#[derive(Default)]
pub struct EventsPart;

#[sync_resolvers]
#[Object]
impl EventsPart {
    /// Events at Science Park (C6).
    async fn events<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<Event>,
        #[graphql(
            desc = "Only events that end today or later, Hong Kong time.",
            deprecation = "Use `filter: { upcoming: true }`."
        )]
        upcoming_only: Option<bool>,
    ) -> Answer<Page<'a, Event>> {
        // A response that reads the time is not cached.
        let today = (upcoming_only == Some(true)).then(|| RequestClock::today_in_hong_kong(ctx));
        list.page_where(ctx, |event| today.is_none_or(|today| event.is_upcoming(today) == Some(true)))
    }
}
