//! C7: public tender notices of the corporation.

use std::borrow::Cow;

use async_graphql::{Context, Object, SimpleObject};
use jiff::{Timestamp, civil::Date};

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

/// A public tender notice.
#[derive(SyncResolve, SimpleObject, Debug)]
pub struct Tender {
    #[graphql(flatten)]
    pub meta: RecordMeta,
    /// The corporation's reference, such as `OPS/FM/MA/18/001`.
    pub reference: Option<String>,
    /// The subject of the tender.
    pub title: Text,
    /// The type of notice, as published.
    pub notice_type: Option<Text>,
    /// The date of the notice.
    pub issued_on: Option<Date>,
    /// The closing time for tenders. If only a day is published, the end of that day.
    pub closes_at: Option<Timestamp>,
    /// The URL of the page with more details.
    pub url: Option<WebAddress>,
    /// Other published values, under their published names.
    pub extra: Vec<UnmappedValue>,
}

static REFERENCE: Column = Column::optional("reference", &["reference_no", "reference", "tender_ref", "ref_no"])
    .shape(ValueShape::Reference)
    .means(&["reference", "tender reference", "tender number"])
    .may_mean(&["registration", "code"])
    .beside(&["tender", "projectname"])
    .contrasts(&["date", "count", "telephone"]);
static TITLE: Column = Column::required("title", &["title_en", "title", "tender_title_en"])
    .chinese(&["title_tc", "tender_title_tc"], &["title_sc", "tender_title_sc"])
    .shape(ValueShape::Title)
    .means(&["title", "tender", "tender title"])
    .may_mean(&["name", "projectname", "description", "title tender"])
    .beside(&["tender", "projectname"])
    .contrasts(&["reference", "category", "person", "organisation"]);
static TYPE: Column = Column::optional("noticeType", &["type_en", "type"])
    .chinese(&["type_tc"], &["type_sc"])
    .shape(ValueShape::Category)
    .means(&["category"])
    .may_mean(&["tender mode"])
    .beside(&["tender"])
    .contrasts(&["person"]);
static ISSUED: Column = Column::optional("issuedOn", &["issue_date"])
    .shape(ValueShape::Date)
    .means(&["published date", "published time", "published date time"])
    .may_mean(&["published", "start date", "start", "date"])
    .beside(&["tender", "date", "time"])
    .contrasts(&["closing", "end", "updated"]);
static CLOSES: Column = Column::expected("closesAt", &["closing_date", "close_date", "deadline"])
    .shape(ValueShape::Date)
    .means(&["deadline", "closing date", "closing time", "end date", "closing date time"])
    .may_mean(&["closing", "end"])
    .beside(&["tender", "date", "time", "requested"])
    .contrasts(&["updated", "published", "start"]);
static URL: Column = Column::optional("url", &["document_url", "url", "link"])
    .shape(ValueShape::Url)
    .means(&["website"])
    .beside(&["tender", "description", "detail"])
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

impl Record for Tender {
    const COLUMNS: &'static [&'static Column] = &[&REFERENCE, &TITLE, &TYPE, &ISSUED, &CLOSES, &URL, &CONTACT];
    const KEEPS_EXTRA: bool = true;

    fn read(row: &Row<'_>) -> Result<Self, CellError> {
        Ok(Self {
            meta: row.meta(),
            reference: row.string(&REFERENCE),
            title: row.text(&TITLE)?,
            notice_type: row.maybe_text(&TYPE),
            issued_on: row.date(&ISSUED),
            closes_at: row.end(&CLOSES),
            url: row.website(&URL),
            extra: row.extra(),
        })
    }

    fn key(&self) -> Cow<'_, str> {
        match &self.reference {
            Some(reference) => reference.into(),
            None => self.title.nearest(Language::En).to_lowercase().into(),
        }
    }

    crate::domain::record::has_meta!();

    fn label(&self) -> &Text {
        &self.title
    }

    const SEARCH_TYPE: SearchType = SearchType::Other;

    fn search_text(&self) -> SearchText<'_> {
        SearchText::default()
            .title(&self.title)
            .body(&self.notice_type)
            .codes(&self.reference)
            .year(self.issued_on.map(|day| day.year().into()))
    }

    fn mentions(&self, _: &mut dyn FnMut(Mention<'_>)) {}
}

impl Tender {
    /// Whether tenders are still accepted. `None` for a notice without a closing time.
    pub fn is_open(&self, now: Timestamp) -> Option<bool> {
        self.closes_at.map(|closes| closes >= now)
    }
}

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "C7",
        category: Some(Category::Commerce),
        released: Some("08/2023"),
        portal_id: Some("hkstp-hkstp-hkstp-corporate-info-tender-notice"),
        publisher: Publisher::Hkstpc,
        title: Title::new("HKSTP public tender notices", "香港科學園公開招標公告列表"),
        frequency: Frequency::AsNeeded,
    },
    reader::<Tender>(),
)
.expecting(0..=5_000)
.may_be_empty();

record_list! {
    "tenders": Tender as tender, ctx;
    TenderFilter {
        /// `true` for tenders that have not closed yet, `false` for those that have. Tenders without a closing time are
        /// excluded.
        open: bool => tender.is_open(RequestClock::now(ctx)) == Some(*open);
        /// Matches subjects that contain this text, in any language. Case is ignored.
        title: Substring => title.is_in_any(&tender.title);
        /// Only notices of one of these types, by their published name in any language.
        notice_types: Vec<String> => tender.notice_type.as_ref().is_some_and(|known| known.is_one_of(notice_types));
        /// Only notices of these days. Notices without a date are excluded.
        issued_on: DateRange => issued_on.contains(tender.issued_on);
        /// Only tenders that close on these days, Hong Kong time. Tenders without a closing time are excluded.
        closes_on: DateRange => closes_on.contains_moment(tender.closes_at);
    }
    TenderOrder by TenderOrderField {
        /// The date of the notice.
        IssuedOn => tender.issued_on;
        /// The closing time.
        ClosesAt => tender.closes_at;
        /// The subject.
        Title => sort_key(&tender.title);
    }
}

/// The fields that this dataset adds to its publisher's query type.
#[derive(Default)]
pub struct TendersPart;

#[sync_resolvers]
#[Object]
impl TendersPart {
    /// Public tender notices of the corporation (C7).
    async fn tenders<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<Tender>,
        #[graphql(desc = "Only tenders that have not closed yet.", deprecation = "Use `filter: { open: true }`.")]
        open_only: Option<bool>,
    ) -> Answer<Page<'a, Tender>> {
        // A response that reads the time is not cached.
        let now = (open_only == Some(true)).then(|| RequestClock::now(ctx));
        list.page_where(ctx, |tender| now.is_none_or(|now| tender.is_open(now) == Some(true)))
    }
}
