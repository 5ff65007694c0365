//! D36: the fund's approved projects, one file per year from 2019.
//!
//! The 2019 file is Windows-1252. The 2020 file states `$M` but contains dollars with a prefix. Footnotes follow the
//! rows or are in a ninth column. The URL of a year that is not published returns a web page.

use std::borrow::Cow;

use async_graphql::{Context, Object, SimpleObject};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{programme::Programme, reference};
use crate::{
    domain::{
        catalog::{Category, Dataset, Frequency, Publisher, Title},
        date,
        money::{Money, MoneyUnit},
        pagination::Page,
        range::{AmountRange, DateRange, YearRange},
        record::{CellError, Column, Mention, Record, RecordMeta, Role, Row, SearchText, SearchType},
        resolve::{ByRef, SyncResolve, sync_resolvers},
        substring::Substring,
        text::{Language, Text},
    },
    publishers::{
        answer,
        listing::{ListArguments, is_one_of, record_list, sort_key},
        snapshots,
    },
    upstream::{read::reader, rows::RecordList, source::Source},
};

mod columns;

pub(super) use columns::{APPROVED, REMARKS, TITLE};
use columns::{ENDS_ON, LEAD_APPLICANT, NUMBER, PARTNERS, PROGRAMME, REFERENCE, REVISED, STARTS_ON, TECHNOLOGY_AREAS};

/// A project funded by the Innovation and Technology Fund.
#[derive(SyncResolve, SimpleObject, Debug)]
#[graphql(complex)]
pub struct FundedProject {
    #[graphql(flatten)]
    pub meta: RecordMeta,
    /// The fund's reference number, such as `ITS/047/18FX`. `null` if the source states only a title.
    pub reference: Option<String>,
    /// The title of the project.
    pub title: Text,
    /// The programme that funds the project.
    pub programme: Option<Programme>,
    /// The lead applicant's name as published.
    pub lead_applicant_name: Option<Text>,
    /// The amount approved. `null` if it is unknown, never zero for that reason.
    pub approved: Option<Money>,
    /// The amount after a revision. `null` if it was not revised.
    pub revised: Option<Money>,
    /// The current funding: `revised`, or `approved` if the amount was not revised.
    pub funding: Option<Money>,
    /// The year of approval, taken from the list that contains the project. `null` for projects from the register,
    /// which states no year.
    pub year: Option<i32>,
    /// The technology areas of the project in the register: none, one or several.
    pub technology_areas: Vec<Text>,
    /// The first day of the project.
    pub starts_on: Option<Date>,
    /// The last day of the project.
    pub ends_on: Option<Date>,
    #[graphql(skip)]
    pub partner_names: Vec<Text>,
    /// The remarks in the list.
    pub remarks: Option<String>,
}

impl Record for FundedProject {
    const COLUMNS: &'static [&'static Column] = &[
        &NUMBER,
        &PROGRAMME,
        &REFERENCE,
        &TITLE,
        &LEAD_APPLICANT,
        &APPROVED,
        &REVISED,
        &TECHNOLOGY_AREAS,
        &STARTS_ON,
        &ENDS_ON,
        &PARTNERS,
        &REMARKS,
    ];

    fn read(row: &Row<'_>) -> Result<Self, CellError> {
        let approved = row.money(&APPROVED, MoneyUnit::Millions);
        // `0` and `-` mean that the amount was not revised.
        let revised = row.money(&REVISED, MoneyUnit::Millions).filter(|money| !money.is_zero());
        Ok(Self {
            meta: row.meta(),
            title: row.text(&TITLE)?,
            reference: row.string(&REFERENCE),
            programme: row.maybe(&PROGRAMME).map(Programme::parse),
            lead_applicant_name: row.maybe_text(&LEAD_APPLICANT),
            approved,
            revised,
            funding: revised.or(approved),
            year: row.file_year(),
            technology_areas: row.texts(&TECHNOLOGY_AREAS),
            starts_on: row.parse(&STARTS_ON, date::parse),
            ends_on: row.parse(&ENDS_ON, date::parse),
            partner_names: row.texts(&PARTNERS),
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
            .body(self.lead_applicant_name.iter().chain(&self.partner_names).chain(&self.technology_areas))
            .words(&self.remarks)
            .codes(&self.reference)
            .year(self.year)
    }

    fn mentions(&self, say: &mut dyn FnMut(Mention<'_>)) {
        if let Some(name) = &self.lead_applicant_name {
            say(Mention::of(Role::LeadApplicant, name));
        }
        for name in &self.partner_names {
            say(Mention::of(Role::CompanyPartner, name));
        }
        if let Some(centre) = self.reference.as_deref().and_then(reference::centre) {
            say(Mention::of(Role::RdCentre, centre));
        }
    }
}

/// The key of a project: its reference number, or its title if it has none.
pub(super) fn project_key<'a>(reference: Option<&'a str>, title: &'a Text) -> Cow<'a, str> {
    match reference {
        Some(reference) => reference.into(),
        None => title.nearest(Language::En).to_lowercase().into(),
    }
}

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D36",
        category: Some(Category::InformationTechnology),
        released: Some("02/2020"),
        portal_id: Some("hk-itc-team1-annual-itf-approved-projects-list"),
        publisher: Publisher::Itf,
        title: Title::new("ITF approved projects of the preceding year", "創新及科技基金前一年度撥款項目"),
        frequency: Frequency::Annual,
    },
    reader::<FundedProject>(),
)
.with_yearly_files(
    &[
        "https://www.itf.gov.hk/datagovhk/annuallist_{YYYY}_e.csv",
        "https://www.itf.gov.hk/datagovhk/annuallist_{YYYY}_t.csv",
        "https://www.itf.gov.hk/datagovhk/annuallist_{YYYY}_s.csv",
    ],
    2019,
)
.expecting(1..=200_000)
.joined_by(&REFERENCE);

record_list! {
    "funded projects": FundedProject as project, _ctx;
    FundedProjectFilter {
        /// Only projects of one of these programmes, by programme code.
        programmes: Vec<String> => is_one_of(programmes, project.programme.as_ref().map(|known| known.code.as_str()));
        /// Only projects approved in these years. Projects without a year are excluded.
        year: YearRange => year.contains(project.year);
        /// Matches titles that contain this text, in any language. Case is ignored.
        title: Substring => title.is_in_any(&project.title);
        /// Matches published names of lead applicants that contain this text, in any language. Case is ignored.
        lead_applicant_name: Substring => lead_applicant_name.is_in_one_of(&project.lead_applicant_name);
        /// Only projects in one of these technology areas, by name in any language.
        technology_areas: Vec<String> => project.technology_areas.iter().any(|area| area.is_one_of(technology_areas));
        /// Only projects with funding in this range.
        funding: AmountRange => funding.contains(project.funding);
        /// Only projects that start on these days. Projects without a first day are excluded.
        starts_on: DateRange => starts_on.contains(project.starts_on);
        /// Only projects that end on these days. Projects without a last day are excluded.
        ends_on: DateRange => ends_on.contains(project.ends_on);
        /// Only projects of one of these programmes, by programme code.
        #[graphql(deprecation = "Use `programmes`.")]
        programme: Vec<String> => is_one_of(programme, project.programme.as_ref().map(|known| known.code.as_str()));
        /// Only projects with funding of at least this many dollars.
        #[graphql(deprecation = "Use `funding`.")]
        funding_at_least: Decimal => AmountRange::at_least(*funding_at_least).contains(project.funding);
        /// Only projects with funding of at most this many dollars.
        #[graphql(deprecation = "Use `funding`.")]
        funding_at_most: Decimal => AmountRange::at_most(*funding_at_most).contains(project.funding);
    }
    FundedProjectOrder by FundedProjectOrderField {
        /// The year of approval.
        Year => project.year;
        /// The funding.
        Funding => project.funding;
        /// The title.
        Title => sort_key(&project.title);
        /// The reference number.
        Reference => project.reference.as_deref();
    }
}

/// The project with this reference number, in any case.
fn find<'a>(projects: &RecordList<'a, FundedProject>, reference: &str) -> Option<&'a FundedProject> {
    let key = |project: &FundedProject| project.reference.as_ref().map(|reference| reference.to_ascii_lowercase());
    projects.lookup().find(projects, key, &Some(reference.trim().to_ascii_lowercase()))
}

/// The fields that this dataset adds to its publisher's query type.
#[derive(Default)]
pub struct ProjectsPart;

#[sync_resolvers]
#[Object]
impl ProjectsPart {
    /// Looks up a funded project by its reference number (D36, N2).
    async fn project<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "The fund's reference number. Case is ignored.")] reference: String,
    ) -> answer::Answer<ByRef<'a, FundedProject>> {
        answer::one(ctx, find(&snapshots(ctx).rows(), &reference))
    }

    /// The fund's approved projects, from the yearly lists (D36) and from the register up to June 2016 (N2).
    async fn projects<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<FundedProject>,
    ) -> answer::Answer<Page<'a, FundedProject>> {
        list.page(ctx)
    }
}
