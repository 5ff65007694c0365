//! D44 and D43: projects of the Public Sector Trial Scheme, by year, and those of its special call for COVID-19.

use std::borrow::Cow;

use async_graphql::{Context, Object, SimpleObject};

use super::{
    projects::{APPROVED, REMARKS, TITLE, project_key},
    reference,
};
use crate::{
    domain::{
        catalog::{Category, Dataset, Frequency, Publisher, Title},
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

/// A project that tries out a research result in public bodies.
#[derive(SyncResolve, SimpleObject, Debug)]
#[graphql(complex)]
pub struct TrialProject {
    #[graphql(flatten)]
    pub meta: RecordMeta,
    /// The fund's reference number, such as `ITT/037/18TP`.
    pub reference: Option<String>,
    /// The title of the project.
    pub title: Text,
    /// The applicant's name as published.
    pub applicant_name: Option<Text>,
    #[graphql(skip)]
    pub participant_names: Vec<Text>,
    /// The amount approved. `null` if it is unknown.
    pub approved: Option<Money>,
    /// The year of approval, taken from the list that contains the project.
    pub year: Option<i32>,
    /// Whether the project belongs to the special call for the fight against COVID-19.
    pub special_call: bool,
    /// The remarks in the list.
    pub remarks: Option<String>,
}

static NUMBER: Column = Column::optional("number", &["No.", "Number"])
    .chinese(&["編號"], &["编号"])
    .shape(ValueShape::Serial)
    .means(&["serial", "number"])
    .may_mean(&["projectname"]);
// The list of the special call has no references.
static REFERENCE: Column =
    Column::optional("reference", &["Reference No.", "Reference", "Project Reference", "Ref. No.", "Project No."])
        .chinese(&["檔案編號", "項目編號", "參考編號", "申請編號"], &["档案编号", "项目编号", "参考编号", "申请编号"])
        .shape(ValueShape::Reference)
        .means(&["reference", "projectname number"])
        .may_mean(&["registration", "code"])
        .beside(&["projectname", "requested"])
        .contrasts(&["date", "telephone", "count", "tender"]);
static APPLICANT: Column = Column::expected("applicant", &["Lead Applicant", "Applicant", "Name of Applicant"])
    .chinese(&["主要申請機構", "申請機構", "申請者"], &["主要申请机构", "申请机构", "申请者"])
    .shape(ValueShape::Organisation)
    .means(&["applicant", "lead applicant", "lead organisation", "lead company", "grantee"])
    .may_mean(&["organisation", "company", "university", "host"])
    .beside(&["lead", "projectname", "organisation", "company", "university"])
    .contrasts(&["coapplicant", "partner", "sponsor", "address", "category", "person", "investigator", "participant"]);
static PARTICIPANTS: Column = Column::expected(
    "participants",
    &[
        "Participating Organisation(s)",
        "Participating Organisations",
        "Trial Organisation(s)",
        "Participating Public Body",
    ],
)
.chinese(&["參與機構", "試用機構"], &["参与机构", "试用机构"])
.shape(ValueShape::Organisation)
.means(&["participant"])
.may_mean(&["partner", "beneficiary organisation", "department", "host", "participant organisation"])
.beside(&["organisation", "department", "public", "company", "projectname"])
.contrasts(&["address", "count", "applicant"]);

impl Record for TrialProject {
    const COLUMNS: &'static [&'static Column] =
        &[&NUMBER, &REFERENCE, &TITLE, &APPLICANT, &PARTICIPANTS, &APPROVED, &REMARKS];

    fn read(row: &Row<'_>) -> Result<Self, CellError> {
        let meta = row.meta();
        Ok(Self {
            special_call: std::ptr::eq(meta.dataset, &raw const SPECIAL_CALL.dataset),
            meta,
            reference: row.string(&REFERENCE),
            title: row.text(&TITLE)?,
            applicant_name: row.maybe_text(&APPLICANT),
            participant_names: row.texts(&PARTICIPANTS),
            approved: row.money(&APPROVED, MoneyUnit::Millions),
            year: row.file_year(),
            remarks: row.string(&REMARKS),
        })
    }

    fn key(&self) -> Cow<'_, str> {
        project_key(self.reference.as_deref(), &self.title)
    }

    crate::domain::record::has_meta!();

    fn label(&self) -> &Text {
        &self.title
    }

    const SEARCH_TYPE: SearchType = SearchType::Project;

    fn search_text(&self) -> SearchText<'_> {
        SearchText::default()
            .title(&self.title)
            .body(self.applicant_name.iter().chain(&self.participant_names))
            .codes(&self.reference)
            .year(self.year)
    }

    fn mentions(&self, say: &mut dyn FnMut(Mention<'_>)) {
        if let Some(name) = &self.applicant_name {
            say(Mention::of(Role::Applicant, name));
        }
        for name in &self.participant_names {
            say(Mention::of(Role::Participant, name));
        }
        if let Some(centre) = self.reference.as_deref().and_then(reference::centre) {
            say(Mention::of(Role::RdCentre, centre));
        }
    }
}

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D44",
        category: Some(Category::InformationTechnology),
        released: Some("02/2022"),
        portal_id: Some("hk-itc-team1-annual-psts-approved-projects-list"),
        publisher: Publisher::Itf,
        title: Title::new(
            "Public Sector Trial Scheme: approved projects of the preceding year",
            "公營機構試用計劃前一年度撥款項目",
        ),
        frequency: Frequency::Annual,
    },
    reader::<TrialProject>(),
)
.expecting(1..=20_000)
.joined_by(&REFERENCE);

pub static SPECIAL_CALL: Source = Source::portal(
    Dataset {
        plan: "D43",
        category: Some(Category::InformationTechnology),
        released: Some("06/2021"),
        portal_id: Some("hk-itc-team1-psts-sp"),
        publisher: Publisher::Itf,
        title: Title::new(
            "Public Sector Trial Scheme, special call for COVID-19: approved projects",
            "公營機構試用計劃（為在香港防控2019冠狀病毒而設的項目特別徵集）獲批項目",
        ),
        frequency: Frequency::OneOff,
    },
    reader::<TrialProject>(),
)
.expecting(1..=1_000)
.joined_by(&REFERENCE);

record_list! {
    "trial projects": TrialProject as project, _ctx;
    TrialProjectFilter {
        /// Only projects approved in these years. Projects without a year are excluded.
        year: YearRange => year.contains(project.year);
        /// Matches titles that contain this text, in any language. Case is ignored.
        title: Substring => title.is_in_any(&project.title);
        /// Matches published names of applicants that contain this text, in any language. Case is ignored.
        applicant_name: Substring => applicant_name.is_in_one_of(&project.applicant_name);
        /// Only projects with an approved amount in this range.
        approved: AmountRange => approved.contains(project.approved);
        /// `true` for projects of the special call only, `false` for all others.
        special_call: bool => *special_call == project.special_call;
    }
    TrialProjectOrder by TrialProjectOrderField {
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
pub struct TrialsPart;

#[sync_resolvers]
#[Object]
impl TrialsPart {
    /// Projects of the Public Sector Trial Scheme (D44) and of its special call (D43).
    async fn trial_projects<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<TrialProject>,
    ) -> Answer<Page<'a, TrialProject>> {
        list.page(ctx)
    }
}
