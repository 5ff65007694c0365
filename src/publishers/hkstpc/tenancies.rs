//! D27: the company directory of Science Park.
//!
//! One JSON in three languages by suffixes, where `cluster` alone has none for English. Blanks are often one space,
//! prose may be `NA`, the Chinese name repeats the English one in half of the records. There is no id: the English name
//! is the key. Contacts are personal data.

use std::borrow::Cow;

use async_graphql::{Context, InputObject, Object, SimpleObject};

use crate::{
    domain::{
        catalog::{Category, Dataset, Frequency, Publisher, Title},
        pagination::{List, Page, Window},
        record::{CellError, Column, Mention, Record, RecordMeta, Role, Row, SearchText, SearchType},
        resolve::{SyncResolve, sync_resolvers},
        substring::Substring,
        text::{Language, Text},
        web::WebAddress,
    },
    publishers::{answer, snapshots},
    statistics::Layout,
    upstream::source::{Files, Source, reader},
};

/// A company or body with a unit in the park.
#[derive(SyncResolve, SimpleObject, Debug)]
#[graphql(complex)]
pub struct Tenancy {
    #[graphql(flatten)]
    pub meta: RecordMeta,
    /// The tenant's name as written.
    pub name: Text,
    /// The park's name for its field of technology.
    pub cluster: Option<Text>,
    /// How it introduces itself.
    pub introduction: Option<Text>,
    /// What it makes.
    pub products: Option<Text>,
    /// Its unit in the park.
    pub address: Option<Text>,
    /// The address of its website.
    pub website: Option<WebAddress>,
    /// Whom to ask; personal data, absent unless the operator of this gateway turned it on.
    pub contact: Option<Contact>,
}

/// Whom to ask at a tenant. Personal data.
#[derive(SyncResolve, SimpleObject, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// The name of the person.
    pub name: Option<Text>,
    /// The telephone number.
    pub telephone: Option<String>,
    /// The fax number.
    pub fax: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
}

static CLUSTER: Column =
    Column::expected("cluster", &["cluster", "cluster_EN"]).chinese(&["cluster_TC"], &["cluster_SC"]);
static TELEPHONE: Column = Column::optional("telephone", &["telephone"]).personal();
static FAX: Column = Column::optional("fax", &["fax"]).personal();
static EMAIL: Column = Column::optional("email", &["email"]).personal();
static WEBSITE: Column = Column::expected("website", &["website"]);
static NAME: Column = Column::required("name", &["name_EN", "name"]).chinese(&["name_TC"], &["name_SC"]);
static ADDRESS: Column =
    Column::optional("address", &["address_EN", "address"]).chinese(&["address_TC"], &["address_SC"]);
static CONTACT: Column =
    Column::optional("contact", &["contact_EN", "contact"]).chinese(&["contact_TC"], &["contact_SC"]).personal();
static INTRODUCTION: Column = Column::optional("introduction", &["introduction_EN", "introduction"])
    .chinese(&["introduction_TC"], &["introduction_SC"]);
static PRODUCTS: Column =
    Column::optional("products", &["product_EN", "product"]).chinese(&["product_TC"], &["product_SC"]);

impl Record for Tenancy {
    const COLUMNS: &'static [&'static Column] =
        &[&CLUSTER, &TELEPHONE, &FAX, &EMAIL, &WEBSITE, &NAME, &ADDRESS, &CONTACT, &INTRODUCTION, &PRODUCTS];

    fn read(row: &Row<'_>) -> Result<Self, CellError> {
        let contact = Contact {
            name: row.maybe_text(&CONTACT),
            telephone: row.maybe(&TELEPHONE).map(str::to_owned),
            fax: row.maybe(&FAX).map(str::to_owned),
            email: row.maybe(&EMAIL).map(str::to_owned),
        };
        Ok(Self {
            meta: row.meta(),
            name: row.text(&NAME)?,
            cluster: row.maybe_text(&CLUSTER),
            introduction: prose(row, &INTRODUCTION),
            products: prose(row, &PRODUCTS),
            address: row.maybe_text(&ADDRESS),
            website: row.maybe(&WEBSITE).and_then(|text| WebAddress::parse(text).ok()),
            contact: (contact != Contact::default()).then_some(contact),
        })
    }

    fn key(&self) -> Cow<'_, str> {
        self.name.nearest(Language::En).to_lowercase().into()
    }

    crate::domain::record::has_meta!();

    const SEARCH_TYPE: SearchType = SearchType::Tenant;

    fn search_text(&self) -> SearchText<'_> {
        SearchText::default()
            .title(&self.name)
            .body([&self.cluster, &self.introduction, &self.products].into_iter().flatten())
    }

    fn mentions(&self, say: &mut dyn FnMut(Mention<'_>)) {
        let website = self.website.as_ref().map(WebAddress::as_str);
        let address = self.address.as_ref().and_then(|address| address.en.as_deref());
        say(Mention { website, address, ..Mention::of(Role::Tenant, &self.name) });
    }
}

/// Prose that says something: without a letter it is a placeholder such as `'-`.
fn prose(row: &Row<'_>, column: &Column) -> Option<Text> {
    let mut text = row.maybe_text(column)?;
    for language in Language::ALL {
        let place = text.published_mut(language);
        *place = place.take().filter(|text| text.chars().any(char::is_alphabetic));
    }
    (!text.is_empty()).then_some(text)
}

pub static SOURCE: Source = Source {
    dataset: Dataset {
        plan: "D27",
        category: Some(Category::Commerce),
        released: Some("07/2019"),
        portal_id: Some("hkstp-hkstp-hkstp-company-directory"),
        publisher: Publisher::Hkstpc,
        title: Title::new("Science Park company directory", "香港科技園公司的企業目錄"),
        frequency: Frequency::Daily,
    },
    files: Files::At("https://opendata.hkstp.org/corporate/companydirectory/v1/"),
    expected: 1..=200_000,
    may_be_empty: false,
    joined_by: None,
    identify: None,
    layout: Layout::GUESS,
    read: reader::<Tenancy>(),
};

/// Which tenancies: all that is given must hold.
#[derive(InputObject, Default)]
pub struct TenancyFilter {
    /// Of this cluster, by its name in any language.
    pub cluster: Option<String>,
    /// The name as written has this text, in any language and case.
    pub name: Option<Substring>,
}

impl TenancyFilter {
    fn keeps(&self, tenancy: &Tenancy) -> bool {
        let cluster_is = |wanted: &String| {
            tenancy
                .cluster
                .as_ref()
                .is_some_and(|cluster| cluster.in_all().any(|text| text.eq_ignore_ascii_case(wanted)))
        };
        self.cluster.as_ref().is_none_or(cluster_is)
            && self.name.as_ref().is_none_or(|part| part.is_in_any(&tenancy.name))
    }
}

/// What this dataset adds to its publisher's query.
#[derive(Default)]
pub struct TenanciesPart;

#[sync_resolvers]
#[Object]
impl TenanciesPart {
    /// The companies and bodies with a unit in Science Park (D27).
    #[graphql(complexity = "crate::domain::pagination::cost(first, last, child_complexity)")]
    async fn tenancies<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Which of them; all without it.")] filter: Option<TenancyFilter>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> answer::Answer<Page<'a, Tenancy>> {
        let filter = filter.unwrap_or_default();
        let filtered = snapshots(ctx).rows().filtered(|tenancy| filter.keeps(tenancy));
        answer::page(ctx, &filtered, &Window { first, after, last, before })
    }
}
