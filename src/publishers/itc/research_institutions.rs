//! D2: the local research institutions designated under section 19(1) of Schedule 45 to the Inland Revenue Ordinance
//! (Cap. 112), in two tables.

use std::borrow::Cow;

use async_graphql::{Context, Object, SimpleObject};
use jiff::civil::Date;

use crate::{
    domain::{
        catalog::{Category, Dataset, Frequency, Publisher, Title},
        location::Location,
        pagination::Page,
        range::DateRange,
        record::{CellError, Column, Mention, Record, RecordMeta, Role, Row, SearchText, SearchType, ValueShape},
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

/// The designation of a local research institution. Payments to it for research qualify for a tax deduction.
#[derive(SyncResolve, SimpleObject, Debug)]
#[graphql(complex)]
pub struct ResearchDesignation {
    #[graphql(flatten)]
    pub meta: RecordMeta,
    /// The institution's name as published.
    pub name: Text,
    /// The date of designation.
    pub designated_on: Option<Date>,
    /// The URL of the website.
    pub website: Option<WebAddress>,
    /// The address as published.
    pub address: Option<Text>,
    /// The location of the institution.
    pub location: Option<Location>,
}

static NAME: Column = Column::required(
    "name",
    &[
        "name_en",
        "name",
        "institution_en",
        "institution",
        "Name of Institution",
        "Name of Designated Local Research Institution",
    ],
)
.chinese(&["name_tc", "institution_tc", "機構名稱"], &["name_sc", "institution_sc", "机构名称"])
.shape(ValueShape::Organisation)
.means(&["organisation", "university", "designated organisation", "laboratory"])
.may_mean(&["name", "company", "department"])
.beside(&["designated", "research", "organisation", "university"])
.contrasts(&["address", "category", "person"]);
static DESIGNATED: Column = Column::expected(
    "designatedOn",
    &["designation_date", "date_of_designation", "Date of Designation", "effective_date"],
)
.shape(ValueShape::Date)
.means(&["designated date", "start date", "designated", "approved date", "date designated"])
.may_mean(&["date", "start", "published date"])
.beside(&["approved", "designated", "first", "start"])
.contrasts(&["updated", "end", "closing"]);
static WEBSITE: Column = Column::optional("website", &["website", "website_en", "url"])
    .shape(ValueShape::Url)
    .means(&["website"])
    .beside(&["description", "designated", "research", "university", "organisation", "company"])
    .contrasts(&["image", "person"]);
static ADDRESS: Column = Column::optional("address", &["address_en", "address"])
    .chinese(&["address_tc"], &["address_sc"])
    .shape(ValueShape::Address)
    .means(&["address"])
    .may_mean(&["district"])
    .beside(&["organisation", "university", "department", "research"])
    .contrasts(&["email", "website"]);
static LATITUDE: Column = Column::optional("latitude", &["latitude", "lat"])
    .shape(ValueShape::Latitude)
    .means(&["latitude"])
    .beside(&["position", "address", "organisation"]);
static LONGITUDE: Column = Column::optional("longitude", &["longitude", "lng", "long", "lon"])
    .shape(ValueShape::Longitude)
    .means(&["longitude"])
    .beside(&["position", "address", "organisation"]);
static POSITION: Column = Column::optional("position", &[])
    .shape(ValueShape::Position)
    .means(&["position"])
    .may_mean(&["address"])
    .beside(&["address", "latitude", "longitude", "organisation", "position"]);
static TELEPHONE: Column = Column::optional("telephone", &["telephone", "tel", "phone"])
    .personal()
    .shape(ValueShape::Telephone)
    .means(&["telephone"])
    .may_mean(&["number"])
    .beside(&["person", "personal", "organisation"])
    .contrasts(&["fax", "count"]);
static EMAIL: Column = Column::optional("email", &["email", "e-mail"])
    .personal()
    .shape(ValueShape::Email)
    .means(&["email"])
    .beside(&["person", "personal"]);
static CONTACT: Column = Column::optional("contact", &["contact", "contact_en", "contact_person"])
    .chinese(&["contact_tc"], &["contact_sc"])
    .personal()
    .shape(ValueShape::Text)
    .means(&["person"])
    .may_mean(&["department"])
    .beside(&["personal", "job"])
    .contrasts(&["telephone", "email", "fax", "address"]);

impl Record for ResearchDesignation {
    const COLUMNS: &'static [&'static Column] =
        &[&NAME, &DESIGNATED, &WEBSITE, &ADDRESS, &LATITUDE, &LONGITUDE, &POSITION, &TELEPHONE, &EMAIL, &CONTACT];

    fn read(row: &Row<'_>) -> Result<Self, CellError> {
        Ok(Self {
            meta: row.meta(),
            name: row.text(&NAME)?,
            designated_on: row.date(&DESIGNATED),
            website: row.website(&WEBSITE),
            address: row.maybe_text(&ADDRESS),
            location: row.location(&LATITUDE, &LONGITUDE, &POSITION),
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
            .body(&self.address)
            .year(self.designated_on.map(|day| day.year().into()))
    }

    fn mentions(&self, say: &mut dyn FnMut(Mention<'_>)) {
        let website = self.website.as_ref().map(WebAddress::as_str);
        let address = self.address.as_ref().and_then(|address| address.en.as_deref());
        say(Mention { website, address, ..Mention::of(Role::Designee, &self.name) });
    }
}

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D2",
        category: Some(Category::Commerce),
        released: Some("01/2019"),
        portal_id: Some("hk-itc-dlri-list-of-designated-local-research-institutions-iro"),
        publisher: Publisher::Itc,
        title: Title::new("Designated local research institutions", "指定本地研究機構名單"),
        frequency: Frequency::AsNeeded,
    },
    reader::<ResearchDesignation>(),
)
.expecting(1..=5_000);

record_list! {
    "designations of local research institutions": ResearchDesignation as designation, _ctx;
    ResearchDesignationFilter {
        /// Matches published names that contain this text, in any language. Case is ignored.
        name: Substring => name.is_in_any(&designation.name);
        /// Only institutions designated on these days. Institutions without a date are excluded.
        designated_on: DateRange => designated_on.contains(designation.designated_on);
    }
    ResearchDesignationOrder by ResearchDesignationOrderField {
        /// The name.
        Name => sort_key(&designation.name);
        /// The date of designation.
        DesignatedOn => designation.designated_on;
    }
}

/// The fields that this dataset adds to its publisher's query type.
#[derive(Default)]
pub struct ResearchInstitutionsPart;

#[sync_resolvers]
#[Object]
impl ResearchInstitutionsPart {
    /// All designations of local research institutions (D2).
    #[graphql(
        complexity = "crate::domain::pagination::list_cost(child_complexity)",
        deprecation = "Use `researchInstitutionsConnection`."
    )]
    async fn research_institutions<'a>(&self, ctx: &Context<'a>) -> Answer<Vec<ByRef<'a, ResearchDesignation>>> {
        answer::list(ctx, snapshots(ctx).records().collect())
    }

    /// Designated local research institutions (D2).
    async fn research_institutions_connection<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<ResearchDesignation>,
    ) -> Answer<Page<'a, ResearchDesignation>> {
        list.page(ctx)
    }
}
