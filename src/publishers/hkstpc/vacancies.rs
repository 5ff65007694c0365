//! D28: job vacancies in Science Park, linked to the hiring organisation. The JSON keys are not known in advance.

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
            CellError, Column, Mention, Record, RecordMeta, Role, Row, SearchText, SearchType, UnmappedValue,
            ValueShape,
        },
        resolve::{SyncResolve, sync_resolvers},
        rich_text::RichText,
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

/// A job vacancy in Science Park.
#[derive(SyncResolve, SimpleObject, Debug)]
#[graphql(complex)]
pub struct JobVacancy {
    #[graphql(flatten)]
    pub meta: RecordMeta,
    /// The title of the job.
    pub title: Text,
    /// The hiring company's name as published.
    pub company_name: Option<Text>,
    /// The job description as plain text.
    pub description: Option<Text>,
    /// The job description as HTML that is safe to include in a page. It has no scripts, styles, images or forms.
    pub description_html: Option<Text>,
    /// The posting date.
    pub posted_on: Option<Date>,
    /// The last day for applications.
    pub closes_on: Option<Date>,
    /// The URL of the page with more details.
    pub url: Option<WebAddress>,
    /// Other published values, under their published names.
    pub extra: Vec<UnmappedValue>,
    #[graphql(skip)]
    reference: Option<String>,
}

static TITLE: Column =
    Column::required("title", &["title", "job_title", "jobTitle", "position", "title_en", "job_title_en"])
        .chinese(&["title_tc", "job_title_tc", "jobTitle_TC"], &["title_sc", "job_title_sc", "jobTitle_SC"])
        .shape(ValueShape::Title)
        .means(&["job", "title", "job title"])
        .may_mean(&["name", "occupation"])
        .beside(&["job", "occupation", "vacancy"])
        .contrasts(&["employer", "company", "person", "description", "count"]);
static COMPANY: Column = Column::expected(
    "company",
    &["company", "company_name", "employer", "hiringCompany", "company_en", "company_name_en"],
)
.chinese(&["company_tc", "company_name_tc"], &["company_sc", "company_name_sc"])
.shape(ValueShape::Organisation)
.means(&["employer", "company", "organisation", "tenant"])
.may_mean(&["startup"])
.beside(&["employer", "organisation", "company", "job", "tenant"])
.contrasts(&["address", "description", "size", "category", "person"]);
static DESCRIPTION: Column = Column::optional("description", &["description", "job_description", "jobDescription"])
    .chinese(&["description_tc"], &["description_sc"])
    .shape(ValueShape::Text)
    .means(&["description"])
    .beside(&["job", "occupation", "company"])
    .contrasts(&["title", "date"]);
static POSTED: Column = Column::optional("postedOn", &["post_date", "postDate", "posting_date"])
    .shape(ValueShape::Date)
    .means(&["published date", "published time", "job published date", "start date"])
    .may_mean(&["published", "date", "start"])
    .beside(&["job", "date", "time", "projectname"])
    .contrasts(&["closing", "end", "updated", "deadline"]);
static CLOSES: Column = Column::optional("closesOn", &["closing_date", "closingDate", "deadline"])
    .shape(ValueShape::Date)
    .means(&["deadline", "closing date", "closing time", "end date"])
    .may_mean(&["closing", "end"])
    .beside(&["job", "date", "time", "requested"])
    .contrasts(&["updated", "published", "start"]);
static URL: Column = Column::optional("url", &["apply_url", "applyUrl", "url", "link"])
    .shape(ValueShape::Url)
    .means(&["website"])
    .beside(&["job", "requested", "description"])
    .contrasts(&["image", "company"]);
static REFERENCE: Column = Column::optional("reference", &["job_id", "jobId", "id", "reference"])
    .shape(ValueShape::Reference)
    .means(&["reference", "job reference", "job number", "job code"])
    .may_mean(&["code", "number"])
    .beside(&["job", "requested"])
    .contrasts(&["date", "count", "telephone"]);
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

impl Record for JobVacancy {
    const COLUMNS: &'static [&'static Column] =
        &[&TITLE, &COMPANY, &DESCRIPTION, &POSTED, &CLOSES, &URL, &REFERENCE, &CONTACT];
    const KEEPS_EXTRA: bool = true;

    fn read(row: &Row<'_>) -> Result<Self, CellError> {
        let description = row.prose(&DESCRIPTION).map(|published| RichText::of(&published));
        let (description, description_html) = description.map(|both| (both.text, both.html)).unzip();
        Ok(Self {
            meta: row.meta(),
            title: row.text(&TITLE)?,
            company_name: row.maybe_text(&COMPANY),
            description,
            description_html,
            posted_on: row.date(&POSTED),
            closes_on: row.date(&CLOSES),
            url: row.website(&URL),
            extra: row.extra(),
            reference: row.string(&REFERENCE),
        })
    }

    fn key(&self) -> Cow<'_, str> {
        if let Some(reference) = &self.reference {
            return reference.into();
        }
        let company = self.company_name.as_ref().map(|name| name.nearest(Language::En)).unwrap_or_default();
        format!("{} at {company}", self.title.nearest(Language::En)).to_lowercase().into()
    }

    crate::domain::record::has_meta!();

    fn label(&self) -> &Text {
        &self.title
    }

    const SEARCH_TYPE: SearchType = SearchType::Job;

    fn search_text(&self) -> SearchText<'_> {
        SearchText::default()
            .title(&self.title)
            .body(self.company_name.iter().chain(&self.description))
            .year(self.posted_on.map(|day| day.year().into()))
    }

    fn mentions(&self, say: &mut dyn FnMut(Mention<'_>)) {
        if let Some(name) = &self.company_name {
            say(Mention::of(Role::Employer, name));
        }
    }
}

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D28",
        category: Some(Category::Commerce),
        released: Some("07/2019"),
        portal_id: Some("hkstp-hkstp-hkstp-hksp-job-post"),
        publisher: Publisher::Hkstpc,
        title: Title::new("Science Park job vacancies", "人才招聘"),
        frequency: Frequency::Daily,
    },
    reader::<JobVacancy>(),
)
.expecting(0..=100_000)
.may_be_empty();

record_list! {
    "job vacancies": JobVacancy as job, ctx;
    JobVacancyFilter {
        /// `true` for vacancies that accept applications today, Hong Kong time, `false` for those that have closed.
        /// Vacancies without a last day for applications are excluded.
        open: bool => job.closes_on.map(|last| last >= RequestClock::today_in_hong_kong(ctx)) == Some(*open);
        /// Matches titles that contain this text, in any language. Case is ignored.
        title: Substring => title.is_in_any(&job.title);
        /// Matches published company names that contain this text, in any language. Case is ignored.
        company_name: Substring => company_name.is_in_one_of(&job.company_name);
        /// Only vacancies posted on these days. Vacancies without a posting date are excluded.
        posted_on: DateRange => posted_on.contains(job.posted_on);
        /// Only vacancies whose last day for applications is one of these days.
        closes_on: DateRange => closes_on.contains(job.closes_on);
    }
    JobVacancyOrder by JobVacancyOrderField {
        /// The posting date.
        PostedOn => job.posted_on;
        /// The last day for applications.
        ClosesOn => job.closes_on;
        /// The title.
        Title => sort_key(&job.title);
        /// The company's name.
        CompanyName => sort_key(job.company_name.as_ref());
    }
}

/// The fields that this dataset adds to its publisher's query type.
#[derive(Default)]
pub struct VacanciesPart;

#[sync_resolvers]
#[Object]
impl VacanciesPart {
    /// Job vacancies in Science Park (D28).
    async fn vacancies<'a>(&self, ctx: &Context<'a>, list: ListArguments<JobVacancy>) -> Answer<Page<'a, JobVacancy>> {
        list.page(ctx)
    }
}
