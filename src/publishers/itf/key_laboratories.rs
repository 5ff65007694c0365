//! D41: State Key Laboratories and Hong Kong Branches of Chinese National Engineering Research Centres, with their
//! funding in the preceding financial year.

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
    },
    publishers::{
        answer::{self, Answer},
        listing::{ListArguments, record_list, sort_key},
        snapshots,
    },
    upstream::{read::reader, source::Source},
};

/// A State Key Laboratory or a Hong Kong Branch of a Chinese National Engineering Research Centre.
#[derive(SyncResolve, SimpleObject, Debug)]
#[graphql(complex)]
pub struct KeyLaboratory {
    #[graphql(flatten)]
    pub meta: RecordMeta,
    /// The name of the laboratory.
    pub name: Text,
    /// The kind of laboratory, as published.
    pub category: Option<Text>,
    /// The host institutions as published. A joint laboratory has several.
    pub host_name: Option<Text>,
    /// The year in which the laboratory was established.
    pub established: Option<i32>,
    /// The funding received. `null` if it is unknown.
    pub funding: Option<Money>,
    /// The financial year of the funding, if the file states it.
    pub year: Option<i32>,
    /// The remarks in the list.
    pub remarks: Option<Text>,
}

static NUMBER: Column = Column::optional("number", &["No.", "Number"])
    .chinese(&["編號"], &["编号"])
    .shape(ValueShape::Serial)
    .means(&["serial", "number"])
    .may_mean(&["projectname"]);
static CATEGORY: Column = Column::expected("category", &["Category", "Type"])
    .chinese(&["類別"], &["类别"])
    .shape(ValueShape::Category)
    .means(&["category"])
    .may_mean(&["scheme", "field"])
    .beside(&["laboratory", "projectname"])
    .contrasts(&["technology", "industry"]);
static NAME: Column = Column::required(
    "name",
    &["Name", "Name of Laboratory", "Name of Laboratory / Centre", "Laboratory", "Laboratory / Centre"],
)
.chinese(&["名稱", "實驗室名稱", "實驗室／中心名稱"], &["名称", "实验室名称", "实验室／中心名称"])
.shape(ValueShape::Title)
.means(&["laboratory", "title"])
.may_mean(&["organisation", "name"])
.beside(&["projectname"])
.contrasts(&["address", "host", "university", "person", "registration"]);
static HOST: Column = Column::expected("host", &["Host Institution", "Host University", "University", "Institution"])
    .chinese(&["所屬院校", "依託院校", "大學", "院校", "所屬大學"], &["所属院校", "依托院校", "大学", "所属大学"])
    .shape(ValueShape::Organisation)
    .means(&["host", "university", "host organisation", "lead organisation"])
    .may_mean(&["organisation", "applicant", "partner", "grantee"])
    .beside(&["university", "organisation", "lead", "laboratory"])
    .contrasts(&["address", "person"]);
static ESTABLISHED: Column = Column::optional("established", &["Established", "Year Established"])
    .chinese(&["成立年份"], &["成立年份"])
    .shape(ValueShape::Year)
    .means(&["established", "established year", "established date"])
    .may_mean(&["date", "start year", "designated year", "approved year", "start date"])
    .beside(&["laboratory"])
    .contrasts(&["updated", "published", "end", "fiscalyear"]);
static YEAR: Column = Column::optional("year", &[])
    .shape(ValueShape::Year)
    .means(&["fiscalyear", "year amount", "fiscalyear amount"])
    .may_mean(&["year", "period"])
    .beside(&["amount", "approved"])
    .contrasts(&["established", "updated"]);
static FUNDING: Column = Column::expected(
    "funding",
    &["Funding Amount ($M)", "Funding Amount (HK$M)", "Funding Amount", "Funding ($M)", "Amount ($M)"],
)
.chinese(
    &["資助金額(百萬元)", "資助額(百萬元)", "款額(百萬元)"],
    &["资助金额(百万元)", "资助额(百万元)", "款额(百万元)"],
)
.shape(ValueShape::Money)
.means(&["amount", "approved amount", "amount approved"])
.may_mean(&["expenditure", "cost"])
.beside(&["approved", "projectname", "laboratory", "total", "cumulative"])
.contrasts(&["requested", "revised", "estimate", "contribution"]);
static REMARKS: Column = Column::optional("remarks", &["Remarks"])
    .chinese(&["備註"], &["备注"])
    .shape(ValueShape::Text)
    .means(&["remarks"])
    .beside(&["projectname", "updated"]);

impl Record for KeyLaboratory {
    const COLUMNS: &'static [&'static Column] =
        &[&NUMBER, &CATEGORY, &NAME, &HOST, &ESTABLISHED, &YEAR, &FUNDING, &REMARKS];

    fn read(row: &Row<'_>) -> Result<Self, CellError> {
        Ok(Self {
            meta: row.meta(),
            name: row.text(&NAME)?,
            category: row.maybe_text(&CATEGORY),
            host_name: row.maybe_text(&HOST),
            established: row.year(&ESTABLISHED),
            funding: row.money(&FUNDING, MoneyUnit::Millions),
            year: row.year(&YEAR).or_else(|| row.file_year()),
            remarks: row.maybe_text(&REMARKS),
        })
    }

    fn key(&self) -> Cow<'_, str> {
        self.name.nearest(Language::En).to_lowercase().into()
    }

    crate::domain::record::has_meta!();

    fn label(&self) -> &Text {
        &self.name
    }

    const SEARCH_TYPE: SearchType = SearchType::Laboratory;

    fn search_text(&self) -> SearchText<'_> {
        SearchText::default()
            .title(&self.name)
            .body([&self.category, &self.host_name, &self.remarks].into_iter().flatten())
            .year(self.year)
    }

    fn mentions(&self, say: &mut dyn FnMut(Mention<'_>)) {
        if let Some(name) = &self.host_name {
            say(Mention::of(Role::Host, name));
        }
    }
}

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D41",
        category: Some(Category::InformationTechnology),
        released: Some("04/2021"),
        portal_id: Some("hk-itc-pd-funding-amounts-to-state-key-labs-and-cnerchk"),
        publisher: Publisher::Itf,
        title: Title::new(
            "State Key Laboratories and Hong Kong Branches of Chinese National Engineering Research Centres: funding",
            "國家重點實驗室及國家工程技術研究中心香港分中心前一財政年度獲資助金額",
        ),
        frequency: Frequency::Annual,
    },
    reader::<KeyLaboratory>(),
)
.expecting(1..=500);

record_list! {
    "key laboratories": KeyLaboratory as laboratory, _ctx;
    KeyLaboratoryFilter {
        /// Matches names that contain this text, in any language. Case is ignored.
        name: Substring => name.is_in_any(&laboratory.name);
        /// Matches published names of host institutions that contain this text, in any language. Case is ignored.
        host_name: Substring => host_name.is_in_one_of(&laboratory.host_name);
        /// Only laboratories of one of these kinds, by their published name in any language.
        categories: Vec<String> => laboratory.category.as_ref().is_some_and(|known| known.is_one_of(categories));
        /// Only laboratories established in these years. Laboratories without a year are excluded.
        established: YearRange => established.contains(laboratory.established);
        /// Only laboratories whose funding is of these financial years. Laboratories without a year are excluded.
        year: YearRange => year.contains(laboratory.year);
        /// Only laboratories with funding in this range.
        funding: AmountRange => funding.contains(laboratory.funding);
    }
    KeyLaboratoryOrder by KeyLaboratoryOrderField {
        /// The name.
        Name => sort_key(&laboratory.name);
        /// The year of establishment.
        Established => laboratory.established;
        /// The funding.
        Funding => laboratory.funding;
    }
}

/// The fields that this dataset adds to its publisher's query type.
#[derive(Default)]
pub struct KeyLaboratoriesPart;

#[sync_resolvers]
#[Object]
impl KeyLaboratoriesPart {
    /// All key laboratories (D41).
    #[graphql(
        complexity = "crate::domain::pagination::list_cost(child_complexity)",
        deprecation = "Use `keyLaboratoriesConnection`."
    )]
    async fn key_laboratories<'a>(&self, ctx: &Context<'a>) -> Answer<Vec<ByRef<'a, KeyLaboratory>>> {
        answer::list(ctx, snapshots(ctx).records().collect())
    }

    /// State Key Laboratories and Hong Kong Branches of national engineering research centres (D41).
    async fn key_laboratories_connection<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<KeyLaboratory>,
    ) -> Answer<Page<'a, KeyLaboratory>> {
        list.page(ctx)
    }
}
