//! N1: projects of the `RAISe+` Scheme, published after the open data plan.

use std::borrow::Cow;

use async_graphql::{Context, Object, SimpleObject};

use super::projects::{TITLE, project_key};
use crate::{
    domain::{
        catalog::{Dataset, Frequency, Publisher, Title},
        money::{Money, MoneyUnit},
        pagination::Page,
        range::{AmountRange, YearRange},
        record::{CellError, Column, Mention, Record, RecordMeta, Role, Row, SearchText, SearchType, ValueShape},
        resolve::{SyncResolve, sync_resolvers},
        substring::Substring,
        text::Text,
    },
    publishers::{
        answer::Answer,
        listing::{ListArguments, record_list, sort_key},
    },
    upstream::{read::reader, source::Source},
};

/// A university project that the `RAISe+` Scheme (Research, Academic and Industry Sectors One-plus) helps to bring to
/// market.
#[derive(SyncResolve, SimpleObject, Debug)]
#[graphql(complex)]
pub struct RaisePlusProject {
    #[graphql(flatten)]
    pub meta: RecordMeta,
    /// The title of the project.
    pub title: Text,
    #[graphql(skip)]
    pub university_names: Vec<Text>,
    /// The principal investigator.
    pub principal_investigator: Option<Text>,
    /// The start-up company's name as published.
    pub start_up_name: Option<Text>,
    /// The batch of applications that the project belongs to.
    pub batch: Option<Text>,
    /// The year of approval.
    pub year: Option<i32>,
    /// The amount approved, if published.
    pub approved: Option<Money>,
}

static NUMBER: Column = Column::optional("number", &["No.", "Number"])
    .chinese(&["編號"], &["编号"])
    .shape(ValueShape::Serial)
    .means(&["serial", "number"])
    .may_mean(&["projectname"]);
static UNIVERSITIES: Column = Column::expected(
    "universities",
    &["University", "Name of University", "Applicant", "Lead Applicant", "Institution"],
)
.chinese(&["大學", "院校", "申請機構", "大學名稱"], &["大学", "院校", "申请机构", "大学名称"])
.shape(ValueShape::Organisation)
.means(&[
    "university",
    "applicant",
    "lead applicant",
    "lead university",
    "host",
    "university applicant",
    "lead organisation",
])
.may_mean(&["organisation"])
.beside(&["lead", "organisation", "projectname", "applicant", "university"])
.contrasts(&["address", "company", "person", "startup"]);
static INVESTIGATOR: Column =
    Column::optional("principalInvestigator", &["Principal Investigator", "Project Leader", "Lead Researcher"])
        .chinese(&["首席研究員", "項目負責人"], &["首席研究员", "项目负责人"])
        .shape(ValueShape::Text)
        .means(&["investigator", "lead investigator", "lead person"])
        .may_mean(&["person"])
        .beside(&["projectname", "lead", "research"])
        .contrasts(&["address", "email", "telephone", "university"]);
static START_UP: Column = Column::optional("startUp", &["Start-up Company", "Start-up", "Company", "Name of Start-up"])
    .chinese(&["初創公司", "初創企業"], &["初创公司", "初创企业"])
    .shape(ValueShape::Organisation)
    .means(&["startup", "company", "startup company"])
    .may_mean(&["partner", "grantee", "organisation"])
    .beside(&["company", "organisation", "partner"])
    .contrasts(&["address", "university", "size"]);
static BATCH: Column = Column::optional("batch", &["Batch"])
    .chinese(&["批次"], &["批次"])
    .shape(ValueShape::Text)
    .means(&["batch"])
    .beside(&["approved", "projectname", "requested"])
    .contrasts(&["count", "date"]);
static YEAR: Column = Column::optional("year", &["Year", "Year of Approval"])
    .chinese(&["年份"], &["年份"])
    .shape(ValueShape::Year)
    .means(&["year", "approved year", "approved date", "fiscalyear"])
    .may_mean(&["date", "start year"])
    .beside(&["approved", "published"])
    .contrasts(&["updated", "end", "established"]);
static APPROVED: Column =
    Column::optional("approved", &["Funds Approved ($M)", "Approved Funding ($M)", "Funding ($M)"])
        .chinese(&["批出資助額(百萬元)"], &["批出资助额(百万元)"])
        .shape(ValueShape::Money)
        .means(&["approved amount", "amount approved", "amount"])
        .beside(&["approved", "projectname", "total"])
        .contrasts(&["revised", "requested", "cost", "contribution", "expenditure", "estimate"]);

impl Record for RaisePlusProject {
    const COLUMNS: &'static [&'static Column] =
        &[&NUMBER, &TITLE, &UNIVERSITIES, &INVESTIGATOR, &START_UP, &BATCH, &YEAR, &APPROVED];

    fn read(row: &Row<'_>) -> Result<Self, CellError> {
        Ok(Self {
            meta: row.meta(),
            title: row.text(&TITLE)?,
            university_names: row.texts(&UNIVERSITIES),
            principal_investigator: row.maybe_text(&INVESTIGATOR),
            start_up_name: row.maybe_text(&START_UP),
            batch: row.maybe_text(&BATCH),
            year: row.year(&YEAR),
            approved: row.money(&APPROVED, MoneyUnit::Millions),
        })
    }

    fn key(&self) -> Cow<'_, str> {
        project_key(None, &self.title)
    }

    crate::domain::record::has_meta!();

    fn label(&self) -> &Text {
        &self.title
    }

    const SEARCH_TYPE: SearchType = SearchType::Project;

    fn search_text(&self) -> SearchText<'_> {
        SearchText::default()
            .title(&self.title)
            .body(self.university_names.iter().chain(&self.start_up_name))
            .year(self.year)
    }

    fn mentions(&self, say: &mut dyn FnMut(Mention<'_>)) {
        for name in &self.university_names {
            say(Mention::of(Role::LeadApplicant, name));
        }
        if let Some(name) = &self.start_up_name {
            say(Mention::of(Role::CoApplicant, name));
        }
    }
}

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "N1",
        category: None,
        released: None,
        portal_id: Some("hk-itc-raiseplus-raiseplus-proj-list"),
        publisher: Publisher::Itf,
        title: Title::new("RAISe+ Scheme: confirmed projects", "落實參與「產學研1+計劃」資助項目"),
        frequency: Frequency::AsNeeded,
    },
    reader::<RaisePlusProject>(),
)
.expecting(1..=5_000)
.joined_by(&NUMBER);

record_list! {
    "projects of the `RAISe+` Scheme": RaisePlusProject as project, _ctx;
    RaisePlusProjectFilter {
        /// Only projects approved in these years. Projects without a year are excluded.
        year: YearRange => year.contains(project.year);
        /// Matches titles that contain this text, in any language. Case is ignored.
        title: Substring => title.is_in_any(&project.title);
        /// Matches published names of universities that contain this text, in any language. Case is ignored.
        university_name: Substring => university_name.is_in_one_of(&project.university_names);
        /// Matches published names of start-up companies that contain this text, in any language. Case is ignored.
        start_up_name: Substring => start_up_name.is_in_one_of(&project.start_up_name);
        /// Only projects with an approved amount in this range.
        approved: AmountRange => approved.contains(project.approved);
    }
    RaisePlusProjectOrder by RaisePlusProjectOrderField {
        /// The year of approval.
        Year => project.year;
        /// The approved amount.
        Approved => project.approved;
        /// The title.
        Title => sort_key(&project.title);
    }
}

/// The fields that this dataset adds to its publisher's query type.
#[derive(Default)]
pub struct RaisePlusPart;

#[sync_resolvers]
#[Object]
impl RaisePlusPart {
    /// Projects of the `RAISe+` Scheme (N1).
    async fn raise_plus_projects<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<RaisePlusProject>,
    ) -> Answer<Page<'a, RaisePlusProject>> {
        list.page(ctx)
    }
}
