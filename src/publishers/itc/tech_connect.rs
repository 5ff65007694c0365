//! N3: technology projects of government departments, funded by the `TechConnect` (Block Vote). Published by the
//! Innovation, Technology and Industry Bureau, to which the commission belongs.

use std::borrow::Cow;

use async_graphql::{Context, Object, SimpleObject};

use crate::{
    domain::{
        catalog::{Dataset, Frequency, Publisher, Title},
        money::{Money, MoneyUnit},
        pagination::Page,
        range::{AmountRange, YearRange},
        record::{
            CellError, Column, Mention, Record, RecordMeta, Role, Row, SearchText, SearchType, UnmappedValue,
            ValueShape,
        },
        resolve::{SyncResolve, sync_resolvers},
        substring::Substring,
        text::{Language, Text},
    },
    publishers::{
        answer::Answer,
        listing::{ListArguments, record_list, sort_key},
    },
    upstream::{read::reader, source::Source},
};

/// A project of a government department, funded by the `TechConnect` (Block Vote).
#[derive(SyncResolve, SimpleObject, Debug)]
#[graphql(complex)]
pub struct TechConnectProject {
    #[graphql(flatten)]
    pub meta: RecordMeta,
    /// The title of the project.
    pub title: Text,
    /// The bureau or department, as published.
    pub department_name: Option<Text>,
    /// The purpose of the project.
    pub description: Option<Text>,
    /// The amount approved. `null` if it is not published.
    pub approved: Option<Money>,
    /// The year of approval.
    pub year: Option<i32>,
    /// Other published values, under their published names.
    pub extra: Vec<UnmappedValue>,
}

static NUMBER: Column = Column::optional("number", &["No.", "Number", "Serial No."])
    .chinese(&["編號", "序號"], &["编号", "序号"])
    .shape(ValueShape::Serial)
    .means(&["serial", "number"]);
static TITLE: Column =
    Column::required("title", &["Project Title", "Title", "Title of Project", "Project Name", "Project"])
        .chinese(&["項目名稱", "項目標題", "計劃名稱", "項目"], &["项目名称", "项目标题", "计划名称", "项目"])
        .shape(ValueShape::Title)
        .means(&["title", "projectname title", "projectname name"])
        .may_mean(&["projectname"])
        .beside(&["projectname", "research", "description", "approved"])
        .contrasts(&["department", "person"]);
static DEPARTMENT: Column = Column::expected(
    "department",
    &["Bureau/Department", "Bureaux/Departments", "B/D", "Department", "Bureau", "Responsible Department"],
)
.chinese(&["決策局/部門", "局/部門", "部門", "政府部門"], &["决策局/部门", "局/部门", "部门", "政府部门"])
.shape(ValueShape::Text)
.means(&["department"])
.may_mean(&["organisation", "applicant"])
.beside(&["department", "organisation", "public", "lead", "projectname"])
.contrasts(&["address", "person"]);
static DESCRIPTION: Column =
    Column::optional("description", &["Project Description", "Description", "Objective", "Scope"])
        .chinese(&["項目簡介", "項目內容", "簡介"], &["项目简介", "项目内容", "简介"])
        .shape(ValueShape::Text)
        .means(&["description"])
        .beside(&["projectname"])
        .contrasts(&["title"]);
static APPROVED: Column = Column::optional(
    "approved",
    &["Approved Amount ($M)", "Approved Funding ($M)", "Funds Approved ($M)", "Approved Project Estimate ($M)"],
)
.chinese(&["批准款額(百萬元)", "核准預算(百萬元)"], &["批准款额(百万元)", "核准预算(百万元)"])
.shape(ValueShape::Money)
.means(&["approved amount", "amount approved", "approved estimate", "approved cost"])
.may_mean(&["amount"])
.beside(&["projectname", "approved", "total", "estimate"])
.contrasts(&["revised", "requested", "actual", "expenditure"]);
static YEAR: Column = Column::optional("year", &["Year", "Year of Approval", "Financial Year"])
    .chinese(&["年份", "年度"], &["年份", "年度"])
    .shape(ValueShape::Year)
    .means(&["year", "approved year", "fiscalyear"])
    .may_mean(&["approved date", "start year"])
    .beside(&["approved"])
    .contrasts(&["end", "updated"]);

impl Record for TechConnectProject {
    const COLUMNS: &'static [&'static Column] = &[&NUMBER, &TITLE, &DEPARTMENT, &DESCRIPTION, &APPROVED, &YEAR];
    const KEEPS_EXTRA: bool = true;

    fn read(row: &Row<'_>) -> Result<Self, CellError> {
        Ok(Self {
            meta: row.meta(),
            title: row.text(&TITLE)?,
            department_name: row.maybe_text(&DEPARTMENT),
            description: row.maybe_text(&DESCRIPTION),
            approved: row.money(&APPROVED, MoneyUnit::Millions),
            year: row.year(&YEAR),
            extra: row.extra(),
        })
    }

    fn key(&self) -> Cow<'_, str> {
        self.title.nearest(Language::En).to_lowercase().into()
    }

    crate::domain::record::has_meta!();

    fn label(&self) -> &Text {
        &self.title
    }

    const SEARCH_TYPE: SearchType = SearchType::Project;

    fn search_text(&self) -> SearchText<'_> {
        SearchText::default().title(&self.title).body(self.department_name.iter().chain(&self.description))
    }

    fn mentions(&self, say: &mut dyn FnMut(Mention<'_>)) {
        if let Some(name) = &self.department_name {
            say(Mention::of(Role::Applicant, name));
        }
    }
}

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "N3",
        category: None,
        released: None,
        portal_id: Some("hk-itib-itib01-techconnect-block-vote"),
        publisher: Publisher::Itc,
        title: Title::new("Approved projects of the TechConnect (Block Vote)", "已獲批的科技統籌（整體撥款）項目"),
        frequency: Frequency::AsNeeded,
    },
    reader::<TechConnectProject>(),
)
.expecting(1..=5_000)
.joined_by(&NUMBER);

record_list! {
    "projects of government departments": TechConnectProject as project, _ctx;
    TechConnectProjectFilter {
        /// Only projects approved in these years. Projects without a year are excluded.
        year: YearRange => year.contains(project.year);
        /// Matches titles that contain this text, in any language. Case is ignored.
        title: Substring => title.is_in_any(&project.title);
        /// Matches published names of departments that contain this text, in any language. Case is ignored.
        department_name: Substring => department_name.is_in_one_of(&project.department_name);
        /// Only projects with an approved amount in this range.
        approved: AmountRange => approved.contains(project.approved);
    }
    TechConnectProjectOrder by TechConnectProjectOrderField {
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
pub struct TechConnectPart;

#[sync_resolvers]
#[Object]
impl TechConnectPart {
    /// Projects of government departments, funded by the `TechConnect` (Block Vote) (N3).
    async fn tech_connect_projects<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<TechConnectProject>,
    ) -> Answer<Page<'a, TechConnectProject>> {
        list.page(ctx)
    }
}
