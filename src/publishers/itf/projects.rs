//! D36: the fund's approved projects, one file per year from 2019.
//!
//! The 2019 file is Windows-1252. The 2020 file states `$M` but contains dollars with a prefix. Footnotes follow the
//! rows or are in a ninth column. The URL of a year that is not published returns a web page.

use std::borrow::Cow;

use async_graphql::{Context, Enum, InputObject, Object, SimpleObject};
use rust_decimal::Decimal;

use jiff::civil::Date;

use super::{programme::Programme, reference};
use crate::{
    domain::{
        catalog::{Category, Dataset, Frequency, Publisher, Title},
        date,
        money::{Money, MoneyUnit},
        pagination::{Direction, Page, PageSource, SortOrder, Window, YearRange},
        record::{CellError, Column, Mention, Record, RecordMeta, Role, Row, SearchText, SearchType},
        resolve::{ByRef, SyncResolve, sync_resolvers},
        substring::Substring,
        text::{Language, Text},
    },
    publishers::{answer, snapshots},
    upstream::{
        read::reader,
        rows::{RecordList, SortableRecords, SortedRecords},
        source::Source,
    },
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
        // `0` and `-` say that nothing was revised.
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

/// Filters funded projects. An item must satisfy every condition.
#[derive(InputObject, Default)]
pub struct FundedProjectFilter {
    /// Only items of these programmes, by programme code.
    pub programme: Option<Vec<String>>,
    /// Only projects approved in these years. Projects without a year are excluded.
    pub year: Option<YearRange>,
    /// Matches titles that contain this text, in any language. Case is ignored.
    pub title: Option<Substring>,
    /// Matches published names of lead applicants that contain this text. Case is ignored.
    pub lead_applicant_name: Option<Substring>,
    /// Only projects with funding of at least this many dollars.
    pub funding_at_least: Option<Decimal>,
    /// Only projects with funding of at most this many dollars.
    pub funding_at_most: Option<Decimal>,
}

impl FundedProjectFilter {
    fn keeps(&self, project: &FundedProject) -> bool {
        let dollars = || project.funding.map(|money| money.amount);
        let applicant_has =
            |part: &Substring| project.lead_applicant_name.as_ref().is_some_and(|name| part.is_in_any(name));
        self.programme.as_ref().is_none_or(|codes| {
            project
                .programme
                .as_ref()
                .is_some_and(|programme| codes.iter().any(|code| code.eq_ignore_ascii_case(&programme.code)))
        }) && self.year.is_none_or(|years| project.year.is_some_and(|year| years.contains(year)))
            && self.title.as_ref().is_none_or(|part| part.is_in_any(&project.title))
            && self.lead_applicant_name.as_ref().is_none_or(applicant_has)
            && self.funding_at_least.is_none_or(|least| dollars().is_some_and(|amount| amount >= least))
            && self.funding_at_most.is_none_or(|most| dollars().is_some_and(|amount| amount <= most))
    }
}

/// The fields by which funded projects can be sorted.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum FundedProjectOrderField {
    /// The year of approval.
    Year,
    /// The funding. Unknown funding sorts as the smallest.
    Funding,
    /// The title.
    Title,
    /// The reference number.
    Reference,
}

/// Ordering options for funded projects.
#[derive(InputObject)]
pub struct FundedProjectOrder {
    /// The field to sort by.
    pub field: FundedProjectOrderField,
    /// The sort direction.
    #[graphql(default)]
    pub direction: Direction,
}

/// The sort orders of funded projects.
#[derive(Default)]
pub struct ProjectOrders {
    year: SortedRecords,
    funding: SortedRecords,
    title: SortedRecords,
    reference: SortedRecords,
    /// Sorted by the reference number in lower case, for lookup.
    any_case: SortedRecords,
}

impl SortableRecords for FundedProject {
    type Orders = ProjectOrders;
}

impl FundedProjectOrder {
    /// The number of sort orders.
    pub const COUNT: usize = 8;

    /// The index of this sort order.
    pub const fn number(&self) -> usize {
        self.field as usize * 2 + self.direction as usize
    }

    /// All projects in this order.
    pub fn of<'a>(&self, projects: &RecordList<'a, FundedProject>) -> &'a SortOrder {
        let orders = projects.orders();
        let way = self.direction;
        match self.field {
            FundedProjectOrderField::Year => orders.year.by(projects, way, |project| project.year),
            FundedProjectOrderField::Funding => orders.funding.by(projects, way, |project| project.funding),
            FundedProjectOrderField::Title => {
                orders.title.by(projects, way, |project| project.title.nearest(Language::En).to_lowercase())
            }
            FundedProjectOrderField::Reference => {
                orders.reference.by(projects, way, |project| project.reference.as_deref())
            }
        }
    }
}

/// The project with this reference number, in any case.
fn find<'a>(projects: &RecordList<'a, FundedProject>, reference: &str) -> Option<&'a FundedProject> {
    let key = |project: &FundedProject| project.reference.as_ref().map(|reference| reference.to_ascii_lowercase());
    projects.orders().any_case.find(projects, key, &Some(reference.trim().to_ascii_lowercase()))
}

/// A page of the given projects that satisfy a filter.
pub fn page<'a>(
    ctx: &Context<'a>,
    some: impl PageSource<'a, FundedProject>,
    filter: FundedProjectFilter,
    window: &Window,
) -> answer::Answer<Page<'a, FundedProject>> {
    answer::page(ctx, &some.filtered(|project| filter.keeps(project)), window)
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
        #[graphql(desc = "Filters the items. Omit to return all.")] filter: Option<FundedProjectFilter>,
        #[graphql(desc = "The sort order. Default: the order of publication.")] order_by: Option<FundedProjectOrder>,
        window: Window,
    ) -> answer::Answer<Page<'a, FundedProject>> {
        let filter = filter.unwrap_or_default();
        let projects = snapshots(ctx).rows();
        let order = order_by.map(|order| order.of(&projects));
        let filtered = projects.filtered(|project| filter.keeps(project));
        answer::ordered(ctx, filtered, order, &window)
    }
}
