//! D1: the enterprises with grants of the Distance Business Programme, about 34,000 rows. An enterprise may occur more
//! than once, with a name in English, in Chinese or in both. Amounts are in dollars.

use std::borrow::Cow;

use async_graphql::{Context, Object, SimpleObject};
use rust_decimal::Decimal;

use crate::{
    domain::{
        catalog::{Category, Dataset, Frequency, Publisher, Title},
        money::{Money, MoneyUnit},
        pagination::Page,
        range::AmountRange,
        record::{CellError, Column, Mention, Record, RecordMeta, Role, Row, SearchText, SearchType, ValueShape},
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

/// A grant of the Distance Business Programme.
#[derive(SyncResolve, SimpleObject, Debug)]
#[graphql(complex)]
pub struct BusinessGrant {
    #[graphql(flatten)]
    pub meta: RecordMeta,
    /// The application number.
    pub application_number: Option<String>,
    /// The enterprise's name as published.
    pub enterprise_name: Text,
    /// The amount approved. `null` if it is unknown, never zero for that reason.
    pub approved: Option<Money>,
}

static APPLICATION: Column = Column::expected(
    "applicationNumber",
    &["Application No.", "Application Number", "Application Reference No.", "Reference No."],
)
.chinese(&["申請編號"], &["申请编号"])
.shape(ValueShape::Reference)
.means(&["reference", "requested reference", "requested number"])
.may_mean(&["registration", "code", "serial"])
.beside(&["requested", "projectname", "approved", "company"])
.contrasts(&["date", "telephone", "count"]);
static ENTERPRISE: Column = Column::required(
    "enterprise",
    &[
        "Enterprise Name (English)",
        "Name of Enterprise (English)",
        "Company Name (English)",
        "Enterprise Name",
        "Name of Enterprise",
        "Name of Enterprise in English",
        "Company Name",
        "Name of Company",
    ],
)
.chinese(
    &[
        "Enterprise Name (Chinese)",
        "Name of Enterprise (Chinese)",
        "Company Name (Chinese)",
        "Enterprise Name (Traditional Chinese)",
        "Name of Enterprise in Chinese",
        "企業名稱",
        "公司名稱",
    ],
    &["企业名称", "公司名称"],
)
.shape(ValueShape::Organisation)
.means(&["company", "grantee", "applicant", "approved company"])
.may_mean(&["organisation", "name", "beneficiary", "tenant", "holder"])
.beside(&["company", "organisation", "approved", "amount"])
.contrasts(&["address", "category", "size", "person", "industry", "registration", "reference"]);
static APPROVED: Column = Column::expected(
    "approved",
    &[
        "Approved Amount (HK$)",
        "Approved Funding Amount (HK$)",
        "Approved Amount",
        "Amount Approved (HK$)",
        "Funding Amount (HK$)",
        "Amount (HK$)",
    ],
)
.chinese(
    &["獲批金額(港元)", "獲批金額", "批准金額(港元)", "資助金額(港元)"],
    &["获批金额(港元)", "获批金额", "批准金额(港元)", "资助金额(港元)"],
)
.shape(ValueShape::Money)
.means(&["approved amount", "amount approved", "amount"])
.may_mean(&["approved", "revised amount"])
.beside(&["approved", "projectname", "total", "company", "grantee"])
.contrasts(&["requested", "cost", "contribution", "expenditure", "estimate", "average"]);

impl Record for BusinessGrant {
    const COLUMNS: &'static [&'static Column] = &[&APPLICATION, &ENTERPRISE, &APPROVED];

    fn read(row: &Row<'_>) -> Result<Self, CellError> {
        Ok(Self {
            meta: row.meta(),
            application_number: row.string(&APPLICATION),
            enterprise_name: row.text(&ENTERPRISE)?,
            approved: row.money(&APPROVED, MoneyUnit::Dollars),
        })
    }

    fn key(&self) -> Cow<'_, str> {
        match &self.application_number {
            Some(number) => number.into(),
            None => self.enterprise_name.nearest(Language::En).to_lowercase().into(),
        }
    }

    crate::domain::record::has_meta!();

    fn label(&self) -> &Text {
        &self.enterprise_name
    }

    const SEARCH_TYPE: SearchType = SearchType::Other;

    fn search_text(&self) -> SearchText<'_> {
        SearchText::default().title(&self.enterprise_name).codes(&self.application_number)
    }

    fn mentions(&self, say: &mut dyn FnMut(Mention<'_>)) {
        say(Mention::of(Role::Grantee, &self.enterprise_name));
    }
}

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D1",
        category: Some(Category::InformationTechnology),
        released: Some("01/2022"),
        portal_id: Some("hk-itc-dbp-dbp-grantee-list"),
        publisher: Publisher::Itc,
        title: Title::new("Distance Business Programme: approved enterprises", "「遙距營商計劃」獲批資助企業一覽表"),
        frequency: Frequency::AsNeeded,
    },
    reader::<BusinessGrant>(),
)
.expecting(1..=2_000_000)
.joined_by(&APPLICATION);

record_list! {
    "business grants": BusinessGrant as grant, _ctx;
    BusinessGrantFilter {
        /// Matches enterprise names that contain this text, in a language in which they were published. Case is
        /// ignored.
        enterprise_name: Substring => enterprise_name.is_in_published(&grant.enterprise_name);
        /// Only grants with an approved amount in this range.
        approved: AmountRange => approved.contains(grant.approved);
        /// Only grants of at least this many dollars.
        #[graphql(deprecation = "Use `approved`.")]
        approved_at_least: Decimal => AmountRange::at_least(*approved_at_least).contains(grant.approved);
        /// Only grants of at most this many dollars.
        #[graphql(deprecation = "Use `approved`.")]
        approved_at_most: Decimal => AmountRange::at_most(*approved_at_most).contains(grant.approved);
    }
    BusinessGrantOrder by BusinessGrantOrderField {
        /// The approved amount.
        Approved => grant.approved;
        /// The enterprise's name. Grants of one name are sorted by their position in the list.
        EnterpriseName => (sort_key(&grant.enterprise_name), grant.meta.index);
    }
}

/// The fields that this dataset adds to its publisher's query type.
#[derive(Default)]
pub struct BusinessGrantsPart;

#[sync_resolvers]
#[Object]
impl BusinessGrantsPart {
    /// Grants of the Distance Business Programme (D1).
    async fn business_grants<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<BusinessGrant>,
    ) -> Answer<Page<'a, BusinessGrant>> {
        list.page(ctx)
    }
}
