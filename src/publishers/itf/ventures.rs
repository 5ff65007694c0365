//! D42: the investment portfolio of the Innovation and Technology Venture Fund.

use std::borrow::Cow;

use async_graphql::{Context, Object, SimpleObject};

use crate::{
    domain::{
        catalog::{Category, Dataset, Frequency, Publisher, Title},
        money::{Money, MoneyUnit},
        pagination::Page,
        range::{AmountRange, YearRange},
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

/// An investment of the Innovation and Technology Venture Fund in a start-up.
#[derive(SyncResolve, SimpleObject, Debug)]
#[graphql(complex)]
pub struct VentureInvestment {
    #[graphql(flatten)]
    pub meta: RecordMeta,
    /// The company's name as published.
    pub company_name: Text,
    /// The company's business.
    pub business: Option<Text>,
    #[graphql(skip)]
    pub co_investor_names: Vec<Text>,
    /// The year of the investment.
    pub year: Option<i32>,
    /// The amount invested, if published.
    pub amount: Option<Money>,
    /// The URL of the website.
    pub website: Option<WebAddress>,
}

static NUMBER: Column = Column::optional("number", &["No.", "Number"])
    .chinese(&["編號"], &["编号"])
    .shape(ValueShape::Serial)
    .means(&["serial", "number"])
    .may_mean(&["projectname"]);
static COMPANY: Column = Column::required(
    "company",
    &[
        "Name of Investee Company",
        "Investee Company",
        "Company Name",
        "Company",
        "Name of Company",
        "Name of Start-up",
        "Start-up",
    ],
)
.chinese(
    &["獲投資公司名稱", "獲投資公司", "公司名稱", "初創企業名稱"],
    &["获投资公司名称", "获投资公司", "公司名称", "初创企业名称"],
)
.shape(ValueShape::Organisation)
.means(&["company", "investee", "startup", "investment company"])
.may_mean(&["organisation", "grantee"])
.beside(&["company", "organisation", "startup", "investment"])
.contrasts(&["address", "coinvestor", "category", "partner", "size", "industry"]);
static BUSINESS: Column =
    Column::optional("business", &["Business Nature", "Nature of Business", "Business", "Technology Area", "Sector"])
        .chinese(&["業務性質", "業務", "科技範疇"], &["业务性质", "业务", "科技范畴"])
        .shape(ValueShape::Text)
        .means(&["industry", "technology", "cluster"])
        .may_mean(&["field", "category", "service", "description", "product"])
        .beside(&["company", "startup", "investee", "cluster"])
        .contrasts(&["coinvestor"]);
static CO_INVESTORS: Column = Column::optional(
    "coInvestors",
    &["Co-investment Partner", "Co-investment Partner(s)", "Co-investor", "Co-investors"],
)
.chinese(&["共同投資夥伴"], &["共同投资伙伴"])
.shape(ValueShape::Organisation)
.means(&["coinvestor", "investment partner", "partner coinvestor"])
.may_mean(&["partner"])
.beside(&["investment", "organisation", "company", "partner", "amount"])
.contrasts(&["address", "count", "projectname"]);
static YEAR: Column =
    Column::optional("year", &["Investment Year", "Year of Investment", "Year", "Date of Investment"])
        .chinese(&["投資年份", "投資日期"], &["投资年份", "投资日期"])
        .shape(ValueShape::Year)
        .means(&["investment year", "investment date", "year", "fiscalyear"])
        .may_mean(&["date", "month"])
        .beside(&["investment", "published", "approved"])
        .contrasts(&["established", "updated", "end"]);
static AMOUNT: Column = Column::optional("amount", &["Investment Amount ($M)", "Amount ($M)"])
    .chinese(&["投資金額(百萬元)"], &["投资金额(百万元)"])
    .shape(ValueShape::Money)
    .means(&["investment", "investment amount"])
    .may_mean(&["amount"])
    .beside(&["amount", "investment", "total", "company", "approved"])
    .contrasts(&["cost", "contribution", "price", "revised", "requested", "share", "estimate"]);
static WEBSITE: Column = Column::optional("website", &["Website", "Web Site", "URL"])
    .chinese(&["網址", "網站"], &["网址", "网站"])
    .shape(ValueShape::Url)
    .means(&["website"])
    .beside(&["description", "investee", "startup", "organisation", "company"])
    .contrasts(&["image", "person"]);

impl Record for VentureInvestment {
    const COLUMNS: &'static [&'static Column] =
        &[&NUMBER, &COMPANY, &BUSINESS, &CO_INVESTORS, &YEAR, &AMOUNT, &WEBSITE];

    fn read(row: &Row<'_>) -> Result<Self, CellError> {
        Ok(Self {
            meta: row.meta(),
            company_name: row.text(&COMPANY)?,
            business: row.maybe_text(&BUSINESS),
            co_investor_names: row.texts(&CO_INVESTORS),
            year: row.year(&YEAR),
            amount: row.money(&AMOUNT, MoneyUnit::Millions),
            website: row.website(&WEBSITE),
        })
    }

    fn key(&self) -> Cow<'_, str> {
        self.company_name.nearest(Language::En).to_lowercase().into()
    }

    crate::domain::record::has_meta!();

    fn label(&self) -> &Text {
        &self.company_name
    }

    const SEARCH_TYPE: SearchType = SearchType::Other;

    fn search_text(&self) -> SearchText<'_> {
        SearchText::default()
            .title(&self.company_name)
            .body(self.business.iter().chain(&self.co_investor_names))
            .year(self.year)
    }

    fn mentions(&self, say: &mut dyn FnMut(Mention<'_>)) {
        let website = self.website.as_ref().map(WebAddress::as_str);
        say(Mention { website, ..Mention::of(Role::Investee, &self.company_name) });
        for name in &self.co_investor_names {
            say(Mention::of(Role::CoInvestor, name));
        }
    }
}

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D42",
        category: Some(Category::Commerce),
        released: Some("04/2021"),
        portal_id: Some("hk-itc-team1-annual-itvf-investment-portfolio"),
        publisher: Publisher::Itf,
        title: Title::new("Innovation and Technology Venture Fund: investment portfolio", "「創科創投基金」投資組合"),
        frequency: Frequency::AsNeeded,
    },
    reader::<VentureInvestment>(),
)
.expecting(1..=5_000)
.joined_by(&NUMBER);

record_list! {
    "investments": VentureInvestment as investment, _ctx;
    VentureInvestmentFilter {
        /// Only investments of these years. Investments without a year are excluded.
        year: YearRange => year.contains(investment.year);
        /// Matches published names of companies that contain this text, in any language. Case is ignored.
        company_name: Substring => company_name.is_in_any(&investment.company_name);
        /// Matches published names of co-investors that contain this text, in any language. Case is ignored.
        co_investor_name: Substring => co_investor_name.is_in_one_of(&investment.co_investor_names);
        /// Matches descriptions of the business that contain this text, in any language. Case is ignored.
        business: Substring => business.is_in_one_of(&investment.business);
        /// Only investments with an amount in this range.
        amount: AmountRange => amount.contains(investment.amount);
    }
    VentureInvestmentOrder by VentureInvestmentOrderField {
        /// The year of the investment.
        Year => investment.year;
        /// The amount.
        Amount => investment.amount;
        /// The company's name.
        CompanyName => sort_key(&investment.company_name);
    }
}

/// The fields that this dataset adds to its publisher's query type.
#[derive(Default)]
pub struct VenturesPart;

#[sync_resolvers]
#[Object]
impl VenturesPart {
    /// All venture investments (D42).
    #[graphql(
        complexity = "crate::domain::pagination::list_cost(child_complexity)",
        deprecation = "Use `ventureInvestmentsConnection`."
    )]
    async fn venture_investments<'a>(&self, ctx: &Context<'a>) -> Answer<Vec<ByRef<'a, VentureInvestment>>> {
        answer::list(ctx, snapshots(ctx).records().collect())
    }

    /// The portfolio of the Innovation and Technology Venture Fund (D42).
    async fn venture_investments_connection<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<VentureInvestment>,
    ) -> Answer<Page<'a, VentureInvestment>> {
        list.page(ctx)
    }
}
