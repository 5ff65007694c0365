//! D32: projects of the Innovation and Technology Fund for Better Living. The portal no longer lists the dataset.

use std::borrow::Cow;

use async_graphql::{Context, Object, SimpleObject};

use super::projects::project_key;
use crate::{
    domain::{
        catalog::{Category, Dataset, Frequency, Publisher, Title},
        money::{Money, MoneyUnit},
        pagination::Page,
        range::AmountRange,
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

/// A project of the Innovation and Technology Fund for Better Living.
#[derive(SyncResolve, SimpleObject, Debug)]
#[graphql(complex)]
pub struct BetterLivingProject {
    #[graphql(flatten)]
    pub meta: RecordMeta,
    /// The title of the project.
    pub title: Text,
    /// The grant. `null` if it is unknown.
    pub grant: Option<Money>,
    /// The applicant's name as published.
    pub applicant_name: Option<Text>,
    #[graphql(skip)]
    pub co_applicant_names: Vec<Text>,
    /// The target beneficiaries.
    pub target_beneficiaries: Option<Text>,
}

static TITLE: Column =
    Column::required("title", &["project_title_en", "project_title", "title_en", "title", "Project Title"])
        .chinese(&["project_title_tc", "title_tc"], &["project_title_sc", "title_sc"])
        .shape(ValueShape::Title)
        .means(&["title", "projectname title"])
        .may_mean(&["projectname"])
        .beside(&["projectname"]);
static GRANT: Column = Column::expected("grant", &["grant_hkd", "grant", "Grant (HK$)", "amount"])
    .shape(ValueShape::Money)
    .means(&["amount", "approved amount", "amount approved"])
    .beside(&["approved", "projectname", "total"])
    .contrasts(&["revised", "requested", "cost", "contribution", "expenditure", "estimate"]);
static APPLICANT: Column = Column::expected("applicant", &["applicant_en", "applicant", "Applicant"])
    .chinese(&["applicant_tc"], &["applicant_sc"])
    .shape(ValueShape::Organisation)
    .means(&["applicant", "lead applicant", "lead organisation", "grantee"])
    .may_mean(&["organisation", "company"])
    .beside(&["lead", "organisation", "company", "projectname"])
    .contrasts(&["coapplicant", "partner", "address"]);
static CO_APPLICANTS: Column =
    Column::expected("coApplicants", &["co_applicants", "co_applicants_en", "Co-applicants"])
        .chinese(&["co_applicants_tc"], &["co_applicants_sc"])
        .shape(ValueShape::Organisation)
        .means(&["coapplicant", "partner"])
        .may_mean(&["participant"])
        .beside(&["organisation", "applicant", "projectname"])
        .contrasts(&["address", "count"]);
static BENEFICIARIES: Column = Column::expected(
    "targetBeneficiaries",
    &["target_beneficiaries", "target_beneficiaries_en", "Target Beneficiaries"],
)
.chinese(&["target_beneficiaries_tc"], &["target_beneficiaries_sc"])
.shape(ValueShape::Text)
.means(&["beneficiary"])
.beside(&["projectname", "estimate"])
.contrasts(&["count"]);

impl Record for BetterLivingProject {
    const COLUMNS: &'static [&'static Column] = &[&TITLE, &GRANT, &APPLICANT, &CO_APPLICANTS, &BENEFICIARIES];

    fn read(row: &Row<'_>) -> Result<Self, CellError> {
        Ok(Self {
            meta: row.meta(),
            title: row.text(&TITLE)?,
            grant: row.money(&GRANT, MoneyUnit::Dollars),
            applicant_name: row.maybe_text(&APPLICANT),
            co_applicant_names: row.texts(&CO_APPLICANTS),
            target_beneficiaries: row.maybe_text(&BENEFICIARIES),
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
            .body(self.applicant_name.iter().chain(&self.co_applicant_names).chain(&self.target_beneficiaries))
    }

    fn mentions(&self, say: &mut dyn FnMut(Mention<'_>)) {
        if let Some(name) = &self.applicant_name {
            say(Mention::of(Role::Applicant, name));
        }
        for name in &self.co_applicant_names {
            say(Mention::of(Role::CoApplicant, name));
        }
    }
}

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D32",
        category: Some(Category::InformationTechnology),
        released: Some("02/2019"),
        portal_id: None,
        publisher: Publisher::Itf,
        title: Title::new(
            "Innovation and Technology Fund for Better Living: approved projects",
            "已獲批的「創科生活基金」項目",
        ),
        frequency: Frequency::AsNeeded,
    },
    reader::<BetterLivingProject>(),
)
.expecting(1..=5_000);

record_list! {
    "projects of the Innovation and Technology Fund for Better Living": BetterLivingProject as project, _ctx;
    BetterLivingProjectFilter {
        /// Matches titles that contain this text, in any language. Case is ignored.
        title: Substring => title.is_in_any(&project.title);
        /// Matches published names of applicants that contain this text, in any language. Case is ignored.
        applicant_name: Substring => applicant_name.is_in_one_of(&project.applicant_name);
        /// Only projects with a grant in this range.
        grant: AmountRange => grant.contains(project.grant);
    }
    BetterLivingProjectOrder by BetterLivingProjectOrderField {
        /// The grant.
        Grant => project.grant;
        /// The title.
        Title => sort_key(&project.title);
    }
}

/// The fields that this dataset adds to its publisher's query type.
#[derive(Default)]
pub struct BetterLivingPart;

#[sync_resolvers]
#[Object]
impl BetterLivingPart {
    /// Projects of the Innovation and Technology Fund for Better Living (D32).
    async fn better_living_projects<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<BetterLivingProject>,
    ) -> Answer<Page<'a, BetterLivingProject>> {
        list.page(ctx)
    }
}
